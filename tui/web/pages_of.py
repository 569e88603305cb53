"""A transcript in pages: a visitor's side may ask for all of it, and gets a bounded part at a time."""

from __future__ import annotations

from dataclasses import dataclass

from tui.backends.contract import Backend
from tui.desk.contact import ChatMessage, ContactId
from tui.web.limits import PAGE_CHARACTERS, PAGE_MESSAGES, READ_AT_ONCE


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """A part of a transcript."""

    messages: tuple[ChatMessage, ...]
    """In their order; also those that are not for visitors."""
    last: int
    """The sequence the next page begins after."""
    more: bool
    """Whether there is a next page."""


async def page_of(backend: Backend, contact: ContactId, after: int) -> TranscriptPage:
    """What follows a sequence number. Raises BackendError."""
    kept: list[ChatMessage] = []
    characters = 0
    while True:
        wanted = min(READ_AT_ONCE, PAGE_MESSAGES - len(kept))
        found = await backend.history(contact, kept[-1].seq if kept else after, wanted + 1)
        for message in found[:wanted]:
            characters += len(message.text)
            if kept and characters > PAGE_CHARACTERS:
                return TranscriptPage(tuple(kept), kept[-1].seq, True)
            kept.append(message)
        more = len(found) > wanted
        if not more or len(kept) >= PAGE_MESSAGES:
            return TranscriptPage(tuple(kept), kept[-1].seq if kept else after, more)
