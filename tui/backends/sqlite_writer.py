"""The one thread of this process that writes: it commits whatever has gathered while the last commit ran.

One fsync then pays for many writes. Each write has a savepoint of its own, so that one that fails takes
nobody along. What the writes are is not known here.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tui.backends import sqlite_errors as errors
from tui.backends import sqlite_schema as schema
from tui.backends import sqlite_search as search
from tui.backends import sqlite_store as store
from tui.backends.contract import BackendError
from tui.backends.sqlite_thread import Answer, DatabaseThread, Job

FULL = "FULL"
"""Every commit reaches the disk before it is answered."""

NORMAL = "NORMAL"
"""A commit costs no fsync. The log is still synced before a checkpoint and at its restart, and the next FULL
commit syncs all of it, so a power cut can cost these writes only. (OFF would leave out those syncs, and could
cost the others.)"""


class Writer(DatabaseThread):
    """Group commit."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop, committed: Callable[[], None]) -> None:
        super().__init__("deskbell-db-write", path, schema.create_or_open, loop)
        self._committed = committed
        self._synchronous = ""
        self.failing = False
        """Whether the last transaction failed."""

    def serve(self, db: sqlite3.Connection, jobs: Sequence[Job]) -> list[Answer]:
        """All of them in one transaction."""
        try:
            self._begin(db, FULL if any(job.durable for job in jobs) else NORMAL)
            before = store.read_counter(db)
            answers = [self._one(db, job) for job in jobs]
            search.index_after(db, before)
            self._commit(db)
        except (sqlite3.Error, BackendError) as error:
            with suppress(sqlite3.Error):
                db.rollback()
            self.failing = True
            told = errors.explain(error, self.path)
            return [
                type(told)(*told.args) for _ in jobs
            ]  # one each: a raised exception gathers its own traceback
        self.failing = False
        self._committed()
        return answers

    def finish(self, db: sqlite3.Connection) -> None:
        """Carry the log into the database if nobody is in the way; the next opening does it otherwise."""
        with suppress(sqlite3.Error):
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _begin(self, db: sqlite3.Connection, synchronous: str) -> None:
        if synchronous != self._synchronous:
            db.execute(f"PRAGMA synchronous = {synchronous}")
            self._synchronous = synchronous
        deadline = time.monotonic() + schema.LOCK_PATIENCE
        while True:
            self.check_file()
            try:
                db.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                in_vain = self._stopping.is_set() or time.monotonic() > deadline
                if not errors.is_busy(error) or in_vain:
                    raise
        version = schema.user_version(db)
        if version > schema.SCHEMA_VERSION:  # a newer console has joined while we were open
            raise errors.too_new(self.path, version, schema.SCHEMA_VERSION)

    def _one(self, db: sqlite3.Connection, job: Job) -> Answer:
        db.execute("SAVEPOINT job")
        try:
            answer = job.work(db)
        except Exception as error:  # the border: one bad write must not take the others along
            if not db.in_transaction:  # SQLite gave up on all of it (disk full, I/O error)
                raise errors.explain(error, self.path) from error
            db.execute("ROLLBACK TO job")
            answer = errors.explain(error, self.path)
        db.execute("RELEASE job")
        return answer

    def _commit(self, db: sqlite3.Connection) -> None:
        try:
            db.execute("COMMIT")
        except sqlite3.Error as error:
            raise errors.CommitError(*errors.explain(error, self.path).args) from error
