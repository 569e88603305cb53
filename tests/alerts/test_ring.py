"""What the ring sounds like: a tone a service, and more urgent when a contact has waited long."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.alerts.room import POPUPS_ON, Room
from tests.parts_of_desk import MARIA, contact, done
from tui.alerts.plan import Ring
from tui.alerts.standing import Standing
from tui.config.schema import Escalation, ServiceSettings
from tui.desk.events import ContactChanged, RingSilenced
from tui.desk.lifecycle import DeedKind

SERVICES = MappingProxyType(
    {"Sales": ServiceSettings(ring_tone="bells"), "Support": ServiceSettings(dissuasion_time=60)}
)
SALES = contact("Anna", 1000.0, service="Sales")
SUPPORT = contact("Bruno", 1001.0, service="Support")


def room_with(**changes: object) -> Room:
    room = Room(settings=replace(POPUPS_ON, **changes))  # type: ignore[arg-type]
    room.looks(False)
    return room


def ring(room: Room) -> Ring:
    assert room.plan.sounding.ring is not None
    return room.plan.sounding.ring


def test_a_service_rings_with_its_own_tone_and_the_others_with_the_common_one() -> None:
    room = room_with(services=SERVICES)
    room.hears(ContactChanged(SUPPORT))
    assert ring(room).tone == "marimba"
    room.hears(ContactChanged(done(SUPPORT, DeedKind.ACCEPT, 1002.0, MARIA)), ContactChanged(SALES))
    assert ring(room).tone == "bells"


def test_of_several_that_ring_the_one_that_rings_longest_gives_the_tone() -> None:
    room = room_with(services=SERVICES)
    room.hears(ContactChanged(SUPPORT), ContactChanged(SALES))
    assert ring(room).tone == "marimba"
    room.hears(ContactChanged(done(SUPPORT, DeedKind.ACCEPT, 1002.0, MARIA)))
    assert ring(room).tone == "bells"


def test_the_tone_stays_while_others_come_and_go() -> None:
    room = room_with(services=SERVICES)
    room.hears(ContactChanged(replace(SALES, pending_since=1005.0)))
    for name in ("b", "c", "d"):
        room.hears(ContactChanged(contact(name, 900.0, service="Support")))
        assert ring(room).tone == "bells"


def test_without_loop_each_contact_sounds_with_the_tone_of_its_service() -> None:
    room = room_with(services=SERVICES)
    room.sets(audio_pending={"loop": False})
    room.hears(ContactChanged(SALES))
    room.now += 2
    room.hears(ContactChanged(SUPPORT))
    assert [tone.tone for tone in room.plan.sounding.tones] == ["bells", "marimba"]


LOUDER = Escalation(enabled=True, after=0.5, volume=1.0, ring_tone="alarm")


def test_after_its_share_of_the_dissuasion_time_it_rings_louder_and_says_so_once() -> None:
    room = room_with(escalation=LOUDER)
    room.hears(ContactChanged(SALES))
    room.waits(149)
    assert ring(room) == Ring("marimba", 0.8)
    room.waits(1)
    assert ring(room) == Ring("alarm", 1.0)
    room.waits(1)
    room.waits(1)
    assert room.said(SALES.id) == [
        "rings: Anna (Sales) pending, console away",
        "rings louder: Anna has waited 150 s of 300 s",
    ]
    assert Standing(room.memory)[SALES.id].startswith("It rings, louder (it began: ")


def test_when_that_contact_is_gone_the_others_ring_as_before() -> None:
    room = room_with(escalation=LOUDER)
    room.hears(ContactChanged(SALES))
    room.waits(200)
    room.hears(ContactChanged(replace(SUPPORT, pending_since=room.now)))
    assert ring(room).tone == "alarm"
    room.hears(ContactChanged(done(SALES, DeedKind.ACCEPT, room.now, MARIA)))
    assert ring(room) == Ring("marimba", 0.8)


def test_a_contact_given_back_waits_anew() -> None:
    room = room_with(escalation=LOUDER)
    room.hears(ContactChanged(SALES))
    room.waits(200)
    taken = done(SALES, DeedKind.ACCEPT, room.now, MARIA)
    room.hears(ContactChanged(taken))
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now, MARIA)))
    assert ring(room).tone == "marimba"


def test_a_contact_heard_of_only_when_it_had_come_back_waits_anew() -> None:
    room = room_with(escalation=LOUDER)
    room.hears(ContactChanged(SALES))
    room.waits(200)
    room.hears(ContactChanged(replace(SALES, pending_since=room.now, version=2)))
    assert ring(room).tone == "marimba"


def test_an_empty_escalation_tone_keeps_the_one_that_rings() -> None:
    room = room_with(escalation=replace(LOUDER, ring_tone=""), services=SERVICES)
    room.hears(ContactChanged(SALES))
    room.waits(200)
    assert ring(room) == Ring("bells", 1.0)


@pytest.mark.parametrize("change", [{"enabled": False}, {"after": 0.9}])
def test_switched_off_or_not_yet_it_rings_as_ever(change: dict[str, object]) -> None:
    room = room_with(escalation=replace(LOUDER, **change))  # type: ignore[arg-type]
    room.hears(ContactChanged(SALES))
    room.waits(200)
    assert ring(room) == Ring("marimba", 0.8)


def test_who_may_wait_for_ever_and_who_was_silenced_is_never_urgent() -> None:
    room = room_with(escalation=LOUDER)
    room.hears(ContactChanged(contact("Emil", 1000.0, dissuasion_time=0.0)))
    room.waits(10_000)
    assert ring(room).tone == "marimba"
    room.hears(RingSilenced())
    room.hears(ContactChanged(contact("Fay", room.now - 200)), RingSilenced())
    room.hears(ContactChanged(contact("Gus", room.now)))
    assert ring(room).tone == "marimba"
