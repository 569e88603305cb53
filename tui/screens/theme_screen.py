"""A small screen to choose a theme: each is seen on the whole console as the cursor comes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog
from tui.screens.themes import in_order
from tui.widgets.choices import Choices


class ThemeScreen(Dialog[str | None]):
    """Themes by name, found by typing. Answers with one; ``seen`` is told of every one come to."""

    HELP = """Theme
    The colours of the console. Each theme is seen on everything as the cursor comes to it; Enter keeps
    it, Esc leaves the one you had. Typing finds a theme by its name.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ThemeScreen {
        align: right top;
        background: transparent;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 40;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            margin-top: 1;
            padding: 0 1;
        }
        Input, Input:focus { border: none; height: 1; padding: 0; margin-bottom: 1; }
        OptionList, OptionList:focus { border: none; padding: 0; height: auto; max-height: 100%;
                                       background: transparent; }
    }
    """

    def __init__(self, names: list[str], now: str, seen: Callable[[str], None]) -> None:
        super().__init__()
        self._names = in_order(names)
        self._now = now
        self._seen = seen

    def compose(self) -> ComposeResult:
        """The search field over the themes."""
        with Vertical(classes="box") as box:
            box.border_title = "Theme"
            box.border_subtitle = "Enter takes it, Esc leaves it"
            yield Input(placeholder="type to search", compact=True)
            yield Choices(markup=False)

    def on_mount(self) -> None:
        """All of them, the cursor on the present one."""
        self._offer("")
        self.query_one(Input).focus()

    def _offer(self, words: str) -> None:
        """Those that hold all the words; the cursor stays on its theme if it can."""
        themes = self.query_one(OptionList)
        at = themes.highlighted
        before = themes.get_option_at_index(at).id if at is not None else self._now
        wanted = words.casefold().split()
        found = [name for name in self._names if all(word in name.casefold() for word in wanted)]
        themes.clear_options()
        themes.add_options(Option(Content(name), id=name) for name in found)
        if found:
            themes.highlighted = found.index(before) if before in found else 0

    @on(Input.Changed)
    def _searched(self, event: Input.Changed) -> None:
        self._offer(event.value)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option.id is not None:
            self._seen(event.option.id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.query_one(OptionList).action_select()

    def action_move(self, by: int) -> None:
        """Move the cursor in the list; the keyboard stays in the search field."""
        themes = self.query_one(OptionList)
        if by < 0:
            themes.action_cursor_up()
        else:
            themes.action_cursor_down()
