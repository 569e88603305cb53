"""The whole way: a visitor in a real browser, an agent in a real terminal, a ring in a real recording."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.e2e.shift import Shift, now
from tests.parts.browser import VisitorPage, launch_browser
from tests.parts.phone_line import phone_line
from tests.parts.waiting import until
from tui.desk.presence import LEASE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

HEARD_WITHIN = 0.5
"""Seconds from the visitor's POST to the ring, as promised."""


def test_a_visitor_in_a_browser_is_heard_seen_taken_answered_and_ended(tmp_path: Path) -> None:
    with Shift(tmp_path, popup="close_after = 0") as shift, launch_browser() as browser:
        shift.start()
        shift.look_away()
        page = VisitorPage(browser, f"{shift.url}/?service=Sales")
        page.page.locator("#nick").fill("Anna")
        page.page.locator("#text").fill("my invoice is wrong")
        posted: list[float] = []
        page.page.on("request", lambda request: posted.append(now()) if request.method == "POST" else None)
        page.page.locator("#begin").click()
        page.wait_for_line("my invoice is wrong")
        assert shift.rings(posted[0]) - posted[0] < HEARD_WITHIN
        popup = shift.desktop.wait_for_popup("Anna (Sales)")
        assert "my invoice is wrong" in popup.body
        assert "Anna" in shift.stage.wait_for("1 waiting")

        shift.look()
        pressed = now()
        shift.stage.keys("F2")
        assert shift.falls_silent(pressed) < 0.5
        shift.desktop.wait_for_withdrawal(popup)
        page.wait_for_status("assigned")
        assert "Maria" in page.state()
        shift.stage.text("Good morning Anna.")
        shift.stage.keys("Enter")
        page.wait_for_line("Good morning Anna.")
        shift.stage.wait_for("✓✓")

        page.page.locator("#draft").press_sequentially("I", delay=30)
        shift.stage.wait_for("typing")
        page.say("It is the address.")
        shift.stage.wait_for("It is the address.")
        page.page.reload()
        page.wait_for_line("Good morning Anna.")
        page.wait_for_line("It is the address.")

        shift.ends_the_chat()
        page.wait_for_status("ended")
        shift.stage.wait_for("No chats yet.")
        assert page.complaints == []


def test_a_visitor_who_closes_the_page_stops_the_ring(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, launch_browser() as browser:
        shift.start()
        shift.look_away()
        page = VisitorPage(browser, shift.url)
        asked = now()
        page.write("Anna", "hello")
        page.wait_for_status("pending")
        shift.rings(asked)
        shift.stage.wait_for("1 waiting")
        closed = now()
        page.close()
        grace = 2
        assert grace - 0.5 < shift.falls_silent(closed, 8) < grace + 1.0
        shift.stage.wait_for("the visitor left (cancelled)")


def test_a_reload_within_the_grace_neither_stops_nor_restarts_the_ring(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, launch_browser() as browser:
        shift.start()
        shift.look_away()
        page = VisitorPage(browser, shift.url)
        page.write("Anna", "hello")
        shift.rings(0.0)
        page.page.reload()
        page.wait_for_line("hello")
        page.wait_for_status("pending")
        later = now() + 3.5
        until(lambda: shift.heard.recorded_until > later, 20)
        assert shift.heard.level(700.0, later - 1, later) > 0.2
        rung = [line for line in shift.decisions() if line["decision"] == "rings"]
        assert len(rung) == 1


def test_a_console_killed_and_restarted_loses_no_word_and_the_page_comes_back(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, launch_browser() as browser:
        console = shift.start()
        port = shift.port
        shift.look()
        page = VisitorPage(browser, shift.url)
        page.write("Anna", "before")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        page.wait_for_status("assigned")
        shift.stage.other_window()
        shift.kill(console)
        page.page.locator("#connection").wait_for(state="visible")
        page.say("while it was down")
        shift.start(port=port)
        shift.stage.wait_for("while it was down", 20)
        shift.stage.text("I am back.")
        shift.stage.keys("Enter")
        page.wait_for_line("I am back.")
        assert page.messages().count("while it was down") == 1


def test_a_page_closed_while_the_console_was_down_is_away_after_the_restart_and_goes_some_day(
    tmp_path: Path,
) -> None:
    with Shift(tmp_path, web="away_in_queue = 3") as shift, launch_browser() as browser:
        console = shift.start()
        port = shift.port
        page = VisitorPage(browser, shift.url)
        page.write("Anna", "hello")
        page.wait_for_status("pending")
        shift.stage.wait_for("1 waiting")
        shift.stage.other_window()
        shift.kill(console)
        page.close()
        shift.start(port=port)
        shift.stage.wait_for("1 waiting", 10)
        shift.stage.wait_for("0 waiting", LEASE + 15)  # nobody could say goodbye to a door that was not there


def test_for_a_visitor_in_a_tunnel_it_rings_on_and_says_so_and_the_place_is_kept(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, launch_browser() as browser:
        shift.start()
        shift.look_away()
        with phone_line(shift.port) as line:
            page = VisitorPage(browser, line.url)
            asked = now()
            page.write("Anna", "hello")
            shift.rings(asked)
            line.fall_mute(new_ones_too=True)
            line.cut()
            shift.stage.wait_for("Anna is away since", 20)
            later = now() + 3
            until(lambda: shift.heard.recorded_until > later, 20)
            assert shift.heard.level(700.0, later - 1, later) > 0.2
            reasons = [line["reason"] for line in shift.decisions() if line["decision"] == "rings"]
            assert any("visitor away since" in reason for reason in reasons), reasons
            line.work_again()
            line.cut()
            until(lambda: "Anna is away since" not in shift.stage.screen(), 40, "she is back")
            page.wait_for_status("pending")
            page.close()
            shift.stage.wait_for("0 waiting", 10)


def test_stop_and_start_by_the_keyboard_keeps_the_chat(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        port = shift.port
        visitor = shift.visitor("Anna", "hello")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("1 Anna")
        shift.stage.keys("C-q")
        shift.stage.wait_for("still open")
        started = time.monotonic()
        shift.stage.answers("y")
        assert shift.stage.exit_code(5) == 0
        assert time.monotonic() - started < 3
        shift.stage.other_window()
        shift.start(port=port)
        shift.stage.wait_for("1 Anna")
        assert visitor.says("m", "still here") == 201
        shift.stage.wait_for("still here")


def test_ctrl_c_in_the_shell_that_serves_the_door_ends_it(tmp_path: Path) -> None:
    """``deskbell serve`` and ``deskbell pending`` as a script would use them."""
    import json
    import re
    import subprocess

    from tests.parts.processes import base_env, start, stop

    with Shift(tmp_path, sound=False, desktop=False) as shift:
        argv = shift.argv()
        serving = start([*argv[:3], "serve", *argv[3:]], base_env(), stdout=subprocess.PIPE)
        try:
            assert serving.stdout is not None
            line = serving.stdout.readline().decode()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found is not None, line
            shift.url = found.group()
            shift.visitor("Anna", "hello")
            queue = subprocess.run(
                [*argv[:3], "pending", "--json", *argv[3:7]],
                env=base_env(),
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
            )
            assert [(row["nick"], row["first_words"]) for row in json.loads(queue.stdout)] == [
                ("Anna", "hello")
            ]
            serving.send_signal(signal.SIGINT)
            assert serving.wait(5) == 0
        finally:
            stop(serving)
