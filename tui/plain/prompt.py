"""The line at a terminal: edited with ``readline``, and what is said meanwhile is printed above it.

``readline`` waits for keys in C, in the main thread, and lets Python's signal handlers run between two of
them. So a thread that does nothing else knocks with SIGALRM, several times a second and whenever there is
news; the handler looks at the desk, and prints. Nothing else writes while a line is read: no lock, no torn
line. Not on Windows, whose console edits lines itself; importing this fails where there is no readline.
"""

from __future__ import annotations

import ctypes
import readline
import select
import shutil
import signal
import string
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType, TracebackType
from typing import Self, TextIO

from tui.plain.console import AT_ONCE, Left

PROMPT = "> "
KNOCK_EVERY = 0.25
"""Seconds between two looks at the desk while nothing is typed."""
KNOCK_PAUSE = 0.03
"""Seconds between two looks when there is much news: bursts are taken together."""
_LIBEDIT = "libedit" in (readline.__doc__ or "")
_NOT_EDITING = (
    *(char for char in string.ascii_letters if char not in "bdfBDFO"),
    *string.digits,
    *(char for char in string.punctuation if char not in '["\\'),
    *(f"\\{lead:o}" for lead in range(0xC2, 0xF5)),
)
"""What leaves a control in the line when it comes with Alt, or behind Esc, which ``readline`` cannot tell
from it: the letter would be swallowed, and ``tag rude`` told as "ag rude". Such a line is refused and said.
Bytes from 0xC2 begin a letter that is not ASCII."""
_BINDINGS = (
    "set horizontal-scroll-mode on",  # one row, so that it can be wiped on any terminal
    "set enable-bracketed-paste off",  # an opening bracket without its end would make the keyboard deaf
    "set page-completions off",
    "set show-all-if-ambiguous on",
    "tab: complete",
    r'"\e[": skip-csi-sequence',  # a key that means nothing here is not typed as text
    *(rf'"\e[{code}~": beginning-of-line' for code in (1, 7)),
    *(rf'"\e[{code}~": end-of-line' for code in (4, 8)),
    r'"\e[3~": delete-char',
    *(rf'"\e[{code}~": ""' for code in (200, 201)),
    *(rf'"\e[[{letter}": ""' for letter in "ABCDE"),
    *(rf'"\eO{letter}": ""' for letter in "PQRSIM"),
    *(rf'"{key}": ""' for key in (r"\C-v", r"\C-q")),  # they would put the next key into the line as it is
    r'"\C-]": self-insert',
    *(rf'"\e{key}": "\C-]{key}"' for key in _NOT_EDITING),
)


class _Again(BaseException):
    """The line is read anew, beginning with what had been typed of it."""


class Prompt:
    """A context manager; to be used in the main thread only. Signals are its own while it is open."""

    def __init__(
        self, sink: TextIO, names: Iterable[str], look: Callable[[], None], over: Callable[[], bool]
    ) -> None:
        """``look`` is called between keys and may print; ``over`` tells whether reading shall end."""
        self._sink, self._names, self._look, self._over = sink, tuple(names), look, over
        self._reading = self._looking = self._wiped = False
        self._kept = ""
        self._knocked = threading.Event()
        self._closed = threading.Event()
        self._main = threading.get_ident()
        self._redraw = _redraw_function()

    def __enter__(self) -> Self:
        readline.set_auto_history(False)
        readline.set_completer(self._completed)
        readline.set_completer_delims(" \t\n")
        readline.set_startup_hook(self._insert_kept)
        for binding in ("bind ^I rl_complete",) if _LIBEDIT else _BINDINGS:
            readline.parse_and_bind(binding)
        signal.signal(signal.SIGALRM, self._at_knock)
        threading.Thread(target=self._knock, name="knock", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._knocked.set()
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        readline.set_startup_hook(None)

    def knock(self) -> None:
        """There is news; from any thread and from signal handlers."""
        self._knocked.set()

    @property
    def begun(self) -> bool:
        """Whether a line is half typed."""
        return self._reading and bool(readline.get_line_buffer())

    def read(self) -> list[str]:
        """The next line, or several that came at once. Raises EOFError at the end of input, and Left."""
        lines = [self._line()]
        while select.select([sys.stdin], [], [], AT_ONCE)[0]:
            try:
                lines.append(self._line())
            except EOFError:
                break
        return lines

    def remember(self, line: str) -> None:
        """The arrow up brings this line back. It is kept in memory only."""
        readline.add_history(line)

    def make_room(self) -> None:
        """Something will be printed: wipe the line that is being typed."""
        if self._reading and not self._wiped:
            self._wiped = True
            self._sink.write(f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r")

    def _line(self) -> str:
        while True:
            try:
                self._reading = True
                line = input(PROMPT)
                self._reading = False
                return line
            except _Again:
                continue
            except BaseException:
                self._reading = False
                raise

    # between two keys

    def _knock(self) -> None:
        while not self._closed.is_set():
            signal.pthread_kill(self._main, signal.SIGALRM)
            self._knocked.wait(KNOCK_EVERY)
            self._knocked.clear()
            time.sleep(KNOCK_PAUSE)

    def _at_knock(self, number: int, frame: FrameType | None) -> None:
        if not self._reading or self._looking:
            return
        if self._over():
            raise Left
        self._looking = True
        try:
            kept = readline.get_line_buffer()
            self._look()
            if self._over():
                raise Left
            if self._wiped:
                self._wiped = False
                self._sink.flush()
                self._draw_again(kept)
        finally:
            self._looking = False

    def _draw_again(self, kept: str) -> None:
        if self._redraw is not None:
            self._redraw()
            return
        self._kept = kept
        raise _Again

    def _insert_kept(self) -> None:
        kept, self._kept = self._kept, ""
        if kept:
            readline.insert_text(kept)

    def _completed(self, text: str, state: int) -> str | None:
        """Names of commands, at the beginning of a line."""
        if readline.get_begidx() or not text.startswith("/"):
            return None
        found = [f"/{name} " for name in self._names if f"/{name}".startswith(text.casefold())]
        return found[state] if state < len(found) else None


def _redraw_function() -> Callable[[], object] | None:
    """GNU readline's own way to draw its line once more, which Python does not hand on: its ``redisplay``
    draws only what has changed. None where it cannot be had; then the cursor is at the end after news."""
    if _LIBEDIT:
        return None
    try:
        library = ctypes.PyDLL(readline.__file__)
        redraw: Callable[[], object] = library.rl_forced_update_display
    except (AttributeError, OSError):
        return None
    return redraw
