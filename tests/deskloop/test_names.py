"""A new name for the agent orphans no chat, and nobody's chats are taken by another's start."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.parts.memory_backend import MemoryBackend, MemoryDesk
from tui.backends.contract import ConsoleBeat, NewContact, Won
from tui.desk.contact import AgentName, ContactId, MessageId
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop import agents_file, lead
from tui.deskloop.agents_file import FILE, keep_name, name_used
from tui.deskloop.names import is_first_start, remember_name, take_over_chats, take_over_later
from tui.text import RemoteText

MARIA, ROOT, ANNA, LUCA = AgentName("Maria"), AgentName("root"), AgentName("Anna"), AgentName("Luca")
LONG_AGO = 1_000.0


@pytest.fixture
async def backend() -> AsyncIterator[MemoryBackend]:
    backend = MemoryBackend(MemoryDesk())
    await backend.open()
    yield backend
    await backend.close()


async def chat_of(backend: MemoryBackend, agent: AgentName, name: str) -> None:
    """A chat that the agent has accepted."""
    await backend.create(
        NewContact(ContactId(name), RemoteText(name), RemoteText("hi"), MessageId(f"{name}-1"))
    )
    assert isinstance(await backend.perform(ContactId(name), Deed(DeedKind.ACCEPT, name, agent)), Won)


async def agent_of(backend: MemoryBackend, name: str) -> str:
    contact = await backend.contact(ContactId(name))
    assert contact is not None
    return contact.agent


async def beat(backend: MemoryBackend, agent: AgentName, at: float) -> None:
    await backend.beat(ConsoleBeat(f"console of {agent}", agent, at, at))


def two_agents(folder: Path) -> tuple[Path, Path]:
    """Two folders, each with a settings file of the same name."""
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "desk.toml").write_text("")
    return folder / "a", folder / "b"


async def test_chats_of_the_name_used_before_are_taken_over_at_the_start(
    backend: MemoryBackend, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ROOT)
    await chat_of(backend, ROOT, "a")
    await chat_of(backend, LUCA, "b")
    assert await take_over_chats(backend, tmp_path, config, MARIA) is None
    assert [await agent_of(backend, name) for name in ("a", "b")] == ["Maria", "Luca"]


async def test_only_the_first_start_with_these_settings_on_this_desk_is_the_first(
    backend: MemoryBackend, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    assert is_first_start(tmp_path, config)
    await take_over_chats(backend, tmp_path, config, MARIA)
    assert not is_first_start(tmp_path, config)
    await take_over_chats(backend, tmp_path, config, ROOT)
    assert not is_first_start(tmp_path, config)
    assert is_first_start(tmp_path, tmp_path / "other.toml")


async def test_the_same_relative_path_from_two_folders_is_two_agents(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_anna, of_luca = two_agents(tmp_path)
    monkeypatch.chdir(of_anna)
    await take_over_chats(backend, tmp_path, Path("desk.toml"), ANNA)
    await chat_of(backend, ANNA, "v")
    monkeypatch.chdir(of_luca)
    assert is_first_start(tmp_path, Path("desk.toml"))
    await take_over_chats(backend, tmp_path, Path("desk.toml"), LUCA)
    assert await agent_of(backend, "v") == "Anna"
    assert name_used(tmp_path, of_anna / "desk.toml") == "Anna"
    assert name_used(tmp_path, of_luca / "desk.toml") == "Luca"


@pytest.mark.parametrize(
    "typed", ["desk.toml", "./desk.toml", "../a/desk.toml", "link.toml", "../way/desk.toml"]
)
async def test_however_the_path_is_typed_one_settings_file_is_one_agent(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    of_anna, _ = two_agents(tmp_path)
    (of_anna / "link.toml").symlink_to("desk.toml")
    (tmp_path / "way").symlink_to("a")
    await take_over_chats(backend, tmp_path, of_anna / "desk.toml", ANNA)
    await chat_of(backend, ANNA, "v")
    monkeypatch.chdir(of_anna)
    assert not is_first_start(tmp_path, Path(typed))
    await take_over_chats(backend, tmp_path, Path(typed), MARIA)
    assert await agent_of(backend, "v") == "Maria"


async def test_a_settings_file_that_was_deleted_or_not_yet_made_is_still_the_agents(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_anna, of_luca = two_agents(tmp_path)
    await take_over_chats(backend, tmp_path, of_anna / "desk.toml", ANNA)
    (of_anna / "desk.toml").unlink()
    monkeypatch.chdir(of_anna)
    assert name_used(tmp_path, Path("desk.toml")) == "Anna"
    monkeypatch.chdir(of_luca)
    assert name_used(tmp_path, Path("not-yet.toml")) is None


def test_links_that_lead_round_in_a_circle_are_one_agent_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "one.toml").symlink_to("two.toml")
    (tmp_path / "two.toml").symlink_to("one.toml")
    keep_name(tmp_path, tmp_path / "one.toml", ANNA)
    assert name_used(tmp_path, tmp_path / "one.toml") == "Anna"


def test_a_file_of_other_case_is_the_same_only_where_the_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk.toml").write_text("")
    (tmp_path / "Desk.toml").write_text("")
    keep_name(tmp_path, tmp_path / "desk.toml", ANNA)
    assert name_used(tmp_path, tmp_path / "Desk.toml") is None
    monkeypatch.setattr(os.path, "samefile", lambda one, other: True)  # a disk that knows no case
    assert name_used(tmp_path, tmp_path / "Desk.toml") == "Anna"
    keep_name(tmp_path, tmp_path / "Desk.toml", MARIA)
    assert list(json.loads((tmp_path / FILE).read_text()).values()) == ["Maria"]


async def test_a_relative_path_kept_by_an_earlier_version_gives_nobodys_chats_away(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_anna, of_luca = two_agents(tmp_path)
    (tmp_path / FILE).write_text(json.dumps({"desk.toml": "Anna", str(of_anna / "desk.toml"): "Anna"}))
    await chat_of(backend, ANNA, "v")
    monkeypatch.chdir(of_luca)
    await take_over_chats(backend, tmp_path, Path("desk.toml"), LUCA)
    assert await agent_of(backend, "v") == "Anna"
    kept = json.loads((tmp_path / FILE).read_text())
    assert kept == {str(of_anna / "desk.toml"): "Anna", str(of_luca / "desk.toml"): "Luca"}


async def test_an_absolute_path_over_a_link_kept_by_an_earlier_version_is_understood(
    backend: MemoryBackend, tmp_path: Path
) -> None:
    of_anna, _ = two_agents(tmp_path)
    (tmp_path / "link.toml").symlink_to(of_anna / "desk.toml")
    (tmp_path / FILE).write_text(json.dumps({str(tmp_path / "link.toml"): "Anna"}))
    await chat_of(backend, ANNA, "v")
    await take_over_chats(backend, tmp_path, of_anna / "desk.toml", MARIA)
    assert await agent_of(backend, "v") == "Maria"
    assert json.loads((tmp_path / FILE).read_text()) == {str(of_anna / "desk.toml"): "Maria"}


async def test_two_earlier_paths_to_one_file_that_name_two_agents_give_nobodys_chats_away(
    backend: MemoryBackend, tmp_path: Path
) -> None:
    of_anna, _ = two_agents(tmp_path)
    (tmp_path / "one.toml").symlink_to(of_anna / "desk.toml")
    (tmp_path / "two.toml").symlink_to(of_anna / "desk.toml")
    kept = {str(tmp_path / "one.toml"): "Anna", str(tmp_path / "two.toml"): "Luca"}
    (tmp_path / FILE).write_text(json.dumps(kept))
    await chat_of(backend, ANNA, "v")
    await chat_of(backend, LUCA, "w")
    await take_over_chats(backend, tmp_path, of_anna / "desk.toml", MARIA)
    assert [await agent_of(backend, name) for name in ("v", "w")] == ["Anna", "Luca"]


@pytest.mark.parametrize("spoilt", ["", "[]", "null", "{", '{"a": 1}', '{"a": null}', "\x00"])
def test_a_spoilt_file_is_as_good_as_none(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / FILE).write_text(spoilt)
    assert is_first_start(tmp_path, tmp_path / "desk.toml")
    keep_name(tmp_path, tmp_path / "desk.toml", ANNA)
    assert name_used(tmp_path, tmp_path / "desk.toml") == "Anna"


async def test_the_chats_of_a_console_that_lives_stay_with_it_until_it_has_gone(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.deskloop.names.TRY_AGAIN_EVERY", 0.01)
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ANNA)
    await chat_of(backend, ANNA, "v")
    await beat(backend, ANNA, time.time())
    assert await take_over_chats(backend, tmp_path, config, MARIA) == "Anna"
    assert await agent_of(backend, "v") == "Anna"
    assert name_used(tmp_path, config) == "Anna"
    later = asyncio.create_task(take_over_later(backend, tmp_path, config, lambda: MARIA))
    await asyncio.sleep(0.05)
    assert await agent_of(backend, "v") == "Anna"
    await beat(backend, ANNA, 0.0)  # it takes leave
    await asyncio.wait_for(later, 5)
    assert await agent_of(backend, "v") == "Maria"
    assert name_used(tmp_path, config) == "Maria"


async def test_a_console_that_was_killed_holds_no_chats_back(
    backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.deskloop.names.ALIVE_FOR", 0.3)
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ANNA)
    await chat_of(backend, ANNA, "v")
    await beat(backend, ANNA, time.time() - 20)
    assert await take_over_chats(backend, tmp_path, config, MARIA) is None
    assert await agent_of(backend, "v") == "Maria"


async def test_a_console_whose_clock_goes_wrong_lives_as_long_as_it_beats(
    backend: MemoryBackend, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ANNA)
    await chat_of(backend, ANNA, "v")
    await beat(backend, ANNA, LONG_AGO)

    async def beating() -> None:
        for tenths in range(1, 100):
            await asyncio.sleep(lead.BEAT_EVERY / 4)
            await beat(backend, ANNA, LONG_AGO + tenths)

    heart = asyncio.create_task(beating())
    assert await take_over_chats(backend, tmp_path, config, MARIA) == "Anna"
    heart.cancel()
    assert await agent_of(backend, "v") == "Anna"


async def test_the_console_of_another_holds_no_chats_back(backend: MemoryBackend, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    await take_over_chats(backend, tmp_path, config, ANNA)
    await chat_of(backend, ANNA, "v")
    await beat(backend, LUCA, time.time())
    assert await take_over_chats(backend, tmp_path, config, MARIA) is None
    assert await agent_of(backend, "v") == "Maria"


def _keep(data: Path, number: int) -> None:
    agents_file._LOCK_TRIES = 5_000  # far more at once than agents who start, on a machine that may be busy
    for round in range(5):
        keep_name(data, data / f"{number}.toml", AgentName(f"agent {number} {round}"))


def test_agents_who_start_at_the_same_moment_forget_nobody(tmp_path: Path) -> None:
    with ProcessPoolExecutor(8) as processes:
        list(processes.map(_keep, [tmp_path] * 16, range(16)))
    assert [name_used(tmp_path, tmp_path / f"{n}.toml") for n in range(16)] == [
        f"agent {n} 4" for n in range(16)
    ]


def test_a_name_changed_while_running_is_kept_and_a_disk_that_refuses_breaks_nothing(tmp_path: Path) -> None:
    remember_name(tmp_path, tmp_path / "config.toml", ANNA)
    remember_name(tmp_path, tmp_path / "config.toml", MARIA)
    assert name_used(tmp_path, tmp_path / "config.toml") == "Maria"
    remember_name(tmp_path / "no such folder", tmp_path / "config.toml", ANNA)
