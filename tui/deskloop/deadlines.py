"""Enforces the deadlines that contacts carry: dissuasion time, transfers nobody has accepted, and visitors
whose page has been silent.

Any live node does this, console or ``serve``: the deed is a compare-and-set, so that one of them wins.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

from tui.backends.contract import Backend, BackendError, Won
from tui.config.schema import Settings
from tui.desk import message_ids
from tui.desk.contact import NOBODY, Contact, ContactId, Sender, Status
from tui.desk.events import BackendEvent, ContactChanged, Snapshot
from tui.desk.lifecycle import Deed, DeedKind
from tui.desk.presence import Patience, gone_at, said_goodbye
from tui.text import NO_TEXT, RemoteText

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks at the clock."""

SLEPT = 5.0
"""Seconds between two looks from which the machine must have slept."""

PAGES_COME_BACK = 7.0
"""Seconds, beside the grace for reloads, in which a page that had said goodbye is followed by another after
that: one that finds the door closed tries every 3 s."""

LATE_NEWS = 2.0
"""Seconds for which a visitor is waited for who counted as gone already when it was heard: a door that could
not write for a while writes down first that their page has gone, then that it is back."""

CONSOLE_LIVES = 10.0
"""Seconds without a sign of life after which nobody is at a console, and nothing comes back to it."""

BEATS_COME_BACK = 3.0
"""Seconds for which a sender's sign of life is waited for: while the engine could not write there was none of
anybody, and whoever lives gives the next within a second."""


class Deadlines:
    """Knows every contact that is not ended, and what is due."""

    def __init__(
        self, backend: Backend, settings: Callable[[], Settings], clock: Callable[[], float]
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._clock = clock
        self._contacts: dict[ContactId, Contact] = {}
        self._pages_until = float("-inf")
        """Until when pages may still follow those that said goodbye before the machine slept."""
        self._watched_since = clock()
        """Since when somebody could have heard a page: before, the program was not running, or slept."""
        self._late: dict[ContactId, tuple[float, float]] = {}
        """When a visitor counted as gone, where that was heard too late, and until when he is waited for."""
        self._missed: dict[ContactId, tuple[float, float]] = {}
        """Whose sender seems to have gone: the return that is due, and when that was first seen."""
        self._owed: dict[ContactId, str] = {}
        """Dissuaded visitors who have not been told yet, with the service each came in by."""

    def take(self, event: BackendEvent) -> None:
        """Learn of a contact's new record."""
        if isinstance(event, Snapshot):
            self._contacts = {contact.id: contact for contact in event.contacts if _may_be_due(contact)}
            for contact in event.contacts:
                self._mind_late(contact)
        elif isinstance(event, ContactChanged):
            self._mind_late(event.contact)
            if _may_be_due(event.contact):
                self._contacts[event.contact.id] = event.contact
            else:
                self._contacts.pop(event.contact.id, None)
                self._missed.pop(event.contact.id, None)

    def _mind_late(self, contact: Contact) -> None:
        due_at, now = gone_at(contact, self._patience()), self._clock()
        if due_at is None or due_at > now:
            self._late.pop(contact.id, None)
        elif self._late.get(contact.id, (0.0, 0.0))[0] != due_at:
            self._late[contact.id] = (due_at, now + LATE_NEWS)

    def _patience(self) -> Patience:
        """How long a visitor who is away is waited for."""
        limits = self._settings().web
        return Patience(float(limits.away_in_queue), float(limits.away_in_chat))

    async def run(self) -> None:
        """Enforce until cancelled."""
        last_look = self._watched_since = self._clock()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = self._clock()
            if now > last_look + SLEPT:
                self._watched_since = now
                self._pages_until = now + self._settings().web.reload_grace + PAGES_COME_BACK
            last_look = now
            due = [contact for contact in self._contacts.values() if self._is_due(contact, now)]
            for contact in due:
                try:
                    await self._enforce(contact, now)
                except BackendError as error:
                    log.warning("deadline of %s: %s", contact.id, error)
                    break
            await self._tell_dissuaded()

    def _is_due(self, contact: Contact, now: float) -> bool:
        return _time_up(contact, now) or _return_due(contact, now) or self._is_gone(contact, now)

    def _is_gone(self, contact: Contact, now: float) -> bool:
        due_at = gone_at(contact, self._patience(), self._watched_since)
        if due_at is None or now < due_at:
            return False
        wait_until = self._late.get(contact.id, (0.0, 0.0))[1]
        if said_goodbye(contact):
            wait_until = max(wait_until, self._pages_until)
        return now >= wait_until

    async def _enforce(self, contact: Contact, now: float) -> None:
        time_up = _time_up(contact, now)
        deed = await self._deed(contact, now)
        if deed is None:
            return
        result = await self._backend.perform(contact.id, deed)
        if isinstance(result, Won) and time_up:
            self._owed[contact.id] = contact.service
        if not isinstance(result, Won):
            fresh = await self._backend.contact(contact.id)
            if fresh is None or not _may_be_due(fresh):
                self._contacts.pop(contact.id, None)
            else:
                self._contacts[contact.id] = fresh

    async def _deed(self, contact: Contact, now: float) -> Deed | None:
        """What the clock does to it, if anything yet."""
        if _time_up(contact, now):
            return Deed(DeedKind.TIME_UP, uuid.uuid4().hex, NOBODY)
        if not _return_due(contact, now):
            return Deed(DeedKind.GONE_SILENT, uuid.uuid4().hex, NOBODY, patience=self._patience())
        consoles = await self._backend.consoles()
        there = {console.agent for console in consoles if now - console.beat_at < CONSOLE_LIVES}
        to_all = contact.transferred_by not in there
        if to_all and not self._surely_gone(contact, now):
            return None
        self._missed.pop(contact.id, None)
        return Deed(DeedKind.RETURN_DUE, uuid.uuid4().hex, NOBODY, to_all=to_all)

    def _surely_gone(self, contact: Contact, now: float) -> bool:
        """Whether a living sender would have been heard of since his silence was first seen."""
        due_at = contact.return_at or now
        known = self._missed.get(contact.id)
        if known is None or known[0] != due_at:
            known = self._missed[contact.id] = (due_at, now)
        return now - known[1] >= BEATS_COME_BACK

    async def _tell_dissuaded(self) -> None:
        """Tell them why nobody came; tried until it is stored. The id makes it one message however often."""
        for id, service in list(self._owed.items()):
            text = RemoteText(self._settings().dissuasion_message(service))
            try:
                own_id = message_ids.of_desk(id, message_ids.DISSUADED)
                await self._backend.append(id, own_id, Sender.SYSTEM, NO_TEXT, text)
            except BackendError as error:
                log.warning("message to %s: %s", id, error)
                return
            self._owed.pop(id, None)


def _time_up(contact: Contact, now: float) -> bool:
    pending = contact.status is Status.PENDING
    return pending and contact.dissuade_at is not None and now >= contact.dissuade_at


def _return_due(contact: Contact, now: float) -> bool:
    pending = contact.status is Status.PENDING
    return pending and contact.return_at is not None and now >= contact.return_at


def _may_be_due(contact: Contact) -> bool:
    """Whether the clock can do anything to this contact."""
    if contact.status is Status.ENDED:
        return False
    dues = [contact.gone_at, contact.silent_since]
    if contact.status is Status.PENDING:
        dues += [contact.dissuade_at, contact.return_at]
    return any(due is not None for due in dues)
