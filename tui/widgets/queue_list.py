"""The pending queue: who waits, for what, for how long, and how long still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.desk.contact import ContactId
from tui.widgets import figures, glyphs
from tui.widgets.colours import coloured
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit, fit_right
from tui.widgets.queue_words import origin_sign, second_line
from tui.widgets.rows import QueueRow

PREFIX = 5
"""Cursor, star, where it comes from, ring and a space."""
NAME_MIN, NAME_GOOD, NAME_MAX = 5, 9, 20
SERVICE_MIN, SERVICE_MAX = 6, 16
LANG_MAX = 5
BAR = 4
SOON, LAST = 0.5, 0.2
"""Shares of the dissuasion time left from which the bar turns yellow, and red."""


class Hurry(IntEnum):
    """How little time is left; told by colour, by one sign or two beside the bar, and in bold."""

    NONE = 0
    SOON = 1
    LAST = 2


PENS = {Hurry.NONE: "list--muted", Hurry.SOON: "list--warning", Hurry.LAST: "list--error"}


def hurry_of(row: QueueRow, now: float) -> Hurry:
    """How little time this contact has left."""
    if row.dissuade_at is None or row.dissuasion_time <= 0:
        return Hurry.NONE
    share = (row.dissuade_at - now) / row.dissuasion_time
    return Hurry.LAST if share <= LAST else Hurry.SOON if share <= SOON else Hurry.NONE


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells of the columns of a row; 0: not shown."""

    name: int
    service: int
    lang: int
    wait: int
    bar: int
    left: int

    @property
    def figures(self) -> int:
        """Cells from the wait to the end."""
        return self.wait + (self.bar and self.bar + 1) + (self.left and self.left + 1)


def columns_for(width: int, service: int, lang: int, wait: int, left: int) -> Columns:
    """What fits into ``width``, given the cells each column would like; most important first.

    The name and the wait are always there, then the seconds left, the bar, the service, the language; what
    is over goes to the name.
    """
    room = width - PREFIX - NAME_MIN - 1 - wait
    shown_left = left if left and room >= left + 1 else 0
    room -= shown_left and shown_left + 1
    bar = BAR if shown_left and room >= BAR + 1 else 0
    room -= bar and bar + 1
    room -= NAME_GOOD - NAME_MIN
    shown_service = min(service, SERVICE_MAX, room - 1) if service and room > min(service, SERVICE_MIN) else 0
    room -= shown_service and shown_service + 1
    shown_lang = min(lang, LANG_MAX) if shown_service and lang and room > min(lang, LANG_MAX) else 0
    room -= shown_lang and shown_lang + 1
    name = max(1, min(NAME_GOOD + room, NAME_MAX))
    return Columns(name, shown_service, shown_lang, wait, bar, shown_left)


class QueueList(LineList[QueueRow]):
    """The pending queue, two lines a row, one where height is short."""

    HELP = """You are in the pending queue
    Visitors who wait, longest first, those addressed to you alone on top. Below the list stands in full
    what is known of the one under the cursor, which stays on its visitor while others come and go.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Show only those that hold some words", show=False, priority=True),
        Binding("escape", "all", "Show all again", show=False),
        Binding("enter", "choose", "Take the one under the cursor", show=False, priority=True),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--error", "list--filter"}

    DEFAULT_CSS = """
    QueueList {
        & > .list--error { color: $text-error; text-style: bold; }
        & > .list--filter { color: $text-accent; text-style: bold; }
    }
    """

    @dataclass
    class ContactChosen(Message):
        """The agent wants this contact (Enter, double click)."""

        id: ContactId

    @dataclass
    class ContactHighlighted(Message):
        """The cursor has come to this contact."""

        id: ContactId

    @dataclass
    class FilterWanted(Message):
        """The agent wants to say who shall be shown (a click on the title), or to see all again (Esc)."""

        everybody: bool = False

    open_filter: Callable[[], None] = staticmethod(lambda: None)
    """Set by the owner. Called, not posted: words that come in one go with the ``/`` must not be lost."""

    take: Callable[[ContactId], None] | None = None
    """Set by the owner, to take a contact. Called, not posted: what is typed behind Enter is for them."""

    _service = _lang = _left = 0
    _oldest = 0.0
    _filter = ""
    _hidden = 0
    _hidden_rings = False
    _unshown = ""

    def key_of(self, row: QueueRow) -> ContactId:
        """A contact's id."""
        return row.id

    def post_chosen(self, key: ContactId) -> None:
        """Say that the agent wants this contact."""
        self.post_message(self.ContactChosen(key))

    def post_highlighted(self, key: ContactId) -> None:
        """Say that the cursor has come to this contact."""
        self.post_message(self.ContactHighlighted(key))

    def action_filter(self) -> None:
        """Have the field opened at once: the next key is for it."""
        self.open_filter()

    def action_choose(self) -> None:
        """Take the contact under the cursor."""
        if self.cursor is not None:
            (self.take or self.post_chosen)(self.cursor)

    def action_all(self) -> None:
        """Say that the agent wants to see all."""
        self.post_message(self.FilterWanted(everybody=True))

    def on_click(self, event: events.Click) -> None:
        """A click on the title opens the filter, or ends it."""
        if event.y < self._title_lines:
            self.post_message(self.FilterWanted(everybody=bool(self._filter)))

    # What stands in the title

    def told(self, filter: str, hidden: Sequence[QueueRow], unshown: str = "") -> None:
        """Say by which words these rows were chosen, which were left out, and what else is not shown."""
        rings = any(row.ringing for row in hidden)
        if (filter, len(hidden), rings, unshown) != (
            self._filter,
            self._hidden,
            self._hidden_rings,
            self._unshown,
        ):
            self._filter, self._hidden, self._hidden_rings = filter, len(hidden), rings
            self._unshown = unshown
            self.refresh()

    def _title_text(self) -> str:
        if self._unshown and not self._filter:
            return f"{super()._title_text()}  {self._unshown}"
        if not self._filter:
            return super()._title_text()
        hidden = f"  {self._hidden:,} hidden{' ' + glyphs.RINGING if self._hidden_rings else ''}"
        start = f" {self.title}  {len(self.rows):,}  /"
        room = max(4, self.size.width - cell_len(start) - cell_len(hidden))
        words = fit(self._filter, room) if cell_len(self._filter) > room else self._filter
        return start + words + hidden

    def _empty_text(self) -> str:
        if self._filter and self._hidden:
            return "None fits. Esc shows all."
        return "Not shown while you pause." if self._unshown else super()._empty_text()

    # Measures

    def rows_given(self) -> None:
        """Measure the columns over all rows, so that they do not shift while scrolling."""
        rows = self.rows
        mark = 1 if any(row.colour for row in rows) else 0
        widest = max((cell_len(text) for text in {row.service for row in rows}), default=0)
        self._service = widest + mark if widest else 0
        self._marks = bool(mark)
        self._lang = max((cell_len(text) for text in {row.lang for row in rows}), default=0)
        longest = max((row.dissuasion_time for row in rows if row.dissuade_at is not None), default=0.0)
        self._left = max(4, len(figures.countdown(longest))) if longest else 0
        self._oldest = min((row.since for row in rows), default=0.0)

    _marks = False
    """Whether a service has a colour, so that all have a cell for it."""

    def _columns(self, width: int) -> Columns:
        wait = 7 if self.rows and self.now - self._oldest >= 3600 else 5
        return columns_for(width, self._service, self._lang, wait, self._left)

    def ticking(self, row: QueueRow, now: float) -> object:
        """The wait, the bar, the time left and how they stand out."""
        return self._figures(row, now), hurry_of(row, now)

    def ticking_columns(self, width: int) -> range:
        """The figures stand together at the right, with the sign of hurry among them."""
        return range(max(0, width - self._columns(width).figures), width)

    def tick(self, now: float) -> None:
        """As for every list; when the wait needs an hour's place, the columns move."""
        if self._columns(self._row_width).wait != (7 if self.rows and now - self._oldest >= 3600 else 5):
            self.refresh()
        super().tick(now)

    def _figures(self, row: QueueRow, now: float) -> tuple[str, str, str]:
        wait = figures.clock(now - row.since)
        if row.dissuade_at is None:
            return wait, "", ""
        left = max(0.0, row.dissuade_at - now)
        share = left / row.dissuasion_time if row.dissuasion_time > 0 else 0.0
        return wait, figures.bar(share, BAR), figures.countdown(left)

    # Drawing

    def draw_row(self, row: QueueRow, part: int, width: int, is_cursor: bool) -> Line:
        """The figures' line, or the words'."""
        columns = self._columns(width)
        if part == 1:
            return self._words(row, columns, width, is_cursor)
        plain = self.row_pen(is_cursor)
        muted = self.row_pen(is_cursor, "list--muted")
        strong = self.row_pen(is_cursor, "list--strong")
        accent = self.row_pen(is_cursor, "list--accent")
        line = Line()
        line.put(glyphs.CURSOR if is_cursor else " ", plain)
        line.put(glyphs.STARRED if row.starred else " ", accent)
        line.put(origin_sign(row) or " ", accent)
        line.put(glyphs.RINGING if row.ringing else " ", self.row_pen(is_cursor, "list--warning"))
        line.put(" ", plain)
        name = str(row.nick)
        mark = glyphs.AWAY if row.away is not None else glyphs.RETURNING if row.returning else ""
        if mark and self.row_height == 1 and columns.name > 2:
            line.put(fit(name, min(columns.name - 2, cell_len(name))) + f" {mark}", strong)
            line.pad(PREFIX + columns.name, strong)
        else:
            line.put(fit(name, columns.name), strong)
        if columns.service:
            self._put_service(line.put(" ", plain), row, columns.service, is_cursor)
        if columns.lang:
            line.put(" " + fit(row.lang, columns.lang), muted)
        line.pad(width - columns.figures, plain)
        self._put_figures(line, row, columns, plain, is_cursor)
        return line

    def _put_service(self, line: Line, row: QueueRow, cells: int, is_cursor: bool) -> None:
        """The service, in so many cells, behind a sign in its colour."""
        plain = self.row_pen(is_cursor)
        if self._marks:
            line.put(glyphs.SERVICE if row.colour else " ", self._colour_pen(plain, row.colour))
        line.put(fit(row.service, cells - self._marks), plain)

    def _put_figures(
        self, line: Line, row: QueueRow, columns: Columns, plain: Style, is_cursor: bool
    ) -> None:
        """Wait, bar and time left; the spaces before them hold the signs of hurry."""
        wait, bar, left = self._figures(row, self.now)
        hurry = hurry_of(row, self.now)
        pen = self.row_pen(is_cursor, PENS[hurry])
        line.put(fit_right(wait, columns.wait), plain)
        signs = [glyphs.HURRY if hurry else " ", glyphs.HURRY if hurry is Hurry.LAST else " "]
        if columns.bar:
            line.put(signs.pop(0) + bar.ljust(columns.bar), pen)
        if columns.left:
            line.put(signs.pop(0) + fit_right(left, columns.left), pen)

    def _colour_pen(self, base: Style, colour: str) -> Style:
        return coloured(base, colour, dark=self.app.current_theme.dark, native=self.app.native_ansi_color)

    def _words(self, row: QueueRow, columns: Columns, width: int, is_cursor: bool) -> Line:
        """The second line: what the first had no room for, who sent it with what note, or the first words."""
        muted = self.row_pen(is_cursor, "list--muted")
        line = Line().put(" " * PREFIX, muted)
        if row.note or row.back:
            return line.put(second_line(row, "", width - line.cells), muted)  # what a colleague says first
        if row.service and not columns.service:
            if row.colour:
                line.put(glyphs.SERVICE, self._colour_pen(muted, row.colour))
            line.put(fit(row.service, min(cell_len(row.service), SERVICE_MAX)) + " · ", muted)
        lang = row.lang if not columns.lang else ""
        return line.put(second_line(row, lang, width - line.cells), muted)
