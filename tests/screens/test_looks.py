"""Density, mouse, sixteen colours and none: the console follows its settings at once."""

from __future__ import annotations

from dataclasses import replace

from tests.screens.scenes import busy_desk, text_of
from tests.screens.still_desk import StillDesk, console
from tests.widgets.stage import drawn
from tui.config.schema import Appearance, Density, Settings
from tui.link.commands import ChangeSetting
from tui.screens.app import ConsoleApp
from tui.widgets.queue_list import QueueList


def looking(desk: StillDesk, **appearance: object) -> None:
    """The settings say this from now on."""
    settings = desk.keeper.view().settings
    looks = replace(settings.appearance, **appearance)  # type: ignore[arg-type]
    desk.keeper.use(replace(settings, appearance=looks))


def second_lines(app: ConsoleApp) -> int:
    """How many rows of the queue show their visitor's words on a line of their own."""
    return sum("“the" in line for line in drawn(app.screen.query_one(QueueList)))


async def test_compact_gives_each_row_one_line_and_comfortable_two_at_once() -> None:
    desk = busy_desk(1)
    app = console(desk)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert second_lines(app) >= 3
        await pilot.press("alt+x")
        assert desk.commands[-1] == ChangeSetting("appearance.density", Density.COMPACT)
        looking(desk, density=Density.COMPACT)
        await pilot.pause()
        assert second_lines(app) == 0
        await pilot.press("alt+x")
        assert desk.commands[-1] == ChangeSetting("appearance.density", Density.COMFORTABLE)
        looking(desk, density=Density.COMFORTABLE)
        await pilot.pause()
        assert second_lines(app) >= 3


async def test_a_console_started_compact_is_compact() -> None:
    app = console(busy_desk(1, Settings(appearance=Appearance(density=Density.COMPACT))))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert second_lines(app) == 0
        assert "Anna" in text_of(app)
