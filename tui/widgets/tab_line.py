"""One line above the panes with every chat: number, name, what is unread, and its state in signs.

Where they do not fit, names get shorter, then go; then the line scrolls, and its ends say how many chats are
beyond and the most urgent of their signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.desk.contact import ContactId
from tui.widgets import figures, glyphs
from tui.widgets.colours import coloured
from tui.widgets.lines import Line, LineWidget, fit
from tui.widgets.rows import ChatRow
from tui.widgets.waits import SIGNS, Urgency, urgency_of

NAME_CELLS = (16, 12, 9, 7, 5, 4, 3, 0)
"""Longest names tried, widest first."""
EDGE = 5
"""Cells kept at an end beyond which there are more."""

COLOUR = "colour:"
"""Before the name of a colour, where a component class may stand."""

Part = tuple[str, str]
"""A text and the component class it is drawn with."""

URGENCY_PENS = {
    Urgency.ANSWERED: "tabs--plain",
    Urgency.WAITS: "tabs--plain",
    Urgency.YELLOW: "tabs--yellow",
    Urgency.RED: "tabs--red",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A stretch of the line."""

    id: ContactId
    """The chat a click on it shows."""
    at: int
    """Its first cell."""
    parts: tuple[Part, ...]
    base: str
    """The component class that lies under its parts."""

    @property
    def cells(self) -> int:
        """How wide it is."""
        return cells_of(self.parts)


class TabLine(LineWidget):
    """Every chat, by number."""

    @dataclass
    class TabChosen(Message):
        """The agent clicked a chat."""

        id: ContactId

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tabs--plain",
        "tabs--open",
        "tabs--current",
        "tabs--muted",
        "tabs--strong",
        "tabs--unread",
        "tabs--yellow",
        "tabs--red",
    }

    DEFAULT_CSS = """
    TabLine {
        height: 1;
        background: $surface;
        & > .tabs--plain { color: $foreground; }
        & > .tabs--open { background: $panel; }
        & > .tabs--current { background: $primary-muted; text-style: bold; }
        & > .tabs--muted { color: $text-muted; }
        & > .tabs--strong { text-style: bold; }
        & > .tabs--unread { color: $text-warning; text-style: bold; }
        & > .tabs--yellow { color: $text-warning; text-style: bold; }
        & > .tabs--red { color: $text-error; text-style: bold; }
        &:ansi > .tabs--current { text-style: bold reverse; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.now = 0.0
        self._rows: Sequence[ChatRow] = ()
        self._tabs: tuple[Tab, ...] = ()
        self._first = 0
        """The first chat shown where they do not all fit."""
        self._followed: ContactId | None = None
        """The chat that was last brought into sight."""

    def set_rows(self, rows: Sequence[ChatRow]) -> None:
        """Show these chats."""
        self._rows = rows
        self._lay_out()

    def tick(self, now: float) -> None:
        """Take over the time; only the tabs whose signs have changed are drawn anew."""
        self.now = now
        self._lay_out()

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """What stands on the line now."""
        return self._tabs

    # Where everything stands

    def _lay_out(self) -> None:
        before, width = self._tabs, self.size.width
        self._tabs = self._laid_out(width)
        if [(tab.id, tab.at, tab.cells) for tab in before] != [
            (tab.id, tab.at, tab.cells) for tab in self._tabs
        ]:
            self.refresh()
            return
        for old, new in zip(before, self._tabs, strict=True):
            if old != new and self.is_mounted:
                self.refresh(Region(new.at, 0, new.cells, 1))

    def _laid_out(self, width: int) -> tuple[Tab, ...]:
        for name in NAME_CELLS:
            parts = [self._parts(row, name) for row in self._rows]
            if sum(cells_of(own) + 1 for own in parts) - 1 <= width:
                self._first = 0
                return self._placed(range(len(parts)), parts, 0)
        return self._scrolled(width, parts)

    def _scrolled(self, width: int, parts: list[tuple[Part, ...]]) -> tuple[Tab, ...]:
        """A window on the tabs, the current chat in it whenever it has become another."""
        current = next((index for index, row in enumerate(self._rows) if row.is_current), 0)
        self._first = max(0, min(self._first, len(parts) - 1))
        if self._rows[current].id != self._followed:
            self._followed = self._rows[current].id
            self._first = min(self._first, current)
            while self._first < current and current not in window_from(self._first, parts, width):
                self._first += 1
        while self._first > 0 and window_from(self._first - 1, parts, width).stop == len(parts):
            self._first -= 1  # no empty room at the right while there are more at the left
        window = window_from(self._first, parts, width)
        tabs = list(self._placed(window, parts, EDGE if window.start else 0))
        if window.start > 0:
            text = self._beyond(range(window.start), glyphs.MORE_LEFT)
            tabs.insert(0, Tab(self._rows[window.start - 1].id, 0, text, "tabs--plain"))
        if window.stop < len(parts):
            text = self._beyond(range(window.stop, len(parts)), glyphs.MORE_RIGHT)
            at = width - cells_of(text)
            tabs.append(Tab(self._rows[window.stop].id, max(0, at), text, "tabs--plain"))
        return tuple(tabs)

    def _beyond(self, indices: range, arrow: str) -> tuple[Part, ...]:
        rows = [self._rows[index] for index in indices]
        urgency = max(urgency_of(row.waiting, self.now) for row in rows)
        sign = SIGNS[urgency] or (glyphs.UNREAD if any(row.unread for row in rows) else "")
        count = f"{arrow}{len(rows)}" if arrow == glyphs.MORE_LEFT else f"{len(rows)}{arrow}"
        marks = (sign, URGENCY_PENS[urgency] if SIGNS[urgency] else "tabs--unread")
        number = (count, "tabs--muted")
        return (number, marks) if arrow == glyphs.MORE_LEFT else (marks, number)

    def _placed(self, indices: range, parts: list[tuple[Part, ...]], at: int) -> tuple[Tab, ...]:
        tabs = []
        for index in indices:
            row = self._rows[index]
            base = "tabs--current" if row.is_current else "tabs--open" if row.is_open else "tabs--plain"
            tabs.append(Tab(row.id, at, parts[index], base))
            at += tabs[-1].cells + 1
        return tuple(tabs)

    def _parts(self, row: ChatRow, name: int) -> tuple[Part, ...]:
        mark = glyphs.CURRENT if row.is_current else glyphs.OPEN if row.is_open else " "
        gap = " " if name else ""
        parts: list[Part] = [(f"{mark}{row.number}", "tabs--strong")]
        if name:
            nick = fit(row.nick, min(name, cell_len(row.nick)))
            parts.append((gap + nick, "tabs--muted" if row.ended else "tabs--plain"))
        if row.colour:
            parts.append((gap + figures.colour_mark(row.colour), f"{COLOUR}{row.colour}"))
        if row.unread:
            parts.append((f"{gap}{glyphs.UNREAD}{min(row.unread, 99)}", "tabs--unread"))
        urgency = urgency_of(row.waiting, self.now)
        if SIGNS[urgency]:
            parts.append((gap + SIGNS[urgency], URGENCY_PENS[urgency]))
        state = self._state(row)
        if state:
            parts.append((state if SIGNS[urgency] else gap + state, "tabs--muted"))
        parts.append((gap, "tabs--plain"))
        return tuple(parts)

    def _state(self, row: ChatRow) -> str:
        if row.ended:
            return glyphs.ENDED
        if row.is_letter:
            return glyphs.OFFLINE
        if row.away is not None:
            return glyphs.AWAY
        if row.typing:
            return glyphs.ELLIPSIS
        return glyphs.IDLE if row.idle(self.now) else ""

    # Drawing, mouse and size

    def render_line(self, y: int) -> Strip:
        """The line."""
        plain = self.pen()
        line = Line()
        for tab in self._tabs:
            line.pad(tab.at, plain)
            for text, pen in tab.parts:
                line.put(text, self._pen_of(tab.base, pen))
        return line.strip(self.size.width, plain)

    def _pen_of(self, base: str, pen: str) -> Style:
        if not pen.startswith(COLOUR):
            return self.pen(base, pen)
        app = self.app
        colour = pen.removeprefix(COLOUR)
        return coloured(self.pen(base), colour, dark=app.current_theme.dark, native=app.native_ansi_color)

    def on_click(self, event: events.Click) -> None:
        """Show the chat under the pointer."""
        place = event.get_content_offset(self)
        for tab in self._tabs:
            if place is not None and tab.at <= place.x < tab.at + tab.cells:
                self.post_message(self.TabChosen(tab.id))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll right, where not all fit."""
        self._first += 1
        self._lay_out()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll left."""
        self._first = max(0, self._first - 1)
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out anew; the current chat stays in sight."""
        self._followed = None
        self._lay_out()
        self.refresh()


def cells_of(parts: Sequence[Part]) -> int:
    """How wide these parts are."""
    return sum(cell_len(text) for text, _ in parts)


def window_from(first: int, parts: Sequence[Sequence[Part]], width: int) -> range:
    """The tabs that fit from the first on, with room left for the ends; at least one."""
    room = width - (EDGE if first else 0)
    if sum(cells_of(own) + 1 for own in parts[first:]) - 1 <= room:
        return range(first, len(parts))
    last, used = first, -1
    while last < len(parts) and (used := used + cells_of(parts[last]) + 1) <= room - EDGE:
        last += 1
    return range(first, max(last, first + 1))
