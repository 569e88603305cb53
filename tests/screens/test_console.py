"""The console on a still desk, driven by keys."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from tests.parts.waiting import until_async
from tests.screens.room import parts
from tests.screens.still_desk import StillDesk, console
from tui.alerts.plan import AlertEvent, Channel
from tui.config.schema import Settings
from tui.desk.contact import ContactId, Sender
from tui.desk.events import (
    ChatShown,
    FocusReported,
    FocusTrustLearned,
    InputSeen,
    PauseSet,
    RingSilenced,
    TypingSeen,
)
from tui.desk.focus import Trust
from tui.link import commands
from tui.link.commands import Accept, End, GiveBack, MarkRead, Master, Send, TellTyping, ToggleMaster
from tui.link.view import Severity
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen
from tui.screens.dialogs import MenuScreen, QuitScreen
from tui.screens.help_screen import HelpScreen
from tui.screens.palette import Palette
from tui.screens.settings.screen import SettingsScreen
from tui.widgets.composer import Composer


@asynccontextmanager
async def on(
    desk: StillDesk, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    app = console(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def sent(desk: StillDesk, kind: type[object]) -> list[object]:
    return [command for command in desk.commands if isinstance(command, kind)]


def told(desk: StillDesk, kind: type[object]) -> list[object]:
    return [event for event in desk.events if isinstance(event, kind)]


async def test_a_pending_contact_appears_in_the_queue_with_its_first_words() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        assert "Nobody is waiting" in text_of(app)
        desk.arrives("Anna", "my invoice is wrong", ago=65)
        await pilot.pause()
        screen = text_of(app)
        assert "Anna" in screen
        assert re.search(r"\b01:\d\d\b", screen)
        assert "my inv" in screen
        assert "rings: Anna (console focus unknown)" in screen


async def test_f2_accepts_the_longest_waiting_from_anywhere() -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hi")
    async with on(desk) as (app, pilot):
        assert isinstance(app.focused, Composer)
        await pilot.press("f2")
        assert sent(desk, Accept) == [Accept()]


async def test_enter_on_a_row_accepts_that_contact() -> None:
    desk = StillDesk()
    desk.arrives("Anna", ago=60)
    desk.arrives("Bruno", ago=30)
    async with on(desk) as (_, pilot):
        await pilot.press("down", "enter")
        assert sent(desk, Accept) == [Accept(ContactId("Bruno"))]


async def test_enter_does_not_take_the_neighbour_of_a_contact_that_has_just_gone() -> None:
    desk = StillDesk()
    desk.arrives("Anna", ago=60)
    desk.arrives("Bruno", ago=30)
    async with on(desk) as (_, pilot):
        await pilot.pause()
        desk.leaves("Anna")
        await pilot.pause()
        await pilot.press("enter")
        assert sent(desk, Accept) == []
        await pilot.pause(0.6)
        await pilot.press("enter")
        assert sent(desk, Accept) == [Accept(ContactId("Bruno"))]


async def test_an_accepted_contact_opens_as_a_pane_with_the_keyboard_in_its_composer() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        desk.is_mine("Anna", "hello there")
        await pilot.pause()
        await pilot.pause()
        assert "hello there" in text_of(app)
        await pilot.press("h", "i", "enter")
        wrote = sent(desk, Send)
        assert [(send.contact, send.text) for send in wrote if isinstance(send, Send)] == [("Anna", "hi")]
        assert sent(desk, TellTyping)


async def test_every_chat_keeps_its_draft() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "a")
    desk.is_mine("Bruno", "b")
    async with on(desk, (80, 24)) as (app, pilot):
        assert isinstance(app.focused, Composer)
        await pilot.press("d", "r", "a", "f", "t")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.focused, Composer)
        assert app.focused.draft == ""
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert isinstance(app.focused, Composer)
        assert app.focused.draft == "draft"


@pytest.mark.parametrize(("width", "panes"), [(80, 1), (120, 2), (160, 3), (200, 4)])
async def test_one_to_four_chats_stand_side_by_side(width: int, panes: int) -> None:
    desk = StillDesk()
    for name in ("Anna", "Bruno", "Chen", "Dora", "Emil"):
        desk.is_mine(name, "hello")
    async with on(desk, (width, 30)) as (app, pilot):
        await pilot.pause()
        shown = [pane for pane in app.screen.query("ChatPane") if pane.display]
        assert len(shown) == panes


async def test_f3_goes_to_the_next_unread_chat() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "a", "b")
    desk.is_mine("Bruno", "c", "d")
    desk.keeper.take(ChatShown(ContactId("Bruno")))
    async with on(desk) as (_, pilot):
        await pilot.press("f3")
        assert desk.keeper.desk.current == "Anna"


async def test_keys_of_the_table_do_what_it_says() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("f4", "f5", "f6", "f7", "f8")
        await parts(app, pilot, "ctrl+r")
        await parts(app, pilot)
        assert sent(desk, commands.TestAlert) == [commands.TestAlert(AlertEvent.PENDING, Channel.AUDIO)]
        assert told(desk, RingSilenced)
        assert sent(desk, ToggleMaster) == [ToggleMaster(Master.AUDIO), ToggleMaster(Master.DESKTOP)]
        assert told(desk, PauseSet) == [PauseSet(True)]
        assert sent(desk, GiveBack) == [GiveBack(ContactId("Anna"))]
        assert sent(desk, End) == [End(ContactId("Anna"))]


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("f1", HelpScreen),
        ("ctrl+g", HelpScreen),
        ("f9", SettingsScreen),
        ("f10", MenuScreen),
        ("ctrl+o", MenuScreen),
    ],
)
async def test_each_dialog_opens_by_its_keys_and_closes_by_escape(key: str, screen: type[object]) -> None:
    desk = StillDesk()
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, screen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)


async def test_the_agent_menu_toggles_audio() -> None:
    desk = StillDesk()
    async with on(desk) as (_app, pilot):
        await pilot.press("f10", "down", "enter")
        await pilot.pause()
        assert sent(desk, ToggleMaster) == [ToggleMaster(Master.AUDIO)]


async def test_the_palette_offers_the_commands() -> None:
    desk = StillDesk()
    async with on(desk) as (_app, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"silence")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert told(desk, RingSilenced)


async def test_keys_can_be_given_to_other_commands_and_the_footer_follows() -> None:
    desk = StillDesk(replace(Settings(), keys={"accept-longest": "f14,ctrl+y"}))
    async with on(desk) as (app, pilot):
        await pilot.press("f2")
        assert sent(desk, Accept) == []
        await pilot.press("f14")
        assert sent(desk, Accept) == [Accept()]
        assert "F14 (accept)" in text_of(app)


async def test_quit_asks_when_chats_are_open_and_not_otherwise() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, QuitScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)
    idle = StillDesk()
    async with on(idle) as (app, pilot):
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app.is_running or app._exit


async def test_focus_reports_and_keys_are_told_to_the_desk() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        app.post_message(events.AppBlur())
        await pilot.pause()
        app.post_message(events.AppFocus())
        await pilot.pause()
        assert told(desk, FocusReported) == [FocusReported(False), FocusReported(True)]
        await pilot.press("a")
        assert told(desk, InputSeen)


async def test_the_keyboard_is_back_in_the_composer_after_the_window_was_away() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        app.post_message(events.AppBlur())
        await pilot.pause()
        app.post_message(events.AppFocus())
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.focused, Composer)


async def test_a_chat_is_read_only_while_the_agent_surely_looks() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (_, pilot):
        desk.keeper.take(FocusTrustLearned(Trust.TELLS, ""), FocusReported(False))
        desk.says("Anna", "are you there?")
        await pilot.pause()
        assert sent(desk, MarkRead) == []
        desk.keeper.take(FocusReported(True))
        await pilot.pause()
        assert sent(desk, MarkRead) == [MarkRead(ContactId("Anna"), 2)]


async def test_what_comes_in_behind_another_screen_is_not_read() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (_, pilot):
        desk.keeper.take(FocusTrustLearned(Trust.TELLS, ""), FocusReported(True))
        await pilot.press("f1")
        await pilot.pause()
        desk.commands.clear()
        desk.says("Anna", "are you there?")
        await pilot.pause()
        assert sent(desk, MarkRead) == []
        await pilot.press("escape")
        await until_async(lambda: sent(desk, MarkRead), 20, "read, once the chat is seen again")
        assert sent(desk, MarkRead) == [MarkRead(ContactId("Anna"), 2)]


async def test_hostile_words_are_shown_and_not_obeyed() -> None:
    desk = StillDesk()
    hostile = "[bold]x[/bold] [@click=app.quit]y[/] [/nope] \x1b]0;owned\x07 \u202eevil \x9b31m"
    desk.arrives("Anna", hostile)
    desk.is_mine("Bruno", hostile)
    async with on(desk, (160, 40)) as (app, pilot):
        desk.keeper.tell(hostile, hostile)
        await pilot.pause()
        screen = text_of(app)
        assert "[bold]x[/bold]" in screen
        assert "[@click=app.quit]y[/]" in screen
        assert not set(screen) & set("\x1b\x07\x9b\u202e")


async def test_it_draws_at_any_size() -> None:
    desk = StillDesk()
    desk.arrives("Anna")
    desk.is_mine("Bruno", "hello")
    async with on(desk, (80, 24)) as (_, pilot):
        for size in ((200, 60), (40, 10), (10, 5), (2, 2), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()


async def test_when_the_open_chat_ends_the_one_before_is_open_and_has_the_keyboard() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "a")
    desk.is_mine("Bruno", "b")
    async with on(desk, (80, 24)) as (_, pilot):
        desk.keeper.take(ChatShown(ContactId("Anna")))
        await pilot.pause()
        desk.keeper.take(ChatShown(ContactId("Bruno")))
        await pilot.pause()
        desk.is_ended("Bruno")
        await pilot.pause()
        await pilot.pause()
        assert desk.keeper.desk.current == "Anna"
        await pilot.press("h", "enter")  # what may have been meant for Bruno
        assert not [send for send in desk.commands if isinstance(send, Send)]
        await pilot.press("escape")
        await pilot.press("h", "i", "enter")
        assert [send.contact for send in desk.commands if isinstance(send, Send)] == ["Anna"]


@pytest.mark.parametrize("key", ["f20", "ctrl+r"])
async def test_words_not_sent_are_not_thrown_away_unasked(key: str) -> None:
    desk = StillDesk(replace(Settings(), keys={"end": "f20"}))
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("h", "i", key)
        await pilot.pause()
        assert isinstance(app.screen, QuitScreen)
        assert not sent(desk, End)
        assert not sent(desk, GiveBack)
        await pilot.press("escape")
        await pilot.pause()
        await parts(app, pilot, key)
        assert sent(desk, End) or sent(desk, GiveBack)


@pytest.mark.parametrize("dialog", ["f1", "f9", "f10", "f11", "ctrl+s"])
async def test_what_rings_can_be_silenced_and_taken_while_a_dialog_is_open(dialog: str) -> None:
    desk = StillDesk()
    desk.arrives("Anna")
    async with on(desk) as (app, pilot):
        await pilot.press(dialog)
        await pilot.pause()
        await pilot.press("f5")
        assert told(desk, RingSilenced)
        await pilot.press("f2")
        await pilot.pause()
        assert sent(desk, Accept) == [Accept()]
        assert isinstance(app.screen, DeskScreen)


async def test_palette_and_quit_can_be_given_other_keys() -> None:
    desk = StillDesk(replace(Settings(), keys={"palette": "f20", "quit": "f21"}))
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+q", "ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, DeskScreen)
        await pilot.press("f21")
        await pilot.pause()
        assert isinstance(app.screen, QuitScreen)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("f20")
        await pilot.pause()
        assert isinstance(app.screen, Palette)


async def test_enter_takes_nobody_while_an_accept_is_under_way() -> None:
    desk = StillDesk()
    desk.arrives("Anna", ago=60)
    desk.arrives("Bruno", ago=30)
    async with on(desk) as (_, pilot):
        await pilot.press("f2", "h", "i", "enter")
        assert sent(desk, Accept) == [Accept()]


async def test_typing_lapses_and_the_chats_clock_goes_on_without_news() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, _pilot):
        chat = desk.keeper.desk.chats[ContactId("Anna")]
        desk.keeper.take(TypingSeen(ContactId("Anna"), Sender.VISITOR, True, chat.contact.last_at))
        desk.keeper.take(TypingSeen(ContactId("Anna"), Sender.VISITOR, True, time.time() - 2))
        await until_async(lambda: "typing" in text_of(app), what="typing is shown")
        await until_async(lambda: "typing" not in text_of(app), what="typing lapses by itself")


async def test_that_something_is_restored_takes_the_place_of_the_warning() -> None:
    desk = StillDesk()
    app = console(desk)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        desk.keeper.tell("Connection lost", "the database is locked", Severity.ERROR)
        await until_async(lambda: app._notifications, 20, "told")
        desk.keeper.tell("Connection restored", "Everything is up to date again.", over=True)
        await until_async(lambda: "restored" in str([t.title for t in app._notifications]), 20, "told")
        assert [toast.title for toast in app._notifications] == ["Connection restored"]


async def test_the_bottom_line_tells_the_last_decision_and_when_it_was_taken() -> None:
    desk = StillDesk()
    async with on(desk) as (app, _):
        desk.arrives("Anna")
        desk.leaves("Anna")
        decision = desk.view().last_decision
        assert decision is not None
        at = time.strftime("%H:%M", time.localtime(decision.at))
        told = f" {at} {decision.verdict}: Anna: {decision.reason}"
        await until_async(lambda: told in text_of(app), what=told)
