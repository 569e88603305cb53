"""A list of rows drawn line by line, with a cursor that holds on to a row by its id.

Here: cursor, offset, scrollbar, keys, mouse. What a row looks like, and what choosing one means, is for the
subclass. A list of 10,000 rows costs what its visible rows cost.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip

from tui.desk.contact import ContactId
from tui.widgets import glyphs
from tui.widgets.lines import Line, LineWidget, fit, position_for, thumb

RowT = TypeVar("RowT")

WHEEL_ROWS = 2
TWO_LINES_FROM = 8
"""Lines of height from which a row gets two; below, density counts more."""

OUTSTANDING = frozenset({"list--strong", "list--accent", "list--warning", "list--error"})
"""Styles that are bold on the cursor, too."""


class LineList(LineWidget, Generic[RowT], can_focus=True):
    """Rows with a cursor. Give it rows with :meth:`set_rows` and the time with :meth:`tick`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", "Move in the list", show=False),
        Binding("down", "cursor(1)", "Move in the list", show=False),
        Binding("pageup", "page(-1)", "Move by a page", show=False),
        Binding("pagedown", "page(1)", "Move by a page", show=False),
        Binding("home", "edge(-1)", "To the first", show=False),
        Binding("end", "edge(1)", "To the last", show=False),
        Binding("enter", "choose", "Take the one under the cursor", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--title",
        "list--muted",
        "list--strong",
        "list--accent",
        "list--warning",
        "list--cursor",
        "list--cursor-blurred",
        "list--bar",
        "list--empty",
    }

    DEFAULT_CSS = """
    LineList {
        height: 1fr;
        color: $foreground;
        & > .list--title { color: $text-muted; text-style: bold; }
        & > .list--muted { color: $text-muted; }
        & > .list--empty { color: $text-muted; }
        & > .list--strong { text-style: bold; }
        & > .list--accent { color: $text-accent; text-style: bold; }
        & > .list--warning { color: $text-warning; text-style: bold; }
        & > .list--bar { color: $scrollbar; }
        & > .list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .list--cursor-blurred { background: $foreground 10%; }
        &:ansi {
            & > .list--muted { text-style: dim; }
            & > .list--empty { text-style: dim; }
        }
    }
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        *,
        title: str = "",
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """``title`` is on the first line with the count of rows; ``empty`` is shown when there is none."""
        super().__init__(id=id, classes=classes)
        self.title = title
        self.empty = empty
        self.now = 0.0
        """The time of the last tick, in Unix seconds."""
        self._rows: Sequence[RowT] = ()
        self._at: dict[ContactId, int] = {}
        self._cursor: ContactId | None = None
        self._offset = 0
        self._pressed: ContactId | None = None
        self._dragging = False

    # What a subclass says

    @abstractmethod
    def key_of(self, row: RowT) -> ContactId:
        """The id by which the cursor holds on to a row."""

    @abstractmethod
    def draw_row(self, row: RowT, part: int, width: int, is_cursor: bool) -> Line:
        """Line ``part`` of a row (0, or 1 when a row has two) in ``width`` cells."""

    @abstractmethod
    def ticking(self, row: RowT, now: float) -> object:
        """What of a row changes with time alone: drawn anew when it differs from the last tick's."""

    def ticking_columns(self, width: int) -> range:
        """The columns of a row's first line that change with time alone."""
        return range(width)

    def rows_given(self) -> None:
        """Called when there are new rows, before anything is drawn."""

    def post_highlighted(self, key: ContactId) -> None:
        """Say that the cursor has come to a row."""

    def post_chosen(self, key: ContactId) -> None:
        """Say that a row was chosen."""

    # What the owner gives

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows as given."""
        return self._rows

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows. The cursor stays on its row; if that has gone, it goes to the one in its place.

        The row under the cursor also keeps its place on the screen, except that a list which stands at its
        beginning stays there as long as the cursor is in sight: who comes in at the top shall be seen.
        """
        if rows is self._rows:
            return
        before = self._at.get(self._cursor) if self._cursor is not None else None
        self._rows = rows
        self._at = {self.key_of(row): index for index, row in enumerate(rows)}
        self.rows_given()
        self._hold_cursor(before)
        self.refresh()

    def _hold_cursor(self, before: int | None) -> None:
        if not self._rows:
            self._cursor, self._offset = None, 0
            return
        after = self._at.get(self._cursor) if self._cursor is not None else None
        if after is None:
            after = min(before or 0, len(self._rows) - 1)
            self._set_cursor(after)
        elif before is not None and not (self._offset == 0 and after < self._in_window):
            self._offset += after - before
        self._clamp()

    def tick(self, now: float) -> None:
        """Take over the time and draw anew those visible rows whose figures have changed, and only there."""
        before, self.now = self.now, now
        if not self.is_mounted:
            return
        columns = self.ticking_columns(self._row_width)
        for index in self._visible():
            row = self._rows[index]
            if self.ticking(row, before) != self.ticking(row, now):
                y = self._title_lines + (index - self._offset) * self.row_height
                self.refresh(Region(columns.start, y, len(columns), 1))

    @property
    def cursor(self) -> ContactId | None:
        """The id of the row under the cursor; None when there are no rows."""
        return self._cursor

    def find(self, key: ContactId | None) -> RowT | None:
        """The row with this id, if it is here."""
        index = self._at.get(key) if key is not None else None
        return self._rows[index] if index is not None else None

    def move_to(self, key: ContactId) -> None:
        """Put the cursor on a row, if it is there, and bring it into sight."""
        index = self._at.get(key)
        if index is not None:
            self._move(index)

    # Measures

    @property
    def row_height(self) -> int:
        """Lines a row has now. Depends on height and density, so that rows do not jump as others come."""
        return 2 if self.size.height >= TWO_LINES_FROM and not self.compact else 1

    def density_changed(self) -> None:
        """More rows in the window, or fewer; the cursor stays in sight."""
        if self._rows:
            self._move(self._cursor_index)
        self.refresh()

    @property
    def _title_lines(self) -> int:
        return 1 if self.title else 0

    @property
    def _row_width(self) -> int:
        return max(0, self.size.width - 1)

    @property
    def _in_window(self) -> int:
        """Rows that are wholly visible."""
        return max(1, (self.size.height - self._title_lines) // self.row_height)

    def _visible(self) -> range:
        lines = self.size.height - self._title_lines
        return range(self._offset, min(len(self._rows), self._offset + -(-lines // self.row_height)))

    def _clamp(self) -> None:
        self._offset = max(0, min(self._offset, len(self._rows) - self._in_window))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the title, of a row, or the empty text."""
        width = self.size.width
        plain = self.pen()
        if self.title and y == 0:
            return Line().put(fit(self._title_text(), width), self.pen("list--title")).strip(width, plain)
        y -= self._title_lines
        if not self._rows:
            line = Line().put(
                fit("  " + self._empty_text(), width) if y == 0 else "", self.pen("list--empty")
            )
            return line.strip(width, plain)
        place, part = divmod(y, self.row_height)
        index = self._offset + place
        line, style = Line(), plain
        if index < len(self._rows):
            row = self._rows[index]
            is_cursor = self.key_of(row) == self._cursor
            style = self.row_pen(is_cursor)
            line = self.draw_row(row, part, self._row_width, is_cursor)
        strip = line.strip(self._row_width, style)
        return Strip.join([strip, self._bar(y).strip(width - self._row_width, plain)])

    def row_pen(self, is_cursor: bool, *names: str) -> Style:
        """A style for a part of a row. On the cursor that keys move, one colour is legible: its own."""
        if not is_cursor:
            return self.pen(*names)
        if not self.has_focus:
            return self.pen("list--cursor-blurred", *names)
        style = self.pen("list--cursor")
        return style + Style(bold=True) if set(names) & OUTSTANDING else style

    def _title_text(self) -> str:
        return f" {self.title}  {len(self._rows)}" if self._rows else f" {self.title}"

    def _empty_text(self) -> str:
        return self.empty

    def _bar(self, y: int) -> Line:
        height = self.size.height - self._title_lines
        covered = thumb(self._offset, self._in_window, len(self._rows), height)
        return Line().put(glyphs.THUMB if y in covered else " ", self.pen("list--bar"))

    # Keys

    def action_cursor(self, by: int) -> None:
        """Move the cursor by rows."""
        if self._rows:
            self._move(self._cursor_index + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by windows."""
        if self._rows:
            self._move(self._cursor_index + by * max(1, self._in_window - 1))

    def action_edge(self, which: int) -> None:
        """Move the cursor to the first row (-1) or the last (1)."""
        if self._rows:
            self._move(0 if which < 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self._cursor is not None:
            self.post_chosen(self._cursor)

    @property
    def _cursor_index(self) -> int:
        return self._at.get(self._cursor, 0) if self._cursor is not None else 0

    def _move(self, index: int) -> None:
        index = max(0, min(index, len(self._rows) - 1))
        if index < self._offset:
            self._offset = index
        elif index >= self._offset + self._in_window:
            self._offset = index - self._in_window + 1
        self._clamp()
        self._set_cursor(index)
        self.refresh()

    def _set_cursor(self, index: int) -> None:
        key = self.key_of(self._rows[index])
        if key != self._cursor:
            self._cursor = key
            self.post_highlighted(key)

    # Mouse and size

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without moving the cursor."""
        self._scroll_by(WHEEL_ROWS)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without moving the cursor."""
        self._scroll_by(-WHEEL_ROWS)
        event.stop()

    def _scroll_by(self, rows: int) -> None:
        before = self._offset
        self._offset += rows
        self._clamp()
        if self._offset != before:
            self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the scrollbar."""
        if event.x == self.size.width - 1 and len(self._rows) > self._in_window:
            self._dragging = True
            self.capture_mouse()
            self._drag_to(event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scrollbar."""
        if self._dragging:
            self._drag_to(event.y)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the scrollbar go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _drag_to(self, y: int) -> None:
        height = self.size.height - self._title_lines
        to = position_for(y - self._title_lines, self._in_window, len(self._rows), height)
        self._scroll_by(to - self._offset)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row; the second of a double click chooses it.

        Only if it is still the same row: another may have slipped under the pointer in between.
        """
        if event.x >= self._row_width or event.y < self._title_lines:
            return
        index = self._offset + (event.y - self._title_lines) // self.row_height
        if index >= len(self._rows):
            return
        key = self.key_of(self._rows[index])
        if event.chain == 1:
            self._pressed = key
            self._set_cursor(index)
            self.refresh()
        elif event.chain == 2 and key == self._pressed:
            self.post_chosen(key)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight."""
        if self._rows:
            index = self._cursor_index
            self._offset = max(index - self._in_window + 1, min(self._offset, index))
            self._clamp()
            self.refresh()  # other rows may stand where nothing else has changed

    def on_focus(self) -> None:
        """Show the cursor as the one that keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as a mark."""
        self.refresh()
