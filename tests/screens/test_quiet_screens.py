"""Mute, alert log and "why does this one not ring?" on a still desk, driven by keys."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.parts_of_desk import contact, done
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, text_of, told
from tui.config.schema import AudioPending, AudioSettings, Settings
from tui.desk.events import ChannelName, ChannelReported, ChannelState, ContactChanged, MuteSet
from tui.desk.lifecycle import DeedKind
from tui.screens.alert_log_screen import LOOK_EVERY, AlertLogScreen, DecisionList
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen
from tui.screens.mute_screen import MuteScreen
from tui.widgets.composer import Composer

LOUD_ALWAYS = Settings(audio=AudioSettings(pending=AudioPending(when_focused=True)))


def words(app: ConsoleApp) -> str:
    """What is on the screen, as one line, without frames."""
    return " ".join(re.sub("[│▌▏]", " ", text_of(app)).split())


async def toast(app: ConsoleApp, pilot: Pilot[None], text: str) -> None:
    """Wait until a toast says this."""
    for _ in range(100):
        if any(text in f"{one.title} {one.message}" for one in app._notifications):
            return
        await pilot.pause(0.05)
    raise AssertionError(f"no toast says {text!r}: {words(app)}")


def until(desk: StillDesk) -> float | None:
    """The last wish for quiet."""
    wishes = [event.until for event in told(desk, MuteSet) if isinstance(event, MuteSet)]
    return wishes[-1] if wishes else 0.0


@pytest.mark.parametrize("key", ["ctrl+s", "alt+m"])
@pytest.mark.parametrize(("downs", "minutes"), [(0, 5), (1, 15), (2, 60)])
async def test_a_mute_is_two_keys_and_the_header_counts_what_is_left(
    key: str, downs: int, minutes: int
) -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.arrives("Anna")
    async with on(desk) as (app, pilot):
        assert "rings: Anna" in text_of(app)
        await pilot.press(key, *["down"] * downs, "enter")
        await pilot.pause()
        assert until(desk) == pytest.approx(time.time() + minutes * 60, abs=3)
        assert re.search(f"muted ({minutes}:00|1:00:00|{minutes - 1}:5[0-9]) ", text_of(app))
        assert "rings: Anna" not in text_of(app)


async def test_the_same_key_unmutes_and_says_what_was_missed() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+s", "enter")
        desk.arrives("Anna")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, MuteScreen)
        assert "Missed so far: 1." in words(app)
        await pilot.press("enter")
        await pilot.pause()
        assert until(desk) is None
        await toast(app, pilot, "While it was quiet: 1 contact")
        assert "rings: Anna" in text_of(app)


async def test_a_time_of_day_is_typed_and_nonsense_is_refused_in_words() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+s", *"25:00", "enter")
        await pilot.pause()
        assert "Write a time of day such as 15:40" in text_of(app)
        assert told(desk, MuteSet) == []
        wanted = time.localtime(time.time() + 7200)
        await pilot.press(*["backspace"] * 5, *time.strftime("%H:%M:%S", wanted), "enter")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)
        assert until(desk) == pytest.approx(time.mktime(wanted), abs=1)


async def test_escape_and_the_same_key_leave_it_as_it_was() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        for key in ("escape", "ctrl+s"):
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert isinstance(app.screen, MuteScreen)
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, DeskScreen)
        assert told(desk, MuteSet) == []


async def test_the_mute_is_in_the_agent_menu_and_fits_80_by_24() -> None:
    desk = StillDesk()
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("f10")
        await pilot.pause()
        assert "Mute for a time" in text_of(app)
        assert "Alert log" in text_of(app)
        await pilot.press("escape", "ctrl+s")
        await pilot.pause()
        screen = text_of(app)
        for word in ("5 minutes", "15 minutes", "60 minutes", "Until", "Starred contacts", "Esc closes"):
            assert word in screen


async def test_why_does_this_one_not_ring_answers_for_the_row_under_the_cursor() -> None:
    desk = StillDesk()
    desk.arrives("Anna", ago=60)
    desk.arrives("Bruno", ago=30)
    async with on(desk) as (app, pilot):
        desk.tell(MuteSet(time.time() + 300))
        await pilot.press("down", "alt+w")
        await toast(app, pilot, "Bruno (Sales) It does not ring: muted until")


async def test_why_says_when_the_speaker_is_what_fails() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.arrives("Anna")
    desk.tell(ChannelReported(ChannelName.AUDIO, ChannelState.FAILS, "no device"))
    async with on(desk) as (app, pilot):
        await pilot.press("alt+w")
        await toast(app, pilot, "But sound fails (no device); the terminal's bell rings instead.")


async def test_why_with_nobody_waiting_says_so() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+w")
        await toast(app, pilot, "Nobody is waiting.")


# the alert log


async def test_the_log_says_why_it_sounds_now_and_shows_decisions_newest_first() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.is_mine("Luca", "hi")
    desk.arrives("Anna", ago=9)
    desk.keeper.take(ContactChanged(done(contact("Dora", time.time()), DeedKind.LEAVE, time.time())))
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t", "alt+l", "escape")
        await pilot.pause(2 * LOOK_EVERY)
        assert isinstance(app.screen, AlertLogScreen)
        assert "Sounding now, because Anna (Sales) is pending" in text_of(app)
        desk.arrives("Bruno")
        await pilot.pause(2 * LOOK_EVERY)
        rows = [line for line in text_of(app).splitlines() if " ♪ " in line and ":" in line[:14]]
        assert "Bruno" in rows[0]
        assert "Anna" in rows[1]


async def test_from_a_queue_row_the_log_shows_that_contact_and_escape_first_shows_all() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.arrives("Anna", ago=60)
    desk.arrives("Ann", ago=30)
    async with on(desk) as (app, pilot):
        await pilot.press("down", "f11")
        await pilot.pause(2 * LOOK_EVERY)
        rows = app.screen.query_one(DecisionList).rows
        assert {row.contact for row in rows} == {"Ann"}
        await pilot.press("escape")
        await pilot.pause(2 * LOOK_EVERY)
        rows = app.screen.query_one(DecisionList).rows
        assert {row.contact for row in rows} == {"Ann", "Anna"}
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)


async def test_from_a_chat_the_log_shows_everybody_since_what_rings_is_another() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.arrives("Anna")
    desk.is_mine("Luca", "hi")
    desk.says("Luca", "hello?")
    async with on(desk) as (app, pilot):
        assert isinstance(app.focused, Composer)
        await pilot.press("f11")
        await pilot.pause(2 * LOOK_EVERY)
        rows = app.screen.query_one(DecisionList).rows
        assert rows
        assert {row.contact for row in rows} == {"Anna", "Luca"}


async def test_typing_filters_by_name_verdict_or_reason() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    for name in ("Anna", "Bruno"):
        desk.arrives(name)
    async with on(desk) as (app, pilot):
        await pilot.press("f11", "escape", *"bru")
        await pilot.pause(2 * LOOK_EVERY)
        assert {row.contact for row in app.screen.query_one(DecisionList).rows} == {"Bruno"}
        await pilot.press(*["backspace"] * 3, *"popups OFF")
        await pilot.pause(2 * LOOK_EVERY)
        rows = app.screen.query_one(DecisionList).rows
        assert {row.contact for row in rows} == {"Anna", "Bruno"}
        assert all("popups off" in row.reason for row in rows)
        await pilot.press(*"zzz")
        await pilot.pause(2 * LOOK_EVERY)
        assert "No decision about “popups OFFzzz”." in text_of(app)


async def test_the_whole_reason_is_told_below_where_the_line_is_cut() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.keeper.take(
        ContactChanged(replace(contact("c", time.time(), service="S" * 70), nick=contact("Anna").nick))
    )
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("f11", "escape", "down")
        await pilot.pause(2 * LOOK_EVERY)
        cut = next(line for line in text_of(app).splitlines() if "rings  " in line)
        assert "SSSS…" in cut
        below = app.screen.query_one("#whole", Static)
        assert str(below.render()).endswith(f"audio: rings: Anna ({'S' * 70}) pending, console focus unknown")


async def test_a_thousand_decisions_are_kept_and_scroll() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    for number in range(600):
        desk.arrives(f"v{number}")
    assert len(desk.view().decisions) == 1000
    async with on(desk) as (app, pilot):
        await pilot.press("f11", "escape", "ctrl+end")
        await pilot.pause(2 * LOOK_EVERY)
        screen = app.screen
        assert isinstance(screen, AlertLogScreen)
        assert screen.list.chosen is desk.view().decisions[0]
        await pilot.press("ctrl+home")
        await pilot.pause()
        assert screen.list.chosen is desk.view().decisions[-1]


async def test_a_name_that_reads_as_markup_is_only_a_name() -> None:
    desk = StillDesk(LOUD_ALWAYS)
    desk.arrives("[/x][red]\x1b]0;ha\x07")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+w")
        await toast(app, pilot, "[/x][red]")
        await pilot.press("f11")
        await pilot.pause(2 * LOOK_EVERY)
        assert isinstance(app.screen, AlertLogScreen)
        assert "because [/x][red]" in words(app)
        assert app.screen.query_one(DecisionList).rows
        assert "\x1b]0" not in text_of(app)
