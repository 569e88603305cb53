"""Visitors whose dissuasion time has run out are told why nobody came."""

from __future__ import annotations

import asyncio
import time
from types import MappingProxyType

from tests.parts.memory_backend import MemoryBackend
from tui.backends.contract import NewContact
from tui.config.schema import ServiceSettings, Settings
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.events import ContactChanged
from tui.deskloop.deadlines import Deadlines
from tui.text import RemoteText

PATIENCE = 20.0


async def test_each_is_told_in_the_words_of_his_service_or_in_those_for_all() -> None:
    own = ServiceSettings(dissuasion_message="Sales is closed.")
    settings = Settings(services=MappingProxyType({"Sales": own}))
    backend = MemoryBackend()
    await backend.open()
    deadlines = Deadlines(backend, lambda: settings, lambda: time.time() + 60)
    for service in ("Sales", "Support"):
        new = NewContact(
            ContactId(service), RemoteText("Anna"), RemoteText("hi"), MessageId(service),
            service=RemoteText(service), dissuasion_time=0.01,
        )  # fmt: skip
        deadlines.take(ContactChanged(await backend.create(new)))
    task = asyncio.create_task(deadlines.run())
    deadline = time.monotonic() + PATIENCE
    said: dict[str, str] = {}
    while len(said) < 2:
        assert time.monotonic() < deadline, said
        await asyncio.sleep(0.01)
        for service in ("Sales", "Support"):
            for message in await backend.history(ContactId(service)):
                if message.sender is Sender.SYSTEM:
                    said[service] = str(message.text)
    task.cancel()
    assert said == {"Sales": "Sales is closed.", "Support": Settings().queue.dissuasion_message}
