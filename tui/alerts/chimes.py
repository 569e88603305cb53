"""Alerts for incoming messages: a visitor's message in a contact this agent has.

What has been weighed is remembered by sequence, so that a resync brings no second chime and a message that
arrived by one brings its first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.alerts.memory import AlertMemory, PopupUp
from tui.alerts.plan import AlertEvent, Channel, Decision, Verdict
from tui.alerts.quiet import hold_back_message
from tui.alerts.reasons import who
from tui.alerts.stages import Leave, Stage
from tui.alerts.tones import ask_tone
from tui.config.schema import Settings
from tui.desk.contact import ChatMessage, ContactId, Sender
from tui.desk.state import Chat, DeskState
from tui.text import clean_line

BURST = 1.0
"""Seconds within which one contact's messages chime once and raise one popup."""


def weigh_messages(
    memory: AlertMemory, desk: DeskState, settings: Settings, now: float, decisions: list[Decision]
) -> AlertMemory:
    """Chime and pop up for what has come in since the last look; withdraw popups of what was read."""
    heard = dict(memory.heard)
    for id, chat in desk.chats.items():
        if id not in heard or not chat.messages:
            # Taken just now, or found at the start: what was said before is read, not announced.
            heard[id] = heard.get(id, chat.contact.last_seq)
            continue
        fresh = _fresh(chat, heard[id])
        heard[id] = max(heard[id], chat.last_seq)
        if fresh:
            memory = _hold_back(memory, id, fresh[-1].seq)
            memory = _chime(memory, settings, chat, now, decisions)
            memory = _want_popup(memory, chat, now, decisions)
    for id in [id for id in heard if id not in desk.chats]:
        del heard[id]
    chimed = {id: at for id, at in memory.chimed_at.items() if 0 <= now - at < BURST}
    memory = replace(memory, heard=heard, chimed_at=chimed)
    if memory.message_popups:
        memory = _tend_popups(memory, desk, settings, now, decisions)
    return memory


def _fresh(chat: Chat, after: int) -> list[ChatMessage]:
    fresh = []
    for message in reversed(chat.messages):
        if message.seq <= after:
            break
        if message.sender is Sender.VISITOR and message.seq > chat.contact.agent_seen:
            fresh.append(message)
    return fresh


def _hold_back(memory: AlertMemory, id: ContactId, seq: int) -> AlertMemory:
    """Note a message that only the quiet keeps silent."""
    assert memory.world is not None
    if Leave.FREE in (memory.world.chime.without_quiet, memory.world.message_popup.without_quiet):
        return replace(memory, spell=hold_back_message(memory.spell, id, seq))
    return memory


def _chime(
    memory: AlertMemory, settings: Settings, chat: Chat, now: float, decisions: list[Decision]
) -> AlertMemory:
    assert memory.world is not None
    rule = memory.world.chime
    id = chat.contact.id
    if rule.leave is not Leave.FREE:
        decisions.append(_decision(now, chat, Channel.AUDIO, Verdict.SILENT, rule.reason))
        return memory
    if 0 <= now - memory.chimed_at.get(id, float("-inf")) < BURST:
        decisions.append(_decision(now, chat, Channel.AUDIO, Verdict.SILENT, "chimed within the last second"))
        return memory
    reason = f"{who(chat.contact)} wrote, {rule.reason}"
    decisions.append(_decision(now, chat, Channel.AUDIO, Verdict.CHIMES, reason))
    audio = settings.audio
    memory = ask_tone(memory, audio.message.ring_tone, audio.volume * audio.message.volume, now)
    return replace(memory, chimed_at={**memory.chimed_at, id: now})


def _want_popup(memory: AlertMemory, chat: Chat, now: float, decisions: list[Decision]) -> AlertMemory:
    assert memory.world is not None
    rule = memory.world.message_popup
    id = chat.contact.id
    if rule.leave is not Leave.FREE:
        decisions.append(_decision(now, chat, Channel.DESKTOP, Verdict.SILENT, rule.reason))
        return memory
    before = memory.message_popups.get(id)
    if before is not None and before.stage is Stage.ACTIVE and 0 <= now - before.asked_at < BURST:
        entry = replace(before, seq=chat.last_seq)
        return replace(memory, message_popups={**memory.message_popups, id: entry})
    reason = f"{who(chat.contact)} wrote, {rule.reason}"
    decisions.append(_decision(now, chat, Channel.DESKTOP, Verdict.POPS_UP, reason))
    number = memory.popup_number + 1
    entry = PopupUp(now, Stage.ACTIVE, reason, number, now, None, chat.last_seq, chat.last_seq)
    return replace(memory, popup_number=number, message_popups={**memory.message_popups, id: entry})


def _tend_popups(
    memory: AlertMemory, desk: DeskState, settings: Settings, now: float, decisions: list[Decision]
) -> AlertMemory:
    """Bring a burst's popup up to its last message; withdraw what was read, closed, barred, run out."""
    assert memory.world is not None
    rule = memory.world.message_popup
    close_after = settings.desktop.message.close_after
    kept: dict[ContactId, PopupUp] = {}
    number = memory.popup_number
    for id, entry in memory.message_popups.items():
        chat = desk.chats.get(id)
        why = _why_withdrawn(chat, entry, close_after, now)
        if why is None and rule.leave is Leave.BARRED:
            why = rule.reason
        if why is not None:
            if chat is not None and entry.stage is Stage.ACTIVE:
                decisions.append(_decision(now, chat, Channel.DESKTOP, Verdict.STOPPED, why))
            continue
        if entry.seq > entry.asked_seq and now >= entry.asked_at + BURST:
            number += 1
            entry = replace(entry, number=number, asked_at=now, shown_at=None, asked_seq=entry.seq)
        kept[id] = entry
    return replace(memory, message_popups=_same_or(kept, memory.message_popups), popup_number=number)


def _why_withdrawn(chat: Chat | None, entry: PopupUp, close_after: int, now: float) -> str | None:
    if chat is None:
        return "no longer your chat"
    if entry.stage is not Stage.ACTIVE:
        return entry.reason
    if chat.unread == 0:
        return "read"
    if close_after > 0 and entry.shown_at is not None and now >= entry.shown_at + close_after:
        return f"closed after {close_after} s"
    return None


def _same_or(
    new: Mapping[ContactId, PopupUp], old: Mapping[ContactId, PopupUp]
) -> Mapping[ContactId, PopupUp]:
    return old if new == old else new


def _decision(now: float, chat: Chat, channel: Channel, verdict: Verdict, reason: str) -> Decision:
    contact = chat.contact
    return Decision(
        now, contact.id, clean_line(contact.nick), AlertEvent.MESSAGE, channel, verdict, clean_line(reason)
    )
