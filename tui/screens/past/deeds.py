"""What the agent does with what was said: search it all, find in a chat, see the visitor, export, copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.desk.contact import Contact, ContactId
from tui.link.port import DeskPort
from tui.screens.pane_row import PaneRow
from tui.screens.past.export import copy_transcript, export_asked
from tui.screens.past.exporting import export_typed
from tui.screens.past.search_screen import SearchScreen
from tui.screens.past.visitor_panel import VisitorPanel
from tui.widgets.keyboard import give_keyboard

if TYPE_CHECKING:
    from tui.screens.desk_screen import DeskScreen

SHOWN = "-visitor"
"""The desk's class while the panel is open."""


class PastDeeds:
    """The commands of the table that are about what was said."""

    def __init__(self, screen: DeskScreen, port: DeskPort, row: PaneRow, panel: VisitorPanel) -> None:
        self._screen = screen
        self._port = port
        self._row = row
        self._panel = panel

    def table(self) -> Mapping[str, Callable[[str], None]]:
        """By command."""
        return {
            "search-past": self._search,
            "find": lambda words: self._screen.with_current(lambda id: self._find(id, words)),
            "visitor": lambda _: self._toggle_panel(),
            "export": lambda words: self._screen.with_current(lambda id: self._export(id, words)),
            "copy-chat": lambda _: self._screen.with_current(self._copy),
        }

    def show(self, queued: Contact | None) -> None:
        """Bring the panel up to date, when it is open: with the contact under the queue's cursor while the
        keyboard is there (``queued``), else with the chat that is open."""
        if not self._screen.has_class(SHOWN):
            return
        view = self._port.view()
        chat = view.desk.chats.get(view.desk.current) if view.desk.current is not None else None
        self._panel.show(queued or (chat.contact if chat is not None else None), view)

    def _search(self, words: str) -> None:
        self._screen.app.clear_notifications()
        self._screen.app.push_screen(SearchScreen(self._port, words))

    def _find(self, id: ContactId, words: str) -> None:
        self._screen.show_chat(id)
        self._row.panes[id].reading.find(words)

    def _toggle_panel(self) -> None:
        self._screen.toggle_class(SHOWN)
        self._screen.refresh_panel()
        if not self._screen.has_class("-narrow"):
            return
        if self._screen.has_class(SHOWN):  # it stands in the place of what the keyboard was in
            give_keyboard(self._panel.earlier)
        else:
            self._screen.set_focus(None)
            self._screen.call_after_refresh(self._screen.restore_focus)

    def _export(self, id: ContactId, words: str) -> None:
        contact = self._port.view().desk.chats[id].contact
        if words:
            export_typed(self._port, contact, words)
        else:
            export_asked(self._screen.app, self._port, contact)

    def _copy(self, id: ContactId) -> None:
        chat = self._port.view().desk.chats[id]
        copy_transcript(self._screen.app, chat.contact, chat.messages)
