"""The small screens over the desk: the agent menu, and the question before leaving."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.keymap import Keymap
from tui.screens.overlay import Dialog
from tui.text import clean_line

_BOX = """
    {name} {{
        align: {align};
        background: $background 60%;
        & > .box {{
            border: round $primary;
            background: $surface;
            padding: 0 1;
            height: auto;
            max-height: 90%;
            {more}
        }}
    }}
"""


class MenuScreen(Dialog[str | None]):
    """The agent menu at the top right. Answers with the id of a command."""

    HELP = """Agent menu
    What concerns you and this console, with how it stands now and its key. Enter does what the cursor
    is on.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape,f10,ctrl+o", "dismiss(None)", "Close", show=False),
    ]
    DEFAULT_CSS = (
        _BOX.format(name="MenuScreen", align="right top", more="width: 40; margin: 1 0 0 0;")
        + "MenuScreen OptionList { height: auto; }"
    )

    def __init__(self, keymap: Keymap, view: View) -> None:
        super().__init__()
        self._keymap = keymap
        self._view = view

    def compose(self) -> ComposeResult:
        """One line a command, with its state and its key."""
        with Vertical(classes="box") as box:
            box.border_title = Content(clean_line(self._view.desk.me))
            yield OptionList(*(self._options()), markup=False)

    def _options(self) -> list[Option]:
        settings, desk = self._view.settings, self._view.desk
        lines = (
            ("pause", "Back to ready" if desk.paused else "Pause"),
            ("toggle-audio", f"Audio: {'on' if settings.audio.enabled else 'off'}"),
            ("toggle-popups", f"Popups: {'on' if settings.desktop.enabled else 'off'}"),
            ("pause-because", "Pause with a reason"),
            ("silence", "Silence what rings now"),
            ("mute", "Muted: unmute or change" if self._view.quiet.reason == "muted" else "Mute for a time"),
            ("test-tone", "Test the ring tone"),
            ("alert-log", "Alert log"),
            ("settings", "Settings"),
            ("doctor", "Doctor: what works"),
            ("help", "Help"),
            ("quit", "Quit"),
        )
        return [Option(self._label(id, text), id=id) for id, text in lines]

    def _label(self, id: str, text: str) -> str:
        key = self._keymap.label(id)
        return f"{text}{' ' * max(1, 34 - cell_len(text) - cell_len(key))}{key}"

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)


class QuitScreen(Dialog[bool]):
    """Asks before leaving something behind: open chats, or words not sent."""

    HELP = """A question before something is left
    Something would be left behind or lost. Read what, then stay or go on; nothing has happened yet.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape,n", "dismiss(False)", "Stay", show=False),
        Binding("y", "dismiss(True)", "Go on", show=False),
    ]
    DEFAULT_CSS = (
        _BOX.format(name="QuitScreen", align="center middle", more="width: 62; max-width: 96%;")
        + """QuitScreen Horizontal { height: auto; align-horizontal: center; margin-top: 1; }
             QuitScreen Button { margin: 0 1; }"""
    )

    def __init__(self, question: str, *, title: str = "Quit?", leave: str = "Quit (Y)") -> None:
        super().__init__()
        self._question = question
        self._title = title
        self._leave = leave

    def compose(self) -> ComposeResult:
        """The question and two answers."""
        with Vertical(classes="box") as box:
            box.border_title = self._title
            yield Static(Content(self._question), markup=False)
            with Horizontal():
                yield Button("Stay (N)", id="stay", variant="primary")
                yield Button(self._leave, id="leave", variant="error")

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "leave")
