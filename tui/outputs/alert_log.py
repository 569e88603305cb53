"""The alert log: why it rang, popped up or kept silent, one JSON line a decision (``alerts.jsonl``).

Written by a thread of its own, so that a slow or full disk holds nothing up. A decision that cannot be
written is counted and told once; alerting goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tui.alerts.plan import Decision

_log = logging.getLogger(__name__)

LARGEST = 5_000_000
"""Bytes a file may grow to; then it becomes the predecessor (``alerts.jsonl.1``), of which one is kept."""
REMEMBERED = 1000
"""Decisions kept in memory for :meth:`AlertLog.recent`."""
_BATCH = 500


class AlertLog:
    """Keeps decisions. Several consoles may write the same file.

    ``on_trouble`` is told in plain words when writing begins to fail, on the loop that added the decision
    (or on the writer's thread when none was running).
    """

    def __init__(
        self, path: Path, on_trouble: Callable[[str], None] | None = None, largest: int = LARGEST
    ) -> None:
        self.lost = 0
        """How many decisions could not be written."""
        self._path = path
        self._predecessor = path.with_name(path.name + ".1")
        self._on_trouble = on_trouble
        self._largest = largest
        self._recent: deque[Decision] = deque(maxlen=REMEMBERED)
        self._waiting: queue.SimpleQueue[Decision | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failing = False
        self._torn = False

    def add(self, decision: Decision) -> None:
        """Keeps a decision; returns at once and never raises."""
        self._recent.append(decision)
        if self._writer is None:
            with contextlib.suppress(RuntimeError):
                self._loop = asyncio.get_running_loop()
            self._writer = threading.Thread(target=self._write_on, name="alert-log", daemon=True)
            self._writer.start()
        self._waiting.put(decision)

    def recent(self, count: int) -> tuple[Decision, ...]:
        """The newest decisions of this console, oldest first."""
        return tuple(self._recent)[-count:] if count > 0 else ()

    def close(self, patience: float = 1.0) -> None:
        """Writes what is waiting, for at most ``patience`` seconds."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self._waiting.put(None)
            writer.join(patience)

    # On the writer's thread

    def _write_on(self) -> None:
        last = False
        while not last:
            batch = [self._waiting.get()]
            while len(batch) < _BATCH and batch[-1] is not None:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            last = batch[-1] is None
            decisions = [decision for decision in batch if decision is not None]
            if decisions:
                self._write(decisions)

    def _write(self, decisions: list[Decision]) -> None:
        lines = b"".join(_line(decision) for decision in decisions)
        try:
            self._make_room(len(lines))
            self._append(lines)
        except OSError as error:
            self.lost += len(decisions)
            if not self._failing:
                self._failing = True
                self._tell(f"{self._path} cannot be written: {error.strerror or error}")
            return
        self._failing = False

    def _append(self, lines: bytes) -> None:
        # one write at the end of the file: lines of several consoles do not mix
        with open(self._path, "ab", buffering=0, opener=_for_us_alone) as file:
            written = file.write(b"\n" + lines if self._torn else lines) - self._torn
        self._torn = written not in (0, len(lines))
        if written != len(lines):
            raise OSError(f"only {written} of {len(lines)} bytes were written")

    def _make_room(self, more: int) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_size + more > self._largest:
                # Windows refuses while another console has the file open: it then grows for a while
                with contextlib.suppress(PermissionError):
                    os.replace(self._path, self._predecessor)

    def _tell(self, reason: str) -> None:
        _log.warning("alert log: %s", reason)
        if self._on_trouble is None:
            return
        if self._loop is None:
            self._on_trouble(reason)
            return
        with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody is left to be told
            self._loop.call_soon_threadsafe(self._on_trouble, reason)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _line(decision: Decision) -> bytes:
    fields = {
        "time": datetime.fromtimestamp(decision.at).astimezone().isoformat(timespec="milliseconds"),
        "contact": decision.contact,
        "nick": decision.nick,
        "event": decision.event.value,
        "channel": decision.channel.value,
        "decision": decision.verdict.value,
        "reason": decision.reason,
    }
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
