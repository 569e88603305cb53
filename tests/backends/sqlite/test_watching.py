"""The watch on the file: its thread, its bounds, its cost."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.backends.desks import DeskUnderTest, Fold, next_event, say
from tests.backends.engines import ENGINES
from tui.backends import sqlite_store
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId


async def test_a_watch_nobody_keeps_is_forgotten(backend: SqliteBackend) -> None:
    watch = backend.watch()
    await next_event(watch)
    assert backend._watcher is not None
    assert len(backend._watcher._watches) == 1
    del watch
    async with asyncio.timeout(2):
        while backend._watcher._watches:
            await asyncio.sleep(0.01)


async def test_an_own_change_is_told_without_waiting_for_the_poll(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.backends.sqlite_watch.POLL", 60.0)
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    id = (await backend.create(desk.visitor())).id
    await fold.until(lambda fold: id in fold.contacts)


async def test_a_watch_that_falls_behind_holds_no_more_than_its_bound(tmp_path: Path) -> None:
    engine = ENGINES["sqlite"]
    desk = DeskUnderTest(engine, engine.address(tmp_path))
    backend = SqliteBackend(Path(desk.address), clock=desk.clock, backlog=20)
    await backend.open()
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    quick = Fold(backend.watch())
    id = (await backend.create(desk.visitor())).id
    for i in range(60):
        await say(backend, id, f"m{i}")
    await quick.agrees_with(backend)
    assert len(fold.watch._events) <= 20  # type: ignore[attr-defined]
    await fold.agrees_with(backend)
    await backend.close()


async def test_a_watch_goes_on_after_errors_of_the_file(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    read = sqlite_store.read_changes
    failures = 0

    def failing(db: sqlite3.Connection, after: int) -> object:
        nonlocal failures
        failures += 1
        if failures <= 3:
            raise sqlite3.OperationalError("disk I/O error")
        return read(db, after)

    monkeypatch.setattr(sqlite_store, "read_changes", failing)
    late = None
    for i in range(3):
        await backend.create(desk.visitor(id=f"c{i}"))
        late = late or Fold(backend.watch())
    await fold.until(lambda fold: ContactId("c2") in fold.contacts)
    assert late is not None
    await late.agrees_with(backend)


def test_the_engine_lives_on_a_loop_of_any_thread(desk: DeskUnderTest) -> None:
    async def day() -> int:
        backend = await desk.console()
        fold = Fold(backend.watch())
        id = (await backend.create(desk.visitor())).id
        await fold.until(lambda fold: id in fold.contacts)
        await desk.close()
        return len(fold.contacts)

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(asyncio.run, day()).result(10) == 1


def test_an_idle_watch_costs_next_to_no_processor_time(tmp_path: Path) -> None:
    async def idle() -> float:
        backend = SqliteBackend(tmp_path / "deskbell.db")
        await backend.open()
        await next_event(backend.watch())
        watch = backend.watch()
        await next_event(watch)
        began = time.process_time()
        await asyncio.sleep(1.5)
        used = time.process_time() - began
        await backend.close()
        return used / 1.5

    assert asyncio.run(idle()) < 0.02
