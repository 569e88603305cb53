"""What the handlers of one open door share. Holds no logic beyond remembering."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from aiohttp import web

from tui.backends.contract import Backend
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
from tui.web.arrivals import Arrivals
from tui.web.hub import Hub
from tui.web.limits import PAGES_IN_THE_AIR, Buckets, Places
from tui.web.presence import Presence
from tui.web.staff import Staff
from tui.web.tally import Tally

if TYPE_CHECKING:
    from tui.web.hosts import RefusedHosts

_HASHES_KEPT = 4_096


@dataclass(slots=True)
class Readers:
    """Those who read one transcript at the same time."""

    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PAGES_IN_THE_AIR))
    count: int = 0


@dataclass(slots=True)
class Hall:
    """One open door."""

    backend: Backend
    settings: Callable[[], Settings]
    """The settings as they are now; they may change while the door is open."""
    desk_id: str
    version: str
    hub: Hub
    presence: Presence
    staff: Staff
    clock: Callable[[], float]
    """Unix seconds."""
    refused_hosts: RefusedHosts
    arrivals: Arrivals
    """Who may come in."""
    listens_on: str = ""
    """The host it was told to listen on."""
    tally: Tally = field(default_factory=Tally)
    """What strangers were refused."""
    calls: Buckets = field(default_factory=Buckets)
    """Calls by network."""
    contact_calls: Buckets = field(default_factory=Buckets)
    """Calls by contact."""
    callers: Places = field(default_factory=Places)
    """Calls and streams under way, by network."""
    streams: Places = field(default_factory=Places)
    """Streams by contact, from before the handshake on."""
    readers: dict[ContactId, Readers] = field(default_factory=dict)
    """Who reads a transcript just now."""
    words: Buckets = field(default_factory=Buckets)
    """Messages by contact."""
    pages: Buckets = field(default_factory=Buckets)
    """Steps on the trail by contact."""
    asking: WeakValueDictionary[ContactId, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Who asks for a contact by a key: a second time at the same moment waits for the first one's answer."""
    closing: bool = False
    """The door is being closed: its streams end because of us, not of the visitors."""
    _hashes: OrderedDict[ContactId, str] = field(default_factory=OrderedDict)

    @asynccontextmanager
    async def reading(self, contact: ContactId) -> AsyncIterator[None]:
        """One's turn to read a transcript, until the answer has been taken."""
        readers = self.readers.setdefault(contact, Readers())
        readers.count += 1
        try:
            async with readers.turn:
                yield
        finally:
            readers.count -= 1
            if not readers.count:
                del self.readers[contact]

    async def contact(self, contact: ContactId) -> Contact | None:
        """The record: as last heard while it lives, else as the backend has it."""
        heard = self.hub.contacts.get(contact)
        return heard if heard is not None else await self.backend.contact(contact)

    async def secret_hash(self, contact: ContactId) -> str:
        """The hash of the contact's token, which never changes; empty when there is no such contact."""
        known = self._hashes.get(contact)
        if known is None:
            known = await self.backend.secret_hash(contact)
            if known:
                self._hashes[contact] = known
                if len(self._hashes) > _HASHES_KEPT:
                    self._hashes.popitem(last=False)
        return known


HALL: web.AppKey[Hall] = web.AppKey("hall", Hall)
