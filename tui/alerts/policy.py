"""The policy: from desk, settings, focus and clock to an alert plan, with a reason for everything.

Asked after every event and on a timer, it works out what should be true now. The rules are section 3 of the
design; the table they come down to is ``stages.NEXT``. Pure: the caller says what time it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.alerts.chimes import weigh_messages
from tui.alerts.fallback import fall_back
from tui.alerts.memory import AlertMemory, Ringing
from tui.alerts.plan import AlertPlan, Channel, Decision, Sounding, Verdict
from tui.alerts.popup_stages import held_again, over, shown, weigh_popups
from tui.alerts.popups import wanted_popups
from tui.alerts.quiet import hold_back, quiet_at, summary, went_on
from tui.alerts.reasons import world
from tui.alerts.ring import ring_now, ring_tone, ring_volume
from tui.alerts.stages import Stage
from tui.alerts.tones import ask_tone, forget_old_tones
from tui.alerts.trials import heed_trials, trial_popups, trial_ring
from tui.alerts.weighing import (
    decision_about,
    is_held_back,
    next_stage,
    reason_now,
    to_weigh,
    told_left,
    told_of_former,
    told_of_ring,
)
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.events import (
    ChatClosed,
    ChatShown,
    ContactChanged,
    Event,
    HistoryRead,
    InputSeen,
    MessageAppended,
    MessageDropped,
    MessageQueued,
    MessageStuck,
    MuteSet,
    PopupEnded,
    PopupLost,
    PopupShown,
    RingSilenced,
    TimePassed,
    TypingSeen,
)
from tui.desk.focus import focus_at
from tui.desk.presence import said_goodbye
from tui.desk.state import DeskState

SAME_MOMENT = 1.0
"""Seconds within which several arrivals without loop sound once."""


@dataclass(frozen=True, slots=True)
class Step:
    """One look at the world."""

    memory: AlertMemory
    plan: AlertPlan
    decisions: tuple[Decision, ...]
    missed: str = ""
    """When a time of quiet has just ended: what was missed in it, in plain words."""


def decide(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    event: Event,
    now: float,
    zone: tzinfo | None = None,
) -> Step:
    """What should be true after ``event``, which the desk has already taken in.

    ``zone`` is where the quiet hours are told; None is where the machine is.
    """
    focus = focus_at(desk.focus, now, settings.focus.input_counts_for)
    memory, missed = _mind_quiet(memory, desk, settings, event, now, zone)
    quiet = memory.spell.quiet if memory.spell is not None else None
    rules = world(settings, desk, focus, quiet)
    only = _to_look_at(event, memory) if rules == memory.world else None
    memory = replace(memory, world=rules, tones=forget_old_tones(memory.tones, now))
    decisions: list[Decision] = []

    memory = _heed(memory, desk, settings, event, now, decisions)
    memory = heed_trials(memory, settings, event, now)
    memory = _weigh_rings(memory, desk, settings, now, zone, only, decisions)
    memory = weigh_popups(memory, desk, settings, now, only, decisions)
    memory = weigh_messages(memory, desk, settings, now, decisions)
    memory, popups = wanted_popups(memory, desk, settings, now)
    popups = (*popups, *trial_popups(memory, settings))
    memory, terminal = fall_back(memory, desk, popups, now)

    urgent = isinstance(event, TimePassed) and settings.escalation.enabled
    memory, ring = ring_now(memory, desk, settings, now, None if urgent else only, decisions)
    sounding = Sounding(ring, memory.tones, trial_ring(memory, settings), memory.trials.hushed)
    plan = AlertPlan(sounding, popups, terminal)
    return Step(memory, plan, tuple(decisions), missed)


def _to_look_at(event: Event, memory: AlertMemory) -> Collection[ContactId] | None:
    """Which pending contacts an event can concern when the rules are as they were; None for all."""
    match event:
        case ContactChanged(contact):
            return (contact.id,)
        case TimePassed():
            return frozenset(id for _, id in memory.up)  # whose popup may have run out
        case TypingSeen() | MessageAppended() | HistoryRead() | InputSeen() | ChatShown():
            return ()
        case MessageQueued() | MessageStuck() | MessageDropped() | ChatClosed():
            return ()
        case _:
            return None


def _mind_quiet(
    memory: AlertMemory, desk: DeskState, settings: Settings, event: Event, now: float, zone: tzinfo | None
) -> tuple[AlertMemory, str]:
    """Begin, go on with or end a time of quiet; when one ends, also what was missed in it."""
    if isinstance(event, MuteSet):
        memory = replace(memory, muted_until=event.until)
    quiet = quiet_at(memory.muted_until, settings.quiet_hours, now, zone)
    spell = went_on(memory.spell, quiet)
    if spell is memory.spell:
        return memory, ""
    ended = memory.spell if spell is None else None
    return replace(memory, spell=spell), summary(ended, desk) if ended is not None else ""


def _heed(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    event: Event,
    now: float,
    decisions: list[Decision],
) -> AlertMemory:
    """Take in what concerns the alerts alone."""
    match event:
        case RingSilenced():
            rings = dict(memory.rings)
            for id in memory.ringing:
                rings[id] = replace(rings[id], stage=Stage.OVER, reason="silenced by you")
                if id in desk.pending:
                    decisions.append(
                        decision_about(
                            now, desk.pending[id], Channel.AUDIO, Verdict.STOPPED, "silenced by you"
                        )
                    )
            return replace(memory, rings=rings, ringing=frozenset())
        case PopupShown(_, number):
            return replace(
                memory,
                popups=shown(memory.popups, number, now),
                message_popups=shown(memory.message_popups, number, now),
            )
        case PopupEnded(_, number):
            rest = memory.rest if number == memory.rest_number else ()
            return replace(
                memory,
                popups=over(memory.popups, number, rest),
                message_popups=over(memory.message_popups, number, rest),
            )
        case PopupLost(_, number):
            if number == memory.rest_number:
                memory = replace(memory, rest=(), rest_at=float("-inf"))
            return replace(
                memory,
                popups=held_again(memory.popups, number),
                message_popups={
                    # asked for long ago: it is raised anew at once, under a new number
                    id: replace(e, asked_seq=0, asked_at=float("-inf")) if e.number == number else e
                    for id, e in memory.message_popups.items()
                },
            )
        case _:
            return memory


def _weigh_rings(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    now: float,
    zone: tzinfo | None,
    only: Collection[ContactId] | None,
    decisions: list[Decision],
) -> AlertMemory:
    """Bring every pending contact's ring up to date; forget those that left the queue."""
    assert memory.world is not None
    world_rule = memory.world.ring
    rings = dict(memory.rings)
    held: list[ContactId] = []
    gone: list[ContactId] = []
    for id in to_weigh(rings, desk, only):
        before = rings.get(id)
        contact = desk.pending.get(id)
        if contact is None:
            if before is not None:
                del rings[id]
                gone.append(id)
                if before.stage is Stage.ACTIVE:
                    decisions.append(told_left(now, id, desk, Channel.AUDIO))
            continue
        former = before
        if before is not None and before.pending_since != contact.pending_since:
            before = None
        rule = world_rule.of(contact)
        after = Ringing(
            contact.pending_since,
            next_stage(before, rule),
            reason_now(before, rule) if before else rule.reason,
            None if said_goodbye(contact) else contact.silent_since,
        )
        if is_held_back(before, after.stage, rule):
            held.append(id)
        if after == before:
            continue
        rings[id] = after
        if before is None:
            decisions.extend(told_of_former(now, contact, Channel.AUDIO, former, after))
        decisions.extend(told_of_ring(now, contact, before, after, rule, zone))
        newly_once = after.stage is Stage.ONCE and (before is None or before.stage is Stage.HELD)
        if newly_once and not 0 <= now - memory.once_at < SAME_MOMENT:
            memory = ask_tone(memory, ring_tone(contact, settings), ring_volume(settings), now)
            memory = replace(memory, once_at=now)
    looked_at = rings if only is None else only
    active = {id for id in looked_at if id in rings and rings[id].stage is Stage.ACTIVE}
    ringing = frozenset(active) if only is None else memory.ringing.difference(only) | active
    spell = hold_back(memory.spell, held, gone, desk)
    return replace(memory, rings=rings, ringing=ringing, spell=spell)
