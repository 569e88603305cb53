"""What a write costs, who waits for it, and who is taken along."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable

import pytest

from tests.backends.desks import MARIA, DeskUnderTest, accept, say, soon
from tests.backends.sqlite.files import Locked
from tui.backends import sqlite_schema
from tui.backends.contract import BackendError, Unknown, Won
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import Sender


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
