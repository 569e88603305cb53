"""Which popups should be up: at most three at once, the rest summed up in the last of them."""

from __future__ import annotations

import bisect
from dataclasses import replace
from functools import partial

from tui.alerts.memory import AlertMemory
from tui.alerts.plan import AlertEvent, Popup
from tui.alerts.reasons import who
from tui.alerts.stages import Stage
from tui.config.schema import OnClick, Settings
from tui.desk.contact import ContactId, Sender
from tui.desk.state import DeskState
from tui.text import CleanText, clean_line

AT_ONCE = 3
"""Popups on the desktop at the same time, the one that sums up included."""

REST_CHANGES_EVERY = 1.0
"""Seconds between two changes of the popup that sums up, so that a rush does not make it flicker."""

NAMED = 12
"""How many of them are named."""

BODY_CHARS = 200


def wanted_popups(
    memory: AlertMemory, desk: DeskState, settings: Settings, now: float
) -> tuple[AlertMemory, tuple[Popup, ...]]:
    """The popups that should be up now. Those up longest keep their place; the rest are summed up."""
    up = list(memory.up)
    for id, entry in memory.message_popups.items():
        if entry.stage is Stage.ACTIVE and id in desk.chats:
            bisect.insort(up, (entry.pending_since, id))
    if not up:
        return (replace(memory, rest=()) if memory.rest else memory), ()
    single = partial(_single, memory, desk, settings)
    if len(up) <= AT_ONCE:
        return replace(memory, rest=()), tuple(single(id) for _, id in up)
    singles = [id for _, id in up[: AT_ONCE - 1]]
    memory = _renumber_rest(memory, tuple(id for _, id in up[AT_ONCE - 1 :]), now)
    return memory, (*(single(id) for id in singles), _sum_up(memory, desk))


def _renumber_rest(memory: AlertMemory, rest: tuple[ContactId, ...], now: float) -> AlertMemory:
    if rest == memory.rest:
        return memory
    growing = memory.rest and set(rest) >= set(memory.rest)
    if growing and now < memory.rest_at + REST_CHANGES_EVERY:
        return memory
    number = memory.popup_number + 1
    return replace(memory, rest=rest, rest_number=number, rest_at=now, popup_number=number)


def _single(memory: AlertMemory, desk: DeskState, settings: Settings, id: ContactId) -> Popup:
    if id in desk.pending:
        entry, about = memory.popups[id], desk.pending[id]
        own = settings.desktop.pending
        return Popup(
            key=f"pending:{about.id}",
            number=entry.number,
            event=AlertEvent.PENDING,
            contact=about.id,
            title=clean_line(f"{who(about)} {'left a letter' if about.offline else 'is waiting'}"),
            body=_excerpt(about.first_words) if own.show_text else clean_line("A visitor asks for help."),
            on_click=own.on_click,
            can_accept=True,
            close_after=own.close_after,
        )
    entry, chat = memory.message_popups[id], desk.chats[id]
    message = settings.desktop.message
    words = next((m.text for m in reversed(chat.messages) if m.sender is Sender.VISITOR), None)
    return Popup(
        key=f"message:{chat.contact.id}",
        number=entry.number,
        event=AlertEvent.MESSAGE,
        contact=chat.contact.id,
        title=clean_line(f"{who(chat.contact)} wrote"),
        body=_excerpt(words) if message.show_text and words else clean_line("A new message."),
        on_click=OnClick.NOTHING if message.on_click is OnClick.NOTHING else OnClick.SHOW,
        can_accept=False,
        close_after=message.close_after,
    )


def _sum_up(memory: AlertMemory, desk: DeskState) -> Popup:
    # Who has left since the sum was last changed is still in it, for a second at most.
    writing = sum(id in memory.message_popups for id in memory.rest)
    waiting = len(memory.rest) - writing
    parts = []
    if waiting:
        parts.append(f"{waiting} contacts waiting" if waiting > 1 else "1 contact waiting")
    if writing:
        parts.append(f"{writing} chats with new messages" if writing > 1 else "1 chat with new messages")
    named = memory.rest[:NAMED]
    contacts = [desk.pending[id] for id in named if id in desk.pending]
    contacts += [desk.chats[id].contact for id in named if id in desk.chats]
    return Popup(
        key="rest",
        number=memory.rest_number,
        event=AlertEvent.PENDING if waiting else AlertEvent.MESSAGE,
        contact=None,
        title=clean_line("And " + ", ".join(parts)),
        body=_excerpt(", ".join(who(contact) for contact in contacts)),
        on_click=OnClick.SHOW,
        can_accept=False,
        close_after=0,
    )


def _excerpt(text: str) -> CleanText:
    line = clean_line(text)
    return line if len(line) <= BODY_CHARS else clean_line(line[: BODY_CHARS - 1] + "…")
