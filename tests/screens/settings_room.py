"""A desk whose settings are a real file, for tests of the settings screen: wishes are carried out at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.screens.still_desk import StillDesk
from tui.alerts.plan import AlertEvent, TerminalAlert
from tui.config.file import SettingsFile
from tui.config.schema import STAYS_ON_RESET
from tui.link.commands import AskPermission, ChangeSetting, Command, PreviewTone, ResetSetting
from tui.link.view import PermissionState, PermissionView
from tui.screens.app import ConsoleApp
from tui.screens.settings.screen import SettingsScreen
from tui.screens.settings.shelf import ToneShelf

TONES = {AlertEvent.PENDING: ["bells", "harp", "marimba"], AlertEvent.MESSAGE: ["drop", "ping"]}

GRANTED = PermissionView(PermissionState.GRANTED, "dunst answers")
REFUSED = PermissionView(PermissionState.REFUSED, "no notification daemon on the session bus: start one")


class SettingsRoom(StillDesk):
    """As the desk loop would: the file is written, then the settings are used."""

    def __init__(self, folder: Path, text: str = "", allowed: bool = True) -> None:
        self.path = folder / "config.toml"
        if text:
            self.path.write_text(text)
        self.file = SettingsFile(self.path)
        super().__init__(self.file.load().settings)
        self.allowed = allowed
        """What the system answers when it is asked."""
        self.previews: list[str | None] = []

    def send(self, command: Command) -> None:
        super().send(command)
        match command:
            case ChangeSetting(key, value):
                self.keeper.use(self.file.set(key, value))
            case ResetSetting(None):
                for own in self.file.own_keys():
                    if STAYS_ON_RESET not in own:
                        self.keeper.use(self.file.unset(own))
            case ResetSetting(str(key)):
                self.keeper.use(self.file.unset(key))
            case AskPermission(enable):
                self._ask(enable)
            case PreviewTone(tone, _):
                self.previews.append(tone)

    def _ask(self, enable: bool) -> None:
        chosen = enable or "desktop.enabled" in self.file.own_keys()
        if chosen:
            self.keeper.permission_is(GRANTED if self.allowed else REFUSED)
        if enable and self.allowed:
            self.keeper.use(self.file.set("desktop.enabled", True))

    def edited(self, text: str) -> None:
        """Somebody saves the file with an editor."""
        self.path.write_text(text)
        self.keeper.use(self.file.load().settings)

    @property
    def text(self) -> str:
        return self.path.read_text() if self.path.exists() else ""


@asynccontextmanager
async def opened(
    room: SettingsRoom, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SettingsScreen, Pilot[None]]]:
    """The settings screen, opened by F9."""

    def owed(alert: TerminalAlert) -> str:
        return ""

    def fault(tone: str) -> str:
        return "" if any(tone in names for names in TONES.values()) else "no such tone"

    app = ConsoleApp(room, owed, None, ToneShelf(lambda event: list(TONES[event]), fault))
    room.wake = app.wake
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, SettingsScreen)
        yield app.screen, pilot


async def go_to(pilot: Pilot[None], words: str) -> None:
    """To the first row that fits the words, by the search field."""
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    await pilot.press("slash")
    screen.query_one("#search", Input).value = words  # typed key by key in the test of the search
    await pilot.press("enter")


def line_with(pilot: Pilot[None], words: str) -> str:
    """The first line on the screen that holds the words; empty when there is none."""
    lines = (strip.text for strip in pilot.app.screen._compositor.render_strips())
    return next((line for line in lines if words in line), "")


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
