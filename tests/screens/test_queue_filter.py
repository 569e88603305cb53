"""Filtering the pending queue, by keys."""

from __future__ import annotations

import time
from dataclasses import replace

from textual import events
from textual.pilot import Pilot

from tests.parts_of_desk import MARIA, contact
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on, sent, text_of
from tests.widgets.stage import until
from tui.config.schema import AudioPending, AudioSettings, Settings
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.link.commands import Accept
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen
from tui.screens.queue_filter import FilterField
from tui.text import RemoteText


def desk_of_three(settings: Settings | None = None) -> StillDesk:
    desk = StillDesk(settings)
    anna = contact("Anna", time.time() - 60)
    bruno = replace(contact("Bruno", time.time() - 40, "Support"), lang=RemoteText("it"), returning=True)
    chen = replace(
        contact("Chen", time.time() - 20, "Support"), page=RemoteText("https://www.shop.example/cart?x")
    )
    for new in (anna, bruno, replace(chen, first_words=RemoteText("with a coupon"))):
        desk.keeper.take(ContactChanged(new))
    return desk


def shown(app: ConsoleApp) -> list[str]:
    screen = app.screen
    assert isinstance(screen, DeskScreen)
    return [str(row.nick) for row in screen.queue.rows]


async def type_filter(pilot: Pilot[None], words: str) -> None:
    await pilot.press("slash", *(char if char != " " else "space" for char in words), "enter")
    await pilot.pause()


async def test_slash_on_the_queue_narrows_it_by_what_is_typed_and_escape_shows_all() -> None:
    async with on(desk_of_three()) as (app, pilot):
        for words, names in (
            ("anna", ["Anna"]),
            ("support", ["Bruno", "Chen"]),
            ("lang:it", ["Bruno"]),
            ("returning", ["Bruno"]),
            ("shop.example/cart", ["Chen"]),
            ("COUPON supp", ["Chen"]),
            ("starred", []),
        ):
            await type_filter(pilot, words)
            assert shown(app) == names, words
            await pilot.press("escape")
            await pilot.pause()
            assert shown(app) == ["Anna", "Bruno", "Chen"]


async def test_the_field_is_seen_only_while_one_types_in_it() -> None:
    desk = StillDesk()
    desk.arrives("Anna")
    async with on(desk) as (app, pilot):
        assert "lang:it" not in text_of(app)
        await pilot.press("slash")
        await pilot.pause()
        assert "lang:it" in text_of(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "lang:it" not in text_of(app)


async def test_the_filter_stands_in_the_title_with_the_count_of_the_hidden_and_that_they_ring() -> None:
    async with on(desk_of_three()) as (app, pilot):
        await type_filter(pilot, "anna")
        assert "WAITING  1  /anna  2 hidden ♪" in text_of(app)
        await pilot.press("slash", "x", "escape")
        await pilot.pause()
        assert "WAITING  3" in text_of(app)
        assert "hidden" not in text_of(app)


async def test_it_narrows_with_every_key_and_who_comes_in_is_judged_too() -> None:
    desk = desk_of_three()
    async with on(desk) as (app, pilot):
        await pilot.press("slash", "n")
        await until(pilot, lambda: shown(app) == ["Anna", "Bruno", "Chen"], "n is in all three names")
        await pilot.press("n")
        await until(pilot, lambda: shown(app) == ["Anna"], "nn is in one")
        desk.arrives("Hanno", ago=1)
        desk.arrives("Zoe", ago=1)
        await until(pilot, lambda: shown(app) == ["Anna", "Hanno"], "one of the newcomers fits")


async def test_the_field_is_there_only_while_it_is_written_in() -> None:
    async with on(desk_of_three()) as (app, pilot):
        assert "name, service" not in text_of(app)
        await pilot.press("slash")
        await until(pilot, lambda: "name, service" in text_of(app), "the field")
        await pilot.press("a", "enter")
        await until(pilot, lambda: "/a" in text_of(app).split("WAITING")[1], "the words in the title")
        assert not any(field.display for field in app.screen.query(FilterField))
        await pilot.press("ctrl+t")
        assert "name, service" not in text_of(app)


async def test_a_click_on_the_title_opens_the_filter_and_ends_it() -> None:
    async with on(desk_of_three()) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        await pilot.click(screen.queue, (3, 0))
        await pilot.press("a", "n", "n", "enter")
        await until(pilot, lambda: shown(app) == ["Anna"], "filtered")
        await pilot.click(screen.queue, (3, 0))
        await until(pilot, lambda: len(shown(app)) == 3, "all again")


async def test_words_that_come_in_one_go_with_the_slash_are_not_lost() -> None:
    async with on(desk_of_three()) as (app, pilot):
        for key in "/sup":
            app.post_message(events.Key("slash" if key == "/" else key, key))
        await until(pilot, lambda: shown(app) == ["Bruno", "Chen"], "filtered")


async def test_nobody_fits_is_said_with_the_way_out() -> None:
    async with on(desk_of_three()) as (app, pilot):
        await type_filter(pilot, "zzz")
        await until(pilot, lambda: "None fits. Esc shows all." in text_of(app), "the way out")
        await pilot.press("enter")
        await pilot.press("escape")
        await until(pilot, lambda: len(shown(app)) == 3, "all again")


async def test_the_row_under_the_cursor_stays_under_it_with_a_filter_on_and_off() -> None:
    desk = desk_of_three()
    async with on(desk) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        await pilot.press("end")
        await type_filter(pilot, "support")
        assert screen.queue.cursor == "Chen"
        desk.arrives("Supporter", ago=90)
        await until(pilot, lambda: "Supporter" in shown(app), "a newcomer on top")
        assert screen.queue.cursor == "Chen"
        await pilot.press("escape")
        await pilot.pause()
        assert screen.queue.cursor == "Chen"
        await pilot.press("enter")
        assert sent(desk, Accept) == [Accept(ContactId("Chen"))]


async def test_accept_takes_the_longest_waiting_of_all_and_says_that_it_was_hidden() -> None:
    desk = desk_of_three()
    async with on(desk) as (app, pilot):
        await type_filter(pilot, "support")
        await pilot.press("f2")
        assert sent(desk, Accept) == [Accept(None)]
        assert any(
            "Anna (Sales) waited longest, hidden by /support" in toast.message for toast in app._notifications
        )


async def test_a_contact_that_is_shown_because_its_popup_was_clicked_is_brought_out_of_hiding() -> None:
    desk = desk_of_three()
    async with on(desk) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, DeskScreen)
        await type_filter(pilot, "support")
        desk.keeper.summon(ContactId("Anna"))
        await until(pilot, lambda: screen.queue.cursor == "Anna", "the cursor on Anna")
        assert shown(app) == ["Anna", "Bruno", "Chen"]


async def test_the_ring_does_not_depend_on_the_filter() -> None:
    pending = AudioPending(when_focused=True)
    desk = desk_of_three(Settings(audio=AudioSettings(pending=pending)))
    async with on(desk) as (app, pilot):
        before = desk.view().ringing
        assert before == {"Anna", "Bruno", "Chen"}
        await type_filter(pilot, "anna")
        desk.arrives("Dora", ago=1)
        await until(pilot, lambda: desk.view().ringing == before | {"Dora"}, "the hidden newcomer rings")
        await until(pilot, lambda: "rings: Anna, Bruno, Chen, Dora" in text_of(app), "the ring's words")


async def test_the_row_under_the_cursor_is_told_in_full_below_the_queue() -> None:
    desk = desk_of_three()
    long = replace(
        contact("Nadia", time.time() - 10),
        addressed_to=MARIA,
        transferred_by="Paolo",  # type: ignore[arg-type]
        transfer_note=RemoteText("her invoice 4711 is wrong twice, please be kind"),
        transfer_time=60.0,
        return_at=time.time() + 50,
        dissuade_at=None,
        page=RemoteText("https://shop.example/products/shoes/running/red-42/invoice"),
    )
    async with on(desk, (80, 24)) as (app, pilot):
        desk.keeper.take(ContactChanged(long))
        await pilot.press("home")
        await until(pilot, lambda: "from Paolo" in text_of(app), "the sender")
        told = text_of(app)
        assert "★↪♪ Nadia" in told
        assert "her invoice 4711 is wrong" in told
        assert "shop.example/p…" in told
        assert "42/invoice " in told.split("shop.example/p…")[1]
