"""Scripts of the agent's own: run as an argument list, apart from the console, for a limited time.

Which script is due and when is not decided here. A script is never run by a shell, and what a visitor wrote
is neither an option nor the name of a file to a program that takes "@name" for one: see :func:`arguments`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum

from tui.config.schema import Argv
from tui.text import clean, clean_line

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Scripts that run at the same time; those for the ring run one after another."""

WAITING = 32
"""Scripts that may wait for their turn; what comes on top is dropped, and the log says so."""

GRACE = 1.0
"""Seconds between the request to end and the kill."""

CLOSE_WITHIN = 1.0
"""Seconds for which the scripts that still run are waited for when the console closes."""

_LOOK_EVERY = 0.05
_OUTPUT_KEPT = 4_000
"""Bytes of a script's output that go to the log; the rest is read and thrown away."""
_TEXT_KEPT = 500
_LEADING = "-@<" + ("/" if sys.platform == "win32" else "")
"""What makes an argument more than text: an option, or (for curl and its like) the file of that name."""


class Hook(StrEnum):
    """When a script is run; the names are the settings'."""

    PENDING = "on_pending"
    MESSAGE = "on_message"
    RING_START = "on_ring_start"
    RING_STOP = "on_ring_stop"


_OF_THE_RING = (Hook.RING_START, Hook.RING_STOP)


@dataclass(frozen=True, slots=True)
class HookFields:
    """What may stand in an argument as {name}, {service} and so on, as it came from outside."""

    name: str = ""
    service: str = ""
    id: str = ""
    text: str = ""
    agent: str = ""
    reason: str = ""


_FIELD = re.compile("|".join(rf"\{{{field.name}\}}" for field in fields(HookFields)))


def arguments(template: Argv, values: HookFields) -> Argv:
    """The argument list: every field filled in, once, with one harmless line.

    What was filled in is not looked at again. The program itself is taken as it is set. A value that begins
    with "-", "@" or "<" (on Windows "/" too) gets a space in front, wherever it stands.
    """

    def value(found: re.Match[str]) -> str:
        line = clean_line(getattr(values, found.group()[1:-1]), max_chars=_TEXT_KEPT)
        return f" {line}" if line.startswith(tuple(_LEADING)) else line

    return (*template[:1], *(_FIELD.sub(value, argument) for argument in template[1:]))


async def run_script(argv: Argv, time_limit: float) -> tuple[str, str]:
    """Run a program to its end, or for ``time_limit`` seconds. What it said, and what went wrong or nothing.

    It has no input, no terminal and a process group of its own, which is ended with it when the time is up.
    A child that it leaves behind in good time lives on, but can no longer say anything.
    """
    if sys.platform == "win32" and argv[0].rstrip(". ").lower().endswith((".bat", ".cmd")):
        return "", "Windows runs batch files by a shell: name a program instead"
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=_WITHOUT_WINDOW,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        return "", f"{argv[0]} cannot be started: {why or error}"
    said = bytearray()
    reading = asyncio.create_task(_read(process, said))
    problem = ""
    try:
        async with asyncio.timeout(time_limit):
            # Not wait(): that waits for the output's end too, which a child left behind may put off.
            while process.returncode is None:
                await asyncio.sleep(_LOOK_EVERY)
        await asyncio.wait({reading}, timeout=_LOOK_EVERY)
        if process.returncode:
            problem = f"{argv[0]} failed (status {process.returncode})"
    except TimeoutError:
        problem = f"{argv[0]} still ran after {time_limit:g} s and was ended"
    finally:
        if process.returncode is None:
            await asyncio.shield(_end(process))
        reading.cancel()
        # The one way to let go of a pipe that a child left behind holds open.
        process._transport.close()  # type: ignore[attr-defined]
    return said.decode("utf-8", "replace"), problem


_WITHOUT_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows would open a console window for it."""


async def _read(process: asyncio.subprocess.Process, said: bytearray) -> None:
    assert process.stdout is not None
    while chunk := await process.stdout.read(4096):
        said += chunk[: _OUTPUT_KEPT - len(said)]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the whole group to end, and kill what is left of it a moment later."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            process.kill()
        return
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            while process.returncode is None:
                await asyncio.sleep(_LOOK_EVERY)
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class _Job:
    hook: Hook
    argv: Argv
    time_limit: float


class _Lane:
    """Scripts that wait for each other."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.waiting: deque[_Job] = deque()
        self.running: set[asyncio.Task[None]] = set()


class HookRunner:
    """Runs the agent's scripts, a few at a time. Belongs to the loop on which it is used."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        """``tell`` is called with title and text when a script begins to fail; once, until it works again."""
        self._tell = tell
        self._failing: set[Hook] = set()
        # A light that is switched on and off must be in that order, however slow the scripts are.
        self._ring = _Lane(1)
        self._others = _Lane(AT_ONCE)
        self._closed = False

    def run(self, hook: Hook, template: Argv, values: HookFields, time_limit: float) -> None:
        """Have a script run; nothing when none is set. Returns at once."""
        if not template or self._closed:
            return
        lane = self._ring if hook in _OF_THE_RING else self._others
        if len(lane.waiting) >= WAITING:
            log.warning("%s dropped: %s scripts are waiting already", hook, WAITING)
            return
        lane.waiting.append(_Job(hook, arguments(template, values), time_limit))
        self._go_on(lane)

    async def close(self) -> None:
        """Give what is under way a moment, then end it."""
        self._closed = True
        end = asyncio.get_running_loop().time() + CLOSE_WITHIN
        while (running := self._ring.running | self._others.running) and (
            left := end - asyncio.get_running_loop().time()
        ) > 0:
            await asyncio.wait(running, timeout=left)
        for lane in (self._ring, self._others):
            lane.waiting.clear()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _go_on(self, lane: _Lane) -> None:
        while lane.waiting and len(lane.running) < lane.at_once:
            task = asyncio.create_task(self._do(lane.waiting.popleft()), name="hook")
            lane.running.add(task)
            task.add_done_callback(lambda task: self._done(lane, task))

    def _done(self, lane: _Lane, task: asyncio.Task[None]) -> None:
        lane.running.discard(task)
        if not task.cancelled():
            self._go_on(lane)

    async def _do(self, job: _Job) -> None:
        said, problem = await run_script(job.argv, job.time_limit)
        for line in clean(said, max_lines=20).splitlines():
            log.info("%s: %s", job.hook, clean_line(line, max_chars=500))
        if not problem:
            log.info("%s: %s done", job.hook, job.argv[0])
            self._failing.discard(job.hook)
            return
        log.warning("%s: %s", job.hook, problem)
        if job.hook not in self._failing:
            self._failing.add(job.hook)
            self._tell("Script failing", f"{job.hook}: {problem}. See deskbell.log.")
