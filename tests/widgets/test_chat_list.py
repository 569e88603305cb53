"""The agent's chats on the screen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.widgets import feed
from tests.widgets.stage import drawn, staged
from tui.widgets.chat_list import ChatList


def chats() -> ChatList:
    widget = ChatList(title="MINE", empty="no chats")
    widget.set_rows(feed.chats())
    widget.tick(feed.NOW)
    return widget


async def test_a_row_tells_number_pane_name_unread_typing_age_and_last_words() -> None:
    async with staged(chats(), (38, 12)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        assert lines[1:9] == [
            "▸◆ 1 Anna             typing… 12s ago",
            "     of course",
            " ◇ 2 Luca ●1                  58s ago",
            "     one more thing: the lamp",
            "   3 Przemysław ●12            1h ago",
            "     https://shop.example/return",
            "   4 Mia            completed  1m ago",
            "     thank you, bye!",
        ]


async def test_at_short_height_a_row_has_one_line_with_the_last_words_where_there_is_room() -> None:
    async with staged(chats(), (60, 5)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        assert [line[3:5].strip() for line in lines[1:]] == ["1", "2", "3", "4"]


async def test_enter_and_double_click_choose_a_chat() -> None:
    async with staged(chats(), (38, 12)) as (app, pilot):
        await pilot.press("down", "enter")
        await pilot.double_click(app.widget, (8, 5))
        assert [message.id for message in app.all(ChatList.ChatChosen)] == ["a2", "a3"]


async def test_only_ages_that_have_changed_are_drawn_anew() -> None:
    widget = chats()
    async with staged(widget, (38, 12)) as (_app, pilot):
        widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 1)
        assert {region.y for region in widget._exchange_repaint_regions()} == {1, 3}
        await pilot.pause()
        assert drawn(widget)[1].endswith("13s ago")


@pytest.mark.parametrize("size", [(24, 9), (24, 4), (10, 5), (5, 3), (1, 1)])
async def test_narrow_and_low_every_line_keeps_the_width(size: tuple[int, int]) -> None:
    widget = chats()
    async with staged(widget, size):
        assert [cell_len(strip.text) for strip in widget.all_strips()] == [size[0]] * size[1]
        if size[0] >= 24:
            assert "Anna" in drawn(widget)[1]
