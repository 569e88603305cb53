"""How far each popup has got. Which of them are up, and what they show, is in ``popups``."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Mapping
from dataclasses import replace

from tui.alerts.memory import AlertMemory, PopupUp
from tui.alerts.plan import Channel, Decision, Verdict
from tui.alerts.quiet import hold_back
from tui.alerts.stages import Stage
from tui.alerts.weighing import (
    decision_about,
    is_held_back,
    next_stage,
    reason_now,
    to_weigh,
    told_left,
    told_of,
)
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.state import DeskState


def shown(popups: Mapping[ContactId, PopupUp], number: int, now: float) -> Mapping[ContactId, PopupUp]:
    """After a popup was seen to be delivered."""
    return {
        id: replace(entry, shown_at=now) if entry.number == number and entry.shown_at is None else entry
        for id, entry in popups.items()
    }


def over(
    popups: Mapping[ContactId, PopupUp], number: int, rest: tuple[ContactId, ...]
) -> Mapping[ContactId, PopupUp]:
    """After a popup was closed or clicked; ``rest`` are those it summed up."""
    return {
        id: replace(entry, stage=Stage.OVER, reason="closed on the desktop")
        if entry.stage is Stage.ACTIVE and (entry.number == number or id in rest)
        else entry
        for id, entry in popups.items()
    }


def held_again(popups: Mapping[ContactId, PopupUp], number: int) -> Mapping[ContactId, PopupUp]:
    """After a popup was lost with the desktop's service: it is to come again."""
    return {
        id: replace(entry, stage=Stage.HELD) if entry.number == number else entry
        for id, entry in popups.items()
    }


def weigh_popups(
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
    for id in to_weigh(popups, desk, only):
        before = popups.get(id)
        contact = desk.pending.get(id)
        if contact is None:
            if before is not None:
                del popups[id]
                if before.stage is Stage.ACTIVE:
                    decisions.append(told_left(now, id, desk, Channel.DESKTOP))
            continue
        if before is not None and before.pending_since != contact.pending_since:
            before = None
        if before is not None and before.stage is Stage.ACTIVE and _run_out(before, close_after, now):
            popups[id] = replace(before, stage=Stage.OVER, reason=f"closed after {close_after} s")
            decisions.append(
                decision_about(now, contact, Channel.DESKTOP, Verdict.STOPPED, popups[id].reason)
            )
            continue
        rule = world_rule.of(contact)
        stage = next_stage(before, rule)
        reason = reason_now(before, rule) if before else rule.reason
        if before is None or stage is not before.stage:
            fresh = stage is Stage.ACTIVE
            number += fresh
            after = PopupUp(contact.pending_since, stage, reason, number if fresh else 0, now)
        else:
            after = replace(before, reason=reason)
        if is_held_back(before, stage, rule):
            held.append(id)
        if after == before:
            continue
        popups[id] = after
        decisions.extend(told_of(now, contact, Channel.DESKTOP, before, after, rule))
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


def _run_out(popup: PopupUp, close_after: int, now: float) -> bool:
    return close_after > 0 and popup.shown_at is not None and now >= popup.shown_at + close_after
