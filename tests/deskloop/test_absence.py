"""How long a visitor who is away is waited for: on a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.parts.memory_backend import MemoryBackend
from tui.backends.contract import NewContact, Won
from tui.config.schema import Settings
from tui.desk.contact import AgentName, ContactId, MessageId, Outcome, Status
from tui.desk.events import ContactChanged
from tui.desk.lifecycle import Deed, DeedKind
from tui.desk.presence import LEASE
from tui.deskloop import deadlines as module
from tui.deskloop.deadlines import SLEPT, Deadlines
from tui.text import RemoteText

ID = ContactId("Anna")
MARIA = AgentName("Maria")
START = 1_000_000.0


class Room:
    """A desk of which the test moves the clock on, second by second."""

    def __init__(self) -> None:
        self.now = START
        self.backend = MemoryBackend(clock=lambda: self.now)
        self.deadlines = Deadlines(self.backend, Settings, lambda: self.now)

    async def silence(self, since: float | None, gone_at: float | None) -> None:
        await self.backend.set_silence(ID, since, gone_at)
        self.hear()

    def hear(self) -> None:
        self.deadlines.take(ContactChanged(self.backend.desk.contacts[ID]))

    async def accept(self) -> None:
        assert isinstance(await self.backend.perform(ID, Deed(DeedKind.ACCEPT, "a", MARIA)), Won)
        self.hear()

    async def pass_by(self, seconds: float, step: float = 1.0) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + step)
            await self.look()

    async def look(self) -> None:
        for _ in range(12):  # the task looks at the clock, and does what is due
            await asyncio.sleep(0)

    def status(self) -> Status:
        return self.backend.desk.contacts[ID].status


@asynccontextmanager
async def opened(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)
    room = Room()
    await room.backend.open()
    await room.backend.create(NewContact(ID, RemoteText("Anna"), RemoteText("hi"), MessageId("1")))
    room.hear()
    task = asyncio.create_task(room.deadlines.run())
    await room.look()
    yield room
    task.cancel()


async def test_a_lift_a_tunnel_or_a_locked_phone_ends_no_conversation_before_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as room:
        await room.accept()
        await room.silence(room.now, None)
        await room.pass_by(599)
        assert room.status() is Status.ASSIGNED
        await room.pass_by(2)
        assert room.status() is Status.ENDED


async def test_the_place_in_the_queue_is_kept_for_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as room:
        await room.pass_by(4)
        await room.silence(room.now, None)
        await room.pass_by(119)
        assert room.status() is Status.PENDING
        await room.pass_by(2)
        assert room.backend.desk.contacts[ID].outcome is Outcome.CANCELLED, "they waited four seconds"


async def test_who_comes_back_within_the_time_has_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as room:
        await room.accept()
        for _ in range(3):
            await room.silence(room.now, None)
            await room.pass_by(590, 3)
            await room.silence(None, room.now + LEASE)
        assert room.status() is Status.ASSIGNED


async def test_a_goodbye_has_the_grace_for_reloads_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as room:
        await room.accept()
        grace = Settings().web.reload_grace
        assert grace == 20
        await room.silence(room.now, room.now + grace)
        await room.pass_by(14.6)
        assert room.status() is Status.ASSIGNED, "a slow reload"
        await room.pass_by(6)
        assert room.status() is Status.ENDED


async def test_a_door_that_was_killed_ends_nothing_before_its_time_and_who_really_left_goes_some_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with opened(monkeypatch) as room:
        await room.silence(None, room.now + LEASE)
        await room.pass_by(LEASE + 119)
        assert room.status() is Status.PENDING
        await room.pass_by(2)
        assert room.status() is Status.ENDED


async def test_a_sleep_of_the_machine_is_nobodys_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as room:
        await room.accept()
        await room.silence(room.now, None)
        await room.pass_by(300)
        await room.pass_by(3600, step=3600)
        assert SLEPT < 3600
        await room.pass_by(599)
        assert room.status() is Status.ASSIGNED
        await room.pass_by(2)
        assert room.status() is Status.ENDED


async def test_what_the_settings_say_counts_as_they_are_now(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(monkeypatch) as room:
        await room.silence(room.now, None)
        await room.pass_by(60)
        short = replace(Settings(), web=replace(Settings().web, away_in_queue=30))
        monkeypatch.setattr(room.deadlines, "_settings", lambda: short)
        await room.pass_by(1)
        assert room.status() is Status.ENDED
