"""Signs of life in the file: an older file gets the table, and the dead do not pile up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.backends.desks import MARIA, DeskUnderTest
from tui.backends import sqlite_presence
from tui.backends import sqlite_schema as schema
from tui.backends.contract import ConsoleBeat
from tui.backends.sqlite import SqliteBackend


def _made_older(path: Path) -> None:
    """Put a file of the first schema in the place of this one, with its contacts and messages."""
    older = path.with_suffix(".older")
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        for statement in schema._statements(schema._MIGRATIONS[0]):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.execute("ATTACH ? AS newer", (str(path),))
        for table in ("meta", "contacts", "messages"):
            columns = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA table_info({table})"))
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM newer.{table}")
        db.execute("UPDATE counter SET n = (SELECT n FROM newer.counter)")
    older.replace(path)


async def test_a_file_of_the_first_schema_becomes_one_of_todays_and_keeps_its_contacts(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    kept = await backend.create(desk.visitor())
    said = await backend.history(kept.id)
    await desk.close()
    _made_older(backend.path)
    again = await desk.console()
    beat = ConsoleBeat("one", MARIA, 1.0, desk.clock.now, groups=("Billing",))
    await again.beat(beat)
    assert await again.consoles() == (beat,)
    assert await again.contact(kept.id) == kept
    assert await again.history(kept.id) == said


async def test_a_console_long_silent_is_struck_off_by_the_next_beat(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    await backend.beat(ConsoleBeat("dead", MARIA, 1.0, desk.clock.now))
    desk.clock.now += sqlite_presence.KEPT + 1
    living = ConsoleBeat("living", MARIA, 1.0, desk.clock.now)
    await backend.beat(living)
    assert await backend.consoles() == (living,)
