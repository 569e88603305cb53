"""The terminal stages do what the whole-program tests rely on."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.parts import terminal as terminal_part
from tests.parts.processes import base_env, need
from tests.parts.terminal import PtyStage, TmuxStage
from tests.parts.waiting import stays, until

pytestmark = pytest.mark.e2e

ECHO = [
    sys.executable,
    "-c",
    r"""
import os, sys, tty
tty.setcbreak(0)
os.write(1, b"\x1b[?1004h\x1b]2;a title\x07READY\r\n")
while True:
    data = os.read(0, 1000)
    if not data: sys.exit(4)
    if data == b"b": os.write(1, b"\x07")
    elif data == b"f": os.write(1, b"x" * 300000 + b"\r\nDONE\r\n")
    elif data == b"q": os.write(1, b"\x1b[?1004l"); sys.exit(3)
    else: os.write(1, repr(data).encode() + b"\r\n")
""",
]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture(autouse=True)
def parts() -> None:
    need(terminal_part.missing_parts())


def test_leaving_and_coming_back_are_told_to_the_program() -> None:
    with TmuxStage() as stage:
        stage.attach()
        stage.run(ECHO)
        stage.wait_for("READY")
        stage.other_window()
        stage.wait_for(r"[O'")
        stage.back()
        stage.wait_for(r"[I'")


def test_without_focus_events_a_change_of_window_is_not_told() -> None:
    with TmuxStage(focus_events=False) as stage:
        stage.attach()
        stage.run(ECHO)
        stage.wait_for("READY")
        stage.other_window()
        stays(lambda: "[O" not in stage.screen(), 0.3, "no word of it")


def test_the_outer_windows_focus_reaches_the_program() -> None:
    with TmuxStage() as stage:
        client = stage.attach()
        stage.run(ECHO)
        stage.wait_for("READY")
        client.focus(False)
        stage.wait_for(r"[O'")
        client.focus(True)
        stage.wait_for(r"[I'")


def test_bells_titles_modes_and_exit_are_seen() -> None:
    with TmuxStage() as stage:
        stage.attach()
        stage.run(ECHO, {"SOME": "a b;c"})
        stage.wait_for("READY")
        assert (stage.bells(), stage.titles(), stage.modes_on()) == (0, ["a title"], {1004})
        stage.other_window()
        stage.keys("b")
        until(lambda: stage.bells() == 1, 20, "the bell")
        until(stage.bell_flag, 20, "tmux marks the window")
        stage.keys("q")
        until(lambda: not stage.running(), 20, "it has ended")
        assert stage.modes_on() == set()


def test_everything_dies_with_the_stage_even_what_is_frozen() -> None:
    with TmuxStage() as stage:
        client = stage.attach()
        pid = stage.run(ECHO)
        stage.wait_for("READY")
        os.kill(pid, signal.SIGSTOP)
        pids = [pid, int(stage.ask("pid"))]
        assert client.process is not None
        pids.append(client.process.pid)
    until(lambda: all(gone(p) for p in pids), 20, "all gone")


def test_a_client_that_stops_reading_is_right_again_when_it_reads() -> None:
    with TmuxStage() as stage:
        client = stage.attach()
        stage.run(ECHO)
        client.wait_for("READY")
        client.stop_reading()
        stage.text("hello")
        stage.wait_for("hello")
        assert "hello" not in client.screen()
        client.go_on_reading()
        client.wait_for("hello")


def test_a_pty_that_is_not_read_blocks_its_program_until_it_is() -> None:
    with PtyStage(ECHO, base_env()) as stage:
        stage.wait_for("READY")
        stage.stop_reading()
        before = len(stage.raw_output())
        stage.send(b"f")
        stays(lambda: len(stage.raw_output()) == before, 0.3, "nothing is read")
        stage.go_on_reading()
        stage.wait_for("DONE")


def test_a_hang_up_reaches_the_program() -> None:
    with PtyStage(ECHO, base_env()) as stage:
        stage.wait_for("READY")
        stage.hang_up()
        # 4 when it read the end first; 120 is Python's, when its last flush met a terminal that was gone.
        assert stage.exit_code(20) in (-signal.SIGHUP, 4, 120)


def test_keys_and_exit_code_on_a_bare_pty() -> None:
    with PtyStage(ECHO, base_env()) as stage:
        stage.wait_for("READY")
        assert stage.modes_on() == {1004}
        stage.keys("F2")
        stage.wait_for("OQ")
        stage.focus(False)
        stage.wait_for("[O")
        stage.keys("q")
        assert stage.exit_code() == 3


def test_nothing_of_the_machines_own_terminal_leaks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "SSH_CONNECTION", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "STY", "PULSE_SERVER"):
        monkeypatch.setenv(name, "leak")
    assert "leak" not in base_env().values()
