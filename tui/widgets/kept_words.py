"""Words that have nobody to go to: shown with whom they were for and why they were not sent, until the agent
has dealt with them. They can be written on, and are never sent from here.

While a contact is being accepted, what is typed for them meanwhile is shown here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.desk.contact import ContactId
from tui.text import clean_line
from tui.widgets import glyphs
from tui.widgets.composer import Composer
from tui.widgets.keyboard import give_keyboard

HELP_KEYS = "Nothing is sent from here. Tab: copy, use in the open chat or throw away. Esc: go on."
NOWHERE = "Nothing is sent from here."


@dataclass(frozen=True, slots=True)
class Kept:
    """Words not sent."""

    whom: str
    """The visitor they were for; empty when it was to be the next in the queue."""
    why: str
    """Why they were not sent, in a sentence."""
    text: str = ""
    contact: ContactId | None = None
    note: bool = False
    """Whether it was to be a private note."""


class KeptWords(Vertical):
    """A line that says what this is, and the words. Not to be seen while there are none."""

    HELP = """Words not sent
    What you wrote for a visitor who has gone, or who was not accepted. Nothing is sent from here, and nothing
    is lost: Tab copies the words, puts them into the open chat or throws them away; Esc goes back to it.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "what_now", "What to do with these words", show=False, priority=True),
        Binding("escape", "leave", "Back to the open chat", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    KeptWords {
        height: auto;
        max-height: 8;
        border-top: heavy $warning;
        display: none;
        & > .kept--said { height: auto; max-height: 3; padding: 0 1; color: $text-warning; }
        & > .-asked { text-style: bold reverse; }
        & > Composer, & > Composer:focus { border: none; max-height: 4; min-height: 1; }
        &:ansi { border-top: heavy ansi_yellow; }
    }
    """

    def __init__(self, left: Callable[[], None], asked_what_now: Callable[[], None]) -> None:
        """Both are called, not posted: what is typed behind the key must not be written here."""
        super().__init__(id="kept-words")
        self.left = left
        self.asked_what_now = asked_what_now
        self.composer = Composer(placeholder="What you write here is kept, and sent to nobody")
        self.composer.barred = NOWHERE
        self.composer.sending_refused = lambda why: self._said.add_class("-asked")
        self._said = Static(markup=False, classes="kept--said")
        self._kept: list[Kept] = []
        """Oldest first; the one shown has its text in the composer."""
        self._at = 0

    def compose(self) -> ComposeResult:
        """What it is, and the words."""
        yield self._said
        yield self.composer

    # what is kept

    @property
    def kept(self) -> Sequence[Kept]:
        """All words that are kept, oldest first."""
        self._take_in()
        return tuple(self._kept)

    @property
    def shown(self) -> Kept | None:
        """The words that are seen."""
        self._take_in()
        return self._kept[self._at] if self._kept else None

    @property
    def is_here(self) -> bool:
        """Whether the keyboard is here."""
        return self.composer.has_focus or (self.is_attached and self.screen.focused is self.composer)

    def unsent(self) -> int:
        """How many of them are not blank."""
        return sum(bool(kept.text.strip()) for kept in self.kept)

    def keep(self, kept: Kept, *, keyboard: bool) -> None:
        """Keep these words; with the ``keyboard`` they are shown, and what is typed next is added to them."""
        self._take_in()
        if self.is_here and not keyboard:
            self._kept.insert(0, kept)
            self._at += 1
            self._draw()
            return
        self._kept = [one for one in self._kept if one.text.strip()]
        self._kept.append(kept)
        self._show(len(self._kept) - 1)
        if keyboard:
            give_keyboard(self.composer)

    def add(self, contact: ContactId, text: str) -> bool:
        """Add what was typed for a contact before it had gone; False when nothing of theirs is kept."""
        self._take_in()
        at = next((at for at, one in enumerate(self._kept) if one.contact == contact), None)
        if at is None:
            return False
        if at == self._at:
            self.composer.write(text)
        else:
            self._kept[at] = replace(self._kept[at], text=self._kept[at].text + text)
        return True

    def take_back(self, contact: ContactId) -> Kept | None:
        """The words that were for this contact, which is a chat again; they are not kept here any more."""
        found = next((one for one in self.kept if one.contact == contact), None)
        if found is not None:
            self._remove(found)
        return found

    def throw_away(self) -> None:
        """The words that are shown are done with."""
        if self.shown is not None:
            self._remove(self._kept[self._at])

    def show_next(self) -> None:
        """Show others that are kept."""
        if self._kept:
            self._take_in()
            self._show((self._at + 1) % len(self._kept))

    def leave(self) -> None:
        """The keyboard is elsewhere now: nothing is left of what is blank."""
        self._take_in()
        blank = [one for one in self._kept if not one.text.strip()]
        for one in blank:
            self._remove(one)

    def _take_in(self) -> None:
        if self._kept:
            self._kept[self._at] = replace(self._kept[self._at], text=self.composer.draft)

    def _remove(self, kept: Kept) -> None:
        at = next(at for at, one in enumerate(self._kept) if one is kept)
        del self._kept[at]
        self._show(min(self._at - (at < self._at), len(self._kept) - 1) if self._kept else 0)

    # drawing

    def _show(self, at: int) -> None:
        self._at = at
        self.composer.draft = self._kept[at].text if self._kept else ""
        self._draw()

    def _draw(self) -> None:
        self._said.remove_class("-asked")
        self.display = bool(self._kept)
        self.composer.display = True
        if self._kept:
            kept = self._kept[self._at]
            what = "Private note not kept" if kept.note else "Not sent"
            whom = f" to {kept.whom}" if kept.whom else ""
            more = f"  ({self._at + 1} of {len(self._kept)})" if len(self._kept) > 1 else ""
            self._said.update(Content(f"{glyphs.LOST} {what}{whom}: {kept.why}{more}  {HELP_KEYS}"))

    def show_waiting(self, whom: str, typed: str) -> None:
        """Say that somebody is being accepted, and what was typed for them; nothing else is shown."""
        self.display = True
        self.composer.display = False
        name = whom or "The longest waiting"
        words = f"  {clean_line(typed)}" if typed else ""
        said = f"{name} is being accepted; what you type goes to them. Esc: do not wait.{words}"
        self._said.update(Content(said))

    def waited(self) -> None:
        """Nobody is being accepted any more."""
        self._draw()

    # keys

    def action_what_now(self) -> None:
        """Ask what can be done with the words."""
        self.asked_what_now()

    def action_leave(self) -> None:
        """Go on elsewhere; what is written stays."""
        self.left()

    @on(Composer.TypingChanged)
    @on(Composer.PageAsked)
    @on(Composer.HelpWanted)
    @on(Composer.TooLong)
    def _nobody_is_written_to(self, event: Message) -> None:
        event.stop()
