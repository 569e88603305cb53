"""The settings of popups: offered once the system has agreed, locked with the reason while it does not."""

from __future__ import annotations

from pathlib import Path

from tests.screens.settings_room import SettingsRoom, go_to, line_with, opened, screen_text
from tui.link.commands import AskPermission, ChangeSetting
from tui.screens.settings.catalogue import ENABLE_LABEL
from tui.screens.settings.screen import SettingsScreen


def desktop_rows(screen: SettingsScreen) -> list[str]:
    return [
        shown.row.id for shown in screen.rows.rows if shown.row.section == "Desktop" and shown.row.can_stand
    ]


async def test_the_first_time_only_enabling_is_offered_and_granted_the_rest_appears(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (screen, pilot):
        assert room.commands[-1] == AskPermission()
        assert desktop_rows(screen) == ["enable"]
        await pilot.press("tab")
        assert ENABLE_LABEL in line_with(pilot, "▸ Enable")
        await pilot.press("enter")
        await pilot.pause()
        assert AskPermission(enable=True) in room.commands
        assert room.view().settings.desktop.enabled is True
        assert len(desktop_rows(screen)) == 13
        assert "desktop.pending.close_after" in desktop_rows(screen)


async def test_refused_says_why_and_how_to_lift_it_and_the_rest_stays_locked(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, allowed=False)
    async with opened(room) as (screen, pilot):
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert desktop_rows(screen) == ["enable"]
        assert room.view().settings.desktop.enabled is False
        assert "Not possible now. no notification daemon" in screen_text(pilot)
        assert "start one" in screen_text(pilot)
        room.allowed = True  # somebody starts one
        await pilot.press("enter")
        await pilot.pause()
        assert "Not possible" not in screen_text(pilot)
        assert "test.desktop.pending" in desktop_rows(screen)


async def test_it_is_checked_again_whenever_the_screen_opens(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n", allowed=False)
    async with opened(room) as (screen, pilot):
        await pilot.pause()
        assert desktop_rows(screen) == ["desktop.enabled", "enable"]
        await pilot.press("tab")
        assert "Not possible now" in screen_text(pilot)
        await pilot.press("escape")
        room.allowed = True
        await pilot.press("f9")
        await pilot.pause()
        again = pilot.app.screen
        assert isinstance(again, SettingsScreen)
        assert "desktop.message.on_click" in desktop_rows(again)


async def test_the_master_switch_goes_off_at_once_and_on_only_by_asking(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    async with opened(room) as (screen, pilot):
        await go_to(pilot, "desktop.enabled")
        await pilot.press("enter")
        assert ChangeSetting("desktop.enabled", False) in room.commands
        assert room.view().settings.desktop.enabled is False
        await pilot.pause()
        assert "desktop.pending.enabled" not in [one.row.id for one in screen.rows.rows], "the search holds"
        await pilot.press("escape")
        await pilot.pause()
        assert "desktop.pending.enabled" in desktop_rows(screen), "it was allowed before"
        await go_to(pilot, "desktop.enabled")
        await pilot.press("enter")
        assert room.commands[-1] == AskPermission(enable=True)
        assert room.view().settings.desktop.enabled is True
