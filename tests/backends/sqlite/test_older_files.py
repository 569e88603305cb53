"""A desk of an older version: nothing in it is lost, doubled, or hidden from whoever asks for it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.backends.desks import say
from tui.backends import sqlite_schema
from tui.backends.contract import SECRET_BYTES, Appended
from tui.backends.sqlite import SqliteBackend
from tui.desk import message_ids
from tui.desk.contact import ContactId, MessageId, Sender

ANNA, BRUNO = ContactId("c-anna"), ContactId("c-bruno")
MESSAGES = [
    (1, ANNA, 1, f"{ANNA}/first", "visitor", "hello"),
    (2, BRUNO, 1, f"{BRUNO}/first", "visitor", "my invoice"),
    (3, ANNA, 2, f"{ANNA}/m1", "visitor", "one thing more"),
    (4, ANNA, 3, "0f8fad5bd9cb469fa16570867728950e", "agent", "good morning"),
    (5, BRUNO, 2, f"{BRUNO}:dissuaded", "system", "nobody is free"),
]


def version_3(path: Path) -> None:
    """A file as the third version of the tables wrote it."""
    db = sqlite3.connect(path, isolation_level=None)
    for script in sqlite_schema._MIGRATIONS[:3]:
        for statement in sqlite_schema._statements(script):
            db.execute(statement)
    columns = {
        row[1]: row[2] for row in db.execute("PRAGMA table_info(contacts)") if row[3] and row[4] is None
    }
    for id, status, n in ((ANNA, "assigned", 4), (BRUNO, "ended", 5)):
        values = {name: 0 if kind in ("REAL", "INTEGER") else "" for name, kind in columns.items()}
        values |= {"id": id, "status": status, "n": n, "nick": id, "last_sender": "visitor"}
        values |= {"last_seq": sum(m[1] == id for m in MESSAGES), "secret_hash": "5e" * 32}
        places = ", ".join("?" * len(values))
        names = ", ".join(f'"{name}"' for name in values)
        db.execute(f"INSERT INTO contacts ({names}) VALUES ({places})", tuple(values.values()))
    for n, contact, seq, message, sender, text in MESSAGES:
        db.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (n, contact, seq, message, sender, "", text, n),
        )
    db.execute("UPDATE counter SET n = 5")
    db.execute("INSERT INTO meta VALUES ('desk_id', 'old-desk')")
    db.execute(f"PRAGMA application_id = {sqlite_schema.APPLICATION_ID}")
    db.execute("PRAGMA user_version = 3")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


@pytest.fixture
async def desks(tmp_path: Path) -> list[SqliteBackend]:
    """Consoles of today, all of which open the old file at the same moment."""
    path = tmp_path / "deskbell.db"
    version_3(path)
    return [SqliteBackend(path) for _ in range(6)]


async def test_an_old_desk_keeps_every_message_under_an_id_no_client_can_choose(
    desks: list[SqliteBackend],
) -> None:
    await asyncio.gather(*(desk.open() for desk in desks))
    backend = desks[0]
    before = {id: await backend.history(id) for id in (ANNA, BRUNO)}
    assert [(m.seq, m.id, m.text) for m in before[ANNA]] == [
        (1, message_ids.of_desk(ANNA, message_ids.FIRST), "hello"),
        (2, message_ids.of_client(ANNA, "m1"), "one thing more"),
        (3, MessageId("0f8fad5bd9cb469fa16570867728950e"), "good morning"),
    ]
    # What was under way when the desk was brought up to date is known when it is sent again …
    again = await say(backend, ANNA, message_ids.of_client(ANNA, "m1"), "one thing more")
    told = message_ids.of_desk(BRUNO, message_ids.DISSUADED)
    told_again = await say(backend, BRUNO, told, "nobody is free", Sender.SYSTEM)
    assert isinstance(again, Appended)
    assert isinstance(told_again, Appended)
    assert (again.new, told_again.new) == (False, False)
    # … and what only looks like ours is a new message.
    stored = await say(backend, ANNA, message_ids.of_client(ANNA, "first"), "my card was charged twice")
    assert isinstance(stored, Appended)
    assert stored.new
    assert {id: (await backend.history(id))[: len(before[id])] for id in before} == before
    for desk in desks:
        await desk.close()


async def test_an_old_desk_gets_one_secret_and_keeps_its_name_and_its_visitors_tokens(
    desks: list[SqliteBackend],
) -> None:
    await asyncio.gather(*(desk.open() for desk in desks))
    secrets = {await desk.desk_secret() for desk in desks}
    assert [len(secret) for secret in secrets] == [SECRET_BYTES]
    assert {await desk.desk_id() for desk in desks} == {"old-desk"}
    assert await desks[0].secret_hash(ANNA) == "5e" * 32
    assert await desks[0].request_hash(ANNA) == ""
    for desk in desks:
        await desk.close()
    again = SqliteBackend(desks[0].path)
    await again.open()
    assert {await again.desk_secret()} == secrets
    await again.close()
