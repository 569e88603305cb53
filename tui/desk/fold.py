"""How each event changes the desk: one handler an event, gathered in a table at the end.

Pure: the same desk, event and time always give the same desk. Hearing an event twice, or a snapshot in the
middle of a stream, changes nothing that was right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from tui.desk.contact import ChatMessage, Contact, ContactId, Sender, Status
from tui.desk.events import (
    AgentRenamed,
    ChannelReported,
    ChatClosed,
    ChatShown,
    ContactChanged,
    Event,
    FocusReported,
    FocusTrustLearned,
    GroupsSet,
    HistoryRead,
    InputSeen,
    LeadChanged,
    MessageAppended,
    MessageDropped,
    MessageQueued,
    MessageStuck,
    MuteSet,
    PauseSet,
    PopupEnded,
    PopupLost,
    PopupShown,
    PopupTested,
    RingSilenced,
    ScreenStalled,
    Snapshot,
    TerminalReattached,
    TimePassed,
    TonePreviewed,
    ToneTested,
    TypingSeen,
)
from tui.desk.state import (
    DEPARTED_KEPT,
    TYPING_HOLDS_FOR,
    Chat,
    DeskState,
    Outgoing,
    free_number,
    may_take,
)

T = TypeVar("T")


def fold(state: DeskState, event: Event, now: float) -> DeskState:
    """The desk after the event, heard at ``now``."""
    return HANDLERS[type(event)](state, event, now)


def _on_snapshot(state: DeskState, event: Snapshot, now: float) -> DeskState:
    present = {contact.id for contact in event.contacts}
    vanished = [contact for id, contact in state.pending.items() if id not in present]
    kept = {id: chat for id, chat in state.chats.items() if id in present or chat.ended}
    after = replace(
        state,
        pending={id: contact for id, contact in state.pending.items() if id in present},
        chats=kept,
        passed={id: contact for id, contact in state.passed.items() if id in present},
        departed=_remember(state.departed, vanished),
        parted=_remember(state.parted, [chat.contact for id, chat in state.chats.items() if id not in kept]),
        known=True,
    )
    for contact in sorted(event.contacts, key=lambda contact: contact.accepted_at or 0.0):
        after = _with_contact(after, contact)
    by_contact: dict[ContactId, list[ChatMessage]] = {}
    for message in event.messages:
        by_contact.setdefault(message.contact, []).append(message)
    chats = dict(after.chats)
    for id, messages in by_contact.items():
        if id in chats:
            chats[id] = _with_messages(chats[id], messages)
    return replace(after, chats=chats)


def _on_contact(state: DeskState, event: ContactChanged, now: float) -> DeskState:
    return _with_contact(state, event.contact)


def _with_contact(state: DeskState, contact: Contact) -> DeskState:
    """Put the record where it belongs now, and take it from where it was."""
    after = _placed(state, contact)
    if contact.id in state.chats and contact.id not in after.chats:
        return replace(after, parted=_remember(_without(after.parted, contact.id), [contact]))
    return after


def _placed(state: DeskState, contact: Contact) -> DeskState:
    known = _known(state, contact.id)
    if known is not None and contact.version < known.version:
        return state
    if may_take(contact, state.me, state.groups):
        return replace(
            state,
            pending={**state.pending, contact.id: contact},
            chats=_without(state.chats, contact.id),
            passed=_without(state.passed, contact.id),
        )
    departed = state.departed
    if contact.id in state.pending:
        departed = _remember(departed, [contact])
    under_way = contact.status is Status.PENDING and contact.transferred_by == state.me
    return replace(
        state,
        pending=_without(state.pending, contact.id),
        chats=_chats_with(state, contact),
        passed={**state.passed, contact.id: contact} if under_way else _without(state.passed, contact.id),
        departed=departed,
    )


def _known(state: DeskState, id: ContactId) -> Contact | None:
    """The record as this desk last heard it, wherever it is."""
    if id in state.chats:
        return state.chats[id].contact
    return state.pending.get(id) or state.passed.get(id)


def _chats_with(state: DeskState, contact: Contact) -> Mapping[ContactId, Chat]:
    if contact.status is Status.ASSIGNED and contact.agent == state.me:
        chat = state.chats.get(contact.id)
        if chat is not None:
            return {**state.chats, contact.id: replace(chat, contact=contact)}
        chat = Chat(contact, number=free_number(state.chats))
        chats = sorted([*state.chats.values(), chat], key=lambda chat: chat.number)
        return {chat.contact.id: chat for chat in chats}
    if contact.id not in state.chats:
        return state.chats
    chat = state.chats[contact.id]
    ended_elsewhere = contact.status is Status.ENDED and contact.ended_by is not Sender.AGENT
    if ended_elsewhere or (contact.status is Status.ENDED and chat.outgoing):
        ended = replace(chat, contact=contact, typing_until=0.0, unanswered_since=None)
        return {**state.chats, contact.id: ended}
    return _without(state.chats, contact.id)


def _on_message(state: DeskState, event: MessageAppended, now: float) -> DeskState:
    chat = state.chats.get(event.message.contact)
    if chat is None or event.message.seq != chat.last_seq + 1:
        return state  # what came before it is not here yet: the chat stays behind until its history is read
    return _with_chat(state, _with_messages(chat, [event.message]))


def _on_history(state: DeskState, event: HistoryRead, now: float) -> DeskState:
    return _with_history(state, event.contact, event.messages)


def _with_history(state: DeskState, id: ContactId, messages: Iterable[ChatMessage]) -> DeskState:
    if id not in state.chats:
        return state
    return replace(state, chats={**state.chats, id: _with_messages(state.chats[id], messages)})


def _with_messages(chat: Chat, messages: Iterable[ChatMessage]) -> Chat:
    """The chat with what follows its last message; what would leave a gap is left for the next reading."""
    fresh: list[ChatMessage] = []
    last = chat.last_seq
    for message in messages:
        # A transcript longer than one reading begins with what the reading begins with.
        if message.seq == last + 1 or (last == 0 and not fresh):
            fresh.append(message)
            last = message.seq
    if not fresh:
        return chat
    stored = {message.id for message in fresh}
    visitor_wrote = any(message.sender is Sender.VISITOR for message in fresh)
    return replace(
        chat,
        messages=chat.messages + tuple(fresh),
        outgoing=tuple(waiting for waiting in chat.outgoing if waiting.id not in stored),
        typing_until=0.0 if visitor_wrote else chat.typing_until,
        unanswered_since=_unanswered(chat.unanswered_since, fresh) if _may_answer(chat) else None,
    )


def _may_answer(chat: Chat) -> bool:
    """Whether an answer can be written here: not once it has ended, and not to what was left offline."""
    return not chat.ended and not chat.contact.offline


def _unanswered(since: float | None, fresh: Iterable[ChatMessage]) -> float | None:
    """Since when the visitor waits for an answer, after these messages: "hello?" does not start it anew."""
    for message in fresh:
        if message.sender is Sender.AGENT:
            since = None
        elif message.sender is Sender.VISITOR and since is None:
            since = message.at
    return since


def _on_typing(state: DeskState, event: TypingSeen, now: float) -> DeskState:
    if event.sender is not Sender.VISITOR or event.contact not in state.chats:
        return state
    until = event.at + TYPING_HOLDS_FOR if event.typing else 0.0
    return _with_chat(state, replace(state.chats[event.contact], typing_until=until))


def _on_queued(state: DeskState, event: MessageQueued, now: float) -> DeskState:
    chat = state.chats.get(event.contact)
    if chat is None or any(waiting.id == event.id for waiting in chat.outgoing):
        return state
    waiting = Outgoing(event.id, event.text, now, note=event.note)
    return _with_chat(state, replace(chat, outgoing=(*chat.outgoing, waiting)))


def _on_stuck(state: DeskState, event: MessageStuck, now: float) -> DeskState:
    return _with_outgoing(
        state, event.contact, lambda out: replace(out, stuck=event.reason) if out.id == event.id else out
    )


def _on_dropped(state: DeskState, event: MessageDropped, now: float) -> DeskState:
    return _with_outgoing(
        state,
        event.contact,
        lambda out: replace(out, stuck="the contact has ended", lost=True) if out.id == event.id else out,
    )


def _with_outgoing(state: DeskState, id: ContactId, change: Callable[[Outgoing], Outgoing]) -> DeskState:
    chat = state.chats.get(id)
    if chat is None:
        return state
    return _with_chat(state, replace(chat, outgoing=tuple(change(out) for out in chat.outgoing)))


def _on_shown(state: DeskState, event: ChatShown, now: float) -> DeskState:
    outdated = event.instead_of is not None and event.instead_of != (state.current or "")
    current = state.current if outdated else event.contact
    return replace(state, current=current, shown=max(state.shown, event.number))


def _on_closed(state: DeskState, event: ChatClosed, now: float) -> DeskState:
    chat = state.chats.get(event.contact)
    if chat is None or not chat.ended:
        return state
    current = None if state.current == event.contact else state.current
    return replace(state, chats=_without(state.chats, event.contact), current=current)


def _on_pause(state: DeskState, event: PauseSet, now: float) -> DeskState:
    if not event.paused:
        return replace(state, paused=False, pause_reason="", pause_auto=False) if state.paused else state
    since = state.paused_since if state.paused else now
    return replace(state, paused=True, paused_since=since, pause_reason=event.reason, pause_auto=event.auto)


def _on_groups(state: DeskState, event: GroupsSet, now: float) -> DeskState:
    """What is pending for a group just left goes; what waits for a new one the watch brings."""
    after = replace(state, groups=event.groups)
    kept = {id: contact for id, contact in state.pending.items() if may_take(contact, state.me, event.groups)}
    return after if len(kept) == len(state.pending) else replace(after, pending=kept)


def _on_renamed(state: DeskState, event: AgentRenamed, now: float) -> DeskState:
    return replace(state, me=event.name)


def _on_channel(state: DeskState, event: ChannelReported, now: float) -> DeskState:
    return replace(state, channels={**state.channels, event.channel: event})


def _unchanged(state: DeskState, event: Event, now: float) -> DeskState:
    return state


def _with_chat(state: DeskState, chat: Chat) -> DeskState:
    return replace(state, chats={**state.chats, chat.contact.id: chat})


def _without(mapping: Mapping[ContactId, T], id: ContactId) -> Mapping[ContactId, T]:
    if id not in mapping:
        return mapping
    return {key: value for key, value in mapping.items() if key != id}


def _remember(
    departed: Mapping[ContactId, Contact], contacts: Iterable[Contact]
) -> Mapping[ContactId, Contact]:
    merged = {**departed, **{contact.id: contact for contact in contacts}}
    surplus = len(merged) - DEPARTED_KEPT
    return dict(islice(merged.items(), surplus, None)) if surplus > 0 else merged


HANDLERS: dict[type[Any], Callable[[DeskState, Any, float], DeskState]] = {
    Snapshot: _on_snapshot,
    ContactChanged: _on_contact,
    MessageAppended: _on_message,
    HistoryRead: _on_history,
    TypingSeen: _on_typing,
    MessageQueued: _on_queued,
    MessageStuck: _on_stuck,
    MessageDropped: _on_dropped,
    ChatShown: _on_shown,
    ChatClosed: _on_closed,
    PauseSet: _on_pause,
    GroupsSet: _on_groups,
    AgentRenamed: _on_renamed,
    ChannelReported: _on_channel,
    FocusReported: lambda s, e, now: replace(s, focus=s.focus.told(e.focused, now)),
    InputSeen: lambda s, e, now: replace(s, focus=s.focus.touched(now)),
    FocusTrustLearned: lambda s, e, now: replace(s, focus=s.focus.learned(e.trust, e.why)),
    TerminalReattached: lambda s, e, now: replace(s, focus=s.focus.forgotten()),
    ScreenStalled: lambda s, e, now: replace(s, focus=replace(s.focus, stalled=e.stalled)),
    LeadChanged: lambda s, e, now: replace(s, lead=e),
    # what concerns the alerts alone
    RingSilenced: _unchanged,
    ToneTested: _unchanged,
    TonePreviewed: _unchanged,
    PopupTested: _unchanged,
    MuteSet: _unchanged,
    PopupShown: _unchanged,
    PopupEnded: _unchanged,
    PopupLost: _unchanged,
    TimePassed: _unchanged,
}
"""What becomes of the desk, event by event."""
