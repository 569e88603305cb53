"""The file: who made it, what it costs to write, what happens when it cannot be written or is not there."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.backends.desks import MARIA, DeskUnderTest, Fold, accept, next_event, say, soon
from tests.backends.engines import ENGINES
from tui.backends import sqlite_schema, sqlite_store
from tui.backends.contract import Appended, BackendError, Unknown, Won
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId, Sender

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    engine = ENGINES["sqlite"]
    desk = DeskUnderTest(engine, engine.address(tmp_path))
    yield desk
    await desk.close()


@pytest.fixture
async def backend(desk: DeskUnderTest) -> SqliteBackend:
    backend = await desk.console()
    assert isinstance(backend, SqliteBackend)
    return backend


async def refusal(path: Path) -> str:
    """What opening this file is answered with."""
    with pytest.raises(BackendError) as refused:
        await soon(SqliteBackend(path).open())
    assert str(path) in str(refused.value)
    return str(refused.value)


# Opening


async def test_the_columns_of_the_table_are_the_fields_of_the_record(backend: SqliteBackend) -> None:
    with sqlite3.connect(backend.path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(contacts)")]
    db.close()
    assert sorted(columns) == sorted([*sqlite_store.CONTACT_COLUMNS, "secret_hash", "n"])


async def test_a_missing_folder_is_made_and_only_its_owner_reads_the_chats(backend: SqliteBackend) -> None:
    await backend.pending()
    for file in backend.path.parent.iterdir():
        if os.name == "posix":
            assert file.stat().st_mode & 0o077 == 0, file


async def test_looking_whether_a_desk_exists_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    assert not SqliteBackend.exists(path)
    assert list(tmp_path.iterdir()) == []


async def test_many_consoles_may_open_a_new_desk_at_the_same_moment(desk: DeskUnderTest) -> None:
    consoles = await asyncio.gather(*(desk.console() for _ in range(12)))
    assert len({await console.desk_id() for console in consoles}) == 1


async def test_a_file_of_a_newer_deskbell_is_refused_and_left_alone(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    await desk.close()
    newer = sqlite_schema.SCHEMA_VERSION + 1
    db = sqlite3.connect(backend.path)
    db.execute(f"PRAGMA user_version = {newer}")
    db.close()
    told = await refusal(backend.path)
    assert "update Deskbell" in told
    assert "newer" in told
    db = sqlite3.connect(backend.path)
    assert db.execute("PRAGMA user_version").fetchone() == (newer,)
    db.close()


async def test_a_newer_deskbell_that_joins_later_stops_our_writes_with_the_cure(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    db = sqlite3.connect(backend.path)
    db.execute(f"PRAGMA user_version = {sqlite_schema.SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(BackendError, match="update Deskbell"):
        await backend.create(desk.visitor())
    assert not await backend.healthy()


async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name)")
    db.close()
    before = path.read_bytes()
    assert "another program made it" in await refusal(path)
    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    path.write_text("dear diary, " * 1000)
    assert "not a Deskbell database: move it away" in await refusal(path)
    assert path.read_text().startswith("dear diary")


async def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "--data" in await refusal(tmp_path / "file" / "deskbell.db")
    (tmp_path / "deskbell.db").mkdir()
    assert "--data" in await refusal(tmp_path / "deskbell.db")


_OPEN_UNPRIVILEGED = """
import asyncio, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tui.backends.contract import BackendError
from tui.backends.sqlite import SqliteBackend
if os.name == "posix" and os.geteuid() == 0:
    os.seteuid(65534)
try:
    asyncio.run(SqliteBackend(Path(sys.argv[1])).open())
except BackendError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights are told by mode bits")
@pytest.mark.parametrize("present", [True, False])
async def test_a_folder_that_may_not_be_written_is_named_with_the_cure(
    desk: DeskUnderTest, backend: SqliteBackend, tmp_path: Path, present: bool
) -> None:
    await desk.close()
    path = backend.path if present else tmp_path / "other.db"
    backend.path.chmod(0o444)
    for folder in (backend.path.parent, tmp_path):
        folder.chmod(0o555)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    try:
        told = subprocess.run(
            [sys.executable, "-c", _OPEN_UNPRIVILEGED, str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    finally:
        for folder in (tmp_path, backend.path.parent):
            folder.chmod(0o755)
    assert str(path) in told.stdout, told.stderr
    assert "give yourself the right" in told.stdout
    assert "--data" in told.stdout


async def test_opening_may_be_tried_again_when_the_cause_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    path.mkdir()
    backend = SqliteBackend(path)
    with pytest.raises(BackendError):
        await backend.open()
    assert not await backend.healthy()
    path.rmdir()
    await backend.open()
    assert await backend.healthy()
    await backend.close()


# Writing


async def test_writes_in_flight_share_a_commit(desk: DeskUnderTest, backend: SqliteBackend) -> None:
    id = (await backend.create(desk.visitor())).id
    commits = count_commits(backend)
    await asyncio.gather(*(say(backend, id, f"m{i}") for i in range(200)))
    assert commits() <= 20


def count_commits(backend: SqliteBackend) -> Callable[[], int]:
    writer = backend._writer
    assert writer is not None
    count = 0
    committed = writer._committed

    def counting() -> None:
        nonlocal count
        count += 1
        committed()

    writer._committed = counting
    return lambda: count


async def test_messages_claims_and_contacts_are_synced_and_the_ephemeral_is_not(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    statements: list[str] = []
    assert backend._writer is not None
    await backend._writer.run(lambda db: db.set_trace_callback(statements.append))

    def synchronous() -> str:
        return next(s for s in reversed(statements) if "synchronous" in s)

    new = desk.visitor()
    for _ in range(2):
        await backend.tell_typing(new.id, Sender.AGENT, True)
        assert synchronous().endswith("NORMAL")
        await backend.create(new)
        assert synchronous().endswith("FULL")
        await backend.mark(new.id, agent_seen=1)
        assert synchronous().endswith("NORMAL")
        await say(backend, new.id, "m")
        assert synchronous().endswith("FULL")
        await backend.set_silence(new.id, 1.0, 2.0)
        assert synchronous().endswith("NORMAL")
        await accept(backend, new.id, MARIA)
        assert synchronous().endswith("FULL")
        await asyncio.gather(backend.mark(new.id, agent_seen=2), say(backend, new.id, "m2"))
        assert synchronous().endswith("FULL")


async def test_the_loop_is_not_held_up_while_a_lock_is_waited_for(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    with Locked(backend.path) as lock:
        writing = asyncio.create_task(backend.create(desk.visitor()))
        slowest, last = 0.0, time.monotonic()
        for _ in range(30):
            await asyncio.sleep(0.01)
            slowest, last = max(slowest, time.monotonic() - last), time.monotonic()
        assert await backend.pending() == (), "reading needs no lock"
        assert not writing.done()
        assert slowest < 0.25
        lock.release()
        assert (await soon(writing)).nick == "Anna"


class Locked:
    """Another program holds the write lock."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Locked:
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def release(self) -> None:
        self.db.rollback()

    def __exit__(self, *_: object) -> None:
        self.db.close()


async def test_a_lock_that_is_never_released_is_told_to_every_writer_and_the_next_write_works(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_schema, "LOCK_PATIENCE", 0.3)
    with Locked(backend.path):
        results = await soon(
            asyncio.gather(*(backend.create(desk.visitor()) for _ in range(20)), return_exceptions=True)
        )
        assert not await backend.healthy()
    for result in results:
        assert isinstance(result, BackendError)
        assert "another program has locked it" in str(result)
        assert str(backend.path) in str(result)
    await backend.create(desk.visitor())
    assert len(await backend.pending()) == 1
    assert await backend.healthy()


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


# An ambiguous commit


class Treacherous:
    """A connection whose next commit fails, done or not."""

    def __init__(self, db: sqlite3.Connection, done: bool) -> None:
        self.db = db
        self.done = done
        self.betrayed = False

    def execute(self, sql: str, arguments: tuple[str | float | None, ...] = ()) -> sqlite3.Cursor:
        if sql == "COMMIT" and not self.betrayed:
            self.betrayed = True
            if self.done:
                self.db.execute(sql)
            raise sqlite3.OperationalError("disk I/O error")
        return self.db.execute(sql, arguments)

    def __getattr__(self, name: str) -> object:
        return getattr(self.db, name)


def betray(backend: SqliteBackend, *, done: bool) -> None:
    writer = backend._writer
    assert writer is not None
    serve = writer.serve
    treacherous: list[Treacherous] = []

    def serving(db: sqlite3.Connection, jobs: object) -> object:
        if not treacherous:
            treacherous.append(Treacherous(db, done))
        return serve(treacherous[0], jobs)  # type: ignore[arg-type]

    writer.serve = serving  # type: ignore[method-assign, assignment]


async def test_a_deed_whose_commit_seemed_to_fail_but_was_done_is_won(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    id = (await backend.create(desk.visitor())).id
    betray(backend, done=True)
    result = await accept(backend, id, MARIA)
    assert isinstance(result, Won)
    assert result.contact == await backend.contact(id)


async def test_a_deed_whose_commit_failed_is_an_error_and_the_same_token_then_wins(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    id = (await backend.create(desk.visitor())).id
    betray(backend, done=False)
    with pytest.raises(BackendError):
        await accept(backend, id, MARIA, token="t")
    assert isinstance(await accept(backend, id, MARIA, token="t"), Won)


async def test_a_deed_whose_commit_failed_and_cannot_be_read_back_is_unknown(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    id = (await backend.create(desk.visitor())).id
    betray(backend, done=True)
    assert backend._reader is not None
    await backend._reader.stop()
    assert await accept(backend, id, MARIA) == Unknown()


# Closing, and the watch


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
