"""What an agent is told of contacts on their way, and when the console pauses for him."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.parts_of_desk import LUCA, MARIA, contact, done
from tui.config.schema import AgentSettings, Settings
from tui.desk.contact import AgentName, Contact
from tui.desk.events import ContactChanged, PauseSet, Snapshot
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.deskloop.keeper import Keeper
from tui.deskloop.transfers import TransferWatch
from tui.link.view import Colleague
from tui.text import RemoteText

PAOLO = AgentName("Paolo")
READY, PAUSED = Colleague(LUCA), Colleague(LUCA, paused=True)


class Room:
    """An agent's desk, with the watch on it."""

    def __init__(self, me: AgentName = MARIA, settings: Settings | None = None) -> None:
        self.keeper = Keeper(
            *(me, settings or Settings(), Path("config.toml"), time.time),
            *(lambda plan: None, lambda decision: None, lambda: None),
        )
        self.keeper.take(Snapshot((), ()))
        self.keeper.observe = TransferWatch(self.keeper, lambda work: work()).observe

    def hears(self, contact: Contact) -> None:
        self.keeper.take(ContactChanged(contact))

    @property
    def told(self) -> list[str]:
        return [str(told.text) for told in self.keeper.view().told]


MINE = done(contact("Anna", 1000.0), DeedKind.ACCEPT, 1010.0, MARIA)


def after(before: Contact, kind: DeedKind, agent: str, now: float, **more: object) -> Contact:
    found = apply(before, Deed(kind, f"{kind} {now}", AgentName(agent), **more), now)  # type: ignore[arg-type]
    assert isinstance(found, Contact), found
    return found


SENT = after(MINE, DeedKind.TRANSFER, MARIA, 1100.0, to=PAOLO, seconds=60.0)
BACK = after(SENT, DeedKind.RETURN_DUE, "", 1160.0)
TO_GROUP = after(MINE, DeedKind.TRANSFER, MARIA, 1100.0, to_group="Billing", seconds=60.0)


@pytest.mark.parametrize(
    ("sent", "becomes", "told"),
    [
        (SENT, after(SENT, DeedKind.ACCEPT, PAOLO, 1120.0), "Paolo has accepted Anna."),
        (
            SENT,
            after(SENT, DeedKind.DECLINE, PAOLO, 1120.0, note=RemoteText("at lunch")),
            "Paolo declined Anna: at lunch.",
        ),
        (SENT, BACK, "Paolo did not accept Anna in time: waits for you."),
        (
            SENT,
            after(SENT, DeedKind.RETURN_DUE, "", 1160.0, to_all=True),
            "Paolo did not accept Anna in time: waits for all.",
        ),
        (
            TO_GROUP,
            after(TO_GROUP, DeedKind.RETURN_DUE, "", 1160.0),
            "the group Billing did not accept Anna in time: waits for you.",
        ),
        (SENT, after(SENT, DeedKind.LEAVE, "", 1120.0), "Anna has gone before anybody accepted."),
    ],
)
def test_who_passed_it_on_is_told_once_what_became_of_it(sent: Contact, becomes: Contact, told: str) -> None:
    room = Room()
    room.hears(MINE)
    room.hears(sent)
    room.hears(becomes)
    room.hears(becomes)
    assert room.told == [told]


def missed(room: Room) -> None:
    """A contact addressed to the room's agent comes, and its time runs out."""
    room.hears(SENT)
    room.hears(BACK)


def test_who_did_not_accept_what_was_addressed_to_him_is_paused_and_told_why() -> None:
    room = Room(PAOLO)
    room.keeper.colleagues_are((READY,))
    missed(room)
    desk = room.keeper.desk
    assert (desk.paused, desk.pause_auto) == (True, True)
    assert desk.pause_reason == "Anna was not accepted in time"


def test_who_declines_is_not_paused() -> None:
    room = Room(PAOLO)
    room.keeper.colleagues_are((READY,))
    room.hears(SENT)
    room.hears(after(SENT, DeedKind.DECLINE, PAOLO, 1120.0))
    assert not room.keeper.desk.paused


@pytest.mark.parametrize("others", [(), (PAUSED,)], ids=["alone", "all paused"])
def test_the_last_one_who_is_ready_is_never_paused_for_him(others: tuple[Colleague, ...]) -> None:
    room = Room(PAOLO)
    room.keeper.colleagues_are(others)
    missed(room)
    assert not room.keeper.desk.paused


def test_it_can_be_switched_off() -> None:
    room = Room(PAOLO, Settings(agent=AgentSettings(pause_when_missed=False)))
    room.keeper.colleagues_are((READY,))
    missed(room)
    assert not room.keeper.desk.paused


def test_a_pause_of_his_own_keeps_its_reason() -> None:
    room = Room(PAOLO)
    room.keeper.colleagues_are((READY,))
    room.keeper.take(PauseSet(True, "lunch"))
    missed(room)
    assert room.keeper.desk.pause_reason == "lunch"


def test_the_sender_too_is_paused_when_what_came_back_to_him_runs_out() -> None:
    room = Room()
    room.keeper.colleagues_are((READY,))
    room.hears(MINE)
    room.hears(SENT)
    room.hears(BACK)
    room.hears(after(BACK, DeedKind.RETURN_DUE, "", 1220.0))
    assert room.keeper.desk.pause_auto


def test_what_is_heard_late_of_an_earlier_time_pauses_nobody() -> None:
    room = Room(PAOLO)
    room.keeper.colleagues_are((READY,))
    again = after(BACK, DeedKind.ACCEPT, MARIA, 1170.0)
    again = after(again, DeedKind.TRANSFER, MARIA, 1180.0, to=PAOLO, seconds=60.0)
    room.hears(again)
    room.hears(BACK)
    assert not room.keeper.desk.paused
