"""The small screens over the settings: a list to choose from, a line to type, a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.overlay import Dialog
from tui.widgets.choices import Choices

BOX = """
    {name} {{
        align: center middle;
        background: $background 40%;
        & > .box {{
            border: round $primary;
            background: $surface;
            padding: 0 1;
            height: auto;
            max-height: 90%;
            width: {width};
            max-width: 96%;
        }}
        .said {{ color: $text-muted; }}
        .wrong {{ color: $text-error; height: auto; }}
        OptionList, OptionList:focus {{ border: none; padding: 0; background: transparent; height: auto;
                                        max-height: 100%; }}
        Input, Input:focus {{ margin: 1 0 0 0; }}
    }}
"""


class ChoiceScreen(Dialog[int | None]):
    """One of several. Answers with its place in the list; ``moved`` is told of every place come to."""

    HELP = """One of several values
    The values this setting can have; the cursor begins on the present one. Tones are heard and colours
    seen as you come to them. Enter takes the value, Esc leaves everything as it was.
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f9", "dismiss(None)", "Leave it", show=False)]
    DEFAULT_CSS = BOX.format(name="ChoiceScreen", width=56)

    def __init__(self, title: str, words: Sequence[str], at: int, moved: Callable[[int], None]) -> None:
        super().__init__()
        self._title, self._words, self._start, self._moved = title, words, at, moved
        self._moving = False

    def compose(self) -> ComposeResult:
        """The choices, the cursor on the present one."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "Enter takes it, Esc leaves it"
            yield Choices(*(Option(Content(word)) for word in self._words), markup=False)

    def on_mount(self) -> None:
        """Begin at what is set."""
        self.query_one(OptionList).highlighted = self._start

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if self._moving:
            self._moved(event.option_index)
        elif event.option_index == self._start:
            self._moving = True  # what the list highlights before is nobody's wish

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


class LineScreen(Dialog[str | None]):
    """A line to type. Answers with it once ``fault`` finds nothing wrong."""

    HELP = """A value to type
    What you type takes the place of the value there. Enter saves it; what cannot be is told below, and
    nothing changes. Esc leaves it.
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f9", "dismiss(None)", "Leave it", show=False)]
    DEFAULT_CSS = BOX.format(name="LineScreen", width=66)

    def __init__(self, title: str, explanation: str, text: str, fault: Callable[[str], str]) -> None:
        super().__init__()
        self._title, self._explanation, self._text, self._fault = title, explanation, text, fault

    def compose(self) -> ComposeResult:
        """What it is, the line, what is wrong with it."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "Enter saves, Esc leaves it"
            yield Static(Content(self._explanation), classes="said", markup=False)
            yield Input(self._text, compact=True, select_on_focus=False)
            yield Static("", classes="wrong", markup=False)

    def on_mount(self) -> None:
        """What is typed takes the place of what was; not on focus, which comes after the first key."""
        self.query_one(Input).select_all()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self.query_one(".wrong", Static).update(Content(""))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        wrong = self._fault(event.value)
        if wrong:
            self.query_one(".wrong", Static).update(Content(wrong))
        else:
            self.dismiss(event.value)


class AskScreen(Dialog[bool]):
    """A question to be answered with yes or no."""

    HELP = """A question
    What is asked happens only when you say yes. Esc says no.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "No", show=False),
        Binding("y", "dismiss(True)", "Yes", show=False),
    ]
    DEFAULT_CSS = BOX.format(name="AskScreen", width=60)

    def __init__(self, title: str, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._title, self._question, self._answers = title, question, (no, yes)

    def compose(self) -> ComposeResult:
        """The question, and no before yes."""
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._question + "\n"), markup=False)
            yield Choices(*(Option(Content(word)) for word in self._answers), markup=False)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index == 1)
