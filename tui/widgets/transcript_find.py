"""Finding words in a transcript: which messages hold them, and which hit is the one looked at. Pure.

A transcript may hold 10,000 messages: it is searched a little at a time, the newest first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tui.desk.contact import MessageId
from tui.text.seek import hits
from tui.widgets.rows import TranscriptRow
from tui.widgets.wrapping import Span


class Hit(NamedTuple):
    """Where the words are found."""

    message: int
    """Its index."""
    span: Span


class Finding:
    """One question to one transcript."""

    def __init__(self, words: str, rows: Sequence[TranscriptRow]) -> None:
        self.words = words
        self._rows = rows
        self._next = len(rows) - 1 if words.strip() else -1
        self._newest_first: list[Hit] = []
        self._spans: dict[MessageId, tuple[Span, ...]] = {}
        self._sorted: list[Hit] | None = None
        self.now: Hit | None = None
        """The one looked at."""

    def step(self, messages: int) -> bool:
        """Look through so many more messages; False when none is left."""
        for _ in range(messages):
            if self._next < 0:
                return False
            row = self._rows[self._next]
            spans = tuple(Span(*one) for one in hits(self.words, row.text))
            if spans:
                self._spans[row.id] = spans
                self._newest_first += (Hit(self._next, span) for span in reversed(spans))
                self._sorted = None
            self._next -= 1
        return self._next >= 0

    @property
    def done(self) -> bool:
        """Whether every message has been looked through."""
        return self._next < 0

    @property
    def hits(self) -> list[Hit]:
        """Those found until now, oldest first."""
        if self._sorted is None:
            self._sorted = self._newest_first[::-1]
        return self._sorted

    @property
    def number(self) -> int:
        """Which of the hits is looked at, from 1; 0 for none."""
        return bisect_left(self.hits, self.now) + 1 if self.now is not None else 0

    def spans(self, id: MessageId) -> tuple[Span, ...]:
        """The hits in a message."""
        return self._spans.get(id, ())

    def move(self, by: int) -> Hit | None:
        """Look at the next hit (1) or the one before (-1), round and round."""
        if self.hits:
            index = self.number - 1 if self.now is not None else (0 if by < 0 else -1)
            self.now = self.hits[(index + by) % len(self.hits)]
        return self.now

    def nearest(self, message: int) -> Hit | None:
        """Look at the last hit in this message or above; at the first of all when there is none."""
        if self.hits:
            before = bisect_right(self.hits, message, key=lambda hit: hit.message)
            self.now = self.hits[max(0, before - 1)]
        return self.now

    def inherit(self, other: Finding, added_above: int) -> None:
        """Look at the same hit as before the rows changed."""
        if other.now is not None:
            self.now = Hit(other.now.message + added_above, other.now.span)
