"""What the handlers of one open door share. Holds no logic beyond remembering."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from aiohttp import web

from tui.backends.contract import Backend
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
from tui.web.hub import Hub
from tui.web.limits import Buckets
from tui.web.presence import Presence
from tui.web.staff import Staff

if TYPE_CHECKING:
    from tui.web.hosts import RefusedHosts

_HASHES_KEPT = 4_096


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
    listens_on: str = ""
    """The host it was told to listen on."""
    arrivals: Buckets = field(default_factory=Buckets)
    """New contacts by address."""
    words: Buckets = field(default_factory=Buckets)
    """Messages by contact."""
    pages: Buckets = field(default_factory=Buckets)
    """Steps on the trail by contact."""
    asking: WeakValueDictionary[ContactId, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Who asks for a contact by a key: a second time at the same moment waits for the first one's answer."""
    closing: bool = False
    """The door is being closed: its streams end because of us, not of the visitors."""
    _hashes: OrderedDict[ContactId, str] = field(default_factory=OrderedDict)

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
