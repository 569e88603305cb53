"""Who waits for a child's end can be cancelled at any moment of it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from tui.outputs.ringer.process import RingerProcess


class EndingChild:
    """A child without pipes that is gone when it is told."""

    stdin = None

    def __init__(self) -> None:
        self.gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.stdout = asyncio.StreamReader()
        self.stdout.feed_eof()

    @property
    def returncode(self) -> int | None:
        return self.gone.result() if self.gone.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self.gone)


@pytest.mark.parametrize("steps", range(6))
async def test_a_cancel_that_meets_the_childs_end_is_not_forgotten(steps: int) -> None:
    child = EndingChild()
    process = RingerProcess(cast(Any, child), lambda: None)
    was_cancelled = False

    async def ends_and_goes_on() -> None:
        nonlocal was_cancelled
        try:
            await process.end(grace=10)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            was_cancelled = True
            raise

    task = asyncio.create_task(ends_and_goes_on())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    child.gone.set_result(0)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=2)
    assert was_cancelled
    assert task.cancelled()
