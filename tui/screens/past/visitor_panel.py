"""At the right of the chats: who the visitor is, where he has been, and his earlier contacts."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.desk.contact import Contact
from tui.link.archive import ReadEarlier
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.overlay import open_over
from tui.screens.past.asking import next_number
from tui.screens.past.facts import facts_of
from tui.screens.past.past_screen import PastScreen
from tui.screens.past.rows import earlier_row
from tui.text import clean_line
from tui.widgets.past_list import PastList

LABEL = 9
"""Cells of the names at the left."""


class VisitorPanel(Vertical):
    """Shown and hidden by a command; of the chat that is open, or of the contact under the queue's cursor."""

    DEFAULT_CSS = """
    VisitorPanel {
        width: 38;
        display: none;
        border-left: vkey $panel;
        & > #visitor-title { height: 1; background: $panel; padding: 0 1; text-style: bold; }
        & > #visitor-scroll { height: auto; max-height: 60%; padding: 0 1; }
        & > #visitor-scroll > Static { height: auto; }
        & > PastList { height: 1fr; min-height: 3; }
    }
    """

    def __init__(self, port: DeskPort) -> None:
        super().__init__(id="visitor-panel")
        self._port = port
        self._contact: Contact | None = None
        self._number = 0
        self._drawn: object = None
        self.earlier = PastList(title="EARLIER", empty="None that is known.", id="earlier")

    def compose(self) -> ComposeResult:
        """The facts, the earlier contacts."""
        yield Static("VISITOR", id="visitor-title", markup=False)
        with VerticalScroll(id="visitor-scroll", can_focus=False):
            yield Static(markup=False, id="visitor-facts")
        yield self.earlier

    def show(self, contact: Contact | None, view: View) -> None:
        """Tell of this contact's visitor; his earlier contacts are asked for once."""
        before, self._contact = self._contact, contact
        if contact is not before:
            self._say_facts(contact)
        if contact is None:
            self.earlier.set_rows(())
            return
        if before is None or before.id != contact.id or not self._number:
            self._number = next_number()
            self.earlier.set_rows(())
            self._port.send(ReadEarlier(self._number, contact.id, contact.visitor))
        answer = view.archive.earlier
        if answer.number == self._number and answer is not self._drawn:
            self._drawn = answer
            if answer.problem:
                self.earlier.empty = clean_line(answer.problem)
            self.earlier.set_rows([earlier_row(one) for one in answer.contacts])

    def _say_facts(self, contact: Contact | None) -> None:
        lines: list[Content] = []
        for name, value in facts_of(contact) if contact is not None else ():
            label = name if len(name) < LABEL else f"{name}:"
            lines.append(Content.assemble((label.ljust(LABEL), "dim"), value))
        said = Content("\n").join(lines) if lines else Content("No chat is open.")
        self.query_one("#visitor-facts", Static).update(said)

    @on(PastList.PastChosen)
    def _chosen(self, event: PastList.PastChosen) -> None:
        event.stop()
        open_over(self.screen, PastScreen(self._port, event.id))
