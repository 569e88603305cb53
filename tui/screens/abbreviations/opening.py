"""Opens the list over the desk, and does with the text that was taken what was asked."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App

from tui.desk.contact import ContactId
from tui.link.port import DeskPort
from tui.screens.abbreviations.screen import AbbreviationsScreen, Taken
from tui.screens.pane import ChatPane


def open_abbreviations(
    app: App[None],
    port: DeskPort,
    panes: Mapping[ContactId, ChatPane],
    contact: ContactId | None,
    words: str,
) -> None:
    """For the chat with this contact; without one they can only be written."""

    def taken(answer: Taken | None) -> None:
        pane = panes.get(contact) if contact is not None else None
        if answer is None:
            return
        if pane is None or pane.is_ended:
            app.notify("This chat has ended.", severity="warning", markup=False)
        elif answer.send:
            pane.composer.send_words(answer.text)
        else:
            pane.composer.insert_words(answer.text)

    app.clear_notifications()
    app.push_screen(AbbreviationsScreen(port, contact, words), taken)
