"""What is said of the current chat in plain mode: notes, tags, who the visitor is, a transcript as a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.desk.contact import Contact, MessageId
from tui.link.commands import Label, WriteNote
from tui.screens.labels import changed_tags
from tui.screens.past.exporting import export_typed
from tui.screens.past.facts import facts_of
from tui.text import NotAdmitted, admit, clean_line
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole


def label_deeds(console: PlainConsole, current: Callable[[], Contact]) -> dict[str, Callable[[str], None]]:
    """By command; ``current`` gives the contact of the current chat, or raises WrongArgument."""
    return {
        "note": lambda text: _note(console, current(), text),
        "tag": lambda words: _tag(console, current(), words),
        "visitor": lambda _: _visitor(console, current()),
        "export": lambda words: export_typed(console.port, current(), words or "text"),
    }


def _note(console: PlainConsole, contact: Contact, text: str) -> None:
    if not text:
        console.questions.expect("Write the note behind it, as in /note paid twice.")
        return
    try:
        admitted = admit(text)
    except NotAdmitted as no:
        raise WrongArgument(f"Write the note behind it: {no.reason}.") from None
    console.port.send(WriteNote(contact.id, MessageId(uuid.uuid4().hex), admitted))
    console.say("Note kept; the visitor does not see it.")


def _tag(console: PlainConsole, contact: Contact, words: str) -> None:
    contact = console.port.view().labelled(contact)
    if not words.strip():
        tags = ", ".join(clean_line(tag) for tag in contact.tags)
        console.say(
            f"Tags: {tags}." if tags else "No tags. Write words behind it, with a minus to take one off."
        )
        return
    tags_after = changed_tags(contact.tags, words)
    console.port.send(Label(contact.id, tags_after, contact.colour, contact.resolution))
    told = ", ".join(clean_line(tag) for tag in tags_after)
    console.say(f"Tags: {told}." if told else "No tags any more.")


def _visitor(console: PlainConsole, contact: Contact) -> None:
    console.say(*(f"{name}: {value}" if name else str(value) for name, value in facts_of(contact)))
