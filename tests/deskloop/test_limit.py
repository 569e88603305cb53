"""The most chats at once hold, however fast the agent asks."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.parts.memory_backend import MemoryBackend
from tests.parts.waiting import until_async
from tui.backends.contract import NewContact
from tui.config.schema import AgentSettings, Settings
from tui.desk.contact import AgentName, ContactId, MessageId, Status
from tui.desk.events import ContactChanged, Snapshot
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop.clerk import Clerk
from tui.deskloop.keeper import Keeper
from tui.link.commands import Accept
from tui.text import RemoteText

MARIA, LUCA = AgentName("Maria"), AgentName("Luca")


async def desk_of(most: int, *names: str) -> tuple[MemoryBackend, Keeper, Clerk]:
    settings = Settings(agent=AgentSettings(max_chats=most))
    keeper = Keeper(
        MARIA, settings, Path("config.toml"), time.time, lambda _: None, lambda _: None, lambda: None
    )
    keeper.take(Snapshot((), ()))
    backend = MemoryBackend()
    await backend.open()
    for name in names:
        new = NewContact(ContactId(name), RemoteText(name), RemoteText("hi"), MessageId(name))
        keeper.take(ContactChanged(await backend.create(new)))
    return backend, keeper, Clerk(backend, keeper)


async def mine(backend: MemoryBackend) -> list[str]:
    found = [contact for contact in backend.desk.contacts.values() if contact.agent == MARIA]
    return [contact.id for contact in found if contact.status is Status.ASSIGNED]


async def test_of_two_asked_for_at_once_only_as_many_are_taken_as_there_is_room_for() -> None:
    backend, keeper, clerk = await desk_of(1, "Anna", "Bruno")
    clerk.do(Accept(ContactId("Anna")))
    clerk.do(Accept(ContactId("Bruno")))
    await until_async(lambda: bool(keeper.view().told), 20, "the second is refused")
    assert await mine(backend) == ["Anna"]
    assert "raise max_chats under [agent]" in keeper.view().told[-1].text
    await clerk.close()


async def test_one_addressed_to_the_agent_alone_comes_on_top() -> None:
    backend, keeper, clerk = await desk_of(1, "Anna", "Bruno")
    clerk.do(Accept(ContactId("Anna")))
    await until_async(lambda: bool(keeper.desk.chats), 20, "the first")
    for deed in (
        Deed(DeedKind.ACCEPT, "a", LUCA),
        Deed(DeedKind.TRANSFER, "t", LUCA, to=MARIA, seconds=60.0),
    ):
        await backend.perform(ContactId("Bruno"), deed)
    keeper.take(ContactChanged(backend.desk.contacts[ContactId("Bruno")]))
    clerk.do(Accept())
    await until_async(lambda: len(keeper.desk.chats) == 2, 20, "the starred one")
    assert await mine(backend) == ["Anna", "Bruno"]
    await asyncio.sleep(0)
    await clerk.close()
