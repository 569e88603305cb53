"""Screens over the console are closed once; what was meant for them is never heard by what lies beneath."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets._toast import Toast

from tests.screens.room import on, text_of, toasts, until, wishes
from tests.screens.still_desk import StillDesk, console
from tests.screens.test_chats import desk_with, drafts
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.link.commands import Accept, ChangeSetting, Label, Send
from tui.screens.app import ConsoleApp
from tui.screens.choose import Choice, ChooseScreen
from tui.screens.command_table import BY_ID
from tui.screens.desk_screen import DeskScreen
from tui.screens.dialogs import QuitScreen
from tui.screens.help_screen import HelpScreen
from tui.screens.input_gate import DOUBLE_CLICK, DOUBLED, FIRST_REPEAT, LATER_REPEATS, ONE_READ, SpareKeys
from tui.screens.mute_screen import MuteScreen
from tui.screens.overlay import Layer, Overlay
from tui.screens.pane import ChatPane
from tui.screens.settings.dialogs import LineScreen
from tui.screens.settings.screen import SettingsScreen
from tui.screens.wrap_up_screen import WrapUpScreen
from tui.widgets.queue_list import QueueList

LINKS = {"docs": "https://shop.example/help"}

OPENING = (
    *(
        "find-chat",
        "transfer",
        "colour",
        "tag",
        "send-link",
        "search-past",
        "export",
        "abbreviations",
        "mute",
    ),
    *("alert-log", "settings", "agent-menu", "theme", "palette", "help", "pause-because", "quit"),
)
"""Commands that open a screen."""


def all_at_once(app: ConsoleApp, *keys: str) -> None:
    """As over a slow line: several keys in one read, before anything has been done or drawn."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(4):
        await pilot.pause()


def desk() -> StillDesk:
    desk = desk_with(2, replace(Settings(), links=LINKS))
    desk.arrives("Zed")
    return desk


def done_beneath(desk: StillDesk, command: str) -> list[object]:
    """What only a key heard by the console beneath could have done."""
    accepted = wishes(desk, Accept)[command == "palette" :]  # it offers that first
    return [*accepted, *(sent for sent in wishes(desk, Send) if sent.text not in LINKS.values())]


def drafts_of(app: ConsoleApp) -> dict[str, str]:
    """Also while another screen lies over the chats."""
    return {str(pane.contact): pane.composer.draft for pane in app.screen_stack[0].query(ChatPane)}


@pytest.mark.parametrize("command", OPENING)
async def test_presses_in_one_read_close_one_screen_and_are_not_heard_beneath(command: str) -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", *"secret")
        for closing in ("escape", "enter"):
            await pilot.press(BY_ID[command].keys.split(",")[0])
            assert app.screen is not app.screen_stack[0]
            all_at_once(app, closing, closing, closing)
            await settled(pilot)
        assert app.is_running
        assert not done_beneath(still, command)


@pytest.mark.parametrize("command", OPENING)
async def test_a_screen_that_is_still_opening_gets_its_keys_and_nothing_beneath_does(command: str) -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", *"secret")
        for behind in (("escape", "escape"), ("down", "enter", "enter")):
            all_at_once(app, BY_ID[command].keys.split(",")[0], *behind)
            await settled(pilot)
        assert app.is_running
        assert not done_beneath(still, command)


async def test_what_is_typed_at_once_with_the_key_that_opens_is_written_into_what_opens() -> None:
    still = desk_with(12)
    async with on(still) as (app, pilot):
        all_at_once(app, "alt+g", "1", "2", "enter")
        await until(pilot, lambda: still.keeper.desk.current == "Luca", "chat 12")
        assert isinstance(app.screen, DeskScreen)


async def test_a_spare_enter_in_the_wrap_up_takes_no_visitor() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("ctrl+t")
        assert isinstance(app.focused, QueueList)
        desk_screen = app.screen
        assert isinstance(desk_screen, DeskScreen)
        desk_screen._label_deeds.wrap_up(still.keeper.desk.chats[ContactId("Anna")].contact)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the wrap-up")
        all_at_once(app, "down", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await settled(pilot)
        assert isinstance(app.focused, QueueList)
        assert wishes(still, Label)
        assert not wishes(still, Accept)
        await pilot.press("down", "enter")  # another key in between: this is meant
        assert wishes(still, Accept)


async def test_what_comes_in_one_read_with_the_key_that_closes_is_left_out_and_that_is_said() -> None:
    still = desk_with(2)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "f10")
        all_at_once(app, "escape", "alt+2", *"hi", "enter")
        await until(pilot, lambda: "left out" in toasts(app), "it is said")
        assert drafts(app) == {"Anna": "", "Bruno": ""}
        await pilot.press("alt+2", *"hi", "enter")
        assert [(sent.contact, sent.text) for sent in wishes(still, Send)] == [("Bruno", "hi")]


async def test_what_is_typed_right_after_a_chat_was_chosen_goes_to_that_chat() -> None:
    still = desk_with(12)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "alt+g", "1", "2")
        all_at_once(app, "enter")
        while not isinstance(app.screen, DeskScreen):
            await asyncio.sleep(0)
        await asyncio.sleep(ONE_READ * 1.5)
        all_at_once(app, *"hi")
        await until(pilot, lambda: "hi" in drafts(app).values(), "the words")
        assert {name: text for name, text in drafts(app).items() if text} == {"Luca": "hi"}


async def test_typing_after_a_screen_has_closed_is_ordinary_typing() -> None:
    still = desk_with(2)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "f10", "escape", *"hello", "enter")
        assert [sent.text for sent in wishes(still, Send)] == ["hello"]
        await pilot.press("alt+2", "f1", "escape", "f1")
        assert isinstance(app.screen, HelpScreen)


async def test_an_answer_is_no_letter_for_what_lies_beneath() -> None:
    still = desk_with(2)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "ctrl+q")
        assert isinstance(app.screen, QuitScreen)
        app.screen._opened = float("-inf")  # it has stood for a while
        all_at_once(app, "n", "n", "n")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "answered")
        assert drafts(app)["Anna"] == ""


async def test_a_double_click_on_an_answer_is_one_click() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "ctrl+q")
        await until(pilot, lambda: bool(app.screen.query("#stay")), "the question")
        await pilot.click("#stay", times=2)
        await settled(pilot)
        assert isinstance(app.screen, DeskScreen)
        assert app.is_running


async def test_the_second_click_where_an_answer_was_does_nothing_to_what_lies_there() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "f10")
        at = app.screen.query_one(OptionList).region.offset + Offset(4, 1)
        click(app, at)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        beneath = app.screen.get_widget_at(*at)[0]
        heard: list[events.Event] = []
        beneath.on_event = note(heard, beneath.on_event)  # type: ignore[method-assign, assignment]
        click(app, at)
        await settled(pilot)
        assert not heard
        await asyncio.sleep(DOUBLE_CLICK)
        click(app, at)
        await until(pilot, lambda: len(heard) == 3, "a click of its own: down, up, click")


def note(
    heard: list[events.Event], on_event: Callable[[events.Event], Coroutine[Any, Any, None]]
) -> Callable[[events.Event], Coroutine[Any, Any, None]]:
    """Also keep what a widget hears of the mouse's buttons."""

    async def noted(event: events.Event) -> None:
        if isinstance(event, events.MouseDown | events.MouseUp | events.Click):
            heard.append(event)
        await on_event(event)

    return noted


def click(app: ConsoleApp, at: Offset) -> None:
    """As the terminal tells it."""
    app.post_message(mouse(events.MouseDown, at))
    app.post_message(mouse(events.MouseUp, at))


def mouse(kind: type[events.MouseEvent], at: Offset) -> events.MouseEvent:
    return kind(None, at.x, at.y, 0, 0, 1, False, False, False, at.x, at.y)


async def test_a_command_chosen_in_the_palette_is_carried_out_once() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("ctrl+p", *"density")
        await settled(pilot)
        all_at_once(app, *["enter"] * 6)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        await settled(pilot)
        assert len(wishes(still, ChangeSetting)) <= 1
        assert not wishes(still, Accept)


async def test_two_causes_close_a_screen_once_and_the_first_answer_counts() -> None:
    still = desk_with(1)
    answers: list[str | None] = []
    async with on(still) as (app, pilot):
        dialog = ChooseScreen("Which?", [Choice("a", "a")], placeholder="")
        app.push_screen(dialog, answers.append)
        await until(pilot, lambda: dialog.is_mounted, "the question")
        dialog.set_timer(0.01, lambda: dialog.dismiss("timer"))
        dialog.set_timer(0.01, lambda: dialog.dismiss("timer too"))
        dialog.dismiss("key")
        dialog.dismiss("key too")
        await until(pilot, lambda: bool(answers), "an answer")
        await settled(pilot)
        assert answers == ["key"]
        assert app.screen_stack == [app.screen]


async def test_a_screen_with_another_over_it_is_not_closed_and_closes_nothing() -> None:
    still = desk_with(1)
    async with on(still) as (app, pilot):
        await pilot.press("alt+m")
        mute = app.screen
        assert isinstance(mute, MuteScreen)
        await pilot.press("f1")
        mute.dismiss(None)
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "wait:400", "enter")
        assert isinstance(app.screen, DeskScreen)


async def test_two_enters_on_a_row_of_the_settings_open_one_line() -> None:
    still = desk_with(1)
    async with on(still) as (app, pilot):
        await pilot.press("f9", "down", "down")
        settings = app.screen
        assert isinstance(settings, SettingsScreen)
        settings.rows.move_to(ContactId("audio.volume"))
        all_at_once(app, "enter", "enter")
        await settled(pilot)
        assert sum(isinstance(screen, LineScreen) for screen in app.screen_stack) <= 1


async def test_a_key_pressed_before_a_screen_opened_does_nothing_in_it() -> None:
    still = desk_with(2)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1")
        all_at_once(app, "escape", "f1")
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)


async def test_words_typed_with_a_command_that_opens_a_screen_are_for_that_screen() -> None:
    still = desk_with(12)
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", *"/chats")
        all_at_once(app, "enter", "1", "2", "enter")
        await settled(pilot)
        assert not wishes(still, Send)
        assert drafts_of(app)["Anna"] == ""


async def test_a_contact_accepted_from_a_dialog_closes_all_and_each_once() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("f10", "f1")
        all_at_once(app, "f2", "f2", "escape", "enter")
        await settled(pilot)
        assert isinstance(app.screen, DeskScreen)
        assert len(wishes(still, Accept)) == 1


async def test_a_theme_that_was_only_tried_is_put_back_when_a_visitor_is_taken() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        before = app.theme
        await pilot.press("alt+y", "down", "down")
        assert app.theme != before
        await pilot.press("f2")
        await until(pilot, lambda: app.theme == before, "the theme one had")


async def test_help_and_question_over_each_other_go_back_and_do_not_pile_up() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1")
        for _ in range(5):
            await pilot.press("ctrl+q")
            await until(pilot, lambda: isinstance(app.screen, QuitScreen), "the question")
            question = app.screen
            assert isinstance(question, QuitScreen)
            await until(pilot, lambda one=question: one.is_mounted, "it is there")  # type: ignore[misc]
            question._opened = float("-inf")
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen), "the help")
        assert [type(screen) for screen in app.screen_stack] == [DeskScreen, QuitScreen, HelpScreen]


# the rule alone


def spare_after(key: str) -> SpareKeys:
    """This key was pressed at ten seconds, and closed a screen."""
    spare = SpareKeys()
    assert not spare.is_spare(key, 10.0)
    spare.closed(10.02)
    return spare


def test_a_held_key_is_one_press_until_it_is_let_go() -> None:
    spare = spare_after("enter")
    at = 10.0 + FIRST_REPEAT - 0.05
    assert spare.is_spare("enter", at)
    for _ in range(20):
        at += LATER_REPEATS / 2
        assert spare.is_spare("enter", at)
    assert not spare.is_spare("enter", at + LATER_REPEATS * 2)


def test_a_key_that_the_terminal_calls_held_is_spare_however_late() -> None:
    assert spare_after("enter").is_spare("enter", 15.0, held=True)


def test_another_key_between_makes_the_next_press_a_new_one() -> None:
    spare = spare_after("f4")
    assert not spare.is_spare("x", 10.1)
    assert not spare.is_spare("f4", 10.2)


def test_a_key_pressed_while_the_screen_was_there_is_spare_although_it_is_heard_late() -> None:
    spare = SpareKeys()
    assert not spare.is_spare("enter", 10.0)
    spare.closed(12.0)  # the machine stood still for two seconds
    assert spare.is_spare("f2", 11.0)
    assert spare.is_spare("x", 11.5)
    assert not spare.is_spare("f2", 12.5)


def test_a_read_that_began_before_the_screen_closed_is_spare_to_its_end() -> None:
    spare = SpareKeys()
    assert not spare.is_spare("enter", 10.0)
    spare.closed(10.001)
    assert spare.is_spare("f2", 10.004)
    assert not spare.is_spare("f2", 10.004 + ONE_READ * 2)


def test_two_presses_with_time_between_them_are_two() -> None:
    assert not spare_after("f4").is_spare("f4", 10.0 + DOUBLED + 0.01)
    assert not spare_after("escape").is_spare("escape", 10.0 + LATER_REPEATS + 0.01)
    assert not spare_after("enter").is_spare("f2", 10.1)


def test_every_screen_over_the_console_is_closed_the_guarded_way() -> None:
    def all_of(kind: type[Any]) -> set[type[Any]]:
        return {kind, *(deeper for one in kind.__subclasses__() for deeper in all_of(one))}

    ours = {one for one in all_of(Screen) if one.__module__.startswith("tui.")} - {Layer}
    assert len(ours) > 20
    assert [one for one in ours if not issubclass(one, Overlay)] == [DeskScreen]


async def test_a_screen_says_once_that_something_was_left_out_and_nothing_for_a_mere_repeat() -> None:
    still = desk()
    async with on(still) as (app, pilot):
        await pilot.press("alt+1", "f10")
        all_at_once(app, "escape", "escape", "escape")
        await settled(pilot)
        assert "left out" not in toasts(app)
        assert "left out" not in text_of(app)


async def test_a_contact_that_ends_while_a_dialog_is_open_leaves_the_dialog_alone() -> None:
    from tests.parts_of_desk import done
    from tui.desk.lifecycle import DeedKind

    still = desk_with(2)
    async with on(still) as (app, pilot):
        await pilot.press("alt+k")
        record = still.keeper.desk.chats[ContactId("Anna")].contact
        still.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, record.last_at)))
        all_at_once(app, "x", "enter", "enter", "escape", "escape")
        await settled(pilot)
        assert app.is_running


async def test_screens_over_each_other_are_drawn_whichever_of_them_changes() -> None:
    async with on(desk()) as (app, pilot):
        await pilot.press("alt+i")
        await pilot.press("ctrl+n")
        await pilot.press("x")
        await pilot.press("escape")
        await pilot.press("f1")
        await settled(pilot)
        assert len(app.screen_stack) == 5
        top = app.screen._compositor
        for again in itertools.product((False, True), repeat=4):
            for changed in ((), list(itertools.compress(app.screen_stack, again))):
                for screen in app.screen_stack:
                    screen._set_dirty()  # as after another size
                for screen in changed:
                    screen._layout_cache.clear()  # as after another theme
                top.render_update(full=True, screen_stack=app._background_screens)
            drawn = "\n".join(strip.text for strip in top.render_strips())
            assert "Help: A question" in drawn
            assert "╭─ A" in drawn, "the list beneath"


@pytest.mark.parametrize("command", OPENING)
async def test_lists_are_paged_through_in_a_window_without_room_for_a_line(command: str) -> None:
    for size in ((1, 1), (80, 3)):
        async with on(desk(), size) as (app, pilot):
            await pilot.press("alt+1")
            await pilot.press(BY_ID[command].keys.split(",")[0])
            await settled(pilot)
            for key in ("pagedown", "pageup", "down", "pagedown", "end", "home", "pageup", "up", "pagedown"):
                await pilot.press(key)
            assert app.is_running


@pytest.mark.parametrize("over", ["", "help", "palette"])
async def test_a_click_on_what_has_just_been_removed_is_for_nothing(over: str) -> None:
    app = console(desk())
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        if over:
            await pilot.press(BY_ID[over].keys.split(",")[0])
        app.notify("soon gone")
        await until(pilot, lambda: any(toast.region for toast in app.screen.query(Toast)), "it is drawn")
        toast = app.screen.query_one(Toast)
        x, y = toast.region.x + 1, toast.region.y + 1
        rack = toast.parent
        assert rack is not None
        toast._detach()  # as its removal begins; it is drawn until the next layout
        assert app.screen.get_widget_at(x, y)[0] is toast
        for kind in (events.MouseDown, events.MouseMove, events.MouseUp, events.MouseScrollDown):
            await app.on_event(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        toast._attach(rack)


async def test_a_screen_closed_before_it_has_been_set_up_ends_nothing() -> None:
    async with on(desk()) as (app, pilot):
        opening = HelpScreen([], "")
        app.push_screen(opening)
        opening.dismiss(None)
        await settled(pilot)
        assert app.screen is app.screen_stack[0]
        assert app._exception is None
