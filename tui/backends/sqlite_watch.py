"""Notices what changed in the file, whoever changed it, and tells every watch of this process.

A thread looks at ``PRAGMA data_version`` twenty times a second, and at once when this process has committed.
Every change bears a number; what is above the last number seen is told. What the desk makes of it is not
known here.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from tui.backends import sqlite_schema as schema
from tui.backends import sqlite_store as store
from tui.backends.contract import BackendEvent, Snapshot

log = logging.getLogger(__name__)

POLL = 0.05
"""Seconds between two looks at what other processes did."""

BACKLOG = 5_000
"""Events waiting for a slow watch, or changes a suspended process missed, that a snapshot then replaces."""


class Watch(AsyncIterator[BackendEvent]):
    """One listener: a snapshot, then what happens. Waiting for the next event may be cancelled and resumed.

    A listener that falls behind by more than ``BACKLOG`` events gets a fresh snapshot instead of them.
    """

    def __init__(self, watcher: Watcher, backlog: int) -> None:
        self._watcher = watcher
        self._backlog = backlog
        self._events: deque[BackendEvent] = deque()
        self._behind = False
        self._awaits_snapshot = True
        self._ended = False
        self._wake = asyncio.Event()

    async def __anext__(self) -> BackendEvent:
        """The next event; ends when the engine closes."""
        while not self._ended:
            if self._events:
                return self._events.popleft()
            if self._behind:
                self._behind = False
                self._awaits_snapshot = True
                self._watcher.ask_snapshot(self)
            self._wake.clear()
            await self._wake.wait()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Listen no more. (Letting go of the object does the same.)"""
        self.end()

    def restart(self, snapshot: Snapshot) -> None:
        """Begin again from here."""
        self._events.clear()
        self._events.append(snapshot)
        self._behind = self._awaits_snapshot = False
        self._wake.set()

    def extend(self, events: Iterable[BackendEvent]) -> None:
        """What has happened since."""
        if self._behind or self._awaits_snapshot or self._ended:
            return
        self._events.extend(events)
        if len(self._events) > self._backlog:
            self._events.clear()
            # The snapshot is read when it is wanted, not now: it would grow old in the queue.
            self._behind = True
        self._wake.set()

    def end(self) -> None:
        """No more events."""
        self._ended = True
        self._events.clear()
        self._wake.set()


class Watcher:
    """The thread that looks, and the watches it tells."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop, backlog: int = BACKLOG) -> None:
        self._path = path
        self._loop = loop
        self._backlog = backlog
        self._watches: weakref.WeakSet[Watch] = weakref.WeakSet()
        self._newcomers: set[Watch] = set()
        self._lock = threading.Lock()
        """Guards the newcomers, the one thing both threads change."""
        self._wake = threading.Event()
        self._stopping = False
        self._position: int | None = None
        """Number of the last change told; the thread's own."""
        self._thread = threading.Thread(target=self._run, name="deskbell-db-watch", daemon=True)
        self._thread_ended = loop.create_future()

    def watch(self) -> Watch:
        """A new listener."""
        if self._thread.ident is None:
            self._thread.start()
        watch = Watch(self, self._backlog)
        self._watches.add(watch)
        self.ask_snapshot(watch)
        return watch

    def ask_snapshot(self, watch: Watch) -> None:
        """Have this listener begin (again) with a snapshot."""
        with self._lock:
            self._newcomers.add(watch)
        self.look_now()

    def look_now(self) -> None:
        """This process has changed something. From any thread."""
        self._wake.set()

    async def stop(self, patience: float) -> None:
        """End every watch and the thread."""
        self._stopping = True
        self.look_now()
        for watch in list(self._watches):
            watch.end()
        if self._thread.ident is not None:
            await asyncio.wait({self._thread_ended}, timeout=patience)

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    # An error here is met by every command too, which tells the agent; the watch catches up.
                    with suppress(sqlite3.Error), closing(schema.open_existing(self._path)) as db:
                        self._look_until_stopped(db)
                except Exception:  # the border of the thread: a watch that ended in silence would be deaf
                    log.exception("the watch of %s failed and goes on", self._path)
                if not self._stopping:
                    self._wake.wait(POLL)
                    self._wake.clear()
        finally:
            self._on_loop(self._thread_has_ended)

    def _look_until_stopped(self, db: sqlite3.Connection) -> None:
        seen = None
        while not self._stopping:
            # The version is read before the changes: a commit between the two is seen again, never missed.
            version = db.execute("PRAGMA data_version").fetchone()[0]
            if version != seen or self._newcomers:
                self._look(db)
                seen = version
            self._wake.wait(POLL)
            self._wake.clear()

    def _look(self, db: sqlite3.Connection) -> None:
        with self._lock:
            newcomers, self._newcomers = self._newcomers, set()
        try:
            db.execute("BEGIN")
            position = store.read_counter(db)
            told = self._position
            everyone = told is not None and not told <= position <= told + self._backlog
            snapshot = store.read_snapshot(db) if newcomers or everyone else None
            changes = [] if told is None or everyone else store.read_changes(db, told)
            db.execute("COMMIT")
        except sqlite3.Error:
            with self._lock:
                self._newcomers |= newcomers
            raise
        self._position = position
        self._on_loop(self._tell, changes, snapshot, None if everyone else newcomers)

    def _tell(
        self, changes: Sequence[BackendEvent], snapshot: Snapshot | None, newcomers: set[Watch] | None
    ) -> None:
        """On the loop. ``newcomers`` is None when everybody begins again."""
        for watch in list(self._watches):
            if snapshot is not None and (newcomers is None or watch in newcomers):
                watch.restart(snapshot)
            else:
                watch.extend(changes)

    def _thread_has_ended(self) -> None:
        for watch in list(self._watches):
            watch.end()
        if not self._thread_ended.done():
            self._thread_ended.set_result(None)

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop was closed without us: nobody is left to be told
            self._loop.call_soon_threadsafe(call, *arguments)
