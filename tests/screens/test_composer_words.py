"""Slash commands and abbreviations in the composer of a chat, driven by keys."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.screens.room import parts, says_yes
from tests.screens.still_desk import StillDesk, console
from tests.widgets.stage import until
from tui.config.parse import parse_text
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.events import MuteSet, PauseSet
from tui.link.commands import Accept, End, Master, Send, TellTyping, ToggleMaster
from tui.screens.app import ConsoleApp
from tui.screens.help_screen import HelpScreen
from tui.screens.mute_screen import MuteScreen
from tui.screens.pane import ChatPane
from tui.widgets.composer import Composer

TEXTS = """
[abbreviations]
_wm = "Welcome {nick}, I am {agent} of {service}."
_bye = "Good bye.\\nCome again."
_name = "Hi {nick}"
"""


def with_texts(text: str = TEXTS) -> Settings:
    return parse_text(text, Path("c.toml"))[0]


@asynccontextmanager
async def chatting(
    desk: StillDesk, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[ConsoleApp, Composer, Pilot[None]]]:
    """With the keyboard in the composer of the current chat."""
    if not desk.keeper.desk.chats:
        desk.is_mine("Anna", "hello")
    app = console(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.focused, Composer)
        yield app, app.focused, pilot


async def write(pilot: Pilot[None], text: str) -> None:
    named = {" ": "space", "/": "slash", "_": "underscore", "\n": "ctrl+j", "\t": "tab"}
    await pilot.press(*(named.get(sign, sign) for sign in text))


def words(desk: StillDesk) -> list[str]:
    return [command.text for command in desk.commands if isinstance(command, Send)]


def sent(desk: StillDesk, kind: type[object]) -> list[object]:
    return [command for command in desk.commands if isinstance(command, kind)]


def screen_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def shows(pilot: Pilot[None], words: str) -> None:
    """Wait until the screen holds the words, however they are broken into lines."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    pane = "".join(words.split())
    await until(pilot, lambda: pane in "".join(screen_of(app).replace("▏", "").split()), words)


def offered(composer: Composer) -> list[str]:
    return [offer.label for offer in composer.slip.note.offers]


async def test_slash_end_ends_the_chat_and_is_not_sent() -> None:
    desk = StillDesk()
    async with chatting(desk) as (app, composer, pilot):
        await write(pilot, "/end")
        await parts(app, pilot, "enter")
        assert sent(desk, End) == [End(ContactId("Anna"))]
        assert words(desk) == []
        assert composer.text == ""


async def test_a_command_acts_in_the_chat_it_is_typed_in() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "a")
    desk.is_mine("Bruno", "b")
    async with chatting(desk, (160, 40)) as (app, composer, pilot):
        panes = {pane.contact: pane.composer for pane in app.screen.query(ChatPane)}
        other = next(one for one in panes.values() if one is not composer)
        contact = next(id for id, one in panes.items() if one is other)
        other.focus()
        await write(pilot, "/end")
        desk.events.clear()
        await parts(app, pilot, "enter")
        assert sent(desk, End) == [End(contact)]


@pytest.mark.parametrize(("typed", "minutes"), [("/mute 15", 15), ("/mute 2h", 120)])
async def test_slash_mute_with_a_time_mutes_at_once(typed: str, minutes: int) -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, _composer, pilot):
        await write(pilot, typed)
        await pilot.press("enter")
        mutes = [event for event in desk.events if isinstance(event, MuteSet)]
        assert mutes[0].until is not None
        assert abs(mutes[0].until - time.time() - minutes * 60) < 5


async def test_slash_mute_alone_asks_for_how_long() -> None:
    desk = StillDesk()
    async with chatting(desk) as (app, _, pilot):
        await write(pilot, "/mute")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, MuteScreen)


async def test_commands_of_the_application_and_of_the_desk_can_be_typed() -> None:
    desk = StillDesk()
    desk.arrives("Bruno")
    async with chatting(desk) as (app, _, pilot):
        for typed in ("/audio off", "/audio on", "/popups", "/pause"):
            await write(pilot, typed)
            await pilot.press("enter")
        assert sent(desk, ToggleMaster) == [ToggleMaster(Master.AUDIO), ToggleMaster(Master.DESKTOP)]
        assert any(isinstance(event, PauseSet) for event in desk.events)
        await write(pilot, "/?")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        await write(pilot, "/accept bru")
        await pilot.press("enter")
        assert sent(desk, Accept) == [Accept(ContactId("Bruno"))]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/mute soon", "Write minutes as"),
        ("/accept Zoe", 'Nobody called "Zoe" is waiting.'),
        ("/chat 7", "You have no chat 7."),
        ("/chat", "/chat needs more: /chat number or name"),
        ("/end of the file", "/end takes nothing after it."),
        ("/ende", "Did you mean /end?"),
        ("/xyzzy", "/xyzzy is no command."),
    ],
)
async def test_what_is_wrong_is_said_and_the_text_stays(typed: str, says: str) -> None:
    desk = StillDesk()
    async with chatting(desk) as (_app, composer, pilot):
        await write(pilot, typed)
        await pilot.press("enter")
        await shows(pilot, says)
        assert composer.text == typed
        assert words(desk) == []
        assert sent(desk, End) == []
        await pilot.press("x")
        assert not composer.slip.note.wrong


async def test_two_slashes_send_one_and_a_path_goes_as_it_is() -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "//end is a command")
        await pilot.press("enter")
        await write(pilot, "/etc/hosts")
        await pilot.press("enter")
        pilot.app.post_message(events.Paste("/usr/bin/env python\nprint(1)\n"))
        await pilot.pause()
        await pilot.press("enter")
        assert words(desk) == ["/end is a command", "/etc/hosts", "/usr/bin/env python\nprint(1)"]
        await pilot.press("up", "up", "up", "up")
        assert composer.text == "//end is a command"


async def test_a_pasted_text_whose_first_line_is_a_command_is_not_carried_out_and_can_be_sent() -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, composer, pilot):
        pilot.app.post_message(events.Paste("/end\nof the file"))
        await pilot.pause()
        await pilot.press("enter")
        assert sent(desk, End) == []
        assert "begin with //" in composer.slip.note.said
        await pilot.press("up", "home", "slash", "enter")
        assert words(desk) == ["/end\nof the file"]


async def test_the_visitor_does_not_see_that_a_command_is_typed() -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, _composer, pilot):
        await write(pilot, "/mute ")
        assert sent(desk, TellTyping) == []
        await pilot.press("ctrl+u")
        await write(pilot, "/etc/h")
        assert sent(desk, TellTyping) == [TellTyping(ContactId("Anna"), True)]


async def test_a_list_of_commands_opens_and_tab_completes() -> None:
    desk = StillDesk()
    async with chatting(desk, (80, 24)) as (app, composer, pilot):
        await write(pilot, "/")
        await shows(pilot, "/accept [name]")
        first, second = composer.slip.note.offers[:2]
        await shows(pilot, first.about)
        await pilot.press("down")
        await shows(pilot, second.about)
        await write(pilot, "mu")
        assert offered(composer)[0].startswith("/mute")
        await pilot.press("tab")
        assert composer.text == "/mute "
        assert app.focused is composer
        await shows(pilot, "/mute [minutes, a time, or off]: Nothing rings")
        assert offered(composer) == ["5", "15", "60", "off"]
        await pilot.press("down", "enter")
        assert composer.text == "/mute 15"
        assert not any(isinstance(event, MuteSet) for event in desk.events)
        await pilot.press("enter")
        assert any(isinstance(event, MuteSet) for event in desk.events)


async def test_arrows_and_enter_choose_a_command_and_escape_closes_the_list() -> None:
    desk = StillDesk()
    async with chatting(desk) as (app, composer, pilot):
        await write(pilot, "/a")
        await pilot.press("down", "up", "up")
        last = composer.slip.note.offers[-1]
        await pilot.press("enter")
        assert composer.text == last.text
        await pilot.press("ctrl+u")
        await write(pilot, "/e")
        assert offered(composer)
        await pilot.press("escape")
        assert not composer.slip.display
        await write(pilot, "nd")
        assert not composer.slip.display
        await pilot.press("enter")
        await says_yes(app, pilot)
        assert sent(desk, End)


async def test_behind_a_command_is_offered_what_may_follow() -> None:
    desk = StillDesk(with_texts('[agent]\npause_reasons = ["lunch", "phone call"]\n'))
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "/pause ph")
        assert offered(composer) == ["phone call"]
        await pilot.press("tab", "enter")
        pauses = [event for event in desk.events if isinstance(event, PauseSet)]
        assert [(event.paused, event.reason) for event in pauses] == [(True, "phone call")]
        await write(pilot, "/chat ")
        assert offered(composer) == ["1"]


async def test_an_offer_can_be_clicked() -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "/mut")
        await until(pilot, lambda: composer.slip.size.height > 0, "the slip")
        await pilot.click(composer.slip, offset=(4, 0))
        assert composer.text == "/mute "


async def test_an_abbreviation_and_tab_expand_in_place() -> None:
    desk = StillDesk(with_texts())
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "Hello! _wm")
        await pilot.press("tab")
        assert composer.text == "Hello! Welcome Anna, I am Maria of Sales."
        await write(pilot, " _bye\t")
        await pilot.press("enter")
        assert words(desk) == ["Hello! Welcome Anna, I am Maria of Sales. Good bye.\nCome again."]


async def test_only_the_word_left_of_the_cursor_expands_and_undo_brings_it_back() -> None:
    desk = StillDesk(with_texts())
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "_wm and")
        await pilot.press("home", "right", "right", "right", "tab")
        assert composer.text == "Welcome Anna, I am Maria of Sales. and"
        await pilot.press("ctrl+z")
        assert composer.text == "_wm and"


async def test_tab_elsewhere_does_what_it_did() -> None:
    desk = StillDesk(with_texts())
    async with chatting(desk) as (app, composer, pilot):
        await write(pilot, "my_wm")
        await pilot.press("tab")
        assert composer.text == "my_wm"
        assert app.focused is not composer


async def test_tab_does_not_leave_a_line_that_begins_with_a_slash() -> None:
    desk = StillDesk()
    async with chatting(desk) as (app, composer, pilot):
        await write(pilot, "/accept ")
        await pilot.press("tab", "x")
        assert composer.text == "/accept x"
        assert app.focused is composer


async def test_a_visitors_name_is_never_expanded() -> None:
    desk = StillDesk(with_texts())
    desk.is_mine("_bye", "hello")
    async with chatting(desk) as (app, composer, pilot):
        await write(pilot, "_name\t")
        assert composer.text == "Hi _bye"
        await pilot.press("tab")
        assert composer.text == "Hi _bye"
        assert "not expanded again" in composer.slip.note.said
        await pilot.press("space", "backspace", "tab")
        assert composer.text == "Hi _bye"
        await write(pilot, " _bye\t")
        assert composer.text == "Hi _bye Good bye.\nCome again."
        assert app.focused is composer


async def test_an_unknown_abbreviation_is_said_and_near_ones_are_offered() -> None:
    desk = StillDesk(with_texts())
    async with chatting(desk) as (_app, composer, pilot):
        await write(pilot, "_wn\t")
        assert composer.text == "_wn"
        await shows(pilot, "_wn is no abbreviation here")
        assert offered(composer) == ["_wm"]
        await pilot.press("tab")
        assert composer.text == "Welcome Anna, I am Maria of Sales."


async def test_without_any_abbreviation_tab_says_how_to_define_one() -> None:
    desk = StillDesk()
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "_wm\t")
        assert "/abbreviations shows how" in composer.slip.note.said
        assert composer.text == "_wm"


async def test_an_expanded_text_that_begins_with_a_slash_is_not_carried_out_unseen() -> None:
    desk = StillDesk(with_texts('[abbreviations]\n_x = "/end"\n'))
    async with chatting(desk) as (_, composer, pilot):
        await write(pilot, "_x\t")
        assert composer.text == "/end"
        assert sent(desk, End) == []
