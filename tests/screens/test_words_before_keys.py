"""Letters and a key that does something at once, in one read: the key means the letters before it, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.room import on, parts, until, wishes
from tests.screens.test_abbreviations import listed
from tests.screens.test_labels import ANNA, one_chat
from tests.screens.test_passing_on import PAOLO, desk_with_colleagues
from tests.screens.test_whose_words import at_once
from tui.desk.contact import ContactId
from tui.link.commands import Accept, Label, Send, Transfer, WriteNote
from tui.screens.abbreviations.editor import EditorScreen
from tui.screens.abbreviations.screen import AbbreviationsScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.transfer_screen import TransferScreen
from tui.screens.wrap_up_screen import WrapUpScreen
from tui.text import RemoteText

WORDS = "Good bye, we hope that you will come again, and soon."


@pytest.mark.parametrize("key", ["ctrl+s", "ctrl+enter"])
async def test_a_text_is_saved_as_a_whole(tmp_path: Path, key: str) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        at_once(app, *"new", "tab", "tab", *WORDS, "enter", *WORDS, key)
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert room.file.load().settings.abbreviations["_new"] == f"{WORDS}\n{WORDS}"


async def test_escape_behind_words_knows_of_them_and_asks(tmp_path: Path) -> None:
    async with listed(tmp_path) as (_, app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        at_once(app, *"new", "tab", "tab", *WORDS, "escape")
        await until(pilot, lambda: len(app.screen_stack) == 4, "the question")


async def test_the_one_sent_at_once_is_the_one_that_the_letters_find(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        at_once(app, *"hours", "ctrl+j")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert [one.text for one in room.commands if isinstance(one, Send)] == ["We are here from 9 to 5."]


async def test_a_contact_goes_to_whom_the_letters_find_with_the_whole_note() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, TransferScreen), "to whom")
        at_once(app, *"pao", "enter", *WORDS, "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert wishes(desk, Transfer) == [Transfer(ContactId("Anna"), PAOLO, "", RemoteText(WORDS))]


async def test_arrows_behind_letters_move_in_what_these_have_found() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, TransferScreen), "to whom")
        at_once(app, *"l", "down", "enter", "x", "enter")  # Paolo, Luca, Billing, Level 2
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        at_once(app, "alt+t", *"l", "enter", "x", "enter")
        await until(pilot, lambda: len(wishes(desk, Transfer)) == 2, "both")
        assert [one.to for one in wishes(desk, Transfer)] == ["Luca", "Paolo"]


@pytest.mark.parametrize("key", ["enter", "f2"])
async def test_what_came_of_a_chat_is_kept_as_a_whole(key: str) -> None:
    desk = one_chat()
    desk.arrives("Zoe")
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        at_once(app, "down", "tab", *"billing vip", "tab", *WORDS, key)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert wishes(desk, Label) == [Label(ANNA, ("billing", "vip"), "", RemoteText("solved"))]
        assert wishes(desk, WriteNote)[0].text == WORDS
        assert len(wishes(desk, Accept)) == (key == "f2")


async def test_letters_and_keys_that_take_turns_stay_in_order() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, TransferScreen), "to whom")
        at_once(app, *"d", "up", *"o", "down", *"r", "backspace", "up", "enter", *"a", "left", *"b", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert [(one.to, one.note) for one in wishes(desk, Transfer)] == [("Dora", "ba")]


async def test_a_key_does_not_wait_for_ever_for_what_does_not_come_to_itself() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t")
        await until(pilot, lambda: isinstance(app.screen, TransferScreen), "to whom")
        app._gate._begin_to_wait()  # of whom nothing is heard again
        at_once(app, *"pao")
        found = app.screen.query_one("#whom", Input)
        await until(pilot, lambda: found.value == "pao", "the letters")
