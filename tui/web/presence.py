"""What is known of a visitor's page, written down for whoever shows it and whoever enforces deadlines.

The rule, worked out anew for each contact whenever something happened to it:

    a stream of it is open here                      here, on a lease that ends at now + LEASE
    its last stream broke without a word             away since then
    its last stream said goodbye, and no other page  leaving: gone after the grace for reloads
      of it broke without a word before

What the record then says is read by the table in ``tui.desk.presence``. The lease makes a page that was open
when the door died (``kill -9``, power) count as away even if no door ever opens again, and tells the next
door that the contact had a page. Contacts opened by plain HTTP have no lease and stay until their dissuasion
time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from tui.backends.contract import Backend, BackendError
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId, Status
from tui.desk.presence import LEASE, said_goodbye
from tui.web.hub import Hub
from tui.web.limits import STREAMS_A_CONTACT

log = logging.getLogger(__name__)

RENEW_EVERY = 20.0
"""Seconds between two renewals of the leases."""

COME_BACK = 7.0
"""Seconds beyond the grace for reloads in which a page finds a door that has opened again: pages try every
3 s, and a computer that has just started is slow."""

TRY_AGAIN_AFTER = 1.0
"""Seconds until what could not be written down is tried again."""


@dataclass(frozen=True, slots=True)
class Silence:
    """How the last page of a contact fell silent."""

    since: float
    goodbye_at: float | None = None
    """When it said goodbye; None when it did not."""


class Presence:
    """Keeps the backend's idea of who is there true."""

    def __init__(
        self, backend: Backend, settings: Callable[[], Settings], clock: Callable[[], float]
    ) -> None:
        self.hub: Hub
        self._backend = backend
        self._settings = settings
        self._clock = clock
        self._silences: dict[ContactId, Silence] = {}
        """What is not written down yet."""
        self._broken: dict[ContactId, dict[str, float]] = {}
        """The tabs whose stream broke without a word, and when: each may be somewhere in a tunnel, and the
        goodbye of another tab is not theirs."""
        self._to_write: dict[ContactId, None] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, hub: Hub) -> None:
        """Give pages that follow one that said goodbye before time to find this door, then keep watch. Call
        when the hub is ready; deadlines may be enforced once this has returned."""
        self.hub = hub
        now = self._clock()
        grace = self._settings().web.reload_grace + COME_BACK
        for contact in tuple(hub.contacts.values()):
            if said_goodbye(contact) and not hub.listeners(contact.id):
                await self._give_grace(contact, now + grace)
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop. The leases stay, so that the pages find the next door in time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def stream_opened(self, contact: ContactId, tab: str = "") -> None:
        """A stream of this contact is open now, in this tab."""
        self._silences.pop(contact, None)
        self._broken.get(contact, {}).pop(tab, None)
        self._write_soon(contact)

    def stream_closed(
        self, contact: ContactId, tab: str = "", *, goodbye: bool, unheard: float = 0.0
    ) -> None:
        """A stream of this contact has closed: with a goodbye, or because nothing was heard of it for so many
        seconds."""
        now = self._clock()
        if not goodbye:
            broken = self._broken.setdefault(contact, {})
            broken[tab] = now
            if len(broken) > STREAMS_A_CONTACT:
                del broken[next(iter(broken))]
        if not self.hub.listeners(contact):
            self._fell_silent(contact, now - unheard, now, goodbye)

    def said_goodbye(self, contact: ContactId, tab: str = "") -> None:
        """The page in this tab was left, and its stream, if it had one, is closed."""
        self._broken.get(contact, {}).pop(tab, None)
        if self.hub.listeners(contact):
            return
        now = self._clock()
        record = self.hub.contacts.get(contact)
        silent = record.silent_since if record is not None else None
        self._fell_silent(contact, now if silent is None else silent, now, goodbye=True)

    async def expect(self, contact: ContactId) -> None:
        """The page that opened this contact is about to open a stream: it counts as away if it never does."""
        await self._lease(contact)

    async def wrote(self, contact: ContactId) -> None:
        """The visitor wrote by plain HTTP. Whoever has a page, but no stream at the moment, is there."""
        record = self.hub.contacts.get(contact)
        if record is None or self.hub.listeners(contact):
            return
        old = record.gone_at is not None and record.gone_at < self._clock() + LEASE - RENEW_EVERY
        if record.silent_since is not None or old:
            self._silences.pop(contact, None)
            await self._lease(contact)

    def contact_heard(self, contact: Contact) -> None:
        """Another door on this desk may think that a page of ours is silent: contradict it."""
        if contact.status is Status.ENDED:
            self._broken.pop(contact.id, None)
        elif contact.silent_since is not None and self._task and self.hub.listeners(contact.id):
            self._write_soon(contact.id)

    def _fell_silent(self, contact: ContactId, since: float, now: float, goodbye: bool) -> None:
        kept = self._settings().web.away_in_chat
        waits = any(now < broke_at + kept for broke_at in self._broken.get(contact, {}).values())
        self._silences[contact] = Silence(since, now if goodbye and not waits else None)
        self._write_soon(contact)

    async def _lease(self, contact: ContactId) -> None:
        try:
            await self._backend.set_silence(contact, None, self._clock() + LEASE)
        except BackendError as error:
            log.warning("could not note that a page is there: %s", error)

    async def _give_grace(self, contact: Contact, until: float) -> None:
        assert contact.gone_at is not None
        try:
            await self._backend.set_silence(contact.id, contact.silent_since, max(until, contact.gone_at))
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
        silence = self._silences.get(contact)
        if self.hub.listeners(contact):
            await self._backend.set_silence(contact, None, self._clock() + LEASE)
        elif silence is not None:
            until = None
            if silence.goodbye_at is not None:
                until = silence.goodbye_at + self._settings().web.reload_grace
            await self._backend.set_silence(contact, silence.since, until)
            if self._silences.get(contact) == silence:
                del self._silences[contact]
