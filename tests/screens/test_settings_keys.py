"""The keys in the settings: recorded as they arrive, refused in a clear word, undone and reset."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.screens.settings_room import SettingsRoom, go_to, line_with, opened, screen_text
from tui.link.commands import Accept
from tui.screens.command_table import COMMANDS
from tui.screens.keymap import keymap
from tui.screens.settings import record
from tui.screens.settings.catalogue import all_rows
from tui.screens.settings.record import RecordScreen, refusal
from tui.screens.settings.screen import SettingsScreen


def test_every_command_of_the_table_is_listed(tmp_path: Path) -> None:
    listed = [row.command for row in all_rows(SettingsRoom(tmp_path).view()) if row.command]
    assert sorted(listed) == sorted(command.id for command in COMMANDS)


async def test_a_new_key_is_recorded_saved_and_works(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.accept-longest")
        assert "F2" in line_with(pilot, "Accept the longest waiting")
        await pilot.press("enter", "ctrl+y")
        await pilot.pause()
        assert "Ctrl+Y has arrived." in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert dict(room.view().settings.keys) == {"accept-longest": "ctrl+y"}
        assert 'accept-longest = "ctrl+y"' in room.text
        assert "• Ctrl+Y" in line_with(pilot, "Accept the longest waiting")
        await pilot.press("escape", "escape", "f2")
        assert Accept() not in room.commands
        await pilot.press("ctrl+y")
        assert Accept() in room.commands


async def test_a_key_with_alt_is_taken_for_what_it_is_though_it_brings_a_letter_along(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.accept-longest")
        await pilot.press("enter")
        await pilot.pause()
        pilot.app.screen.post_message(events.Key("alt+a", "a"))  # as the terminal sends ESC a
        await pilot.pause()
        assert "Alt+A has arrived." in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert dict(room.view().settings.keys) == {"accept-longest": "alt+a"}


async def test_a_second_key_can_be_added_undone_and_reset(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.end")
        await pilot.press("enter", "ctrl+y", "plus")
        await pilot.pause()
        assert room.view().settings.keys["end"] == "ctrl+d,ctrl+y"
        assert "Ctrl+D, Ctrl+Y" in line_with(pilot, "End the open chat")
        await pilot.press("ctrl+z")
        assert "end" not in room.view().settings.keys
        await pilot.press("enter", "ctrl+y", "enter")
        await pilot.pause()
        assert room.view().settings.keys["end"] == "ctrl+y"
        await pilot.press("delete")
        assert "end" not in room.view().settings.keys


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("f2", 'F2 is the key of "Accept the longest waiting". Give that one another first.'),
        ("ctrl+q", 'Ctrl+Q is the key of "Quit". Give that one another first.'),
        ("enter", "Enter belongs to the composer and the lists."),
        ("tab", "Tab has arrived. (Ctrl+I cannot be told from it here.)"),
        ("x", "X is needed for writing"),
        ("ctrl+d", "Ctrl+D is its key already."),
    ],
)
async def test_a_key_that_cannot_be_had_is_refused_with_a_clear_word(
    tmp_path: Path, key: str, said: str
) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.end")
        await pilot.press("enter", key)
        await pilot.pause()
        flat = " ".join(screen_text(pilot).replace("│", " ").split())
        assert said in flat
        assert isinstance(pilot.app.screen, RecordScreen), "it waits for another"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert dict(room.view().settings.keys) == {}


async def test_a_key_that_does_not_arrive_is_said_to_have_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "ARRIVES_WITHIN", 0.1)
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.end")
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert "Nothing has arrived for 5 seconds" in " ".join(screen_text(pilot).split())


async def test_a_default_that_another_command_has_now_cannot_come_back(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, '[keys]\nsilence = "ctrl+y"\nend = "f5"\n')
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.silence")
        await pilot.press("delete")
        await pilot.pause(0.1)
        assert room.view().settings.keys["silence"] == "ctrl+y"
        assert 'F5 is the key of "End the open chat"' in " ".join(screen_text(pilot).split())


async def test_a_fixed_key_is_shown_and_not_recorded(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "keys.accept-chosen")
        assert "(fixed)" in line_with(pilot, "Accept the chosen")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsScreen)


def test_a_key_without_a_name_is_refused() -> None:
    assert "no name" in refusal("end", "ctrl+strange_thing", keymap({}))
    assert refusal("end", "ctrl+y", keymap({})) == ""
