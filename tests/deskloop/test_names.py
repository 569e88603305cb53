"""A new name for the agent orphans no chat."""

from __future__ import annotations

from pathlib import Path

from tests.parts.memory_backend import MemoryBackend, MemoryDesk
from tui.backends.contract import NewContact, Won
from tui.desk.contact import AgentName, ContactId, MessageId
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop.names import is_first_start, take_over_chats
from tui.text import RemoteText

MARIA, ROOT = AgentName("Maria"), AgentName("root")


async def test_chats_of_the_name_used_before_are_taken_over_at_the_start(tmp_path: Path) -> None:
    backend = MemoryBackend(MemoryDesk())
    await backend.open()
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ROOT)
    for name in ("a", "b"):
        await backend.create(
            NewContact(ContactId(name), RemoteText(name), RemoteText("hi"), MessageId(f"{name}-1"))
        )
    assert isinstance(await backend.perform(ContactId("a"), Deed(DeedKind.ACCEPT, "t", ROOT)), Won)
    assert isinstance(
        await backend.perform(ContactId("b"), Deed(DeedKind.ACCEPT, "u", AgentName("Luca"))), Won
    )
    await take_over_chats(backend, tmp_path, config, MARIA)
    agents = {}
    for name in ("a", "b"):
        contact = await backend.contact(ContactId(name))
        assert contact is not None
        agents[name] = contact.agent
    assert agents == {"a": "Maria", "b": "Luca"}
    await backend.close()


async def test_only_the_first_start_with_these_settings_on_this_desk_is_the_first(tmp_path: Path) -> None:
    backend = MemoryBackend(MemoryDesk())
    await backend.open()
    config = tmp_path / "config.toml"
    assert is_first_start(tmp_path, config)
    await take_over_chats(backend, tmp_path, config, MARIA)
    assert not is_first_start(tmp_path, config)
    await take_over_chats(backend, tmp_path, config, ROOT)
    assert not is_first_start(tmp_path, config)
    assert is_first_start(tmp_path, tmp_path / "other.toml")
    await backend.close()
