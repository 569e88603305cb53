"""Runs the plain console: lines from standard input, lines to standard output, nothing else goes there."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from enum import Enum
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from tui.link.port import DeskPort
from tui.plain.console import AT_ONCE, Left, PlainConsole
from tui.plain.questions import NO, TOO_SOON, YES
from tui.plain.table import INSTEAD, ROWS
from tui.typed.bare import holds_controls

if TYPE_CHECKING:
    from tui.plain.prompt import Prompt

BEAT_EVERY = 0.5
"""Seconds between two signs of life to the desk loop."""
SNAPSHOT_WITHIN, LOOK_EVERY = 2.0, 0.01
"""Seconds within which the desk usually knows who waits, and between two looks whether it does."""
ANSWER_WITHIN = 0.6
SETTLE = 3.0
"""Seconds that what was typed last is given when no more can come: to be answered, and to be done."""
NO_EDITING = (
    "The terminal's own line editing is all there is here; what comes while you type is printed in between, "
    "and your line is kept whole."
)
NOT_SUSPENDED = "Not suspended: nothing would ring then. Ctrl+C asks whether to leave."


class _Sign(Enum):
    """What may come instead of a line."""

    NEWS = "there may be a new view"
    END = "the end of input, of a terminal too"


class PlainRun:
    """The loop of plain mode. Any thread may wake it or stop it."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source, self._sink = source, sink
        self._events: queue.SimpleQueue[str | _Sign] = queue.SimpleQueue()
        self._typed_at = source.isatty()
        """Whether lines come from a terminal: then somebody can be asked."""
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._prompt: Prompt | None = None
        self.writing = False
        """Whether a line is being written; after ``run``, that it could not be: nothing more can be then."""
        self._interrupts = 0
        self._interrupts_heard = 0
        self._suspends = self._suspends_heard = 0

    def wake(self) -> None:
        """There is a new view."""
        prompt = self._prompt
        if prompt is not None:
            prompt.knock()
        else:
            self._events.put(_Sign.NEWS)

    def stop(self) -> None:
        """Leave. A signal handler: it breaks off a write to a terminal that has stopped reading."""
        self._stop.set()
        self.wake()
        if self.writing:
            raise Left

    def interrupt(self, number: int = signal.SIGINT, frame: FrameType | None = None) -> None:
        """Ctrl+C: asks at a terminal, and leaves where nobody can be asked. A signal handler."""
        if self._typed_at:
            self._interrupts += 1
            self.wake()
        else:
            self.stop()

    def suspend(self, number: int, frame: FrameType | None) -> None:
        """Ctrl+Z, "undo" to many: a console that stands still rings for nobody. A signal handler."""
        self._suspends += 1
        self.wake()

    def write(self, line: str) -> None:
        """One line, at once; a reader that has gone away ends the program, not with a traceback."""
        try:
            self.writing = True
            if self._prompt is not None:
                self._prompt.make_room()
            self._sink.write(f"{line}\n")
            self._sink.flush()
            self.writing = False
        except (BrokenPipeError, ValueError, OSError):
            self.writing = False
            self._stop.set()

    def ring(self, bells: str) -> None:
        """The terminal's bell, where there is a terminal."""
        if bells and self._sink.isatty():
            self._sink.write(bells)
            self._sink.flush()

    def run(self, port: DeskPort, bells: Callable[[], str]) -> None:
        """Until the agent leaves or their input ends. ``bells`` gives those that are due."""
        self._await_snapshot(port)
        console = PlainConsole(port, self.write, too_soon=TOO_SOON if self._typed_at else 0.0)

        def look() -> None:
            console.beat()
            while self._interrupts_heard < self._interrupts:
                self._interrupts_heard += 1
                console.urged_to_leave()
            if self._suspends_heard < self._suspends:
                self._suspends_heard = self._suspends
                console.say(NOT_SUSPENDED)
            console.look(begun=self._prompt is None or self._prompt.begun)
            self.ring(bells())

        def over() -> bool:
            return self._stop.is_set() or console.leaving

        prompt = self._edited(look, over)
        with contextlib.suppress(Left):
            console.begin()
            if prompt is not None:
                self._run_edited(console, prompt, look, over)
            else:
                if self._typed_at and self._sink.isatty():
                    console.say(NO_EDITING)
                self._run_lines(console, look, over)

    def _await_snapshot(self, port: DeskPort) -> None:
        """Wait a little until it is known who waits: what is piped in may ask for it at once."""
        give_up = time.monotonic() + SNAPSHOT_WITHIN
        while not (port.view().desk.known or self._stop.is_set()) and time.monotonic() < give_up:
            time.sleep(LOOK_EVERY)
            port.beat()

    # at a terminal, with readline

    def _edited(self, look: Callable[[], None], over: Callable[[], bool]) -> Prompt | None:
        """The line editor, where there is one for this input."""
        usual = self._source is sys.stdin and self._sink is sys.stdout
        if not (usual and self._typed_at and self._sink.isatty() and sys.platform != "win32"):
            return None
        try:
            from tui.plain.prompt import Prompt
        except ImportError:
            return None
        names = [name for row in ROWS if row.id not in INSTEAD for name in row.slash_names]
        return Prompt(self._sink, names, look, over)

    def _run_edited(
        self, console: PlainConsole, prompt: Prompt, look: Callable[[], None], over: Callable[[], bool]
    ) -> None:
        with prompt:
            self._prompt = prompt
            look()
            while not over():
                try:
                    self._take(console, prompt.read(), prompt.remember)
                except EOFError:
                    self.write("")
                    if not self._source.isatty():  # it has gone for good
                        break
                    console.urged_to_leave(input_over=True)
                    time.sleep(AT_ONCE)
                except Left:
                    if not self.writing:
                        self.write("")
                    break
                look()
            self._prompt = None

    def _take(self, console: PlainConsole, lines: list[str], remember: Callable[[str], None]) -> None:
        """Lines that came from a terminal in one go."""
        for line in lines:
            if line.strip().casefold() not in ("", *YES, *NO) and not holds_controls(line):
                remember(line)
        if len(lines) > 1:
            console.typed_at_once(lines)
        else:
            console.typed(lines[0])

    # without

    def _run_lines(self, console: PlainConsole, look: Callable[[], None], over: Callable[[], bool]) -> None:
        threading.Thread(target=self._read, name="lines", daemon=True).start()
        ended_at: float | None = None
        while not over():
            try:
                event = self._events.get(timeout=BEAT_EVERY)
            except queue.Empty:
                event = _Sign.NEWS
            if event is _Sign.END:
                console.urged_to_leave(input_over=True)
            elif isinstance(event, str) and self._typed_at:
                self._take(console, [event, *self._more_lines()], lambda line: None)
            elif isinstance(event, str):
                console.typed(event)
            look()
            if self._ended.is_set() and self._events.empty():
                if ended_at is None:
                    ended_at = time.monotonic()
                    console.no_more_input()
                if time.monotonic() - ended_at > (SETTLE if console.busy else ANSWER_WITHIN):
                    break

    def _more_lines(self) -> list[str]:
        """Lines that came together with the one before."""
        lines: list[str] = []
        while True:
            try:
                event = self._events.get(timeout=AT_ONCE)
            except queue.Empty:
                return lines
            if isinstance(event, str):
                lines.append(event)

    def _read(self) -> None:
        """On a thread of its own: a terminal gives a line when it likes, and may go on after its end."""
        try:
            while True:
                line = self._source.readline()
                if line:
                    self._events.put(line.rstrip("\r\n"))
                elif self._typed_at and self._source.isatty():
                    self._events.put(_Sign.END)
                    time.sleep(AT_ONCE)
                else:
                    break
        except (OSError, ValueError):
            pass
        self._ended.set()
        self._events.put(_Sign.NEWS)
