"""What every line-rendered widget stands on: styles by name, lines counted in cells, a scrollbar of its own.

Text is put into segments as it is; nothing here reads markup. The scrollbar is drawn by the widget itself,
because Textual's own lays the whole screen out anew whenever a length changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets import glyphs
from tui.widgets.isolation import ISOLATED, is_rtl
from tui.widgets.parting import blank, has_gone


def fit(text: str, width: int) -> str:
    """The text in exactly ``width`` cells: filled up with spaces, or cut with an ellipsis."""
    if width <= 0:
        return ""
    text = text.replace("\n", " ")
    cells = cell_len(text)
    if cells <= width:
        return text + " " * (width - cells)
    return set_cell_size(text, width - 1) + glyphs.ELLIPSIS


def fit_right(text: str, width: int) -> str:
    """The same, filled up on the left."""
    cells = cell_len(text)
    return " " * (width - cells) + text if cells < width else fit(text, width)


def fit_middle(text: str, width: int) -> str:
    """The text in at most ``width`` cells, shortened in the middle: both ends of an address say something."""
    if cell_len(text) <= width:
        return text
    if width < 4:
        return fit(text, width)
    head = set_cell_size(text, width // 2).rstrip()
    tail = text
    while cell_len(tail) > width - cell_len(head) - 1:
        tail = tail[1:]
    return head + glyphs.ELLIPSIS + tail


class Line:
    """A line being put together from the left, counted in cells."""

    __slots__ = ("_segments", "cells")

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self.cells = 0
        """Cells used so far."""

    def put(self, text: str, style: Style | None) -> Line:
        """Add a text."""
        if text:
            if is_rtl(text):
                style = ISOLATED if style is None else style + ISOLATED
            self._segments.append(Segment(text, style))
            self.cells += cell_len(text)
        return self

    def pad(self, column: int, style: Style | None) -> Line:
        """Fill up with spaces to a column; nothing when it is already there."""
        return self.put(" " * (column - self.cells), style)

    def strip(self, width: int, style: Style | None) -> Strip:
        """The line as exactly ``width`` cells, filled up or cut."""
        return Strip(self._segments, self.cells).adjust_cell_length(width, style)


def thumb(position: int, window: int, total: int, height: int) -> range:
    """The rows of a scrollbar of ``height`` that its thumb covers; empty when everything is in the window.

    The thumb touches an end only when the window does.
    """
    if total <= window or height <= 0:
        return range(0)
    length = max(1, min(height - 1, round(height * window / total)))
    room = height - length
    furthest = total - window
    start = round(room * position / furthest)
    if room > 1:
        if position > 0:
            start = max(1, start)
        if position < furthest:
            start = min(room - 1, start)
    return range(start, start + length)


def position_for(row: int, window: int, total: int, height: int) -> int:
    """The position a scrollbar dragged to ``row`` means: its first row the beginning, its last the end."""
    share = row / max(1, height - 1)
    return round(max(0.0, min(1.0, share)) * max(0, total - window))


class LineWidget(Widget):
    """A widget that draws its lines itself and is never wider than it is told."""

    _pens: dict[tuple[str, ...], Style] | None = None

    @property
    def compact(self) -> bool:
        """Whether things stand close together: the application says it by its class."""
        return self.app.has_class("-compact")

    @property
    def comfortable(self) -> bool:
        """Whether there may be room to breathe."""
        return self.app.has_class("-comfortable")

    def density_changed(self) -> None:
        """Called when ``compact`` says something else than before."""
        self.refresh()

    def pen(self, *names: str) -> Style:
        """The style of component classes, colours worked out against what lies behind."""
        if self._pens is None:
            self._pens = {}
        style = self._pens.get(names)
        if style is None:
            style = self._pens[names] = self.get_visual_style(*names).rich_style
        return style

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its lines; blank ones once it has been taken away."""
        return blank(crop) if has_gone(self) else super().render_lines(crop)

    def notify_style_update(self) -> None:
        """Work the styles out anew: the theme, the focus or a class has changed."""
        self._pens = None
        super().notify_style_update()

    def all_strips(self) -> Iterator[Strip]:
        """Every line as it would be drawn now, for tests and for pictures."""
        return (self.render_line(y) for y in range(self.size.height))
