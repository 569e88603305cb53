"""Brings the terminal forward when the agent clicked a popup: every way there is, tried at once.

No escape sequence raises a window everywhere, so programs are asked: the multiplexer for its window, the
terminal for its tab, the desktop for the window. What is missing is left out; nothing here raises or takes
longer than a moment, for nothing essential may depend on it. Which contact is shown is not decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tui.outputs.terminal_facts import name_from_env

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that one program is given."""

_AFTER_A_KILL = 0.2

Env = Mapping[str, str]


class Way(NamedTuple):
    """One way of bringing the console before the agent's eyes."""

    name: str
    available: bool
    why: str
    """What it does here; or why it is not to be had, with the cure where there is one."""


def ways(env: Env | None = None) -> tuple[Way, ...]:
    """Every way that could matter on this platform, and whether this terminal has it. Cheap, asks nobody."""
    env = os.environ if env is None else env
    found = [way for way, _ in (*_inside(env), *_around(env))]
    terminal = name_from_env(env)
    if terminal == "kitty":
        found.append(Way("kitty's own notice", True, "a click on it shows this window"))
    if terminal == "konsole":
        found.append(Way("Konsole's own notice", True, "a click on it shows this session"))
    return tuple(found)


async def come_forward(env: Env | None = None) -> None:
    """Try every way that is available. Never raises; takes a few seconds at most."""
    env = os.environ if env is None else env
    # In tmux our own variables are those of the terminal in which it was once started: it goes on from there.
    found = list(_inside(env)) if env.get("TMUX") else [*_inside(env), *_around(env)]
    await asyncio.gather(*(_safely(work, env) for way, work in found if way.available))


Work = Callable[[Env], Awaitable[None]]


def _inside(env: Env) -> Iterator[tuple[Way, Work]]:
    """The multiplexer's windows."""
    if env.get("TMUX"):
        yield _tmux(env), _by_tmux
    if env.get("STY"):
        yield _screen(env), _by_screen


def _around(env: Env) -> Iterator[tuple[Way, Work]]:
    """The terminal and the desktop."""
    if env.get("KITTY_WINDOW_ID"):
        yield _kitty(env), _by_kitty
    if env.get("WEZTERM_PANE"):
        yield _wezterm(env), _by_wezterm
    if sys.platform == "darwin":
        yield _macos(env), _by_open
    elif sys.platform == "win32":
        yield Way("Windows", False, "Windows lets no program take the foreground"), _nothing
    else:
        yield _x11(env), _by_x11


async def _safely(work: Work, env: Env) -> None:
    try:
        await work(env)
    except (OSError, ValueError) as error:
        log.info("not brought forward: %s", error)


async def _ask(env: Env, *argv: str) -> str | None:
    """What a program answers; None when it fails or takes too long."""
    try:
        asking = await asyncio.create_subprocess_exec(
            *argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(env),
        )
    except OSError as error:
        log.info("%s: %s", argv[0], error)
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await asking.communicate()
    except TimeoutError:
        log.info("%s did not answer", argv[0])
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            asking.kill()
            async with asyncio.timeout(_AFTER_A_KILL):
                await asking.wait()
        return None
    return said.decode("utf-8", "replace") if asking.returncode == 0 else None


def _program(env: Env, *names: str) -> str:
    """The first of these that is installed; empty when none is."""
    return next((name for name in names if shutil.which(name, path=env.get("PATH"))), "")


# tmux and screen

_OF_TMUX = ("TMUX", "TMUX_PANE")


def _tmux(env: Env) -> Way:
    if not env.get("TMUX_PANE"):
        return Way("tmux", False, "TMUX_PANE is not set: start Deskbell directly in tmux")
    if not _program(env, "tmux"):
        return Way("tmux", False, "the program tmux is not found here")
    return Way("tmux", True, "selects this window and pane")


async def _by_tmux(env: Env) -> None:
    """Select our pane. Clients that show another session are left alone unless nobody shows ours."""
    pane = env["TMUX_PANE"]
    if await _ask(env, "tmux", "select-window", "-t", pane, ";", "select-pane", "-t", pane) is None:
        return
    ours = (await _ask(env, "tmux", "display-message", "-p", "-t", pane, "#{session_id}") or "").strip()
    listed = await _ask(
        env, "tmux", "list-clients", "-F", "#{client_activity} #{client_pid} #{session_id} #{client_name}"
    )
    clients = [line.split(" ", 3) for line in (listed or "").splitlines()]
    clients = sorted((client for client in clients if len(client) == 4), key=lambda client: int(client[0]))
    showing = [client for client in clients if client[2] == ours]
    if not showing and clients:
        await _ask(env, "tmux", "switch-client", "-c", clients[-1][3], "-t", pane)
        showing = clients[-1:]
    if showing:
        around = _environment_of(showing[-1][1]) or dict(env)
        await come_forward({name: value for name, value in around.items() if name not in _OF_TMUX})


def _environment_of(pid: str) -> dict[str, str] | None:
    """The environment of a tmux client, that is of the terminal around tmux; None where it cannot be read."""
    try:
        raw = Path(f"/proc/{int(pid)}/environ").read_bytes()
    except (OSError, ValueError):
        return None
    pairs = (entry.partition("=") for entry in raw.decode("utf-8", "replace").split("\0") if "=" in entry)
    return {name: value for name, _, value in pairs}


def _screen(env: Env) -> Way:
    if not env.get("WINDOW") or not _program(env, "screen"):
        return Way("GNU screen", False, "WINDOW is not set, or the program screen is not found here")
    return Way("GNU screen", True, "selects this window of the session")


async def _by_screen(env: Env) -> None:
    await _ask(env, "screen", "-S", env["STY"], "-X", "select", env["WINDOW"])


# terminals


def _kitty(env: Env) -> Way:
    if not env.get("KITTY_LISTEN_ON"):
        cure = "put allow_remote_control socket-only and listen_on unix:@kitty in kitty.conf"
        return Way("kitty", False, f"remote control is off: {cure}")
    if not _program(env, "kitten", "kitty"):
        return Way("kitty", False, "the program kitten is not found here")
    return Way("kitty", True, "focuses this window by remote control")


async def _by_kitty(env: Env) -> None:
    program = _program(env, "kitten", "kitty")
    window = f"id:{env['KITTY_WINDOW_ID']}"
    await _ask(env, program, "@", "--to", env["KITTY_LISTEN_ON"], "focus-window", "--match", window)


def _wezterm(env: Env) -> Way:
    if not _program(env, "wezterm"):
        return Way("WezTerm", False, "the program wezterm is not found here")
    return Way("WezTerm", True, "selects this tab and pane; the window itself stays where it is")


async def _by_wezterm(env: Env) -> None:
    await _ask(env, "wezterm", "cli", "activate-pane", "--pane-id", env["WEZTERM_PANE"])


# desktops


def _macos(env: Env) -> Way:
    if not env.get("__CFBundleIdentifier") or env.get("SSH_CONNECTION"):
        return Way("macOS", False, "the terminal's application is not known here")
    return Way("macOS", True, "brings the terminal's application forward")


async def _by_open(env: Env) -> None:
    await _ask(env, "open", "-b", env["__CFBundleIdentifier"])


def _x11(env: Env) -> Way:
    if not env.get("DISPLAY") or not env.get("WINDOWID", "").isdecimal():
        if env.get("WAYLAND_DISPLAY"):
            return Way("window", False, "Wayland lets no program bring another's window forward")
        return Way("X11", False, "no window on an X11 display is known here (WINDOWID)")
    program = _program(env, "wmctrl", "xdotool")
    if not program:
        return Way("X11", False, "install wmctrl or xdotool")
    return Way("X11", True, f"brings this window forward with {program}")


async def _by_x11(env: Env) -> None:
    window = env["WINDOWID"]
    if _program(env, "wmctrl") and await _ask(env, "wmctrl", "-ia", hex(int(window))) is not None:
        return
    if not _program(env, "xdotool"):
        return
    # Without a window manager that knows the request, the window is raised and given the keyboard by hand.
    if await _ask(env, "xdotool", "windowactivate", window) is None:
        await _ask(env, "xdotool", "windowraise", window, "windowfocus", window)


async def _nothing(env: Env) -> None:
    """Not to be had."""
