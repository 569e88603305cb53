"""A console in a terminal whose bytes the test sends itself, with visitors who say what they read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.shift import Shift, Visitor
from tests.parts.processes import base_env
from tests.parts.pty_stage import PtyStage, Replies
from tests.parts.waiting import until

XTERM = Replies(version="XTerm(379)")


@dataclass
class KeyboardRoom:
    """A terminal, and the visitor in whose chat the keyboard is."""

    shift: Shift
    terminal: PtyStage
    visitor: Visitor

    def sends(self, *pieces: bytes | str) -> None:
        """Bytes to the console, each piece in one write."""
        for piece in pieces:
            self.terminal.send(piece.encode() if isinstance(piece, str) else piece)

    def read(self, visitor: Visitor | None = None) -> list[str]:
        """What a visitor has read from the agent."""
        status, heard = (visitor or self.visitor).call("GET", "/messages?after=0")
        if status == 429:
            time.sleep(heard["retry_after"])
            return self.read(visitor)
        return [message["text"] for message in heard if message["from"] != "visitor"]

    def reads(self, *texts: str, visitor: Visitor | None = None) -> None:
        """Wait until the visitor has read just this."""
        until(
            lambda: self.read(visitor) == list(texts), 20, f"the visitor reads {texts}: {self.read(visitor)}"
        )

    def lives(self) -> None:
        """The console does what keys say: words typed now are sent."""
        before = self.read()
        words = f"still here {len(before)}"
        self.sends("\x15\x0b", words)  # what is written here is given up
        self.terminal.wait_for(words)
        self.sends("\r")
        self.reads(*before, words)


@contextmanager
def keyboard_room(folder: Path, *, replies: Replies = XTERM) -> Iterator[KeyboardRoom]:
    """The console is started, and its agent has accepted Anna."""
    with (
        Shift(folder, sound=False, desktop=False) as shift,
        PtyStage(shift.argv(), base_env(), columns=100, rows=30, replies=replies) as terminal,
    ):
        screen = terminal.wait_for("http://127.0.0.1:", 20)
        shift.url = "http://127.0.0.1:" + screen.split("http://127.0.0.1:")[1].split("/")[0].split()[0]
        visitor = shift.visitor("Anna", "hello")
        terminal.wait_for("1 waiting")
        terminal.keys("F2")
        terminal.wait_for("Write to the visitor")
        yield KeyboardRoom(shift, terminal, visitor)
