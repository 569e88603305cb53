"""Ready, paused, disconnected, full: what the agent sees of it and does about it, by keys."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from tests.parts_of_desk import MARIA, contact
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, sent, text_of, told
from tests.widgets.stage import until
from tui.config.schema import AgentSettings, QueueSettings, Settings
from tui.desk.contact import ContactId
from tui.desk.events import ChannelName, ChannelReported, ChannelState, ContactChanged, PauseSet
from tui.link.commands import Accept
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen


def works(desk: StillDesk) -> None:
    desk.keeper.take(ChannelReported(ChannelName.BACKEND, ChannelState.WORKS, ""))


def shown_pause(app: ConsoleApp) -> str:
    """The pause as the header tells it, or nothing."""
    found = re.search(r"○ paused 00:\d\d \w+", text_of(app))
    return found[0] if found else ""


async def test_ready_paused_and_disconnected_are_three_states_with_three_signs() -> None:
    desk = StillDesk()
    works(desk)
    async with on(desk, (120, 24)) as (app, pilot):
        assert "● ready" in text_of(app)
        await pilot.press("f8")
        await until(pilot, lambda: "○ paused 00:0" in text_of(app), "paused, counting")
        assert "● ready" not in text_of(app)
        desk.keeper.take(ChannelReported(ChannelName.BACKEND, ChannelState.FAILS, "disk"))
        await until(pilot, lambda: "✕ disconnected, paused" in text_of(app), "disconnected")
        assert "Disconnected from the desk. What you write is kept" in text_of(app)
        works(desk)
        await pilot.press("f8")
        await until(pilot, lambda: "● ready" in text_of(app), "ready again")
        assert "Disconnected" not in text_of(app)


async def test_a_pause_has_a_reason_chosen_or_typed_and_the_header_counts() -> None:
    desk = StillDesk()
    works(desk)
    async with on(desk, (120, 24)) as (app, pilot):
        await pilot.press("alt+h", "down", "down", "enter")
        assert told(desk, PauseSet) == [PauseSet(True, "lunch")]
        await until(pilot, lambda: "lunch" in shown_pause(app), "the reason")
        first = shown_pause(app)
        await until(pilot, lambda: shown_pause(app) > first, "it counts")
        await pilot.press("alt+h", *"dentist", "enter")
        await until(pilot, lambda: "dentist" in text_of(app), "another reason, the same pause")
        assert "paused 00:00" not in text_of(app)
        await pilot.press("alt+h", "escape", "f8")
        assert told(desk, PauseSet)[-1] == PauseSet(False)


async def test_pause_takes_its_reason_from_what_is_typed_behind_it() -> None:
    desk = StillDesk()
    async with on(desk) as (app, _):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        screen.do("pause", "lunch")
        screen.do("pause", "off")
        assert told(desk, PauseSet) == [PauseSet(True, "lunch"), PauseSet(False)]


async def test_an_automatic_pause_is_said_in_a_banner_until_one_key_undoes_it() -> None:
    desk = StillDesk()
    works(desk)
    async with on(desk, (100, 24)) as (app, pilot):
        desk.keeper.take(PauseSet(True, "Anna was not accepted in time", auto=True))
        words = "○ Paused, F8 when ready: Anna was not accepted in time."
        await until(pilot, lambda: words in text_of(app), "the banner")
        assert "F8 ready" in text_of(app)
        await pilot.press("f8")
        await until(pilot, lambda: "not accepted in time" not in text_of(app), "undone")
        assert not desk.keeper.desk.paused


async def test_a_click_on_the_banner_does_what_its_key_does() -> None:
    desk = StillDesk()
    async with on(desk, (100, 24)) as (app, pilot):
        desk.keeper.take(PauseSet(True, "Anna was not accepted in time", auto=True))
        await until(pilot, lambda: "not accepted in time." in text_of(app), "the banner")
        await pilot.click(offset=(20, 1))
        await until(pilot, lambda: not desk.keeper.desk.paused, "ready")


async def test_while_paused_the_queue_can_be_kept_out_of_sight_but_for_starred_contacts() -> None:
    desk = StillDesk(Settings(queue=QueueSettings(show_when_paused=False)))
    for name in ("Anna", "Bruno"):
        desk.arrives(name)
    async with on(desk) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "2 hidden (paused)" in text_of(app), "how many")
        assert "Anna" not in text_of(app).split("MY CHATS")[0].split("WAITING")[1]
        starred = replace(contact("Chen", time.time()), addressed_to=MARIA)
        desk.keeper.take(ContactChanged(starred))
        await until(pilot, lambda: "★" in text_of(app), "the starred one")
        assert "Chen" in text_of(app)
        assert "2 hidden (paused)" in text_of(app)
        await pilot.press("f8")
        await until(pilot, lambda: "Anna" in text_of(app), "all again")


async def test_by_default_the_queue_is_shown_while_paused() -> None:
    desk = StillDesk()
    desk.arrives("Anna")
    async with on(desk) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "○ paused" in text_of(app) or desk.keeper.desk.paused, "paused")
        assert "Anna" in text_of(app)
        assert "hidden" not in text_of(app)


async def test_at_the_most_chats_accepting_is_refused_in_words_that_name_the_setting() -> None:
    desk = StillDesk(Settings(agent=AgentSettings(max_chats=1)))
    works(desk)
    desk.is_mine("Luca", "hi")
    desk.arrives("Anna")
    async with on(desk, (120, 24)) as (app, pilot):
        assert "◉ full 1/1" in text_of(app)
        await pilot.press("f2")
        assert sent(desk, Accept) == []
        assert any("raise max_chats under [agent]" in toast.message for toast in app._notifications)
        assert app.focused is not None
        desk.keeper.take(ContactChanged(replace(contact("Chen", time.time()), addressed_to=MARIA)))
        await pilot.press("f2")
        assert sent(desk, Accept) == [Accept()]


async def test_when_a_chat_ends_there_is_room_and_the_header_says_ready() -> None:
    desk = StillDesk(Settings(agent=AgentSettings(max_chats=1)))
    works(desk)
    desk.is_mine("Luca", "hi")
    desk.arrives("Anna")
    async with on(desk, (120, 24)) as (app, pilot):
        words = "It does not ring: you have 1 of 1 chats (settings)."
        assert desk.view().standing[ContactId("Anna")].startswith(words)
        desk.is_ended("Luca")
        await until(pilot, lambda: "● ready" in text_of(app), "room again")
        assert desk.view().ringing == {"Anna"}


async def test_who_was_left_offline_is_counted_apart_and_not_as_the_longest_wait() -> None:
    desk = StillDesk()
    works(desk)
    desk.arrives("Anna", ago=31)
    left = replace(contact("Omar", time.time() - 40_000, dissuasion_time=0), offline=True)
    desk.keeper.take(ContactChanged(left))
    async with on(desk, (120, 24)) as (app, pilot):
        assert "1 waiting +1 ✉, oldest 00:3" in text_of(app)
        await until(pilot, lambda: "✉  Omar" in text_of(app), "the row")
        desk.leaves("Anna")
        await until(pilot, lambda: "0 waiting +1 ✉" in text_of(app), "nobody waits")
