"""A ``Backend`` without a file or a thread: for tests of other parts, and the model of the engines.

Backends opened on the same ``MemoryDesk`` share it, like consoles that share a file.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tui.backends import records
from tui.backends.contract import (
    HISTORY_LIMIT,
    SECRET_BYTES,
    Appended,
    BackendError,
    BackendEvent,
    Capabilities,
    ConsoleBeat,
    ContactChanged,
    DeedResult,
    Found,
    Gone,
    MessageAppended,
    NewContact,
    Refused,
    SearchResult,
    Snapshot,
    TypingSeen,
)
from tui.desk.contact import ChatMessage, Contact, ContactId, MessageId, Sender, Status
from tui.desk.lifecycle import Deed
from tui.text import RemoteText
from tui.text.seek import fits, sought, words_of


class MemoryWatch(AsyncIterator[BackendEvent]):
    """A queue that ends."""

    def __init__(self, first: Snapshot) -> None:
        self._events: deque[BackendEvent] = deque([first])
        self._wake = asyncio.Event()
        self._ended = False

    async def __anext__(self) -> BackendEvent:
        while not self._ended:
            if self._events:
                return self._events.popleft()
            self._wake.clear()
            await self._wake.wait()
        raise StopAsyncIteration

    def tell(self, *events: BackendEvent) -> None:
        self._events.extend(events)
        self._wake.set()

    def end(self) -> None:
        self._ended = True
        self._wake.set()


@dataclass
class MemoryDesk:
    """What the consoles share."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    contacts: dict[ContactId, Contact] = field(default_factory=dict)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(SECRET_BYTES), repr=False)
    secrets: dict[ContactId, str] = field(default_factory=dict)
    requests: dict[ContactId, str] = field(default_factory=dict)
    transcripts: dict[ContactId, list[ChatMessage]] = field(default_factory=dict)
    known: dict[MessageId, ChatMessage] = field(default_factory=dict)
    watches: list[MemoryWatch] = field(default_factory=list)
    consoles: dict[str, ConsoleBeat] = field(default_factory=dict)

    def store(self, contact: Contact, *messages: ChatMessage) -> None:
        """Keep the record and its new messages, and tell."""
        if self.contacts.get(contact.id) is contact:
            return
        self.contacts[contact.id] = contact
        for message in messages:
            self.transcripts.setdefault(contact.id, []).append(message)
            self.known[message.id] = message
        for watch in self.watches:
            watch.tell(ContactChanged(contact), *map(MessageAppended, messages))

    def waiting_order(self, *statuses: Status) -> tuple[Contact, ...]:
        """Contacts of these statuses, longest wait first."""
        found = (contact for contact in self.contacts.values() if contact.status in statuses)
        return tuple(sorted(found, key=lambda contact: (contact.pending_since, contact.created, contact.id)))

    def snapshot(self) -> Snapshot:
        """Everything that is not ended."""
        contacts = self.waiting_order(Status.PENDING, Status.ASSIGNED)
        assigned = (contact.id for contact in contacts if contact.status is Status.ASSIGNED)
        messages = tuple(m for id in assigned for m in self.transcripts[id][-HISTORY_LIMIT:])
        return Snapshot(contacts, messages)


class MemoryBackend:
    """``Backend`` over a ``MemoryDesk``."""

    def __init__(self, desk: MemoryDesk | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.capabilities = Capabilities(name="memory", shared_by="backends of one test")
        self.desk = desk or MemoryDesk()
        self.fails: BackendError | None = None
        """While set, every call raises it: how a test takes the engine away."""
        self._clock = clock
        self._open = False
        self._watches: list[MemoryWatch] = []

    async def open(self) -> None:
        if self.fails is not None:
            raise self.fails
        self._open = True

    async def close(self) -> None:
        self._open = False
        for watch in self._watches:
            self.desk.watches.remove(watch)
            watch.end()
        self._watches = []

    async def healthy(self) -> bool:
        return self._open and self.fails is None

    async def desk_id(self) -> str:
        return (await self._reach()).id

    async def desk_secret(self) -> bytes:
        return (await self._reach()).secret

    def watch(self) -> AsyncIterator[BackendEvent]:
        watch = MemoryWatch(self.desk.snapshot())
        self._watches.append(watch)
        self.desk.watches.append(watch)
        return watch

    async def create(self, new: NewContact) -> Contact:
        desk = await self._reach()
        if new.id in desk.contacts:
            return desk.contacts[new.id]
        if new.message_id in desk.known:
            raise BackendError("a message of this id was stored before")
        seen = bool(new.visitor) and any(new.visitor == contact.visitor for contact in desk.contacts.values())
        contact, message = records.opened(new, self._clock(), returning=seen)
        desk.secrets[new.id] = new.secret_hash
        desk.requests[new.id] = new.request_hash
        desk.store(contact, message)
        return contact

    async def perform(self, contact: ContactId, deed: Deed) -> DeedResult:
        desk = await self._reach()
        after, result = records.with_deed(desk.contacts.get(contact), deed, self._clock())
        if after is not None:
            desk.store(after)
        return result

    async def append(
        self, contact: ContactId, id: MessageId, sender: Sender, author: RemoteText, text: RemoteText
    ) -> Appended | Gone | Refused:
        desk = await self._reach()
        if id in desk.known:
            return Appended(desk.known[id], new=False)
        before = desk.contacts.get(contact)
        message = records.next_message(before, id, sender, author, text, self._clock())
        if before is None or isinstance(message, Gone | Refused):
            return message if isinstance(message, Refused) else Gone()
        desk.store(records.with_message(before, message), message)
        return Appended(message, new=True)

    async def history(
        self, contact: ContactId, after: int = 0, limit: int = HISTORY_LIMIT
    ) -> tuple[ChatMessage, ...]:
        said = (await self._reach()).transcripts.get(contact, [])
        wanted = max(0, min(limit, HISTORY_LIMIT))
        return tuple([message for message in said if message.seq > after][:wanted])

    async def contact(self, contact: ContactId) -> Contact | None:
        return (await self._reach()).contacts.get(contact)

    async def search(self, words: str, limit: int) -> SearchResult:
        desk = await self._reach()
        phrases = sought(words)
        newest: dict[ContactId, ChatMessage] = {}
        for message in reversed(desk.known.values()) if phrases else ():
            nick = desk.contacts[message.contact].nick
            texts = (nick, message.author, message.text)
            if message.contact not in newest and fits(phrases, *(words_of(text).split() for text in texts)):
                newest[message.contact] = message
        found = [Found(desk.contacts[id], message) for id, message in newest.items()]
        return SearchResult(tuple(found[:limit]), more=len(found) > limit)

    async def earlier(self, visitor: str, limit: int) -> tuple[Contact, ...]:
        desk = await self._reach()
        known = [contact for contact in desk.contacts.values() if visitor and contact.visitor == visitor]
        known.reverse()
        return tuple(sorted(known, key=lambda contact: -contact.created)[: max(0, limit)])

    async def pending(self) -> tuple[Contact, ...]:
        return (await self._reach()).waiting_order(Status.PENDING)

    async def secret_hash(self, contact: ContactId) -> str:
        return (await self._reach()).secrets.get(contact, "")

    async def request_hash(self, contact: ContactId) -> str:
        return (await self._reach()).requests.get(contact, "")

    async def mark(
        self,
        contact: ContactId,
        *,
        visitor_seen: int | None = None,
        agent_seen: int | None = None,
        visitor_received: int | None = None,
    ) -> None:
        desk = await self._reach()
        if contact in desk.contacts:
            before = desk.contacts[contact]
            desk.store(records.with_marks(before, visitor_seen, agent_seen, visitor_received))

    async def set_silence(
        self, contact: ContactId, silent_since: float | None, gone_at: float | None
    ) -> None:
        desk = await self._reach()
        if contact in desk.contacts:
            desk.store(records.with_silence(desk.contacts[contact], silent_since, gone_at))

    async def visit(self, contact: ContactId, page: RemoteText) -> None:
        desk = await self._reach()
        if contact in desk.contacts:
            desk.store(records.with_visit(desk.contacts[contact], page, self._clock()))

    async def tell_typing(self, contact: ContactId, sender: Sender, typing: bool) -> None:
        desk = await self._reach()
        record = desk.contacts.get(contact)
        if record is not None and record.status is not Status.ENDED:
            for watch in desk.watches:
                watch.tell(TypingSeen(contact, sender, typing, self._clock()))

    async def beat(self, console: ConsoleBeat) -> None:
        consoles = (await self._reach()).consoles
        consoles[console.id] = console
        if not console.beat_at:
            del consoles[console.id]

    async def consoles(self) -> tuple[ConsoleBeat, ...]:
        return tuple((await self._reach()).consoles.values())

    async def _reach(self) -> MemoryDesk:
        """The desk, after giving others their turn, as an engine that waits for a disk would."""
        if not self._open:
            raise BackendError("the desk is not open")
        if self.fails is not None:
            raise self.fails
        await asyncio.sleep(0)
        return self.desk
