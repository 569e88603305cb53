"""A terminal made of a pseudo terminal: runs one program, answers its questions as told, may stop reading.

What the program writes is kept byte for byte, shown on a pyte screen, and looked through for bells, titles
and modes. Focus is told to the program as a terminal would: only while it has asked for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import pyte

from tests.parts.processes import Process, start, stop
from tests.parts.waiting import until


@dataclass(frozen=True, slots=True)
class Replies:
    """How the terminal answers; None stays mute."""

    focus_mode: int | None = 2
    """To DECRQM 1004: 0 unknown, 1 set, 2 reset, 3 and 4 for ever set and reset."""
    version: str | None = "XTerm(379)"
    """To XTVERSION."""
    attributes: str | None = "?64;1;2;6;22c"
    """To DA1, what follows ``CSI``."""
    after: float = 0.0
    """Seconds until each answer."""
    pushes_focus: bool = False
    """Whether it tells its focus at once when asked to report it."""


MUTE = Replies(None, None, None)
"""A terminal that answers nothing."""

_STRING = re.compile(
    rb"\x1b[\]PX^_](?:[^\x07\x1b]|\x1b\x1b)*(?:\x07|\x1b\\)|\x1bP(?:[^\x1b]|\x1b\x1b)*\x1b\\"
)
_TITLE = re.compile(rb"\x1b\][02];([^\x07\x1b]*)(?:\x07|\x1b\\)")
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[?>=<][0-9;]*[a-zA-Z]?\$?[pqu]|\x1b\[[?>=<][0-9;]*[mn]|\x1b\[[0-9;]*t")
_QUESTION = re.compile(rb"\x1b\[\?(?:1004|2026|2048)\$p|\x1b\[>0?q|\x1b\[0?c|\x1b\[\?1004h|\x1b\[6n")

KEYS = {
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "BSpace": "\x7f",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "F1": "\x1bOP",
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    "F4": "\x1bOS",
    **{f"F{n}": f"\x1b[{c}~" for n, c in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)},
    **{f"C-{chr(n + 96)}": chr(n) for n in range(1, 27)},
}
"""Key names as tmux writes them, and the bytes an xterm sends."""


def count_bells(raw: bytes) -> int:
    """Bells in what a program wrote; a BEL that ends an OSC is none."""
    return _STRING.sub(b"", raw).count(b"\x07")


def titles(raw: bytes) -> list[str]:
    """Every window title set, oldest first."""
    return [title.decode("utf-8", "replace") for title in _TITLE.findall(raw)]


def modes_on(raw: bytes) -> set[int]:
    """The private modes still set at the end: 1049 alternate screen, 1000…1006 mouse, 1004 focus, …"""
    on: set[int] = set()
    for numbers, verb in _MODE.findall(raw):
        for number in numbers.split(b";"):
            if number:
                (on.add if verb == b"h" else on.discard)(int(number))
    return on


class PtyStage:
    """A context manager: the program starts with it and dies with it."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        *,
        columns: int = 100,
        rows: int = 30,
        replies: Replies = Replies(),
    ) -> None:
        self._argv, self._env, self._replies = argv, env, replies
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._raw = bytearray()
        self._answered = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._reading = threading.Event()
        self._reading.set()
        self._ended = threading.Event()
        self._master, self._slave = os.openpty()
        self._open_fds = [self._slave, self._master]
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.state_before = termios.tcgetattr(self._slave)
        """The terminal's settings before the program started."""
        self.process: Process | None = None

    def __enter__(self) -> Self:
        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        slave = self._slave
        self.process = start(
            self._argv, self._env, stdin=slave, stdout=slave, stderr=slave, before_exec=take_terminal
        )
        self._thread = threading.Thread(target=self._read, name="pty-stage", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the program and closes the terminal; may be called twice."""
        self._reading.set()
        stop(self.process)
        self._ended.set()
        self._thread.join(5)
        self._close_terminal()

    def _close_terminal(self) -> None:
        for fd in self._open_fds:
            with contextlib.suppress(OSError):
                os.close(fd)
        self._open_fds.clear()

    # What the program shows

    def screen(self) -> str:
        """What the screen shows, a line a row, trailing blanks cut."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def raw_output(self) -> bytes:
        """Every byte the program wrote and the terminal has read."""
        with self._lock:
            return bytes(self._raw)

    def bells(self) -> int:
        """How many bells rang."""
        return count_bells(self.raw_output())

    def titles(self) -> list[str]:
        """Every window title set, oldest first."""
        return titles(self.raw_output())

    def modes_on(self) -> set[int]:
        """The private modes that are set now."""
        return modes_on(self.raw_output())

    def state_now(self) -> list[object]:
        """The terminal's settings as they are (compare with ``state_before``)."""
        return termios.tcgetattr(self._slave)

    def wait_for(self, text: str, deadline: float = 10.0) -> str:
        """The screen, as soon as it shows the text."""

        def shown() -> str:
            screen = self.screen()
            return screen if text in screen else ""

        try:
            return until(shown, deadline, f"{text!r} on the screen")
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.screen()}") from None

    # What the agent and the terminal do

    def keys(self, *names: str) -> None:
        """Presses keys by tmux's names ("F2", "C-e", "Enter"); anything else is typed as it is."""
        for name in names:
            self.send(KEYS.get(name, name).encode())

    def send(self, data: bytes) -> None:
        """Bytes from the terminal to the program."""
        while data:
            data = data[os.write(self._master, data) :]

    def focus(self, focused: bool) -> None:
        """The window gains or loses the focus; told only if the program has asked for it (mode 1004)."""
        if 1004 in self.modes_on():
            self.send(b"\x1b[I" if focused else b"\x1b[O")

    def resize(self, columns: int, rows: int) -> None:
        """The window changes its size."""
        with self._lock:
            self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def stop_reading(self) -> None:
        """The terminal stops taking what the program writes, as with Ctrl+S or a frozen connection."""
        self._reading.clear()
        with self._turn:  # a read under way has come to its end
            pass

    def go_on_reading(self) -> None:
        """The terminal reads again."""
        self._reading.set()

    def hang_up(self) -> None:
        """The terminal goes away, as when its window is closed: SIGHUP, then end of file."""
        self._ended.set()
        self._thread.join(5)
        self._close_terminal()

    def signal(self, number: signal.Signals) -> None:
        """Sends the program a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def exit_code(self, deadline: float = 10.0) -> int:
        """The program's exit status, as soon as it has ended."""
        assert self.process is not None
        try:
            return self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {deadline} s\n{self.screen()}") from None

    # The terminal's own thread

    def _read(self) -> None:
        while not self._ended.is_set():
            if not self._reading.wait(0.05):
                continue
            try:
                with self._turn:
                    if self._reading.is_set():
                        self._take()
            except OSError:
                return
            self._answer()

    def _take(self) -> None:
        ready, _, _ = select.select([self._master], [], [], 0.02)
        if not ready:
            return
        data = os.read(self._master, 65536)
        with self._lock:
            self._raw += data
            self._stream.feed(_NOT_FOR_PYTE.sub(b"", _STRING.sub(b"", data)))

    def _answer(self) -> None:
        for question in _QUESTION.finditer(self._raw, self._answered):
            self._answered = question.end()
            answer = self._answer_to(question.group())
            if answer:
                if self._replies.after:
                    time.sleep(self._replies.after)
                with contextlib.suppress(OSError):
                    os.write(self._master, answer)

    def _answer_to(self, question: bytes) -> bytes:
        replies = self._replies
        if question.endswith(b"$p") and replies.focus_mode is not None:
            mode = question[3:-2]
            return b"\x1b[?%s;%d$y" % (mode, replies.focus_mode if mode == b"1004" else 0)
        if question.endswith(b"q") and replies.version is not None:
            return b"\x1bP>|%s\x1b\\" % replies.version.encode()
        if question.endswith(b"c") and replies.attributes is not None:
            return b"\x1b[" + replies.attributes.encode()
        if question.endswith(b"h") and replies.pushes_focus:
            return b"\x1b[I"
        if question.endswith(b"6n"):
            return b"\x1b[1;1R"
        return b""
