"""Waiting for a condition with a deadline: the only way a test waits for something."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TooLate(AssertionError):  # noqa: N818
    """A condition did not come true in time."""


def until(condition: Callable[[], T], deadline: float = 20.0, what: str = "", every: float = 0.01) -> T:
    """The first truthy answer of ``condition``, asked again and again for ``deadline`` seconds."""
    end = time.monotonic() + deadline
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TooLate(f"not within {deadline} s: {what or condition!r}")
        time.sleep(every)


async def until_async(
    condition: Callable[[], T], deadline: float = 20.0, what: str = "", every: float = 0.01
) -> T:
    """As :func:`until`, without blocking the running event loop."""
    end = time.monotonic() + deadline
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TooLate(f"not within {deadline} s: {what or condition!r}")
        await asyncio.sleep(every)


def stays(condition: Callable[[], object], seconds: float, what: str = "") -> None:
    """Fails as soon as ``condition`` is not truthy during the next ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            raise AssertionError(f"did not stay true for {seconds} s: {what or condition!r}")
        time.sleep(0.02)
