"""Watches the backend: its events go to the desk; a watch that breaks is begun anew."""

from __future__ import annotations

import asyncio
import logging

from tui.backends.contract import Backend, BackendError
from tui.desk.contact import ContactId
from tui.desk.events import (
    BackendEvent,
    ChannelName,
    ChannelReported,
    ChannelState,
    ContactChanged,
    HistoryRead,
    Snapshot,
)
from tui.deskloop.deadlines import Deadlines
from tui.deskloop.keeper import Keeper
from tui.link.view import Severity

log = logging.getLogger(__name__)

RETRY_FIRST, RETRY_MOST = 0.5, 10.0
"""Seconds before a broken watch is begun anew, doubling."""


PULSE = 5.0
"""Seconds between two questions whether the backend works."""

UNHEALTHY = (
    "The desk's database cannot be used now: visitors are turned away. Is the disk full, the file locked or "
    "moved? It is tried again; deskbell.log says more."
)


class Watch:
    """Feeds the desk and the deadlines from the backend."""

    def __init__(self, backend: Backend, keeper: Keeper, deadlines: Deadlines) -> None:
        self._backend = backend
        self._keeper = keeper
        self._deadlines = deadlines
        self._reading: dict[ContactId, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        pause = RETRY_FIRST
        while True:
            try:
                async for event in self._backend.watch():
                    pause = RETRY_FIRST
                    await self._take(event)
                problem = "the watch has ended"
            except BackendError as error:
                problem = str(error)
            self._report(ChannelState.FAILS, problem)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_MOST)

    async def look_again(self) -> None:
        """Bring what is pending anew: by other groups, other contacts are this agent's to take."""
        try:
            for contact in await self._backend.pending():
                self._keeper.take(ContactChanged(contact))
        except BackendError as error:
            log.warning("not looked again: %s", error)  # the watch itself has told of it

    async def pulse(self) -> None:
        """Ask the backend now and then whether it works: a console that only waits would never notice."""
        while True:
            await asyncio.sleep(PULSE)
            if await self._backend.healthy():
                self._report(ChannelState.WORKS, "")
            else:
                self._report(ChannelState.FAILS, UNHEALTHY)

    async def _take(self, event: BackendEvent) -> None:
        if isinstance(event, Snapshot):
            self._report(ChannelState.WORKS, "")
            await self._learn_ends(event)
        self._deadlines.take(event)
        self._keeper.take(event)
        for id, chat in self._keeper.desk.chats.items():
            if chat.behind and id not in self._reading:
                task = asyncio.create_task(self._read_history(id), name=f"history {id}")
                self._reading[id] = task

    async def _learn_ends(self, snapshot: Snapshot) -> None:
        """A snapshot does not say how what is missing from it ended; the records do."""
        present = {contact.id for contact in snapshot.contacts}
        desk = self._keeper.desk
        missing = [id for id in desk.pending if id not in present]
        missing += [id for id, chat in desk.chats.items() if id not in present and not chat.ended]
        for id in missing:
            contact = await self._backend.contact(id)
            if contact is not None:
                self._keeper.take(ContactChanged(contact))

    async def _read_history(self, id: ContactId) -> None:
        """Read a chat's transcript until nothing is missing, however long the backend is away."""
        pause = RETRY_FIRST
        try:
            while (chat := self._keeper.desk.chats.get(id)) is not None and chat.behind:
                try:
                    messages = await self._backend.history(id, chat.last_seq)
                except BackendError as error:
                    log.warning("history of %s: %s", id, error)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, RETRY_MOST)
                    continue
                if not messages:
                    break
                self._keeper.take(HistoryRead(id, messages))
        finally:
            del self._reading[id]

    def _report(self, state: ChannelState, reason: str) -> None:
        known = self._keeper.desk.channels[ChannelName.BACKEND]
        if known.state is state and known.reason == reason:
            return
        self._keeper.take(ChannelReported(ChannelName.BACKEND, state, reason))
        if state is ChannelState.FAILS:
            self._keeper.tell("Connection lost", reason, Severity.ERROR)
        elif known.state is ChannelState.FAILS:
            self._keeper.tell("Connection restored", "Everything is up to date again.", over=True)
