"""A small screen to say why, in one of a few words or in one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.always import always
from tui.screens.overlay import Dialog
from tui.widgets.choices import Choices

ALWAYS = always("silence", "accept-longest", "toggle-audio", "toggle-popups")
"""Not pause: it may be what this is about."""

REASON_LIMIT = 200


class ReasonScreen(Dialog[str | None]):
    """Answers with the reason, which may be empty; None when the agent thinks better of it."""

    HELP = """A reason
    Says why you pause or decline; colleagues see it. Choose a reason with the arrows, of those in the
    settings, or type another. Enter goes on, Esc leaves everything as it was.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "dismiss(None)", "Close", show=False, priority=True),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ReasonScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 50;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            padding: 0 1;
        }
        #state { height: auto; color: $text-muted; margin-bottom: 1; }
        OptionList, OptionList:focus {
            border: none; padding: 0; height: auto; max-height: 12; background: transparent;
        }
        #own, #own:focus { border: none; height: 1; padding: 0 1; margin: 0 0 1 0; }
    }
    """

    def __init__(self, title: str, state: str, reasons: Sequence[str], none: str) -> None:
        """``state`` says what will happen; ``none`` is the line for no reason, the first."""
        super().__init__()
        self._title = title
        self._state = state
        self._reasons = ("", *reasons)
        self._none = none

    def compose(self) -> ComposeResult:
        """What it is about, the reasons, a line for one's own."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "↑ ↓ Enter · Esc closes"
            yield Static(Content(self._state), markup=False, id="state")
            options = (Option(reason or self._none, id=str(at)) for at, reason in enumerate(self._reasons))
            yield Choices(*options, markup=False)
            yield Input(placeholder="or type why", id="own", compact=True, max_length=REASON_LIMIT)

    def on_mount(self) -> None:
        """The first choice is ready to be taken, and words to be typed."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(Input).focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._reasons[event.option_index])

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())
        else:
            self.query_one(OptionList).action_select()

    def action_move(self, by: int) -> None:
        """Move the cursor in the choices; the keyboard stays in the line."""
        choices = self.query_one(OptionList)
        if by < 0:
            choices.action_cursor_up()
        else:
            choices.action_cursor_down()
