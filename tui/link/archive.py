"""What the screens ask of past contacts, and the answers: both numbered, so that a late answer to an older
question is told from the one waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tui.desk.contact import ChatMessage, Contact, ContactId
from tui.desk.found import SearchResult


@dataclass(frozen=True, slots=True)
class SearchPast:
    """Find the contacts in which these words were said. A newer wish takes the place of one not begun."""

    number: int
    words: str
    limit: int


@dataclass(frozen=True, slots=True)
class ReadPast:
    """Read a contact and its whole transcript."""

    number: int
    contact: ContactId


@dataclass(frozen=True, slots=True)
class ReadEarlier:
    """Find the other contacts of the visitor who is in this one."""

    number: int
    contact: ContactId
    visitor: str


class ExportFormat(StrEnum):
    """How an exported transcript is written; the value is the file's suffix."""

    TEXT = "txt"
    MARKDOWN = "md"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Export:
    """Write the transcript of a contact into a file; where it is, or why it is not, is told in a toast."""

    contact: ContactId
    format: ExportFormat
    notes: bool = False
    """With the private notes: for colleagues."""


ArchiveCommand = SearchPast | ReadPast | ReadEarlier | Export


@dataclass(frozen=True, slots=True)
class SearchView:
    """The newest answer to ``SearchPast``."""

    number: int = 0
    words: str = ""
    result: SearchResult = field(default_factory=SearchResult)
    problem: str = ""
    """Why nothing could be searched, and the cure."""


@dataclass(frozen=True, slots=True)
class PastView:
    """The newest answer to ``ReadPast``."""

    number: int = 0
    contact: Contact | None = None
    messages: tuple[ChatMessage, ...] = ()
    problem: str = ""
    """Why it could not be read, and the cure."""


@dataclass(frozen=True, slots=True)
class EarlierView:
    """The newest answer to ``ReadEarlier``."""

    number: int = 0
    contact: ContactId | None = None
    """The one that was asked for; it is not among the earlier ones."""
    contacts: tuple[Contact, ...] = ()
    """Newest first."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """What is known of past contacts, for the screens that asked."""

    search: SearchView = field(default_factory=SearchView)
    past: PastView = field(default_factory=PastView)
    earlier: EarlierView = field(default_factory=EarlierView)
