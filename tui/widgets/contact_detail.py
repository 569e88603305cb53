"""Under the queue: what the row under the cursor has no room for. Always as high, so that nothing jumps."""

from __future__ import annotations

from typing import ClassVar

from textual.strip import Strip

from tui.widgets import glyphs
from tui.widgets.lines import Line, LineWidget, fit, fit_middle
from tui.widgets.queue_words import origin_sign, origin_words
from tui.widgets.rows import QueueRow
from tui.widgets.wrapping import wrap


class ContactDetail(LineWidget):
    """Service, language and origin; the note, or the first words; the page."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"detail--muted", "detail--accent"}

    DEFAULT_CSS = """
    ContactDetail {
        height: 3;
        background: $surface;
        & > .detail--muted { color: $text-muted; }
        & > .detail--accent { color: $text-accent; }
        &:ansi > .detail--muted { text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: QueueRow | None = None

    def show(self, row: QueueRow | None) -> None:
        """Tell of this row."""
        if row is not self._row:
            self._row = row
            self.refresh()

    def lines(self, width: int, height: int) -> list[tuple[str, str]]:
        """Each line with the style it is drawn in."""
        row = self._row
        if row is None or height <= 0 or width <= 0:
            return []
        facts = " · ".join(filter(None, (origin_words(row), row.service, row.lang)))
        told = _wrapped(" ".join(filter(None, (origin_sign(row), facts))), width, 2, "detail--accent")
        page = [(fit_middle(row.page, width), "detail--muted")] if row.page else []
        room = height - len(told) - len(page)
        for text in filter(None, (row.note, row.first_words)):
            quoted = f"{glyphs.QUOTE_OPEN}{text}{glyphs.QUOTE_CLOSE}"
            lines = _wrapped(quoted, width, room, "")
            told += lines
            room -= len(lines)
        return (told + page)[:height]

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        line = Line()
        lines = self.lines(width - 2, self.size.height)
        if y < len(lines):
            text, pen = lines[y]
            style = self.pen(pen) if pen else self.pen()
            line.put(" " + fit(text, width - 2), style)
        return line.strip(width, self.pen())


def _wrapped(text: str, width: int, most: int, pen: str) -> list[tuple[str, str]]:
    """The text in at most so many lines; what is over stands on the last, to be cut."""
    spans = wrap(text, width)
    lines = []
    for at, span in enumerate(spans[: max(0, most)]):
        left_out = at == most - 1 and len(spans) > most
        lines.append((text[span.start :] if left_out else text[span.start : span.end].rstrip(), pen))
    return lines
