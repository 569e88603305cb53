"""The agent's chats: their numbers, what is unread, who is typing, the last words, and how long ago they were
or how long the visitor has waited for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.message import Message

from tui.desk.contact import ContactId
from tui.widgets import figures, glyphs
from tui.widgets.colours import coloured
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit, fit_right
from tui.widgets.rows import ChatRow
from tui.widgets.waits import SIGNS, Urgency, urgency_of

PREFIX = 5
"""Cursor, pane mark, number (two cells) and a space."""
AGO = 7
AGO_SHORT = 5
UNREAD = 4
STATE = 10
WIDE = 34
"""Cells from which the age says "ago"."""

URGENCY_PENS = {
    Urgency.ANSWERED: "list--muted",
    Urgency.WAITS: "list--muted",
    Urgency.YELLOW: "list--warning",
    Urgency.RED: "list--error",
}


class ChatList(LineList[ChatRow]):
    """The agent's chats, two lines a row, one where height is short."""

    HELP = """You are in the list of your chats
    Your chats with the number of messages you have not read, since when the visitor is away, and since
    when they wait for an answer. Enter opens the one under the cursor.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--error"}

    DEFAULT_CSS = """
    ChatList > .list--error { color: $text-error; text-style: bold; }
    """

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
        """The age of the last message or of the question, and whether the chat is idle."""
        return self._state(row, now), self._ago(row, now, AGO)

    def ticking_columns(self, width: int) -> range:
        """State and age stand at the right."""
        return range(max(0, width - self._ago_cells(width) - STATE - 1), width)

    @staticmethod
    def _state(row: ChatRow, now: float) -> str:
        if row.ended:
            return row.ended
        if row.is_letter:
            return "letter"
        if row.away is not None:
            return f"{row.away.word} {figures.age(now - row.away.since)}"
        if row.typing:
            return f"typing{glyphs.ELLIPSIS}"
        return "idle" if row.idle(now) else ""

    @staticmethod
    def _ago(row: ChatRow, now: float, cells: int) -> str:
        """How long the visitor waits, with a sign; else how long ago the last words were."""
        if row.waiting is not None:
            sign = SIGNS[row.waiting.urgency(now)]
            waited = fit_right(figures.age(now - row.waiting.since), 3)
            return f"{sign} {waited}" if cells == AGO else f"{sign}{waited}"
        ago = figures.age(now - row.last_at) if row.last_at else ""
        return f"{ago} ago" if ago and cells == AGO else ago

    @staticmethod
    def _ago_cells(width: int) -> int:
        return AGO if width >= WIDE else AGO_SHORT

    def draw_row(self, row: ChatRow, part: int, width: int, is_cursor: bool) -> Line:
        """The name's line, or the words'."""
        muted = self.row_pen(is_cursor, "list--muted")
        if part == 1:
            tags = "".join(f"#{tag} " for tag in row.tags)
            return Line().put(" " * PREFIX + fit(tags + row.last_words, width - PREFIX), muted)
        plain = self.row_pen(is_cursor)
        ago_cells = self._ago_cells(width)
        line = Line()
        line.put(glyphs.CURSOR if is_cursor else " ", plain)
        shown = glyphs.OPEN if row.is_open else " "
        line.put(glyphs.CURRENT if row.is_current else shown, self.row_pen(is_cursor, "list--accent"))
        line.put(fit_right(str(row.number) if row.number else "", 2) + " ", plain)
        state = self._state(row, self.now)
        room = width - PREFIX - ago_cells - 1
        state_cells = min(cell_len(state), STATE, max(0, room - 10))
        unread = f"{glyphs.UNREAD}{min(row.unread, 99)}" if row.unread else ""
        name_cells = min(cell_len(row.nick), max(1, room - UNREAD - (state_cells and state_cells + 1)))
        name = self.row_pen(is_cursor, "list--muted" if row.ended else "list--strong")
        line.put(fit(row.nick, name_cells), name)
        mark = figures.colour_mark(row.colour)
        if mark and line.cells + 1 + len(mark) <= width - ago_cells - 1 - state_cells - UNREAD:
            tint = coloured(
                plain, row.colour, dark=self.app.current_theme.dark, native=self.app.native_ansi_color
            )
            line.put(" ", plain).put(mark, tint)
        line.put(f" {fit(unread, 3)}" if unread else "", self.row_pen(is_cursor, "list--warning"))
        if self.row_height == 1 and not state and not unread:
            spare = width - ago_cells - 2 - line.cells
            line.put(" " + fit(row.last_words, spare) if spare > 6 else "", muted)
        line.pad(width - ago_cells - 1 - state_cells, plain)
        state_pen = "list--warning" if row.away is not None and not row.ended else "list--muted"
        line.put(fit(state, state_cells), self.row_pen(is_cursor, state_pen))
        line.pad(width - ago_cells, plain)
        pen = URGENCY_PENS[urgency_of(row.waiting, self.now)]
        return line.put(
            fit_right(self._ago(row, self.now, ago_cells), ago_cells), self.row_pen(is_cursor, pen)
        )
