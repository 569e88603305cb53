"""The default engine: one SQLite file that the consoles of this machine share.

Only the contract's face is here. The SQL is in ``sqlite_store``, the threads that keep the desk loop from
waiting are in ``sqlite_writer``, ``sqlite_thread`` and ``sqlite_watch``, the tables in ``sqlite_schema``.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from tui.backends import sqlite_errors as errors
from tui.backends import sqlite_presence as presence
from tui.backends import sqlite_search as search
from tui.backends import sqlite_store as store
from tui.backends.contract import (
    HISTORY_LIMIT,
    Appended,
    BackendError,
    BackendEvent,
    Capabilities,
    ConsoleBeat,
    DeedResult,
    Gone,
    NewContact,
    Refused,
    SearchResult,
    Unknown,
    Won,
)
from tui.backends.sqlite_thread import STOP_PATIENCE, Reader
from tui.backends.sqlite_watch import BACKLOG, Watcher
from tui.backends.sqlite_writer import Writer
from tui.desk.contact import ChatMessage, Contact, ContactId, MessageId, Sender
from tui.desk.lifecycle import Deed
from tui.text import RemoteText

T = TypeVar("T")

log = logging.getLogger(__name__)

HEALTH_PATIENCE = 2.0
"""Seconds after which an engine that has not answered does not answer."""

FILL_EVERY, FILL_AGAIN = 0.01, 5.0
"""Seconds between two goes at what the search index lacks, and after one that failed."""

CAPABILITIES = Capabilities(name="sqlite", shared_by="consoles on this machine")


class SqliteBackend:
    """``Backend`` over one file. All methods are called on the loop that called ``open``."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time, backlog: int = BACKLOG) -> None:
        self.path = path
        self.capabilities = CAPABILITIES
        self._clock = clock
        self._backlog = backlog
        """How far a watch may fall behind before it gets a fresh snapshot instead."""
        self._writer: Writer | None = None
        self._reader: Reader | None = None
        self._watcher: Watcher | None = None
        self._filling: asyncio.Task[None] | None = None

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is a file at all: who only wants to look need not make one."""
        return path.is_file()

    async def open(self) -> None:
        """Open the file, or make it. May be tried again after a BackendError; nothing happens when open."""
        if self._writer is not None:
            return
        loop = asyncio.get_running_loop()
        watcher = Watcher(self.path, loop, self._backlog)
        writer = Writer(self.path, loop, watcher.look_now)
        reader = Reader(self.path, loop)
        try:
            await writer.start()
            await reader.start()
        except BaseException:
            await writer.stop()
            await reader.stop()
            raise
        self._writer, self._reader, self._watcher = writer, reader, watcher
        self._filling = loop.create_task(self._fill_index(), name="search index")

    async def close(self) -> None:
        """Finish what is queued, end every watch, let go of the file."""
        if self._filling is not None:
            self._filling.cancel()
        writer, reader, watcher = self._writer, self._reader, self._watcher
        self._writer = self._reader = self._watcher = None
        if writer is None or reader is None or watcher is None:
            return
        # The writer last: the one who closes last carries the log into the database.
        await asyncio.gather(watcher.stop(STOP_PATIENCE), reader.stop())
        await writer.stop()

    async def healthy(self) -> bool:
        """Whether the file can be locked for writing; after a failed write, whether it takes one again."""
        if self._writer is None:
            return False
        probe = store.write_probe if self._writer.failing else store.read_counter
        try:
            async with asyncio.timeout(HEALTH_PATIENCE):
                await self._write(probe, durable=False)
        except (BackendError, TimeoutError):
            return False
        return True

    async def desk_id(self) -> str:
        """Made with the file."""
        return await self._read(store.read_desk_id)

    async def desk_secret(self) -> bytes:
        """Made with the file, or when it was brought up to date."""
        return await self._read(store.read_desk_secret)

    def watch(self) -> AsyncIterator[BackendEvent]:
        """A snapshot, then what happens in this and in other processes."""
        if self._watcher is None:
            raise errors.closed(self.path)
        return self._watcher.watch()

    async def create(self, new: NewContact) -> Contact:
        """The contact and its first message, in one transaction."""
        return await self._write(lambda db: store.create(db, new, self._clock()))

    async def perform(self, contact: ContactId, deed: Deed) -> DeedResult:
        """Unknown only when the commit failed and the record cannot be read back either."""
        try:
            return await self._write(lambda db: store.perform(db, contact, deed, self._clock()))
        except errors.CommitError:
            try:
                record = await self.contact(contact)
            except BackendError:
                return Unknown()
            if record is not None and record.token == deed.token:
                return Won(record)
            raise

    async def append(
        self, contact: ContactId, id: MessageId, sender: Sender, author: RemoteText, text: RemoteText
    ) -> Appended | Gone | Refused:
        """Answered after the fsync."""
        return await self._write(
            lambda db: store.append(db, contact, id, sender, author, text, self._clock())
        )

    async def history(
        self, contact: ContactId, after: int = 0, limit: int = HISTORY_LIMIT
    ) -> tuple[ChatMessage, ...]:
        """Messages with sequence above ``after``, oldest first."""
        return await self._read(lambda db: store.read_history(db, contact, after, limit))

    async def contact(self, contact: ContactId) -> Contact | None:
        """The record as it stands."""
        return await self._read(lambda db: store.read_contact(db, contact))

    async def search(self, words: str, limit: int) -> SearchResult:
        """By the full-text index; on the reader's thread, so that no write waits for it."""
        complete = self._filling is None or self._filling.done()
        try:
            return await self._read(lambda db: search.find(db, words, limit, complete))
        except search.IndexDamagedError:
            self._repair_index()
            raise

    async def earlier(self, visitor: str, limit: int) -> tuple[Contact, ...]:
        """The contacts of this visitor, newest first."""
        return await self._read(lambda db: store.read_earlier(db, visitor, limit))

    async def pending(self) -> tuple[Contact, ...]:
        """Every pending contact, longest wait first."""
        return await self._read(store.read_pending)

    async def secret_hash(self, contact: ContactId) -> str:
        """The hash given at creation."""
        return await self._read(lambda db: store.read_secret_hash(db, contact))

    async def request_hash(self, contact: ContactId) -> str:
        """The hash given at creation."""
        return await self._read(lambda db: store.read_request_hash(db, contact))

    async def mark(
        self,
        contact: ContactId,
        *,
        visitor_seen: int | None = None,
        agent_seen: int | None = None,
        visitor_received: int | None = None,
    ) -> None:
        """Raise read and received marks, up to the newest message."""
        marks = (visitor_seen, agent_seen, visitor_received)
        await self._write(lambda db: store.mark(db, contact, *marks), durable=False)

    async def set_silence(
        self, contact: ContactId, silent_since: float | None, gone_at: float | None
    ) -> None:
        """Note or lift the silence of the visitor's page."""
        await self._write(lambda db: store.set_silence(db, contact, silent_since, gone_at), durable=False)

    async def visit(self, contact: ContactId, page: RemoteText) -> None:
        """One page more on the visitor's trail."""
        await self._write(lambda db: store.visit(db, contact, page, self._clock()), durable=False)

    async def tell_typing(self, contact: ContactId, sender: Sender, typing: bool) -> None:
        """Told to every watch by way of the file."""
        await self._write(
            lambda db: store.tell_typing(db, contact, sender, typing, self._clock()), durable=False
        )

    async def beat(self, console: ConsoleBeat) -> None:
        """Without an fsync."""
        await self._write(lambda db: presence.write_beat(db, console, self._clock()), durable=False)

    async def consoles(self) -> tuple[ConsoleBeat, ...]:
        """The last sign of life of every console on this file."""
        return await self._read(presence.read_consoles)

    def _repair_index(self) -> None:
        """Begin to make the index anew, once."""
        filling = self._filling
        if filling is not None and not (filling.get_name() == "repair" and not filling.done()):
            filling.cancel()
            self._filling = asyncio.create_task(self._make_index_anew(), name="repair")

    async def _make_index_anew(self) -> None:
        try:
            await self._write(search.make_anew, durable=False)
        except BackendError as error:
            log.warning("the search index could not be made anew: %s", error)
        else:
            await self._fill_index()

    async def _fill_index(self) -> None:
        """Index what was stored before there was an index, between the writes of the day."""
        below: int | None = None
        while True:
            try:
                below = await self._write(lambda db, top=below: search.fill(db, top), durable=False)  # type: ignore[misc]
            except BackendError as error:
                if self._writer is None:
                    return
                log.warning("the search index is not complete yet: %s", error)
                await asyncio.sleep(FILL_AGAIN)
                continue
            if below is None:
                return
            await asyncio.sleep(FILL_EVERY)

    async def _write(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = True) -> T:
        if self._writer is None:
            raise errors.closed(self.path)
        return await self._writer.run(work, durable=durable)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._reader is None:
            raise errors.closed(self.path)
        return await self._reader.run(work)
