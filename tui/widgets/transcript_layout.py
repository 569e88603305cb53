"""Where each message of a transcript stands: columns, line breaks, separators, heights.

Pure but for the local time zone. Heights of messages never yet looked at are estimates until
:meth:`Layout.measure` or a look at them makes them exact; nothing on the screen but the scrollbar depends
on an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from rich.cells import cell_len

from tui.desk.contact import MessageId, Sender
from tui.widgets import glyphs
from tui.widgets.figures import same_day
from tui.widgets.rows import Delivery, TranscriptRow
from tui.widgets.wrapping import Span, find_links, wrap

TIME = len(" 10:41 ")
GAP = 2
"""Cells between name and text."""
MARK = 3
"""A space and two cells for the delivery mark, in our own messages only."""
NAME_MIN, NAME_MAX = 5, 16
TEXT_MIN = 18
"""Cells of text below which the name goes on a line above it."""
TEXT_MAX = 110
"""Cells of text beyond which lines are tiring to read."""
INDENT = 2
"""Of the text, where names stand above it."""
KEPT = 2000
"""Line breaks kept at once."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How one line is divided."""

    width: int
    stacked: bool
    """Names stand on a line above the text: too narrow for columns."""
    name: int
    text_at: int
    """Column at which text begins."""
    text: int
    """Cells of text a line."""


def columns_for(width: int, name: int) -> Columns:
    """The division of ``width`` when the longest name wants ``name`` cells."""
    name = max(NAME_MIN, min(name, NAME_MAX, width // 4))
    text_at = TIME + name + GAP
    if width - text_at >= TEXT_MIN:
        return Columns(width, False, name, text_at, min(TEXT_MAX, width - text_at))
    return Columns(width, True, max(1, width - TIME), INDENT, max(2, min(TEXT_MAX, width - INDENT)))


class Kind(Enum):
    """What a line of a message shows."""

    DAY = "day"
    UNREAD = "unread"
    NAME = "name"
    TEXT = "text"
    NOT_SENT = "not sent"
    GAP = "gap"
    """An empty line where another speaks."""


class Piece(NamedTuple):
    """One line of a message."""

    kind: Kind
    span: Span = Span(0, 0)
    """The range of the message's text; for TEXT only."""
    first: bool = False
    """Whether time and name stand before it."""


class Message(NamedTuple):
    """One message as lines."""

    pieces: tuple[Piece, ...]
    links: tuple[Span, ...]
    heads: int
    """How many pieces stand above the text; they may come and go without the text changing."""


class Layout:
    """The messages and their lines at one width."""

    def __init__(self) -> None:
        self.rows: Sequence[TranscriptRow] = ()
        self.first_unread: MessageId | None = None
        self.spaced = False
        """Whether a line is left empty where another speaks."""
        self.columns = columns_for(80, 0)
        self._name = 0
        self._heights: list[int] = []
        self._exact = bytearray()
        self._measured_to = 0
        self._kept: dict[int, Message] = {}

    # Changes

    def resize(self, width: int) -> None:
        """Divide anew; every height becomes an estimate."""
        columns = columns_for(width, self._name)
        if columns != self.columns:
            self.columns = columns
            self._kept.clear()
            self._heights = [self._estimate(row) for row in self.rows]
            self._start_measuring()

    def space(self, spaced: bool) -> None:
        """Leave lines empty between speakers, or no longer; every height becomes an estimate."""
        if spaced != self.spaced:
            self.spaced = spaced
            self._kept.clear()
            self._start_measuring()

    def append(self, rows: Sequence[TranscriptRow], count: int) -> None:
        """Take over ``rows``, whose last ``count`` are new and whose others are as before."""
        self.rows = rows
        new = rows[len(rows) - count :]
        self._heights += [self._estimate(row) for row in new]
        self._exact += bytes(count)
        self._widen(new)

    def prepend(self, rows: Sequence[TranscriptRow], count: int) -> None:
        """Take over ``rows``, whose first ``count`` are new and whose others are as before."""
        self.rows = rows
        self._kept.clear()
        self._heights[:0] = [self._estimate(row) for row in rows[:count]]
        self._exact[:0] = bytes(count)
        self._measured_to = 0
        self._touch(count)
        self._widen(rows[:count])

    def replace(self, rows: Sequence[TranscriptRow], start: int) -> None:
        """Take over ``rows``, which are as before up to ``start``."""
        self.rows = rows
        for index in [index for index in self._kept if index >= start]:
            del self._kept[index]
        del self._heights[start:]
        del self._exact[start:]
        self._heights += [self._estimate(row) for row in rows[start:]]
        self._exact += bytes(len(rows) - start)
        self._measured_to = min(self._measured_to, start)
        if start == 0:
            self._name = 0
        self._widen(rows[start:])

    def update(self, rows: Sequence[TranscriptRow], index: int) -> None:
        """Take over ``rows``, of which the one at ``index`` says something else than before."""
        self.rows = rows
        self._touch(index)
        self._touch(index + 1)
        self._widen(rows[index : index + 1])

    def mark_unread(self, first: MessageId | None) -> None:
        """Put the unread separator above this message, or nowhere."""
        if first == self.first_unread:
            return
        before, self.first_unread = self.first_unread, first
        for index in range(len(self.rows) - 1, -1, -1):
            if self.rows[index].id in (before, first):
                self._touch(index)

    def _touch(self, index: int) -> None:
        if index < len(self.rows):
            self._kept.pop(index, None)
            self._exact[index] = 0
            self._measured_to = min(self._measured_to, index)

    def _widen(self, new: Iterable[TranscriptRow]) -> None:
        name = max((name_cells(row) for row in set_of_names(new)), default=0)
        if name > self._name or not self._name:
            self._name = name
            self.resize(self.columns.width)

    def _start_measuring(self) -> None:
        self._exact = bytearray(len(self.rows))
        self._measured_to = 0

    def _estimate(self, row: TranscriptRow) -> int:
        return (1 if self.columns.stacked else 0) + 1 + len(row.text) // self.columns.text

    # Looks

    def message(self, index: int) -> Message:
        """The lines of a message; makes its height exact."""
        found = self._kept.get(index)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[index] = self._lay_out(index)
        self._heights[index] = len(found.pieces)
        self._exact[index] = 1
        return found

    def height(self, index: int) -> int:
        """The exact height of a message in lines."""
        return self._heights[index] if self._exact[index] else len(self.message(index).pieces)

    def lines_of(self, index: int) -> int:
        """The height of a message in lines, or its estimate."""
        return self._heights[index]

    def lines_before(self, index: int) -> int:
        """Lines above a message, estimates included."""
        return sum(self._heights[:index])

    @property
    def lines(self) -> int:
        """Lines of the whole transcript, estimates included."""
        return sum(self._heights)

    def measure(self, count: int) -> bool:
        """Make up to ``count`` more heights exact; False when none is left."""
        index = self._measured_to
        last = min(len(self.rows), index + count)
        while index < last:
            if not self._exact[index]:
                self._heights[index] = len(self._lay_out(index).pieces)
                self._exact[index] = 1
            index += 1
        self._measured_to = index
        return index < len(self.rows)

    def _lay_out(self, index: int) -> Message:
        row = self.rows[index]
        links = find_links(row.text)
        pieces: list[Piece] = []
        if index == 0 or not same_day(self.rows[index - 1].at, row.at):
            pieces.append(Piece(Kind.DAY))
        if row.id == self.first_unread:
            pieces.append(Piece(Kind.UNREAD))
        if self.spaced and index and not pieces and not _same_speaker(self.rows[index - 1], row):
            pieces.append(Piece(Kind.GAP))
        if self.columns.stacked:
            pieces.append(Piece(Kind.NAME, first=True))
        heads = len(pieces)
        spans = wrap(row.text, self.columns.text, links)
        pieces += [
            Piece(Kind.TEXT, span, first=not number and not self.columns.stacked)
            for number, span in enumerate(spans)
        ]
        if row.delivery in (Delivery.FAILED, Delivery.LOST):
            pieces.append(Piece(Kind.NOT_SENT))
        return Message(tuple(pieces), tuple(links), heads)


def _same_speaker(one: TranscriptRow, other: TranscriptRow) -> bool:
    return (one.sender, one.author, one.own) == (other.sender, other.author, other.own)


def shown_name(row: TranscriptRow) -> str:
    """The name that stands before a message."""
    if row.sender is Sender.SYSTEM:
        return ""
    who = "me" if row.own else row.author
    if row.sender is not Sender.NOTE:
        return who
    return f"{MARKS_OF_NOTES.get(row.delivery, glyphs.NOTE)} note {who}"


def name_cells(row: TranscriptRow) -> int:
    """Cells that the name and the delivery mark of a message want."""
    return cell_len(shown_name(row)) + (MARK if row.sender is Sender.AGENT else 0)


MARKS_OF_NOTES = {Delivery.FAILED: glyphs.FAILED, Delivery.LOST: glyphs.FAILED}


def set_of_names(rows: Iterable[TranscriptRow]) -> list[TranscriptRow]:
    """One row of each name."""
    return list({(row.sender, row.author, row.own): row for row in rows}.values())
