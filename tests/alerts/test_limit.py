"""The most chats at once: who rings, who does not, and when it rings again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.alerts.room import POPUPS_ON, Room
from tests.parts_of_desk import LUCA, MARIA, contact, done
from tui.alerts.plan import Channel
from tui.config.schema import QuietHours
from tui.desk.contact import Contact, ContactId
from tui.desk.events import ContactChanged, MuteSet, RingSilenced
from tui.desk.lifecycle import Deed, DeedKind, apply

ANNA, BRUNO = ContactId("Anna"), ContactId("Bruno")
FULL = "you have 1 of 1 chats (settings)"


def full_room(**blocks: object) -> tuple[Room, Contact]:
    """Maria has one chat of one, and is away."""
    room = Room(replace(POPUPS_ON, agent=replace(POPUPS_ON.agent, max_chats=1)))
    mine = done(contact("Luca", 900.0), DeedKind.ACCEPT, 950.0, MARIA)
    room.hears(ContactChanged(mine))
    room.looks(False)
    return room, mine


def starred(name: str, at: float) -> Contact:
    return replace(contact(name, at), addressed_to=MARIA)


def test_at_the_limit_a_pending_contact_neither_rings_nor_pops_up_and_says_why() -> None:
    room, _ = full_room()
    room.hears(ContactChanged(contact("Anna", room.now)))
    assert not room.rings()
    assert room.popups() == []
    assert room.said(ANNA) == [f"silent: {FULL}"]
    assert room.said(ANNA, Channel.DESKTOP) == [f"silent: {FULL}"]


@pytest.mark.parametrize("kind", [DeedKind.END, DeedKind.GIVE_BACK, DeedKind.LEAVE])
def test_when_a_chat_ends_who_waits_rings_again(kind: DeedKind) -> None:
    room, mine = full_room()
    room.hears(ContactChanged(contact("Anna", room.now)))
    room.now += 5
    room.hears(ContactChanged(done(mine, kind, room.now, MARIA)))
    assert ANNA in room.memory.ringing
    assert "pending:Anna" in room.popups()
    assert room.said(ANNA)[-1] == "rings: Anna (Sales) pending, console away"


def test_the_chat_that_makes_it_full_stops_the_ring_of_the_others_and_says_why() -> None:
    room, mine = full_room()
    room.hears(ContactChanged(done(mine, DeedKind.END, room.now, MARIA)))
    anna, bruno = contact("Anna", room.now), contact("Bruno", room.now)
    room.hears(ContactChanged(anna), ContactChanged(bruno))
    assert room.memory.ringing == {ANNA, BRUNO}
    room.hears(ContactChanged(done(anna, DeedKind.ACCEPT, room.now, MARIA)))
    assert not room.rings()
    assert room.said(BRUNO)[-1] == f"stopped: {FULL}"
    assert room.popups() == []


def test_a_starred_contact_rings_on_top_of_the_limit() -> None:
    room, _ = full_room()
    room.hears(ContactChanged(starred("Anna", room.now)), ContactChanged(contact("Bruno", room.now)))
    assert room.memory.ringing == {ANNA}
    assert room.popups() == ["pending:Anna"]


def test_what_was_silenced_stays_silent_when_there_is_room_again() -> None:
    room, mine = full_room()
    room.sets(agent={"max_chats": 0})
    room.hears(ContactChanged(contact("Anna", room.now)))
    room.hears(RingSilenced())
    room.sets(agent={"max_chats": 1})
    room.hears(ContactChanged(done(mine, DeedKind.END, room.now, MARIA)))
    assert not room.rings()


def test_looking_at_the_console_when_a_chat_ends_it_waits_until_the_console_is_left() -> None:
    room, mine = full_room()
    room.looks(True)
    room.hears(ContactChanged(contact("Anna", room.now)))
    room.hears(ContactChanged(done(mine, DeedKind.END, room.now, MARIA)))
    assert not room.rings()
    room.looks(False)
    assert room.memory.ringing == {ANNA}


def test_without_loop_it_sounds_once_when_there_is_room() -> None:
    room, mine = full_room()
    room.sets(audio_pending={"loop": False})
    room.hears(ContactChanged(contact("Anna", room.now)))
    assert room.tones() == 0
    room.now += 5
    room.hears(ContactChanged(done(mine, DeedKind.END, room.now, MARIA)))
    assert room.tones() == 1
    room.waits(30)
    assert room.tones() == 1


@pytest.mark.parametrize("pierces", [False, True])
def test_a_mute_holds_at_the_limit_too_and_counts_only_who_would_have_rung(pierces: bool) -> None:
    room, _ = full_room()
    room.settings = replace(room.settings, quiet_hours=QuietHours(starred_pierces=pierces))
    room.hears(MuteSet(room.now + 60))
    room.hears(ContactChanged(starred("Anna", room.now)), ContactChanged(contact("Bruno", room.now)))
    assert room.memory.ringing == ({ANNA} if pierces else frozenset())
    assert room.said(BRUNO) == [f"silent: {FULL}"]
    room.waits(61)
    assert room.memory.ringing == {ANNA}
    assert "Bruno" not in " ".join(room.missed)


def test_what_was_left_offline_calls_nobody_until_a_colleague_hands_it_on() -> None:
    room = Room()
    room.looks(False)
    left = replace(contact("Anna", room.now, dissuasion_time=0), offline=True)
    room.hears(ContactChanged(left))
    assert not room.rings()
    assert room.popups() == []
    assert room.said(ANNA) == ["silent: left offline, nobody waits at the other end"]
    his = done(left, DeedKind.ACCEPT, room.now, LUCA)
    deed = Deed(DeedKind.TRANSFER, "t", LUCA, to=MARIA, seconds=60.0)
    passed = apply(his, deed, room.now + 1)
    assert isinstance(passed, Contact)
    room.hears(ContactChanged(his), ContactChanged(passed))
    assert room.memory.ringing == {ANNA}
    assert room.plan is not None
    assert [popup.title for popup in room.plan.popups] == ["Anna (Sales) left a letter"]
