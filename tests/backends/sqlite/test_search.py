"""The search index of a file: made for an older one, whole after all, and never in the way."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from tests.backends.desks import DeskUnderTest, say, soon
from tui.backends import sqlite_search
from tui.backends.contract import BackendError
from tui.backends.sqlite import SqliteBackend


async def whole(backend: SqliteBackend) -> None:
    """Wait until everything is indexed."""
    complete = False
    while not complete:
        with suppress(BackendError):  # it is being made anew
            complete = (await backend.search("x", 1)).complete
        await asyncio.sleep(0.01)


def without_index(path: Path) -> None:
    """Make the file one of before the search."""
    db = sqlite3.connect(path)
    db.execute("DROP TABLE found_words")
    db.commit()
    db.close()


async def test_a_file_from_before_the_search_is_indexed_behind_the_days_work(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    anna = await backend.create(desk.visitor("Anna", "the very first words"))
    await asyncio.gather(*(say(backend, anna.id, f"m{n}", f"word{n} and more") for n in range(1200)))
    await desk.close()
    without_index(backend.path)
    again = await desk.console()
    assert isinstance(again, SqliteBackend)
    bruno = await again.create(desk.visitor("Bruno", "something new"))
    assert (await again.search("something", 5)).found[0].contact == bruno
    await soon(whole(again))
    assert len((await again.search("very first", 5)).found) == 1
    assert len((await again.search("word7", 5)).found) == 1
    db = sqlite3.connect(again.path)
    counts = [db.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("messages", "found_words")]
    db.close()
    assert counts == [(1202,), (1202,)]


async def test_without_fts5_it_is_said_what_is_missing_and_everything_else_works(
    desk: DeskUnderTest, backend: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_search, "available", lambda: False)
    anna = await backend.create(desk.visitor("Anna", "an invoice"))
    await say(backend, anna.id, "m1", "and more")
    with pytest.raises(BackendError, match="FTS5"):
        await backend.search("invoice", 5)
    assert [m.text for m in await backend.history(anna.id)] == ["an invoice", "and more"]
    # what this console could not index, the next one that can does
    monkeypatch.undo()
    await desk.close()
    again = await desk.console()
    assert isinstance(again, SqliteBackend)
    await soon(whole(again))
    assert len((await again.search("invoice", 5)).found) == 1


async def test_a_damaged_index_keeps_no_message_from_being_stored_and_is_made_anew(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    anna = await backend.create(desk.visitor("Anna", "an invoice"))
    db = sqlite3.connect(backend.path)
    db.execute("UPDATE found_words_data SET block = x'00ff00ff00ff'")
    db.commit()
    db.close()
    await desk.close()
    again = await desk.console()
    assert isinstance(again, SqliteBackend)
    await say(again, anna.id, "m1", "still heard")
    assert [m.text for m in await again.history(anna.id)] == ["an invoice", "still heard"]
    with pytest.raises(BackendError, match="made anew"):
        await again.search("invoice", 5)
    await soon(whole(again))
    assert [one.message.text for one in (await again.search("invoice", 5)).found] == ["an invoice"]
    assert [one.message.text for one in (await again.search("heard", 5)).found] == ["still heard"]
