"""What the mouse has selected in a transcript, and the text that is copied. Pure.

Textual keeps a selection as two offsets (x, y). Here y names a line of a message by the message's serial, so
that it stays what it is while others come; x counts characters of that line's text, below zero before it.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.selection import Selection

from tui.widgets import figures
from tui.widgets.transcript_layout import Kind, Layout, shown_name
from tui.widgets.wrapping import Span

LINE_BITS = 16
HEADS = 8
"""Keys kept for separators, which may come and go while the text keeps its keys."""
FAR = 1 << 60


def line_key(serial: int, line: int) -> int:
    """The y that names a line of a message: 0 its first line of text, below zero a separator above it."""
    return serial << LINE_BITS | max(0, min(line + HEADS, (1 << LINE_BITS) - 1))


class Marked(NamedTuple):
    """From (y, x) to before (y, x)."""

    start: tuple[int, int]
    end: tuple[int, int]

    @classmethod
    def of(cls, selection: Selection) -> Marked:
        """The same as Textual tells it; an open end reaches as far as there is text."""
        start, end = selection
        return cls(
            (-FAR, 0) if start is None else (start.y, start.x),
            (FAR, 0) if end is None else (end.y, end.x),
        )

    def in_line(self, key: int, span: Span) -> Span | None:
        """The part of a line's text that is selected, as a range of the message's text."""
        (start_y, start_x), (end_y, end_x) = self
        if not start_y <= key <= end_y:
            return None
        begin = span.start + max(0, start_x) if key == start_y else span.start
        end = span.start + max(0, end_x) if key == end_y else span.end
        begin, end = max(span.start, begin), min(span.end, end)
        return Span(begin, end) if begin < end else None


def copied(layout: Layout, marked: Marked, first_serial: int) -> str:
    """The selected text. Of one message just the words; of several each with its time and name before it."""
    first = max(0, (marked.start[0] >> LINE_BITS) - first_serial)
    last = min(len(layout.rows) - 1, (marked.end[0] >> LINE_BITS) - first_serial)
    parts: list[tuple[int, str]] = []
    for index in range(first, last + 1):
        message = layout.message(index)
        found = [
            span
            for number, piece in enumerate(message.pieces)
            if piece.kind is Kind.TEXT
            and (span := marked.in_line(line_key(first_serial + index, number - message.heads), piece.span))
        ]
        if found:
            parts.append((index, layout.rows[index].text[found[0].start : found[-1].end]))
    if len(parts) == 1:
        return parts[0][1]
    return "\n".join(
        f"{figures.hour_and_minute(layout.rows[index].at)} {shown_name(layout.rows[index]) or '-'}: {text}"
        for index, text in parts
    )


def word_around(text: str, character: int) -> Span:
    """The word at a character."""
    start = end = character
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, end)
