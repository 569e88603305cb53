"""The policy: from desk, settings, focus and clock to an alert plan, with a reason for everything.

Asked after every event and on a timer, it works out what should be true now. The rules are section 3 of the
design; the table they come down to is ``stages.NEXT``. Pure: the caller says what time it is.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.alerts.chimes import weigh_messages
from tui.alerts.fallback import fall_back
from tui.alerts.memory import AlertMemory, PopupUp, Ringing, Rule
from tui.alerts.plan import AlertEvent, AlertPlan, Channel, Decision, Sounding, Verdict
from tui.alerts.popups import wanted_popups
from tui.alerts.quiet import hold_back, quiet_at, summary, went_on
from tui.alerts.reasons import who, why_left, world
from tui.alerts.ring import ring_now, ring_tone, ring_volume
from tui.alerts.stages import NEXT, Medium, Stage
from tui.alerts.tones import ask_tone, forget_old_tones
from tui.alerts.trials import heed_trials, trial_popups, trial_ring
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
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
from tui.desk.state import DeskState
from tui.text import clean_line

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
    memory = _weigh_rings(memory, desk, settings, now, only, decisions)
    memory = _weigh_popups(memory, desk, settings, now, only, decisions)
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
                        _decision(now, desk.pending[id], Channel.AUDIO, Verdict.STOPPED, "silenced by you")
                    )
            return replace(memory, rings=rings, ringing=frozenset())
        case PopupShown(_, number):
            return replace(
                memory,
                popups=_shown(memory.popups, number, now),
                message_popups=_shown(memory.message_popups, number, now),
            )
        case PopupEnded(_, number):
            rest = memory.rest if number == memory.rest_number else ()
            return replace(
                memory,
                popups=_over(memory.popups, number, rest),
                message_popups=_over(memory.message_popups, number, rest),
            )
        case PopupLost(_, number):
            if number == memory.rest_number:
                memory = replace(memory, rest=(), rest_at=float("-inf"))
            return replace(
                memory,
                popups=_held_again(memory.popups, number),
                message_popups={
                    # asked for long ago: it is raised anew at once, under a new number
                    id: replace(e, asked_seq=0, asked_at=float("-inf")) if e.number == number else e
                    for id, e in memory.message_popups.items()
                },
            )
        case _:
            return memory


def _shown(popups: Mapping[ContactId, PopupUp], number: int, now: float) -> Mapping[ContactId, PopupUp]:
    return {
        id: replace(entry, shown_at=now) if entry.number == number and entry.shown_at is None else entry
        for id, entry in popups.items()
    }


def _over(
    popups: Mapping[ContactId, PopupUp], number: int, rest: tuple[ContactId, ...]
) -> Mapping[ContactId, PopupUp]:
    return {
        id: replace(entry, stage=Stage.OVER, reason="closed on the desktop")
        if entry.stage is Stage.ACTIVE and (entry.number == number or id in rest)
        else entry
        for id, entry in popups.items()
    }


def _held_again(popups: Mapping[ContactId, PopupUp], number: int) -> Mapping[ContactId, PopupUp]:
    return {
        id: replace(entry, stage=Stage.HELD) if entry.number == number else entry
        for id, entry in popups.items()
    }


def _weigh_rings(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    now: float,
    only: Collection[ContactId] | None,
    decisions: list[Decision],
) -> AlertMemory:
    """Bring every pending contact's ring up to date; forget those that left the queue."""
    assert memory.world is not None
    world_rule = memory.world.ring
    rings = dict(memory.rings)
    held: list[ContactId] = []
    gone: list[ContactId] = []
    for id in _to_weigh(rings, desk, only):
        before = rings.get(id)
        contact = desk.pending.get(id)
        if contact is None:
            if before is not None:
                del rings[id]
                gone.append(id)
                if before.stage is Stage.ACTIVE:
                    decisions.append(_left(now, id, desk, Channel.AUDIO))
            continue
        if before is not None and before.pending_since != contact.pending_since:
            before = None
        rule = world_rule.of(contact)
        after = Ringing(
            contact.pending_since, _next(before, rule), _reason(before, rule) if before else rule.reason
        )
        if _is_held_back(before, after.stage, rule):
            held.append(id)
        if after == before:
            continue
        rings[id] = after
        decisions.extend(_told(now, contact, Channel.AUDIO, before, after, rule))
        newly_once = after.stage is Stage.ONCE and (before is None or before.stage is Stage.HELD)
        if newly_once and not 0 <= now - memory.once_at < SAME_MOMENT:
            memory = ask_tone(memory, ring_tone(contact, settings), ring_volume(settings), now)
            memory = replace(memory, once_at=now)
    looked_at = rings if only is None else only
    active = {id for id in looked_at if id in rings and rings[id].stage is Stage.ACTIVE}
    ringing = frozenset(active) if only is None else memory.ringing.difference(only) | active
    spell = hold_back(memory.spell, held, gone, desk)
    return replace(memory, rings=rings, ringing=ringing, spell=spell)


def _weigh_popups(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    now: float,
    only: Collection[ContactId] | None,
    decisions: list[Decision],
) -> AlertMemory:
    """Bring every pending contact's popup up to date; forget those that left the queue."""
    assert memory.world is not None
    world_rule = memory.world.popup
    close_after = settings.desktop.pending.close_after
    popups = dict(memory.popups)
    held: list[ContactId] = []
    number = memory.popup_number
    for id in _to_weigh(popups, desk, only):
        before = popups.get(id)
        contact = desk.pending.get(id)
        if contact is None:
            if before is not None:
                del popups[id]
                if before.stage is Stage.ACTIVE:
                    decisions.append(_left(now, id, desk, Channel.DESKTOP))
            continue
        if before is not None and before.pending_since != contact.pending_since:
            before = None
        if before is not None and before.stage is Stage.ACTIVE and _run_out(before, close_after, now):
            popups[id] = replace(before, stage=Stage.OVER, reason=f"closed after {close_after} s")
            decisions.append(_decision(now, contact, Channel.DESKTOP, Verdict.STOPPED, popups[id].reason))
            continue
        rule = world_rule.of(contact)
        stage = _next(before, rule)
        reason = _reason(before, rule) if before else rule.reason
        if before is None or stage is not before.stage:
            fresh = stage is Stage.ACTIVE
            number += fresh
            after = PopupUp(contact.pending_since, stage, reason, number if fresh else 0, now)
        else:
            after = replace(before, reason=reason)
        if _is_held_back(before, stage, rule):
            held.append(id)
        if after == before:
            continue
        popups[id] = after
        decisions.extend(_told(now, contact, Channel.DESKTOP, before, after, rule))
    spell = hold_back(memory.spell, held, (), desk)
    up = _up(memory, popups, only)
    return replace(memory, popups=popups, popup_number=number, up=up, spell=spell)


def _up(
    memory: AlertMemory, popups: Mapping[ContactId, PopupUp], only: Collection[ContactId] | None
) -> tuple[tuple[float, ContactId], ...]:
    """Whose popup is wanted, in the order they came; after a look at a few, the others stay as they were."""
    if only is None:
        active = ((e.pending_since, id) for id, e in popups.items() if e.stage is Stage.ACTIVE)
        return tuple(sorted(active))
    after = {
        (popups[id].pending_since, id) for id in only if id in popups and popups[id].stage is Stage.ACTIVE
    }
    olds = {id: memory.popups[id] for id in only if id in memory.popups}
    before = {(e.pending_since, id) for id, e in olds.items() if e.stage is Stage.ACTIVE}
    if after == before:
        return memory.up
    gone = before - after
    up = [pair for pair in memory.up if pair not in gone] if gone else list(memory.up)
    for pair in after - before:
        bisect.insort(up, pair)
    return tuple(up)


def _to_weigh(
    entries: Mapping[ContactId, object], desk: DeskState, only: Collection[ContactId] | None
) -> list[ContactId]:
    """Longest waiting first, so that of several arrivals at once it is the first that sounds."""
    if only is not None:
        return list(only)
    gone = [id for id in entries if id not in desk.pending]
    return gone + sorted(desk.pending, key=lambda id: desk.pending[id].pending_since)


def _run_out(popup: PopupUp, close_after: int, now: float) -> bool:
    return close_after > 0 and popup.shown_at is not None and now >= popup.shown_at + close_after


def _next(before: Ringing | PopupUp | None, rule: Rule) -> Stage:
    stage = Stage.HELD if before is None else before.stage
    return NEXT[rule.medium][stage, rule.leave]


def _is_held_back(before: Ringing | PopupUp | None, after: Stage, rule: Rule) -> bool:
    """Whether it would alert now if it were not for a mute or the quiet hours."""
    if after is not Stage.HELD or rule.without_quiet is None:
        return False
    stage = Stage.HELD if before is None else before.stage
    return NEXT[rule.medium][stage, rule.without_quiet] is not Stage.HELD


def _reason(before: Ringing | PopupUp, rule: Rule) -> str:
    """An alert that goes on keeps the reason it started for; one that waits has today's."""
    unchanged = _next(before, rule) is before.stage
    return before.reason if unchanged and before.stage is not Stage.HELD else rule.reason


def _told(
    now: float,
    contact: Contact,
    channel: Channel,
    before: Ringing | PopupUp | None,
    after: Ringing | PopupUp,
    rule: Rule,
) -> list[Decision]:
    """The decision in words, if there was one."""
    if after.stage is Stage.ACTIVE:
        verdict = Verdict.POPS_UP if rule.medium is Medium.POPUP else Verdict.RINGS
        reason = f"{who(contact)} pending, {after.reason}"
    elif after.stage is Stage.ONCE:
        if before is not None and before.stage is Stage.ACTIVE:
            verdict, reason = Verdict.STOPPED, "loop off (settings)"
        else:
            verdict, reason = Verdict.SOUNDS_ONCE, f"{who(contact)} pending, {after.reason}"
    elif before is not None and before.stage is Stage.ACTIVE:
        verdict, reason = Verdict.STOPPED, after.reason
    else:
        verdict, reason = Verdict.SILENT, after.reason
    return [_decision(now, contact, channel, verdict, reason)]


def _left(now: float, id: ContactId, desk: DeskState, channel: Channel) -> Decision:
    chat = desk.chats.get(id)
    contact = chat.contact if chat is not None else desk.departed.get(id)
    nick = clean_line(contact.nick if contact is not None else "")
    reason = clean_line(why_left(contact, desk))
    return Decision(now, id, nick, AlertEvent.PENDING, channel, Verdict.STOPPED, reason)


def _decision(now: float, contact: Contact, channel: Channel, verdict: Verdict, reason: str) -> Decision:
    return Decision(
        now,
        contact.id,
        clean_line(contact.nick),
        AlertEvent.PENDING,
        channel,
        verdict,
        clean_line(reason),
    )
