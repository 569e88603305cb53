"""Popups through a real notification daemon: what the agent sees and does, and what is reported."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.outputs.popup_room import a_room, live_on, off_the_loop, popup
from tests.parts import desktop as desktop_part
from tests.parts.desktop import Desktop
from tests.parts.processes import need
from tests.parts.waiting import until_async
from tui.desk.contact import ContactId
from tui.outputs.popups import PopupBoard, PopupClicked, PopupDismissed, PopupHealth, PopupShown

pytestmark = pytest.mark.e2e


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    need(desktop_part.missing_parts())
    with Desktop() as desktop:
        live_on(desktop, monkeypatch)
        yield desktop


async def test_a_wanted_popup_is_on_the_screen_and_reported_as_shown(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna", body="my order", close_after=7),))
        assert await room.event(PopupShown) == PopupShown("pending:Anna", 1)
        seen = desktop.wait_for_popup("Anna is waiting")
        assert (seen.body, seen.timeout, seen.replaces, seen.app) == ("my order", 7000, 0, "Deskbell")
        assert seen.actions == ("default", "", "accept", "Accept")
        await until_async(lambda: desktop.on_screen() == 1, what="one popup is drawn")
        assert (await room.health(True)).service_name == "dunst"


async def test_a_popup_that_may_stay_for_ever_still_has_a_finite_hint(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna", close_after=0),))
        await room.event(PopupShown)
        assert desktop.wait_for_popup("Anna").timeout == 3_600_000


async def test_a_popup_no_longer_wanted_is_withdrawn(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.event(PopupShown, count=2)
        room.board.show((popup("Bruno"),))
        closed = await off_the_loop(lambda: desktop.wait_for_withdrawal(desktop.wait_for_popup("Anna")))
        assert closed.reason == 3
        assert [p.title for p in desktop.open_popups()] == ["Bruno is waiting"]


async def test_a_click_is_reported_and_the_popup_goes(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.event(PopupShown, count=2)
        seen = desktop.wait_for_popup("Bruno")
        await off_the_loop(lambda: desktop.click(seen))
        assert await room.event(PopupClicked) == PopupClicked(
            "pending:Bruno", 1, ContactId("Bruno"), accept=False
        )
        await off_the_loop(lambda: desktop.wait_for_withdrawal(seen))
        assert room.of(PopupDismissed) == []


async def test_the_accept_button_is_told_from_a_click(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        seen = desktop.wait_for_popup("Anna")
        await off_the_loop(lambda: desktop.press_button(seen, "Accept"))
        assert (await room.event(PopupClicked)).accept is True
        await off_the_loop(lambda: desktop.wait_for_withdrawal(seen))  # dunst itself would leave it


async def test_a_popup_whose_action_was_invoked_elsewhere_is_taken_from_the_screen(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        await off_the_loop(desktop.invoke_and_leave)
        await room.event(PopupClicked)
        await off_the_loop(lambda: desktop.wait_for_withdrawal(desktop.wait_for_popup("Anna")))


async def test_a_dismissed_popup_stays_away_until_it_has_a_new_number(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        first = desktop.wait_for_popup("Anna")
        await off_the_loop(lambda: desktop.dismiss(first))
        assert await room.event(PopupDismissed) == PopupDismissed("pending:Anna", 1)
        for _ in range(3):
            room.board.show((popup("Anna"),))
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.event(PopupShown, count=2)
        both = ["Anna is waiting", "Bruno is waiting"]
        await until_async(lambda: [p.title for p in desktop.notified] == both, 20, "the witness has both")
        room.board.show((popup("Anna", number=2), popup("Bruno")))
        assert await room.event(PopupShown, count=3) == PopupShown("pending:Anna", 2)


async def test_a_new_number_replaces_the_popup_that_is_there(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna", 1, body="one"),))
        await room.event(PopupShown)
        room.board.show((popup("Anna", 2, body="two"),))
        await room.event(PopupShown, count=2)
        await until_async(lambda: [p.body for p in desktop.open_popups()] == ["two"], 20, "the second alone")


async def test_only_the_newest_wish_counts(desktop: Desktop) -> None:
    async with a_room() as room:
        for number in range(1, 40):
            room.board.show((popup("Anna", number),))
        assert (await room.event(PopupShown)).number == 39
        await until_async(lambda: desktop.asked, 20, "the witness has it")
        assert desktop.asked == ["Anna is waiting"]


async def test_many_popups_are_all_shown_and_all_withdrawn(desktop: Desktop) -> None:
    async with a_room() as room:
        wanted = tuple(popup(f"v{n}") for n in range(12))
        room.board.show(wanted)
        await room.event(PopupShown, count=12)
        assert len(desktop.open_popups()) == 12
        room.board.show(())
        await until_async(lambda: not desktop.open_popups(), what="all withdrawn")


async def test_a_visitors_markup_is_shown_as_he_wrote_it(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna", body="a < b & <b>c</b>"),))
        await room.event(PopupShown)
        assert desktop.wait_for_popup("Anna").body == "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;"


async def test_nothing_is_asked_before_a_popup_is_wanted(desktop: Desktop) -> None:
    async with a_room() as room:
        for _ in range(5):
            room.board.show(())
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        assert room.events[0] == PopupShown("pending:Anna", 1)


async def test_closing_withdraws_everything(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.event(PopupShown, count=2)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    await until_async(lambda: not desktop.open_popups(), what="all withdrawn")


async def test_permission_is_granted_by_a_daemon_that_answers(desktop: Desktop) -> None:
    board = PopupBoard("Deskbell", lambda event: None)
    permission = await board.request_permission()
    await board.close()
    assert (permission.granted, permission.reason) == (True, "dunst answers")


async def test_the_bus_is_found_in_the_runtime_folder(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        assert room.of(PopupHealth)[-1].ok
