"""Taking a transcript with one: into a file, or to the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App

from tui.desk.contact import ChatMessage, Contact, Sender
from tui.link.archive import ExportFormat
from tui.link.port import DeskPort
from tui.link.transcripts import rendered
from tui.screens.choose import Choice, ChooseScreen
from tui.screens.past.exporting import NOTES, export_typed
from tui.text import clean_line

FORMATS = {
    ExportFormat.TEXT: "Text",
    ExportFormat.MARKDOWN: "Markdown",
    ExportFormat.JSON: "JSON",
}


def export_asked(app: App[object], port: DeskPort, contact: Contact) -> None:
    """Ask how, then have it written; where it is, is told."""
    choices = [
        Choice(format.value, f"{word} (.{format.value})", "what the visitor could read")
        for format, word in FORMATS.items()
    ]
    choices += [
        Choice(f"{format.value} {NOTES}", f"{word} with notes", "for colleagues only")
        for format, word in FORMATS.items()
    ]

    def chosen(answer: str | None) -> None:
        if answer is not None:
            export_typed(port, contact, answer)

    app.clear_notifications()
    title = f"Export the chat with {clean_line(contact.nick, max_chars=30)}"
    app.push_screen(ChooseScreen(title, choices, placeholder="text, markdown, json"), chosen)


def copy_transcript(app: App[object], contact: Contact, messages: Sequence[ChatMessage]) -> None:
    """To the clipboard by the terminal (OSC 52), which may not allow it; private notes are left out."""
    app.copy_to_clipboard(rendered(contact, messages, ExportFormat.TEXT))
    left_out = sum(message.sender is Sender.NOTE for message in messages)
    said = "The transcript is copied, if the terminal allows it."
    if left_out:
        said += " Private notes are left out."
    app.notify(said, markup=False, timeout=4)
