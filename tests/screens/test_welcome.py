"""What is said where no chat is open: at the very first start, and ever after."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.screens.still_desk import StillDesk, console
from tui.link.view import DoorState, DoorView
from tui.widgets.welcome import Welcome

URL = "http://127.0.0.1:8765/"


def open_desk(first: bool) -> StillDesk:
    desk = StillDesk()
    desk.keeper.door_is(DoorView(DoorState.OPEN, URL))
    if first:
        desk.keeper.starts_first()
    return desk


def lines(pilot: Pilot[None]) -> list[str]:
    return [strip.text for strip in pilot.app.screen._compositor.render_strips()]


def said(pilot: Pilot[None]) -> str:
    welcome = pilot.app.screen.query_one(Welcome).region
    return " ".join(" ".join(line[welcome.x + 1 : welcome.right] for line in lines(pilot)).split())


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_the_first_start_says_what_this_is_how_to_accept_and_how_to_try_it(
    size: tuple[int, int],
) -> None:
    async with console(open_desk(first=True)).run_test(size=size) as pilot:
        await pilot.pause()
        words = said(pilot)
        assert "Welcome to Deskbell." in words
        assert "F2 accepts the longest waiting" in words
        assert "F1 explains the screen you are on" in words
        assert URL in words


async def test_a_later_start_is_calm() -> None:
    async with console(open_desk(first=False)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Welcome" not in said(pilot)
        assert "No chat is open." in said(pilot)
        assert URL in said(pilot)


async def test_the_visitors_page_is_a_link_that_a_key_copies() -> None:
    app = console(open_desk(first=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        styles = {
            segment.style.link
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.link
        }
        assert styles == {URL}  # what the terminal is told by OSC 8
        await pilot.press("ctrl+l")
        assert app.clipboard == URL


async def test_a_click_on_the_visitors_page_copies_it() -> None:
    app = console(open_desk(first=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        y = next(y for y, line in enumerate(lines(pilot)) if URL in line)
        await pilot.click(offset=(lines(pilot)[y].index(URL) + 3, y))
        await pilot.pause()
        assert app.clipboard == URL


async def test_words_of_the_welcome_are_no_link() -> None:
    app = console(open_desk(first=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        y = next(y for y, line in enumerate(lines(pilot)) if "Welcome to" in line)
        await pilot.click(offset=(lines(pilot)[y].index("Welcome") + 3, y))
        await pilot.pause()
        assert app.clipboard == ""


async def test_with_a_chat_open_its_last_link_is_copied_and_not_the_visitors_page() -> None:
    desk = open_desk(first=True)
    desk.is_mine("Anna", "look at https://shop.example/42 please")
    app = console(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+l")
        assert app.clipboard == "https://shop.example/42"
