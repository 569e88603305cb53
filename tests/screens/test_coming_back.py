"""A contact that was given back or passed on, and is taken again."""

from __future__ import annotations

import time

from tests.parts_of_desk import MARIA, done, message
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, sent
from tui.desk.contact import ContactId
from tui.desk.events import ChatShown, ContactChanged, HistoryRead
from tui.desk.lifecycle import DeedKind
from tui.link.commands import Accept, Send
from tui.screens.desk_screen import DeskScreen
from tui.widgets.composer import Composer

ANNA = ContactId("Anna")


async def test_a_contact_that_comes_back_has_the_keyboard_as_soon_as_it_is_there() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.pause()
        given = done(desk.keeper.desk.chats[ANNA].contact, DeedKind.GIVE_BACK, time.time(), MARIA)
        desk.keeper.take(ContactChanged(given))
        await pilot.pause()
        await pilot.pause()
        await pilot.press("f2")
        assert sent(desk, Accept) == [Accept()]
        taken = done(given, DeedKind.ACCEPT, time.time(), MARIA)
        desk.keeper.take(
            ContactChanged(taken), HistoryRead(ANNA, (message(taken, 1, "hello"),)), ChatShown(ANNA)
        )
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.focused, Composer)
        await pilot.press("h", "i", "enter")
        assert [(each.contact, each.text) for each in sent(desk, Send) if isinstance(each, Send)] == [
            (ANNA, "hi")
        ]


async def test_a_chat_that_goes_while_another_is_accepted_does_not_take_the_keyboard_from_that() -> None:
    desk = StillDesk()
    desk.is_mine("Bruno", "hello")
    desk.is_mine("Anna", "hello")
    desk.tell(ChatShown(ANNA))
    async with on(desk) as (app, pilot):
        await pilot.pause()
        given = done(desk.keeper.desk.chats[ANNA].contact, DeedKind.GIVE_BACK, time.time(), MARIA)
        desk.wake = lambda: None  # the screens are slow
        desk.keeper.take(ContactChanged(given))
        seen_late = desk.view()
        desk.is_mine("Clara", "hello")
        desk.keeper.take(ChatShown(ContactId("Clara")))
        assert isinstance(app.screen, DeskScreen)
        await app.screen.show(seen_late)
        assert desk.keeper.desk.current == "Clara"
        await app.screen.show(desk.view())
        await pilot.pause()
        await pilot.press("h", "i", "enter")
        wrote = [(each.contact, each.text) for each in sent(desk, Send) if isinstance(each, Send)]
        assert wrote == [("Clara", "hi")]
        assert desk.keeper.desk.current == "Clara"
