"""A letter stays one in queue, list, tab, title and composer, and nothing is sent where nobody reads it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.parts_of_desk import MARIA, contact, done, message
from tests.screens.room import line_of, on, says_yes, text_of, toasts, until, wishes
from tests.screens.still_desk import StillDesk
from tests.screens.test_composer_words import with_texts, write
from tui.desk.contact import Contact, ContactId
from tui.desk.events import ContactChanged, HistoryRead
from tui.desk.lifecycle import DeedKind
from tui.link.commands import End, Send, WriteNote
from tui.screens.app import ConsoleApp
from tui.screens.pane import ChatPane
from tui.text import RemoteText
from tui.widgets.chat_list import ChatList
from tui.widgets.composer import Composer
from tui.widgets.pane_title import PaneTitle
from tui.widgets.tab_line import TabLine

WHY = "Lea left no way to be answered here; write to lea@example.org"


def left(name: str = "Lea", address: str = "lea@example.org") -> Contact:
    data = ((RemoteText("email"), RemoteText(address)),) if address else ()
    return replace(contact(name, time.time() - 4000, dissuasion_time=0), offline=True, data=data)


def is_mine(desk: StillDesk, letter: Contact, text: str = "my bell does not ring") -> None:
    mine = done(letter, DeedKind.ACCEPT, time.time() - 90, MARIA)
    desk.keeper.take(ContactChanged(mine), HistoryRead(mine.id, (message(mine, 1, text),)))


def words(desk: StillDesk) -> list[str]:
    return [send.text for send in wishes(desk, Send)]


async def in_composer(app: ConsoleApp, pilot: Pilot[None]) -> Composer:
    await until(pilot, lambda: isinstance(app.focused, Composer), "the keyboard is in the composer")
    assert isinstance(app.focused, Composer)
    return app.focused


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_it_is_a_letter_wherever_it_is_seen(size: tuple[int, int]) -> None:
    desk = StillDesk()
    desk.keeper.take(ContactChanged(left("Omar")))
    is_mine(desk, left())
    desk.is_mine("Bruno", "hello")
    async with on(desk, size) as (app, pilot):
        await until(pilot, lambda: len(app.screen.query(ChatPane)) == 2, "both chats")
        await until(pilot, lambda: "✉" in line_of(app.screen.query_one(TabLine)), "its tab")
        assert (
            "letter"
            in app.screen.query_one(ChatList).render_line(0).text
            + app.screen.query_one(ChatList).render_line(1).text
        )
        await pilot.press("alt+1")
        title = app.screen.query_one(ChatPane).query_one(PaneTitle)
        await until(pilot, lambda: "· ✉ letter · Sales" in line_of(title), "its title")
        assert "unanswered" not in line_of(title)
        said = app.screen.query_one(ChatPane).query_one(".pane--letter", Static)
        await until(pilot, lambda: f"✉ {WHY} (Ctrl+L copies the address)." == str(said.content), "why")
        assert "write to" in text_of(app)
        assert "letter" in text_of(app)


async def test_words_are_not_sent_but_kept_and_it_is_said_why() -> None:
    desk = StillDesk()
    is_mine(desk, left())
    async with on(desk, (120, 30)) as (app, pilot):
        composer = await in_composer(app, pilot)
        await write(pilot, "are you there")
        await pilot.press("enter")
        await pilot.pause()
        assert words(desk) == []
        assert composer.text == "are you there"
        assert f"Not sent: {WHY}." in composer.slip.note.said


async def test_links_and_texts_are_not_sent_there_either() -> None:
    desk = StillDesk(
        with_texts('[abbreviations]\n_wm = "Welcome"\n[links]\ndocs = "https://shop.example/help"\n')
    )
    is_mine(desk, left())
    async with on(desk, (120, 30)) as (app, pilot):
        composer = await in_composer(app, pilot)
        await write(pilot, "/link docs")
        await pilot.press("enter")
        await until(pilot, lambda: WHY in toasts(app), "said of the link")
        await pilot.press("alt+k")
        await pilot.pause()
        assert len(app.screen_stack) == 1, "nothing is asked that cannot be done"
        composer.send_words("Welcome")
        await until(pilot, lambda: WHY in composer.slip.note.said, "said of the text")
        await write(pilot, "//not a command")
        await pilot.press("enter")
        await pilot.pause()
        assert words(desk) == []


async def test_notes_and_commands_work_as_ever() -> None:
    desk = StillDesk()
    is_mine(desk, left())
    async with on(desk, (120, 30)) as (app, pilot):
        composer = await in_composer(app, pilot)
        await pilot.press("alt+n")
        await until(pilot, lambda: composer.note, "a note is written")
        await write(pilot, "answered by mail")
        await pilot.press("enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note is kept")
        assert not composer.note
        assert "notes and /commands only" in str(composer.placeholder)
        await write(pilot, "/note once more")
        await pilot.press("enter")
        await until(pilot, lambda: len(wishes(desk, WriteNote)) == 2, "the second note")
        await write(pilot, "/end")
        await pilot.press("enter")
        await says_yes(app, pilot)
        await until(pilot, lambda: bool(wishes(desk, End)), "it ends")
        assert words(desk) == []


@pytest.mark.parametrize(
    ("address", "copied"), [("lea@example.org", "lea@example.org"), ("", "https://shop.example/order")]
)
async def test_the_address_can_be_copied(address: str, copied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    monkeypatch.setattr(ConsoleApp, "copy_to_clipboard", lambda app, text: got.append(text))
    desk = StillDesk()
    is_mine(desk, left(address=address), "see https://shop.example/order please")
    async with on(desk, (120, 30)) as (app, pilot):
        await in_composer(app, pilot)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: got == [copied], "it is copied")
        if not address:
            assert "and no e-mail address" in text_of(app)


async def test_other_chats_beside_it_are_as_ever() -> None:
    desk = StillDesk()
    is_mine(desk, left())
    desk.is_mine("Bruno", "hello")
    async with on(desk, (200, 40)) as (app, pilot):
        await until(pilot, lambda: len(app.screen.query(ChatPane)) == 2, "both chats")
        await pilot.press("alt+2")
        await until(
            pilot,
            lambda: (
                isinstance(app.focused, Composer)
                and app.focused.query_ancestor(ChatPane).contact == ContactId("Bruno")
            ),
            "Bruno's composer",
        )
        await write(pilot, "good day")
        await pilot.press("enter")
        await until(pilot, lambda: words(desk) == ["good day"], "it is sent")
