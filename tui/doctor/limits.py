"""Time limits: nothing that is examined may hold up the examination, be it a frozen server or a dead disk."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_PATIENCE = 1.5
"""Seconds for a tool of the system's own to answer."""


async def aside(call: Callable[[], T], seconds: float) -> T:
    """The result of a blocking call, made on a thread that may be left behind. Raises TimeoutError.

    Not ``asyncio.to_thread``: the loop's end would wait for a call that never returns.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(deed: Callable[[], None]) -> None:
        if not done.done():
            deed()

    def run() -> None:
        try:
            result = call()
        except BaseException as trouble:  # noqa: BLE001 - handed on to whoever waits
            problem = trouble
            _on(loop, lambda: settle(lambda: done.set_exception(problem)))
        else:
            _on(loop, lambda: settle(lambda: done.set_result(result)))

    threading.Thread(target=run, name="doctor", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done


def _on(loop: asyncio.AbstractEventLoop, deed: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # nobody waits any more
        loop.call_soon_threadsafe(deed)


async def ask_tool(argv: Sequence[str], env: Mapping[str, str]) -> str | None:
    """What a program prints; None when there is none, it fails, or it takes longer than 1.5 s."""
    try:
        asking = await asyncio.create_subprocess_exec(
            *argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**env, "LC_ALL": "C"},
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_PATIENCE):
            said, _ = await asking.communicate()
    except TimeoutError:
        return None
    finally:
        if asking.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                asking.kill()
            await asking.wait()
    return said.decode("utf-8", "replace") if asking.returncode == 0 else None
