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
            self._newest_first += self._in_row(self._next)
            self._next -= 1
        return self._next >= 0

    def _in_row(self, index: int) -> list[Hit]:
        """The hits of one message, last first."""
        row = self._rows[index]
        spans = tuple(Span(*one) for one in hits(self.words, row.text))
        self._sorted = None
        if not spans:
            self._spans.pop(row.id, None)
            return []
        self._spans[row.id] = spans
        return [Hit(index, span) for span in reversed(spans)]

    def go_on_with(self, rows: Sequence[TranscriptRow], differs: int) -> None:
        """The same question to rows that are the same up to ``differs``: only what is new is looked through,
        and what was found above it stays found."""
        self._rows = rows
        self._next = min(self._next, differs - 1)
        fresh = [hit for index in range(len(rows) - 1, differs - 1, -1) for hit in self._in_row(index)]
        self._newest_first = fresh + [hit for hit in self._newest_first if hit.message < differs]
        self._sorted = None
        if self.now is not None and self.now not in self._newest_first:
            self.nearest(self.now.message)

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
        else:
            self.now = None
        return self.now

    def look_at(self, hit: Hit | None) -> None:
        """Look at this hit, if it is one."""
        if hit is not None and hit in self._newest_first:
            self.now = hit
