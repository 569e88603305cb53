"""What came of a chat, asked once it has ended: outcome, tags, a note. By keys alone, and never in the way.

Enter keeps what was said, and where nothing was said is the same as Esc: nothing is kept. When a visitor is
taken from here (F2), what was said until then is kept, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.always import ALWAYS
from tui.screens.labels import tags_of
from tui.screens.overlay import Dialog
from tui.text import CleanText, clean_line
from tui.widgets.choices import Choices

NOTE_LIMIT = 1_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """What the agent said of a chat."""

    outcome: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


class LastWord(Suggester):
    """Completes the last of several words from a list of known ones."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last word completed."""
        before, blank, begun = value.rpartition(" ")
        if not begun:
            return None
        found = next((word for word in self._words if word.startswith(begun) and word != begun), None)
        return None if found is None else before + blank + found


class WrapUpScreen(Dialog[None]):
    """Outcome, tags and note of a chat that has ended."""

    HELP = """Wrap up
    What came of the chat that has just ended: an outcome, words by which it is found again, a note that only
    agents see. Enter keeps what you have said; Esc, or Enter where you said nothing, goes on without.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "skip", "Skip", show=False),
        Binding("up", "move(-1)", "Move in the outcomes", show=False, priority=True),
        Binding("down", "move(1)", "Move in the outcomes", show=False, priority=True),
        Binding("enter", "keep", "Keep it", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    WrapUpScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 60;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            padding: 0 1;
        }
        OptionList, OptionList:focus {
            border: none; padding: 0; height: auto; max-height: 8; background: transparent;
        }
        .line { height: 1; margin-top: 1; }
        .line Static { width: 7; color: $text-muted; }
        .line Input, .line Input:focus { border: none; height: 1; padding: 0 1; width: 1fr; }
        .line Input:focus { background: $boost; }
        #hint { height: auto; margin-top: 1; color: $text-muted; }
    }
    """

    def __init__(
        self,
        nick: CleanText,
        outcomes: Sequence[str],
        known_tags: Sequence[str],
        before: WrapUp,
        keep: Callable[[WrapUp], None],
    ) -> None:
        """``before`` is what the contact bears already; ``keep`` is called once at most."""
        super().__init__()
        self._nick = nick
        self._outcomes = outcomes
        self._known_tags = known_tags
        self._before = before
        self._keep: Callable[[WrapUp], None] | None = keep
        self._said = before
        """What has been said until now."""

    def compose(self) -> ComposeResult:
        """The outcomes, two lines to write in, and the keys."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Wrap up {self._nick}")
            box.border_subtitle = "Enter keeps · Esc skips"
            yield Choices(*(Option(clean_line(outcome)) for outcome in self._outcomes), markup=False)
            with Horizontal(classes="line"):
                yield Static("Tags", markup=False)
                yield Input(
                    "".join(f"{tag} " for tag in self._before.tags),
                    placeholder=" ".join(self._known_tags[:6]) or "words, with spaces between",
                    suggester=LastWord(self._known_tags),
                    compact=True,
                    select_on_focus=False,  # else the first letter of another tag would wipe those there are
                    max_length=400,
                    id="tags",
                )
            with Horizontal(classes="line"):
                yield Static("Note", markup=False)
                yield Input(
                    placeholder="private: the visitor never sees it",
                    compact=True,
                    max_length=NOTE_LIMIT,
                    id="note",
                )
            hint = "↑ ↓ outcome · Tab next line · → takes a tag offered"
            yield Static(hint, id="hint", markup=False)

    def on_mount(self) -> None:
        """The keyboard is where nothing can be written: the next words may be meant for another visitor."""
        outcomes = self.query_one(OptionList)
        known = [index for index, one in enumerate(self._outcomes) if one == self._before.outcome]
        outcomes.highlighted = known[0] if known else None
        outcomes.focus()

    def action_move(self, by: int) -> None:
        """Move in the outcomes, wherever the keyboard is."""
        outcomes = self.query_one(OptionList)
        if not self._outcomes:
            return
        at = outcomes.highlighted
        if at is None:
            outcomes.highlighted = 0 if by > 0 else len(self._outcomes) - 1
        else:
            outcomes.highlighted = (at + by) % len(self._outcomes)

    def action_keep(self) -> None:
        """Keep what was said, and go."""
        self._listen()
        self._settle()
        self.dismiss(None)

    def action_skip(self) -> None:
        """Keep nothing, and go."""
        self._keep = None
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.query_one("#tags", Input).focus()

    @on(OptionList.OptionHighlighted)
    @on(Input.Changed)
    def _listen(self) -> None:
        """Take in what is said, so that it is there when the screen is closed from elsewhere."""
        at = self.query_one(OptionList).highlighted
        self._said = WrapUp(
            self._outcomes[at] if at is not None else self._before.outcome,
            tags_of(self.query_one("#tags", Input).value),
            self.query_one("#note", Input).value.strip(),
        )

    def on_unmount(self) -> None:
        """Closed by another key, as to take the next visitor."""
        self._settle()

    def _settle(self) -> None:
        keep, self._keep = self._keep, None
        if keep is not None and self._said != self._before:
            keep(self._said)
