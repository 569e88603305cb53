"""The transcript with what is searched in it: hits are marked, counted and gone to one by one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual import message as messages
from textual.timer import Timer

from tui.desk.contact import MessageId
from tui.widgets.rows import TranscriptRow
from tui.widgets.transcript import Transcript, first_difference
from tui.widgets.transcript_find import Finding, Hit
from tui.widgets.viewport import Place

SLICE = 0.006
"""Seconds a frame that are spent on looking through messages."""
AT_ONCE = 25
NEW_AT_ONCE = 100
"""New messages that are looked through at once; more of them a little at a time."""
STEP_EVERY = 1 / 30


class SeekTranscript(Transcript):
    """A transcript in which words can be found."""

    @dataclass
    class Counted(messages.Message):
        """More hits were found, or another is looked at."""

        number: int
        """Which one, from 1; 0 for none."""
        count: int
        done: bool
        """Whether the whole transcript has been searched."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._stepping: Timer | None = None
        self._start_at: MessageId | None = None
        self._from: tuple[bool, int, int] | None = None

    def find(self, words: str, start_at: MessageId | None = None) -> None:
        """Find these words and go to the hit in or above this message, or in what is in sight; no words:
        find nothing any more."""
        if self._from is None and words.strip():
            self._from = (self._view.at_end, *self._view.held())
        self._start_at = start_at
        self._finding = Finding(words, self.rows)
        self._begin_looking()
        self._redraw()

    def stop_finding(self, *, back: bool) -> None:
        """Mark nothing any more; ``back``: to where one was before."""
        was, self._from = self._from, None
        self.find("")
        if back and was is not None:
            at_end, message, character = was
            if at_end:
                self._view.to_end()
            else:
                self._view.at_end = False
                self._view.hold(message, character)
        self._moved()

    def find_next(self, by: int) -> None:
        """Go to the next hit (1) or to the one before (-1)."""
        while not self._finding.done and not self._finding.hits:
            self._finding.step(AT_ONCE)
        hit = self._finding.move(by)
        if hit is not None:
            self._go_to(hit)
        self._tell()

    def set_rows(self, rows: Sequence[TranscriptRow], first_unread: MessageId | None = None) -> None:
        """The same, and what is looked for is looked for in these."""
        before, held = self.rows, self._finding.now
        super().set_rows(rows, first_unread)
        if rows is before or not self._finding.words.strip():
            return
        if held is not None:
            held = _same_place(held, before, rows)
        differs = first_difference(before, rows)
        if _added_above(before, rows) is None and len(rows) - differs <= NEW_AT_ONCE:
            self._finding.go_on_with(rows, differs)
            self._finding.look_at(held)
            self._tell()
            self._redraw()
            return
        self._finding = Finding(self._finding.words, rows)
        self._finding.now = held  # it is found again on the way
        self._begin_looking()

    def _begin_looking(self) -> None:
        if self._stepping is not None:
            self._stepping.stop()
            self._stepping = None
        if self._look() and self.is_mounted:
            self._stepping = self.set_interval(STEP_EVERY, self._look_on)

    def _look_on(self) -> None:
        if not self._look() and self._stepping is not None:
            self._stepping.stop()
            self._stepping = None

    def _look(self) -> bool:
        """Look through some messages; False when none is left."""
        until = time.monotonic() + SLICE
        more = self._finding.step(AT_ONCE)
        while more and time.monotonic() < until:
            more = self._finding.step(AT_ONCE)
        self._choose_first()
        self._tell()
        self._redraw()
        return more

    def _choose_first(self) -> None:
        """Go to the first hit, once it is known which that is."""
        finding = self._finding
        if finding.now is not None or not finding.hits or not self.is_mounted:
            return
        if self._start_at is not None:
            start = next((at for at, row in enumerate(self.rows) if row.id == self._start_at), None)
        else:
            places = self._visible()
            start = places[-1].message if places else None
        start = len(self.rows) - 1 if start is None else start
        if finding.done or finding.hits[0].message <= start:
            hit = finding.nearest(start)
            if hit is not None:
                self._go_to(hit)

    def on_mount(self) -> None:
        """Look through what was given before."""
        if self._finding.words.strip():
            self._begin_looking()

    def _go_to(self, hit: Hit) -> None:
        """Bring a hit into sight, with a third of the window above it unless it is in sight already."""
        pieces = self._layout_of.message(hit.message).pieces
        line = next((n for n, piece in enumerate(pieces) if piece.span.end > hit.span.start), 0)
        if Place(hit.message, line) not in self._visible():
            self._view.at_end = False
            self._view.hold(hit.message, hit.span.start)
            self._view.scroll(-(self._text_height // 3))
        self._moved()

    def _tell(self) -> None:
        finding = self._finding
        if self.is_attached:
            self.post_message(self.Counted(finding.number, len(finding.hits), finding.done))


def _same_place(hit: Hit, before: Sequence[TranscriptRow], rows: Sequence[TranscriptRow]) -> Hit | None:
    """Where the message of this hit is now; None when it has gone."""
    id = before[hit.message].id if hit.message < len(before) else None
    at = next((index for index, row in enumerate(rows) if row.id == id), None)
    return Hit(at, hit.span) if at is not None else None


def _added_above(before: Sequence[TranscriptRow], rows: Sequence[TranscriptRow]) -> int | None:
    """How many rows were added above those there were; None when something else has changed."""
    above = len(rows) - len(before)
    if not before or above <= 0 or first_difference(before, rows[above:]) < len(before):
        return None
    return above
