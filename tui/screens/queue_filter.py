"""Narrows the pending queue to the rows that hold the agent's words; the ring knows nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tui.desk.contact import ContactId
from tui.text import clean_line
from tui.widgets.keyboard import give_keyboard
from tui.widgets.queue_words import origin_words
from tui.widgets.rows import Arrival, QueueRow

FIELDS = ("name", "service", "lang", "page", "from", "words")
"""What may stand before a colon, as in ``lang:it``."""


class QueueFilter:
    """Which rows hold all the words; each row is looked at once until it changes."""

    def __init__(self) -> None:
        self.words = ""
        self._wanted: tuple[tuple[str, str], ...] = ()
        """(field or nothing, word)."""
        self._judged: dict[ContactId, tuple[QueueRow, bool]] = {}

    def use(self, words: str) -> None:
        """Go by these words from now on; none show everybody."""
        self.words = clean_line(words)
        self._wanted = tuple(map(_split, self.words.casefold().split()))
        self._judged = {}

    def parted(self, rows: list[QueueRow]) -> tuple[list[QueueRow], list[QueueRow]]:
        """The rows to be shown, and those to be hidden, each in their order."""
        if not self._wanted:
            return rows, []
        judged: dict[ContactId, tuple[QueueRow, bool]] = {}
        shown: list[QueueRow] = []
        hidden: list[QueueRow] = []
        for row in rows:
            known = self._judged.get(row.id)
            if known is None or known[0] is not row:
                known = (row, self._fits(row))
            judged[row.id] = known
            (shown if known[1] else hidden).append(row)
        self._judged = judged
        return shown, hidden

    def _fits(self, row: QueueRow) -> bool:
        held = {
            "name": row.nick,
            "service": row.service,
            "lang": row.lang,
            "page": row.page,
            "from": f"{row.sender} {row.group}",
            "words": f"{row.first_words} {row.note}",
            "": " ".join((origin_words(row), "starred" if row.starred else "", _transfer(row))),
        }
        held = {field: text.casefold() for field, text in held.items()}
        if row.returning:
            held[""] += " returning"
        return all(
            word in held[field] if field else any(word in text for text in held.values())
            for field, word in self._wanted
        )


def _transfer(row: QueueRow) -> str:
    return "transfer" if row.arrived_by is Arrival.TRANSFER else ""


def _split(word: str) -> tuple[str, str]:
    field, colon, rest = word.partition(":")
    return (field, rest) if colon and field in FIELDS else ("", word)


class FilterField(Input):
    """The line above the queue in which the agent says who shall be shown; seen only while he writes."""

    HELP = """You are filtering the queue
    Only those stay in the list that hold all the words, in name, service, page, language or what they
    wrote; a word may say where it is to be, as in lang:it or page:checkout. What is hidden still rings.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(True)", "Show all again", show=False),
        Binding("down", "leave(False)", "To what was found", show=False),
        Binding("enter", "leave(False)", "To what was found", show=False),
    ]
    DEFAULT_CSS = """
    FilterField, FilterField:focus { height: 1; border: none; padding: 0 1; background: $surface; }
    """

    @dataclass
    class Narrowed(Message):
        """These words count from now on."""

        words: str

    @dataclass
    class Left(Message):
        """The agent wants back to the queue."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="name, service, page, lang:it, starred …",
            compact=True,
            select_on_focus=False,
            max_length=200,
        )
        self.display = False

    def open(self) -> None:
        """Be there, for the next key."""
        self.display = True
        self.cursor_position = len(self.value)
        give_keyboard(self)

    def empty(self) -> None:
        """Everybody again."""
        if self.value:
            self.value = ""
        else:
            self.post_message(self.Narrowed(""))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Narrowed(event.value))

    def action_leave(self, everybody: bool) -> None:
        """Back to the queue, with what was found or with everybody."""
        if everybody:
            self.empty()
        self.post_message(self.Left())

    def on_blur(self) -> None:
        """The words stand in the queue's title; the field is not needed to see them."""
        self.display = False
