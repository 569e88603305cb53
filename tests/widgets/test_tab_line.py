"""The line of tabs: a dozen chats at any width, and only what has changed drawn anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.widgets import feed
from tests.widgets.stage import drawn, staged
from tui.desk.contact import ContactId
from tui.text.clean import clean
from tui.widgets.rows import ChatRow
from tui.widgets.tab_line import TabLine
from tui.widgets.waits import Waiting

NAMES = (
    "Anna",
    "Bruno",
    "Chen 陈",
    "Dora",
    "Élodie Marchand",
    "佐藤 美咲",
    "Gina",
    "Hugo",
    "Ivan",
    "Jo",
    "K",
    "Luca",
)


def dozen(current: int = 1) -> list[ChatRow]:
    return [
        ChatRow(
            *(ContactId(f"a{number}"), number, clean(name), clean("Sales"), number % 3, clean("hello")),
            *(feed.NOW - 10, feed.NOW - 100),
            is_current=number == current,
            waiting=Waiting(feed.NOW - 40 * number) if number % 2 else None,
            colour="red" if number == 2 else "",
        )
        for number, name in enumerate(NAMES, 1)
    ]


def tabs(rows: list[ChatRow]) -> TabLine:
    widget = TabLine()
    widget.tick(feed.NOW)
    widget.set_rows(rows)
    return widget


@pytest.mark.parametrize("width", [1, 5, 12, 20, 50, 80, 120, 300])
@pytest.mark.parametrize("current", [1, 6, 12])
async def test_the_current_chat_is_in_sight_at_every_width_and_the_line_is_never_wider(
    width: int, current: int
) -> None:
    widget = tabs(dozen(current))
    async with staged(widget, (width, 1), focus=False):
        (line,) = [strip.text for strip in widget.all_strips()]
        assert cell_len(line) == width
        if width >= 20:
            assert f"◆{current}" in line


async def test_where_there_is_room_names_stand_in_full_and_where_not_the_ends_say_how_many_are_beyond() -> (
    None
):
    widget = tabs(dozen(6))
    async with staged(widget, (300, 1), focus=False):
        assert all(name[:16] in drawn(widget)[0] for name in NAMES)
    widget = tabs(dozen(6))
    async with staged(widget, (40, 1), focus=False):
        (line,) = drawn(widget)
        assert line.startswith("‹")
        assert line.endswith("›")
        shown = [tab.id for tab in widget.tabs[1:-1]]
        before, after = int(shown[0][1:]) - 1, 12 - int(shown[-1][1:])
        assert line.startswith(f"‹{before}")
        assert line.endswith(f"!!{after}›")


async def test_only_the_tab_whose_sign_has_changed_is_drawn_anew() -> None:
    rows = dozen()
    rows[0] = replace(rows[0], waiting=Waiting(feed.NOW - 59))
    widget = tabs(rows)
    async with staged(widget, (300, 1), focus=False) as (_, pilot):
        await pilot.pause()
        widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 0.5)
        assert not widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 1)
        (region,) = widget._exchange_repaint_regions()
        assert (region.x, region.width) == (0, widget.tabs[0].cells)
        assert "! " in drawn(widget)[0][: region.width]
