"""A console that does not lead neither sounds nor pops up; whoever takes over does what is due."""

from __future__ import annotations

from tests.alerts.room import Room
from tests.parts_of_desk import MARIA, contact, done, message, with_last
from tui.alerts.plan import Channel
from tui.desk.events import ContactChanged, LeadChanged, MessageAppended
from tui.desk.lifecycle import DeedKind

ELSEWHERE = LeadChanged(here=False, console="pid 2", several=True)
HERE = LeadChanged(here=True, several=True)
WHY = "sounds on your other console"


def test_a_contact_is_silent_here_while_another_console_leads_and_says_so() -> None:
    room = Room()
    room.looks(False)
    anna = contact("Anna", room.now)
    room.hears(ELSEWHERE, ContactChanged(anna))
    assert not room.rings()
    assert not room.popups()
    for channel in Channel:
        assert room.said(anna.id, channel) == [f"silent: {WHY}"]


def test_a_ring_moves_with_the_lead() -> None:
    room = Room()
    room.looks(False)
    anna = contact("Anna", room.now)
    room.hears(ContactChanged(anna))
    assert room.rings()
    room.hears(ELSEWHERE)
    assert not room.rings()
    assert not room.popups()
    assert room.said(anna.id)[-1] == f"stopped: {WHY}"
    room.hears(HERE)
    assert room.rings()
    assert len(room.popups()) == 1


def test_a_message_chimes_and_pops_up_only_where_the_lead_is() -> None:
    room = Room()
    room.looks(False)
    mine = done(contact("Anna", room.now), DeedKind.ACCEPT, room.now, MARIA)
    first = with_last(mine, 1)
    room.hears(ELSEWHERE, ContactChanged(first), MessageAppended(message(first, 1, "hello")))
    room.waits(5)
    second = with_last(mine, 2)
    room.hears(ContactChanged(second), MessageAppended(message(second, 2, "still there?")))
    assert room.tones() == 0
    assert not room.popups()
    room.waits(5)
    third = with_last(mine, 3)
    room.hears(HERE, ContactChanged(third), MessageAppended(message(third, 3, "hm")))
    assert room.tones() == 1
    assert len(room.popups()) == 1
