"""The line above a transcript: who it is; at the right how long he has waited, and the chat's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.geometry import Region
from textual.strip import Strip

from tui.text import CleanText
from tui.widgets import figures, glyphs
from tui.widgets.colours import coloured
from tui.widgets.lines import Line, LineWidget, fit
from tui.widgets.rows import ChatRow
from tui.widgets.waits import SIGNS, Urgency, urgency_of

WORDY_FROM = 56
"""Cells from which the wait is said in a word, too."""

URGENCY_PENS = {
    Urgency.ANSWERED: "title--plain",
    Urgency.WAITS: "title--plain",
    Urgency.YELLOW: "title--yellow",
    Urgency.RED: "title--red",
}

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Title:
    """What the line says."""

    row: ChatRow
    details: tuple[CleanText | str, ...]
    """What stands after the name, most important first."""
    ended_at: float | None = None
    """When the chat's clock stopped."""


class PaneTitle(LineWidget):
    """Number, name, details; clock and wait."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title--plain", "title--strong", "title--yellow", "title--red"}

    DEFAULT_CSS = """
    PaneTitle {
        height: 1;
        color: $text-muted;
        background: $surface;
        &.-current { color: $text; background: $primary-muted; text-style: bold; }
        & > .title--strong { text-style: bold; }
        & > .title--yellow { color: $text-warning; text-style: bold; }
        & > .title--red { color: $text-error; text-style: bold; }
        &.-current:ansi { text-style: bold reverse; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._title: Title | None = None
        self._now = 0.0
        self._right: tuple[Part, ...] = ()

    def show(self, title: Title, now: float) -> None:
        """Say this."""
        self._now = now
        if title != self._title:
            self._title = title
            self._right = self._figures()
            self.refresh()
        else:
            self.tick(now)

    def tick(self, now: float) -> None:
        """Take over the time; only the figures are drawn anew."""
        self._now = now
        before, self._right = self._right, self._figures()
        if before != self._right and self.is_mounted:
            cells = max(_cells(before), _cells(self._right)) + 1
            if _cells(before) != _cells(self._right):
                self.refresh()
            else:
                self.refresh(Region(max(0, self.size.width - cells), 0, cells, 1))

    def _figures(self) -> tuple[Part, ...]:
        if self._title is None:
            return ()
        row, now = self._title.row, self._now
        urgency = urgency_of(row.waiting, now)
        parts: list[Part] = []
        if row.away is not None:
            short = f"{row.away.word} {figures.hour_and_minute(row.away.since)}"
            away = row.away.words if self.size.width >= WORDY_FROM else short
            parts.append((f"{away}  ", "title--yellow"))
        elif row.idle(now):
            parts.append(("idle  ", "title--plain"))
        if row.waiting is not None:
            word = "unanswered " if self.size.width >= WORDY_FROM else ""
            waited = figures.clock(now - row.waiting.since)
            parts.append((f"{SIGNS[urgency]} {word}{waited}", URGENCY_PENS[urgency]))
            parts.append(("  ", "title--plain"))
        clock = figures.clock((self._title.ended_at or now) - row.accepted_at)
        return (*parts, (clock, "title--plain"))

    def render_line(self, y: int) -> Strip:
        """The line."""
        width, plain = self.size.width, self.pen()
        line = Line().put(" ", plain)
        if self._title is None:
            return line.strip(width, plain)
        right = self._right
        while len(right) > 1 and width - _cells(right) < 12:
            right = right[:-1]  # the chat's clock goes before the wait does
        room = max(0, width - _cells(right) - 3)
        row = self._title.row
        if row.colour:
            tint = coloured(
                plain, row.colour, dark=self.app.current_theme.dark, native=self.app.native_ansi_color
            )
            line.put(f"{glyphs.SERVICE} ", tint)
            room -= 2
        name = f"{row.number} {row.nick}"
        line.put(fit(name, min(cell_len(name), room)), self.pen("title--strong"))
        for detail in (row.colour, *self._title.details):
            if detail and line.cells + 3 + cell_len(detail) <= room + 1:
                line.put(f" · {detail}", plain)
        line.pad(width - _cells(right) - 1, plain)
        for text, pen in right:
            line.put(text, self.pen(pen))
        return line.strip(width, plain)

    def on_resize(self) -> None:
        """The words may have more or less room."""
        self._right = self._figures()
        self.refresh()


def _cells(parts: tuple[Part, ...]) -> int:
    return sum(cell_len(text) for text, _ in parts)
