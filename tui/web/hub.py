"""One watch on the backend, told on to every open stream.

Keeps the live contacts' records (for the place in the queue) and who listens to which contact. Knows
nothing of sockets: a stream is a :class:`Listener`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from tui.backends.contract import Backend, BackendError
from tui.desk.contact import ChatMessage, Contact, ContactId, Sender, Status
from tui.desk.events import BackendEvent, ContactChanged, MessageAppended, Snapshot

log = logging.getLogger(__name__)

WATCH_AGAIN_AFTER = 1.0
"""Seconds until a watch that failed is tried again."""

POSITIONS_EVERY = 0.25
"""Seconds between two tellings of the places in the queue, however many visitors come and go."""


class Listener(Protocol):
    """What wants to hear of one contact. None of the calls blocks."""

    contact: ContactId

    def contact_changed(self, contact: Contact) -> None:
        """The record is now this one."""

    def message_appended(self, message: ChatMessage) -> None:
        """A message was stored."""

    def agent_typing(self, typing: bool) -> None:
        """The agent types, or has stopped."""

    def position_changed(self, position: int) -> None:
        """The contact's place in the queue, from 1."""

    def missed_something(self) -> None:
        """Something may have happened unheard: read again."""


class Hub:
    """The fan-out."""

    def __init__(self, backend: Backend, on_contact: Callable[[Contact], None]) -> None:
        self.contacts: dict[ContactId, Contact] = {}
        """Every contact that is not ended, as last heard."""
        self.ready = asyncio.Event()
        """Set once the first snapshot has been heard."""
        self._backend = backend
        self._on_contact = on_contact
        self._listeners: dict[ContactId, set[Listener]] = {}
        self._positions: dict[ContactId, int] = {}
        self._queue_changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to watch."""
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._tell_positions())]

    async def close(self) -> None:
        """Stop watching."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def join(self, listener: Listener) -> None:
        """Tell this listener from now on."""
        self._listeners.setdefault(listener.contact, set()).add(listener)
        self._positions.pop(listener.contact, None)
        self._queue_changed.set()

    def leave(self, listener: Listener) -> None:
        """Tell this listener no more."""
        rest = self._listeners.get(listener.contact, set())
        rest.discard(listener)
        if not rest:
            self._listeners.pop(listener.contact, None)
            self._positions.pop(listener.contact, None)

    def listeners(self, contact: ContactId) -> int:
        """How many streams of this contact are open."""
        return len(self._listeners.get(contact, ()))

    def listened(self) -> tuple[ContactId, ...]:
        """The contacts which have a stream open."""
        return tuple(self._listeners)

    def everybody(self) -> tuple[Listener, ...]:
        """Every open stream."""
        return tuple(listener for some in self._listeners.values() for listener in some)

    def position(self, contact: Contact) -> int:
        """The place of a pending contact in the queue, from 1."""
        own = _place(contact)
        before = (c for c in self.contacts.values() if _in_line(c) and _place(c) < own)
        return 1 + sum(1 for _ in before)

    async def _watch(self) -> None:
        while True:
            try:
                async for event in self._backend.watch():
                    self._hear(event)
                return
            except BackendError as error:
                log.warning("the visitor's door lost its watch, tries again: %s", error)
            except Exception:  # the border of the task: without it every page would stand still
                log.exception("the visitor's door lost its watch, tries again")
            await asyncio.sleep(WATCH_AGAIN_AFTER)

    def _hear(self, event: BackendEvent) -> None:
        if isinstance(event, Snapshot):
            self._start_afresh(event.contacts)
        elif isinstance(event, ContactChanged):
            self._contact_changed(event.contact)
        elif isinstance(event, MessageAppended):
            for listener in tuple(self._listeners.get(event.message.contact, ())):
                listener.message_appended(event.message)
        elif event.sender is Sender.AGENT:
            for listener in tuple(self._listeners.get(event.contact, ())):
                listener.agent_typing(event.typing)

    def _start_afresh(self, contacts: Iterable[Contact]) -> None:
        self.contacts = {contact.id: contact for contact in contacts}
        self._queue_changed.set()
        for contact in self.contacts.values():
            self._on_contact(contact)
        for listener in self.everybody():
            listener.missed_something()
        self.ready.set()

    def _contact_changed(self, contact: Contact) -> None:
        before = self.contacts.get(contact.id)
        if contact.status is Status.ENDED:
            self.contacts.pop(contact.id, None)
        else:
            self.contacts[contact.id] = contact
        if (before is not None and before.status is Status.PENDING) or contact.status is Status.PENDING:
            self._queue_changed.set()
        self._on_contact(contact)
        for listener in tuple(self._listeners.get(contact.id, ())):
            listener.contact_changed(contact)

    async def _tell_positions(self) -> None:
        while True:
            await self._queue_changed.wait()
            self._queue_changed.clear()
            pending = sorted((c for c in self.contacts.values() if _in_line(c)), key=_place)
            for position, contact in enumerate(pending, 1):
                listeners = self._listeners.get(contact.id)
                if not listeners or self._positions.get(contact.id) == position:
                    continue
                self._positions[contact.id] = position
                for listener in tuple(listeners):
                    listener.position_changed(position)
            await asyncio.sleep(POSITIONS_EVERY)


def _in_line(contact: Contact) -> bool:
    """Whether a visitor waits there; what was left offline keeps nobody waiting."""
    return contact.status is Status.PENDING and not contact.offline


def _place(contact: Contact) -> tuple[float, float, str]:
    """Orders the queue: longest wait first, ties by age, then by name so that all consoles agree."""
    return contact.waiting_since, contact.created, contact.id
