"""A line between a browser and the door, of which a test may make what networks do to one: it falls mute and
nobody is told, it is cut, it comes back with another address."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CHUNK = 65_536


class PhoneLine:
    """A TCP proxy on a loop of its own. All calls from the test's thread."""

    def __init__(self, port: int) -> None:
        """``port`` is where the door listens; ``url`` where the browser shall go instead."""
        self._to = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        """Whose bytes go nowhere any more, whatever is still to come."""
        self._streams: set[asyncio.StreamWriter] = set()
        """Both ends of WebSockets."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._refuses = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def fall_mute(self, *, new_ones_too: bool, streams_only: bool = False) -> None:
        """What is open, or the WebSockets of it, carries nothing any more, and nobody is told; connections
        made from now on do neither, or work at once, as after a change of the network."""
        self._do(lambda: self._fall_mute(new_ones_too, streams_only))

    def work_again(self) -> None:
        """Connections made from now on work; those that fell mute stay so."""
        self._do(lambda: setattr(self, "_refuses", False))

    def cut(self) -> None:
        """Every open connection breaks at both ends, without a word."""

        def abort() -> None:
            for writer in tuple(self._writers):
                writer.transport.abort()

        self._do(abort)

    def end(self) -> None:
        """Hang up."""
        self._do(self._server.close)
        self.cut()
        asyncio.run_coroutine_threadsafe(self._over(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _fall_mute(self, new_ones_too: bool, streams_only: bool) -> None:
        self._dead |= self._streams if streams_only else self._writers
        self._refuses = new_ones_too

    async def _over(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _do(self, act: Callable[[], object]) -> None:
        async def done() -> None:
            act()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError):  # only by the end of the line
            await self._connect(reader, writer)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._refuses:
            self._dead.add(writer)
            await asyncio.Event().wait()
        there_reader, there = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers.add(there)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, writer, there))
                both.create_task(self._carry(there_reader, there, writer))
        finally:
            for end in (writer, there):
                end.transport.abort()
                self._writers.discard(end)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if b"upgrade: websocket" in data.lower():
                    self._streams |= {writer, to}
                if to not in self._dead:
                    to.write(data)
                    await to.drain()
        if writer in self._dead:
            await asyncio.Event().wait()  # not even the end gets through
        with contextlib.suppress(OSError, RuntimeError):
            to.write_eof()


@contextmanager
def phone_line(port: int) -> Iterator[PhoneLine]:
    """A line to the door on this port."""
    line = PhoneLine(port)
    try:
        yield line
    finally:
        line.end()
