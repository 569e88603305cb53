"""That a page has gone, and that it is back, may both be written down long after: then the page is back."""

from __future__ import annotations

import asyncio
import time

from tests.parts.memory_backend import MemoryBackend
from tests.parts.waiting import until_async
from tui.backends.contract import NewContact
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId, MessageId, Status
from tui.desk.events import ContactChanged
from tui.deskloop.deadlines import LOOK_EVERY, Deadlines
from tui.text import RemoteText

ID = ContactId("Anna")


async def silent_long_ago() -> tuple[MemoryBackend, Deadlines]:
    """Anna's page fell silent ten seconds ago and counts as gone since five: heard only now."""
    backend = MemoryBackend()
    await backend.open()
    await backend.create(NewContact(ID, RemoteText("Anna"), RemoteText("hi"), MessageId("1")))
    await backend.set_silence(ID, time.time() - 10, time.time() - 5)
    return backend, Deadlines(backend, Settings, time.time)


def hears(deadlines: Deadlines, backend: MemoryBackend) -> Contact:
    record = backend.desk.contacts[ID]
    deadlines.take(ContactChanged(record))
    return record


async def test_a_page_that_was_back_before_it_was_heard_that_it_had_gone_is_there() -> None:
    backend, deadlines = await silent_long_ago()
    hears(deadlines, backend)
    task = asyncio.create_task(deadlines.run())
    await asyncio.sleep(2 * LOOK_EVERY + 0.1)
    await backend.set_silence(ID, None, time.time() + 60)
    hears(deadlines, backend)
    await asyncio.sleep(3 * LOOK_EVERY)
    task.cancel()
    assert backend.desk.contacts[ID].status is Status.PENDING


async def test_a_page_that_stays_away_counts_as_gone_also_when_that_is_heard_late() -> None:
    backend, deadlines = await silent_long_ago()
    hears(deadlines, backend)
    task = asyncio.create_task(deadlines.run())
    await asyncio.sleep(LOOK_EVERY)
    hears(deadlines, backend)  # the same news again puts nothing off
    await until_async(lambda: backend.desk.contacts[ID].status is Status.ENDED, 20)
    task.cancel()
