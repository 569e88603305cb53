"""A contact read again: its whole transcript, as it is kept. Nothing can be written here."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.desk.contact import Contact, ContactId, MessageId
from tui.desk.state import Chat
from tui.link.archive import PastView, ReadPast
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.overlay import Overlay
from tui.screens.past.asking import next_number
from tui.screens.past.export import copy_transcript, export_asked
from tui.screens.past.rows import heading
from tui.screens.transcript_rows import TranscriptRows
from tui.text import clean_line
from tui.widgets.find_area import FindArea
from tui.widgets.transcript import Transcript


class PastScreen(Overlay[None]):
    """One contact of the past, or one that another agent has."""

    HELP = """A transcript
    A contact as it is kept: who it was, what came of it, and all that was said, private notes too. From
    here it can be searched, exported and copied; nothing can be written.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "back", "Back", show=False),
        Binding("slash,ctrl+f", "find", "Find in it", show=False),
        Binding("e,alt+e", "export", "Export it", show=False),
        Binding("c,alt+c", "copy", "Copy it", show=False),
    ]
    DEFAULT_CSS = """
    PastScreen {
        layout: vertical;
        & > #who { height: 1; background: $panel; padding: 0 1; text-style: bold; }
        & > #what { height: 1; background: $panel; padding: 0 1; color: $text-muted; }
        & > #keys { height: 1; background: $panel; padding: 0 1; }
    }
    """

    def __init__(
        self, port: DeskPort, contact: ContactId, words: str = "", at: MessageId | None = None
    ) -> None:
        """``words`` are marked in it, beginning with those in or above the message ``at``."""
        super().__init__()
        self._port = port
        self._contact = contact
        self._words = words
        self._at = at
        self._number = next_number()
        self._read: PastView | None = None
        self.area = FindArea()

    def compose(self) -> ComposeResult:
        """Who, what came of it, what was said."""
        yield Static("…", id="who", markup=False)
        yield Static(id="what", markup=False)
        yield self.area
        yield Static("↑↓ scroll  / find  e export  c copy  Esc back", id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask for it."""
        self.area.transcript.focus()
        self._port.send(ReadPast(self._number, self._contact))

    @property
    def record(self) -> Contact | None:
        """The contact, once it is here."""
        return self._read.contact if self._read is not None else None

    async def show(self, view: View) -> None:
        """Draw the answer."""
        answer = view.archive.past
        if answer.number != self._number or answer is self._read:
            return
        self._read = answer
        contact = answer.contact
        if answer.problem or contact is None:
            said = clean_line(answer.problem or "There is no such contact any more.", max_chars=400)
            self.query_one("#who", Static).update(Content(said))
            return
        who, what = heading(contact)
        self.query_one("#who", Static).update(Content(who))
        self.query_one("#what", Static).update(Content(what))
        rows = TranscriptRows(view.desk.me).update(Chat(contact, messages=answer.messages), view.at)
        self.area.transcript.set_rows(rows)
        if self._words:
            self.area.find(self._words, self._at)
            self.area.transcript.focus()

    def action_back(self) -> None:
        """End the search in it, or go back to where one came from."""
        if self.area.is_open:
            self.area.close()
        else:
            self.dismiss(None)

    def action_find(self) -> None:
        """Find words in it."""
        self.area.find()

    def action_export(self) -> None:
        """Choose how."""
        if self.record is not None:
            export_asked(self.app, self._port, self.record)

    def action_copy(self) -> None:
        """All of it, without the notes."""
        if self._read is not None and self._read.contact is not None:
            copy_transcript(self.app, self._read.contact, self._read.messages)

    @on(FindArea.Left)
    def _left_finding(self) -> None:
        self.area.transcript.focus()

    @on(Transcript.LinkChosen)
    def _link_chosen(self, event: Transcript.LinkChosen) -> None:
        self.app.copy_to_clipboard(event.url)
        self.notify(f"{event.url}\nCopied, if the terminal allows it.", markup=False, timeout=4)
