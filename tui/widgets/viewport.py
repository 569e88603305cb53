"""Which lines of a transcript are in the window. Pure.

The window either stands at the end, and follows it, or holds on to a message and a line of it: what is
measured, added or taken away above then moves nothing on the screen.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.widgets.transcript_layout import Kind, Layout


class Place(NamedTuple):
    """A line of the transcript."""

    message: int
    """Its index."""
    line: int
    """Which of its lines."""


START = Place(0, 0)


class Viewport:
    """A window of ``height`` lines upon a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.height = 1
        self.at_end = True
        self._top = START

    @property
    def top(self) -> Place:
        """The first line in the window. What is remembered may be older than the layout, so it is looked at
        each time: a message has fewer lines than before, or there are fewer messages."""
        return self._within(self._last_top() if self.at_end else self._top)

    def _within(self, place: Place) -> Place:
        """The same place, or the nearest before it that there is."""
        count = len(self.layout.rows)
        if place.message >= count:
            return self._within(Place(count - 1, self.layout.height(count - 1))) if count else START
        return Place(place.message, max(0, min(place.line, self.layout.height(place.message) - 1)))

    def visible(self) -> list[Place]:
        """The lines in the window, from the top; fewer than its height when the transcript is short."""
        places: list[Place] = []
        index, line = self.top
        while index < len(self.layout.rows) and len(places) < self.height:
            count = min(self.layout.height(index) - line, self.height - len(places))
            places += (Place(index, number) for number in range(line, line + count))
            index, line = index + 1, 0
        return places

    def _last_top(self) -> Place:
        """The top when the last line stands at the bottom of the window."""
        left = max(1, self.height)  # a window may have no line at all
        for index in range(len(self.layout.rows) - 1, -1, -1):
            left -= self.layout.height(index)
            if left <= 0:
                return Place(index, -left)
        return START

    def to_end(self) -> None:
        """Go to the end and follow it."""
        self.at_end = True

    def to_start(self) -> None:
        """Go to the first line."""
        self._go(START)

    def scroll(self, lines: int) -> None:
        """Go down by so many lines, or up by a negative number."""
        index, line = self.top
        line += lines
        while line < 0 and index > 0:
            index -= 1
            line += self.layout.height(index)
        while index < len(self.layout.rows) - 1 and line >= self.layout.height(index):
            line -= self.layout.height(index)
            index += 1
        self._go(Place(index, max(0, line)))

    def go_to_line(self, number: int) -> None:
        """Go to about this line of the whole transcript."""
        total = 0
        for index in range(len(self.layout.rows)):
            height = self.layout.lines_of(index)
            if total + height > number:
                self._go(Place(index, min(number - total, self.layout.height(index) - 1)))
                return
            total += height
        self.to_end()

    def _go(self, place: Place) -> None:
        self.at_end = place >= self._last_top()
        self._top = place

    # Holding on

    def held(self) -> tuple[int, int]:
        """(message, character of its text) at the top: what :meth:`hold` brings back after a change."""
        if not self.layout.rows:
            return 0, 0
        index, line = self.top
        piece = self.layout.message(index).pieces[line]
        return index, piece.span.start if piece.kind is Kind.TEXT else -1

    def hold(self, index: int, character: int) -> None:
        """Put the line that holds this character of a message at the top."""
        if self.at_end or not self.layout.rows:
            return
        if index >= len(self.layout.rows):
            self.to_end()
            return
        line = 0
        for number, piece in enumerate(self.layout.message(index).pieces):
            if piece.kind is Kind.TEXT and 0 <= piece.span.start <= character:
                line = number
        self._go(Place(index, line))

    @property
    def position(self) -> int:
        """Lines above the window, estimates included."""
        if self.at_end:
            return max(0, self.layout.lines - self.height)
        top = self.top
        return self.layout.lines_before(top.message) + top.line
