"""The small screens over the desk: the agent menu, and the question before leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
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
from tui.widgets.choices import Choices
from tui.widgets.terminal_keys import RepeatedKey

ANSWERED_FROM = 0.4
"""Seconds from which a key answers: after the question could be seen, and after a letter that was text."""
LONE_AFTER = 0.4
"""Seconds after which a letter counts as a lone one: who writes a word is quicker."""
FUNCTION_KEYS = frozenset(f"f{number}" for number in range(1, 25))

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
            yield Choices(*(self._options()), markup=False)

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


@dataclass(frozen=True, slots=True)
class Draft:
    """Where words go that are typed while a question stands."""

    nick: str
    """Whose chat that is."""
    write: Callable[[str], None]


class QuitScreen(Dialog[bool]):
    """Asks before leaving something behind: open chats, or words not sent."""

    HELP = """A question before something is left
    Something would be left behind or lost. Read what, then stay or go on; nothing has happened yet.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape,n", "dismiss(False)", "Stay; words you type go into the draft", show=False),
        Binding("y", "dismiss(True)", "Go on", show=False),
    ]
    DEFAULT_CSS = (
        _BOX.format(name="QuitScreen", align="center middle", more="width: 62; max-width: 96%;")
        + """QuitScreen Horizontal { height: auto; align-horizontal: center; margin-top: 1; }
             QuitScreen Button { margin: 0 1; }"""
    )

    def __init__(
        self, question: str, *, title: str = "Quit?", leave: str = "Quit (Y)", draft: Draft | None = None
    ) -> None:
        super().__init__()
        self._question = question
        self._title = title
        self._leave = leave
        self._draft = draft
        self._typed = ""
        self._opened = float("inf")
        """When it could be seen, by the steady clock."""
        self._letter_at = float("-inf")
        """When the last letter came that is text."""
        self._answer = ""
        """A letter that is an answer unless another follows at once."""

    def compose(self) -> ComposeResult:
        """The question and two answers."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._question), markup=False)
            yield Static(markup=False, id="typed")
            with Horizontal():
                yield Button("Stay (N)", id="stay", variant="primary")
                yield Button(self._leave, id="leave", variant="error")

    def on_mount(self) -> None:
        """It can be seen from now on."""
        self._opened = monotonic()

    def holds(self, event: events.Key | events.Paste) -> bool:
        """Whether a key answers nothing: then it is dealt with here, and does nothing else.

        Who was typing when the question came has not read it: letters are text, for the draft of the chat
        that asks, unless a lone Y or N; and no key answers in the first moment."""
        if isinstance(event, events.Paste):
            self._write(event.text)
            return True
        young = event.time < self._opened + ANSWERED_FROM
        typing = event.time < self._letter_at + ANSWERED_FROM
        if isinstance(event, RepeatedKey) and self._answer == event.character:
            return True  # held, it is the same answer
        if event.is_printable and event.character and "+" not in event.key:
            lone = event.key in ("y", "n", "Y", "N") and not (young or typing or self._answer)
            self._letter(event.character, event.time, lone=lone and not isinstance(event, RepeatedKey))
            return True
        acts = event.key in ("enter", *FUNCTION_KEYS)
        return acts and (young or isinstance(event, RepeatedKey) or (typing and event.key == "enter"))

    def _letter(self, letter: str, at: float, *, lone: bool) -> None:
        """Text, or an answer: that is known when no other letter has followed."""
        if lone:
            self._answer = letter
            self.set_timer(LONE_AFTER, self._answer_alone)
            return
        self._letter_at = at
        text, self._answer = self._answer + letter, ""
        self._write(text)

    def _answer_alone(self) -> None:
        if self._answer:
            self.dismiss(self._answer in "yY")

    def _write(self, text: str) -> None:
        if self._draft is not None:
            self._draft.write(text)
            self._typed += text
            said = f"Written into the draft for {self._draft.nick}: {clean_line(self._typed)[-200:]}"
            self.query_one("#typed", Static).update(Content(said))

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "leave")
