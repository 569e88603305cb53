"""Popups when the desktop misbehaves: nothing hangs, nothing leaks, and what works again is used again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outputs.popup_room import a_room, live_on, off_the_loop, popup
from tests.parts import desktop as desktop_part
from tests.parts.desktop import Desktop
from tests.parts.processes import need
from tests.parts.waiting import until_async
from tui.outputs import popups as popups_module
from tui.outputs.popups import (
    PopupBoard,
    PopupClicked,
    PopupFailed,
    PopupHealth,
    PopupLost,
    PopupShown,
)

pytestmark = pytest.mark.e2e

LONGEST_STALL = 0.25
"""Seconds the loop may stand still; a call that blocked it would take two."""


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """A desktop without a notification daemon."""
    need(desktop_part.missing_parts())
    with Desktop(with_daemon=False) as desktop:
        live_on(desktop, monkeypatch)
        yield desktop


@pytest.fixture
def desktop(bare: Desktop) -> Desktop:
    bare.start_daemon()
    return bare


async def test_no_daemon_is_told_once_and_a_daemon_that_appears_is_used_at_once(bare: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        health = await room.health(False)
        assert "no notification daemon" in health.reason
        await asyncio.sleep(1.5)  # another attempt or two
        assert (len(room.of(PopupHealth)), len(room.of(PopupFailed))) == (1, 1)
        await off_the_loop(bare.start_daemon)
        await room.event(PopupShown, 1)
        assert (await room.health(True)).service_name == "dunst"
        await until_async(lambda: [p.title for p in bare.open_popups()] == ["Anna is waiting"])


async def test_a_popup_no_longer_wanted_when_the_daemon_appears_is_not_shown(bare: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.health(False)
        room.board.show(())
        await off_the_loop(bare.start_daemon)
        await room.health(True)
        assert bare.asked == []


async def test_no_bus_at_all_is_told_with_the_cure(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        assert "DBUS_SESSION_BUS_ADDRESS" in (await room.health(False)).reason
        permission = await room.board.request_permission()
        assert not permission.granted
        assert permission.cure


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "rubbish", "tcp:host=,port="])
async def test_a_broken_bus_address_is_told(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        assert "bus" in (await room.health(False)).reason


async def test_a_bus_that_never_answers_holds_nothing_up(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "bus"))
        deaf.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
        async with a_room() as room:
            began = time.monotonic()
            room.board.show((popup("Anna"),))
            await room.health(False)
            assert time.monotonic() - began < 2.4
            assert room.longest_stall < LONGEST_STALL
            began = time.monotonic()
            assert not (await room.board.request_permission()).granted
            assert time.monotonic() - began < 2.2


async def test_a_frozen_daemon_is_noticed_in_time_and_its_thaw_shows_what_is_wanted_then(
    desktop: Desktop,
) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        desktop.freeze_daemon()
        began = time.monotonic()
        room.board.show((popup("Anna"), popup("Bruno")))
        assert "does not answer" in (await room.health(False)).reason
        assert time.monotonic() - began < 2.2
        room.board.show((popup("Chen"),))
        assert room.longest_stall < LONGEST_STALL
        desktop.thaw_daemon()
        await room.health(True, 0.5)
        await until_async(lambda: [p.title for p in desktop.open_popups()] == ["Chen is waiting"])
        assert "Bruno is waiting" not in desktop.asked


async def test_a_popup_overtaken_by_a_freeze_is_taken_back_after_the_thaw(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        watch = room.board._watch
        assert watch is not None
        real_answer = watch.answer

        asked = itertools.count(1)

        async def answer_then_freeze(patience: float = 2.0) -> object:
            daemon = await real_answer(patience)
            if next(asked) == 2:  # the last question before the popup itself
                desktop.freeze_daemon()
                monkeypatch.setattr(watch, "answer", real_answer)
            return daemon

        monkeypatch.setattr(watch, "answer", answer_then_freeze)
        room.board.show((popup("Anna"), popup("Bruno"), popup("Chen")))
        await room.health(False)  # the call for Bruno is on its way
        room.board.show((popup("Anna"), popup("Chen")))
        desktop.thaw_daemon()
        await room.health(True)
        await until_async(
            lambda: sorted(p.title for p in desktop.open_popups()) == ["Anna is waiting", "Chen is waiting"],
            what=f"Bruno withdrawn; open {desktop.open_popups()}",
        )
        assert room.of(PopupLost) == []


async def test_a_popup_shown_late_and_still_wanted_is_not_shown_twice(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        watch = room.board._watch
        assert watch is not None
        real_answer = watch.answer

        asked = itertools.count(1)

        async def answer_then_freeze(patience: float = 2.0) -> object:
            daemon = await real_answer(patience)
            if next(asked) == 2:  # the last question before the popup itself
                desktop.freeze_daemon()
                monkeypatch.setattr(watch, "answer", real_answer)
            return daemon

        monkeypatch.setattr(watch, "answer", answer_then_freeze)
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.health(False)
        desktop.thaw_daemon()
        await room.health(True)
        assert desktop.asked == ["Anna is waiting", "Bruno is waiting"]
        seen = desktop.wait_for_popup("Bruno")
        await off_the_loop(lambda: desktop.click(seen))
        assert (await room.event(PopupClicked)).key == "pending:Bruno"


async def test_a_frozen_daemon_that_is_killed_and_started_again_shows_what_waited(desktop: Desktop) -> None:
    async with a_room() as room:
        desktop.freeze_daemon()
        room.board.show((popup("Anna"),))
        await room.health(False)
        desktop.kill_daemon()
        await off_the_loop(desktop.start_daemon)
        await room.event(PopupShown)
        assert [p.title for p in desktop.open_popups()] == ["Anna is waiting"]


async def test_a_restarted_daemon_loses_popups_which_is_told_and_new_ones_work(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        await off_the_loop(desktop.kill_daemon)
        assert await room.event(PopupLost) == PopupLost("pending:Anna", 1)
        await room.health(False)
        await off_the_loop(desktop.start_daemon)
        await room.health(True)
        room.board.show((popup("Anna"), popup("Bruno")))
        assert await room.event(PopupShown, count=2) == PopupShown("pending:Bruno", 1)
        seen = desktop.wait_for_popup("Bruno")
        await off_the_loop(lambda: desktop.click(seen))
        assert (await room.event(PopupClicked)).key == "pending:Bruno"


async def test_a_daemon_that_takes_over_in_a_moment_is_seen_as_another_one(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        desktop.kill_daemon()  # on the loop: the board comes to look when it is all over
        desktop.start_daemon()
        assert await room.event(PopupLost) == PopupLost("pending:Anna", 1)
        room.board.show((popup("Bruno"),))
        assert await room.event(PopupShown, count=2) == PopupShown("pending:Bruno", 1)
        assert all(health.ok for health in room.of(PopupHealth))


async def test_a_restarted_bus_is_found_again(desktop: Desktop) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await room.event(PopupShown)
        await off_the_loop(desktop.kill_bus)
        await room.health(False)
        await off_the_loop(desktop.kill_daemon)
        await off_the_loop(desktop.start_bus)
        await off_the_loop(desktop.start_daemon)
        room.board.show((popup("Anna", 2),))
        await room.event(PopupShown, 8, count=2)
        seen = desktop.wait_for_popup("Anna")
        await off_the_loop(lambda: desktop.click(seen))
        assert (await room.event(PopupClicked)).number == 2


async def test_closing_takes_no_longer_than_a_second_with_a_frozen_daemon_and_leaves_nothing(
    desktop: Desktop,
) -> None:
    async with a_room() as room:
        room.board.show((popup("Anna"), popup("Bruno")))
        await room.event(PopupShown, count=2)
        desktop.freeze_daemon()
        began = time.monotonic()
    assert time.monotonic() - began < 1.2
    desktop.thaw_daemon()
    await until_async(lambda: not desktop.open_popups(), what="withdrawn after the thaw")


async def test_thirty_failures_leak_no_file_descriptor(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popups_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(popups_module, "LONGEST_PAUSE", 0.01)
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await until_async(lambda: room.board._failures >= 3)
        before = len(os.listdir("/proc/self/fd"))
        await until_async(lambda: room.board._failures >= 33, 20)
        await until_async(lambda: len(os.listdir("/proc/self/fd")) <= before, what="no more descriptors")


async def test_a_library_that_fails_thirty_times_leaks_no_file_descriptor(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_notifier.backends.dbus import DBusDesktopNotifier

    async def refuse(self: DBusDesktopNotifier, notification: object) -> None:
        raise RuntimeError("refused")

    monkeypatch.setattr(popups_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(popups_module, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(DBusDesktopNotifier, "_send", refuse)
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        await until_async(lambda: room.board._failures >= 3)
        before = len(os.listdir("/proc/self/fd"))
        await until_async(lambda: room.board._failures >= 33, 20)
        await until_async(lambda: len(os.listdir("/proc/self/fd")) <= before + 1, what="no more descriptors")


async def test_permission_is_refused_by_a_daemon_that_does_not_answer_in_two_seconds(
    desktop: Desktop,
) -> None:
    board = PopupBoard("Deskbell", lambda event: None)
    desktop.freeze_daemon()
    began = time.monotonic()
    permission = await board.request_permission()
    assert time.monotonic() - began < 2.2
    assert (permission.granted, permission.reason) == (False, "the notification daemon does not answer")
    with contextlib.suppress(asyncio.CancelledError):
        await board.close()


async def test_a_platform_that_only_pretends_is_reported_as_not_available(
    bare: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import desktop_notifier.main
    from desktop_notifier.backends.dummy import DummyNotificationCenter

    monkeypatch.setattr(desktop_notifier.main, "get_backend_class", lambda: DummyNotificationCenter)
    monkeypatch.setattr(popups_module, "on_this_platform", lambda: False)
    async with a_room() as room:
        room.board.show((popup("Anna"),))
        assert "not available" in (await room.health(False)).reason
        assert not (await room.board.request_permission()).granted
        assert room.of(PopupShown) == []
