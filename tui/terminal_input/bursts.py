"""A paste is not Enter: lines that come all at once, without the brackets of a paste, are text. Pure.

One rule. Bytes less than ``TOGETHER`` apart are one burst. An Enter with text behind it in its burst is a
line break, and so is the last Enter of a burst that held one. A single line with its Enter last is typed and
sent, as a slow line delivers what somebody wrote while it stood still. From the first line break on, a burst
is one paste: only a line of text takes it, and no Enter of it reaches a list, a question or a command.
"""

from __future__ import annotations

from enum import Enum, auto

from textual import events
from textual.message import Message

from tui.terminal_input.reader import TOGETHER

BREAKS = "\r\n"


class Kind(Enum):
    """What an input is for a burst."""

    TEXT = auto()
    """Could stand in a paste."""
    BREAK = auto()
    """CR or LF."""
    KEY = auto()
    """A key that stands in no paste."""
    ASIDE = auto()
    """Not from the keyboard: mouse, focus, sizes."""


class LinesAtOnce(events.Paste):
    """Lines that came in one burst; a paste to whoever takes pastes."""

    def __init__(self, text: str, lines: int) -> None:
        """``lines``: how many came in all, the first one included; 0 while more may come."""
        super().__init__(text)
        self.lines = lines


LinesAtOnce.handler_name = events.Paste.handler_name


class Bursts:
    """Holds back an Enter until it is known what it is; gives on everything in order."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._enters: list[tuple[str, Message]] = []
        """Enters of which it is not known what they are."""
        self._breaks = 0
        """Line breaks in this burst."""
        self._text: list[str] = []
        """What came since the first of them."""

    @property
    def deadline(self) -> float | None:
        """When an Enter that is held back is one, or lines are complete."""
        return self._last + TOGETHER if self._enters or self._text else None

    def take(self, kind: Kind, char: str, message: Message, at: float) -> list[Message]:
        """What is known by now; ``char`` is the character, of TEXT and BREAK."""
        if kind is Kind.ASIDE:
            return [message]
        given = self.expire(at)
        if at > self._last + TOGETHER:
            self._breaks = 0
        self._last = max(at, self._last)
        if kind is Kind.BREAK:
            self._enters.append((char, message))
        elif kind is Kind.TEXT:
            self.text_follows()
            if not self._breaks:
                return [*given, message]
            self._text.append(char)
        else:
            given += self._settled(over=False)
            given.append(message)
        return given

    def paste_ends(self, at: float) -> list[Message]:
        """The end of a paste whose beginning was given up: what came just before it is text."""
        given = self.expire(at)
        self._last = max(at, self._last)
        self.text_follows()
        self._breaks = max(self._breaks, 1)
        return given

    def expire(self, now: float) -> list[Message]:
        """What is over by now."""
        deadline = self.deadline
        return self._settled(over=True) if deadline is not None and now > deadline else []

    def text_follows(self) -> None:
        """The Enters held back are line breaks."""
        for _ in range(_breaks_in(self._enters)):
            self._text.append("\n")
            self._breaks += 1
        self._enters.clear()

    def _settled(self, *, over: bool) -> list[Message]:
        """The Enters held back, as what they are, and the lines."""
        if self._breaks:
            self.text_follows()
        given: list[Message] = []
        if self._text:
            text = "".join(self._text)
            lines = self._breaks + (not text.endswith("\n"))
            given.append(LinesAtOnce(text, lines if over else 0))
            self._text.clear()
        given += _pressed(self._enters)
        self._enters.clear()
        return given


def _breaks_in(enters: list[tuple[str, Message]]) -> int:
    """How many lines these end: CR LF is one."""
    return len("".join(char for char, _ in enters).replace("\r\n", "\n"))


def _pressed(enters: list[tuple[str, Message]]) -> list[Message]:
    """With no text behind them: LF is a key of its own; of several Enters at once one was meant."""
    if not enters:
        return []
    if all(char == "\n" for char, _ in enters):
        return [message for _, message in enters]
    return [next(message for char, message in enters if char == "\r")]
