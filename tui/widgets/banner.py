"""One or two lines under the header, there only when something must not be overlooked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.widgets.lines import Line, LineWidget, fit

MOST = 2
"""Lines at once; the rest is counted on the last."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One line."""

    sign: str
    text: str
    """Clean: part of it may be from outside."""
    urgent: bool = False
    """Whether it stands out; else it only tells."""
    command: str = ""
    """What a click does; empty for nothing."""


class Banner(LineWidget):
    """Give it notices with :meth:`show`, the most important first."""

    @dataclass
    class BannerClicked(Message):
        """The agent clicked a line that has a command."""

        command: str

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--urgent", "banner--told"}

    DEFAULT_CSS = """
    Banner {
        height: 1;
        background: $surface;
        & > .banner--urgent { color: $text-warning; text-style: bold; }
        & > .banner--told { color: $text-muted; }
        &:ansi > .banner--told { text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._notices: tuple[Notice, ...] = ()
        self.display = False

    def show(self, notices: Sequence[Notice]) -> None:
        """Show these, or nothing."""
        told = tuple(notices)
        if len(told) > MOST:
            last, left = told[MOST - 1], len(told) - MOST
            text = f"{last.text}  (and {left} more)"
            told = (*told[: MOST - 1], Notice(last.sign, text, last.urgent, last.command))
        if told == self._notices:
            return
        if len(told) != len(self._notices):
            self.styles.height = max(1, len(told))
            self.display = bool(told)
        self._notices = told
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One notice."""
        width = self.size.width
        line = Line()
        if y < len(self._notices):
            notice = self._notices[y]
            pen = self.pen("banner--urgent" if notice.urgent else "banner--told")
            line.put(f" {notice.sign} ", pen).put(fit(notice.text, width - line.cells), pen)
        return line.strip(width, self.pen())

    def on_click(self, event: events.Click) -> None:
        """Say what was clicked."""
        if event.y < len(self._notices) and self._notices[event.y].command:
            self.post_message(self.BannerClicked(self._notices[event.y].command))
