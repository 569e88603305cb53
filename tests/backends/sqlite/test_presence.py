"""Signs of life in the file: an older file gets the table, and the dead do not pile up."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.backends.desks import MARIA, DeskUnderTest
from tui.backends import sqlite_presence
from tui.backends.contract import ConsoleBeat
from tui.backends.sqlite import SqliteBackend


async def test_a_file_of_the_first_schema_gets_the_table_and_keeps_its_contacts(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    kept = await backend.create(desk.visitor())
    await desk.close()
    with closing(sqlite3.connect(backend.path)) as db:
        db.execute("DROP TABLE consoles")
        db.execute("PRAGMA user_version = 1")
    again = await desk.console()
    beat = ConsoleBeat("one", MARIA, 1.0, desk.clock.now)
    await again.beat(beat)
    assert await again.consoles() == (beat,)
    assert await again.contact(kept.id) == kept


async def test_a_console_long_silent_is_struck_off_by_the_next_beat(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    await backend.beat(ConsoleBeat("dead", MARIA, 1.0, desk.clock.now))
    desk.clock.now += sqlite_presence.KEPT + 1
    living = ConsoleBeat("living", MARIA, 1.0, desk.clock.now)
    await backend.beat(living)
    assert await backend.consoles() == (living,)
