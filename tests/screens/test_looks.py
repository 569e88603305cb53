"""Density, mouse, sixteen colours and none: the console follows its settings at once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.style import Style

from tests.screens.room import wishes
from tests.screens.scenes import DESK_9, SCENES, SIZES, busy_desk, scene, text_of, tour
from tests.screens.still_desk import StillDesk, console
from tests.widgets.stage import drawn
from tui.config.schema import Appearance, Density, Settings
from tui.desk.contact import ContactId
from tui.desk.events import ChatShown
from tui.link.commands import ChangeSetting
from tui.screens.app import ConsoleApp
from tui.widgets.composer import Composer
from tui.widgets.lines import LineWidget
from tui.widgets.queue_list import QueueList
from tui.widgets.transcript import Transcript


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
        assert wishes(desk, ChangeSetting)[-1] == ChangeSetting("appearance.density", Density.COMPACT)
        looking(desk, density=Density.COMPACT)
        await pilot.pause()
        assert second_lines(app) == 0
        await pilot.press("alt+x")
        assert wishes(desk, ChangeSetting)[-1] == ChangeSetting("appearance.density", Density.COMFORTABLE)
        looking(desk, density=Density.COMFORTABLE)
        await pilot.pause()
        assert second_lines(app) >= 3


async def test_a_line_is_left_empty_where_another_speaks_unless_it_is_compact() -> None:
    desk = busy_desk(1)
    app = console(desk)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        transcript = app.screen.query_one(Transcript)

        def gap() -> int:
            """Empty lines between what the visitor said and the answer."""
            lines = drawn(transcript)
            first = next(y for y, line in enumerate(lines) if "It works now" in line)
            return next(y for y, line in enumerate(lines) if "Glad to hear" in line) - first - 1

        assert gap() == 1
        looking(desk, density=Density.COMPACT)
        await pilot.pause()
        assert gap() == 0
        looking(desk, density=Density.COMFORTABLE)
        await pilot.pause()
        assert gap() == 1
        await pilot.resize_terminal(100, 24)
        await pilot.pause()
        assert gap() == 0, "where height is short, every line counts"


async def test_a_console_started_compact_is_compact() -> None:
    app = console(busy_desk(1, Settings(appearance=Appearance(density=Density.COMPACT))))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert second_lines(app) == 0
        assert "Anna" in text_of(app)


def drawn_styles(app: ConsoleApp) -> list[Style]:
    """In what everything stands on the screen."""
    strips = app.screen._compositor.render_strips()
    return [segment.style for strip in strips for segment in strip if segment.style]


async def test_without_colours_nothing_has_one_and_what_is_chosen_is_reversed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with scene(DESK_9, (100, 30)) as (app, pilot):
        await pilot.press("ctrl+t")
        await pilot.pause()
        async for which in tour(app, pilot):
            styles = drawn_styles(app)
            colours = {one.color for one in styles} | {one.bgcolor for one in styles}
            assert all(colour is None or colour.is_default for colour in colours), which.name
            assert which.name in ("help", "doctor") or any(style.reverse for style in styles), which.name


async def test_an_empty_no_color_means_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    async with scene(SCENES[0], (100, 30)) as (app, _):
        assert not app.no_color


@pytest.mark.parametrize("size", [*SIZES, (30, 10), (1, 1)], ids=str)
async def test_every_screen_can_be_used_at_every_size(size: tuple[int, int]) -> None:
    async with scene(DESK_9, size) as (app, pilot):
        async for which in tour(app, pilot):
            for box in app.screen.query(".box") if min(size) > 15 else ():
                assert app.screen.region.contains_region(box.region), f"{which.name}: {box.region}"
            for widget in app.screen.query(LineWidget):
                assert widget.region.right <= max(2, size[0]), f"{which.name}: {widget}"


async def test_where_there_is_no_room_for_both_the_keyboard_decides_whether_lists_or_chat_are_seen() -> None:
    desk = busy_desk(0, Settings())
    app = console(desk)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        lists, row = app.screen.query_one("#lists"), app.screen.query_one("#pane-row")
        assert (lists.region.width, row.display) == (60, False)
        desk.is_mine("Luca", "hi")
        desk.tell(ChatShown(ContactId("Luca")))
        await pilot.pause()
        await pilot.pause()
        assert (lists.display, row.region.width) == (False, 60)
        assert isinstance(app.focused, Composer)
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert (lists.region.width, row.display) == (60, False)
        assert app.focused is app.screen.query_one("#queue")
        await pilot.press("alt+1")
        await pilot.pause()
        assert (lists.display, row.region.width) == (False, 60)
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert lists.display
        assert row.display


async def test_the_mouse_is_let_go_of_and_taken_again_at_once() -> None:
    desk = StillDesk()
    app = console(desk)
    done: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driver = SimpleNamespace(
            _mouse=True,
            flush=lambda: None,
            is_headless=False,
            _enable_mouse_support=lambda: done.append("taken"),
            _disable_mouse_support=lambda: done.append("let go"),
        )
        real, app.looks.driver = app.looks.driver, lambda: driver  # type: ignore[method-assign]
        looking(desk, mouse=False)
        await pilot.pause()
        assert (done, driver._mouse) == (["let go"], False)
        looking(desk, mouse=True)
        await pilot.pause()
        assert (done, driver._mouse) == (["let go", "taken"], True)
        app.looks.driver = real  # type: ignore[method-assign]
