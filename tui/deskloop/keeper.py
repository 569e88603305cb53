"""Keeps the desk: takes events in, works out what should be true, has it carried out, and shows the screens.

The one place on the desk loop where state changes. Everything here runs on that loop and returns at once.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui.alerts.memory import AlertMemory, Trials
from tui.alerts.plan import AlertPlan, Decision, Popup
from tui.alerts.policy import decide
from tui.alerts.quiet import clock_words, missed
from tui.alerts.standing import Standing
from tui.config.schema import Settings
from tui.desk.contact import AgentName, ContactId
from tui.desk.events import Event, TimePassed
from tui.desk.focus import ConsoleFocus, focus_at
from tui.desk.fold import fold
from tui.desk.lifecycle import Labels
from tui.desk.state import DeskState
from tui.link.archive import Archive
from tui.link.view import (
    AcceptAnswer,
    Colleague,
    DoorView,
    PermissionView,
    QuietView,
    Severity,
    Summons,
    TestView,
    Told,
    View,
)
from tui.text import clean_line

log = logging.getLogger(__name__)

TOLD_KEPT = 20

ANSWERS_KEPT = 20
"""Answers to wishes to accept that are shown; a screen looks many times before so many have come."""

DECISIONS_KEPT = 1000
"""As many as the alert log's screen shows."""

Carry = Callable[[AlertPlan], None]
"""Carries a plan out; cheap, and never raises."""

Note = Callable[[Decision], None]
"""Keeps a decision in the alert log."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The desk and its alerts before or after an event."""

    desk: DeskState
    memory: AlertMemory


Observe = Callable[[Event, Moment, Moment, tuple[Decision, ...]], None]


@dataclass(slots=True)
class _Extras:
    """What a view holds beside the desk and its alerts."""

    told: tuple[Told, ...] = ()
    told_number: int = 0
    summons: Summons | None = None
    accept_answers: tuple[AcceptAnswer, ...] = ()
    door: DoorView = DoorView()  # noqa: RUF009 - frozen
    permission: PermissionView = PermissionView()  # noqa: RUF009 - frozen
    test: TestView | None = None
    archive: Archive = Archive()  # noqa: RUF009 - frozen
    colleagues: tuple[Colleague, ...] = ()
    first_start: bool = False


class Keeper:
    """The desk as it stands, and what follows from it."""

    def __init__(
        self,
        me: AgentName,
        settings: Settings,
        settings_path: Path,
        clock: Callable[[], float],
        carry: Carry,
        note: Note,
        changed: Callable[[], None],
    ) -> None:
        self.desk = DeskState(me)
        self.settings = settings
        self.plan: AlertPlan | None = None
        self._settings_path = settings_path
        self._memory = AlertMemory()
        self._clock = clock
        self._carry = carry
        self._note = note
        self._changed = changed
        self._last_decision: Decision | None = None
        self._recent: deque[Decision] = deque(maxlen=DECISIONS_KEPT)
        self._decisions: tuple[Decision, ...] | None = ()
        """The same for the view; None when there are newer ones."""
        self._missed: list[tuple[float, str]] = []
        """When a time of quiet ended and what was missed in it, as far as the agent was not told yet."""
        self.unstored_labels: dict[ContactId, Labels] = {}
        """What the agent said of contacts, until the desk has it."""
        self._extras = _Extras()
        self.observe: Observe | None = None
        """Told of every event with what was before and after it; cheap, and never raises."""

    def take(self, *events: Event) -> None:
        """Take events in, one after another, and have carried out what follows."""
        before = (self.desk, self.plan, self._memory.spell)
        for event in events:
            now = self._clock()
            was = Moment(self.desk, self._memory)
            self.desk = fold(self.desk, event, now)
            step = decide(self._memory, self.desk, self.settings, event, now)
            self._memory, self.plan = step.memory, step.plan
            for decision in step.decisions:
                self._last_decision = decision
                self._recent.append(decision)
                self._decisions = None
                self._note(decision)
            self._carry(step.plan)
            if self.observe is not None:
                self.observe(event, was, Moment(self.desk, self._memory), step.decisions)
            if step.missed:
                self._missed.append((now, step.missed))
        if self._missed:
            self._tell_missed()
        changed = self.desk is not before[0] or self.plan != before[1]
        if changed or self._memory.spell is not before[2] or self._focus_changed():
            self._changed()

    def _tell_missed(self) -> None:
        """Say what was missed while it was quiet, once the agent may be there to read it."""
        focus = focus_at(self.desk.focus, self._clock(), self.settings.focus.input_counts_for)
        if focus.state is ConsoleFocus.AWAY:
            return
        for ended, said in self._missed:
            self.tell(f"Quiet ended at {clock_words(ended, ended)}", said)
        self._missed.clear()

    def use(self, settings: Settings) -> None:
        """Go by other settings from now on."""
        if settings == self.settings:
            return
        self.settings = settings
        self.take(TimePassed())
        self._changed()

    def tell(
        self, title: str, text: str, severity: Severity = Severity.INFORMATION, *, over: bool = False
    ) -> None:
        """Tell the agent something, once; ``over`` as in ``Told.over``."""
        extras = self._extras
        extras.told_number += 1
        told = Told(extras.told_number, clean_line(title), clean_line(text, max_chars=400), severity, over)
        extras.told = (*extras.told, told)[-TOLD_KEPT:]
        log.log(
            logging.WARNING if severity is not Severity.INFORMATION else logging.INFO, "%s: %s", title, text
        )
        self._changed()

    def accept_answered(self, answer: AcceptAnswer) -> None:
        """Note what became of a wish to accept; before the chat it brought is taken in."""
        self._extras.accept_answers = (*self._extras.accept_answers, answer)[-ANSWERS_KEPT:]
        self._changed()

    def summon(self, contact: ContactId | None, wish: str = "") -> None:
        """Have the screens show this contact; ``wish`` as in ``Summons.wish``."""
        number = self._extras.summons.number + 1 if self._extras.summons else 1
        self._extras.summons = Summons(number, contact, wish)
        self._changed()

    def door_is(self, door: DoorView) -> bool:
        """Note how the visitor's door stands. Returns whether that is news."""
        if door == self._extras.door:
            return False
        self._extras.door = door
        self._changed()
        return True

    def permission_is(self, permission: PermissionView) -> None:
        """Note what the system says about popups."""
        if permission != self._extras.permission:
            self._extras.permission = permission
            self._changed()

    def test_is(self, test: TestView) -> None:
        """Note how the alert being tested stands."""
        if test != self._extras.test:
            self._extras.test = test
            self._changed()

    def colleagues_are(self, colleagues: tuple[Colleague, ...]) -> None:
        """Note which other agents are there."""
        if colleagues != self._extras.colleagues:
            self._extras.colleagues = colleagues
            self._changed()

    def starts_first(self) -> None:
        """Note that nobody has been here before with these settings."""
        self._extras.first_start = True
        self._changed()

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        """The other agents who are there."""
        return self._extras.colleagues

    @property
    def archive(self) -> Archive:
        """What was found out about past contacts."""
        return self._extras.archive

    def archive_is(self, archive: Archive) -> None:
        """Note what was found out about past contacts."""
        self._extras.archive = archive
        self._changed()

    @property
    def trials(self) -> Trials:
        """What the agent tries out now."""
        return self._memory.trials

    @property
    def ringing(self) -> bool:
        """Whether it rings for anybody now, tests left out."""
        return bool(self._memory.ringing)

    def popup(self, number: int) -> Popup | None:
        """The wanted popup with this number."""
        if self.plan is None:
            return None
        return next((popup for popup in self.plan.popups if popup.number == number), None)

    def view(self) -> View:
        """Everything the screens draw, now."""
        now = self._clock()
        self._focus = focus_at(self.desk.focus, now, self.settings.focus.input_counts_for)
        if self.plan is None:
            self.take(TimePassed())
        assert self.plan is not None
        if self._decisions is None:
            self._decisions = tuple(self._recent)
        extras = self._extras
        return View(
            at=now,
            desk=self.desk,
            settings=self.settings,
            settings_path=self._settings_path,
            focus=self._focus,
            ringing=self._memory.ringing,
            terminal=self.plan.terminal,
            last_decision=self._last_decision,
            decisions=self._decisions,
            standing=Standing(self._memory),
            quiet=self._quiet(),
            colleagues=extras.colleagues,
            told=extras.told,
            summons=extras.summons,
            accept_answers=extras.accept_answers,
            rings_here=self.desk.lead.here,
            ringing_console=self.desk.lead.console,
            door=extras.door,
            permission=extras.permission,
            test=extras.test,
            first_start=extras.first_start,
            unstored_labels=dict(self.unstored_labels),
            archive=extras.archive,
        )

    def _quiet(self) -> QuietView:
        spell = self._memory.spell
        if spell is None:
            return QuietView()
        reason = "muted" if spell.quiet.muted else "quiet hours"
        return QuietView(spell.quiet.until, reason, missed(spell, self.desk))

    _focus: object = None

    def _focus_changed(self) -> bool:
        """Whether the focus is another than the screens were last shown; it lapses by itself."""
        return focus_at(self.desk.focus, self._clock(), self.settings.focus.input_counts_for) != self._focus
