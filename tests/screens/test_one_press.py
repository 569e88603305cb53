"""One press is one deed, a held key does nothing twice; what ends a chat is asked, and is no editing key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.screens.room import on, text_of, toasts, until, wishes
from tests.screens.still_desk import StillDesk
from tests.screens.test_whose_words import accepted, desk_with, drafts
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.events import PauseSet
from tui.link.commands import Accept, End, GiveBack, Send, ToggleMaster
from tui.screens.app import ConsoleApp
from tui.screens.command_table import COMMANDS
from tui.screens.desk_screen import DeskScreen
from tui.screens.dialogs import QuitScreen
from tui.screens.help_screen import HelpScreen
from tui.widgets.composer import Composer
from tui.widgets.terminal_keys import RepeatedKey

REPEATS = 40


def held(app: ConsoleApp, key: str, *, told: bool = False, character: str | None = None) -> None:
    """A key held for nearly two seconds, as the terminal sends it: half a second, then thirty a second."""
    driver = app._driver
    assert driver is not None
    first = events.Key(key, character)
    driver.send_message(first)
    for count in range(REPEATS):
        event = RepeatedKey(key, character) if told else events.Key(key, character)
        event.time = first.time + 0.5 + 0.033 * count
        driver.send_message(event)


async def pressed(app: ConsoleApp, pilot: Pilot[None], key: str, at: float) -> None:
    """A key pressed so many seconds from now, by its own clock."""
    driver = app._driver
    assert driver is not None
    event = events.Key(key, key if len(key) == 1 else None)
    event.time += at
    driver.send_message(event)
    await pilot.pause()


@pytest.mark.parametrize("told", [False, True], ids=["by time", "told by the terminal"])
@pytest.mark.parametrize(
    ("key", "kind"), [("f2", Accept), ("f6", ToggleMaster), ("f8", PauseSet)], ids=["F2", "F6", "F8"]
)
async def test_a_held_key_does_its_deed_once(key: str, kind: type[object], told: bool) -> None:
    desk = desk_with("Luca")
    for number in range(5):
        desk.arrives(f"W{number}")
    async with on(desk) as (app, pilot):
        held(app, key, told=told)
        await pilot.pause()
        await until(pilot, lambda: bool(wishes(desk, kind) or desk.events), "done")
        await pilot.pause(0.3)
        done = [*wishes(desk, kind), *(event for event in desk.events if isinstance(event, kind))]
        assert len(done) == 1
        assert not toasts(app)


async def test_enter_held_on_a_row_accepts_one_and_presses_no_button() -> None:
    desk = desk_with("Luca")
    for number in range(5):
        desk.arrives(f"W{number}", ago=60 - number)
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t")
        held(app, "enter")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "asked for")
        accepted(desk, "W0")
        await until(pilot, lambda: isinstance(app.focused, Composer), "here")
        await pilot.pause(0.2)
        assert len(wishes(desk, Accept)) == 1
        assert not wishes(desk, Send)


@pytest.mark.parametrize("key", ["ctrl+d", "ctrl+r"])
async def test_ending_held_asks_and_nothing_more(key: str) -> None:
    desk = desk_with("Anna", "Bert", "Luca")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t", "ctrl+t")
        held(app, key)
        await until(pilot, lambda: isinstance(app.screen, QuitScreen), "asked")
        await pilot.pause(0.6)
        assert isinstance(app.screen, QuitScreen)
        assert not wishes(desk, End)
        assert not wishes(desk, GiveBack)


async def test_enter_held_behind_a_command_does_not_answer_its_question() -> None:
    desk = desk_with("Anna", "Luca")
    async with on(desk) as (app, pilot):
        await pilot.press("slash", *"end")
        held(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, QuitScreen), "asked")
        await pilot.pause(0.6)
        assert isinstance(app.screen, QuitScreen)
        assert not wishes(desk, End)


async def test_a_second_press_too_soon_is_answered_by_a_word_and_one_later_is_done() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        await pressed(app, pilot, "f6", 0.0)
        await pressed(app, pilot, "f6", 0.3)
        await until(pilot, lambda: "Once more for the next" in toasts(app), "the word")
        assert len(wishes(desk, ToggleMaster)) == 1
        await pressed(app, pilot, "f6", 1.1)
        await until(pilot, lambda: len(wishes(desk, ToggleMaster)) == 2, "done")


async def test_another_key_in_between_makes_it_a_press_of_its_own() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (_, pilot):
        await pilot.press("f6", "x", "f6")
        assert len(wishes(desk, ToggleMaster)) == 2


async def test_a_held_key_goes_on_moving_and_writing() -> None:
    desk = desk_with(*(f"C{number}" for number in range(5)))
    async with on(desk) as (app, pilot):
        held(app, "x", character="x")
        await until(pilot, lambda: drafts(app) == {"C4": "x" * (REPEATS + 1)}, "written")
        held(app, "backspace")
        await until(pilot, lambda: drafts(app) == {}, "deleted")
        held(app, "ctrl+n")
        where = f"C{(4 + REPEATS + 1) % 5}"
        await until(pilot, lambda: desk.keeper.desk.current == where, "round and round")


def test_only_what_merely_goes_somewhere_repeats() -> None:
    going = {"next-unread", "next-chat", "go-to-chat", "longest-unanswered", "to-queue"}
    assert {command.id for command in COMMANDS if command.repeats} == going


async def test_help_opens_once() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        held(app, "f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen), "help")
        await pilot.pause(0.3)
        assert isinstance(app.screen, HelpScreen)


# Ctrl+E and Ctrl+D


def composer_of(app: ConsoleApp) -> Composer:
    assert isinstance(app.focused, Composer)
    return app.focused


async def test_ctrl_e_goes_to_the_end_of_the_line_and_says_once_where_end_has_gone() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+e", *"hello", "home", "ctrl+e", "!")
        assert drafts(app) == {"Luca": "hello!"}
        assert toasts(app).count("Ctrl+D") == 1
        await pilot.press("ctrl+t", "ctrl+e")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)
        assert not wishes(desk, End)


async def test_ctrl_d_deletes_in_a_text_and_ends_where_the_composer_has_been_empty_for_a_while() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        await pilot.press(*"ab", "home", "ctrl+d")
        assert drafts(app) == {"Luca": "b"}
        await pressed(app, pilot, "ctrl+d", 2.0)
        assert drafts(app) == {}
        held(app, "ctrl+d")
        await pilot.pause(0.2)
        assert isinstance(app.screen, DeskScreen), "just emptied, and held"
        composer_of(app).emptied_at -= 1
        await pressed(app, pilot, "x", 5.0)
        await pressed(app, pilot, "backspace", 5.1)
        await pressed(app, pilot, "ctrl+d", 5.2 - 5.1)
        assert isinstance(app.screen, DeskScreen), "empty for too short a time"
        await pressed(app, pilot, "ctrl+d", 7.0)
        await until(pilot, lambda: isinstance(app.screen, QuitScreen), "asked")


@pytest.mark.parametrize("field", ["ctrl+f", "alt+q"], ids=["find", "filter"])
async def test_ctrl_d_deletes_in_every_other_field(field: str) -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        await pilot.press(field)
        await until(pilot, lambda: isinstance(app.focused, Input), "the field")
        await pilot.press(*"ab", "home", "ctrl+d")
        assert isinstance(app.focused, Input)
        assert app.focused.value == "b"
        await pressed(app, pilot, "ctrl+d", 2.0)
        await pressed(app, pilot, "ctrl+d", 4.0)
        assert isinstance(app.screen, DeskScreen)


async def test_on_the_list_it_ends_the_chat_chosen_and_names_it() -> None:
    desk = desk_with("Anna", "Bert", "Luca")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t", "ctrl+t", "home", "ctrl+d")
        await until(pilot, lambda: "End Anna?" in text_of(app), "the question")
        await pressed(app, pilot, "y", 1.0)
        await until(pilot, lambda: wishes(desk, End) == [End(ContactId("Anna"))], "ended")


@pytest.mark.parametrize("keys", ["ctrl+e", "ctrl+y,ctrl+e"])
async def test_a_key_of_the_agent_s_own_still_wins_and_asks(keys: str) -> None:
    desk = StillDesk(replace(Settings(), keys={"end": keys}))
    desk.is_mine("Luca", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+d")
        assert isinstance(app.screen, DeskScreen)
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, QuitScreen), "asked")
        assert not toasts(app)


# the question


async def asked(app: ConsoleApp, pilot: Pilot[None], key: str = "ctrl+r") -> QuitScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, QuitScreen), "the question")
    await pilot.pause()
    assert isinstance(app.screen, QuitScreen)
    return app.screen


@pytest.mark.parametrize("words", ["my colleague knows", "yes please", "no"])
async def test_words_typed_while_a_question_stands_are_the_draft_of_the_chat_that_asked(words: str) -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        question = await asked(app, pilot)
        driver = app._driver
        assert driver is not None
        for count, letter in enumerate(words):
            event = events.Key("space" if letter == " " else letter, letter)
            event.time = question._opened + 1.0 + count * 0.15
            driver.send_message(event)
        await until(pilot, lambda: drafts(app) == {"Luca": words}, "in the draft")
        assert "draft for Luca" in text_of(app)
        await pilot.pause(0.6)
        assert app.screen is question
        assert not wishes(desk, GiveBack)


@pytest.mark.parametrize("key", ["enter", "y", "n", "f2", "f5", "f8"])
async def test_nothing_is_answered_in_the_first_moment(key: str) -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        question = await asked(app, pilot)
        question._opened = float("inf")
        before = list(desk.events)
        await pilot.press(key)
        await pilot.pause(0.6)
        assert app.screen is question
        assert not wishes(desk, Accept)
        assert [event for event in desk.events if isinstance(event, PauseSet)] == []
        assert len(before) <= len(desk.events)


@pytest.mark.parametrize(("key", "given"), [("y", True), ("n", False), ("enter", False), ("escape", False)])
async def test_afterwards_a_lone_letter_or_enter_answers(key: str, given: bool) -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        await asked(app, pilot)
        await pressed(app, pilot, key, 1.0)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "answered")
        assert bool(wishes(desk, GiveBack)) is given


async def test_enter_behind_typed_words_is_no_answer() -> None:
    desk = desk_with("Luca")
    async with on(desk) as (app, pilot):
        question = await asked(app, pilot)
        await pressed(app, pilot, "a", 1.0)
        await pressed(app, pilot, "b", 1.1)
        await pressed(app, pilot, "enter", 1.2)
        await pilot.pause(0.1)
        assert app.screen is question
        assert drafts(app) == {"Luca": "ab"}
