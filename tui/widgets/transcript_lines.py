"""How the lines of a transcript are drawn. Which ones, and what keys and mouse do, is in ``transcript``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tui.desk.contact import Sender
from tui.text import CleanText
from tui.widgets import figures, glyphs
from tui.widgets.lines import Line, LineWidget, fit, fit_right, thumb
from tui.widgets.rows import Delivery, TranscriptRow
from tui.widgets.transcript_find import Finding
from tui.widgets.transcript_layout import MARK, TIME, Kind, Layout, Piece, shown_name
from tui.widgets.transcript_selection import Marked, line_key
from tui.widgets.viewport import Place, Viewport
from tui.widgets.wrapping import Span

MARKS = {
    Delivery.NONE: "",
    Delivery.SENDING: glyphs.SENDING,
    Delivery.FAILED: glyphs.FAILED,
    Delivery.LOST: glyphs.FAILED,
    Delivery.UNRECEIVED: glyphs.UNRECEIVED,
    Delivery.SENT: glyphs.SENT,
    Delivery.SEEN: glyphs.SEEN,
}
MARK_PENS = {
    Delivery.FAILED: "transcript--failed",
    Delivery.LOST: "transcript--failed",
    Delivery.UNRECEIVED: "transcript--new",
}
NOT_SENT = {Delivery.FAILED: "(kept, to be sent again)", Delivery.LOST: "(not sent)"}
TEXT_PENS = {Sender.SYSTEM: "transcript--system", Sender.NOTE: "transcript--note"}


class TranscriptLines(LineWidget):
    """The lines in the window, the line at the bottom and the scrollbar."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--muted",
        "transcript--visitor",
        "transcript--own",
        "transcript--system",
        "transcript--failed",
        "transcript--note",
        "transcript--new",
        "transcript--selection",
        "transcript--hit",
        "transcript--hit-now",
        "transcript--bar",
    }

    DEFAULT_CSS = """
    TranscriptLines {
        height: 1fr;
        color: $foreground;
        & > .transcript--muted { color: $text-muted; }
        & > .transcript--visitor { color: $text-accent; text-style: bold; }
        & > .transcript--own { color: $text-primary; }
        & > .transcript--system { color: $text-muted; text-style: italic; }
        & > .transcript--failed { color: $text-error; text-style: bold; }
        & > .transcript--note { color: $text-warning; background: $warning 15%; }
        &:ansi > .transcript--note { text-style: italic; }
        & > .transcript--new { color: $text-warning; text-style: bold; }
        & > .transcript--selection {
            background: $screen-selection-background;
            color: $screen-selection-foreground;
        }
        & > .transcript--hit { background: $warning 25%; text-style: underline; }
        & > .transcript--hit-now { background: $warning; color: $background; text-style: bold underline; }
        & > .transcript--bar { color: $scrollbar; }
        &:ansi > .transcript--muted { text-style: dim; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layout_of = Layout()
        self._view = Viewport(self._layout_of)
        self._places: list[Place] | None = None
        self._thumb: range | None = None
        self._first_serial = 1 << 20
        """The serial of message 0; falls when older ones come before it, so that a selection holds."""
        self._typing: CleanText | None = None
        self._unseen = 0
        self._finding = Finding("", ())

    @property
    def rows(self) -> Sequence[TranscriptRow]:
        """The rows as given."""
        return self._layout_of.rows

    def _redraw(self) -> None:
        self._places = self._thumb = None
        self.refresh()

    @property
    def _text_height(self) -> int:
        height = self.size.height
        return height - 1 if height > 2 else height

    def _visible(self) -> list[Place]:
        if self._places is None:
            self._places = self._view.visible()
        return self._places

    def render_line(self, y: int) -> Strip:
        """One line of a message, a separator, or the line at the bottom."""
        width = self.size.width
        plain = self.pen()
        if y >= self._text_height:
            line, offset = self._bottom_line(width - 1), (1 << 16, self._last_key())
        else:
            places = self._visible()
            if y < len(places):
                return self._text_line(places[y], y, plain)
            line, offset = Line(), (0, line_key(self._first_serial + len(self.rows), 0))
        strip = line.strip(width - 1, plain).apply_offsets(*offset)
        return Strip.join([strip, self._bar(y).strip(1, plain)])

    def _last_key(self) -> int:
        places = self._visible()
        return self._key(places[-1]) if places else line_key(self._first_serial, 0)

    def _key(self, place: Place) -> int:
        heads = self._layout_of.message(place.message).heads
        return line_key(self._first_serial + place.message, place.line - heads)

    def _text_line(self, place: Place, y: int, plain: Style) -> Strip:
        row = self.rows[place.message]
        message = self._layout_of.message(place.message)
        piece = message.pieces[place.line]
        width = self.size.width - 1
        line = Line()
        before = 0
        if piece.kind is Kind.GAP:
            pass
        elif piece.kind is Kind.DAY:
            self._rule(line, figures.day_name(row.at), width, self.pen("transcript--muted"))
        elif piece.kind is Kind.UNREAD:
            self._rule(line, "new", width, self.pen("transcript--new"))
        elif piece.kind is Kind.NOT_SENT:
            line.pad(self._layout_of.columns.text_at, plain)
            room = width - line.cells
            line.put(fit(NOT_SENT[row.delivery], room) if room > 0 else "", self.pen("transcript--failed"))
        else:
            before = self._put_prefix(line, row, piece, plain, self._is_hit(place, piece))
            if piece.kind is Kind.TEXT:
                self._put_text(line, row, piece.span, message.links, self._marked(place, piece))
        strip = line.strip(width, plain).apply_offsets(-before, self._key(place))
        return Strip.join([strip, self._bar(y).strip(1, plain)])

    def _is_hit(self, place: Place, piece: Piece) -> bool:
        """Whether the hit that is looked at begins on this line."""
        now = self._finding.now
        if now is None or now.message != place.message or piece.kind is not Kind.TEXT:
            return False
        return piece.span.start <= now.span.start < piece.span.end

    def _put_prefix(self, line: Line, row: TranscriptRow, piece: Piece, plain: Style, is_hit: bool) -> int:
        """Time and sender, or the indent. Returns its length in characters."""
        columns = self._layout_of.columns
        margin = glyphs.CURSOR if is_hit else " "
        if not piece.first:
            line.put(margin, plain).pad(columns.text_at, plain)
            return columns.text_at
        muted = self.pen("transcript--muted")
        time = f"{margin}{figures.hour_and_minute(row.at)} ".ljust(TIME)
        name = shown_name(row)
        line.put(time, muted)
        if row.sender is Sender.SYSTEM:
            shown = fit(glyphs.SYSTEM, columns.name)
            line.put(shown, muted)
        elif row.sender is Sender.NOTE:
            name = fit(name, columns.name)
            line.put(name, self.pen("transcript--note", "transcript--new"))
            shown = name
        elif row.sender is Sender.VISITOR:
            shown = fit(name, columns.name)
            line.put(shown, self.pen("transcript--visitor"))
        else:
            room = max(1, columns.name - MARK)
            name = fit(name, min(room, cell_len(name)) if columns.stacked else room)
            mark = fit_right(MARKS[row.delivery], MARK)
            line.put(name, self.pen("transcript--own"))
            line.put(mark, self.pen(MARK_PENS.get(row.delivery, "transcript--muted")))
            shown = name + mark
        if piece.kind is Kind.NAME:
            return len(time) + len(shown)
        gap = " " * (columns.text_at - line.cells)
        line.put(gap, plain)
        return len(time) + len(shown) + len(gap)

    def _put_text(
        self, line: Line, row: TranscriptRow, span: Span, links: tuple[Span, ...], marked: Span | None
    ) -> None:
        """The text of one line, links underlined, what is selected marked."""
        style = self.pen(*(TEXT_PENS[row.sender],) if row.sender in TEXT_PENS else ())
        end = span.end
        room = self._layout_of.columns.text
        text = row.text[span.start : end]
        if cell_len(text) > room:
            text = text.rstrip()
            end = span.start + len(text)
        cuts = {span.start, end}
        found, now = self._finding.spans(row.id), self._hit_now(row)
        for other in (*links, *([marked] if marked else []), *found):
            cuts.update(cut for cut in other if span.start < cut < end)
        selection = self.pen("transcript--selection")
        for start, stop in pairwise(sorted(cuts)):
            this = style
            if any(link.start <= start < link.end for link in links):
                this += Style(underline=True)
            if any(hit.start <= start < hit.end for hit in found):
                this += self.pen("transcript--hit")
            if now and now.start <= start < now.end:
                this += self.pen("transcript--hit-now")
            if marked and marked.start <= start < marked.end:
                this += selection
            line.put(row.text[start:stop], this)

    def _hit_now(self, row: TranscriptRow) -> Span | None:
        now = self._finding.now
        if now is None or now.message >= len(self.rows) or self.rows[now.message].id != row.id:
            return None
        return now.span

    def _rule(self, line: Line, word: str, width: int, style: Style) -> None:
        word = f" {word} "
        side = max(0, (width - cell_len(word)) // 2)
        line.put(fit(glyphs.RULE * side + word + glyphs.RULE * width, width)[:-1] + glyphs.RULE, style)

    def _bottom_line(self, width: int) -> Line:
        hint = "" if self._view.at_end else f"{glyphs.MORE_BELOW} {self._hint_words()}  End "
        room = width - cell_len(hint)
        typing = f" {self._typing} is typing{glyphs.ELLIPSIS}" if self._typing else ""
        line = Line().put(fit(typing, room), self.pen("transcript--muted"))
        return line.put(hint if room >= 0 else "", self.pen("transcript--new"))

    def _hint_words(self) -> str:
        return f"{self._unseen} new" if self._unseen else "more"

    def _bar(self, y: int) -> Line:
        if self._thumb is None:
            height = self._text_height
            self._thumb = thumb(self._view.position, height, self._layout_of.lines, height)
        return Line().put(glyphs.THUMB if y in self._thumb else " ", self.pen("transcript--bar"))

    def _marked(self, place: Place, piece: Piece) -> Span | None:
        selection = self.text_selection if self.is_attached else None
        return None if selection is None else Marked.of(selection).in_line(self._key(place), piece.span)
