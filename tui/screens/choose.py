"""A small screen to choose one of several by typing a part of it, or where that is allowed to type another.

Answers with the value of the choice, or with what was typed once it is found good.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog
from tui.widgets.choices import Choices
from tui.widgets.lines import fit

CELLS = 58
"""Of a line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    value: str
    """The answer when it is chosen."""
    label: str
    detail: str = ""
    """At the right, and searched as well."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed is no good."""

    why: str


Check = Callable[[str], "str | Refused"]
"""Makes an answer of what was typed, or says why not."""


def must_match(text: str) -> str | Refused:
    """For screens where only what is listed can be chosen."""
    return Refused(f"There is none like {text!r}.")


class ChooseScreen(Dialog[str | None]):
    """Type a part of it, go up and down, Enter takes it."""

    HELP = """One of several
    Type a part of what you look for, or go to it with the arrows; Enter takes the one under the cursor. Where
    the line below says so, something else may be typed. Esc leaves everything as it was.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ChooseScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 64;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            padding: 0 1;
        }
        Input, Input:focus { border: none; height: 1; padding: 0 1; margin-bottom: 1; }
        OptionList, OptionList:focus {
            border: none; padding: 0; height: auto; max-height: 14; background: transparent;
        }
        #said { height: auto; padding: 0 1; color: $text-muted; }
        #said.-wrong { color: $text-error; }
    }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        placeholder: str,
        check: Check = must_match,
        hint: str = "",
    ) -> None:
        """``hint`` stands beneath for as long as nothing is wrong."""
        super().__init__()
        self._title = title
        self._choices = choices
        self._placeholder = placeholder
        self._check = check
        self._hint = hint
        self._matching: list[Choice] = []

    def compose(self) -> ComposeResult:
        """What is typed, what it fits, and what is to be said."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "↑ ↓ Enter · Esc closes"
            yield Input(placeholder=self._placeholder, compact=True, max_length=2_000)
            yield Choices(markup=False)
            yield Static(markup=False, id="said")

    def on_mount(self) -> None:
        """Everything is there to be chosen."""
        self._filter("")
        self.query_one(Input).focus()

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()
        self._matching = [
            choice
            for choice in self._choices
            if all(word in f"{choice.label} {choice.detail}".casefold() for word in words)
        ]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_line(choice), id=str(i)) for i, choice in enumerate(self._matching)])
        options.highlighted = 0 if self._matching else None
        options.display = bool(self._matching)
        self._say(self._hint)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(wrong, "-wrong")
        said.update(Content(text))
        said.display = bool(text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._filter(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        at = self.query_one(OptionList).highlighted
        if self._matching and at is not None:
            self.dismiss(self._matching[at].value)
            return
        answer = self._check(event.value.strip())
        if isinstance(answer, Refused):
            self._say(answer.why, wrong=True)
        else:
            self.dismiss(answer)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._matching[event.option_index].value)

    def action_move(self, by: int) -> None:
        """Move the cursor in the choices; the keyboard stays where one types."""
        options = self.query_one(OptionList)
        if by < 0:
            options.action_cursor_up()
        else:
            options.action_cursor_down()


def _line(choice: Choice) -> str:
    room = CELLS - cell_len(choice.label) - 2
    if not choice.detail or room < 4:
        return fit(choice.label, CELLS).rstrip()
    detail = fit(choice.detail, min(room, cell_len(choice.detail)))
    return f"{choice.label}{' ' * (CELLS - cell_len(choice.label) - cell_len(detail))}{detail}"


def ask(app: App[object], dialog: ChooseScreen, chosen: Callable[[str], None]) -> None:
    """Have the agent choose; nothing happens when he does not."""

    def answered(value: str | None) -> None:
        if value is not None:
            chosen(value)

    app.clear_notifications()
    app.push_screen(dialog, answered)
