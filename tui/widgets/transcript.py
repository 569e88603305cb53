"""The transcript of one chat: 10,000 messages at the cost of those on the screen.

It stays at the end unless the agent has scrolled up; then it stays where he reads and says how many messages
have come below. The last line of the widget is kept for "is typing" and for that hint, so that neither moves
the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import get_character_cell_size
from textual import events
from textual import message as messages
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.selection import Selection
from textual.timer import Timer

from tui.desk.contact import MessageId
from tui.text import CleanText
from tui.widgets.lines import position_for
from tui.widgets.rows import TranscriptRow
from tui.widgets.transcript_layout import Kind
from tui.widgets.transcript_lines import TranscriptLines
from tui.widgets.transcript_selection import Marked, copied, word_around
from tui.widgets.viewport import Place
from tui.widgets.wrapping import Span

WHEEL_LINES = 3
SPACED_FROM = 20
"""Lines of height from which, where it is comfortable, a line is left empty when another speaks."""
MEASURED_AT_ONCE = 100
MEASURE_EVERY = 1 / 30
SAME = 256
"""Rows compared at once when looking for the first that differs."""


class Transcript(TranscriptLines, can_focus=True):
    """Messages with time, sender, delivery state, links, separators and selection."""

    @dataclass
    class LinkChosen(messages.Message):
        """The agent clicked a link."""

        url: str

    HELP = """You are in a conversation
    What was said, oldest first; older messages are above. Words marked with the mouse are copied with
    Ctrl+C.
    """
    FOCUS_ON_CLICK = False
    """A click here leaves the agent where he writes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "lines(-1)", "Scroll", show=False),
        Binding("down", "lines(1)", "Scroll", show=False),
        Binding("pageup", "page(-1)", "Scroll a page", show=False),
        Binding("pagedown", "page(1)", "Scroll a page", show=False),
        Binding("home", "start", "To the first message", show=False),
        Binding("end", "end", "To the last message", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._measuring: Timer | None = None
        self._dragging = False

    # What the owner gives and asks

    def set_rows(self, rows: Sequence[TranscriptRow], first_unread: MessageId | None = None) -> None:
        """Show these messages, oldest first, with the unread separator above ``first_unread``.

        Cheap when rows are added at either end or a few of them change. A message of our own that is added
        takes the window to the end.
        """
        before = self._layout_of.rows
        if rows is not before:
            self._take_over(before, rows)
        if first_unread != self._layout_of.first_unread:
            held = self._view.held()
            self._layout_of.mark_unread(first_unread)
            self._view.hold(*held)
            self._redraw()
        self._measure_later()

    def _take_over(self, before: Sequence[TranscriptRow], rows: Sequence[TranscriptRow]) -> None:
        common = min(len(before), len(rows))
        differs = first_difference(before, rows)
        added = len(rows) - len(before)
        if differs == common and added >= 0:
            if added:
                self._appended(rows, added)
            else:
                self._layout_of.rows = rows
        elif added == 0 and self._updated(before, rows, differs):
            pass
        elif added > 0 and differs == 0 and first_difference(before, rows[added:]) == len(before):
            held, character = self._view.held()
            self._layout_of.prepend(rows, added)
            self._first_serial -= added
            self._view.hold(held + added, character)
            self._redraw()
        else:
            self._replaced(before, rows, differs)

    def _appended(self, rows: Sequence[TranscriptRow], count: int) -> None:
        self._layout_of.append(rows, count)
        new = rows[len(rows) - count :]
        if any(row.own for row in new):
            self._view.to_end()
        self._unseen = 0 if self._view.at_end else self._unseen + count
        self._redraw()

    def _updated(self, before: Sequence[TranscriptRow], rows: Sequence[TranscriptRow], start: int) -> bool:
        """Take over rows with the same ids, of which a few say something else; False when it is not so."""
        changed: list[int] = []
        for index in range(start, len(rows)):
            if before[index] != rows[index]:
                if before[index].id != rows[index].id:
                    return False
                changed.append(index)
        held = self._view.held()
        for index in changed:
            self._layout_of.update(rows, index)
        self._view.hold(*held)
        self._redraw()
        return True

    def _replaced(self, before: Sequence[TranscriptRow], rows: Sequence[TranscriptRow], start: int) -> None:
        held, character = self._view.held()
        held_id = before[held].id if before else None
        self._layout_of.replace(rows, start)
        if start == 0:
            self._drop_selection()
        if held >= start:
            found = next((index for index, row in enumerate(rows) if row.id == held_id), None)
            if found is None and start == 0:
                self._view.to_end()  # another chat
            held = held if found is None else found
        self._view.hold(held, character)
        if any(row.own for row in rows[len(before) :]):
            self._view.to_end()
        self._unseen = 0 if self._view.at_end else self._unseen + max(0, len(rows) - len(before))
        self._redraw()

    def set_typing(self, who: CleanText | None) -> None:
        """Show that someone is typing, on the line kept for it; None: nobody."""
        if who != self._typing:
            self._typing = who
            if self.is_mounted:
                self.refresh(Region(0, self.size.height - 1, self.size.width, 1))

    @property
    def at_end(self) -> bool:
        """Whether the last message is in sight, so that what comes is seen."""
        return self._view.at_end

    def links(self) -> tuple[str, ...]:
        """Every link, oldest first, each once; for the owner to show and to copy."""
        found: dict[str, None] = {}
        for index, row in enumerate(self.rows):
            if "://" in row.text or "ww." in row.text.lower():
                for start, end in self._layout_of.message(index).links:
                    found.setdefault(row.text[start:end])
        return tuple(found)

    # Measuring what is out of sight, a little at a time

    def _measure_later(self) -> None:
        if self._measuring is None and self.is_mounted:
            self._measuring = self.set_interval(MEASURE_EVERY, self._measure_some)

    def _measure_some(self) -> None:
        if not self._layout_of.measure(MEASURED_AT_ONCE) and self._measuring is not None:
            self._measuring.stop()
            self._measuring = self._thumb = None
            self.refresh(Region(self.size.width - 1, 0, 1, self.size.height))

    def on_mount(self) -> None:
        """Measure what was given before."""
        self._measure_later()

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines anew; the line at the top, or the end, stays where it is."""
        held = self._view.held()
        columns = self._layout_of.columns
        self._layout_of.resize(max(1, event.size.width - 2))
        self._layout_of.space(self._spaced)
        self._view.height = self._text_height
        if columns != self._layout_of.columns:
            self._drop_selection()
        self._view.hold(*held)
        self._redraw()
        self._measure_later()

    @property
    def _spaced(self) -> bool:
        return self.comfortable and self.size.height >= SPACED_FROM

    def density_changed(self) -> None:
        """Leave lines empty between speakers, or no longer; what is read stays where it is."""
        held = self._view.held()
        self._layout_of.space(self._spaced)
        self._view.hold(*held)
        self._redraw()
        self._measure_later()

    # Keys and mouse

    def _moved(self) -> None:
        if self._view.at_end:
            self._unseen = 0
        self._redraw()

    def action_lines(self, by: int) -> None:
        """Scroll by lines."""
        self._view.scroll(by)
        self._moved()

    def action_page(self, by: int) -> None:
        """Scroll by windows, less two lines to read on from."""
        self._view.scroll(by * max(1, self._text_height - 2))
        self._moved()

    def action_start(self) -> None:
        """Go to the first message."""
        self._view.to_start()
        self._moved()

    def action_end(self) -> None:
        """Go to the last message."""
        self._view.to_end()
        self._moved()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        self.action_lines(WHEEL_LINES)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        self.action_lines(-WHEEL_LINES)
        event.stop()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the scrollbar."""
        if event.x == self.size.width - 1 and self._layout_of.lines > self._text_height:
            self._dragging = True
            self.capture_mouse()
            self.screen.clear_selection()
            self._drag_to(event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scrollbar; scroll when a selection is drawn to an edge."""
        if self._dragging:
            self._drag_to(event.y)
        elif event.button and self.text_selection is not None:
            if event.y <= 0:
                self.action_lines(-1)
            elif event.y >= self._text_height - 1 and not self._view.at_end:
                self.action_lines(1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the scrollbar go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _drag_to(self, y: int) -> None:
        height = self._text_height
        self._view.go_to_line(position_for(y, height, self._layout_of.lines, height))
        self._moved()

    def on_click(self, event: events.Click) -> None:
        """A click chooses a link or the hint; two select a word, three a message."""
        event.prevent_default()
        if event.y >= self._text_height:
            self.action_end()
            return
        found = self._character_at(event.x, event.y)
        if found is None or event.x >= self.size.width - 1:
            return
        index, character = found
        row = self.rows[index]
        if event.chain >= 2:
            span = word_around(row.text, character) if event.chain == 2 else Span(0, len(row.text))
            self._select(index, span)
        elif self.text_selection is None:
            for link in self._layout_of.message(index).links:
                if link.start <= character < link.end:
                    self.post_message(self.LinkChosen(row.text[link.start : link.end]))

    def _character_at(self, x: int, y: int) -> tuple[int, int] | None:
        """(message, character) under the pointer, if it is over a text."""
        places = self._visible()
        if y >= len(places):
            return None
        index, number = places[y]
        piece = self._layout_of.message(index).pieces[number]
        cell = self._layout_of.columns.text_at
        if piece.kind is Kind.TEXT and x >= cell:
            for character in range(piece.span.start, piece.span.end):
                cell += get_character_cell_size(self.rows[index].text[character])
                if x < cell:
                    return index, character
        return None

    # Selection

    def _select(self, index: int, span: Span) -> None:
        pieces = self._layout_of.message(index).pieces
        ends = []
        for character, is_end in ((span.start, False), (span.end, True)):
            for number, piece in enumerate(pieces):
                if piece.kind is Kind.TEXT and piece.span.start <= character - is_end < piece.span.end:
                    ends.append(Offset(character - piece.span.start, self._key(Place(index, number))))
        if len(ends) == 2:
            self.screen.selections = {self: Selection(*ends)}

    def _drop_selection(self) -> None:
        if self.is_attached and self.text_selection is not None:
            self.screen.clear_selection()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written, without our line breaks; of several messages, with names."""
        text = copied(self._layout_of, Marked.of(selection), self._first_serial)
        return (text, "\n") if text else None


def first_difference(one: Sequence[TranscriptRow], other: Sequence[TranscriptRow]) -> int:
    """The first index at which the rows differ; the shorter length when they do not."""
    common = min(len(one), len(other))
    start = 0
    while start < common and one[start : start + SAME] == other[start : start + SAME]:
        start += SAME
    start = min(start, common)
    while start < common and one[start] == other[start]:
        start += 1
    return start
