"""Whether a visitor's page is still there, written down for whoever enforces deadlines.

The rule, worked out anew for each contact whenever something happened to it:

    a stream of it is open here     no silence, but a lease: gone at now + LEASE
    its last stream closed here     silent since then, gone after the grace for reloads
    the door opens, it had a page   silent since it was last known to be there, gone after the grace for
                                    reloads and the time pages take to come back

The lease makes a page that was open when the door died (``kill -9``, power) count as gone some day even if
no door ever opens again, and tells the next door that the contact had a page. Contacts opened by plain HTTP
have no lease and stay until their dissuasion time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tui.backends.contract import Backend, BackendError
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId, Status
from tui.web.hub import Hub

log = logging.getLogger(__name__)

LEASE = 60.0
"""Seconds for which an open stream vouches for its page."""

RENEW_EVERY = 20.0
"""Seconds between two renewals of the leases."""

COME_BACK = 7.0
"""Seconds beyond the grace for reloads in which a page finds a door that has opened again: pages try every
3 s, and a computer that has just started is slow."""

TRY_AGAIN_AFTER = 1.0
"""Seconds until what could not be written down is tried again."""


class Presence:
    """Keeps the backend's idea of who is there true."""

    def __init__(
        self, backend: Backend, settings: Callable[[], Settings], clock: Callable[[], float]
    ) -> None:
        self.hub: Hub
        self._backend = backend
        self._settings = settings
        self._clock = clock
        self._left_at: dict[ContactId, float] = {}
        self._to_write: dict[ContactId, None] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, hub: Hub) -> None:
        """Give the pages that were here before time to come back, then keep watch. Call when the hub is
        ready; deadlines may be enforced once this has returned."""
        self.hub = hub
        now = self._clock()
        grace = self._settings().web.reload_grace + COME_BACK
        for contact in tuple(hub.contacts.values()):
            if contact.gone_at is not None and not hub.listeners(contact.id):
                await self._give_grace(contact, now, grace)
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop. The leases stay, so that the pages find the next door in time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def stream_opened(self, contact: ContactId) -> None:
        """A stream of this contact is open now."""
        self._left_at.pop(contact, None)
        self._write_soon(contact)

    def stream_closed(self, contact: ContactId) -> None:
        """A stream of this contact has closed."""
        if not self.hub.listeners(contact):
            self._left_at[contact] = self._clock()
            self._write_soon(contact)

    async def expect(self, contact: ContactId) -> None:
        """The page that opened this contact is about to open a stream: it counts as gone if it never does."""
        try:
            await self._backend.set_silence(contact, None, self._clock() + LEASE)
        except BackendError as error:
            log.warning("could not note that a page will connect: %s", error)

    def contact_heard(self, contact: Contact) -> None:
        """Another door on this desk may think that a page of ours is silent: contradict it."""
        live = contact.status is not Status.ENDED
        if live and contact.silent_since is not None and self._task and self.hub.listeners(contact.id):
            self._write_soon(contact.id)

    async def _give_grace(self, contact: Contact, now: float, grace: float) -> None:
        assert contact.gone_at is not None
        since = contact.silent_since
        if since is None:
            since = min(now, contact.gone_at - LEASE)
        try:
            await self._backend.set_silence(contact.id, since, now + grace)
        except BackendError as error:
            log.warning("could not give a page time to come back: %s", error)

    def _write_soon(self, contact: ContactId) -> None:
        self._to_write[contact] = None
        self._wake.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_EVERY
        while True:
            try:
                async with asyncio.timeout_at(renew_at):
                    await self._wake.wait()
            except TimeoutError:
                renew_at = loop.time() + RENEW_EVERY
                self._to_write.update(dict.fromkeys(self.hub.listened()))
            self._wake.clear()
            if not await self._write_all():
                await asyncio.sleep(TRY_AGAIN_AFTER)
                self._wake.set()

    async def _write_all(self) -> bool:
        """Write down what is true of every contact that something happened to, one after the other, so that
        an older truth never overtakes a newer one. False when the backend could not."""
        while self._to_write:
            contact = next(iter(self._to_write))
            del self._to_write[contact]
            try:
                await self._write(contact)
            except BackendError as error:
                log.warning("could not write down whether a page is there: %s", error)
                self._to_write[contact] = None
                return False
        return True

    async def _write(self, contact: ContactId) -> None:
        left_at = self._left_at.get(contact)
        if self.hub.listeners(contact):
            await self._backend.set_silence(contact, None, self._clock() + LEASE)
        elif left_at is not None:
            grace = self._settings().web.reload_grace
            await self._backend.set_silence(contact, left_at, left_at + grace)
            if self._left_at.get(contact) == left_at:
                del self._left_at[contact]
