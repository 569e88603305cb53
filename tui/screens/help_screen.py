"""The help (F1): what the screen is for that one is on, its keys, all commands and signs; typing searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from tui.screens.always import ALWAYS
from tui.screens.explain import HelpPart, HelpRow, fitting
from tui.screens.overlay import Dialog
from tui.text import clean_line

KEYS_CELLS = 16
"""Cells of the column of keys; more keys wrap within it."""


class HelpScreen(Dialog[None]):
    """Opened over any screen; goes back to where one was."""

    HELP = """Help
    Says what the screen is for that you were on, which keys work there, and what every command does.
    Typing searches in all of it; Esc goes back to where you were.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "back", "Show all again; then back to where you were", show=False),
        Binding("up", "scroll_help('up')", "Scroll", show=False, priority=True),
        Binding("down", "scroll_help('down')", "Scroll", show=False, priority=True),
        Binding("pageup", "scroll_help('page_up')", "Scroll a page", show=False, priority=True),
        Binding("pagedown", "scroll_help('page_down')", "Scroll a page", show=False, priority=True),
        Binding("ctrl+home", "scroll_help('home')", "To the first line", show=False, priority=True),
        Binding("ctrl+end", "scroll_help('end')", "To the last line", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            padding: 0 1;
            height: 100%;
            max-height: 50;
            width: 92;
            max-width: 100%;
        }
        Input, Input:focus { border: none; height: 1; padding: 0; margin-bottom: 1; }
        VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        Static { padding-right: 1; }
    }
    """

    def __init__(self, parts: Sequence[HelpPart], focus: str) -> None:
        """``focus`` says how it is known whether the agent looks."""
        super().__init__()
        self._parts = [*parts, HelpPart("Console focus", focus)]

    def compose(self) -> ComposeResult:
        """What is searched, and what was found."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Help: {clean_line(self._parts[0].title)}")
            box.border_subtitle = "type to search · ↑ ↓ PgUp PgDn · Esc closes"
            yield Input(placeholder="type to search", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(_drawn(self._parts))

    def on_mount(self) -> None:
        """The keyboard is in the search."""
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        found = fitting(self._parts, event.value)
        none = Text(f"Nothing about “{clean_line(event.value)}”. Esc shows all again.")
        self.query_one(Static).update(_drawn(found) if found else none)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_scroll_help(self, way: str) -> None:
        """Scroll; the keyboard stays in the search."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)

    def action_back(self) -> None:
        """Show all again; from there, close."""
        sought = self.query_one(Input)
        if sought.value:
            sought.value = ""
        else:
            self.dismiss(None)


def _drawn(parts: Sequence[HelpPart]) -> Group:
    """Headings; below each its words, then its rows in two columns."""
    drawn: list[RenderableType] = []
    for part in parts:
        if drawn:
            drawn.append(Text())
        drawn.append(Text(part.title.upper(), "bold"))
        if part.words:
            drawn.append(Text(part.words))
        if part.rows:
            drawn.append(_table(part.rows))
    return Group(*drawn)


def _table(rows: Sequence[HelpRow]) -> Padding:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=KEYS_CELLS)
    table.add_column(ratio=1)
    for row in rows:
        said = Text(row.text)
        if row.typed:
            said.append(f"  {row.typed}", "dim")
        table.add_row(Text(row.keys, "bold"), said)
    return Padding(table, (0, 0, 0, 1))
