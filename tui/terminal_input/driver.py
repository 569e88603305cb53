"""Textual's driver for Linux and macOS with an input thread of our own; nothing a terminal sends can end it.

Textual's ``run_input_thread`` is one function with decoder and parser inside: it decodes strictly, and what
the parser raises ends the application. Here it waits, reads and passes on; what the bytes mean is decided
in ``terminal_input.py``. A test holds the source this stands in for.
"""

from __future__ import annotations

import os
import selectors
import time

from textual import constants
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal_input.terminal_input import TerminalInput

AT_ONCE = 4096
"""Bytes read at once."""
LOOK_UP_EVERY = 0.1
"""Seconds after which it is looked whether input is still wanted."""
TELL_REPEATS_AND_LAYOUT = "\x1b[=6;2u"
"""Where kitty's keyboard protocol is spoken: say which press is a repeat, and where the key stands on an
English keyboard. Added to what Textual has asked for; other terminals ignore it."""


class TerminalDriver(LinuxDriver):
    """Textual's, but for what is read."""

    def start_application_mode(self) -> None:
        """Textual's own, and a little more asked of the terminal."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None and not constants.DISABLE_KITTY_KEY:
            self.write(TELL_REPEATS_AND_LAYOUT)
            self.flush()

    def run_input_thread(self) -> None:
        """Read until input is no longer wanted. On a thread of its own."""
        encoding = getattr(self._file, "encoding", None) or "utf-8"
        # What is piped in comes as fast as it can: no sign that lines were pasted.
        meant = TerminalInput(encoding, lines_at_once=self.input_tty, debug=self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                due = meant.deadline
                wait = LOOK_UP_EVERY if due is None else min(LOOK_UP_EVERY, max(0.0, due - time.monotonic()))
                if selector.select(wait):
                    # What is there before it was said that the time is over came in time: a thread that is
                    # kept waiting only finds it late.
                    now = time.monotonic()
                    self._take(meant, now if due is None else min(now, due))
                else:
                    self._pass_on(meant.expire(time.monotonic()))

    def _take(self, meant: TerminalInput, at: float) -> None:
        data = os.read(self.fileno, AT_ONCE)
        if data:
            self._pass_on(meant.feed(data, at))
        else:
            self.exit_event.wait(LOOK_UP_EVERY)  # hung up, or the end of a pipe: always ready, never any more

    def _pass_on(self, messages: list[Message]) -> None:
        for message in messages:
            self.process_message(message)
