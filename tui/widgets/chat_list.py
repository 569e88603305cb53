"""The agent's chats: their numbers, what is unread, who is typing, the last words and how long ago."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from tui.desk.contact import ContactId
from tui.widgets import figures, glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit, fit_right
from tui.widgets.rows import ChatRow

PREFIX = 5
"""Cursor, pane mark, number (two cells) and a space."""
AGO = 7
AGO_SHORT = 3
UNREAD = 4
STATE = 10
WIDE = 34
"""Cells from which the age says "ago"."""


class ChatList(LineList[ChatRow]):
    """The agent's chats, two lines a row, one where height is short."""

    @dataclass
    class ChatChosen(Message):
        """The agent wants to see this chat (Enter, double click)."""

        id: ContactId

    @dataclass
    class ChatHighlighted(Message):
        """The cursor has come to this chat."""

        id: ContactId

    def key_of(self, row: ChatRow) -> ContactId:
        """A contact's id."""
        return row.id

    def post_chosen(self, key: ContactId) -> None:
        """Say that the agent wants to see this chat."""
        self.post_message(self.ChatChosen(key))

    def post_highlighted(self, key: ContactId) -> None:
        """Say that the cursor has come to this chat."""
        self.post_message(self.ChatHighlighted(key))

    def ticking(self, row: ChatRow, now: float) -> object:
        """The age of the last message."""
        return figures.age(now - row.last_at) if row.last_at else ""

    def ticking_columns(self, width: int) -> range:
        """The age stands at the right."""
        return range(max(0, width - self._ago_cells(width)), width)

    @staticmethod
    def _ago_cells(width: int) -> int:
        return AGO if width >= WIDE else AGO_SHORT

    def draw_row(self, row: ChatRow, part: int, width: int, is_cursor: bool) -> Line:
        """The name's line, or the words'."""
        muted = self.row_pen(is_cursor, "list--muted")
        if part == 1:
            return Line().put(" " * PREFIX + fit(row.last_words, width - PREFIX), muted)
        plain = self.row_pen(is_cursor)
        ago_cells = self._ago_cells(width)
        line = Line()
        line.put(glyphs.CURSOR if is_cursor else " ", plain)
        shown = glyphs.OPEN if row.is_open else " "
        line.put(glyphs.CURRENT if row.is_current else shown, self.row_pen(is_cursor, "list--accent"))
        line.put(fit_right(str(row.number) if row.number else "", 2) + " ", plain)
        state = row.ended or (f"typing{glyphs.ELLIPSIS}" if row.typing else "")
        room = width - PREFIX - ago_cells - 1
        state_cells = min(cell_len(state), STATE, max(0, room - 10))
        unread = f"{glyphs.UNREAD}{min(row.unread, 99)}" if row.unread else ""
        name_cells = min(cell_len(row.nick), max(1, room - UNREAD - (state_cells and state_cells + 1)))
        name = self.row_pen(is_cursor, "list--muted" if row.ended else "list--strong")
        line.put(fit(row.nick, name_cells), name)
        line.put(f" {fit(unread, 3)}" if unread else "", self.row_pen(is_cursor, "list--warning"))
        if self.row_height == 1 and not state and not unread:
            spare = width - ago_cells - 2 - line.cells
            line.put(" " + fit(row.last_words, spare) if spare > 6 else "", muted)
        line.pad(width - ago_cells - 1 - state_cells, plain)
        line.put(fit(state, state_cells), self.row_pen(is_cursor, "list--muted"))
        line.pad(width - ago_cells, plain)
        ago = figures.age(self.now - row.last_at) if row.last_at else ""
        return line.put(fit_right(f"{ago} ago" if ago and ago_cells == AGO else ago, ago_cells), muted)
