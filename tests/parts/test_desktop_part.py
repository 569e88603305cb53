"""The private desktop does what the whole-program tests rely on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import desktop as desktop_part
from tests.parts.desktop import Desktop
from tests.parts.processes import base_env, missing, need
from tests.parts.waiting import TooLate, until

pytestmark = pytest.mark.e2e


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    need(desktop_part.missing_parts())
    with Desktop() as desktop:
        yield desktop


def send(desktop: Desktop, title: str, body: str = "", timeout: int = 0) -> None:
    """A popup by a program that is not ours."""
    method = "org.freedesktop.Notifications.Notify"
    target = ["--dest", "org.freedesktop.Notifications", "--object-path", "/org/freedesktop/Notifications"]
    arguments = ["test", "0", "", title, body, '["default", ""]', "{}", str(timeout)]
    subprocess.run(
        ["gdbus", "call", "--session", *target, "--method", method, *arguments],
        env=base_env() | desktop.env,
        capture_output=True,
        timeout=10,
        check=True,
    )


def test_popups_are_witnessed_drawn_clicked_and_dismissed_one_by_one(desktop: Desktop) -> None:
    for number in range(4):
        send(desktop, f"popup {number}", "line\n" * number)
    until(lambda: desktop.on_screen() == 4, 20, "four are drawn")
    clicked, dismissed = desktop.wait_for_popup("popup 1"), desktop.wait_for_popup("popup 2")
    desktop.click(clicked)
    assert desktop.wait_for_withdrawal(clicked).reason == 2
    until(lambda: desktop.on_screen() == 3, 20, "three are drawn")
    desktop.dismiss(dismissed)
    assert desktop.wait_for_withdrawal(dismissed).reason == 2
    assert [p.title for p in desktop.open_popups()] == ["popup 0", "popup 3"]


def test_an_expired_popup_is_told_from_a_closed_one(desktop: Desktop) -> None:
    send(desktop, "short", timeout=200)
    assert desktop.wait_for_withdrawal(desktop.wait_for_popup("short")).reason == 1


def test_a_frozen_daemon_answers_nobody_until_it_is_thawed(desktop: Desktop) -> None:
    desktop.freeze_daemon()
    assert not desktop.daemon_answers()
    desktop.thaw_daemon()
    assert desktop.daemon_answers()


def test_waiting_for_what_does_not_come_fails_in_time(desktop: Desktop) -> None:
    with pytest.raises(TooLate):
        desktop.wait_for_popup("nobody", 0.2)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    need(desktop_part.missing_parts())
    with Desktop() as desktop:
        folder = desktop._folder
        running = [p for p in (desktop._screen, desktop._bus, desktop._daemon) if p is not None]
        desktop.freeze_daemon()
    assert not folder.exists()
    assert len(running) == 3
    assert all(process.returncode is not None for process in running)


def test_what_is_missing_is_named_by_its_package() -> None:
    assert missing({"no-such-program": "its-package", "sh": "dash"}) == "its-package"


def test_where_ci_is_set_nothing_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install"):
        need("dunst")
