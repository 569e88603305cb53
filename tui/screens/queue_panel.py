"""The queue on the main screen: its rows, the filter over them, and more about the row under the cursor."""

from __future__ import annotations

import time

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.desk.contact import ContactId
from tui.link.view import View
from tui.screens.queue_filter import FilterField, QueueFilter
from tui.screens.queue_rows import QueueRows
from tui.widgets.contact_detail import ContactDetail
from tui.widgets.keyboard import give_keyboard
from tui.widgets.queue_list import QueueList
from tui.widgets.rows import QueueRow

DETAIL = ((24, 5), (13, 3))
"""Lines of the panel's height from which so many are for the row under the cursor."""


class QueuePanel(Vertical):
    """Give it views with :meth:`show`; the list itself is ``queue``."""

    DEFAULT_CSS = """
    QueuePanel { height: 2fr; & .hidden { display: none; } }
    """

    def __init__(self, queue: QueueList) -> None:
        super().__init__(id="queue-panel")
        self.queue = queue
        queue.open_filter = self.filter
        self.field = FilterField()
        self.detail = ContactDetail(id="queue-detail")
        self.slipped_at = float("-inf")
        """When the row under the cursor last went from under it."""
        self._filter = QueueFilter()
        self._made = QueueRows()
        self._rows: list[QueueRow] = []
        self._view: View | None = None
        self._lines = 0
        """Of the detail; 0: there is no room for it."""
        self._only_starred = False
        """Whether only contacts addressed to the agent alone are shown, as he is paused."""

    def compose(self) -> ComposeResult:
        """The field stands above the list while it is written in."""
        yield self.field
        yield self.queue
        yield self.detail

    def show(self, view: View, now: float | None = None) -> None:
        """Draw this view's queue; as at ``now``, or when the view was made."""
        self._view = view
        before = self.queue.cursor
        self._rows = self._made.update(view, now)
        self._only_starred = view.desk.paused and not view.settings.queue.show_when_paused
        self._draw()
        if before is not None and self.queue.cursor != before:
            self.slipped_at = time.monotonic()

    def tick(self, now: float) -> None:
        """Once a second: the clocks, and who counts as away from now on."""
        if self._view is not None and now >= self._made.next_absence:
            self.show(self._view, now)
        self.queue.tick(now)

    def _draw(self) -> None:
        rows, unshown = self._rows, ""
        if self._only_starred:
            rows = [row for row in self._rows if row.starred]
            if len(rows) < len(self._rows):
                unshown = f"{len(self._rows) - len(rows):,} hidden (paused)"
        shown, hidden = self._filter.parted(rows)
        self.queue.told(self._filter.words, hidden, unshown)
        self.queue.set_rows(shown)
        self._draw_detail()

    def _draw_detail(self) -> None:
        self.detail.display = bool(self._lines and self.queue.rows)
        self.detail.show(self.queue.find(self.queue.cursor))

    def bring(self, contact: ContactId) -> None:
        """Put the cursor on this contact; a filter that hides it is over."""
        if self.queue.find(contact) is None:
            self.show_everybody()
        self.queue.move_to(contact)

    def hides(self, contact: ContactId) -> bool:
        """Whether the filter leaves this contact out."""
        return bool(self._filter.words) and self.queue.find(contact) is None and not self._only_starred

    @property
    def filter_words(self) -> str:
        """By which words the rows are chosen; empty when all are shown."""
        return self._filter.words

    def filter(self, words: str = "") -> None:
        """Let the agent say who shall be shown, or show those that hold these words."""
        if words:
            self.field.value = words
            give_keyboard(self.queue)
        else:
            self.field.open()

    def show_everybody(self) -> None:
        """No filter any more."""
        with self.field.prevent(FilterField.Changed):
            self.field.value = ""
        self._use("")

    def _use(self, words: str) -> None:
        self._filter.use(words)
        self._draw()

    @on(QueueList.FilterWanted)
    def _filter_wanted(self, event: QueueList.FilterWanted) -> None:
        event.stop()
        if event.everybody:
            self.show_everybody()
        else:
            self.filter()

    @on(FilterField.Narrowed)
    def _narrowed(self, event: FilterField.Narrowed) -> None:
        event.stop()
        self._use(event.words)

    @on(FilterField.Left)
    def _left(self, event: FilterField.Left) -> None:
        event.stop()
        give_keyboard(self.queue)

    @on(QueueList.ContactHighlighted)
    def _highlighted(self) -> None:
        self._draw_detail()

    def on_resize(self, event: events.Resize) -> None:
        """More or less room for what is told of one row."""
        lines = next((lines for least, lines in DETAIL if event.size.height >= least), 0)
        self._lines = self.detail.styles.height = lines
        self._draw_detail()
