"""The tables, how an older file becomes a newer one, and how a connection is opened.

No contact or message is read or written here: that is ``sqlite_store``.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
import uuid
from pathlib import Path

from tui.backends import sqlite_errors as errors
from tui.backends import sqlite_search as search
from tui.backends.contract import SECRET_BYTES

APPLICATION_ID = 0x44534B42
"""Marks the file as ours ("DSKB"), for ``file`` and for us."""

LOCK_PATIENCE = 5.0
"""Seconds that a write, or the opening, waits for another program's lock."""

BUSY_SLICE = 0.1
"""Seconds that one attempt at a lock takes: how late a waiting writer notices that it should stop."""

WAL_KEPT = 16 * 1024 * 1024
"""Bytes to which the write-ahead log shrinks after a burst."""

_TABLES = """
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- One row: numbers every change of the desk, so that a watcher can ask for all after the one it knows.
CREATE TABLE counter (n INTEGER NOT NULL);
INSERT INTO counter VALUES (0);

CREATE TABLE contacts (
    id              TEXT PRIMARY KEY NOT NULL,
    nick            TEXT NOT NULL,
    service         TEXT NOT NULL,
    created         REAL NOT NULL,
    pending_since   REAL NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('pending', 'assigned', 'ended')),
    lang            TEXT NOT NULL,
    page            TEXT NOT NULL,
    visitor         TEXT NOT NULL,
    "returning"     INTEGER NOT NULL,
    agent           TEXT NOT NULL,
    addressed_to    TEXT NOT NULL,
    dissuade_at     REAL,
    dissuasion_time REAL NOT NULL,
    silent_since    REAL,
    gone_at         REAL,
    ended_at        REAL,
    outcome         TEXT,
    ended_by        TEXT,
    accepted_at     REAL,
    first_words     TEXT NOT NULL,
    last_words      TEXT NOT NULL,
    last_sender     TEXT NOT NULL,
    last_at         REAL NOT NULL,
    last_seq        INTEGER NOT NULL,
    seq_at_accept   INTEGER NOT NULL,
    visitor_seen    INTEGER NOT NULL,
    agent_seen      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    token           TEXT NOT NULL,
    secret_hash     TEXT NOT NULL,
    n               INTEGER NOT NULL
);
CREATE INDEX contacts_by_change ON contacts (n);
CREATE INDEX contacts_by_status ON contacts (status, pending_since);
CREATE INDEX contacts_by_visitor ON contacts (visitor) WHERE visitor <> '';

CREATE TABLE messages (
    n       INTEGER PRIMARY KEY,
    contact TEXT NOT NULL REFERENCES contacts (id),
    seq     INTEGER NOT NULL,
    id      TEXT NOT NULL UNIQUE,
    sender  TEXT NOT NULL,
    author  TEXT NOT NULL,
    text    TEXT NOT NULL,
    at      REAL NOT NULL,
    UNIQUE (contact, seq)
);

-- The latest word on each side of each open contact; gone when the contact ends.
CREATE TABLE typing (
    contact TEXT NOT NULL,
    sender  TEXT NOT NULL,
    typing  INTEGER NOT NULL,
    at      REAL NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (contact, sender)
);
CREATE INDEX typing_by_change ON typing (n);
"""

_CONSOLES = """
-- The last sign of life of each console; of no worth a minute later.
CREATE TABLE consoles (
    id        TEXT PRIMARY KEY NOT NULL,
    agent     TEXT NOT NULL,
    last_used REAL NOT NULL,
    beat_at   REAL NOT NULL,
    place     TEXT NOT NULL,
    fails     INTEGER NOT NULL,
    ringing   INTEGER NOT NULL
);
"""

_SHIFT = """
-- Transfers, labels, what the site told, and what the visitor's page has got.
ALTER TABLE contacts ADD COLUMN waiting_since REAL NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN addressed_group TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN transferred_by TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN transfer_note TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN transfer_time REAL NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN return_at REAL;
ALTER TABLE contacts ADD COLUMN returned TEXT;
ALTER TABLE contacts ADD COLUMN returned_by TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN return_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN last_spoken INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN visitor_received INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN data TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN trail TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN colour TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN resolution TEXT NOT NULL DEFAULT '';
UPDATE contacts SET waiting_since = pending_since, last_spoken = last_seq, visitor_received = visitor_seen;
DROP TABLE consoles;
CREATE TABLE consoles (
    id           TEXT PRIMARY KEY NOT NULL,
    agent        TEXT NOT NULL,
    last_used    REAL NOT NULL,
    beat_at      REAL NOT NULL,
    place        TEXT NOT NULL,
    fails        INTEGER NOT NULL,
    ringing      INTEGER NOT NULL,
    paused       INTEGER NOT NULL,
    paused_since REAL NOT NULL,
    pause_reason TEXT NOT NULL,
    chats        INTEGER NOT NULL,
    max_chats    INTEGER NOT NULL,
    agent_groups TEXT NOT NULL
);
"""

_KEYS = """
-- A contact's first message had an id that a visitor's client could choose for one of its own.
UPDATE messages SET id = contact || ':first' WHERE seq = 1 AND id = contact || '/first';
-- What was asked under a key of the client's, so that the same key with something else is noticed.
ALTER TABLE contacts ADD COLUMN request_hash TEXT NOT NULL DEFAULT '';
"""

_MIGRATIONS: tuple[str, ...] = (_TABLES, _CONSOLES, _SHIFT, _KEYS)
"""The script at place i makes version i + 1 out of version i. Only ever add to the end."""

SCHEMA_VERSION = len(_MIGRATIONS)
"""The ``user_version`` this program writes and understands."""

FileMark = tuple[int, int]
"""Device and inode: tells the file we opened from another that took its name."""


def create_or_open(path: Path) -> sqlite3.Connection:
    """A connection that may write, the tables brought up to date; folder and file are made if missing.

    Raises BackendError with the file and the cure.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Chats are private. SQLite gives its side files the rights of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        return _patiently(path)
    except (OSError, sqlite3.Error) as error:
        raise errors.explain(error, path) from error


def open_existing(path: Path) -> sqlite3.Connection:
    """One more connection to a file that ``create_or_open`` has seen to."""
    return _connect(path, LOCK_PATIENCE)


def file_mark(path: Path) -> FileMark | None:
    """What file bears this name now; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def user_version(connection: sqlite3.Connection) -> int:
    """The schema version written in the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    connection.execute(f"PRAGMA journal_size_limit = {WAL_KEPT}")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive's cache
    return connection


def _patiently(path: Path) -> sqlite3.Connection:
    """Switching to WAL and reading the schema may meet another console that is doing the same: SQLite then
    answers "locked" without waiting, so the waiting is done here."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        connection = _connect(path, BUSY_SLICE)
        try:
            _prepare(connection, path)
        except sqlite3.Error as error:
            connection.close()
            if not errors.is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        except BaseException:
            connection.close()
            raise
        else:
            return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN")  # one moment: another console may be making the tables just now
    _refuse_strangers(connection, path)
    connection.execute("COMMIT")
    if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise errors.no_wal(path)
    if user_version(connection) < SCHEMA_VERSION:
        _migrate(connection, path)
    search.prepare(connection)


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    version = user_version(connection)
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    if owner == APPLICATION_ID:
        if version > SCHEMA_VERSION:
            raise errors.too_new(path, version, SCHEMA_VERSION)
    elif version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise errors.not_ours(path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """All steps in one transaction: a file is never between two versions."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _refuse_strangers(connection, path)  # again, now that nobody else can be in the middle of it
        version = user_version(connection)
        for script in _MIGRATIONS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        # A file of version 3 or older has no secret yet.
        secret = secrets.token_hex(SECRET_BYTES)
        connection.execute("INSERT OR IGNORE INTO meta VALUES ('desk_secret', ?)", (secret,))
        if version == 0:
            connection.execute("INSERT INTO meta VALUES ('desk_id', ?)", (uuid.uuid4().hex,))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _statements(script: str) -> list[str]:
    """``executescript`` would commit our transaction, so the statements are run one by one."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
