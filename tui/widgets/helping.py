"""Help with what is typed in a composer: commands begun with a slash, words expanded by Tab.

What commands and abbreviations there are is not known here: a ``ComposerHelp`` is asked. Here is what keys
do to what it offers, and the text that results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from textual.document._document import Document, Location
from textual.widgets import TextArea

from tui.typed.slash import Order, Read, Words
from tui.widgets.slip import NOTHING, Note, Offer, Slip


@dataclass(frozen=True, slots=True)
class Expansion:
    """What Tab puts in place of a word."""

    start: int
    end: int
    """Where the word stands in the text."""
    text: str


class ComposerHelp(Protocol):
    """What is known of commands and abbreviations in the chat of a composer."""

    def read(self, text: str) -> Read:
        """What a text means that is about to be sent."""

    def obey(self, order: Order) -> str:
        """Carry out a command. Answers what is wrong with it; empty when it is done."""

    def begun(self, line: str) -> Note:
        """What a first line that begins with a slash may become."""

    def expand(self, text: str, cursor: int, inserted: Sequence[str]) -> Expansion | Note | None:
        """What Tab does to the word left of the cursor; None when it is nothing to expand.

        ``inserted``: what has been put in by help since the composer was empty."""


class Helping:
    """A composer's side of it."""

    def __init__(self, composer: TextArea) -> None:
        self.help: ComposerHelp | None = None
        self.slip = Slip(self.take)
        self._composer = composer
        self._shut = False
        """Whether the agent has closed the slip on the command he is typing."""
        self._inserted: list[str] = []

    # what the composer tells and asks

    def key(self, key: str) -> bool:
        """Whether the key was meant for the slip, or for a word to be expanded."""
        offer = self.slip.offer
        if offer is not None and key in ("up", "down"):
            self.slip.move(-1 if key == "up" else 1)
        elif offer is not None and (key == "tab" or (key == "enter" and self.slip.moved)):
            self.take(offer)
        elif key == "escape" and self.slip.note is not NOTHING:
            self._shut = True
            self.slip.close()
        else:
            # a command's line is not left by accident: what is typed next would go into the queue
            return key == "tab" and (self._expand() or self._composer.text.startswith("/"))
        return True

    def edited(self) -> None:
        """The text has changed by hand."""
        text = self._composer.text
        if self.help is None or not text.startswith("/"):
            self._shut = False
            self.slip.close()
        elif self._shut or self._composer.cursor_location[0]:
            self.slip.close()
        else:
            self._say(self.help.begun(text.partition("\n")[0]))

    def fresh(self) -> None:
        """Another text stands there."""
        self._shut = False
        self._inserted.clear()
        self.slip.close()

    def read(self, text: str) -> Read:
        """What a text means that is about to be sent."""
        return self.help.read(text) if self.help is not None else Words(text)

    def obey(self, order: Order) -> str:
        """Carry out a command; answers what is wrong."""
        return self.help.obey(order) if self.help is not None else ""

    def refuse(self, reason: str) -> None:
        """Say why nothing was sent or done; until the next key."""
        self._say(Note(said=reason, wrong=True))

    def take(self, offer: Offer) -> None:
        """Put an offer in its place."""
        place = self._document.get_location_from_index
        self.insert(offer.text, place(offer.start), place(offer.end))

    def insert(self, text: str, start: Location, end: Location) -> None:
        """Put words in that are not the agent's typing."""
        composer = self._composer
        if not composer.read_only:
            self._inserted.append(text)
            first, last = sorted((start, end))
            result = composer.replace(text, first, last, maintain_selection_offset=False)
            composer.move_cursor(result.end_location)

    # within

    def _expand(self) -> bool:
        composer = self._composer
        if self.help is None or composer.read_only or not composer.selection.is_empty:
            return False
        cursor = self._document.get_index_from_location(composer.cursor_location)
        answer = self.help.expand(composer.text, cursor, self._inserted)
        if answer is None:
            return False
        if isinstance(answer, Note):
            self._say(answer)
        else:
            place = self._document.get_location_from_index
            self.insert(answer.text, place(answer.start), place(answer.end))
        return True

    @property
    def _document(self) -> Document:
        return cast(Document, self._composer.document)

    def _say(self, note: Note) -> None:
        self.slip.show(note, self._composer.outer_size.width)
