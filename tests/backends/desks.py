"""A desk under test: its backends, its clock, its visitors; and what a console would make of its events."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tests.backends.engines import Engine
from tui.backends.contract import (
    Appended,
    Backend,
    BackendEvent,
    ContactChanged,
    DeedResult,
    Gone,
    MessageAppended,
    NewContact,
    Refused,
    Snapshot,
    TypingSeen,
)
from tui.desk.contact import NOBODY, AgentName, ChatMessage, Contact, ContactId, MessageId, Sender, Status
from tui.desk.lifecycle import Deed, DeedKind
from tui.desk.presence import ENDLESS, Patience
from tui.text import RemoteText

T = TypeVar("T")

MARIA = AgentName("Maria")
LUCA = AgentName("Luca")
PATIENCE = 20.0
"""Seconds after which something that should have come does not come."""


class FakeClock:
    """Stands still until told."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class DeskUnderTest:
    """One desk and the consoles on it."""

    engine: Engine
    address: str
    clock: FakeClock = field(default_factory=FakeClock)
    backends: list[Backend] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def console(self) -> Backend:
        """One more backend on this desk, open."""
        backend = self.engine.connect(self.address, self.clock)
        await backend.open()
        self.backends.append(backend)
        return backend

    async def close(self) -> None:
        for backend in self.backends:
            await backend.close()

    def visitor(
        self,
        nick: str = "Anna",
        text: str = "hello",
        *,
        id: str = "",
        dissuasion_time: float = 0.0,
        visitor: str = "",
        secret_hash: str = "",
    ) -> NewContact:
        number = next(self._numbers)
        return NewContact(
            id=ContactId(id or f"c{number}"),
            nick=RemoteText(nick),
            text=RemoteText(text),
            message_id=MessageId(f"first-{number}"),
            service=RemoteText("Sales"),
            lang=RemoteText("it"),
            page=RemoteText("https://shop.example/"),
            dissuasion_time=dissuasion_time,
            visitor=visitor,
            secret_hash=secret_hash,
        )


def deed(kind: DeedKind, agent: AgentName = NOBODY, token: str = "", patience: Patience = ENDLESS) -> Deed:
    """A deed with a token of its own unless one is given."""
    return Deed(kind, token or f"token-{next(_TOKENS)}", agent, patience=patience)


_TOKENS = itertools.count(1)


def accept(backend: Backend, contact: ContactId, agent: AgentName, token: str = "") -> Awaitable[DeedResult]:
    return backend.perform(contact, deed(DeedKind.ACCEPT, agent, token))


def say(
    backend: Backend,
    contact: ContactId,
    id: str,
    text: str = "one more word",
    sender: Sender = Sender.VISITOR,
) -> Awaitable[Appended | Gone | Refused]:
    return backend.append(contact, MessageId(id), sender, RemoteText(sender.value), RemoteText(text))


async def soon(awaitable: Awaitable[T]) -> T:
    """The same, but it fails instead of hanging."""
    return await asyncio.wait_for(awaitable, PATIENCE)


async def next_event(watch: AsyncIterator[BackendEvent]) -> BackendEvent:
    return await soon(anext(watch))


async def snapshot_of(backend: Backend) -> Snapshot:
    """What somebody who begins to watch now is told first."""
    first = await next_event(backend.watch())
    assert isinstance(first, Snapshot)
    return first


class Fold:
    """What a console knows by its watch. Checks, with every event, that it came in its order."""

    def __init__(self, watch: AsyncIterator[BackendEvent]) -> None:
        self.watch = watch
        self.contacts: dict[ContactId, Contact] = {}
        self.messages: dict[ContactId, list[ChatMessage]] = {}
        self.typing: list[TypingSeen] = []
        self.events: list[BackendEvent] = []

    def take(self, event: BackendEvent) -> None:
        self.events.append(event)
        match event:
            case Snapshot(contacts, messages):
                self.contacts = {contact.id: contact for contact in contacts}
                self.messages = {}
                for message in messages:
                    self.messages.setdefault(message.contact, []).append(message)
            case ContactChanged(contact):
                known = self.contacts.get(contact.id)
                assert known is None or contact.version >= known.version, "an older record after a newer one"
                self.contacts[contact.id] = contact
            case MessageAppended(message):
                assert message.contact in self.contacts, "a message before its contact"
                held = self.messages.setdefault(message.contact, [])
                assert not held or message.seq == held[-1].seq + 1, "a message out of order, twice or lost"
                held.append(message)
            case TypingSeen():
                self.typing.append(event)

    async def until(self, true: Callable[[Fold], bool]) -> None:
        """Listen until it is so."""
        async with asyncio.timeout(PATIENCE):
            while not true(self):
                self.take(await anext(self.watch))

    async def agrees_with(self, backend: Backend) -> None:
        """Listen until what is known is what a fresh snapshot says. The transcript before the first message
        heard is the history's, as for a console that has just accepted."""
        fresh = await snapshot_of(backend)
        await self.until(lambda fold: fold.open() == {contact.id: contact for contact in fresh.contacts})
        for contact in fresh.contacts:
            if contact.status is Status.ASSIGNED:
                said = tuple(message for message in fresh.messages if message.contact == contact.id)
                await self.until(partial(_heard_out, contact))
                held = tuple(self.messages.get(contact.id, ()))
                missing = await backend.history(contact.id, 0, contact.last_seq - len(held))
                assert missing + held == said

    def open(self) -> dict[ContactId, Contact]:
        return {id: contact for id, contact in self.contacts.items() if contact.status is not Status.ENDED}


def _heard_out(contact: Contact, fold: Fold) -> bool:
    held = fold.messages.get(contact.id)
    return not held or held[-1].seq == contact.last_seq
