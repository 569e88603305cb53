"""How events change the desk, where the order they come in matters."""

from __future__ import annotations

from tests.parts_of_desk import MARIA, contact, done, message, with_last
from tui.desk.contact import Sender
from tui.desk.events import ContactChanged, Event, HistoryRead, MessageAppended, MessageQueued, Snapshot
from tui.desk.fold import fold
from tui.desk.lifecycle import DeedKind
from tui.desk.state import DeskState
from tui.text import RemoteText

ANNA = contact("Anna", 1000.0)
MINE = done(ANNA, DeedKind.ACCEPT, 1005.0, MARIA)


def after(*events: Event) -> DeskState:
    state = DeskState(MARIA)
    for event in events:
        state = fold(state, event, 1010.0)
    return state


def texts(state: DeskState) -> list[int]:
    return [message.seq for message in state.chats[ANNA.id].messages]


def test_a_message_that_comes_before_the_history_does_not_become_the_beginning() -> None:
    grown = with_last(MINE, 3)
    state = after(ContactChanged(grown), MessageAppended(message(grown, 3)))
    assert texts(state) == []
    assert state.chats[ANNA.id].behind
    state = fold(state, HistoryRead(ANNA.id, tuple(message(grown, seq) for seq in (1, 2, 3))), 1010.0)
    assert texts(state) == [1, 2, 3]
    assert not state.chats[ANNA.id].behind


def test_a_gap_is_left_for_the_history() -> None:
    state = after(
        Snapshot((with_last(MINE, 2),), (message(MINE, 1), message(MINE, 2))),
        MessageAppended(message(MINE, 4)),
    )
    assert texts(state) == [1, 2]


def test_what_comes_twice_is_there_once() -> None:
    snapshot = Snapshot((with_last(MINE, 2),), (message(MINE, 1), message(MINE, 2)))
    state = after(snapshot, MessageAppended(message(MINE, 2)), snapshot)
    assert texts(state) == [1, 2]


def test_a_message_of_mine_is_shown_at_once_and_gives_way_to_the_stored_one() -> None:
    stored = message(MINE, 2, "hello", Sender.AGENT)
    state = after(
        Snapshot((MINE,), (message(MINE, 1),)), MessageQueued(ANNA.id, stored.id, RemoteText("hello"))
    )
    assert [out.id for out in state.chats[ANNA.id].outgoing] == [stored.id]
    state = fold(state, MessageAppended(stored), 1010.0)
    assert state.chats[ANNA.id].outgoing == ()
    assert texts(state) == [1, 2]


def test_an_older_record_does_not_replace_a_newer_one() -> None:
    state = after(ContactChanged(MINE), ContactChanged(ANNA))
    assert ANNA.id in state.chats
    assert ANNA.id not in state.pending
