"""What strangers do to a door, on plain sockets: for the tests of what it costs."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.web.desk import Desk, Visit

CRLF = "\r\n"


class Line:
    """A connection of a stranger's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes | str) -> None:
        self.writer.write(data.encode("latin-1") if isinstance(data, str) else data)

    async def answer(self, within: float = 10.0) -> bytes:
        """All that comes until the door closes."""
        got = b""
        try:
            async with asyncio.timeout(within):
                while part := await self.reader.read(65_536):
                    got += part
        except ConnectionError:
            pass
        return got

    async def head(self, within: float = 10.0) -> bytes:
        """The answer's head."""
        async with asyncio.timeout(within):
            return await self.reader.readuntil(b"\r\n\r\n")

    def close(self) -> None:
        self.writer.close()


@asynccontextmanager
async def lines(desk: Desk, count: int = 1, address: str = "127.0.0.1") -> AsyncIterator[list[Line]]:
    """So many connections from this address of the loopback."""
    opened: list[Line] = []
    try:
        for _ in range(count):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", desk.bound.port, local_addr=(address, 0)
            )
            opened.append(Line(reader, writer))
        yield opened
    finally:
        for line in opened:
            line.close()


def request(path: str = "/v1/desk", method: str = "GET", body: str = "", **headers: str) -> str:
    """A request as it goes over the line; ``_`` stands for ``-`` in headers."""
    told = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}{CRLF}" for name, value in told.items())
    return f"{method} {path} HTTP/1.1{CRLF}{head}{CRLF}{body}"


def handshake(visit: Visit, **headers: str) -> str:
    """A page opens its stream."""
    key = base64.b64encode(os.urandom(16)).decode()
    return request(
        f"{visit.path}/stream",
        Authorization=f"Bearer {visit.token}",
        Upgrade="websocket",
        Connection="Upgrade",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key=key,
        **headers,
    )


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """A WebSocket frame; its mask is of zeros."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        head = bytes([first, bit | len(payload)])
    else:
        head = bytes([first, bit | 126]) + len(payload).to_bytes(2, "big")
    return head + (bytes(4) if masked else b"") + payload


def pour(port: int, opening: str, data: bytes, times: int) -> int:
    """Open, and send as fast as it goes until the door closes; how much went through. For a thread."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(opening.encode("latin-1"))
        line.recv(65_536)
        try:
            for _ in range(times):
                line.sendall(data)
                sent += len(data)
        except OSError:
            pass
    return sent


class Standstill:
    """Measures on the running loop how long it did not come round, in seconds of its own work: what else the
    machine does meanwhile does not count."""

    def __init__(self) -> None:
        self.longest = 0.0

    @asynccontextmanager
    async def measured(self) -> AsyncIterator[None]:
        """As long as this lasts."""

        async def tick() -> None:
            while True:
                before = time.thread_time()
                await asyncio.sleep(0.005)
                self.longest = max(self.longest, time.thread_time() - before)

        ticking = asyncio.create_task(tick())
        try:
            yield
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
