"""Contacts of the past, one a row: when, who, what came of it, and the words for which it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.message import Message

from tui.desk.contact import ContactId
from tui.text import CleanText
from tui.widgets import glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit
from tui.widgets.wrapping import Span

PREFIX = 2
NAME_MAX = 24
BEFORE_HIT = 16
"""Characters that are left in front of the first hit when the words have no room."""


@dataclass(frozen=True, slots=True)
class PastRow:
    """One contact."""

    id: ContactId
    when: str
    """Day and hour, always as long."""
    name: CleanText
    """The visitor's, or where all are of one visitor what came of it."""
    facts: CleanText
    """Service, agent, tags and the like, as far as there are any."""
    words: CleanText
    marks: tuple[Span, ...] = ()
    """What of the words was looked for."""


class PastList(LineList[PastRow]):
    """Contacts of the past, two lines a row, one where height is short."""

    HELP = """You are in a list of contacts
    Each with its day, visitor, agent and outcome; below it the words it is listed for. Enter opens the
    whole transcript.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--hit"}

    DEFAULT_CSS = """
    PastList > .list--hit { text-style: bold underline; }
    """

    @dataclass
    class PastChosen(Message):
        """The agent wants to read this contact (Enter, double click)."""

        id: ContactId

    def key_of(self, row: PastRow) -> ContactId:
        """A contact's id."""
        return row.id

    def post_chosen(self, key: ContactId) -> None:
        """Say that the agent wants to read this contact."""
        self.post_message(self.PastChosen(key))

    def ticking(self, row: PastRow, now: float) -> object:
        """Nothing changes with time."""
        return None

    def draw_row(self, row: PastRow, part: int, width: int, is_cursor: bool) -> Line:
        """When, who and what came of it; below it the words."""
        plain, muted = self.row_pen(is_cursor), self.row_pen(is_cursor, "list--muted")
        line = Line()
        if part == 0:
            line.put(f"{glyphs.CURSOR if is_cursor else ' '} ", plain)
            line.put(f"{row.when}  ", muted)
            name = fit(row.name, max(1, min(NAME_MAX, cell_len(row.name), width - line.cells)))
            line.put(name, self.row_pen(is_cursor, "list--strong"))
            if self.row_height == 2:
                return line.put(fit(f"  {row.facts}", max(0, width - line.cells)), muted)
            line.put("  ", plain)
        else:
            line.put(" " * (PREFIX + len(row.when) + 2) if width >= 60 else " " * PREFIX, plain)
        self._put_words(line, row, width - line.cells, muted, muted + self.row_pen(is_cursor, "list--hit"))
        return line

    @staticmethod
    def _put_words(line: Line, row: PastRow, room: int, plain: Style, hit: Style) -> None:
        """The words with their marks, from a little before the first of them."""
        text = row.words.replace("\n", " ")
        first = row.marks[0].start if row.marks else 0
        begin = max(0, first - BEFORE_HIT) if cell_len(text[: first + BEFORE_HIT]) > room else 0
        if begin:
            room -= 1
            line.put(glyphs.ELLIPSIS, plain)
        cuts = sorted({begin, len(text), *(c for mark in row.marks for c in mark if begin < c < len(text))})
        for start, stop in pairwise(cuts):
            style = hit if any(mark.start <= start < mark.end for mark in row.marks) else plain
            piece = text[start:stop]
            if cell_len(piece) > room:
                line.put(set_cell_size(piece, max(0, room - 1)) + glyphs.ELLIPSIS if room > 0 else "", style)
                return
            line.put(piece, style)
            room -= cell_len(piece)
