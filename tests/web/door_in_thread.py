"""A door and its engine on a loop in a thread, so that a synchronous test can drive a browser against it."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tests.parts.waiting import until
from tests.web.desk import MARIA, Clock, Desk, SometimesFailing, new_door
from tui.backends.contract import Appended, ConsoleBeat, Won
from tui.config.schema import Settings
from tui.desk.contact import AgentName, Contact, ContactId, MessageId, Sender
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop.deadlines import Deadlines
from tui.text import RemoteText

T = TypeVar("T")


class DoorInThread:
    """An open door and what an agent does behind it."""

    def __init__(self, folder: Path, settings: Settings, *, staffed: bool = True) -> None:
        """Unless ``staffed`` is false a console lives, so that visitors find somebody there."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="door", daemon=True)
        self._thread.start()
        self.desk = self._run(self._make(folder, settings))
        self._beating: asyncio.Task[None] | None = None
        self._minding: list[asyncio.Task[None]] = []
        if staffed:
            self.come()
        self.bound = self._run(self.desk.door.start("127.0.0.1", 0))
        self.desk.bound = self.bound
        self.url = self.bound.url

    def close_door(self) -> None:
        self._run(self.desk.door.close())

    def open_door(self) -> None:
        self._run(self._open_again())

    def come(self) -> None:
        """An agent sits down at a console."""
        self._beating = self._run(self._begin_to_beat())

    def mind_deadlines(self) -> None:
        """From now on somebody enforces deadlines, as every console does."""
        self._run(self._mind())

    def go_home(self) -> None:
        """He leaves, with a farewell."""
        self._run(self._farewell())

    def end(self) -> None:
        if self._beating is not None:
            self.go_home()
        self._run(self._cancel(*self._minding))
        self._run(self.desk.door.close())
        self._run(self.desk.backend.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def desk_id(self) -> str:
        return self._run(self.desk.backend.desk_id())

    def contact(self, id: str) -> Contact:
        contact = self._run(self.desk.backend.contact(ContactId(id)))
        assert contact is not None
        return contact

    def pending(self) -> tuple[Contact, ...]:
        return self._run(self.desk.backend.pending())

    def stored(self, id: str) -> list[str]:
        return [message.text for message in self._run(self.desk.backend.history(ContactId(id)))]

    def accept(self, id: str) -> None:
        self._do(id, DeedKind.ACCEPT)

    def give_back(self, id: str) -> None:
        self._do(id, DeedKind.GIVE_BACK)

    def pass_on(self, id: str, to: str) -> None:
        """Maria passes it to a colleague."""
        deed = Deed(DeedKind.TRANSFER, uuid.uuid4().hex, MARIA, to=AgentName(to), seconds=60)
        assert isinstance(self._run(self.desk.backend.perform(ContactId(id), deed)), Won)

    def end_contact(self, id: str) -> None:
        self._do(id, DeedKind.END)

    def leave(self, id: str) -> None:
        """The visitor counts as having left."""
        self._do(id, DeedKind.LEAVE)

    def time_up(self, id: str) -> None:
        self._do(id, DeedKind.TIME_UP)

    def say(self, id: str, text: str, sender: Sender = Sender.AGENT) -> None:
        stored = self._run(
            self.desk.backend.append(
                ContactId(id), MessageId(uuid.uuid4().hex), sender, RemoteText(MARIA), RemoteText(text)
            )
        )
        assert isinstance(stored, Appended)

    def type(self, id: str, on: bool = True) -> None:
        self._run(self.desk.backend.tell_typing(ContactId(id), Sender.AGENT, on))

    def until_stored(self, id: str, texts: list[str]) -> None:
        until(lambda: self.stored(id) == texts, 20, f"{texts} are stored", every=0.05)

    async def _mind(self) -> None:
        deadlines = Deadlines(self.desk.backend, lambda: self.desk.settings, self.desk.clock)

        async def watch() -> None:
            async for event in self.desk.backend.watch():
                deadlines.take(event)

        self._minding = [asyncio.create_task(watch()), asyncio.create_task(deadlines.run())]

    @staticmethod
    async def _cancel(*tasks: asyncio.Task[None]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin_to_beat(self) -> asyncio.Task[None]:
        async def beat() -> None:
            while True:
                await asyncio.sleep(0.5)
                await self._beat(self.desk.clock())

        await self._beat(self.desk.clock())
        return asyncio.create_task(beat())

    async def _farewell(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
            self._beating = None
        await self._beat(0.0)

    async def _beat(self, at: float) -> None:
        await self.desk.backend.beat(ConsoleBeat("console", MARIA, at, at))

    def _do(self, id: str, kind: DeedKind) -> None:
        done = self._run(self.desk.backend.perform(ContactId(id), Deed(kind, uuid.uuid4().hex, MARIA)))
        assert isinstance(done, Won)

    async def _make(self, folder: Path, settings: Settings) -> Desk:
        clock = Clock()
        backend = SometimesFailing(folder / "deskbell.db", clock=clock)
        await backend.open()
        desk = Desk(backend, clock, settings, door=None)  # type: ignore[arg-type]
        desk.door = await new_door(desk)
        return desk

    async def _open_again(self) -> None:
        self.desk.door = await new_door(self.desk)
        await self.desk.door.start("127.0.0.1", self.bound.port)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(15)
