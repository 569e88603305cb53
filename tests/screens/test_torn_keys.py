"""A letter soon after Escape: the key with Alt where that had nothing to close, never words for a visitor."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from tests.screens.room import on, toasts, until, wishes
from tests.screens.still_desk import StillDesk
from tui.link.commands import Accept, End, Send, WriteNote
from tui.screens.mute_screen import MuteScreen
from tui.screens.pane import ChatPane
from tui.widgets.composer import Composer
from tui.widgets.queue_list import QueueList
from tui.widgets.slip import NOTHING
from tui.widgets.terminal_keys import KeyAfterEscape, LinesAtOnce


def one_chat() -> StillDesk:
    """Maria talks with Anna."""
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    return desk


async def torn(app: App[None], pilot: Pilot[None], letter: str) -> None:
    """Escape, and so soon after it a letter that a slow line may have torn off."""
    app.post_message(events.Key("escape", "\x1b"))
    await pilot.pause()
    key, character, alt = ("enter", "\r", "ctrl+j") if letter == "\r" else (letter, letter, f"alt+{letter}")
    app.post_message(KeyAfterEscape(key, character, events.Key(alt, None)))
    await pilot.pause()


def composer_of(app: App[None]) -> Composer:
    """The one chat's."""
    return app.screen_stack[0].query_one(ChatPane).composer


async def test_where_escape_has_nothing_to_close_it_is_the_key_with_alt() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await torn(app, pilot, "n")
        assert composer_of(app).note
        await pilot.press(*"SHE LIES", "enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert (wishes(desk, WriteNote)[0].text, wishes(desk, Send)) == ("SHE LIES", [])


async def test_in_a_note_it_is_the_notes_own_key() -> None:
    async with on(one_chat()) as (app, pilot):
        await pilot.press("alt+n", *"hm")
        await torn(app, pilot, "n")
        assert (composer_of(app).note, composer_of(app).text) == (False, "hm")


async def test_a_torn_alt_enter_breaks_the_line() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await pilot.press(*"hi")
        await torn(app, pilot, "\r")
        assert (composer_of(app).text, wishes(desk, Send)) == ("hi\n", [])


async def test_a_key_that_is_no_command_writes_nothing_and_says_what_does_the_same() -> None:
    async with on(one_chat()) as (app, pilot):
        for letter in "aт":
            await torn(app, pilot, letter)
        await pilot.press("alt+т")
        assert composer_of(app).text == ""
        assert toasts(app).count("Alt+Т is no key here") == 1
        assert "Ctrl+P" in toasts(app)


async def test_where_escape_closed_the_search_the_letter_is_not_written_to_the_visitor_and_that_is_said() -> (
    None
):
    async with on(one_chat()) as (app, pilot):
        await pilot.press("ctrl+f", *"hel")
        await torn(app, pilot, "n")
        composer = composer_of(app)
        await until(pilot, lambda: app.focused is composer, "writing again")
        assert (composer.text, composer.note) == ("", False)
        await pilot.press(*"ok")
        assert composer.text == "ok"


async def test_where_escape_closed_what_is_offered_the_letter_is_not_written() -> None:
    async with on(one_chat()) as (app, pilot):
        composer = composer_of(app)
        await pilot.press(*"/mu")
        assert composer.slip.note is not NOTHING
        await torn(app, pilot, "n")
        assert (composer.slip.note is NOTHING, composer.text, composer.note) == (True, "/mu", False)
        assert "n came right after Esc, as Alt+N may on a slow line: it was not written." in toasts(app)


async def test_enter_after_an_escape_that_closed_what_is_offered_is_enter() -> None:
    async with on(one_chat()) as (app, pilot):
        await pilot.press(*"/mute")
        await torn(app, pilot, "\r")
        await until(pilot, lambda: isinstance(app.screen, MuteScreen), "the command is carried out")


async def test_where_escape_closed_a_dialog_nothing_is_written_nor_sent() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        for letter in "n\r":
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, MuteScreen), "the dialog")
            await torn(app, pilot, letter)
            await until(pilot, lambda: len(app.screen_stack) == 1, "closed")
        assert (composer_of(app).text, composer_of(app).note, wishes(desk, Send)) == ("", False, [])


async def test_what_escape_cleared_and_left_open_takes_the_letter() -> None:
    async with on(one_chat()) as (app, pilot):
        await pilot.press("f1", *"ring")
        await torn(app, pilot, "m")
        field = app.focused
        assert getattr(field, "value", None) == "m"


async def test_in_the_queue_escape_closes_something_only_while_it_is_filtered() -> None:
    desk = one_chat()
    desk.arrives("Bruno")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+t")
        assert isinstance(app.focused, QueueList)
        await torn(app, pilot, "n")
        assert composer_of(app).note


@pytest.mark.parametrize("at", ["queue", "chats", "dialog"])
async def test_lines_that_came_at_once_press_nothing(at: str) -> None:
    desk = one_chat()
    desk.arrives("Bruno")
    async with on(desk) as (app, pilot):
        await pilot.press(*{"queue": ["ctrl+t"], "chats": ["ctrl+t", "ctrl+t"], "dialog": ["ctrl+q"]}[at])
        app.post_message(LinesAtOnce("\n/end\ny\n", 3))
        await pilot.pause()
        assert wishes(desk, Accept) + wishes(desk, End) + wishes(desk, Send) == []
        assert "3 lines came at once, as a paste does; their Enter does nothing." in toasts(app)


@pytest.mark.parametrize("note", [False, True])
async def test_lines_that_came_at_once_stay_together_until_enter(note: bool) -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await pilot.press(*(["alt+n"] if note else []), "a")
        app.post_message(LinesAtOnce("\n/end\nc\n", 3))
        await pilot.pause()
        assert composer_of(app).text == "a\n/end\nc\n"
        assert wishes(desk, End) + wishes(desk, Send) + wishes(desk, WriteNote) == []
        assert toasts(app) == "3 lines came at once: Enter sends."
        await pilot.press("enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote if note else Send)), "sent by the agent")
        texts = [
            *(said.text for said in wishes(desk, Send)),
            *(kept.text for kept in wishes(desk, WriteNote)),
        ]
        assert texts == ["a\n/end\nc"]
        assert wishes(desk, End) == []
