"""A transcript with a line beneath it in which one types what is to be found in it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.desk.contact import MessageId
from tui.widgets.keyboard import give_keyboard
from tui.widgets.transcript_seek import SeekTranscript


class FindLine(Horizontal):
    """The words that are looked for, and which of the hits is looked at."""

    HELP = """Find in this chat
    Type what you look for: the hits are marked in the transcript and counted. Enter or the up arrow goes to
    the one before, the down arrow to the next; Esc goes back to where you were.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "The hit before", show=False),
        Binding("down", "step(1)", "The next hit", show=False),
        Binding("escape", "close", "Back to where you were", show=False),
    ]
    DEFAULT_CSS = """
    FindLine {
        height: 1;
        display: none;
        background: $surface;
        &.-open { display: block; }
        & > Input, & > Input:focus {
            border: none; height: 1; padding: 0 1; width: 1fr; background: $surface;
        }
        & > Static { width: auto; min-width: 12; padding: 0 1; text-align: right; color: $text-muted; }
    }
    """

    class Stepped(Message):
        """Another hit is wanted."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Closed(Message):
        """Nothing is looked for any more."""

    def compose(self) -> ComposeResult:
        """The words, the count."""
        yield Input(placeholder="find in this chat", compact=True, max_length=200)
        yield Static(markup=False)

    def say(self, text: str) -> None:
        """How many were found."""
        self.query_one(Static).update(Content(text))

    def action_step(self, by: int) -> None:
        """Go to another hit."""
        self.post_message(self.Stepped(by))

    def action_close(self) -> None:
        """End the search."""
        self.post_message(self.Closed())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Stepped(-1))


class FindArea(Vertical):
    """The transcript and its find line."""

    class Left(Message):
        """The agent has ended the search: the keyboard is nowhere."""

        def __init__(self, area: FindArea) -> None:
            super().__init__()
            self.area = area

    DEFAULT_CSS = """
    FindArea { height: 1fr; & > SeekTranscript { height: 1fr; } }
    """

    def __init__(self) -> None:
        super().__init__()
        self.transcript = SeekTranscript()
        self.line = FindLine()

    def compose(self) -> ComposeResult:
        """The transcript, and the line when it is open."""
        yield self.transcript
        yield self.line

    @property
    def is_open(self) -> bool:
        """Whether something is looked for."""
        return self.line.has_class("-open")

    def find(self, words: str = "", start_at: MessageId | None = None) -> None:
        """Open the line, with words when there are any, and go to the hit in or above a message."""
        self.line.add_class("-open")
        field = self.line.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = words or field.value
        field.cursor_position = len(field.value)
        give_keyboard(field)
        self.transcript.find(field.value, start_at)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.transcript.find(event.value)

    @on(SeekTranscript.Counted)
    def _counted(self, event: SeekTranscript.Counted) -> None:
        event.stop()
        if not self.line.query_one(Input).value.strip():
            self.line.say("")
        elif event.count:
            self.line.say(f"{event.number} of {event.count}{'' if event.done else '+'}")
        else:
            self.line.say("not found" if event.done else "…")

    @on(FindLine.Stepped)
    def _stepped(self, event: FindLine.Stepped) -> None:
        event.stop()
        self.transcript.find_next(event.by)

    @on(FindLine.Closed)
    def close(self) -> None:
        """Close the line; the transcript stands where it stood before."""
        self.line.remove_class("-open")
        self.transcript.stop_finding(back=True)
        self.post_message(self.Left(self))
