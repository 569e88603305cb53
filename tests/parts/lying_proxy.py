"""What stands between a visitor and the door: passes calls and streams on, until a test tells it to lie, to
swallow, or to break a connection when the answer is ready.

Speaks just enough HTTP/1.1 for a browser and our door: keeps the visitor's connections alive, asks the door
on a new one for each call, and passes a WebSocket on byte by byte.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CONNECTION = re.compile(rb"(?i)\r\nconnection:[^\r]*")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came."""

    method: str
    path: str
    raw: bytes

    @property
    def is_stream(self) -> bool:
        return b"upgrade: websocket" in self.raw.lower()

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str:
        found = re.search(rf"(?im)^{name}: *([^\r]*)\r$".encode(), self.raw)
        return found[1].decode("latin-1") if found else ""


@dataclass(frozen=True, slots=True)
class Lie:
    """An answer in the place of the door's."""

    status: int
    kind: str = "text/html"
    body: str = "<!doctype html><title>Not here</title><h1>Somebody else's page</h1>"
    headers: tuple[str, ...] = ()

    def told(self) -> bytes:
        body = self.body.encode()
        lines = (f"HTTP/1.1 {self.status} Lie", f"Content-Type: {self.kind}", *self.headers)
        return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body


Answer = Callable[[Call], "Lie | str | None"]
"""What to do with a call: a lie to tell; "swallow" it and never answer; pass it on and be "mute", or "abort"
the visitor's connection, when the door has answered; take a stream "elsewhere", to a server that is no desk,
or "babble" in our own protocol; None to pass it on."""

_BABBLE = (b"\x81\x08not JSON", b"\x81\x04null", b"\x81\x02[]", b"\x88\x07\x03\xe8ended")
"""WebSocket frames that are none of the desk's, the last a close with 1000 and the desk's own reason."""


class LyingProxy:
    """A proxy on a free port of the loopback, in a thread of its own."""

    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.answer: Answer = lambda call: None
        self.calls: list[Call] = []
        """Every request, those that the browser has sent again by itself too."""
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        )
        self._server = starting.result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def lie(self, answer: Answer) -> None:
        """From now on answer like this, and break what is open, as a proxy does that is restarted."""
        self.answer = answer
        asyncio.run_coroutine_threadsafe(self._break_all(), self._loop).result(5)

    def tell_the_truth(self) -> None:
        """Pass everything on again."""
        self.lie(lambda call: None)

    def asked(self, method: str, path: str) -> list[Call]:
        """The calls of this method to this path."""
        return [call for call in self.calls if call.method == method and call.path.partition("?")[0] == path]

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        await self._break_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _break_all(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                raw = await _message(reader)
                method, path, _ = raw.split(b" ", 2)
                call = Call(method.decode(), path.decode(), raw)
                self.calls.append(call)
                if not await self._respond(call, reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the visitor has gone, or we are ended
        finally:
            self._open.discard(writer)
            writer.close()

    async def _respond(self, call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one call; whether another may follow on this connection."""
        answer = self.answer(call)
        if isinstance(answer, Lie):
            writer.write(answer.told())
        elif answer == "swallow":
            await reader.read()  # until the visitor gives up, or we are told to break it
            return False
        elif answer in ("elsewhere", "babble"):
            writer.write(_foreign_handshake(call, answer == "babble"))
            for frame in _BABBLE:
                writer.write(frame)
            await writer.drain()
            await reader.read()
            return False
        else:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
            if call.is_stream:
                await self._pass_stream(call, (reader, writer), (up_reader, up_writer))
                return False
            up_writer.write(_CONNECTION.sub(b"", call.raw).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            told = await up_reader.read()
            up_writer.close()
            if answer == "abort":
                writer.transport.abort()
                return False
            if answer == "mute":
                await reader.read()
                return False
            writer.write(_CONNECTION.sub(b"", told))
        await writer.drain()
        return True

    async def _pass_stream(
        self,
        call: Call,
        visitor: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        door: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        door[1].write(call.raw)
        self._open.add(door[1])
        try:
            await asyncio.wait(
                [
                    asyncio.ensure_future(_copy(visitor[0], door[1])),
                    asyncio.ensure_future(_copy(door[0], visitor[1])),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._open.discard(door[1])
            door[1].close()


def _foreign_handshake(call: Call, takes_protocol: bool) -> bytes:
    mixed = hashlib.sha1((call.header("Sec-WebSocket-Key") + _GUID).encode()).digest()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {base64.b64encode(mixed).decode()}",
        # A browser closes the connection itself when what it has offered is not taken up.
        *(["Sec-WebSocket-Protocol: deskbell.v1"] if takes_protocol else []),
    ]
    return "\r\n".join((*lines, "", "")).encode()


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
