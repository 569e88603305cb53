"""A small screen to choose how long it shall be quiet. Answers with a wish; the desk does the rest."""

from __future__ import annotations

import time
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.alerts.quiet import clock_words, next_time_of_day
from tui.desk.events import MuteSet
from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog
from tui.widgets import figures
from tui.widgets.choices import Choices

MINUTES = (5, 15, 60)
CELLS = 44
"""Of a line."""


class MuteScreen(Dialog[MuteSet | None]):
    """Mute for some minutes or until a time of day, or unmute."""

    HELP = """Mute
    For so long nothing rings, chimes or pops up; visitors still come into the queue. When it is over
    you are told what was missed. Choose a time with the arrows, or type a time of day such as 15:40.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape,ctrl+s,alt+m", "dismiss(None)", "Close", show=False),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    MuteScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 50;
            max-width: 96%;
            height: auto;
            padding: 0 1;
        }
        #state { height: auto; color: $text-muted; margin-bottom: 1; }
        OptionList, OptionList:focus { border: none; padding: 0; height: auto; background: transparent; }
        #until-line { height: 1; margin: 0 0 1 0; padding: 0 1; }
        #until-line Static { width: auto; }
        #until-line Input, #until-line Input:focus { border: none; height: 1; padding: 0; width: 1fr; }
        #wrong { height: auto; }
        #wrong.-wrong { color: $text-error; }
    }
    """

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """How it stands, the choices, the time to be typed, and what a mute leaves alone."""
        with Vertical(classes="box") as box:
            box.border_title = "Mute"
            box.border_subtitle = "↑ ↓ Enter · Esc closes"
            yield Static(Content(self._state()), markup=False, id="state")
            yield Choices(*self._options(), markup=False)
            with Horizontal(id="until-line"):
                yield Static("Until  ", markup=False)
                yield Input(placeholder="or type HH:MM", id="until", compact=True, max_length=12)
            yield Static(Content(self._starred()), markup=False, id="wrong")

    def on_mount(self) -> None:
        """The first choice is ready to be taken, and a time to be typed."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(Input).focus()

    def _state(self) -> str:
        quiet = self._view.quiet
        if quiet.until is None:
            return (
                "Nothing rings, chimes or pops up until it ends by itself; then you are told what was missed."
            )
        left = figures.countdown(quiet.until - time.time())
        state = f"{quiet.reason.capitalize()} until {clock_words(quiet.until, time.time())}, {left} left."
        if quiet.reason != "muted":
            state += " A mute may last longer; the hours themselves are in the settings."
        return f"{state} Missed so far: {quiet.missed}."

    def _starred(self) -> str:
        if self._view.settings.quiet_hours.starred_pierces:
            return "A starred contact rings all the same."
        return "Starred contacts are silent too (settings)."

    def _options(self) -> list[Option]:
        now = time.time()
        options = [
            Option(
                _line(f"{minutes} minutes", f"until {clock_words(now + minutes * 60, now)}"), id=f"{minutes}"
            )
            for minutes in MINUTES
        ]
        if self._view.quiet.reason == "muted":
            options.insert(0, Option("Unmute now", id="unmute"))
        return options

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        if event.option.id == "unmute":
            self.dismiss(MuteSet(None))
        elif event.option.id is not None:
            self.dismiss(MuteSet(time.time() + int(event.option.id) * 60))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.query_one(OptionList).action_select()
            return
        until = next_time_of_day(event.value, time.time())
        if until is not None:
            self.dismiss(MuteSet(until))
            return
        wrong = self.query_one("#wrong", Static)
        wrong.add_class("-wrong")
        wrong.update(Content("Write a time of day such as 15:40."))

    def action_move(self, by: int) -> None:
        """Move the cursor in the choices; the keyboard stays in the time."""
        choices = self.query_one(OptionList)
        if by < 0:
            choices.action_cursor_up()
        else:
            choices.action_cursor_down()


def _line(left: str, right: str) -> str:
    return f"{left}{' ' * max(1, CELLS - cell_len(left) - cell_len(right))}{right}"
