"""What a search over all contacts has found. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from tui.desk.contact import ChatMessage, Contact


@dataclass(frozen=True, slots=True)
class Found:
    """A contact in which what was searched for is found."""

    contact: Contact
    message: ChatMessage
    """The newest of its messages that holds all the words; names count as words of what they wrote."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search has found."""

    found: tuple[Found, ...] = ()
    """The newest first."""
    more: bool = False
    """Whether there are more than were asked for."""
    complete: bool = True
    """Whether all messages were searched; False while an index is still being made."""
