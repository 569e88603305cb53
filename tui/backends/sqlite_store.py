"""Contacts and messages in the tables: every SQL sentence about them.

Plain functions on a connection. Who opens the transaction, on which thread, and what a failure means is the
caller's matter; what a record becomes is in ``records``.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from tui.backends import records
from tui.backends.contract import (
    HISTORY_LIMIT,
    Appended,
    BackendError,
    ContactChanged,
    DeedResult,
    Gone,
    MessageAppended,
    NewContact,
    Refused,
    Snapshot,
    TypingSeen,
)
from tui.desk.contact import (
    ChatMessage,
    Contact,
    ContactId,
    MessageId,
    Outcome,
    Returned,
    Sender,
    Status,
    Visit,
)
from tui.desk.lifecycle import Deed
from tui.text import RemoteText

CODED = frozenset({"data", "trail", "tags"})
"""The fields that hold tuples: JSON in their columns."""

CONTACT_COLUMNS = tuple(field.name for field in fields(Contact))
"""The table's columns bear the names of the record's fields; ``BESIDE`` and ``n`` are beside them."""

BESIDE = ("secret_hash", "request_hash")
"""What is kept with a contact and is none of the record's fields: it reaches no view and no export."""

_LARGEST = 2**63 - 1
_CONTACT = ", ".join(f'"{name}"' for name in CONTACT_COLUMNS)
_MESSAGE = "contact, id, seq, sender, author, text, at"
_PLACES = ", ".join("?" * (len(CONTACT_COLUMNS) + len(BESIDE) + 1))
_INSERT_CONTACT = f"INSERT INTO contacts ({_CONTACT}, {', '.join(BESIDE)}, n) VALUES ({_PLACES})"
_LONGEST_WAIT_FIRST = "ORDER BY waiting_since, created, id"
_PENDING = f"SELECT {_CONTACT} FROM contacts WHERE status = 'pending' {_LONGEST_WAIT_FIRST}"
_OPEN = f"SELECT {_CONTACT} FROM contacts WHERE status IN ('pending', 'assigned') {_LONGEST_WAIT_FIRST}"


def read_contact(db: sqlite3.Connection, contact: ContactId) -> Contact | None:
    """The record as it stands."""
    row = db.execute(f"SELECT {_CONTACT} FROM contacts WHERE id = ?", (contact,)).fetchone()
    return None if row is None else _contact(row)


def read_earlier(db: sqlite3.Connection, visitor: str, limit: int) -> tuple[Contact, ...]:
    """The contacts of one visitor, newest first."""
    rows = db.execute(
        f"SELECT {_CONTACT} FROM contacts WHERE visitor = ? AND visitor <> '' "
        "ORDER BY created DESC, rowid DESC LIMIT ?",
        (visitor, max(0, limit)),
    )
    return tuple(_contact(row) for row in rows)


def read_place(db: sqlite3.Connection, n: int) -> tuple[Contact, ChatMessage]:
    """The message that the change of this number stored, and its contact."""
    message = _message(db.execute(f"SELECT {_MESSAGE} FROM messages WHERE n = ?", (n,)).fetchone())
    contact = read_contact(db, message.contact)
    assert contact is not None  # the table refers to it
    return contact, message


def read_pending(db: sqlite3.Connection) -> tuple[Contact, ...]:
    """Every pending contact, longest wait first."""
    return tuple(_contact(row) for row in db.execute(_PENDING))


def read_history(
    db: sqlite3.Connection, contact: ContactId, after: int, limit: int
) -> tuple[ChatMessage, ...]:
    """Messages with sequence above ``after``, oldest first, ``limit`` at most."""
    wanted = max(0, min(limit, HISTORY_LIMIT))
    rows = db.execute(
        f"SELECT {_MESSAGE} FROM messages WHERE contact = ? AND seq > ? ORDER BY seq LIMIT ?",
        (contact, max(-1, min(after, _LARGEST)), wanted),
    )
    return tuple(_message(row) for row in rows)


def read_secret_hash(db: sqlite3.Connection, contact: ContactId) -> str:
    """The hash given at creation; empty when there is no such contact."""
    return _beside(db, contact, "secret_hash")


def read_request_hash(db: sqlite3.Connection, contact: ContactId) -> str:
    """The hash given at creation; empty when there is no such contact, or it was made without a key."""
    return _beside(db, contact, "request_hash")


def read_desk_id(db: sqlite3.Connection) -> str:
    """Made with the file."""
    return str(db.execute("SELECT value FROM meta WHERE key = 'desk_id'").fetchone()[0])


def read_desk_secret(db: sqlite3.Connection) -> bytes:
    """Made with the file, or when it was brought up to date."""
    return bytes.fromhex(db.execute("SELECT value FROM meta WHERE key = 'desk_secret'").fetchone()[0])


def read_counter(db: sqlite3.Connection) -> int:
    """The number of the newest change."""
    return int(db.execute("SELECT n FROM counter").fetchone()[0])


def read_snapshot(db: sqlite3.Connection) -> Snapshot:
    """Everything that is not ended. Call it in a transaction: one moment."""
    contacts = tuple(_contact(row) for row in db.execute(_OPEN))
    messages: list[ChatMessage] = []
    for contact in contacts:
        if contact.status is Status.ASSIGNED:
            after = max(0, contact.last_seq - HISTORY_LIMIT)
            messages += read_history(db, contact.id, after, HISTORY_LIMIT)
    return Snapshot(contacts, tuple(messages))


def read_changes(db: sqlite3.Connection, after: int) -> list[ContactChanged | MessageAppended | TypingSeen]:
    """What happened after the change of this number: the contacts as they are now, then messages and typing
    in the order in which they came. Call it in a transaction."""
    contacts = db.execute(f"SELECT {_CONTACT} FROM contacts WHERE n > ? ORDER BY n", (after,))
    events: list[ContactChanged | MessageAppended | TypingSeen] = [
        ContactChanged(_contact(row)) for row in contacts
    ]
    events += (
        event for _, event in heapq.merge(_said(db, after), _typed(db, after), key=lambda pair: pair[0])
    )
    return events


def write_probe(db: sqlite3.Connection) -> None:
    """Write something of no meaning, to learn whether the file takes it."""
    # Never the same twice: SQLite leaves a page alone that would not change.
    db.execute("REPLACE INTO meta VALUES ('probe', hex(randomblob(8)))")


def create(db: sqlite3.Connection, new: NewContact, now: float) -> Contact:
    """Store a contact and its first message; a contact of that id stays as it is."""
    known = read_contact(db, new.id)
    if known is not None:
        return known
    if _message_of(db, new.message_id) is not None:
        raise BackendError("a message of this id was stored before: give the first message an id of its own")
    seen = db.execute("SELECT 1 FROM contacts WHERE visitor = ? AND visitor <> '' LIMIT 1", (new.visitor,))
    contact, message = records.opened(new, now, returning=seen.fetchone() is not None)
    n = _next_change(db)
    values = [_column(contact, name) for name in CONTACT_COLUMNS]
    db.execute(_INSERT_CONTACT, (*values, *(getattr(new, name) for name in BESIDE), n))
    _insert_message(db, message, n)
    return contact


def perform(db: sqlite3.Connection, id: ContactId, deed: Deed, now: float) -> DeedResult:
    """Apply a deed. The caller's transaction must be an immediate one: the read and the write are one."""
    before = read_contact(db, id)
    after, result = records.with_deed(before, deed, now)
    if before is not None and after is not None:
        _replace(db, before, after)
        if after.status is Status.ENDED:
            db.execute("DELETE FROM typing WHERE contact = ?", (id,))
    return result


def append(
    db: sqlite3.Connection,
    contact: ContactId,
    id: MessageId,
    sender: Sender,
    author: RemoteText,
    text: RemoteText,
    now: float,
) -> Appended | Gone | Refused:
    """Store a message once."""
    known = _message_of(db, id)
    if known is not None:
        return Appended(known, new=False)
    before = read_contact(db, contact)
    message = records.next_message(before, id, sender, author, text, now)
    if before is None or isinstance(message, Gone | Refused):
        return message if isinstance(message, Refused) else Gone()
    n = _replace(db, before, records.with_message(before, message))
    _insert_message(db, message, n)
    return Appended(message, new=True)


def mark(
    db: sqlite3.Connection,
    id: ContactId,
    visitor_seen: int | None,
    agent_seen: int | None,
    visitor_received: int | None,
) -> None:
    """Raise read and received marks."""
    before = read_contact(db, id)
    if before is not None:
        _replace(db, before, records.with_marks(before, visitor_seen, agent_seen, visitor_received))


def set_silence(
    db: sqlite3.Connection, id: ContactId, silent_since: float | None, gone_at: float | None
) -> None:
    """Note or lift the silence of the visitor's page."""
    before = read_contact(db, id)
    if before is not None:
        _replace(db, before, records.with_silence(before, silent_since, gone_at))


def visit(db: sqlite3.Connection, id: ContactId, page: RemoteText, now: float) -> None:
    """Note a page on the visitor's trail."""
    before = read_contact(db, id)
    if before is not None:
        _replace(db, before, records.with_visit(before, page, now))


def tell_typing(db: sqlite3.Connection, id: ContactId, sender: Sender, typing: bool, now: float) -> None:
    """Note that a side of an open contact types or has stopped."""
    row = db.execute("SELECT 1 FROM contacts WHERE id = ? AND status <> 'ended'", (id,)).fetchone()
    if row is not None:
        db.execute("REPLACE INTO typing VALUES (?, ?, ?, ?, ?)", (id, sender, typing, now, _next_change(db)))


def _replace(db: sqlite3.Connection, before: Contact, after: Contact) -> int:
    """Compare-and-set on the record's version; only what differs is written. The change's number."""
    changed = [name for name in CONTACT_COLUMNS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return 0
    n = _next_change(db)
    assignments = ", ".join(f'"{name}" = ?' for name in changed)
    values = [_column(after, name) for name in changed]
    written = db.execute(
        f"UPDATE contacts SET {assignments}, n = ? WHERE id = ? AND version = ?",
        (*values, n, before.id, before.version),
    )
    if written.rowcount != 1:
        raise BackendError("the contact changed while it was being changed: try again")
    return n


def _beside(db: sqlite3.Connection, contact: ContactId, column: str) -> str:
    row = db.execute(f"SELECT {column} FROM contacts WHERE id = ?", (contact,)).fetchone()
    return "" if row is None else str(row[0])


def _next_change(db: sqlite3.Connection) -> int:
    db.execute("UPDATE counter SET n = n + 1")
    return read_counter(db)


def _insert_message(db: sqlite3.Connection, message: ChatMessage, n: int) -> None:
    db.execute(
        f"INSERT INTO messages ({_MESSAGE}, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.contact,
            message.id,
            message.seq,
            message.sender,
            message.author,
            message.text,
            message.at,
            n,
        ),
    )


def _message_of(db: sqlite3.Connection, id: MessageId) -> ChatMessage | None:
    row = db.execute(f"SELECT {_MESSAGE} FROM messages WHERE id = ?", (id,)).fetchone()
    return None if row is None else _message(row)


def _said(db: sqlite3.Connection, after: int) -> Iterator[tuple[int, MessageAppended | TypingSeen]]:
    for n, *row in db.execute(f"SELECT n, {_MESSAGE} FROM messages WHERE n > ? ORDER BY n", (after,)):
        yield n, MessageAppended(_message(row))


def _typed(db: sqlite3.Connection, after: int) -> Iterator[tuple[int, MessageAppended | TypingSeen]]:
    rows = db.execute("SELECT n, contact, sender, typing, at FROM typing WHERE n > ? ORDER BY n", (after,))
    for n, contact, sender, typing, at in rows:
        yield n, TypingSeen(ContactId(contact), Sender(sender), bool(typing), at)


def _contact(row: tuple[Any, ...]) -> Contact:
    values = dict(zip(CONTACT_COLUMNS, row, strict=True))
    values["status"] = Status(values["status"])
    values["returning"], values["offline"] = bool(values["returning"]), bool(values["offline"])
    values["tags"] = tuple(json.loads(values["tags"]))
    values["data"] = tuple((name, value) for name, value in json.loads(values["data"]))
    values["trail"] = tuple(Visit(page, at) for page, at in json.loads(values["trail"]))
    if values["returned"] is not None:
        values["returned"] = Returned(values["returned"])
    values["last_sender"] = Sender(values["last_sender"])
    if values["outcome"] is not None:
        values["outcome"] = Outcome(values["outcome"])
    if values["ended_by"] is not None:
        values["ended_by"] = Sender(values["ended_by"])
    return Contact(**values)


def _column(contact: Contact, name: str) -> Any:
    value = getattr(contact, name)
    if name not in CODED:
        return value
    plain = [(visit.page, visit.at) for visit in value] if name == "trail" else value
    return json.dumps(plain, ensure_ascii=False)


def _message(row: list[Any] | tuple[Any, ...]) -> ChatMessage:
    contact, id, seq, sender, author, text, at = row
    return ChatMessage(contact, id, seq, Sender(sender), author, text, at)
