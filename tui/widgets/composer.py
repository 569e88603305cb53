"""Where the agent writes: Enter sends, the arrow keys bring back what was sent, the height follows the text.

What was sent and the draft belong to a chat, not to this widget: the owner sets and reads ``sent`` and
``draft`` when another chat comes into its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

import tui.terminal_input.keys  # noqa: F401 - sets the keys right
from tui.typed.slash import Order, Refusal, as_typed, is_command
from tui.widgets import glyphs
from tui.widgets.helping import ComposerHelp, Helping
from tui.widgets.late_keys import keys_waiting
from tui.widgets.multiline import MultilineInput
from tui.widgets.parting import blank, has_gone
from tui.widgets.terminal_keys import RepeatedKey

MAX_CHARACTERS = 4000
"""The longest message the visitor's door takes."""
COUNT_FROM = 0.9
"""Share of the limit from which the count is shown."""
MAX_PASTE = 50_000
"""A paste longer than this is a mistake, and is not taken over."""
MAX_LINES = 6
NOTE_PLACEHOLDER = "Private note: the visitor never sees this"
UNSENDABLE_PLACEHOLDER = "Private notes and /commands only"
SENT_KEPT = 100
"""Sent texts that can be brought back."""
NEW_LINE_KEYS = frozenset({"shift+enter", "shift+\r", "alt+enter", "ctrl+enter", "ctrl+j"})
"""As terminals tell them; the odd one is xterm's with modifyOtherKeys."""
LEFT_TO_THE_APPLICATION = frozenset({"f6", "f7", "pageup", "pagedown"})
"""Keys of TextArea that the application has, or that scroll the transcript instead (page up and down)."""
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


EDITING = Binding.Group("Editing")
"""Marks keys that only move in the text or change it."""


def _bindings() -> list[BindingType]:
    """TextArea's own, without the keys that belong to the application."""
    kept: list[BindingType] = []
    for binding in TextArea.BINDINGS:
        if isinstance(binding, Binding):
            keys = [key for key in binding.key.split(",") if key not in LEFT_TO_THE_APPLICATION]
            if keys:
                named = Binding(
                    ",".join(keys), binding.action, binding.description, show=False, group=EDITING
                )
                kept.append(named)
    return kept


class Composer(MultilineInput, inherit_bindings=False):
    """A text of one to six lines that is sent with Enter."""

    @dataclass
    class Sent(Message):
        """The agent has sent a text; the composer is empty again."""

        composer: Composer
        text: str

        @property
        def control(self) -> Composer:
            """Which composer."""
            return self.composer

    @dataclass
    class TypingChanged(Message):
        """The agent is typing, or has stopped. Said again every few seconds while he types."""

        composer: Composer
        typing: bool

        @property
        def control(self) -> Composer:
            """Which composer."""
            return self.composer

    @dataclass
    class TooLong(Message):
        """A text was not sent, or a paste not taken over, because it has too many characters."""

        composer: Composer
        length: int
        limit: int

    @dataclass
    class HelpWanted(Message):
        """Who knows about commands and abbreviations may lend a hand, by ``help_with``."""

        composer: Composer

        @property
        def control(self) -> Composer:
            """Which composer."""
            return self.composer

    @dataclass
    class PageAsked(Message):
        """Page up (-1) or page down (1) was pressed: meant for the transcript above."""

        composer: Composer
        by: int

        @property
        def control(self) -> Composer:
            """Which composer."""
            return self.composer

    typing_ends_after = 5.0
    """Seconds without a change after which the agent has stopped typing."""
    typing_said_every = 3.0
    """Seconds after which it is said again that he types: whoever hears it forgets it after about six."""

    HELP = """You are writing
    Enter sends what you have written to the visitor; Alt+Enter or Ctrl+J begins a new line. The up
    arrow in an empty line brings back what you sent before. Tab expands an abbreviation such as _wm; a
    line that begins with a slash is a command, as in /mute 15, and is never sent. Each chat keeps what
    you have begun to write. In a letter nothing is sent: nobody would read it.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *_bindings(),
        Binding("pageup", "page(-1)", "Scroll the conversation", show=False),
        Binding("pagedown", "page(1)", "Scroll the conversation", show=False),
    ]

    DEFAULT_CSS = f"""
    Composer {{
        height: auto;
        min-height: 2;
        max-height: {MAX_LINES + 1};
        border: none;
        border-top: solid $foreground 25%;
        border-title-align: right;
        border-title-color: $text-muted;
        border-title-background: transparent;
        padding: 0 1;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus {{ border: none; border-top: solid $primary; }}
        &.-near {{ border-title-color: $text-warning; }}
        &.-over {{ border-top: solid $error; border-title-color: $text-error; border-title-style: bold; }}
        & .text-area--cursor-line {{ background: transparent; }}
        & .text-area--placeholder {{ color: $text-muted; }}
        &:light .text-area--cursor {{
            background: $input-cursor-background;
            color: $input-cursor-foreground;
        }}
        &.-note, &.-note:focus {{
            border: none;
            border-top: double $warning;
            border-title-color: $text-warning;
            border-title-style: bold;
            background: $warning 10%;
        }}
        &:ansi {{ border-top: solid ansi_default; }}
        &:ansi .text-area--placeholder {{ text-style: dim; }}
        &:ansi:focus {{ border-top: solid $primary; }}
    }}
    """

    def __init__(
        self,
        *,
        placeholder: str = "",
        max_characters: int = MAX_CHARACTERS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            placeholder=placeholder,
            highlight_cursor_line=False,
            id=id,
            classes=classes,
        )
        self.cursor_blink = False  # a blinking cursor keeps an idle console busy
        self.max_characters = max_characters
        self._placeholder_before: str | Content = placeholder
        self._placeholder_own = placeholder
        self._unsendable = ""
        self._sent: list[str] = []
        self._browsing: int | None = None
        """Index into the history; None while the draft is shown."""
        self._kept_draft = ""
        self._typing_said_at: float | None = None
        self._typing_timer: Timer | None = None
        self._written_at = 0.0
        self._barred = ""
        self.emptied_at = monotonic()
        """Since when it is empty, by the steady clock; while something stands here, when it last was."""
        self.left: Callable[[list[events.Key | events.Paste]], None] = lambda late: None
        """Told when a command typed here has taken the keyboard elsewhere, with what was typed behind it."""
        self.key_at = float("-inf")
        """When the last key came, by the steady clock."""
        self.helping = Helping(self)
        self.sending_refused: Callable[[str], object] = self.helping.refuse
        """Says why nothing was sent."""
        self.slip = self.helping.slip
        """To be put right above the composer."""

    @property
    def note(self) -> bool:
        """Whether what is written is a private note; nobody is told that it is being typed."""
        return self.has_class("-note")

    @note.setter
    def note(self, note: bool) -> None:
        if note == self.note:
            return
        self._stop_typing()
        self.set_class(note, "-note")
        self.forget_changes()  # what was written for colleagues does not come back where visitors read
        if note:
            self._placeholder_before = self.placeholder
            self.placeholder = NOTE_PLACEHOLDER
        else:
            self.placeholder = self._placeholder_before
        self._say_length()

    @property
    def unsendable(self) -> str:
        """Why nothing that is written here can be sent to the visitor; empty when it can."""
        return self._unsendable

    @unsendable.setter
    def unsendable(self, why: str) -> None:
        self._unsendable = why
        placeholder = UNSENDABLE_PLACEHOLDER if why else self._placeholder_own
        if self.note:
            self._placeholder_before = placeholder
        else:
            self.placeholder = placeholder

    @property
    def barred(self) -> str:
        """Why nothing can be sent from here, in a sentence; empty when it can. What is written is kept, and
        more can be written."""
        return self._barred

    @barred.setter
    def barred(self, why: str) -> None:
        if why != self._barred:
            self._barred = why
            self._stop_typing()

    @property
    def _kind(self) -> str:
        return f"{glyphs.NOTE} private note" if self.note else ""

    # What the owner keeps for each chat

    @property
    def draft(self) -> str:
        """What is written and not yet sent; while browsing the history, what was written before."""
        return self._kept_draft if self._browsing is not None else self.text

    @draft.setter
    def draft(self, text: str) -> None:
        self._browsing = None
        self._stop_typing()
        if text != self.text:
            self._show(text)
        self.forget_changes()

    @property
    def sent(self) -> tuple[str, ...]:
        """What was sent, oldest first."""
        return tuple(self._sent)

    @sent.setter
    def sent(self, sent: Sequence[str]) -> None:
        self._sent = list(sent)[-SENT_KEPT:]
        self._browsing = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its lines; blank ones once it has been taken away."""
        return blank(crop) if has_gone(self) else super().render_lines(crop)

    def on_mount(self) -> None:
        """Ask for help with what is typed."""
        self.post_message(self.HelpWanted(self))

    def help_with(self, help: ComposerHelp) -> None:
        """Have commands and abbreviations looked up here."""
        self.helping.help = help

    def insert_words(self, text: str) -> None:
        """Put words in at the cursor, in place of what is selected."""
        self.helping.insert(text, *self.selection)

    def write(self, text: str) -> None:
        """Put words in at the cursor, as if they were typed here."""
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    def send_words(self, text: str) -> None:
        """Send words as they are; what is being written stays."""
        if self._fits(text):
            self._remember(as_typed(text))
            self.post_message(self.Sent(self, text))

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Enter sends, its variants break the line, the arrows at the edge browse what was sent; what is
        shown above is served first."""
        self.key_at = monotonic()
        once_more = isinstance(event, RepeatedKey) and event.key == "enter"  # a held Enter does one thing
        if not once_more and self.helping.key(event.key):
            pass
        elif event.key in NEW_LINE_KEYS or "newline" in event.aliases:
            self._insert_line()
        elif event.key == "enter":
            if not once_more:
                self.action_send()
        elif (event.key == "up" and self._older()) or (event.key == "down" and self._newer()):
            pass
        elif event.key in _ACTIONS:
            # Here and now: left to bubble, it would be carried out after letters typed behind it.
            await self.run_action(_ACTIONS[event.key])
        else:
            return
        event.stop()
        event.prevent_default()

    def _insert_line(self) -> None:
        self._replace_via_keyboard("\n", *self.selection)

    def action_send(self) -> None:
        """Send the text, unless it is empty or too long; or carry it out, if it is a command."""
        typed = self.text.strip("\n").rstrip()
        if not typed.strip():
            return
        read = self.helping.read(typed)
        if isinstance(read, Refusal):
            self.helping.refuse(read.reason)
        elif isinstance(read, Order):
            # Emptied first: what a command finds written here would be a draft, and lost words.
            kept = self.text, self.cursor_location
            self._clear_away(typed)
            if wrong := self.helping.obey(read):
                self._show(kept[0])
                self.move_cursor(kept[1])
                self.helping.refuse(wrong)
            elif self.screen.focused is not self and self.app.screen is self.screen:
                self.left(keys_waiting(self))
        elif self._barred:
            self.sending_refused(self._barred)
        elif self._fits(read.text):
            self._clear_away(typed)
            self.post_message(self.Sent(self, read.text))

    def _fits(self, text: str) -> bool:
        """Whether it can be sent; said when it cannot."""
        if self.unsendable and not self.note:
            self.helping.refuse(self.unsendable)
            return False
        if len(text) > self.max_characters:
            self.post_message(self.TooLong(self, len(text), self.max_characters))
        return len(text.strip()) > 0 and len(text) <= self.max_characters

    def _remember(self, typed: str) -> None:
        """It can be brought back as it was typed."""
        if not self._sent or self._sent[-1] != typed:
            self._sent = [*self._sent, typed][-SENT_KEPT:]

    def _clear_away(self, typed: str) -> None:
        """Empty; what stood here can be brought back."""
        self._remember(typed)
        self._browsing = None
        self._stop_typing()
        self._show("")

    def action_page(self, by: int) -> None:
        """Scroll the transcript, not the few lines here."""
        self.post_message(self.PageAsked(self, by))

    def _older(self) -> bool:
        """Show the sent text before the one shown; False when the key means the cursor."""
        if not self._sent or not self.navigator.is_first_wrapped_line(self.cursor_location):
            return False
        if self._browsing is None:
            if self.text and not self.cursor_at_start_of_text:
                return False
            self._kept_draft = self.text
            self._browse(len(self._sent) - 1)
        elif self._browsing > 0:
            self._browse(self._browsing - 1)
        return True

    def _newer(self) -> bool:
        """Show the sent text after the one shown, at last the draft; False when the key means the cursor."""
        if self._browsing is None or not self.navigator.is_last_wrapped_line(self.cursor_location):
            return False
        if self._browsing + 1 < len(self._sent):
            self._browse(self._browsing + 1)
        else:
            self._browsing = None
            self._show(self._kept_draft)
        return True

    def _browse(self, index: int) -> None:
        self._show(self._sent[index])
        self._browsing = index

    def _show(self, text: str) -> None:
        self.helping.fresh()
        before = self.text
        self.load_text(text)
        self._watch_empty(before)
        self.move_cursor(self.document.end)

    async def on_paste(self, event: events.Paste) -> None:
        """Take over the lines as they are, without what no message can hold."""
        event.prevent_default()
        event.stop()
        text = _UNWANTED.sub("", event.text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", "    ")
        if len(text) > MAX_PASTE:
            self.post_message(self.TooLong(self, len(text), self.max_characters))
        elif result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    # Counting and typing

    def edit(self, edit: Edit) -> EditResult:
        """Every change by hand but undo comes this way."""
        before = self.text
        result = super().edit(edit)
        self._watch_empty(before)
        self._changed_by_hand()
        return result

    def undo(self) -> None:
        """Textual's own; it is a change by hand."""
        before = self.text
        super().undo()
        if self.text != before:
            self._watch_empty(before)
            self._changed_by_hand()

    def redo(self) -> None:
        """Textual's own; it is a change by hand."""
        before = self.text
        super().redo()
        if self.text != before:
            self._watch_empty(before)
            self._changed_by_hand()

    def _changed_by_hand(self) -> None:
        """What was browsed is a draft again, and the agent types."""
        self._browsing = None
        self.helping.edited()
        self._written()

    def on_text_area_changed(self) -> None:
        """Show the count when the limit is near."""
        self._say_length()

    def _watch_empty(self, before: str) -> None:
        if before or self.text:
            self.emptied_at = monotonic()

    def _say_length(self) -> None:
        length = len(self.text)
        over, near = length > self.max_characters, length >= self.max_characters * COUNT_FROM
        self.set_class(near and not over, "-near")
        self.set_class(over, "-over")
        count = f"{length:,} of {self.max_characters:,}"
        self.border_title = f"{count}: too long to send" if over else count if near else self._kind

    def _written(self) -> None:
        if not self.text or self.note or self._barred or is_command(self.text):
            self._stop_typing()  # a command is nobody's business but the agent's
            return
        now = monotonic()
        self._written_at = now
        if self._typing_said_at is None or now - self._typing_said_at >= self.typing_said_every:
            self._typing_said_at = now
            self.post_message(self.TypingChanged(self, True))
        if self._typing_timer is None:
            self._typing_timer = self.set_timer(self.typing_ends_after, self._typing_due)

    def _typing_due(self) -> None:
        """Stop typing, unless there were keys since: then wait for the rest of the time."""
        self._typing_timer = None
        left = self._written_at + self.typing_ends_after - monotonic()
        if self._typing_said_at is None:
            return
        if left > 0:
            self._typing_timer = self.set_timer(left, self._typing_due)
        else:
            self._stop_typing()

    def _stop_typing(self) -> None:
        if self._typing_said_at is not None:
            self._typing_said_at = None
            self.post_message(self.TypingChanged(self, False))


_ACTIONS = {
    key: binding.action
    for binding in Composer.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}
"""What each of the composer's own keys does."""
