"""The slip above the composer: what may be meant by what is typed, and what is wrong with it.

It lies over the last lines of the transcript, so that nothing moves while one types. It never has the
keyboard: the composer's keys move it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.strip import Strip

from tui.widgets import glyphs
from tui.widgets.lines import Line, LineWidget, fit
from tui.widgets.wrapping import wrap

ROWS = 6
"""Offers in sight at once."""
WIDE = 72
"""Cells from which what an offer means stands beside it."""
BESIDE = 6
"""Cells around a name and what it means on one line."""
LABEL_AT_MOST = 0.5
"""The share of the width that names get then at most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be taken instead of what is typed."""

    label: str
    about: str
    """What it means, on one line."""
    text: str
    """Takes the place of what stands from ``start`` to ``end`` in the composer's text."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Note:
    """What the slip says."""

    offers: tuple[Offer, ...] = ()
    said: str = ""
    wrong: bool = False
    """Whether something was not done because of this."""


NOTHING = Note()


class Slip(LineWidget):
    """Some offers with a cursor, and a sentence."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"slip--muted", "slip--cursor", "slip--wrong"}

    DEFAULT_CSS = """
    Slip {
        display: none;
        overlay: screen;
        background: $surface;
        color: $foreground;
        & > .slip--muted { color: $text-muted; }
        & > .slip--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .slip--wrong { color: $text-warning; text-style: bold; }
        &:ansi > .slip--muted { text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, take: Callable[[Offer], None]) -> None:
        """``take`` is called with an offer that is clicked."""
        super().__init__()
        self._take = take
        self.note = NOTHING
        self.moved = False
        """Whether the cursor was moved since these offers were made: then Enter means the one under it."""
        self._at = 0
        self._offset = 0
        self._wide = False
        """Whether what an offer means stands beside it; else that of the one under the cursor is below."""
        self._meanings: list[list[str]] = []
        self._sentence: list[str] = []

    def show(self, note: Note, width: int) -> None:
        """Say this, in so many cells; with nothing to say it is not there."""
        if note.offers != self.note.offers:
            self._at = self._offset = 0
            self.moved = False
        self.note = note
        widest = max((cell_len(one.label) + cell_len(one.about) for one in note.offers), default=0)
        self._wide = width >= WIDE or widest + BESIDE <= width
        self._meanings = [] if self._wide else [_wrapped(offer.about, width) for offer in note.offers]
        self._sentence = _wrapped(note.said, width)
        rows = max(map(len, self._meanings), default=0) + len(self._sentence)
        height = min(ROWS, len(note.offers)) + rows
        self.styles.width, self.styles.height = width, height
        self.styles.offset = (0, -height)
        self.display = height > 0
        self.refresh()

    def close(self) -> None:
        """Say nothing."""
        if self.note is not NOTHING:
            self.show(NOTHING, 1)

    @property
    def offer(self) -> Offer | None:
        """The one under the cursor."""
        return self.note.offers[self._at] if self.note.offers else None

    def move(self, by: int) -> None:
        """Move the cursor, round and round."""
        count = len(self.note.offers)
        self._at = (self._at + by) % count
        self._offset = max(self._at - ROWS + 1, min(self._offset, self._at))
        self.moved = True
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """An offer, or a line of the sentence."""
        width = self.size.width
        offers = min(ROWS, len(self.note.offers))
        if y < offers:
            return self._offer_line(self._offset + y, width).strip(width, self.rich_style)
        below = self._meanings[self._at] if self._meanings else []
        room = self.size.height - offers - len(self._sentence)
        below = [*below, *[""] * (room - len(below)), *self._sentence]
        pen = self.pen("slip--wrong" if self.note.wrong and y - offers >= room else "slip--muted")
        line = Line()
        if y - offers < len(below):
            line.put(f" {below[y - offers]}", pen)
        return line.strip(width, self.rich_style)

    def _offer_line(self, index: int, width: int) -> Line:
        offer = self.note.offers[index]
        label = max(cell_len(one.label) for one in self.note.offers)
        if self._wide:
            label = min(label, int(width * LABEL_AT_MOST))
        here = index == self._at
        plain = self.pen("slip--cursor") if here else self.rich_style
        line = Line().put(f" {glyphs.CURSOR if here else ' '} ", plain).put(fit(offer.label, label), plain)
        if self._wide:
            about = plain if here else self.pen("slip--muted")
            line.put("  ", plain).put(fit(offer.about, width - line.cells - 2), about)
        return line.pad(width, plain)

    def on_click(self, event: events.Click) -> None:
        """An offer clicked is taken."""
        event.stop()
        index = self._offset + event.y
        if event.y < min(ROWS, len(self.note.offers)):
            self._take(self.note.offers[index])


def _wrapped(text: str, width: int) -> list[str]:
    return [text[span.start : span.end].rstrip() for span in wrap(text, max(1, width - 2))] if text else []
