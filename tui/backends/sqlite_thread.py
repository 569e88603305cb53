"""A thread that owns one connection, takes jobs from the desk loop and answers on it; and the reader, the
simplest of them.

The desk loop never waits here: it puts a job into a queue and gets a future. What is done with the jobs that
have gathered is for the subclasses; group commit is in ``sqlite_writer``.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from tui.backends import sqlite_errors as errors
from tui.backends import sqlite_schema as schema
from tui.backends.contract import BackendError

T = TypeVar("T")

STOP_PATIENCE = 3.0
"""Seconds that ``stop`` gives the thread: a disk that hangs must not keep the console from leaving."""

BATCH_LIMIT = 500
"""Jobs taken at once: bounds how long the first of them waits for the last."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One thing to be done with the connection."""

    work: Callable[[sqlite3.Connection], object]
    durable: bool
    """Whether it must survive a power cut when it is answered."""
    future: asyncio.Future[object]


Answer = object | Exception


class DatabaseThread:
    """Runs jobs on a connection of its own. Every job is answered, come what may."""

    def __init__(
        self,
        name: str,
        path: Path,
        opener: Callable[[Path], sqlite3.Connection],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.path = path
        self._opener = opener
        self._loop = loop
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._unanswered: set[asyncio.Future[object]] = set()
        self._started: asyncio.Future[object] = loop.create_future()
        self._ended: asyncio.Future[object] = loop.create_future()
        self._stopping = threading.Event()
        self._file: schema.FileMark | None = None
        # A daemon: a disk that hangs for ever must not hold the interpreter at its end.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def start(self) -> None:
        """Open the connection. Raises BackendError."""
        self._thread.start()
        await asyncio.shield(self._started)

    async def run(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = True) -> T:
        """Have it done; what ``work`` returns. Raises BackendError."""
        if self._stopping.is_set():
            raise errors.closed(self.path)
        future: asyncio.Future[object] = self._loop.create_future()
        self._unanswered.add(future)
        future.add_done_callback(self._unanswered.discard)
        self._jobs.put(Job(work, durable, future))
        return cast(T, await future)

    async def stop(self) -> None:
        """Do what is queued, then let go of the file. Never raises; takes ``STOP_PATIENCE`` at most."""
        self._stopping.set()
        self._jobs.put(None)
        if self._thread.ident is not None:
            await asyncio.wait({self._ended}, timeout=STOP_PATIENCE)
        self._leave_nobody_waiting()

    def serve(self, db: sqlite3.Connection, jobs: Sequence[Job]) -> list[Answer]:
        """Do these jobs; an answer or an exception for each. Called on the thread."""
        raise NotImplementedError

    def finish(self, db: sqlite3.Connection) -> None:
        """Last words before the connection closes. Called on the thread."""

    def check_file(self) -> None:
        """Raises BackendError when the file was deleted or replaced: what is written to a nameless file is
        lost when the last console closes it."""
        if schema.file_mark(self.path) != self._file:
            raise errors.moved_away(self.path)

    def _run(self) -> None:
        try:
            db = self._opener(self.path)
            self._file = schema.file_mark(self.path)
        except (sqlite3.Error, BackendError) as error:
            self._on_loop(_settle, [(self._started, errors.explain(error, self.path))])
            self._on_loop(_settle, [(self._ended, None)])
            return
        self._on_loop(_settle, [(self._started, None)])
        try:
            while jobs := self._gather():
                answers = self.serve(db, jobs)
                futures = [job.future for job in jobs]
                self._on_loop(_settle, list(zip(futures, answers, strict=True)))
            self.finish(db)
        finally:
            db.close()
            self._stopping.set()
            self._on_loop(self._leave_nobody_waiting)
            self._on_loop(_settle, [(self._ended, None)])

    def _leave_nobody_waiting(self) -> None:
        _settle([(future, errors.closed(self.path)) for future in self._unanswered])

    def _gather(self) -> list[Job]:
        """The next job and all that wait behind it; nothing when it is time to stop."""
        job = self._jobs.get()
        jobs: list[Job] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == BATCH_LIMIT:
                return jobs
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs
        if jobs:
            self._jobs.put(None)  # the end was met behind these: meet it again after them
        return jobs

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop was closed without us: nobody is left to be told
            self._loop.call_soon_threadsafe(call, *arguments)


class Reader(DatabaseThread):
    """Reads: each job on its own, seeing the latest commit."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__("deskbell-db-read", path, schema.open_existing, loop)

    def serve(self, db: sqlite3.Connection, jobs: Sequence[Job]) -> list[Answer]:
        """One after another."""
        return [self._one(db, job) for job in jobs]

    def _one(self, db: sqlite3.Connection, job: Job) -> Answer:
        try:
            self.check_file()
            return job.work(db)
        except Exception as error:  # noqa: BLE001  the border: the thread lives on, the asker is told
            return errors.explain(error, self.path)


def _settle(answers: Sequence[tuple[asyncio.Future[object], Answer]]) -> None:
    for future, answer in answers:
        if future.done():  # the asker has given up
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
