"""Carries out what the settings screen asks for: tests, previews, permission, defaults; says what came of it.

What a test sounds and looks like is the policy's (``alerts.trials``); here its fate is followed, from what
the speaker and the desktop report, until there is a last word.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from tui.alerts.memory import PopupTrial
from tui.alerts.plan import AlertEvent, Channel
from tui.desk.events import (
    ChannelName,
    ChannelState,
    PopupEnded,
    PopupTested,
    TonePreviewed,
    ToneTested,
)
from tui.deskloop.hands import Hands
from tui.deskloop.keeper import Keeper
from tui.deskloop.preferences import Preferences
from tui.link.commands import AskPermission, PreviewTone, ResetSetting, TestAlert
from tui.link.view import PermissionState, PermissionView, TestView
from tui.outputs import popups_events as reported
from tui.outputs.ringer.health import SpeakerState

LOOK_EVERY = 0.1
"""Seconds between two looks at a test under way."""

ANSWER_WITHIN = 8.0
"""Seconds after which a popup that was neither shown nor refused counts as not delivered."""

HEARD_WITHIN = 12.0
"""The same for a tone: by then it is dropped."""


class SettingsDesk:
    """The desk loop's side of the settings screen. Everything is called on the desk loop."""

    def __init__(
        self,
        keeper: Keeper,
        hands: Hands,
        preferences: Preferences,
        background: Callable[[Awaitable[None]], None],
    ) -> None:
        self._keeper = keeper
        self._hands = hands
        self._preferences = preferences
        self._background = background
        self._turn = 0
        """Counts the tests: only the newest one is followed."""
        self._popup_word: reported.PopupEvent | None = None
        """The last that was reported of the popup being tested."""
        hands.watch_popups = self._on_popup

    def do(self, command: ResetSetting | TestAlert | PreviewTone | AskPermission) -> None:
        """Begin to carry it out."""
        match command:
            case ResetSetting(key):
                self._background(self._preferences.reset(key))
            case PreviewTone(tone, event):
                self._turn += tone is not None
                self._keeper.take(TonePreviewed(tone, event is AlertEvent.MESSAGE))
            case AskPermission(enable):
                self._background(self._ask(enable))
            case TestAlert(event, Channel.AUDIO):
                self._test_tone(event)
            case TestAlert(event, Channel.DESKTOP):
                self._test_popup(event)

    # permission

    async def _ask(self, enable: bool) -> None:
        await self.ask(enable)

    async def ask(self, enable: bool) -> reported.Permission:
        """Ask the system; with ``enable`` switch popups on if it agrees. The answer is in the view.

        Until the agent has once chosen to have popups, an answer that would allow them is only kept in mind.
        """
        chosen = enable or self._keeper.settings.desktop.enabled
        chosen = chosen or await self._preferences.sets("desktop.enabled")
        permission = await self._hands.popups.request_permission(chosen)
        if not permission.granted:
            said = ": ".join(filter(None, (permission.reason, permission.cure)))
            state = PermissionState.REFUSED if chosen else PermissionState.UNASKED
            self._keeper.permission_is(PermissionView(state, said))
            return permission
        if enable:
            await self._preferences.change("desktop.enabled", True)
        state = PermissionState.GRANTED if chosen else PermissionState.UNASKED
        self._keeper.permission_is(PermissionView(state, permission.reason))
        return permission

    # tones

    def _test_tone(self, event: AlertEvent) -> None:
        chime = event is AlertEvent.MESSAGE
        self._keeper.take(ToneTested(chime))
        trials = self._keeper.trials
        self._turn += 1
        if trials.ring_until or time.time() < trials.tone_until:
            self._tell(event, Channel.AUDIO, True, "sounding")
            self._background(self._follow_tone(event, self._turn))
        else:
            self._tell(event, Channel.AUDIO, False, "stopped")

    async def _follow_tone(self, event: AlertEvent, turn: int) -> None:
        """Until the tone has sounded, was stopped, or could not be heard."""
        looping, number = bool(self._keeper.trials.ring_until), self._keeper.trials.tone
        began = time.monotonic()
        while turn == self._turn:
            await asyncio.sleep(LOOK_EVERY)
            if turn != self._turn:
                return
            trials, health = self._keeper.trials, self._hands.speaker.health
            if not (trials.ring_until if looping else trials.tone_until):
                self._tell(event, Channel.AUDIO, False, "stopped")
                return
            failing = health.state is SpeakerState.FAILING
            if not looping and health.played >= number and number not in health.sounding:
                self._end_trial()
                self._tell(event, Channel.AUDIO, False, _also("played once", health.reason))
                return
            if not looping and time.monotonic() > began + HEARD_WITHIN and health.played < number:
                self._end_trial()
                self._tell(event, Channel.AUDIO, False, f"not heard: {health.reason or 'no answer'}")
                return
            said = f"not heard: {health.reason}" if failing else _also("sounding", health.reason)
            self._tell(event, Channel.AUDIO, True, said)

    def _end_trial(self) -> None:
        self._keeper.take(TonePreviewed(None))

    # popups

    def _test_popup(self, event: AlertEvent) -> None:
        self._end_trial()
        self._popup_word = None
        self._keeper.take(PopupTested(event is AlertEvent.MESSAGE))
        self._turn += 1
        trial = self._keeper.trials.popup
        if trial is None:
            self._tell(event, Channel.DESKTOP, False, "withdrawn")
            return
        self._tell(event, Channel.DESKTOP, True, "asking the desktop")
        self._background(self._follow_popup(event, trial, self._turn))

    async def _follow_popup(self, event: AlertEvent, trial: PopupTrial, turn: int) -> None:
        """Until it was clicked, closed by somebody, or could not be delivered."""
        began, shown = time.monotonic(), False
        while turn == self._turn:
            word = self._popup_word
            shown = shown or isinstance(word, reported.PopupShown)
            now = self._keeper.trials.popup
            wanted = now is not None and now.number == trial.number
            late = not shown and time.monotonic() > began + ANSWER_WITHIN
            fate = self._fate(event, word, wanted, late)
            if fate:
                if wanted:
                    self._keeper.take(PopupEnded(trial.key, trial.number))
                self._tell(event, Channel.DESKTOP, False, fate)
                return
            if shown:
                self._tell(event, Channel.DESKTOP, True, "shown")
            await asyncio.sleep(LOOK_EVERY)

    def _fate(self, event: AlertEvent, word: reported.PopupEvent | None, wanted: bool, late: bool) -> str:
        """What became of it in the end; empty while it is open."""
        match word:
            case reported.PopupClicked(accept=accept):
                return "clicked: Accept" if accept else "clicked"
            case reported.PopupDismissed():
                return "closed on the desktop"
            case reported.PopupLost():
                return "lost: whoever showed it went away"
            case reported.PopupFailed(reason=reason):
                channel = self._keeper.desk.channels[ChannelName.DESKTOP]
                known = channel.reason if channel.state is ChannelState.FAILS else ""
                return f"not delivered: {known or reason}"
            case _ if not wanted:
                desktop = self._keeper.settings.desktop
                own = desktop.message if event is AlertEvent.MESSAGE else desktop.pending
                return f"closed after {own.close_after} s"
        return "not delivered: the desktop does not answer" if late else ""

    def _on_popup(self, event: reported.PopupEvent) -> None:
        trial = self._keeper.trials.popup
        number = None if isinstance(event, reported.PopupHealth) else event.number
        if trial is not None and number == trial.number:
            self._popup_word = event

    def _tell(self, event: AlertEvent, channel: Channel, running: bool, text: str) -> None:
        self._keeper.test_is(TestView(event, channel, running, text))


def _also(said: str, shortcoming: str) -> str:
    return f"{said}; {shortcoming}" if shortcoming else said
