"""The rows of the list of abbreviations: those in force in the chat first, then all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.message import Message

from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
from tui.text import clean_line, first_words
from tui.typed.abbreviations import Abbreviation, Place, Scope, every, in_force
from tui.widgets import glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit

NAME_CELLS = 16
SCOPE_CELLS = 12


@dataclass(frozen=True, slots=True)
class TextRow:
    """One abbreviation."""

    abbreviation: Abbreviation
    in_force: bool
    """Whether its name means this text in the open chat."""


def rows_of(settings: Settings, contact: Contact | None) -> list[TextRow]:
    """All of them by name, those in force with this contact first; without a contact all count the same."""
    known = every(settings)
    here = in_force(settings, contact.service, contact.lang) if contact is not None else None
    rows = [TextRow(one, here is None or here.get(one.name) == one) for one in known]
    return sorted(rows, key=lambda row: (not row.in_force, row.abbreviation.name.casefold()))


def matching(rows: Sequence[TextRow], words: str) -> list[TextRow]:
    """Those that hold all these words, in name, text or place; names that begin so come first."""
    wanted = words.casefold().split()

    def holds(row: TextRow) -> bool:
        one = row.abbreviation
        told = f"{one.name} {one.text} {one.scope.name}".casefold()
        return all(word in told for word in wanted)

    def begins(row: TextRow) -> bool:
        return bool(wanted) and row.abbreviation.name.casefold().lstrip("_").startswith(wanted[0].lstrip("_"))

    found = [row for row in rows if holds(row)]
    return sorted(found, key=lambda row: (not row.in_force, not begins(row)))


def scope_words(scope: Scope) -> str:
    """For whom it is, in one or two words."""
    return "everybody" if scope.place is Place.ALL else clean_line(scope.name)


class TextList(LineList[TextRow], can_focus=False):
    """The rows. The keyboard stays in the search above it, which moves the cursor here."""

    @dataclass
    class TextChosen(Message):
        """An abbreviation is to be inserted."""

        key: str

    @dataclass
    class TextHighlighted(Message):
        """The cursor has come to this abbreviation."""

        key: str

    @property
    def row_height(self) -> int:
        """One line."""
        return 1

    def key_of(self, row: TextRow) -> ContactId:
        """Its key in the settings."""
        return ContactId(row.abbreviation.key)

    def ticking(self, row: TextRow, now: float) -> object:
        """Nothing changes with time alone."""
        return None

    def post_chosen(self, key: ContactId) -> None:
        """Say that it is to be inserted."""
        self.post_message(self.TextChosen(key))

    def post_highlighted(self, key: ContactId) -> None:
        """Say where the cursor is."""
        self.post_message(self.TextHighlighted(key))

    @property
    def current(self) -> TextRow | None:
        """The row under the cursor."""
        return self._rows[self._at[self._cursor]] if self._cursor in self._at and self._cursor else None

    def row_pen(self, is_cursor: bool, *names: str) -> Style:
        """The cursor is always the one that keys move, though the keyboard is in the search."""
        if not is_cursor:
            return self.pen(*names)
        return self.pen("list--cursor")

    def draw_row(self, row: TextRow, part: int, width: int, is_cursor: bool) -> Line:
        """Name, for whom, and how the text begins; what is not in force here is drawn back."""
        one = row.abbreviation
        quiet = () if row.in_force else ("list--muted",)
        line = Line().put(f" {glyphs.CURSOR if is_cursor else ' '} ", self.row_pen(is_cursor, *quiet))
        line.put(fit(one.name, NAME_CELLS), self.row_pen(is_cursor, *(quiet or ("list--strong",))))
        line.put("  ", self.row_pen(is_cursor))
        line.put(fit(scope_words(one.scope), SCOPE_CELLS), self.row_pen(is_cursor, "list--muted"))
        room = width - line.cells - 2
        line.put("  ", self.row_pen(is_cursor))
        return line.put(fit(first_words(one.text, max(room, 8)), room), self.row_pen(is_cursor, *quiet))
