"""The pending queue: who waits, for what, for how long, and how long still."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from tui.desk.contact import ContactId
from tui.widgets import figures, glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit, fit_right
from tui.widgets.rows import Arrival, QueueRow

PREFIX = 4
"""Cursor, star, ring and a space."""
NAME_MIN, NAME_GOOD, NAME_MAX = 6, 10, 20
SERVICE_MIN, SERVICE_MAX = 6, 16
LANG_MAX = 5
BAR = 4
URGENT = 30.0
"""Seconds before the dissuasion from which the time left is written strongly."""


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

    @dataclass
    class ContactChosen(Message):
        """The agent wants this contact (Enter, double click)."""

        id: ContactId

    @dataclass
    class ContactHighlighted(Message):
        """The cursor has come to this contact."""

        id: ContactId

    _service = _lang = _left = 0
    _oldest = 0.0

    def key_of(self, row: QueueRow) -> ContactId:
        """A contact's id."""
        return row.id

    def post_chosen(self, key: ContactId) -> None:
        """Say that the agent wants this contact."""
        self.post_message(self.ContactChosen(key))

    def post_highlighted(self, key: ContactId) -> None:
        """Say that the cursor has come to this contact."""
        self.post_message(self.ContactHighlighted(key))

    def rows_given(self) -> None:
        """Measure the columns over all rows, so that they do not shift while scrolling."""
        rows = self.rows
        self._service = max((cell_len(text) for text in {row.service for row in rows}), default=0)
        self._lang = max((cell_len(text) for text in {row.lang for row in rows}), default=0)
        longest = max((row.dissuasion_time for row in rows if row.dissuade_at is not None), default=0.0)
        self._left = max(4, len(figures.countdown(longest))) if longest else 0
        self._oldest = min((row.since for row in rows), default=0.0)

    def _columns(self, width: int) -> Columns:
        wait = 7 if self.rows and self.now - self._oldest >= 3600 else 5
        return columns_for(width, self._service, self._lang, wait, self._left)

    def ticking(self, row: QueueRow, now: float) -> object:
        """The wait, the bar and the time left."""
        return self._figures(row, now)

    def ticking_columns(self, width: int) -> range:
        """The figures stand together at the right."""
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

    def draw_row(self, row: QueueRow, part: int, width: int, is_cursor: bool) -> Line:
        """The figures' line, or the words'."""
        columns = self._columns(width)
        if part == 1:
            return self._words(row, columns, width, is_cursor)
        plain = self.row_pen(is_cursor)
        muted = self.row_pen(is_cursor, "list--muted")
        strong = self.row_pen(is_cursor, "list--strong")
        wait, bar, left = self._figures(row, self.now)
        line = Line()
        line.put(glyphs.CURSOR if is_cursor else " ", plain)
        back = glyphs.GIVEN_BACK if row.arrived_by is Arrival.BACK else " "
        line.put(glyphs.STARRED if row.starred else back, self.row_pen(is_cursor, "list--accent"))
        line.put(glyphs.RINGING if row.ringing else " ", self.row_pen(is_cursor, "list--warning"))
        line.put(" ", plain)
        name = str(row.nick)
        if row.returning and self.row_height == 1 and columns.name > 2:
            line.put(fit(name, min(columns.name - 2, cell_len(name))) + " " + glyphs.RETURNING, strong)
            line.pad(PREFIX + columns.name, strong)
        else:
            line.put(fit(name, columns.name), strong)
        if columns.service:
            line.put(" " + fit(row.service, columns.service), plain)
        if columns.lang:
            line.put(" " + fit(row.lang, columns.lang), muted)
        line.pad(width - columns.figures, plain)
        line.put(fit_right(wait, columns.wait), plain)
        urgent = row.dissuade_at is not None and row.dissuade_at - self.now <= URGENT
        hurry = self.row_pen(is_cursor, "list--warning") if urgent else muted
        if columns.bar:
            line.put(" " + bar.ljust(columns.bar), hurry)
        if columns.left:
            line.put(" " + fit_right(left, columns.left), hurry)
        return line

    def _words(self, row: QueueRow, columns: Columns, width: int, is_cursor: bool) -> Line:
        """The second line: what the first had no room for, then the visitor's first words."""
        told: list[str] = []
        if row.service and not columns.service:
            told.append(row.service)
        if row.lang and not columns.lang:
            told.append(row.lang)
        if row.arrived_by is Arrival.BACK:
            told.append("given back")
        elif row.returning:
            told.append("returning")
        else:
            told.append("new")
        muted = self.row_pen(is_cursor, "list--muted")
        line = Line().put(" " * PREFIX + " · ".join(told) + " ", muted)
        room = width - line.cells
        if row.first_words and room > 4:
            words = fit(row.first_words, min(room - 2, cell_len(row.first_words)))
            line.put(glyphs.QUOTE_OPEN + words.rstrip() + glyphs.QUOTE_CLOSE, muted)
        return line
