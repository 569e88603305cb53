"""The list of abbreviations, driven by keys; what is changed there stands in the file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.screens.settings_room import SettingsRoom
from tests.screens.still_desk import console
from tests.screens.test_composer_words import screen_of, write
from tests.widgets.stage import until
from tui.link.commands import Send
from tui.screens.abbreviations.editor import EditorScreen
from tui.screens.abbreviations.screen import AbbreviationsScreen
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen
from tui.screens.pane import ChatPane
from tui.screens.settings.dialogs import AskScreen
from tui.widgets.composer import Composer

TEXTS = """\
# canned
[abbreviations]
_wm = "Welcome {nick}, I am {agent}."  # first words
_bye = "Good bye."
_hours = "We are here from 9 to 5."

[languages.it.abbreviations]
_wm = "Benvenuto {nick}."

[services."Sales".abbreviations]
_price = "Our prices\\nare fair, {nick}."
"""


@asynccontextmanager
async def listed(
    folder: Path, text: str = TEXTS, chat: bool = True, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SettingsRoom, ConsoleApp, Pilot[None]]]:
    """The list, opened by its key over a chat with Anna of Sales."""
    room = SettingsRoom(folder, text)
    if chat:
        room.is_mine("Anna", "hello")
    app = console(room)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause()
        await pilot.press("alt+i")
        await pilot.pause()
        assert isinstance(app.screen, AbbreviationsScreen)
        yield room, app, pilot


def names(app: ConsoleApp) -> list[str]:
    screen = app.screen
    assert isinstance(screen, AbbreviationsScreen)
    return [row.abbreviation.name for row in screen.list.rows]


def here(app: ConsoleApp) -> str:
    """The key of the one under the cursor."""
    screen = app.screen
    assert isinstance(screen, AbbreviationsScreen)
    assert screen.list.current is not None
    return screen.list.current.abbreviation.key


def composer(app: ConsoleApp) -> Composer:
    return app.screen_stack[0].query_one(ChatPane).composer


def words(room: SettingsRoom) -> list[str]:
    return [command.text for command in room.commands if isinstance(command, Send)]


async def test_those_in_force_come_first_and_the_text_is_shown_filled_in(tmp_path: Path) -> None:
    async with listed(tmp_path) as (_, app, pilot):
        assert names(app) == ["_bye", "_hours", "_price", "_wm", "_wm"]
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: "Welcome Anna, I am Maria." in screen_of(app), "the preview")
        assert "4 for Anna, 1 for others" in screen_of(app)
        assert "everybody" in screen_of(app)


async def test_typing_filters_by_name_and_text_and_enter_inserts_at_the_cursor(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await pilot.press("escape")
        await write(pilot, "Look: (now)")
        await pilot.press("left", "left", "left", "left", "left")
        await pilot.press("alt+i")
        await write(pilot, "fair")
        assert names(app) == ["_price"]
        await pilot.press("backspace", "backspace", "backspace", "backspace")
        await write(pilot, "_w")
        assert names(app)[0] == "_wm"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert composer(app).text == "Look: Welcome Anna, I am Maria.(now)"
        assert app.focused is composer(app)
        assert words(room) == []


async def test_alt_enter_sends_at_once_and_leaves_the_draft(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await pilot.press("escape")
        await write(pilot, "half a")
        await pilot.press("alt+i")
        await write(pilot, "price")
        await pilot.press("ctrl+j")  # what most terminals make of Alt+Enter
        await until(pilot, lambda: bool(words(room)), "the message")
        assert words(room) == ["Our prices\nare fair, Anna."]
        assert composer(app).text == "half a"


async def test_it_can_be_opened_by_its_slash_name_with_words_to_find(tmp_path: Path) -> None:
    async with listed(tmp_path) as (_, app, pilot):
        await pilot.press("escape")
        await write(pilot, "/texts hours")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert names(app) == ["_hours"]


async def test_a_new_one_of_several_lines_is_saved_to_the_file_and_undone(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        await write(pilot, "new")
        await pilot.press("enter", "right", "enter")  # for the service of this chat
        await write(pilot, "one")
        await pilot.press("enter")
        await write(pilot, "two {nick}")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert room.file.load().settings.services["Sales"].abbreviations["_new"] == "one\ntwo {nick}"
        assert '_new = """one\ntwo {nick}"""' in room.text
        await until(pilot, lambda: "_new" in names(app), "the new one in the list")
        assert here(app) == "services.Sales.abbreviations._new"
        await pilot.press("ctrl+z")
        assert room.text == TEXTS


async def test_one_is_changed_and_renamed_in_one_undo_and_comments_stay(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await write(pilot, "wm")
        assert here(app) == "abbreviations._wm"
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        assert isinstance(app.focused, TextArea)
        await write(pilot, " Yes?")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert room.text == TEXTS.replace("I am {agent}.", "I am {agent}. Yes?")
        await until(pilot, lambda: here(app) == "abbreviations._wm", "the cursor on it")
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        app.screen.query_one("#name", Input).value = "_hello"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert sorted(room.file.load().settings.abbreviations) == ["_bye", "_hello", "_hours"]
        await pilot.press("ctrl+z")
        settings = room.file.load().settings
        assert settings.abbreviations["_wm"] == "Welcome {nick}, I am {agent}. Yes?"
        assert "_hello" not in settings.abbreviations
        await pilot.press("ctrl+z")
        assert room.file.load().settings.abbreviations["_wm"] == "Welcome {nick}, I am {agent}."
        await pilot.press("ctrl+z")
        assert "# canned" in room.text


async def test_del_deletes_and_undo_brings_it_back_but_not_while_it_edits_the_search(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await write(pilot, "bye")
        await pilot.press("home", "delete")
        assert app.screen.query_one(Input).value == "ye"
        assert "_bye" in room.text
        await pilot.press("end", "delete")
        assert "_bye" not in room.text
        await pilot.press("ctrl+z")
        assert room.file.load().settings.abbreviations["_bye"] == "Good bye."


async def test_what_cannot_stand_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    async with listed(tmp_path) as (room, app, pilot):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "The name must be an underscore" in screen_of(app), "the fault")
        await write(pilot, "wm")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "_wm is defined for everybody already" in screen_of(app), "the fault")
        await write(pilot, "2")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "It must be text of 1 to 4000" in screen_of(app), "the fault")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AskScreen), "the question")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen), "the editor again")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AskScreen), "the question")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, AbbreviationsScreen), "the list")
        assert room.text == TEXTS


async def test_where_nothing_is_defined_it_says_how(tmp_path: Path) -> None:
    async with listed(tmp_path, text="") as (_, app, pilot):
        await until(pilot, lambda: "No abbreviation is defined yet." in screen_of(app), "the list")
        assert "Ctrl+N writes one here." in screen_of(app)
        assert "[abbreviations]" in screen_of(app)


async def test_without_a_chat_they_can_be_written_but_not_inserted(tmp_path: Path) -> None:
    async with listed(tmp_path, chat=False) as (_, app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, AbbreviationsScreen)
        await until(pilot, lambda: "No chat is open to put it into." in screen_of(app), "the toast")


async def test_a_visitors_markup_and_controls_do_nothing_in_list_and_preview(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, '[abbreviations]\n_x = "[bold]{nick}[/nope]"\n')
    room.is_mine("[red]\x1b]0;x\x07", "hello")
    app = console(room)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("alt+i")
        await until(pilot, lambda: "[bold][red]" in screen_of(app), "the preview")
        assert not set(screen_of(app)) & set("\x1b\x07")


async def test_five_hundred_scroll_and_filter(tmp_path: Path) -> None:
    many = "[abbreviations]\n" + "".join(f'_t{n:03} = "text number {n}"\n' for n in range(500))
    async with listed(tmp_path, many, size=(100, 30)) as (_, app, pilot):
        assert len(names(app)) == 500
        await pilot.press("ctrl+end")
        assert here(app) == "abbreviations._t499"
        await pilot.press("pageup", "up")
        assert here(app) < "abbreviations._t499"
        await until(pilot, lambda: here(app).removeprefix("abbreviations.") in screen_of(app), "the row")
        await write(pilot, "number 499")
        assert names(app) == ["_t499"]


async def test_a_text_of_several_lines_that_was_pasted_can_be_undone(tmp_path: Path) -> None:
    async with listed(tmp_path) as (_, app, pilot):
        await pilot.press("ctrl+n", *"_new", "enter", "home", "enter")
        text = app.screen.query_one(TextArea)
        await until(pilot, lambda: app.focused is text, "the text")
        app.post_message(events.Paste("\n".join(f"line {number}" for number in range(30))))
        await until(pilot, lambda: text.text.count("\n") == 29, "thirty lines")
        await pilot.press("ctrl+z")
        assert text.text == ""
        await pilot.press("ctrl+y", "ctrl+z", "o", "k")
        assert text.text == "ok"
