"""The rows on the screen: a label, what it says now, and a sign where that is the agent's own choice."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from tui.desk.contact import ContactId
from tui.screens.settings.catalogue import Kind, Row
from tui.widgets import glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit

OWN = "•"
"""Marks a value that is not the default."""
LABEL_CELLS = 42
VALUE_AT_LEAST = 28
"""What a value gets before the label gets more."""
VALUE_CELLS = 34
"""What a value gets where explanations stand beside it."""
WIDE = 112
"""Cells from which the explanations stand beside the values."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with what it says at the moment."""

    row: Row
    value: str = ""
    own: bool = False
    """Whether the value is not the default."""
    fault: bool = False
    """Whether something is wrong with it."""


class RowList(LineList[ShownRow]):
    """The rows of all sections; the cursor passes over headings."""

    @dataclass
    class RowChosen(Message):
        """The agent wants to change, or do, this."""

        id: str

    @dataclass
    class RowHighlighted(Message):
        """The cursor has come to this row."""

        id: str

    @property
    def row_height(self) -> int:
        """One line."""
        return 1

    def key_of(self, row: ShownRow) -> ContactId:
        """A row's id."""
        return ContactId(row.row.id)

    def ticking(self, row: ShownRow, now: float) -> object:
        """Nothing changes with time alone."""
        return None

    def post_chosen(self, key: ContactId) -> None:
        """Say that the agent wants to change it."""
        self.post_message(self.RowChosen(key))

    def post_highlighted(self, key: ContactId) -> None:
        """Say where the cursor is."""
        self.post_message(self.RowHighlighted(key))

    def row_of(self, id: str) -> ShownRow | None:
        """The row with this id."""
        at = self._at.get(ContactId(id))
        return None if at is None else self._rows[at]

    def section_at_cursor(self) -> str:
        """Where the cursor is."""
        shown = self.row_of(self.cursor) if self.cursor is not None else None
        return shown.row.section if shown is not None else ""

    def to_section(self, by: int) -> None:
        """Go to the first row of the next section (1) or the one before (-1), and round again."""
        names = list(dict.fromkeys(shown.row.section for shown in self._rows))
        if names:
            at = names.index(self.section_at_cursor()) if self.section_at_cursor() in names else 0
            self.go_to_section(names[(at + by) % len(names)])

    def go_to_section(self, name: str) -> None:
        """Go to the first row of a section, its heading at the top."""
        first = next((i for i, shown in enumerate(self._rows) if shown.row.section == name), None)
        if first is not None:
            self._offset = first
            self._move(first)

    def draw_row(self, row: ShownRow, part: int, width: int, is_cursor: bool) -> Line:
        """Heading, note, or label and value; explanations beside them where there is room."""
        line = Line()
        if row.row.kind is Kind.HEADING:
            rule = glyphs.RULE * max(0, width - cell_len(row.row.label) - 3)
            return line.put(fit(f" {row.row.label} {rule}", width), self.pen("list--title"))
        if row.row.kind is Kind.NOTE:
            return line.put(
                fit(f"   {row.row.label}", width), self.pen("list--warning" if row.fault else "list--muted")
            )
        plain = self.row_pen(is_cursor)
        cursor = glyphs.CURSOR if is_cursor else " "
        label = min(LABEL_CELLS, max(16, width - VALUE_AT_LEAST))
        line.put(f" {cursor} ", plain).put(fit(row.row.label, label), plain)
        line.put(f" {OWN if row.own else ' '} ", self.row_pen(is_cursor, "list--accent"))
        names = ("list--warning",) if row.fault else ("list--strong",)
        room = width - line.cells
        if width >= WIDE:
            room = VALUE_CELLS
        line.put(fit(row.value, room), self.row_pen(is_cursor, *names))
        if width >= WIDE:
            muted = self.row_pen(is_cursor, "list--muted")
            line.put("  ", plain).put(fit(row.row.explanation, width - line.cells), muted)
        return line

    def _move(self, index: int) -> None:
        """To a row on which the cursor may stand, in the direction it goes."""
        if not self._rows:
            return
        index = max(0, min(index, len(self._rows) - 1))
        forth = index >= self._cursor_index
        down = [i for i in range(index, len(self._rows)) if self._rows[i].row.can_stand]
        up = [i for i in range(index, -1, -1) if self._rows[i].row.can_stand]
        found = (down or up) if forth else (up or down)
        if found:
            super()._move(found[0])
            if found[0] == self._first_standing:
                self._offset = 0  # its heading is seen, too

    @property
    def _first_standing(self) -> int:
        return next((i for i, shown in enumerate(self._rows) if shown.row.can_stand), 0)

    def _set_cursor(self, index: int) -> None:
        """Never on a heading, be it by a click or because the row there has gone."""
        standing = [i for i, shown in enumerate(self._rows) if shown.row.can_stand]
        if standing and not self._rows[index].row.can_stand:
            index = min(standing, key=lambda i: (abs(i - index), -i))
        super()._set_cursor(index)
