"""Since when a visitor waits for an answer, and what the agent calls a chat by."""

from __future__ import annotations

from tests.parts_of_desk import MARIA, contact, done, message, with_last
from tui.desk.contact import ContactId, Sender
from tui.desk.events import ChatClosed, ContactChanged, Event, HistoryRead, MessageAppended, Snapshot
from tui.desk.fold import fold
from tui.desk.lifecycle import DeedKind
from tui.desk.state import DeskState, chat_numbered, longest_unanswered

ANNA = done(contact("Anna", 1000.0), DeedKind.ACCEPT, 1005.0, MARIA)
BRUNO = done(contact("Bruno", 2000.0), DeedKind.ACCEPT, 2005.0, MARIA)
CHEN = done(contact("Chen", 3000.0), DeedKind.ACCEPT, 3005.0, MARIA)


def after(*events: Event, start: DeskState | None = None) -> DeskState:
    state = start or DeskState(MARIA)
    for event in events:
        state = fold(state, event, 5000.0)
    return state


def anna(*senders: Sender) -> DeskState:
    """Anna's chat after messages of these senders."""
    record = with_last(ANNA, len(senders))
    said = tuple(message(record, seq, sender=sender) for seq, sender in enumerate(senders, 1))
    return after(ContactChanged(record), HistoryRead(record.id, said))


def since(state: DeskState) -> float | None:
    return state.chats[ANNA.id].unanswered_since


V, A, NOTE, SYSTEM = Sender.VISITOR, Sender.AGENT, Sender.NOTE, Sender.SYSTEM


def test_a_visitor_waits_from_the_first_message_that_has_no_answer() -> None:
    assert since(anna(V)) == 1001.0
    assert since(anna(V, V, V)) == 1001.0
    assert since(anna(V, A)) is None
    assert since(anna(V, A, V, V)) == 1003.0


def test_neither_a_private_note_nor_the_desks_own_words_are_an_answer() -> None:
    assert since(anna(V, NOTE, SYSTEM)) == 1001.0
    assert since(anna(A, NOTE)) is None


def test_it_is_the_same_message_by_message() -> None:
    state = anna(V, A)
    for seq, sender in ((3, V), (4, V)):
        state = after(MessageAppended(message(ANNA, seq, sender=sender)), start=state)
    assert since(state) == 1003.0
    state = after(MessageAppended(message(ANNA, 5, sender=A)), start=state)
    assert since(state) is None


def test_who_has_left_waits_no_more_and_what_is_read_of_him_later_changes_nothing() -> None:
    state = anna(V)
    gone = done(with_last(ANNA, 2), DeedKind.LEAVE, 1100.0)
    state = after(ContactChanged(gone), start=state)
    assert since(state) is None
    assert since(after(MessageAppended(message(gone, 2)), start=state)) is None


def test_the_longest_unanswered_is_who_has_waited_longest_not_who_wrote_last() -> None:
    state = after(
        Snapshot((CHEN, ANNA, BRUNO), ()),
        HistoryRead(BRUNO.id, (message(BRUNO, 1),)),
        HistoryRead(ANNA.id, (message(ANNA, 1), message(ANNA, 2, sender=A))),
        HistoryRead(CHEN.id, (message(CHEN, 1),)),
        MessageAppended(message(BRUNO, 2)),
    )
    assert longest_unanswered(state) == BRUNO.id
    assert longest_unanswered(after(start=DeskState(MARIA))) is None


def test_a_number_stays_with_its_chat_and_a_free_one_is_given_again() -> None:
    state = after(ContactChanged(ANNA), ContactChanged(BRUNO))
    ended = done(ANNA, DeedKind.LEAVE, 1100.0)
    state = after(ContactChanged(ended), ChatClosed(ANNA.id), start=state)
    assert [(chat.contact.id, chat.number) for chat in state.chats.values()] == [("Bruno", 2)]
    state = after(ContactChanged(CHEN), start=state)
    assert [(chat.contact.id, chat.number) for chat in state.chats.values()] == [("Chen", 1), ("Bruno", 2)]
    assert chat_numbered(state, 2) == BRUNO.id
    assert chat_numbered(state, 3) is None


def test_a_fresh_snapshot_renumbers_nobody_and_a_first_one_goes_by_who_was_taken_first() -> None:
    state = after(Snapshot((CHEN, ANNA, BRUNO), ()))
    numbers = {id: chat.number for id, chat in state.chats.items()}
    assert numbers == {ContactId("Anna"): 1, ContactId("Bruno"): 2, ContactId("Chen"): 3}
    state = after(Snapshot((CHEN, BRUNO), ()), start=state)
    assert {id: chat.number for id, chat in state.chats.items()} == {"Bruno": 2, "Chen": 3}
