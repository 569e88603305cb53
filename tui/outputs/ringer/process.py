"""One child process of the ringer: start it, give it orders, hear its words, end it. Decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from tui.outputs.ringer.protocol import Busy, GarbledError, Order, Report, decode_word, encode

LARGEST_LOG: Final = 1_000_000
"""Bytes of the child's stderr kept before it is begun anew."""

ENVIRONMENT: Final = {
    "SDL_NO_SIGNAL_HANDLERS": "1",  # or an open mixer swallows SIGTERM
    "SDL_VIDEODRIVER": "dummy",  # events, such as the loss of the device, need a video system
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    # SDL talks to the session bus at its start; one that never answers would keep the child from starting
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "SDL_APP_NAME": "Deskbell",  # in the system's volume control
    "SDL_AUDIO_DEVICE_APP_NAME": "Deskbell",
}

if sys.platform == "win32":
    _CREATION_FLAGS: Final = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _CREATION_FLAGS: Final = 0


class RingerProcess:
    """A running child. Make one with :meth:`start`."""

    def __init__(self, process: asyncio.subprocess.Process, on_word: Callable[[], None]) -> None:
        self._process = process
        self._on_word = on_word
        self._orders = 0
        self._unanswered: deque[tuple[int, float]] = deque()
        self._listener = asyncio.create_task(self._listen(), name="ringer words")
        self.started_at = asyncio.get_running_loop().time()
        self.report: Report | None = None
        """The last one; None until the child is ready."""
        self.busy: Busy | None = None
        """What it said it was about to do, and has not come back from."""
        self.busy_since = 0.0
        self.gone = False
        """Whether its words have ended: it is dead or dying."""

    @classmethod
    async def start(cls, on_word: Callable[[], None], stderr_log: Path | None) -> RingerProcess:
        """Start a child; ``on_word`` is called after each of its words and at its end. Raises OSError."""
        with _log_file(stderr_log) as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # nothing from the folder the console was started in
                "-m",
                "tui.outputs.ringer.child",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={**os.environ, **ENVIRONMENT},
                start_new_session=sys.platform != "win32",  # Ctrl+C in the terminal is not for the child
                creationflags=_CREATION_FLAGS,
            )
        return cls(process, on_word)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Negative: the signal that ended it; None: not known yet."""
        return self._process.returncode

    def waiting_since(self) -> float | None:
        """Loop time since which an answer is due; None when none is."""
        since = [sent_at for _, sent_at in list(self._unanswered)[:1]]
        if self.report is None:
            since.append(self.started_at)
        if self.busy is not None:
            since.append(self.busy_since)
        return min(since, default=None)

    def send(self, order: Order, now: float) -> None:
        """Give an order (its id is filled in here); never blocks."""
        self._orders += 1
        self._unanswered.append((self._orders, now))
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(encode(replace(order, id=self._orders)))

    async def end(self, grace: float = 0.3) -> None:
        """Silence it at once and see it gone: asked by the end of stdin, after the grace (seconds) killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        # not wait_for: Python 3.11's forgets that it was cancelled when the child ends at that very moment
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._process.wait()
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            with contextlib.suppress(TimeoutError):  # stuck in the kernel: it cannot sound either
                async with asyncio.timeout(1.0):
                    await self._process.wait()
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)

    async def _listen(self) -> None:
        words = self._process.stdout
        assert words is not None
        try:
            while line := await words.readline():
                try:
                    self._heard(decode_word(line))
                except GarbledError:
                    continue  # it is judged by what it does not say
                self._on_word()
        except (OSError, ValueError):  # ValueError: a line without end
            pass
        finally:
            self.gone = True
            self._on_word()

    def _heard(self, word: Busy | Report) -> None:
        if isinstance(word, Busy):
            self.busy, self.busy_since = word, asyncio.get_running_loop().time()
            return
        self.report, self.busy = word, None
        while self._unanswered and self._unanswered[0][0] <= word.id:
            self._unanswered.popleft()


@contextlib.contextmanager
def _log_file(path: Path | None) -> Iterator[IO[bytes] | int]:
    """Where the child's stderr goes: C libraries write there, and it must never be the terminal."""
    try:
        if path is None:
            yield subprocess.DEVNULL
            return
        large = path.exists() and path.stat().st_size > LARGEST_LOG
        file = path.open("wb" if large else "ab")
    except OSError:
        yield subprocess.DEVNULL
        return
    with file:
        yield file
