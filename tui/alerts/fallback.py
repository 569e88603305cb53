"""When a channel fails, the next one speaks: bell for sound, terminal notices for popups, the title always.

A channel that works, but on a far machine (over SSH), is helped out as well: nobody may hear it there.
"""

from __future__ import annotations

from dataclasses import replace

from tui.alerts.memory import AlertMemory
from tui.alerts.plan import Popup, TerminalAlert
from tui.desk.events import ChannelName, ChannelState
from tui.desk.state import DeskState
from tui.text import CleanText, clean_line

BELL_EVERY = 3.0
"""Seconds between two bells while the ring would sound."""

NOTICES_KEPT = 8

NEEDS_HELP = (ChannelState.FAILS, ChannelState.ELSEWHERE)


def fall_back(
    memory: AlertMemory, desk: DeskState, popups: tuple[Popup, ...], now: float
) -> tuple[AlertMemory, TerminalAlert]:
    """What the terminal itself should do, given how the other channels do."""
    memory = _bells(memory, desk, now)
    memory = _notices(memory, desk, popups)
    return memory, TerminalAlert(_title(len(desk.pending)), memory.bells, memory.notices)


def _bells(memory: AlertMemory, desk: DeskState, now: float) -> AlertMemory:
    if desk.channel(ChannelName.AUDIO) not in NEEDS_HELP:
        return memory
    due = bool(memory.ringing) and not 0 <= now - memory.bell_at < BELL_EVERY
    # A tone that was asked for since the last bell: also one that the failing speaker never played.
    due = due or any(tone.asked_at > memory.bell_at for tone in memory.tones)
    return replace(memory, bells=memory.bells + 1, bell_at=now) if due else memory


def _notices(memory: AlertMemory, desk: DeskState, popups: tuple[Popup, ...]) -> AlertMemory:
    if desk.channel(ChannelName.DESKTOP) not in NEEDS_HELP:
        return memory
    shown = _delivered(memory) if desk.channel(ChannelName.DESKTOP) is ChannelState.FAILS else frozenset()
    new = [popup for popup in popups if popup.number not in memory.noticed | shown]
    if not new:
        return memory
    notices = memory.notices + tuple((popup.number, popup.title, popup.body) for popup in new)
    wanted = frozenset(popup.number for popup in popups)
    return replace(memory, notices=notices[-NOTICES_KEPT:], noticed=(memory.noticed & wanted) | wanted)


def _delivered(memory: AlertMemory) -> frozenset[int]:
    entries = (*memory.popups.values(), *memory.message_popups.values())
    return frozenset(entry.number for entry in entries if entry.shown_at is not None)


def _title(waiting: int) -> CleanText:
    return clean_line(f"({waiting} waiting) Deskbell" if waiting else "Deskbell")
