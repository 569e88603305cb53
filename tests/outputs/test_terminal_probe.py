"""The probe in real terminals: what it finds out, how long it takes, and how it leaves the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from tests.parts import terminal as terminal_part
from tests.parts.processes import base_env, need
from tests.parts.terminal import MUTE, PtyStage, Replies, TmuxStage
from tests.parts.waiting import until

pytestmark = pytest.mark.e2e

PROGRAM = [sys.executable, "-m", "tests.outputs.probe_program"]

Found = dict[str, Any]


def found_in(path: Path) -> Found:
    until(path.exists, 20, "the probe is done")
    found: Found = json.loads(path.read_text())
    return found


def probe_in_pty(path: Path, replies: Replies, **env: str) -> tuple[Found, PtyStage]:
    stage = PtyStage([*PROGRAM, str(path)], base_env(**env), replies=replies)
    stage.__enter__()
    try:
        return found_in(path), stage
    except BaseException:
        stage.close()
        raise


def test_a_terminal_that_answers_is_known_in_a_moment_and_left_as_it_was(tmp_path: Path) -> None:
    found, stage = probe_in_pty(tmp_path / "found", Replies(focus_mode=2, version="XTerm(379)"))
    try:
        assert (found["name"], found["version"], found["multiplexer"]) == ("xterm", "379", "")
        assert (found["reports_focus"], found["focus_trusted"], found["answered"]) == (True, True, True)
        assert found["took"] < 0.3
        assert found["unsuitable"] is None
        stage.wait_for("READY")
        assert stage.state_now() == stage.state_before
        stage.send(b"hello\n")
        stage.wait_for("typed 'hello'")
    finally:
        stage.close()


@pytest.mark.parametrize(("mode", "reports"), [(1, True), (2, True), (3, True), (0, False), (4, False)])
def test_the_terminals_own_word_on_focus_counts(tmp_path: Path, mode: int, reports: bool) -> None:
    found, stage = probe_in_pty(tmp_path / "found", Replies(focus_mode=mode, version=None))
    stage.close()
    assert (found["reports_focus"], found["focus_trusted"]) == (reports, reports)


def test_a_terminal_that_knows_only_the_last_question_is_not_waited_for(tmp_path: Path) -> None:
    found, stage = probe_in_pty(tmp_path / "found", Replies(focus_mode=None, version=None))
    stage.close()
    assert found["took"] < 0.3
    assert (found["answered"], found["reports_focus"], found["focus_trusted"]) == (True, None, False)


def test_a_mute_terminal_costs_a_second_and_is_left_as_it_was(tmp_path: Path) -> None:
    found, stage = probe_in_pty(tmp_path / "found", MUTE)
    stage.wait_for("READY")
    state = stage.state_now()
    stage.close()
    assert 0.9 < found["took"] < 1.5
    assert (found["answered"], found["reports_focus"], found["focus_trusted"]) == (False, None, False)
    assert state == stage.state_before


def test_late_answers_are_heard_and_nothing_of_them_is_typed(tmp_path: Path) -> None:
    found, stage = probe_in_pty(tmp_path / "found", Replies(version="kitty(0.26.5)", after=0.25))
    try:
        assert (found["name"], found["osc99"], found["focus_trusted"]) == ("kitty", True, True)
        stage.wait_for("READY")
        stage.send(b"x\n")
        stage.wait_for("typed 'x'")
        assert "1004" not in stage.screen()
        assert "64;1" not in stage.screen()
    finally:
        stage.close()


def test_a_terminal_that_has_stopped_reading_does_not_hold_up_the_start(tmp_path: Path) -> None:
    path = tmp_path / "found"
    with PtyStage([*PROGRAM, str(path)], base_env(), replies=MUTE) as stage:
        termios.tcflow(stage._slave, termios.TCOOFF)  # Ctrl+S
        assert found_in(path)["answered"] is False
        termios.tcflow(stage._slave, termios.TCOON)


@pytest.mark.parametrize(
    ("env", "multiplexer", "over_ssh"),
    [
        ({"STY": "1.x"}, "screen", False),
        ({"SSH_CONNECTION": "a b c d"}, "", True),
        ({"ZELLIJ": "0"}, "zellij", False),
    ],
)
def test_what_lies_between_is_seen(
    tmp_path: Path, env: dict[str, str], multiplexer: str, over_ssh: bool
) -> None:
    found, stage = probe_in_pty(tmp_path / "found", Replies(focus_mode=None, version=None), **env)
    stage.close()
    assert (found["multiplexer"], found["over_ssh"]) == (multiplexer, over_ssh)
    assert found["focus_trusted"] is False


def test_a_tmux_at_the_near_end_of_ssh_is_known_by_its_answer(tmp_path: Path) -> None:
    replies = Replies(focus_mode=None, version="tmux 3.3a")
    found, stage = probe_in_pty(tmp_path / "found", replies, SSH_TTY="/dev/pts/9")
    stage.close()
    assert (found["multiplexer"], found["focus_trusted"], found["passthrough"]) == ("tmux", False, None)
    assert found["osc777"] is True


@pytest.mark.parametrize("focus", [True, False])
@pytest.mark.parametrize("passthrough", ["on", "off"])
def test_tmux_is_asked_for_its_options(tmp_path: Path, focus: bool, passthrough: str) -> None:
    need(terminal_part.missing_parts())
    path = tmp_path / "found"
    version = subprocess.run(["tmux", "-V"], capture_output=True, text=True, check=True).stdout.split()[-1]
    with TmuxStage(focus_events=focus, passthrough=passthrough) as stage:
        stage.attach(Replies(version="kitty(0.26.5)"))
        until(lambda: stage.tmux("display", "-p", "#{client_termtype}").startswith("kitty"), 20, "tmux knows")
        stage.run([*PROGRAM, str(path)])
        found = found_in(path)
        stage.wait_for("READY")
        stage.keys("o", "k", "Enter")
        stage.wait_for("typed 'ok'")
    assert (found["multiplexer"], found["version"]) == ("tmux", version)
    assert (found["reports_focus"], found["focus_trusted"], found["asked"]) == (focus, focus, focus)
    assert ("focus-events on" in found["focus_reason"]) is not focus
    assert (found["name"], found["osc99"]) == ("kitty", passthrough == "on")
    assert found["passthrough"] is (passthrough == "on")


def test_a_dumb_terminal_is_refused_with_a_reason(tmp_path: Path) -> None:
    found, stage = probe_in_pty(tmp_path / "found", MUTE, TERM="dumb")
    stage.close()
    assert "TERM=dumb" in found["unsuitable"]


def test_a_terminal_that_is_not_utf_8_will_do(tmp_path: Path) -> None:
    env = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LANG": "C", "LC_ALL": "C"}
    found, stage = probe_in_pty(tmp_path / "found", Replies(), **env)
    stage.close()
    assert found["unsuitable"] is None


def test_without_a_terminal_there_is_no_console() -> None:
    code = "from tui.outputs.terminal_probe import unsuitable; print(unsuitable())"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=base_env(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert "is not a terminal" in said.stdout
