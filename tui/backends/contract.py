"""What every engine promises. Section 4 of the design; the conformance suite holds each engine to it.

Rules: accept is one compare-and-set on one record; append is idempotent by message id; a watch may resync
with a fresh snapshot at any time; typing and presence are ephemeral; no transaction spans two records.
All methods are called on the desk loop and never block it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from tui.desk.contact import AgentName, ChatMessage, Contact, ContactId, MessageId, Sender, Visit
from tui.desk.events import BackendEvent, ContactChanged, MessageAppended, Snapshot, TypingSeen
from tui.desk.found import Found, SearchResult
from tui.desk.lifecycle import Deed
from tui.text import NO_TEXT, RemoteText

__all__ = [
    "HISTORY_LIMIT",
    "SECRET_BYTES",
    "Appended",
    "Backend",
    "BackendError",
    "BackendEvent",
    "Capabilities",
    "ConsoleBeat",
    "ContactChanged",
    "DeedResult",
    "Found",
    "Gone",
    "LostTo",
    "MessageAppended",
    "NewContact",
    "Refused",
    "SearchResult",
    "Snapshot",
    "TypingSeen",
    "Unknown",
    "Won",
]


SECRET_BYTES = 32
"""Length of a desk's secret."""


class BackendError(Exception):
    """The engine could not do it now (disk full, file locked, connection lost). Nothing is half done;
    trying again with the same token or message id is safe. The text says what is wrong and the cure."""


@dataclass(frozen=True, slots=True)
class Won:
    """The deed is done; ``contact`` is the record after it."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class LostTo:
    """Another agent has the contact."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such contact, or it has ended."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The deed, or the message, does not fit the contact (not yours, too early, nobody would read it)."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been done: ask again with the same token."""


DeedResult = Won | LostTo | Gone | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Appended:
    """A message is stored, or was already."""

    message: ChatMessage
    """As stored, with its sequence and time. If the id was known, the first text stands."""
    new: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do beyond the contract, and what to call it."""

    name: str
    shared_by: str
    """Who shares a desk on this engine: "consoles on this machine", "a team"."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """What the door knows of a visitor who asks for help."""

    id: ContactId
    nick: RemoteText
    text: RemoteText
    message_id: MessageId
    service: RemoteText = NO_TEXT
    lang: RemoteText = NO_TEXT
    page: RemoteText = NO_TEXT
    visitor: str = ""
    dissuasion_time: float = 0.0
    data: tuple[tuple[RemoteText, RemoteText], ...] = ()
    """As in ``Contact.data``."""
    trail: tuple[Visit, ...] = ()
    """As in ``Contact.trail``."""
    offline: bool = False
    """Left when nobody is there; has no dissuasion time."""
    secret_hash: str = ""
    """SHA-256 of the visitor's bearer token; the token itself is never stored."""
    request_hash: str = ""
    """SHA-256 of what was asked, where the client sent a key with which to ask again; else empty."""


@dataclass(frozen=True, slots=True)
class ConsoleBeat:
    """A sign of life of one console, by which an agent's consoles settle which of them sounds."""

    id: str
    """Names the console for as long as it runs."""
    agent: AgentName
    last_used: float
    """When the agent last touched it, in Unix seconds; the latest of an agent's consoles is his."""
    beat_at: float
    """When it said so, in Unix seconds. Another value is a new sign of life; 0 is a farewell."""
    where: str = ""
    """Which one it is, in plain words, such as "pid 1234, tty pts/3"."""
    fails: bool = False
    """Whether its speaker fails: one that works is preferred."""
    ringing: bool = False
    """Whether it rings just now."""
    paused: bool = False
    """Whether its agent has paused."""
    paused_since: float = 0.0
    pause_reason: str = ""
    chats: int = 0
    """How many chats its agent has."""
    max_chats: int = 0
    """The most he takes; 0 for no limit."""
    groups: tuple[str, ...] = ()
    """The groups he belongs to."""


HISTORY_LIMIT = 10_000
"""Messages of one contact that a snapshot (for each assigned contact) or one history call holds at most."""


class Backend(Protocol):
    """An engine that keeps contacts and messages."""

    capabilities: Capabilities

    async def open(self) -> None:
        """Connect or create. Raises BackendError with the place and the cure."""

    async def close(self) -> None:
        """Flush and let go; ends every watch. Never raises."""

    async def healthy(self) -> bool:
        """Whether the engine answers now."""

    async def desk_id(self) -> str:
        """Names this desk, made at its first opening: consoles with the same one share contacts."""

    async def desk_secret(self) -> bytes:
        """``SECRET_BYTES`` random bytes, made at the desk's first opening and never changed, the same for all
        who open it. Only the visitor's door asks for them: they are in no event, record, export or log."""

    def watch(self) -> AsyncIterator[BackendEvent]:
        """A snapshot, then what happens, whoever did it (this process included). Ends at close."""

    async def create(self, new: NewContact) -> Contact:
        """Make a pending contact with its first message. The same id again changes nothing. When the call
        returns, both survive a power cut. (One record: the first message travels in it.)"""

    async def perform(self, contact: ContactId, deed: Deed) -> DeedResult:
        """Apply a deed by ``lifecycle.apply`` in one compare-and-set."""

    async def append(
        self, contact: ContactId, id: MessageId, sender: Sender, author: RemoteText, text: RemoteText
    ) -> Appended | Gone | Refused:
        """Store a message; Gone when the contact does not exist, or has ended and the message is
        conversation (the desk's own words and private notes may come after the end). Refused when it is an
        agent's and the contact was left offline: nobody would read it. An id already stored is
        Appended(new=False) even then. Durable when it returns."""

    async def history(
        self, contact: ContactId, after: int = 0, limit: int = HISTORY_LIMIT
    ) -> tuple[ChatMessage, ...]:
        """Messages with sequence above ``after``, oldest first."""

    async def contact(self, contact: ContactId) -> Contact | None:
        """The record as it stands, ended ones too."""

    async def search(self, words: str, limit: int) -> SearchResult:
        """The contacts, open ones too, with a message that holds all these words or beginnings of words, as
        ``tui.text.seek`` compares them; ``words`` are an agent's and may be anything. Raises BackendError
        when the engine cannot search."""

    async def earlier(self, visitor: str, limit: int) -> tuple[Contact, ...]:
        """The contacts of this visitor (see ``Contact.visitor``), open ones too, newest first; none when it
        is empty."""

    async def pending(self) -> tuple[Contact, ...]:
        """Every pending contact, longest wait first."""

    async def secret_hash(self, contact: ContactId) -> str:
        """The hash given at creation; empty when there is no such contact."""

    async def request_hash(self, contact: ContactId) -> str:
        """The hash of what was asked, given at creation; empty when there is no such contact, or when it was
        made without a key."""

    async def mark(
        self,
        contact: ContactId,
        *,
        visitor_seen: int | None = None,
        agent_seen: int | None = None,
        visitor_received: int | None = None,
    ) -> None:
        """Raise read and received marks (never lowers them). Need not survive a power cut."""

    async def set_silence(
        self, contact: ContactId, silent_since: float | None, gone_at: float | None
    ) -> None:
        """Note what is known of the visitor's page, as the table in ``tui.desk.presence`` reads it: (None,
        lease) it is there, (since, None) it fell silent, (since, gone_at) it said goodbye, (None, None)
        nothing. Nothing on ended contacts and on those left offline."""

    async def visit(self, contact: ContactId, page: RemoteText) -> None:
        """Note that the visitor has gone to this page of the site: one more on the contact's trail, of which
        the newest are kept. The page he is on already changes nothing. Nothing on ended contacts. Need not
        survive a power cut."""

    async def tell_typing(self, contact: ContactId, sender: Sender, typing: bool) -> None:
        """Ephemeral; may be dropped under load."""

    async def beat(self, console: ConsoleBeat) -> None:
        """Note a console's sign of life in place of its last one. Ephemeral: need not survive anything."""

    async def consoles(self) -> tuple[ConsoleBeat, ...]:
        """The last sign of life of every console, of whichever agent, in no order; some may be dead."""
