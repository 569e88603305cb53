"""Passing a contact on and declining one, by keys, and what the sender sees meanwhile."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.parts_of_desk import LUCA, MARIA, contact, done
from tests.screens.room import says_yes
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, sent, text_of
from tests.widgets.stage import until
from tui.desk.contact import AgentName, Contact, ContactId
from tui.desk.events import ContactChanged, GroupsSet
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.link.commands import Decline, Transfer
from tui.link.view import Colleague
from tui.screens.desk_screen import DeskScreen
from tui.screens.reason_screen import ReasonScreen
from tui.screens.transfer_screen import TransferScreen
from tui.text import RemoteText
from tui.typed.slash import WrongArgument
from tui.widgets.composer import Composer

PAOLO = AgentName("Paolo")
DORA = AgentName("Dora")


def desk_with_colleagues() -> StillDesk:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    desk.keeper.colleagues_are(
        (
            Colleague(DORA, paused=True, paused_since=time.time() - 724, pause_reason="lunch", chats=1),
            Colleague(LUCA, chats=4, max_chats=4, groups=("Billing",)),
            Colleague(PAOLO, chats=2, groups=("Billing", "Level 2")),
        )
    )
    return desk


def passed(record: Contact, to: AgentName = PAOLO, group: str = "", ago: float = 43.0) -> Contact:
    """The contact on its way to somebody since ``ago`` seconds."""
    to = AgentName("") if group else to
    deed = Deed(DeedKind.TRANSFER, "t", record.agent, to=to, to_group=group, seconds=60.0)
    after = apply(record, deed, time.time() - ago)
    assert isinstance(after, Contact)
    return after


def addressed(name: str, note: str = "", by: AgentName = PAOLO, to: AgentName = MARIA) -> Contact:
    """A contact that a colleague has just passed on."""
    record = done(contact(name, time.time() - 100), DeedKind.ACCEPT, time.time() - 90, by)
    deed = Deed(DeedKind.TRANSFER, f"t{name}", by, to=to, note=RemoteText(note), seconds=60.0)
    after = apply(record, deed, time.time() - 5)
    assert isinstance(after, Contact)
    return after


async def test_the_list_tells_who_is_ready_full_or_away_and_the_groups() -> None:
    async with on(desk_with_colleagues(), (80, 24)) as (app, pilot):
        await pilot.press("alt+t")
        await pilot.pause()
        told = text_of(app)
        assert "Pass on Anna" in told
        lines = [line.strip(" │") for line in told.splitlines()]
        found = [
            line
            for line in lines
            if any(name in line for name in ("Paolo", "Luca", "Dora", "Billing", "Level"))
        ]
        order = [line.split()[1] for line in found[:5]]
        assert order == ["Paolo", "Luca", "Dora", "Billing", "Level"]
        assert "● Paolo" in found[0]
        assert "ready, 2 chats" in found[0]
        assert "full, 4 of 4 chats" in found[1]
        assert "paused 12:0" in found[2]
        assert "lunch, 1 chat" in found[2]
        assert "group, 1 of 2 ready" in found[3]


async def test_a_contact_is_passed_on_with_a_note_by_keys_alone() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t", *"pao", "enter", *"vat", "enter")
        await pilot.pause()
        assert sent(desk, Transfer) == [Transfer(ContactId("Anna"), PAOLO, "", RemoteText("vat"))]
        assert not isinstance(app.screen, TransferScreen)


async def test_tab_goes_from_the_search_to_the_note_and_loses_nothing() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (_, pilot):
        await pilot.press("alt+t", *"pao", "tab", *"vat", "tab", "tab", *" id", "enter")
        await pilot.pause()
        assert sent(desk, Transfer) == [Transfer(ContactId("Anna"), PAOLO, "", RemoteText("vat id"))]


async def test_to_a_group_without_a_note() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (_, pilot):
        await pilot.press("alt+t", "down", "down", "down", "down", "enter", "home", "enter")
        assert sent(desk, Transfer) == [Transfer(ContactId("Anna"), group="Level 2")]


async def test_escape_leaves_nothing_behind() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t", *"pao", "enter", *"half a note", "escape")
        await pilot.pause()
        assert sent(desk, Transfer) == []
        assert isinstance(app.focused, Composer)
        await pilot.press("alt+t")
        await pilot.pause()
        assert [field.value for field in app.screen.query(Input)] == ["", ""]


async def test_that_it_will_not_ring_there_is_said_before_it_is_sent() -> None:
    async with on(desk_with_colleagues()) as (app, pilot):
        await pilot.press("alt+t", *"dora")
        await until(pilot, lambda: "Dora is paused: it will not ring" in text_of(app), "the warning")


async def test_a_colleague_who_comes_or_goes_meanwhile_is_seen_and_the_choice_stays() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t", "down")
        desk.keeper.colleagues_are((*desk.view().colleagues, Colleague(AgentName("Bea"))))
        await until(pilot, lambda: "Bea" in text_of(app), "Bea in the list")
        await pilot.press("enter", "home", "enter")
        (wish,) = sent(desk, Transfer)
        assert isinstance(wish, Transfer)
        assert wish.to == LUCA


async def test_alone_at_the_desk_that_is_said() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+t", "enter", "home", "enter")
        assert "Nobody else is here" in text_of(app)
        assert sent(desk, Transfer) == []


async def test_words_not_sent_are_not_thrown_away_by_passing_on() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        await pilot.press("d", "r", "alt+t", *"pao", "enter", "home", "enter")
        await pilot.pause()
        assert sent(desk, Transfer) == []
        assert "Pass on Anna?" in text_of(app)
        await says_yes(app, pilot)
        assert len(sent(desk, Transfer)) == 1


async def test_of_what_is_typed_behind_it_the_first_words_are_the_name_and_the_rest_the_note() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        anna = ContactId("Anna")
        screen.do("transfer", "level 2: about vat", contact=anna)
        screen.do("transfer", "pao please", contact=anna)
        screen.do("transfer", "Luca", contact=anna)
        assert sent(desk, Transfer) == [
            Transfer(anna, group="Level 2", note=RemoteText("about vat")),
            Transfer(anna, PAOLO, note=RemoteText("please")),
            Transfer(anna, LUCA),
        ]
        await pilot.press(*"/transfer dora ok", "enter")
        await pilot.pause()
        assert sent(desk, Transfer)[-1] == Transfer(anna, DORA, note=RemoteText("ok"))
        for typed, words in (("Xaver", 'no colleague and no group "Xaver"'), ("Doro", "Did you mean Dora?")):
            with pytest.raises(WrongArgument, match=re.escape(words)):
                screen.do("transfer", typed, contact=anna)


async def test_the_sender_sees_with_whom_it_is_and_for_how_long() -> None:
    desk = desk_with_colleagues()
    async with on(desk) as (app, pilot):
        record = desk.keeper.desk.chats[ContactId("Anna")].contact
        desk.keeper.take(ContactChanged(passed(record)))
        await until(pilot, lambda: "↪ Anna with Paolo for 0:4" in text_of(app), "the banner")
        assert "not accepted yet, back in 0:1" in text_of(app)
        accepted = apply(
            desk.keeper.desk.passed[ContactId("Anna")], Deed(DeedKind.ACCEPT, "a", PAOLO), time.time()
        )
        assert isinstance(accepted, Contact)
        desk.keeper.take(ContactChanged(accepted))
        await until(pilot, lambda: "with Paolo" not in text_of(app), "the banner has gone")


async def test_what_a_colleague_declined_comes_back_starred_with_his_reason_and_rings() -> None:
    desk = StillDesk()
    mine = done(contact("Anna", time.time() - 100), DeedKind.ACCEPT, time.time() - 90, MARIA)
    desk.keeper.take(ContactChanged(passed(mine)))
    async with on(desk, (120, 30)) as (app, pilot):
        under_way = desk.keeper.desk.passed[ContactId("Anna")]
        back = apply(under_way, Deed(DeedKind.DECLINE, "d", PAOLO, note=RemoteText("at lunch")), time.time())
        assert isinstance(back, Contact)
        desk.keeper.take(ContactChanged(back))
        await until(pilot, lambda: "★↩♪ Anna" in text_of(app), "starred, back, ringing")
        assert "declined by Paolo: at" in text_of(app)
        assert "lunch · Sales" in text_of(app)


async def test_declining_asks_why_and_sends_the_reason_chosen() -> None:
    desk = StillDesk()
    desk.keeper.take(ContactChanged(addressed("Anna", "vat")))
    async with on(desk) as (app, pilot):
        await pilot.press("alt+r")
        await pilot.pause()
        assert isinstance(app.screen, ReasonScreen)
        assert "Anna goes back to Paolo" in text_of(app)
        await pilot.press("down", "down", "enter")
        assert sent(desk, Decline) == [Decline(ContactId("Anna"), RemoteText("at lunch"))]


async def test_the_reason_may_be_typed_and_escape_declines_nothing() -> None:
    desk = StillDesk()
    desk.keeper.take(ContactChanged(addressed("Anna")))
    async with on(desk) as (_, pilot):
        await pilot.press("alt+r", "escape")
        assert sent(desk, Decline) == []
        await pilot.press("alt+r", *"no idea", "enter")
        assert sent(desk, Decline) == [Decline(ContactId("Anna"), RemoteText("no idea"))]


async def test_decline_takes_its_reason_from_what_is_typed_behind_it() -> None:
    desk = StillDesk()
    desk.keeper.take(ContactChanged(addressed("Anna")))
    async with on(desk) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        screen.do("decline", "busy now")
        assert sent(desk, Decline) == [Decline(ContactId("Anna"), RemoteText("busy now"))]
        desk.is_mine("Luca", "hi")
        await until(pilot, lambda: isinstance(app.focused, Composer), "a composer")
        await pilot.press(*"/decline not mine", "enter")
        await pilot.pause()
        assert sent(desk, Decline)[-1] == Decline(ContactId("Anna"), RemoteText("not mine"))


async def test_of_several_the_one_under_the_cursor_is_declined_and_from_elsewhere_none() -> None:
    desk = StillDesk()
    desk.arrives("Zoe", ago=1)
    for name in ("Anna", "Bruno"):
        desk.keeper.take(ContactChanged(addressed(name)))
    async with on(desk) as (app, pilot):
        await pilot.press("end", "alt+r")
        await pilot.pause()
        assert not isinstance(app.screen, ReasonScreen)
        assert any("Several are addressed to you" in toast.message for toast in app._notifications)
        await pilot.press("up", "alt+r", "enter")
        assert sent(desk, Decline) == [Decline(ContactId("Bruno"))]


async def test_what_is_for_everybody_or_for_a_group_cannot_be_declined_by_one() -> None:
    desk = StillDesk()
    desk.arrives("Zoe")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+r")
        assert any("only such a contact can be declined" in toast.message for toast in app._notifications)
        desk.leaves("Zoe")
        desk.keeper.take(GroupsSet(("Billing",)))
        for_group = replace(addressed("Bruno"), addressed_to=AgentName(""), addressed_group="Billing")
        desk.keeper.take(ContactChanged(for_group))
        await until(pilot, lambda: "Bruno" in text_of(app), "Bruno waits")
        await pilot.press("alt+r")
        assert any("is for the group Billing" in toast.message for toast in app._notifications)
        assert sent(desk, Decline) == []
