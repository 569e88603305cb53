"""Closing finishes what is queued, and never hangs."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time

import pytest

from tests.backends.desks import DeskUnderTest, Fold, next_event, say, soon
from tests.backends.sqlite.files import Locked
from tui.backends import sqlite_store
from tui.backends.contract import Appended, BackendError
from tui.backends.sqlite import SqliteBackend


async def test_closing_finishes_what_is_queued_and_leaves_one_file(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    id = (await backend.create(desk.visitor())).id
    writes = [asyncio.ensure_future(say(backend, id, f"m{i}")) for i in range(600)]
    await asyncio.sleep(0)
    await soon(backend.close())
    assert all(isinstance(result, Appended) for result in await soon(asyncio.gather(*writes)))
    assert [file.name for file in backend.path.parent.iterdir()] == ["deskbell.db"]
    again = await desk.console()
    assert len(await again.history(id)) == 601


async def test_closing_does_not_wait_for_a_lock_and_nobody_is_left_waiting(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    with Locked(backend.path):
        writes = [asyncio.ensure_future(backend.create(desk.visitor())) for _ in range(3)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await backend.close()
        assert time.monotonic() - began < 1.0
        for write in writes:
            with pytest.raises(BackendError):
                await soon(write)


async def test_closing_leaves_no_thread_behind(desk: DeskUnderTest) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        backend = await desk.console()
        await next_event(backend.watch())
        await backend.close()
    async with asyncio.timeout(2):
        while set(threading.enumerate()) - before:
            await asyncio.sleep(0.01)


async def test_closing_ends_while_a_job_hangs_in_the_disk(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.backends.sqlite_thread.STOP_PATIENCE", 0.2)
    assert backend._writer is not None
    hang = threading.Event()
    hanging = asyncio.ensure_future(backend._writer.run(lambda db: hang.wait(20)))
    behind = asyncio.ensure_future(backend.create(desk.visitor()))
    await asyncio.sleep(0.05)
    try:
        await asyncio.wait_for(backend.close(), 2)
        for future in (hanging, behind):
            with pytest.raises(BackendError):
                await soon(future)
    finally:
        hang.set()


async def test_closing_ends_every_watch_while_the_disk_hangs(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.backends.sqlite.STOP_PATIENCE", 0.2)
    watch = backend.watch()
    await next_event(watch)
    hang, hanging = threading.Event(), threading.Event()

    def read(db: sqlite3.Connection, after: int) -> list[object]:
        hanging.set()
        hang.wait(20)
        return []

    monkeypatch.setattr(sqlite_store, "read_changes", read)
    await backend.create(desk.visitor())
    await asyncio.to_thread(hanging.wait, 5)
    try:
        await asyncio.wait_for(backend.close(), 2)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(watch), 1)
    finally:
        hang.set()
