"""The line above the keys: what rings and why, or why the last decision was what it was."""

from __future__ import annotations

from typing import ClassVar

from textual.strip import Strip

from tui.text import CleanText
from tui.widgets import glyphs
from tui.widgets.lines import Line, LineWidget, fit


class StatusLine(LineWidget):
    """One sentence."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--ringing", "status--quiet"}

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        & > .status--ringing { color: $text-warning; text-style: bold; }
        & > .status--quiet { color: $text-muted; }
        &:ansi > .status--quiet { text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text: CleanText | None = None
        self._ringing = False

    def show(self, text: CleanText | None, *, ringing: bool = False) -> None:
        """Tell this; ``ringing`` puts the ring's sign before it and makes it stand out."""
        if (text, ringing) != (self._text, self._ringing):
            self._text, self._ringing = text, ringing
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        pen = self.pen("status--ringing" if self._ringing else "status--quiet")
        sign = f" {glyphs.RINGING} " if self._ringing else " "
        line = Line().put(sign, pen)
        return line.put(fit(self._text or "", width - line.cells), pen).strip(width, self.pen())
