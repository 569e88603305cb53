"""A transfer nobody accepts is brought back by whichever console lives, to whom it can still reach."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.parts.memory_backend import MemoryBackend
from tests.parts.waiting import until_async
from tui.backends.contract import ConsoleBeat, NewContact
from tui.config.schema import Settings
from tui.desk.contact import NOBODY, AgentName, Contact, ContactId, MessageId
from tui.desk.events import ContactChanged
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop import deadlines as clock
from tui.deskloop.deadlines import Deadlines
from tui.deskloop.lead import BEAT_EVERY
from tui.text import RemoteText

MARIA, PAOLO = AgentName("Maria"), AgentName("Paolo")
ID = ContactId("Anna")


async def after_its_time(backend: MemoryBackend) -> Contact:
    """Anna's record once Paolo has let her time run out."""
    await backend.open()
    await backend.create(NewContact(ID, RemoteText("Anna"), RemoteText("hi"), MessageId("1")))
    await backend.perform(ID, Deed(DeedKind.ACCEPT, "a", MARIA))
    await backend.perform(ID, Deed(DeedKind.TRANSFER, "t", MARIA, to=PAOLO, seconds=0.05))
    deadlines = Deadlines(backend, Settings, time.time)
    record = await backend.contact(ID)
    assert record is not None
    deadlines.take(ContactChanged(record))
    task = asyncio.create_task(deadlines.run())

    try:
        await until_async(lambda: backend.desk.contacts[ID].returned, 20, "it comes back")
    finally:
        task.cancel()
    return backend.desk.contacts[ID]


@pytest.mark.parametrize(
    ("beat_ago", "goes_to"), [(1.0, MARIA), (clock.CONSOLE_LIVES + 1, NOBODY)], ids=["there", "gone"]
)
async def test_it_goes_to_its_sender_while_he_is_there_and_else_to_everybody(
    beat_ago: float, goes_to: AgentName
) -> None:
    backend = MemoryBackend()
    await backend.open()
    await backend.beat(ConsoleBeat("m", MARIA, 1.0, time.time() - beat_ago))
    await backend.beat(ConsoleBeat("p", PAOLO, 1.0, time.time()))
    assert (await after_its_time(backend)).addressed_to == goes_to


async def test_after_a_time_without_writing_the_senders_next_sign_of_life_is_waited_for() -> None:
    backend = MemoryBackend()
    await backend.open()
    long_ago = time.time() - clock.CONSOLE_LIVES - 5
    await backend.beat(ConsoleBeat("m", MARIA, 1.0, long_ago))
    await backend.beat(ConsoleBeat("p", PAOLO, 1.0, long_ago))

    async def beats_again() -> None:
        await until_async(lambda: ID in backend.desk.contacts and backend.desk.contacts[ID].return_at, 20)
        await asyncio.sleep(BEAT_EVERY)  # not a wait: so late a living console may beat
        await backend.beat(ConsoleBeat("m", MARIA, 1.0, time.time()))

    beats = asyncio.create_task(beats_again())
    assert (await after_its_time(backend)).addressed_to == MARIA
    await beats
