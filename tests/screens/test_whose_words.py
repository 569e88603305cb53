"""What is typed for somebody who is being accepted, or whose chat has gone, is never another's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from tests.parts_of_desk import MARIA, done
from tests.screens.room import on, text_of, until, wishes
from tests.screens.still_desk import StillDesk
from tui.config.schema import AgentSettings, Settings
from tui.desk.contact import AgentName, Contact, ContactId
from tui.desk.events import ChatClosed, ChatShown, ContactChanged, HistoryRead, Snapshot
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.link.commands import Accept, Send, WriteNote
from tui.link.view import AcceptAnswer
from tui.screens.app import ConsoleApp
from tui.screens.choose import ChooseScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.pane import ChatPane
from tui.widgets.kept_words import KeptWords


def desk_with(*names: str) -> StillDesk:
    """These chats, the last of them open."""
    desk = StillDesk()
    for name in names:
        desk.is_mine(name, "hello")
    if names:
        desk.keeper.take(ChatShown(ContactId(names[-1])))
    return desk


def accepted(desk: StillDesk, name: str) -> None:
    """The desk does what was wished last, as its clerk does."""
    wish = wishes(desk, Accept)[-1].wish
    mine = done(desk.keeper.desk.pending[ContactId(name)], DeedKind.ACCEPT, time.time(), MARIA)
    desk.keeper.accept_answered(AcceptAnswer(wish, mine.id))
    desk.keeper.take(ContactChanged(mine), ChatShown(mine.id))


def refused(desk: StillDesk, why: str) -> None:
    """The desk cannot do what was wished last."""
    desk.keeper.accept_answered(AcceptAnswer(wishes(desk, Accept)[-1].wish, why=why))


def said(desk: StillDesk) -> list[tuple[str, str]]:
    return [(send.contact, send.text) for send in wishes(desk, Send)]


def drafts(app: ConsoleApp) -> dict[str, str]:
    panes = app.screen_stack[0].query(ChatPane)
    return {str(pane.contact): pane.composer.draft for pane in panes if pane.composer.draft}


def kept(app: ConsoleApp) -> list[tuple[str, str]]:
    """For whom words are kept, and which."""
    return [(one.whom, one.text) for one in app.screen_stack[0].query_one(KeptWords).kept]


def at_once(app: ConsoleApp, *keys: str) -> None:
    """Keys that come in one read."""
    driver = app._driver
    assert driver is not None
    for key in keys:
        named = {"/": "slash", " ": "space", "?": "question_mark", "!": "exclamation_mark"}.get(key, key)
        driver.send_message(events.Key(named, key if len(key) == 1 else None))


WAYS = ("f2", "row", "slash", "click", "palette")


async def accept_by(way: str, app: ConsoleApp, pilot: Pilot[None], *behind: str) -> None:
    """Accept Wanda, and type these keys behind it."""
    desk = app.screen
    assert isinstance(desk, DeskScreen)
    if way == "f2":
        at_once(app, "f2", *behind)
    elif way == "row":
        await pilot.press("ctrl+t")
        at_once(app, "enter", *behind)
    elif way == "slash":
        at_once(app, *"/accept Wanda")
        await until(pilot, lambda: "/accept Wanda" in drafts(app).values(), "the command")
        at_once(app, "enter")
        await until(pilot, lambda: bool(wishes(app._port, Accept)), "the wish")  # type: ignore[arg-type]
        at_once(app, *behind)
    elif way == "click":
        await pilot.click(desk.queue, offset=(8, 1), times=2)
        at_once(app, *behind)
    else:
        desk.do("accept-longest")
        at_once(app, *behind)


@pytest.mark.parametrize("way", WAYS)
async def test_words_typed_behind_an_accept_go_to_who_was_accepted(way: str) -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        await accept_by(way, app, pilot, *"HelloWanda", "enter", *"more")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        assert said(desk) == []
        accepted(desk, "Wanda")
        await until(pilot, lambda: said(desk) == [("Wanda", "HelloWanda")], "sent to Wanda")
        await until(pilot, lambda: drafts(app) == {"Wanda": "more"}, "and the rest is her draft")


async def test_enter_150_ms_behind_the_words_is_heard_where_the_desk_is_slow() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"Hello")
        await pilot.pause(0.15)
        at_once(app, "enter")
        await until(pilot, lambda: "Hello" in text_of(app), "what is typed is seen")
        assert "is being accepted" in text_of(app)
        await pilot.pause(2.5)  # longer than it was once waited
        at_once(app, *"and")
        accepted(desk, "Wanda")
        await until(pilot, lambda: said(desk) == [("Wanda", "Hello")], "sent")
        await until(pilot, lambda: drafts(app) == {"Wanda": "and"}, "the rest")
        assert "is being accepted" not in text_of(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)], ids=str)
async def test_with_nobody_waiting_the_words_stay_where_they_can_be_seen_and_are_nobodys(
    size: tuple[int, int],
) -> None:
    desk = desk_with("Luca")
    async with on(desk, size) as (app, pilot):
        at_once(app, "f2", *"HelloWanda", "enter")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        refused(desk, "The pending queue is empty.")
        await until(pilot, lambda: kept(app) == [("", "HelloWanda")], "kept")
        await pilot.press("!", "enter")
        screen = text_of(app)
        assert "HelloWanda!" in screen
        assert "The pending queue is empty." in screen
        assert (said(desk), drafts(app)) == ([], {})
        await pilot.press("escape", "x")
        assert drafts(app) == {"Luca": "x"}
        assert kept(app) == [("", "HelloWanda!")]


async def test_who_is_accepted_next_does_not_get_the_words_that_were_for_another() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"HelloWanda")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        refused(desk, "Paolo was quicker and has Wanda.")
        await until(pilot, lambda: "Paolo was quicker" in text_of(app), "said")
        desk.leaves("Wanda")
        desk.arrives("Xenia")
        await pilot.pause(0.75)  # a press of its own
        at_once(app, "f2", *"HiXenia", "enter")
        await until(pilot, lambda: len(wishes(desk, Accept)) == 2, "the wish")
        accepted(desk, "Xenia")
        await until(pilot, lambda: said(desk) == [("Xenia", "HiXenia")], "hers alone")
        assert kept(app) == [("", "HelloWanda")]


async def test_two_accepted_one_behind_the_other_each_get_their_own_words() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda", ago=60)
    desk.arrives("Xenia", ago=30)
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"HelloWanda", "enter")
        await until(pilot, lambda: len(wishes(desk, Accept)) == 1, "the wish")
        first = wishes(desk, Accept)[0].wish
        at_once(app, "f2", *"HiXenia", "enter")
        await until(pilot, lambda: len(wishes(desk, Accept)) == 2, "the other wish")
        accepted(desk, "Xenia")
        await until(pilot, lambda: said(desk) == [("Xenia", "HiXenia")], "Xenia's")
        mine = done(desk.keeper.desk.pending[ContactId("Wanda")], DeedKind.ACCEPT, time.time(), MARIA)
        desk.keeper.accept_answered(AcceptAnswer(first, mine.id))
        desk.keeper.take(ContactChanged(mine), ChatShown(mine.id))
        await until(pilot, lambda: ("Wanda", "HelloWanda") in said(desk), "Wanda's")
        assert len(said(desk)) == 2


async def test_a_contact_that_comes_by_itself_meanwhile_does_not_get_the_words() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"Hello")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        desk.is_mine("Bert", "another console of mine took me")
        await pilot.pause(0.1)
        at_once(app, *"Wanda", "enter")
        accepted(desk, "Wanda")
        await until(pilot, lambda: said(desk) == [("Wanda", "HelloWanda")], "hers")
        assert drafts(app) == {}


@pytest.mark.parametrize("limit", [1])
async def test_at_the_limit_the_words_stay_with_the_reason(limit: int) -> None:
    desk = desk_with("Luca")
    desk.keeper.use(replace(Settings(), agent=AgentSettings(max_chats=limit)))
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"HelloWanda", "enter")
        await until(pilot, lambda: kept(app) == [("", "HelloWanda")], "kept")
        assert "1 of 1 chats" in text_of(app)
        assert (said(desk), drafts(app), wishes(desk, Accept)) == ([], {}, [])


async def test_a_note_begun_behind_an_accept_is_a_note_of_the_new_chat() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", "alt+n", *"rude", "enter")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        accepted(desk, "Wanda")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert [(note.contact, note.text) for note in wishes(desk, WriteNote)] == [("Wanda", "rude")]
        assert said(desk) == []


async def test_esc_stops_waiting_and_what_was_typed_stays_theirs() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        at_once(app, "f2", *"Hello", "escape", *"Luca", "enter")
        await until(pilot, lambda: said(desk) == [("Luca", "Luca")], "Luca has his")
        accepted(desk, "Wanda")
        await until(pilot, lambda: drafts(app) == {"Wanda": "Hello"}, "Wanda has hers, not sent")


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        (("alt+n", *"rude", "enter"), "rude"),
        ((*"rude", "alt+n", "enter"), "rude"),
        (("paste one\ntwo\nthree",), "one\ntwo\nthree"),
        ((*"one", "ctrl+j", *"two", "enter"), "one\ntwo"),
        ((*"her", "ctrl+u", *"him", "enter"), "herhim"),
        ((*"no", "left", *"w", "enter"), "now"),
    ],
    ids=["a note", "a note begun late", "a paste", "a line break", "taken back", "moved in"],
)
@pytest.mark.parametrize("away", ["alt+1", "f2"])
async def test_who_goes_on_before_the_answer_sends_nothing_but_lines_that_were_sent(
    typed: tuple[str, ...], left: str, away: str
) -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda", ago=60)
    desk.arrives("Xenia", ago=30)
    async with on(desk) as (app, pilot):
        at_once(app, "f2")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        first = wishes(desk, Accept)[0].wish
        for key in typed:
            if key.startswith("paste "):
                assert app._driver is not None
                app._driver.send_message(events.Paste(key.removeprefix("paste ")))
            else:
                at_once(app, key)
        await pilot.pause(0.75)  # a press of its own
        at_once(app, away, *"mine")
        await pilot.pause()
        mine = done(desk.keeper.desk.pending[ContactId("Wanda")], DeedKind.ACCEPT, time.time(), MARIA)
        desk.keeper.accept_answered(AcceptAnswer(first, mine.id))
        desk.keeper.take(ContactChanged(mine))
        await until(pilot, lambda: drafts(app).get("Wanda") == left, "it is a draft of hers")
        wanda = next(pane for pane in app.screen.query(ChatPane) if pane.contact == "Wanda")
        assert wanda.composer.note == ("alt+n" in typed)
        assert (said(desk), wishes(desk, WriteNote)) == ([], [])


async def test_the_accept_of_a_popup_is_one_too() -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        await pilot.press("x")
        desk.keeper.summon(ContactId("Wanda"), "by popup")
        await until(pilot, lambda: app.focused is None, "the keyboard is on its way")
        at_once(app, *"HelloWanda", "enter")
        desk.send(Accept(ContactId("Wanda"), "by popup"))
        accepted(desk, "Wanda")
        await until(pilot, lambda: said(desk) == [("Wanda", "HelloWanda")], "hers")
        assert drafts(app) == {"Luca": "x"}


# chats that go under the fingers


def ends_elsewhere(desk: StillDesk, name: str) -> None:
    desk.is_ended(name)


def passes_on(desk: StillDesk, name: str) -> None:
    record = desk.keeper.desk.chats[ContactId(name)].contact
    deed = Deed(DeedKind.TRANSFER, "t-to-paolo", MARIA, to=AgentName("Paolo"), seconds=60.0)
    passed = apply(record, deed, time.time())
    assert isinstance(passed, Contact)
    desk.keeper.take(ContactChanged(passed))


def gives_back(desk: StillDesk, name: str) -> None:
    record = desk.keeper.desk.chats[ContactId(name)].contact
    desk.keeper.take(ContactChanged(done(record, DeedKind.GIVE_BACK, time.time(), MARIA)))


def is_taken_over(desk: StillDesk, name: str) -> None:
    record = desk.keeper.desk.chats[ContactId(name)].contact
    desk.keeper.take(ContactChanged(replace(record, agent=AgentName("Paolo"), version=record.version + 1)))


def vanishes(desk: StillDesk, name: str) -> None:
    others = [chat.contact for id, chat in desk.keeper.desk.chats.items() if id != name]
    desk.keeper.take(Snapshot(tuple(others), ()))


def is_put_away(desk: StillDesk, name: str) -> None:
    record = desk.keeper.desk.chats[ContactId(name)].contact
    left = done(record, DeedKind.LEAVE, time.time())
    desk.keeper.take(ContactChanged(left), ChatClosed(ContactId(name)))


CAUSES: dict[Callable[[StillDesk, str], None], str] = {
    ends_elsewhere: "ended",
    passes_on: "passed on to Paolo",
    gives_back: "pending queue",
    is_taken_over: "Paolo has this chat",
    vanishes: "not among yours",
    is_put_away: "not among yours",
}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
@pytest.mark.parametrize("others", [("Bert",), ()], ids=["another chat", "no other"])
async def test_words_begun_in_a_chat_that_goes_stay_and_nobody_else_reads_them(
    cause: Callable[[StillDesk, str], None], others: tuple[str, ...]
) -> None:
    desk = desk_with(*others, "Anna")
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press(*"password")
        cause(desk, "Anna")
        await until(pilot, lambda: bool(kept(app)), "kept")
        at_once(app, *"hunter", "enter", "?")
        await until(pilot, lambda: kept(app) == [("Anna", "passwordhunter?")], "all of it")
        assert (said(desk), drafts(app)) == ([], {})
        screen = " ".join(text_of(app).split())
        assert "Not sent to Anna" in screen
        assert CAUSES[cause] in screen


async def test_an_empty_composer_does_not_become_that_of_another_chat_either() -> None:
    desk = desk_with("Bert", "Anna")
    async with on(desk, (80, 24)) as (app, pilot):
        ends_elsewhere(desk, "Anna")
        await until(pilot, lambda: bool(kept(app)), "said")
        await pilot.press(*"Dear", "enter")
        assert (said(desk), drafts(app), kept(app)) == ([], {}, [("Anna", "Dear")])


async def test_a_chat_one_is_not_writing_in_leaves_its_draft_and_the_keyboard_stays() -> None:
    desk = desk_with("Bert", "Anna")
    async with on(desk) as (app, pilot):
        await pilot.press(*"for", "alt+1", *"Hi")
        ends_elsewhere(desk, "Anna")
        await until(pilot, lambda: bool(kept(app)), "kept")
        await pilot.press("!")
        assert (drafts(app), kept(app)) == ({"Bert": "Hi!"}, [("Anna", "for")])


async def test_who_leaves_while_one_writes_is_not_written_to_and_the_draft_stays_in_the_chat() -> None:
    desk = desk_with("Bert", "Anna")
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press(*"Dear")
        record = desk.keeper.desk.chats[ContactId("Anna")].contact
        desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))
        await until(pilot, lambda: "visitor left" in text_of(app).lower(), "said")
        await pilot.press(*"Anna", "enter")
        assert (said(desk), drafts(app)) == ([], {"Anna": "DearAnna"})
        await until(pilot, lambda: "nothing can be sent" in " ".join(text_of(app).split()), "why")


async def test_words_for_a_chat_that_comes_back_are_in_it_again() -> None:
    desk = desk_with("Bert", "Anna")
    async with on(desk) as (app, pilot):
        contacts = tuple(chat.contact for chat in desk.keeper.desk.chats.values())
        await pilot.press(*"Dear")
        vanishes(desk, "Anna")
        await until(pilot, lambda: bool(kept(app)), "kept")
        await pilot.press("!")
        desk.keeper.take(Snapshot(contacts, ()), HistoryRead(ContactId("Anna"), ()))
        await until(pilot, lambda: drafts(app) == {"Anna": "Dear!"}, "in it again")
        assert kept(app) == []


@pytest.mark.parametrize("what", ["use", "away", "copy"])
async def test_the_agent_says_what_becomes_of_kept_words(what: str) -> None:
    desk = desk_with("Bert", "Anna")
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press(*"Dear")
        ends_elsewhere(desk, "Anna")
        await until(pilot, lambda: bool(kept(app)), "kept")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen), "the question")
        await pilot.press(*{"use": ("Bert",), "away": ("Throw",), "copy": ("Copy",)}[what][0], "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "answered")
        expected = {"use": ({"Bert": "Dear"}, []), "away": ({}, []), "copy": ({}, [("Anna", "Dear")])}[what]
        await until(pilot, lambda: (drafts(app), kept(app)) == expected, what)
        assert said(desk) == []


async def test_fewer_panes_never_take_the_chat_away_that_is_written_in() -> None:
    desk = desk_with("Anna", "Bert", "Chen", "Dora")
    async with on(desk, (200, 40)) as (app, pilot):
        pane = next(pane for pane in app.screen.query(ChatPane) if pane.contact == "Anna")
        await pilot.press("alt+1", "alt+4", "alt+3", "alt+2")
        pane.composer.focus()  # not by the desk's word
        await pilot.press(*"pass")
        for width in (120, 80, 45, 200):
            await pilot.resize_terminal(width, 30)
            await pilot.pause()
            await pilot.press("x")
        assert drafts(app) == {"Anna": "passxxxx"}


@pytest.mark.parametrize("dialog", ["f1", "alt+h", "f9"])
async def test_words_behind_f2_in_a_dialog_go_to_who_was_accepted(dialog: str) -> None:
    desk = desk_with("Luca")
    desk.arrives("Wanda")
    async with on(desk) as (app, pilot):
        await pilot.press(dialog)
        await until(pilot, lambda: not isinstance(app.screen, DeskScreen), "the dialog")
        await pilot.pause()
        at_once(app, "f2", *"Hellory", "enter")
        await until(pilot, lambda: bool(wishes(desk, Accept)), "the wish")
        accepted(desk, "Wanda")
        await until(pilot, lambda: said(desk) == [("Wanda", "Hellory")], "hers")
        assert drafts(app) == {}
