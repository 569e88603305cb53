"""Runs the plain console: lines from standard input, lines to standard output, nothing else goes there."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TextIO

from tui.link.port import DeskPort
from tui.plain.console import PlainConsole

BEAT_EVERY = 0.5
"""Seconds between two signs of life to the desk loop."""
ANSWER_WITHIN = 0.6
SETTLE = 3.0
"""Seconds that what was typed last is given when no more can come: to be answered, and to be done."""


class PlainRun:
    """The loop of plain mode. Any thread may wake it or stop it."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source, self._sink = source, sink
        self._events: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        """A typed line, or None for a look at the desk."""
        self._stop = threading.Event()
        self._ended = threading.Event()

    def wake(self) -> None:
        """There is a new view."""
        self._events.put(None)

    def stop(self) -> None:
        """Leave; also from a signal handler."""
        self._stop.set()
        self._events.put(None)

    def write(self, line: str) -> None:
        """One line, at once; a reader that has gone away ends the program, not with a traceback."""
        try:
            self._sink.write(f"{line}\n")
            self._sink.flush()
        except (BrokenPipeError, ValueError, OSError):
            self._stop.set()

    def ring(self, bells: str) -> None:
        """The terminal's bell, where there is a terminal."""
        if bells and self._sink.isatty():
            self._sink.write(bells)
            self._sink.flush()

    def run(self, port: DeskPort, bells: Callable[[], str]) -> None:
        """Until the agent leaves or his input ends. ``bells`` gives those that are due."""
        console = PlainConsole(port, self.write)
        threading.Thread(target=self._read, name="lines", daemon=True).start()
        console.begin()
        ended_at: float | None = None
        while not self._stop.is_set() and not console.leaving:
            console.beat()
            try:
                line = self._events.get(timeout=BEAT_EVERY)
            except queue.Empty:
                line = None
            if line is not None:
                console.typed(line)
            console.look()
            self.ring(bells())
            if self._ended.is_set() and self._events.empty():
                ended_at = ended_at or time.monotonic()
                spent = time.monotonic() - ended_at
                if spent > (SETTLE if console.busy else ANSWER_WITHIN):
                    break

    def _read(self) -> None:
        """On a thread of its own: a terminal gives a line when it likes."""
        try:
            for line in self._source:
                self._events.put(line.rstrip("\r\n"))
        except (OSError, ValueError):
            pass
        self._ended.set()
        self._events.put(None)
