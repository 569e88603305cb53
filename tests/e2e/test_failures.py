"""Killed, frozen, deaf and hung up: nothing rings on, nobody waits unheard, nothing is lost."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from tests.e2e.shift import Shift, Visitor, now
from tests.parts.processes import base_env
from tests.parts.pty_stage import PtyStage, Replies
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ANSWERS_WITHIN = 0.1
"""Seconds in which a key must show on the screen."""


def key_latency(shift: Shift) -> float:
    """Seconds from a key to its letter in the composer, by way of tmux: the median of ten."""
    times = []
    for count in range(1, 11):
        pressed = now()
        shift.stage.text("x")
        want = "x" * count
        until(lambda: want in shift.stage.screen(), 20, "the key shows", every=0.002)  # noqa: B023
        times.append(now() - pressed)
    assert max(times) < 5 * ANSWERS_WITHIN
    return sorted(times)[5]


def with_a_chat(shift: Shift) -> Visitor:
    """A visitor is accepted and the keyboard is in the composer."""
    visitor = shift.visitor("Luca", "hello")
    shift.stage.wait_for("1 waiting")
    shift.stage.keys("F2")
    shift.stage.wait_for("1 Luca")
    shift.stage.wait_for("Write to the visitor")
    return visitor


def test_killed_while_it_rings_the_console_is_silent_at_once_and_everything_is_there_again(
    tmp_path: Path,
) -> None:
    with Shift(tmp_path) as shift:
        console = shift.start()
        port = shift.port
        talking = with_a_chat(shift)
        shift.stage.text("Good morning.")
        shift.stage.keys("Enter")
        until(lambda: len(talking.hears()) == 2, 20)
        shift.look_away()
        asked = now()
        shift.visitor("Anna", "my invoice is wrong")
        shift.rings(asked)
        ringer = shift.ringer_pid(console)
        killed = now()
        shift.kill(console)
        assert shift.falls_silent(killed) < 0.2
        until(lambda: not psutil.pid_exists(ringer), 20, "the ringer is gone too")

        again = now()
        shift.start(port=port)
        shift.stage.other_window()
        shift.rings(again, 10)
        screen = shift.stage.wait_for("1 waiting")
        assert "Anna" in screen
        shift.stage.wait_for("Good morning.")
        assert [m["text"] for m in talking.hears()] == ["hello", "Good morning."]


def test_a_killed_ringer_is_heard_again_within_two_seconds(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        console = shift.start()
        shift.look_away()
        asked = now()
        shift.visitor()
        shift.rings(asked)
        for _ in range(2):
            killed = now()
            shift.kill(shift.ringer_pid(console))
            fell = shift.heard.wait_for_silence(0.05, 2, killed)
            assert shift.rings(fell + 0.05, 3) - killed < 2.0


def test_with_a_frozen_sound_server_keys_answer_the_bell_rings_and_sound_comes_back(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        with_a_chat(shift)
        shift.look_away()
        shift.sound.freeze()
        shift.visitor("Anna")
        until(lambda: shift.stage.bells() >= 1, 20, "the bell rings")
        assert key_latency(shift) < ANSWERS_WITHIN
        shift.stage.wait_for("♪ fault (bell)")
        bells = shift.stage.bells()
        until(lambda: shift.stage.bells() > bells, 20, "the bell rings on")
        thawed = now()
        shift.sound.thaw()
        shift.rings(thawed, 15)
        shift.stage.wait_for("♪ on")


def test_with_a_frozen_notification_daemon_keys_answer_and_popups_come_back(tmp_path: Path) -> None:
    """Meanwhile the terminal tells: here one that knows OSC 777, around tmux with passthrough."""
    foot = Replies(version="foot(1.16.2)")
    with Shift(tmp_path, popup="close_after = 0", outer=foot) as shift:
        shift.start()
        with_a_chat(shift)
        shift.look_away()
        shift.desktop.freeze_daemon()
        asked = now()
        shift.visitor("Anna")
        shift.rings(asked)
        assert key_latency(shift) < ANSWERS_WITHIN
        shift.stage.wait_for("▣ fault")
        told = b"\x1bPtmux;\x1b\x1b]777;notify;Anna is waiting;my invoice is wrong\x1b\x1b\\\x1b\\"
        until(lambda: told in shift.stage.raw_output(), 20, "the terminal tells")
        shift.desktop.thaw_daemon()
        shift.desktop.wait_for_popup("Anna", 20)
        shift.stage.wait_for("▣ on", 20)


def test_a_terminal_that_has_stopped_reading_does_not_keep_a_visitor_unheard(tmp_path: Path) -> None:
    """Although the console had the focus when the terminal froze; and the screen is right afterwards."""
    with (
        Shift(tmp_path) as shift,
        PtyStage(
            shift.argv(), base_env() | shift.env, columns=100, rows=30, replies=Replies(version="XTerm(379)")
        ) as terminal,
    ):
        screen = terminal.wait_for("http://127.0.0.1:", 20)
        shift.url = "http://127.0.0.1:" + screen.split("http://127.0.0.1:")[1].split("/")[0].split()[0]
        terminal.focus(True)
        terminal.wait_for("focus focused")
        terminal.stop_reading()
        frozen = now()
        visitor = shift.visitor("Anna")
        shift.rings(frozen, 10)
        until(lambda: shift.heard.recorded_until > frozen + 30, 40)
        assert shift.heard.level(700.0, frozen + 29, frozen + 30) > 0.2
        visitor.leaves()
        second = now()
        assert shift.falls_silent(second) < 0.5
        shift.visitor("Bruno", "still here")
        terminal.go_on_reading()
        screen = terminal.wait_for("1 waiting", 15)
        until(lambda: "Bruno" in terminal.screen() and "Anna  " not in terminal.screen(), 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("reading", [True, False], ids=["reading", "frozen"])
def test_a_signal_ends_it_within_three_seconds_silent_and_the_terminal_restored(
    tmp_path: Path, number: signal.Signals, reading: bool
) -> None:
    with (
        Shift(tmp_path) as shift,
        PtyStage(shift.argv(), base_env() | shift.env, columns=100, rows=30) as terminal,
    ):
        screen = terminal.wait_for("http://127.0.0.1:", 20)
        shift.url = "http://127.0.0.1:" + screen.split("http://127.0.0.1:")[1].split("/")[0].split()[0]
        asked = now()
        for name in ("Anna", "Bruno", "Chen"):
            shift.visitor(name)
        shift.rings(asked)
        if not reading:
            terminal.stop_reading()
        sent = now()
        terminal.signal(number)
        assert shift.falls_silent(sent) < 1.0
        terminal.exit_code(3.2)
        assert now() - sent < 3.5
        terminal.go_on_reading()
        until(lambda: not terminal.modes_on() & {1049, 1000, 1003, 1004, 1006}, 20, f"{terminal.modes_on()}")


def test_with_a_frozen_desktop_a_signal_still_ends_it_in_time(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        console = shift.start()
        shift.look_away()
        asked = now()
        shift.visitor()
        shift.rings(asked)
        shift.desktop.wait_for_popup("Anna")
        shift.desktop.freeze_daemon()
        shift.sound.freeze()
        sent = now()
        psutil.Process(console).send_signal(signal.SIGTERM)
        shift.stage.exit_code(3.2)
        assert now() - sent < 3.5
        assert not shift.stage.modes_on() & {1049, 1000, 1003, 1004, 1006}
