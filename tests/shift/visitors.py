"""Visitors at the real door, as the page behaves: a stream, one message under way at a time, sent again under
the same id after a break, read marks, typing, reloads, good-byes and closed windows."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.shift.journal import Journal
from tests.shift.plan import Leaves, Visit, words

PAUSES = (0.3, 1.0, 2.0, 3.0)
"""Seconds between two tries to connect, as the page has them."""

ACKNOWLEDGED_WITHIN = 10.0
"""Seconds after which the page gives a connection up on which a message was not acknowledged."""

AFTER_THE_ANSWER = 0.5
WAITING_LINES = 2
"""How much a visitor says before somebody has accepted him."""

TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)

Frame = dict[str, Any]


@dataclass
class Page:
    """What the visitor's page knows."""

    id: str = ""
    token: str = ""
    last_seq: int = 0
    seen_told: int = 0
    status: str = "pending"
    answers: int = 0
    outbox: list[tuple[str, str]] = field(default_factory=list)
    in_flight: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False
    """The desk has ended it and said so; or the window is closed."""


class Visitor:
    """One visitor of the plan."""

    def __init__(
        self, visit: Visit, seed: int, url: str, client: aiohttp.ClientSession, journal: Journal
    ) -> None:
        self._visit = visit
        self._rng = random.Random(f"{seed}/{visit.number}")
        self._url = url
        self._client = client
        self._journal = journal
        self._page = Page()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._said = 0
        self._in_flight_since = 0.0

    async def run(self) -> None:
        """From the first words to the end."""
        await self._ask()
        if self._visit.plain:
            await self._by_http()
        else:
            link = asyncio.create_task(self._link())
            try:
                await self._live()
                await link
            finally:
                link.cancel()
        self._note("over", status=self._page.status, unsent=[id for id, _ in self._page.outbox])

    def _note(self, what: str, **more: Any) -> None:
        self._journal.add(what, v=self._visit.number, **more)

    def _line(self) -> str:
        text = f"c{self._visit.number:03}-v-{self._said:03} {words(self._rng)}"
        self._said += 1
        return text

    # asking for help

    async def _ask(self) -> None:
        attempt, text = 0, self._line()
        headers = {"X-Deskbell-Visitor": str(uuid.UUID(int=self._rng.getrandbits(128)))}
        if not self._visit.plain:
            headers["X-Deskbell-Page"] = "open"
        while not self._page.id:
            nick = f"{self._visit.nick}{chr(97 + attempt) if attempt else ''}"
            body = {
                "nick": nick,
                "text": text,
                "service": self._visit.service,
                "page": "https://shop.example/",
            }
            self._note("asks", nick=nick, text=text)
            try:
                async with self._client.post(
                    f"{self._url}/v1/contacts", json=body, headers=headers
                ) as answer:
                    told = await answer.json(content_type=None)
                    if answer.status == 201:
                        self._page.id, self._page.token = told["id"], told["token"]
                        self._note("asked", nick=nick, id=told["id"])
                        return
                    self._note("ask_refused", nick=nick, status=answer.status)
                    pause = float(told.get("retry_after") or 1.0)
            except TROUBLE as error:
                self._note("ask_failed", nick=nick, error=repr(error))
                attempt += 1  # it may have been stored all the same: the next is another contact
                pause = 0.7
            await asyncio.sleep(pause)

    # the script of the page

    async def _live(self) -> None:
        visit, page = self._visit, self._page
        leaving = {
            Leaves.SOON: self._says_goodbye,
            Leaves.LATE: self._says_goodbye,
            Leaves.CLOSES_WAITING: self._closes,
            Leaves.CLOSES_LATE: self._closes,
        }
        if visit.leaves in leaving:
            goes_at = time.monotonic() + visit.waits
            for _ in range(visit.lines):
                self._say()
            await self._until(lambda: page.status == "ended", goes_at - time.monotonic())
            await leaving[visit.leaves]()
            return
        for number in range(visit.lines):
            await asyncio.sleep(visit.pace)
            await self._until(lambda: page.status != "pending" or self._said <= WAITING_LINES)
            if page.status == "ended":
                return
            self._say()
            if number in visit.drops:
                await self._breaks(in_the_middle=number % 2 == 1)
        await self._parts()

    async def _parts(self) -> None:
        visit, page = self._visit, self._page
        if visit.leaves in (Leaves.CHAT, Leaves.CLOSES_CHAT):
            said_all: Callable[[], bool] = lambda: not page.outbox and page.answers > 0  # noqa: E731
            await self._until(lambda: page.status == "ended" or said_all())
            await asyncio.sleep(AFTER_THE_ANSWER)
            if page.status != "ended":
                await (self._says_goodbye() if visit.leaves is Leaves.CHAT else self._closes())

    async def _until(self, true: Callable[[], bool], within: float = 3600.0) -> None:
        end = time.monotonic() + within
        while not true() and (left := end - time.monotonic()) > 0:
            self._page.changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._page.changed.wait(), min(left, 0.5))

    def _say(self) -> None:
        id, text = str(uuid.UUID(int=self._rng.getrandbits(128), version=4)), self._line()
        self._page.outbox.append((id, text))
        self._note("writes", mid=id, text=text)
        self._send_next()

    def _send_next(self) -> None:
        page = self._page
        if page.in_flight or not page.outbox or page.status == "ended":
            return
        id, text = page.outbox[0]
        if self._send({"type": "message", "id": id, "text": text}):
            page.in_flight, self._in_flight_since = id, time.monotonic()
            self._note("sends", mid=id)

    def _send(self, frame: Frame) -> bool:
        """Whether there was a connection to send it on."""
        socket = self._socket
        if socket is None or socket.closed:
            return False
        task = asyncio.ensure_future(self._write(socket, frame))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return True

    _writing: set[asyncio.Future[None]] = set()  # noqa: RUF012 - only keeps them alive

    @staticmethod
    async def _write(socket: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
        with suppress(*TROUBLE):
            await socket.send_str(json.dumps(frame))

    async def _breaks(self, in_the_middle: bool) -> None:
        """The connection breaks, as in a tunnel."""
        if not in_the_middle:
            await self._until(lambda: not self._page.outbox, 3.0)
        else:
            await asyncio.sleep(0)
        self._note("breaks")
        self._abort()

    def _abort(self) -> None:
        connection: Any = getattr(self._socket, "_conn", None)
        if connection is not None and connection.transport is not None:
            connection.transport.abort()

    async def _says_goodbye(self) -> None:
        page = self._page
        self._note("leaves", status=page.status)
        with_frame = self._rng.random() < 0.5
        while page.status != "ended":
            sent = with_frame and self._send({"type": "leave"})
            if not sent:
                await self._delete()
            await self._until(lambda: page.status == "ended", 4.0)

    async def _delete(self) -> None:
        with suppress(*TROUBLE):
            async with self._client.delete(self._at(""), headers=self._bearer()) as answer:
                self._note("deleted", status=answer.status)

    async def _closes(self) -> None:
        """The window is closed: nothing more is seen, nothing more is sent."""
        self._note("closes", status=self._page.status, sent=self._page.in_flight)
        self._page.over = True
        if self._socket is not None and self._rng.random() < 0.5:
            await self._socket.close()
        else:
            self._abort()

    def _at(self, path: str) -> str:
        return f"{self._url}/v1/contacts/{self._page.id}{path}"

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._page.token}"}

    # the connection

    async def _link(self) -> None:
        tries = 0
        while not self._page.over:
            protocols = ("deskbell.v1", f"bearer.{self._page.token}")
            try:
                async with self._client.ws_connect(
                    self._at(f"/stream?after={self._page.last_seq}"), protocols=protocols, heartbeat=15
                ) as socket:
                    tries, self._socket, self._page.in_flight = 0, socket, ""
                    self._note("opened", after=self._page.last_seq)
                    self._send_next()
                    await self._listen(socket)
            except TROUBLE as error:
                self._note("refused_stream", error=repr(error))
            self._socket, self._page.in_flight = None, ""
            if self._page.over:
                return
            self._note("lost")
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            try:
                frame = await socket.receive(timeout=1.0)
            except TimeoutError:
                late = time.monotonic() > self._in_flight_since + ACKNOWLEDGED_WITHIN
                if self._page.in_flight and late:
                    self._note("gives_up", mid=self._page.in_flight)
                    return
                continue
            if frame.type is not aiohttp.WSMsgType.TEXT:
                break
            self._hear(json.loads(frame.data))
        if socket.close_code == 1000 and self._page.status == "ended":
            self._note("goodbye")
            self._page.over = True

    def _hear(self, frame: Frame) -> None:
        page = self._page
        if page.over:
            return
        match frame["type"]:
            case "message":
                self._show(frame)
            case "status":
                page.status = frame["status"]
                self._note("status", **{k: v for k, v in frame.items() if k != "type"})
            case "ack":
                self._settle(frame["id"], seq=frame["seq"])
            case "typing":
                self._note("typing", on=frame["on"])
            case "error":
                self._refused(frame)
        page.changed.set()

    def _show(self, frame: Frame) -> None:
        page = self._page
        shown = {"seq": frame["seq"], "mid": frame["id"], "sender": frame["from"], "text": frame["text"]}
        if frame["seq"] <= page.last_seq:
            self._note("told_again", **shown)
            return
        page.last_seq = frame["seq"]
        self._note("shown", **shown)
        if frame["from"] == "visitor":
            self._settle(frame["id"], seq=frame["seq"])
        if frame["from"] == "agent":
            page.answers += 1
        self._send({"type": "seen", "seq": page.last_seq})
        if self._rng.random() < 0.2:
            self._send({"type": "typing", "on": self._rng.random() < 0.7})

    def _settle(self, id: str, seq: int) -> None:
        page = self._page
        if any(id == waiting for waiting, _ in page.outbox):
            self._note("acked", mid=id, seq=seq)
            page.outbox = [(waiting, text) for waiting, text in page.outbox if waiting != id]
        if page.in_flight == id:
            page.in_flight = ""
        self._send_next()

    def _refused(self, frame: Frame) -> None:
        page, id, status = self._page, frame.get("id", ""), frame.get("status", 0)
        self._note("refused", mid=id, status=status)
        if not id or id != page.in_flight:
            return
        if status == 429 or status >= 500:
            asyncio.get_running_loop().call_later(float(frame.get("retry_after") or 1.0), self._again, id)
        else:
            page.outbox = [(waiting, text) for waiting, text in page.outbox if waiting != id]
            self._note("dropped", mid=id, status=status)
            self._again(id)

    def _again(self, id: str) -> None:
        if self._page.in_flight == id:
            self._page.in_flight = ""
            self._send_next()

    # a script that uses HTTP alone

    async def _by_http(self) -> None:
        visit, page = self._visit, self._page
        born = time.monotonic()
        to_say = visit.lines
        while True:
            with suppress(*TROUBLE):
                await self._look()
            if page.status == "ended":
                page.over = True
                return
            waited = time.monotonic() - born
            goes = visit.leaves in (Leaves.SOON, Leaves.LATE) and waited >= visit.waits
            goes = goes or (visit.leaves is Leaves.CHAT and not to_say and page.answers > 0)
            if goes:
                self._note("leaves", status=page.status)
                await self._delete()
            elif to_say and (page.status == "assigned" or self._said <= WAITING_LINES):
                to_say -= 1
                await self._post()
            await asyncio.sleep(visit.pace if to_say else 0.5)

    async def _look(self) -> None:
        page = self._page
        async with self._client.get(self._at(""), headers=self._bearer()) as answer:
            told = await answer.json(content_type=None)
        if answer.status != 200:
            return
        # The status first: what it says of the end comes after the last of the words.
        status = told["status"]
        async with self._client.get(
            self._at(f"/messages?after={page.last_seq}"), headers=self._bearer()
        ) as answer:
            messages = await answer.json(content_type=None)
        if answer.status != 200:
            return
        for message in messages:
            self._show(message)
        if status != page.status:
            self._note("status", **told)
        page.status = status

    async def _post(self) -> None:
        """One message, sent until the door answers: under the same id."""
        id, text = str(uuid.UUID(int=self._rng.getrandbits(128), version=4)), self._line()
        self._page.outbox.append((id, text))
        self._note("writes", mid=id, text=text)
        while self._page.outbox:
            self._note("sends", mid=id)
            try:
                async with self._client.post(
                    self._at("/messages"), json={"id": id, "text": text}, headers=self._bearer()
                ) as answer:
                    told = await answer.json(content_type=None)
                    if answer.status in (200, 201):
                        self._settle(id, told["seq"])
                    elif answer.status == 409:
                        self._page.outbox.clear()
                        self._note("dropped", mid=id, status=409)
                    else:
                        self._note("refused", mid=id, status=answer.status)
                        await asyncio.sleep(float(told.get("retry_after") or 1.0))
            except TROUBLE as error:
                self._note("post_failed", mid=id, error=repr(error))
                await asyncio.sleep(0.5)
