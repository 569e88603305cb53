"""Somebody who watches the desk from outside: for the runner's timing, and as a record of every change.

The runner goes by it to do things at the right moment. The record is kept by triggers inside the database, in
the very transaction of each change: no look at the file, however quick, would see them all.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tui.backends.contract import BackendError
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ChatMessage, Contact, ContactId, Status
from tui.desk.events import ContactChanged, MessageAppended, Snapshot

KEPT = (
    *(
        "id",
        "version",
        "status",
        "agent",
        "addressed_to",
        "addressed_group",
        "transferred_by",
        "transfer_note",
    ),
    *(
        "returned",
        "returned_by",
        "return_at",
        "return_reason",
        "pending_since",
        "waiting_since",
        "dissuade_at",
    ),
    *("silent_since", "gone_at", "accepted_at", "ended_at", "outcome", "ended_by", "last_seq", "last_spoken"),
    *("seq_at_accept", "tags", "colour", "resolution", "token"),
)
"""The columns of a contact of which every value is recorded."""

_NOW = "(julianday('now') - 2440587.5) * 86400.0"
_NEW = ", ".join(f"NEW.{name}" for name in KEPT)
_TRIGGERS = f"""
CREATE TABLE shift_changes (k INTEGER PRIMARY KEY, at REAL, {", ".join(KEPT)});
CREATE TRIGGER shift_created AFTER INSERT ON contacts BEGIN
    INSERT INTO shift_changes SELECT NULL, {_NOW}, {_NEW};
END;
CREATE TRIGGER shift_changed AFTER UPDATE ON contacts WHEN NEW.version <> OLD.version BEGIN
    INSERT INTO shift_changes SELECT NULL, {_NOW}, {_NEW};
END;
"""


def record_changes(database: Path) -> None:
    """Have every change of a contact recorded from now on."""
    with closing(sqlite3.connect(database, timeout=10)) as db:
        db.executescript(_TRIGGERS)


class Witness:
    """What the desk looks like now."""

    def __init__(self, database: Path) -> None:
        self.contacts: dict[ContactId, Contact] = {}
        self.messages: dict[ContactId, list[ChatMessage]] = {}
        self._backend = SqliteBackend(database)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch."""
        await self._backend.open()
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Watch no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._backend.close()

    def open(self) -> list[Contact]:
        """Every contact that has not ended."""
        return [contact for contact in self.contacts.values() if contact.status is not Status.ENDED]

    async def ready(self) -> set[str]:
        """The agents who are there and have not paused."""
        now = time.time()
        beats = await self._backend.consoles()
        return {beat.agent for beat in beats if now - beat.beat_at < 3.0 and not beat.paused}

    async def _watch(self) -> None:
        while True:
            try:
                async for event in self._backend.watch():
                    await self._hear(event)
            except BackendError:
                await asyncio.sleep(0.5)

    async def _hear(self, event: object) -> None:
        match event:
            case Snapshot(contacts):
                present = {contact.id for contact in contacts}
                for id in [contact.id for contact in self.open() if contact.id not in present]:
                    found = await self._backend.contact(id)
                    if found is not None:
                        self.contacts[id] = found
                self.contacts |= {contact.id: contact for contact in contacts}
                for contact in contacts:
                    self.messages[contact.id] = list(await self._backend.history(contact.id))
            case ContactChanged(contact):
                self.contacts[contact.id] = contact
            case MessageAppended(message):
                messages = self.messages.setdefault(message.contact, [])
                if message.seq > (messages[-1].seq if messages else 0):
                    messages.append(message)
