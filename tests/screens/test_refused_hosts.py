"""A name by which visitors came in vain: the banner and plain mode say which line to write."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.screens.still_desk import StillDesk, console
from tui.link.hosts import RefusedNames
from tui.link.view import DoorState, DoorView
from tui.plain.news import News
from tui.widgets.banner import Banner

URL = "http://127.0.0.1:8765/"
LINE = 'hosts = ["chat.example.org"]'


def refused(*names: str) -> DoorView:
    return DoorView(DoorState.OPEN, URL, refused=RefusedNames.of({"refused_hosts": list(names)}))


def banner(pilot: Pilot[None]) -> str:
    shown = pilot.app.screen.query_one(Banner)
    lines = pilot.app.screen._compositor.render_strips()
    return lines[shown.region.y].text if shown.display else ""


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_banner_says_the_line_to_write_until_it_is_written(size: tuple[int, int]) -> None:
    desk = StillDesk()
    desk.keeper.door_is(refused("chat.example.org"))
    async with console(desk).run_test(size=size) as pilot:
        await pilot.pause()
        assert LINE in banner(pilot)
        desk.keeper.door_is(refused())
        await pilot.pause(0.2)
        assert banner(pilot) == ""


async def test_a_hostile_name_is_no_markup_and_no_line() -> None:
    desk = StillDesk()
    desk.keeper.door_is(refused("[/red]\x1b[31m<b>", "[bold]x.example[/bold]"))
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert banner(pilot) == ""


def test_plain_mode_says_it_once_and_not_the_address_again() -> None:
    desk = StillDesk()
    desk.keeper.door_is(refused())
    before = desk.view()
    after = replace(before, door=refused("chat.example.org"))
    (told,) = News(before)._state(before, after)
    assert told.endswith(LINE)
    assert list(News(before)._state(after, after)) == []
