"""What was said: searched in all chats, found in one, read again, exported and copied; who the visitor is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.parts.waiting import until_async
from tests.parts_of_desk import MARIA, contact, done, message
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, sent, text_of
from tui.desk.contact import ChatMessage, Contact, ContactId, Sender, Visit
from tui.desk.events import ContactChanged, Snapshot
from tui.desk.found import Found, SearchResult
from tui.desk.lifecycle import DeedKind
from tui.link.archive import (
    EarlierView,
    Export,
    ExportFormat,
    PastView,
    ReadEarlier,
    ReadPast,
    SearchPast,
    SearchView,
)
from tui.screens.pane import ChatPane
from tui.screens.past.past_screen import PastScreen
from tui.screens.past.search_screen import SearchScreen
from tui.text import RemoteText

HOSTILE = RemoteText("[/x] \x1b]0;owned\x07 \u202eevil <b>")


def old(name: str, *texts: str, **more: object) -> tuple[Contact, tuple[ChatMessage, ...]]:
    """A contact that has ended, with what was said in it, by visitor and agent in turn."""
    ended = done(done(contact(name, 1000.0), DeedKind.ACCEPT, 1010.0, MARIA), DeedKind.END, 1100.0, MARIA)
    ended = replace(ended, **more)  # type: ignore[arg-type]
    senders = (Sender.VISITOR, Sender.AGENT)
    return ended, tuple(
        message(ended, seq, text, senders[(seq - 1) % 2]) for seq, text in enumerate(texts, 1)
    )


def answers(desk: StillDesk, number: int, *found: tuple[Contact, ChatMessage], **more: bool) -> None:
    """The desk loop answers a search."""
    result = SearchResult(tuple(Found(*one) for one in found), **more)
    desk.keeper.archive_is(replace(desk.keeper.archive, search=SearchView(number, "", result)))


async def asked(desk: StillDesk, kind: type[object]) -> list[object]:
    """What was asked, once something was."""
    await until_async(lambda: sent(desk, kind), 20, f"asked: {kind.__name__}")
    return sent(desk, kind)


async def test_all_chats_are_searched_as_one_types_and_only_the_last_question_counts() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+s", *"invo")
        first = (await asked(desk, SearchPast))[-1]
        assert isinstance(first, SearchPast)
        desk.commands.clear()
        await pilot.press(*"ice")
        second = (await asked(desk, SearchPast))[-1]
        assert isinstance(second, SearchPast)
        assert (second.words, second.number > first.number) == ("invoice", True)
        anna, said = old("Anna", "where is my invoice?")
        bruno, other = old("Bruno", "an involved question")
        answers(desk, first.number, (bruno, other[0]))
        await pilot.pause()
        assert "Bruno" not in text_of(app)
        answers(desk, second.number, (anna, said[0]))
        await until_async(lambda: "Anna" in text_of(app), 20, "found")
        assert "where is my invoice?" in text_of(app)
        assert "1 contact." in text_of(app)


async def test_a_search_says_that_it_is_searching_and_asks_again_while_not_all_can_be_searched() -> None:
    desk = StillDesk()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+s", *"anna")
        await until_async(lambda: "searching" in text_of(app), 20, "says so")
        question = (await asked(desk, SearchPast))[-1]
        assert isinstance(question, SearchPast)
        desk.commands.clear()
        answers(desk, question.number, complete=False)
        await until_async(
            lambda: "Older chats are still being made searchable" in text_of(app), 20, "says so"
        )
        again = (await asked(desk, SearchPast))[-1]
        assert isinstance(again, SearchPast)
        assert (again.words, again.number > question.number) == ("anna", True)


async def test_what_is_found_opens_at_the_hit_with_its_notes_and_esc_goes_back_step_by_step() -> None:
    desk = StillDesk()
    anna, said = old(
        "Anna", "hello", "hi", *["more"] * 60, tags=("billing",), resolution=RemoteText("solved")
    )
    said = (*said[:1], replace(said[1], sender=Sender.NOTE, text=RemoteText("sounds angry")), *said[2:])
    async with on(desk) as (app, pilot):
        await pilot.press("alt+s", *"angry")
        question = (await asked(desk, SearchPast))[-1]
        assert isinstance(question, SearchPast)
        answers(desk, question.number, (anna, said[1]))
        await until_async(lambda: "sounds angry" in text_of(app), 20, "found")
        await pilot.press("enter")
        wish = (await asked(desk, ReadPast))[-1]
        assert isinstance(wish, ReadPast)
        desk.keeper.archive_is(replace(desk.keeper.archive, past=PastView(wish.number, anna, said)))
        await until_async(lambda: "tags: billing" in text_of(app), 20, "read")
        assert "completed" in text_of(app) or "no interaction" in text_of(app)
        assert "solved" in text_of(app)
        await until_async(
            lambda: "sounds angry" in text_of(app), 20, "at the hit, though it is far above the end"
        )
        await until_async(lambda: "1 of 1" in text_of(app), 20, "counted")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.query_one(Input).value == "angry"
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, SearchScreen)


async def test_words_are_found_in_a_chat_counted_gone_to_and_left_again() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "an invoice", "which invoice?", *["more"] * 40, "the last invoice")
    async with on(desk) as (app, pilot):
        composer = app.screen.query_one(ChatPane).composer
        await pilot.press("d", "r")
        await pilot.press("ctrl+f", *"invoice")
        await until_async(lambda: "3 of 3" in text_of(app), 20, "counted")
        assert "▸" in text_of(app)
        await pilot.press("enter")
        await until_async(lambda: "2 of 3" in text_of(app), 20, "the one before")
        assert "which invoice?" in text_of(app)
        await pilot.press("down")
        await until_async(lambda: "3 of 3" in text_of(app), 20, "the next")
        await pilot.press("escape")
        await pilot.pause()
        assert app.focused is composer
        assert composer.text == "dr"
        assert "of 3" not in text_of(app)


async def test_what_comes_in_while_one_looks_is_found_too_and_one_stays_where_one_is() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "an invoice", "which invoice?", "more")
    async with on(desk) as (app, pilot):
        await pilot.press("ctrl+f", *"invoice")
        await until_async(lambda: "2 of 2" in text_of(app), 20, "counted")
        await pilot.press("up")
        await until_async(lambda: "1 of 2" in text_of(app), 20, "the one before")
        desk.says("Anna", "that invoice")
        await until_async(lambda: "1 of 3" in text_of(app), 20, "one more")


async def test_the_visitor_panel_tells_who_it_is_and_asks_once_for_the_earlier_contacts() -> None:
    desk = StillDesk()
    mine = done(contact("Anna", time.time() - 50), DeedKind.ACCEPT, time.time() - 40, MARIA)
    mine = replace(
        mine,
        visitor="v1",
        page=RemoteText("https://shop.example/checkout"),
        data=((RemoteText("customer"), RemoteText("K-77")),),
        trail=(Visit(RemoteText("https://shop.example/cart"), time.time() - 60),),
    )
    desk.keeper.take(ContactChanged(mine))
    async with on(desk, (140, 36)) as (app, pilot):
        await pilot.press("alt+v")
        wishes = await asked(desk, ReadEarlier)
        desk.keeper.take(ContactChanged(replace(mine, version=mine.version + 1)))
        await pilot.pause(1.2)
        assert sent(desk, ReadEarlier) == wishes, "asked once"
        assert "K-77" in text_of(app)
        assert "shop.example/cart" in text_of(app)
        assert "shop.example/checkout" in text_of(app), "the page he wrote from, too"
        assert "WAITING" in text_of(app)
        wish = wishes[-1]
        assert isinstance(wish, ReadEarlier)
        before, _ = old("Anna the first", "hello")
        desk.keeper.archive_is(
            replace(desk.keeper.archive, earlier=EarlierView(wish.number, wish.contact, (before,)))
        )
        await until_async(lambda: "EARLIER  1" in text_of(app), 20, "the earlier one")
        app.screen.query_one("#earlier").focus()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PastScreen)


async def test_where_it_is_narrow_the_lists_give_way_to_the_visitor_panel() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk, (80, 24)) as (app, pilot):
        assert "WAITING" in text_of(app)
        await pilot.press("alt+v")
        await pilot.pause()
        assert "WAITING" not in text_of(app)
        assert "VISITOR" in text_of(app)
        await pilot.press("alt+v")
        await pilot.pause()
        assert "WAITING" in text_of(app)


async def test_at_sixty_columns_the_panel_stands_alone_until_one_goes_on() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk, (60, 20)) as (app, pilot):
        composer = app.screen.query_one(ChatPane).composer
        assert app.focused is composer
        await pilot.press("alt+v")
        await pilot.pause()
        assert "VISITOR" in text_of(app)
        assert "Write to the visitor" not in text_of(app)
        await pilot.press("alt+v")
        await until_async(lambda: app.focused is composer, 20, "back in the composer")
        assert "VISITOR" not in text_of(app)
        await pilot.press("alt+v", "ctrl+t")
        await pilot.pause()
        assert "WAITING" in text_of(app)


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("/export md", Export(ContactId("Anna"), ExportFormat.MARKDOWN)),
        ("/export json notes", Export(ContactId("Anna"), ExportFormat.JSON, notes=True)),
    ],
)
async def test_a_transcript_is_exported_as_was_typed_with_notes_only_when_asked(
    typed: str, wish: Export
) -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (_, pilot):
        await pilot.press(*typed, "escape", "enter")
        assert await asked(desk, Export) == [wish]


async def test_an_unknown_format_is_told_and_the_text_stays() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press(*"/export pdf", "escape", "enter")
        await pilot.pause()
        assert sent(desk, Export) == []
        assert "Say text, md or json" in text_of(app)
        assert app.screen.query_one(ChatPane).composer.text == "/export pdf"


async def test_a_key_asks_in_which_format() -> None:
    desk = StillDesk()
    desk.is_mine("Anna", "hello")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+e")
        await pilot.pause()
        assert "Markdown (.md)" in text_of(app)
        await pilot.press("down", "enter")
        assert await asked(desk, Export) == [Export(ContactId("Anna"), ExportFormat.MARKDOWN)]


async def test_a_chat_is_copied_without_its_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = StillDesk()
    mine = done(contact("Anna", 1000.0), DeedKind.ACCEPT, 1010.0, MARIA)
    said = (message(mine, 1, "hello"), message(mine, 2, "sounds angry", Sender.NOTE))
    desk.keeper.take(Snapshot((replace(mine, last_seq=2),), said))
    async with on(desk) as (app, pilot):
        copied: list[str] = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("alt+c")
        await pilot.pause()
        assert "hello" in copied[0]
        assert "angry" not in copied[0]


async def test_hostile_words_are_harmless_wherever_the_past_is_shown() -> None:
    desk = StillDesk()
    evil, said = old(
        "x", str(HOSTILE), nick=HOSTILE, service=HOSTILE, tags=(str(HOSTILE),), resolution=HOSTILE
    )
    evil = replace(evil, data=((HOSTILE, HOSTILE),), trail=(Visit(HOSTILE, 5.0),), visitor="v")
    async with on(desk, (140, 36)) as (app, pilot):
        await pilot.press("alt+s", *"owned")
        question = (await asked(desk, SearchPast))[-1]
        assert isinstance(question, SearchPast)
        answers(desk, question.number, (evil, said[0]))
        await until_async(lambda: "evil" in text_of(app), 20, "found")
        shown = text_of(app)
        await pilot.press("enter")
        wish = (await asked(desk, ReadPast))[-1]
        assert isinstance(wish, ReadPast)
        desk.keeper.archive_is(replace(desk.keeper.archive, past=PastView(wish.number, evil, said)))
        await until_async(lambda: "tags:" in text_of(app), 20, "read")
        shown += text_of(app)
        for _ in range(3):  # out of what was found in it, the transcript, the search
            await pilot.press("escape")
            await pilot.pause()
        desk.keeper.take(
            ContactChanged(
                done(
                    replace(contact("x"), data=evil.data, trail=evil.trail, nick=HOSTILE),
                    DeedKind.ACCEPT,
                    5.0,
                    MARIA,
                )
            )
        )
        await pilot.press("alt+v")
        await until_async(lambda: "VISITOR" in text_of(app), 20, "the panel")
        shown += text_of(app)
        assert "[/x]" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
