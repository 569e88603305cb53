"""A visitor's door on a real engine and a free port, for the tests of the door."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from tui.backends.contract import Appended, BackendError, Won
from tui.backends.sqlite import SqliteBackend
from tui.config.schema import Settings, WebSettings
from tui.desk.contact import AgentName, ChatMessage, Contact, ContactId, MessageId, Sender
from tui.desk.lifecycle import Deed, DeedKind
from tui.text import RemoteText
from tui.web.door import Bound, Door

MARIA = AgentName("Maria")
Json = dict[str, Any]

ROOMY = WebSettings(
    contacts_per_minute=100_000,
    messages_per_second=1_000,
    calls_per_second=100_000,
    calls_per_contact=10_000,
    pending=100_000,
    pending_per_address=100_000,
    connections_per_address=100_000,
    reload_grace=8,
)
"""Limits that no test meets by accident."""


class Clock:
    """The time, which a test may move on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class SometimesFailing(SqliteBackend):
    """The real engine, but one that can be told to be unreachable."""

    fails = False

    async def append(
        self, contact: ContactId, id: MessageId, sender: Sender, author: RemoteText, text: RemoteText
    ) -> Any:
        self._refuse()
        return await super().append(contact, id, sender, author, text)

    async def create(self, new: Any) -> Contact:
        self._refuse()
        return await super().create(new)

    async def contact(self, contact: ContactId) -> Contact | None:
        self._refuse()
        return await super().contact(contact)

    async def history(
        self, contact: ContactId, after: int = 0, limit: int = 10_000
    ) -> tuple[ChatMessage, ...]:
        self._refuse()
        return await super().history(contact, after, limit)

    async def set_silence(
        self, contact: ContactId, silent_since: float | None, gone_at: float | None
    ) -> None:
        self._refuse()
        await super().set_silence(contact, silent_since, gone_at)

    async def healthy(self) -> bool:
        return not self.fails and await super().healthy()

    def _refuse(self) -> None:
        if self.fails:
            raise BackendError("/secret/place/deskbell.db: disk full")


@dataclass
class Visit:
    """A contact as its visitor knows it."""

    id: ContactId
    token: str

    @property
    def path(self) -> str:
        return f"/v1/contacts/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Desk:
    """An open door, its engine, and a client at the door."""

    backend: SometimesFailing
    clock: Clock
    settings: Settings
    door: Door
    bound: Bound = field(init=False)
    client: aiohttp.ClientSession = field(init=False)

    def set_web(self, **changes: Any) -> None:
        self.settings = replace(self.settings, web=replace(self.settings.web, **changes))

    async def visit(self, nick: str = "Anna", text: str = "hello", **fields: Any) -> Visit:
        async with self.client.post("/v1/contacts", json={"nick": nick, "text": text, **fields}) as answer:
            assert answer.status == 201, await answer.text()
            told = await answer.json()
        return Visit(ContactId(told["id"]), told["token"])

    async def record(self, visit: Visit) -> Contact:
        contact = await self.backend.contact(visit.id)
        assert contact is not None
        return contact

    async def agent(self, kind: DeedKind, visit: Visit) -> Contact:
        done = await self.backend.perform(visit.id, Deed(kind, uuid.uuid4().hex, MARIA))
        assert isinstance(done, Won)
        return done.contact

    async def transfer(self, visit: Visit, to: str, note: str) -> Contact:
        """Maria passes it on."""
        deed = Deed(
            DeedKind.TRANSFER, uuid.uuid4().hex, MARIA, to=AgentName(to), note=RemoteText(note), seconds=60
        )
        done = await self.backend.perform(visit.id, deed)
        assert isinstance(done, Won)
        return done.contact

    async def agent_notes(self, visit: Visit, text: str) -> ChatMessage:
        """A private note, by Luca."""
        stored = await self.backend.append(
            visit.id, MessageId(uuid.uuid4().hex), Sender.NOTE, RemoteText("Luca"), RemoteText(text)
        )
        assert isinstance(stored, Appended)
        return stored.message

    async def agent_says(self, visit: Visit, text: str) -> ChatMessage:
        stored = await self.backend.append(
            visit.id, MessageId(uuid.uuid4().hex), Sender.AGENT, RemoteText(MARIA), RemoteText(text)
        )
        assert isinstance(stored, Appended)
        return stored.message

    async def leave_page(self, visit: Visit, tab: str) -> int:
        """The page in this tab says by HTTP that it is left; the status of the answer."""
        path = f"{visit.path}/stream"
        async with self.client.delete(path, params={"tab": tab}, headers=visit.headers) as answer:
            return answer.status

    async def reopen(self) -> None:
        """Close the door and open another one on the same port, as a restart of the program does."""
        await self.door.close()
        self.door = await new_door(self)
        await self.door.start("127.0.0.1", self.bound.port)

    @asynccontextmanager
    async def page(self, visit: Visit, after: int = 0, tab: str = "", **options: Any) -> AsyncIterator[Page]:
        socket = await self.client.ws_connect(
            f"{visit.path}/stream?after={after}&tab={tab}", headers=visit.headers, **options
        )
        try:
            yield Page(socket)
        finally:
            await socket.close()

    async def until_record(self, visit: Visit, what: str, true: Any) -> Contact:
        """The record once ``true(record)`` holds."""
        found: list[Contact] = []

        async def look() -> bool:
            found[:] = [await self.record(visit)]
            return bool(true(found[0]))

        await until_true(look, what)
        return found[0]


async def until_true(look: Any, what: str, deadline: float = 5.0) -> None:
    """Wait for a coroutine function to answer true."""
    end = time.monotonic() + deadline
    while not await look():
        assert time.monotonic() < end, f"not within {deadline} s: {what}"
        await asyncio.sleep(0.01)


class Page:
    """The visitor's side of a stream: what it was told, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Json] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send_json(frame)

    async def next(self, kind: str, timeout: float = 5.0, **members: Any) -> Json:
        """The next frame of this kind with these members; others are kept in ``frames``."""
        while True:
            frame: Json = await self.socket.receive_json(timeout=timeout)
            self.frames.append(frame)
            if frame["type"] == kind and all(frame.get(k) == v for k, v in members.items()):
                return frame

    async def closed(self, timeout: float = 5.0) -> int | None:
        """Read until the socket closes; its code."""
        while True:
            frame = await self.socket.receive(timeout=timeout)
            if frame.type is aiohttp.WSMsgType.TEXT:
                self.frames.append(frame.json())
            else:
                return self.socket.close_code

    def texts(self) -> list[str]:
        return [frame["text"] for frame in self.frames if frame["type"] == "message"]


async def new_door(desk: Desk) -> Door:
    return Door(desk.backend, lambda: desk.settings, await desk.backend.desk_id(), "1.2.3", desk.clock)


@asynccontextmanager
async def open_desk(folder: Path, web: WebSettings = ROOMY) -> AsyncIterator[Desk]:
    """An engine in the folder and a door on a free port of the loopback."""
    clock = Clock()
    backend = SometimesFailing(folder / "deskbell.db", clock=clock)
    await backend.open()
    settings = Settings(web=web)
    desk = Desk(backend, clock, settings, door=None)  # type: ignore[arg-type]
    desk.door = await new_door(desk)
    try:
        desk.bound = await desk.door.start("127.0.0.1", 0)
        async with aiohttp.ClientSession(desk.bound.url, timeout=aiohttp.ClientTimeout(total=10)) as client:
            desk.client = client
            yield desk
    finally:
        backend.fails = False
        await desk.door.close()
        await backend.close()
