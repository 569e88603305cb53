"""The whole way from bytes with their times of arrival to Textual's events. Pure but for the log."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from textual.message import Message

from tui.terminal_input.bursts import Bursts
from tui.terminal_input.dropped import Dropped
from tui.terminal_input.interpreter import Interpreter
from tui.terminal_input.reader import Reader
from tui.terminal_input.tokens import PasteTail, Token, Unknown

log = logging.getLogger(__name__)


class TerminalInput:
    """What one terminal sends. Never raises."""

    def __init__(self, encoding: str = "utf-8", *, lines_at_once: bool = True, debug: bool = False) -> None:
        """``lines_at_once``: whether lines that come in one burst are text, and their Enters line breaks."""
        self._reader = Reader(encoding)
        self._interpreter = Interpreter(debug)
        self._bursts = Bursts()
        self._lines_at_once = lines_at_once
        self._dropped = Dropped()

    @property
    def deadline(self) -> float | None:
        """When ``expire`` will have something to say, though no byte comes."""
        due = [at for at in (self._reader.deadline, self._bursts.deadline) if at is not None]
        return min(due, default=None)

    def feed(self, data: bytes, now: float) -> list[Message]:
        """What these bytes mean, and what was over before they came. ``now``: seconds of a steady clock."""
        return [*self.expire(now), *self._events(self._reader.feed(data, now))]

    def expire(self, now: float) -> list[Message]:
        """What is over by now."""
        given = self._events(self._reader.expire(now))
        if self._reader.half_a_character:
            self._bursts.text_follows()
        return [*given, *self._bursts.expire(now)]

    def _events(self, tokens: Iterable[Token]) -> list[Message]:
        given: list[Message] = []
        for token in tokens:
            if isinstance(token, PasteTail):
                given += self._bursts.paste_ends(token.at)
                continue
            read = self._interpreter.read(token)
            if read is None:
                self._drop(token)
                continue
            kind, char, messages = read
            if not self._lines_at_once:
                given += messages
                continue
            for message in messages:
                given += self._bursts.take(kind, char, message, token.at)
        return given

    def _drop(self, token: Token) -> None:
        what = token.what if isinstance(token, Unknown) else ascii(getattr(token, "text", ""))[:60]
        if line := self._dropped.line(what, token.at):
            log.warning("%s", line)
