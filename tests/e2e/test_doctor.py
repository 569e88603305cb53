"""``deskbell doctor`` as the agent runs it: beside a console, for scripts, and when everything hangs."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shift import Shift, now
from tests.parts.processes import base_env, need
from tests.parts.terminal import Replies, missing_parts

pytestmark = pytest.mark.e2e


def argv(shift: Shift, *more: str) -> list[str]:
    where = ["--config", str(shift.config), "--data", str(shift.data)]
    return [sys.executable, "-m", "tui", "doctor", *where, *more]


def for_scripts(shift: Shift) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Exit status, the whole object, and the states by name."""
    done = subprocess.run(
        argv(shift, "--json"),
        env=base_env() | shift.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, told, {one["id"]: one["state"] for one in told["findings"]}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def test_beside_a_running_console_all_is_well_until_everything_hangs(tmp_path: Path) -> None:
    port = free_port()
    with Shift(tmp_path) as shift:
        shift.config.write_text(shift.config.read_text() + f"port = {port}\n")
        shift.start(port=port)
        shift.look_away()
        asked = now()
        status, told, states = for_scripts(shift)
        assert status == 0, told
        assert told["ok"] is True
        assert set(states.values()) <= {"ok", "unknown"}, states
        assert (states["sound.device"], states["popups.test"], states["door.port"]) == ("ok", "ok", "ok")
        assert "a console of this desk keeps it" in told["findings"][-2]["says"]
        started = shift.rings(asked)
        assert shift.heard.level(700.0, started, started + 0.5) > 0.2
        shift.desktop.wait_for_popup("a test")
        anna = now()
        shift.visitor("Anna")
        shift.rings(anna)
        shift.stage.wait_for("1 waiting")

        shift.sound.freeze()
        shift.desktop.freeze_daemon()
        began = time.monotonic()
        status, told, states = for_scripts(shift)
        assert time.monotonic() - began < 15
        assert status == 1
        assert (states["sound.device"], states["popups.service"]) == ("fault", "fault")
        assert (states["data.database"], states["door.port"]) == ("ok", "ok")
        shift.desktop.thaw_daemon()
        shift.sound.thaw()


def test_in_the_terminal_it_asks_and_tells_the_line_to_add_within_80_columns(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(80, 24), outer=Replies(version="foot(1.16.2)")) as shift:
        shift.stage.tmux("set", "-g", "focus-events", "off")
        shift.stage.tmux("set", "-g", "allow-passthrough", "off")
        shift.stage.run(["sh", "-c", f"{shlex.join(argv(shift))}; echo status $?; exec cat"], shift.env)
        shift.stage.wait_for("Did you hear the tone? [y/n]", 20)
        shift.stage.text("n")
        shift.stage.keys("Enter")
        shift.stage.wait_for("status 1", 5)
        lines = shift.stage.tmux("capture-pane", "-p", "-S", "-100", "-t", shift.stage._app).splitlines()
        stripped = [line.strip() for line in lines]
        assert "set -g focus-events on" in stripped
        assert "set -g allow-passthrough all" in stripped
        assert "But you did not hear it." in " ".join(stripped)
        assert any(line.startswith("  fault    device") for line in lines)


def test_as_a_screen_it_follows_what_the_agent_mends(tmp_path: Path) -> None:
    need(missing_parts())
    with Shift(tmp_path, size=(80, 24), desktop=False) as shift:
        shift.stage.tmux("set", "-g", "focus-events", "off")
        shift.start()
        shift.stage.keys("F12")
        shift.stage.wait_for("Checking …")
        screen = shift.stage.wait_for("R examines again", 20)
        assert "1 fault" in screen
        assert "✗ fault" in screen
        shift.stage.keys("NPage")
        shift.stage.wait_for("set -g focus-events on")
        shift.stage.tmux("set", "-g", "focus-events", "on")
        shift.stage.keys("r")
        shift.stage.wait_for("checking: a tone may sound")
        shift.stage.wait_for("R examines again", 20)
        shift.stage.keys("Home")
        shift.stage.wait_for("SOUND")
        shift.stage.keys("NPage")
        shift.stage.wait_for("tmux reports every change of focus")
        shift.stage.keys("Escape")
        shift.stage.wait_for("Nobody is waiting.")


def test_a_missing_terminal_and_a_plain_pipe_are_no_reason_to_fail(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[audio]\nenabled = false\n")
    done = subprocess.run(
        [sys.executable, "-m", "tui", "doctor", "--config", str(config), "--data", str(tmp_path / "data")],
        env=base_env(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    report = done.stdout.decode("ascii")
    assert done.stderr == b""
    assert "off      device          Audio is off in the settings." in report
    assert all(len(line) <= 80 for line in report.splitlines())
    assert "\x1b" not in report
    assert (done.returncode == 0) is (" fault" not in report)
    assert not (tmp_path / "data").exists()
