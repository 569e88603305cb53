"""Coming forward on a click: the real ways where there are real parts, and honest words about the others."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.desktop import Desktop
from tests.parts.desktop import missing_parts as missing_desktop_parts
from tests.parts.processes import base_env, missing, need, start, stop
from tests.parts.terminal import TmuxStage
from tests.parts.terminal import missing_parts as missing_terminal_parts
from tests.parts.waiting import until
from tui.outputs.come_forward import come_forward, ways

COME = "import asyncio; from tui.outputs.come_forward import come_forward; asyncio.run(come_forward())"
WHEN_TOLD = f"""
import os, sys, time
open(sys.argv[1], "w").write(os.environ.get("WINDOWID", "-"))
while not os.path.exists(sys.argv[2]): time.sleep(0.02)
{COME}
open(sys.argv[3], "w").close()
time.sleep(60)
"""


class Program:
    """A program in a terminal, that comes forward when told."""

    def __init__(self, folder: Path) -> None:
        self._ready, self._go, self._done = folder / "ready", folder / "go", folder / "done"
        self.argv = [sys.executable, "-c", WHEN_TOLD, str(self._ready), str(self._go), str(self._done)]

    def window(self) -> str:
        """Its X11 window, once it runs; "-" when it has none."""
        return until(lambda: self._ready.exists() and self._ready.read_text(), 20, "it runs") or ""

    def comes_forward(self) -> None:
        self._go.touch()
        until(self._done.exists, 20, "it has come forward")


@pytest.fixture
def tmux() -> Iterator[TmuxStage]:
    need(missing_terminal_parts())
    with TmuxStage(columns=80, rows=24) as stage:
        yield stage


def test_in_tmux_the_programs_window_and_pane_become_the_active_ones(tmux: TmuxStage, tmp_path: Path) -> None:
    program = Program(tmp_path)
    tmux.attach()
    tmux.run(program.argv)
    program.window()
    tmux.tmux("split-window", "-t", tmux.ask("pane_id"), "exec cat")
    tmux.other_window()
    assert (tmux.ask("window_active"), tmux.ask("pane_active")) == ("0", "0")
    program.comes_forward()
    assert (tmux.ask("window_active"), tmux.ask("pane_active")) == ("1", "1")


def test_a_tmux_client_in_another_session_is_switched_only_when_nobody_shows_ours(
    tmux: TmuxStage, tmp_path: Path
) -> None:
    program = Program(tmp_path)
    tmux.attach()
    tmux.run(program.argv)
    program.window()
    tmux.tmux("new-session", "-d", "-s", "elsewhere", "exec cat")
    client = tmux.tmux("list-clients", "-F", "#{client_name}").split()[0]
    tmux.tmux("switch-client", "-c", client, "-t", "elsewhere")
    program.comes_forward()
    shown = tmux.tmux("list-clients", "-F", "#{session_name} #{window_name}").strip()
    assert shown == "stage app1"


def test_on_x11_the_window_gets_the_keyboard(tmp_path: Path) -> None:
    need(" ".join(filter(None, (missing_desktop_parts(), missing({"xterm": "xterm", "xdotool": "xdotool"})))))
    program = Program(tmp_path)
    with Desktop(with_daemon=False) as desktop:
        env = base_env() | desktop.env
        terminal = start(["xterm", "-e", *program.argv], env)
        cover = start(["xterm", "-e", "cat"], env)
        try:
            window = program.window()
            assert window.isdecimal()
            until(lambda: _focused(desktop) != window, 20, "it does not have the keyboard")
            program.comes_forward()
            until(lambda: _focused(desktop) == window, 20, f"window {window} has the keyboard")
        finally:
            stop(cover)
            stop(terminal)


def _focused(desktop: Desktop) -> str:
    return desktop._tool("xdotool", "getwindowfocus").stdout.decode().strip()


async def test_programs_that_hang_or_are_missing_delay_a_click_by_seconds_at_most(tmp_path: Path) -> None:
    hang = tmp_path / "tmux"
    hang.write_text("#!/bin/sh\nexec sleep 60\n")
    hang.chmod(0o700)
    began = time.monotonic()
    await come_forward({"TMUX": "x", "TMUX_PANE": "%1", "PATH": f"{tmp_path}:/usr/bin:/bin"})
    await come_forward({"WINDOWID": "12", "DISPLAY": ":99", "PATH": str(tmp_path)})
    assert time.monotonic() - began < 4


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the ways of X11 and Wayland")
@pytest.mark.parametrize(
    ("env", "name", "available", "word"),
    [
        ({"TMUX": "x", "TMUX_PANE": "%1"}, "tmux", True, "selects"),
        ({"TMUX": "x"}, "tmux", False, "TMUX_PANE"),
        ({"DISPLAY": ":0", "WINDOWID": "7"}, "X11", True, "xdotool"),
        ({"DISPLAY": ":0", "WINDOWID": "7", "PATH": "/nowhere"}, "X11", False, "install wmctrl or xdotool"),
        ({"DISPLAY": ":0"}, "X11", False, "WINDOWID"),
        ({"WAYLAND_DISPLAY": "w"}, "window", False, "Wayland"),
        ({"KITTY_WINDOW_ID": "1"}, "kitty", False, "allow_remote_control"),
        ({"TERM": "xterm-kitty"}, "kitty's own notice", True, "click"),
        ({"KONSOLE_VERSION": "2"}, "Konsole's own notice", True, "session"),
        ({"WEZTERM_PANE": "1"}, "WezTerm", False, "not found"),
        ({"STY": "x"}, "GNU screen", False, "WINDOW"),
    ],
)
def test_what_this_terminal_can_do_is_said_with_the_cure(
    env: dict[str, str], name: str, available: bool, word: str
) -> None:
    found = {way.name: way for way in ways(base_env(TERM="xterm") | env)}
    assert found[name].available is available
    assert word in found[name].why


def test_there_is_always_something_to_say() -> None:
    assert ways({})
