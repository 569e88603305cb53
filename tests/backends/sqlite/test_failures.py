"""Disks that fill, files that vanish: told with the cure, and the next write works."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.desks import MARIA, DeskUnderTest, accept, say, soon
from tests.backends.sqlite.files import ROOT
from tui.backends.contract import Appended, BackendError
from tui.backends.sqlite import SqliteBackend


async def test_a_full_disk_is_told_and_after_it_the_next_write_works(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    id = (await backend.create(desk.visitor())).id
    assert backend._writer is not None
    run = backend._writer.run
    pages = await run(lambda db: int(db.execute("PRAGMA page_count").fetchone()[0]))
    await run(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 3}").fetchone())
    results = await soon(
        asyncio.gather(*(say(backend, id, f"m{i}", "x" * 4000) for i in range(40)), return_exceptions=True)
    )
    failed = [result for result in results if isinstance(result, BackendError)]
    assert failed
    assert all("disk is full" in str(error) and str(backend.path) in str(error) for error in failed)
    await run(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
    again = await asyncio.gather(*(say(backend, id, f"m{i}", "x" * 4000) for i in range(40)))
    stored = {result.message.id for result in results if isinstance(result, Appended)}
    for result in again:
        assert isinstance(result, Appended)
        assert result.new == (result.message.id not in stored)
    assert [message.seq for message in await backend.history(id)] == list(range(1, 42))


_WRITE_AT_THE_LIMIT = """
import asyncio, resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tests.backends.desks import DeskUnderTest, say
from tests.backends.engines import ENGINES
from tui.backends.contract import Appended, BackendError

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    desk = DeskUnderTest(ENGINES["sqlite"], sys.argv[1])
    backend = await desk.console()
    id = (await backend.create(desk.visitor())).id
    size = Path(sys.argv[1] + "-wal").stat().st_size
    limit(size + 20_000)
    writes = (say(backend, id, f"m{i}", "x" * 4000) for i in range(30))
    failed = await asyncio.gather(*writes, return_exceptions=True)
    assert any(isinstance(error, BackendError) and sys.argv[1] in str(error) for error in failed), failed
    for _ in range(2):
        limit(size)
        (failed,) = await asyncio.gather(say(backend, id, "m29", "x" * 4000), return_exceptions=True)
        assert isinstance(failed, BackendError), failed
        assert not await backend.healthy()
        limit(resource.RLIM_INFINITY)
        assert await backend.healthy()
    again = await asyncio.gather(*(say(backend, id, f"m{i}", "x" * 4000) for i in range(30)))
    assert all(isinstance(result, Appended) for result in again)
    assert [message.seq for message in await backend.history(id)] == list(range(1, 32))
    await desk.close()
    print("went on")

asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="a file's size is limited by setrlimit")
def test_a_write_that_the_system_refuses_in_the_middle_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    told = subprocess.run(
        [sys.executable, "-c", _WRITE_AT_THE_LIMIT, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert told.stdout == "went on\n", told.stderr
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows does not let go of the name of an open file")
async def test_a_file_deleted_or_replaced_while_in_use_takes_no_more_writes_and_back_it_does(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    id = (await backend.create(desk.visitor())).id
    away = backend.path.with_name("away.db")
    backend.path.rename(away)
    for replaced in (False, True):
        if replaced:
            backend.path.write_bytes(b"")
        for call in (say(backend, id, "m"), accept(backend, id, MARIA), backend.pending()):
            with pytest.raises(BackendError, match="deleted or replaced") as told:
                await soon(call)
            assert str(backend.path) in str(told.value)
        assert not await backend.healthy()
    away.replace(backend.path)
    assert isinstance(await say(backend, id, "m"), Appended)
    assert await backend.healthy()


async def test_one_bad_write_takes_nobody_along(desk: DeskUnderTest, backend: SqliteBackend) -> None:
    id = (await backend.create(desk.visitor())).id
    assert backend._writer is not None

    def half(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM messages")
        raise ZeroDivisionError

    results = await asyncio.gather(
        say(backend, id, "m1"), backend._writer.run(half), say(backend, id, "m2"), return_exceptions=True
    )
    assert isinstance(results[1], BackendError)
    assert [message.id for message in await backend.history(id, 1)] == ["m1", "m2"]
