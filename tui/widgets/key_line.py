"""The line at the bottom: which keys do what. Narrow, it keeps the most important ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.widgets.lines import Line, LineWidget

GAP = 2


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key of the line."""

    command: str
    """Id of the command."""
    key: str
    """The key as the agent knows it, such as "F2"."""
    word: str
    """What it does, in a word or two."""
    enabled: bool = True
    """A command that cannot be done now is drawn in brackets."""
    importance: int = 0
    """Those with the least go first where the line is narrow; among equals the last."""
    at_right: bool = False
    """Stands at the right end."""

    @property
    def cells(self) -> int:
        """Its width."""
        return cell_len(self.key) + 1 + cell_len(self.shown)

    @property
    def shown(self) -> str:
        """The word as it is drawn."""
        return self.word if self.enabled else f"({self.word})"


class KeyLine(LineWidget):
    """Keys and what they do; each can be clicked."""

    @dataclass
    class KeyClicked(Message):
        """The agent clicked a key's word."""

        command: str

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--word", "keys--disabled"}

    DEFAULT_CSS = """
    KeyLine {
        height: 1;
        background: $panel;
        & > .keys--key { color: $text-primary; text-style: bold; }
        & > .keys--word { color: $foreground; }
        & > .keys--disabled { color: $text-disabled; }
        &:ansi > .keys--disabled { text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[KeyHint, ...] = ()

    def show(self, hints: Sequence[KeyHint]) -> None:
        """Show these keys, in this order."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def fitting(self, width: int) -> list[KeyHint]:
        """The keys there is room for."""
        kept = list(self._hints)
        while kept and sum(hint.cells + GAP for hint in kept) - GAP + 2 > width:
            least = min(range(len(kept)), key=lambda index: (kept[index].importance, -index))
            del kept[least]
        return kept

    def _placed(self, width: int) -> list[tuple[int, KeyHint]]:
        kept = self.fitting(width)
        right = [hint for hint in kept if hint.at_right]
        placed: list[tuple[int, KeyHint]] = []
        at = 1
        for hint in [hint for hint in kept if not hint.at_right]:
            placed.append((at, hint))
            at += hint.cells + GAP
        at = width - 1 - sum(hint.cells + GAP for hint in right) + GAP
        for hint in right:
            placed.append((at, hint))
            at += hint.cells + GAP
        return placed

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        line = Line()
        for at, hint in self._placed(width):
            line.pad(at, self.pen())
            line.put(hint.key + " ", self.pen("keys--key" if hint.enabled else "keys--disabled"))
            line.put(hint.shown, self.pen("keys--word" if hint.enabled else "keys--disabled"))
        return line.strip(width, self.pen())

    def on_click(self, event: events.Click) -> None:
        """Say which command was clicked, if it can be done now."""
        for at, hint in self._placed(self.size.width):
            if at <= event.x < at + hint.cells and hint.enabled:
                self.post_message(self.KeyClicked(hint.command))
