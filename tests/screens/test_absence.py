"""A visitor who is away: said wherever an agent looks, and that what is written is read on return."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from tests.screens.room import line_of, on, text_of, until
from tests.screens.still_desk import StillDesk
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.desk.presence import NOTICED_AFTER
from tui.screens.header import status_text
from tui.screens.why import sounding_now, why_not
from tui.widgets import figures
from tui.widgets.chat_list import ChatList
from tui.widgets.pane_title import PaneTitle
from tui.widgets.queue_list import QueueList

ANNA = ContactId("Anna")


def falls_silent(desk: StillDesk, since: float | None, gone_at: float | None = None) -> None:
    """Anna's page falls silent, says goodbye, or is back."""
    state = desk.keeper.desk
    record = state.chats[ANNA].contact if ANNA in state.chats else state.pending[ANNA]
    changed = replace(record, silent_since=since, gone_at=gone_at, version=record.version + 1)
    desk.keeper.take(ContactChanged(changed))
    desk.wake()


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_pane_title_and_list_say_since_when_a_visitor_is_away_and_when_they_are_back(
    size: tuple[int, int],
) -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello", "how can I help?")
    async with on(desk, size) as (app, pilot):
        assert "away" not in text_of(app)
        since = time.time() - 60
        at = figures.hour_and_minute(since)
        falls_silent(desk, since)
        await until(pilot, lambda: f"is away since {at}" in text_of(app), "the pane says so")
        assert f"Anna is away since {at}. What you write is" in text_of(app)
        assert "on return." in text_of(app), "on two lines where there is no room for one"
        assert f"away {at}" in line_of(app.screen.query_one(PaneTitle)).replace(" since", "")
        rows = [app.screen.query_one(ChatList).render_line(y).text for y in range(4)]
        assert "away 1m" in "\n".join(rows)
        falls_silent(desk, None, time.time() + 60)
        await until(pilot, lambda: "away" not in text_of(app).replace("focus away", ""), "they are back")


async def test_a_goodbye_is_told_apart_from_an_absence_and_not_in_its_first_seconds() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello", "how can I help?")
    async with on(desk) as (app, pilot):
        now = time.time()
        falls_silent(desk, now, now + 20)
        await pilot.pause()
        assert "left" not in text_of(app), "a visitor who goes to another page of the site"
        await until(pilot, lambda: "Anna left the page at" in text_of(app), "by the clock alone")
        assert time.time() >= now + NOTICED_AFTER
        chats = app.screen.query_one(ChatList)
        await until(pilot, lambda: re.search(r"left +\ds", chats.render_line(1).text) is not None, "the list")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_in_the_queue_it_rings_on_and_row_status_line_and_reason_say_that_the_visitor_is_away(
    size: tuple[int, int],
) -> None:
    desk = StillDesk()
    desk.arrives("Anna", "my invoice is wrong")
    async with on(desk, size) as (app, pilot):
        since = time.time() - 60
        falls_silent(desk, since)
        words = f"away since {figures.hour_and_minute(since)}"
        queue = app.screen.query_one(QueueList)
        await until(pilot, lambda: queue.rows[0].away is not None, "the row says so")
        assert words in text_of(app)
        view = desk.view()
        assert ANNA in view.ringing
        assert f"Anna is {words}" in str(status_text(view)[0])
        assert f"is {words}" in sounding_now(view)[0]
        assert f"The visitor is {words}" in why_not(view, ANNA)
        assert view.last_decision is not None
        assert (view.last_decision.verdict, view.last_decision.reason) == (
            "rings",
            f"Anna (Sales) pending, visitor {words}",
        )
