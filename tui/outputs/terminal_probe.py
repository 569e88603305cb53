"""Finds out about the terminal before Textual takes it over; never inside, where answers become key presses.

Three questions: DECRQM 1004 (does it report focus?), XTVERSION (who is it?), and DA1, which every terminal
answers and which so marks the end. A multiplexer is asked by its own command. The terminal is left as it
was found, and no late answer is left behind to be typed into the composer.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tui.outputs.terminal_facts import (
    TERMINALS,
    UNKNOWN,
    TerminalFacts,
    name_from_env,
    name_from_report,
    name_from_term,
)

if sys.platform != "win32":
    import termios

__all__ = ["TerminalFacts", "ask_again", "ask_tmux_focus", "probe", "unsuitable"]

_QUESTIONS = b"\x1b[?1004$p\x1b[>0q\x1b[c"
_FOCUS_ANSWER = re.compile(rb"\x1b\[\?1004;(\d)\$y")
_VERSION_ANSWER = re.compile(rb"\x1bP>\|([^\x1b\x07]*)(?:\x1b\\|\x07)")
_LAST_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")

PATIENCE = 1.0
"""Seconds for which answers are awaited. A terminal that answers takes some thousandths; one that is slow
is given its time, for an answer that came after the screen was taken over would be typed into it."""
PATIENCE_OVER_SSH = 3.0
_TMUX_PATIENCE = 1.0

_TMUX_OFF = 'tmux focus-events is off: put "set -g focus-events on" in ~/.tmux.conf, then attach again'
_SCREEN = "GNU screen never reports focus: a key or a click counts for a while; tmux can report it"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the terminal said."""

    focus_mode: int | None = None
    version: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class _Tmux:
    """What tmux says about itself and the terminal around it; None where it does not say."""

    focus_events: bool | None = None
    passthrough: bool | None = None
    terminal: str = ""
    version: str = ""


def probe(timeout: float | None = None, env: Mapping[str, str] | None = None) -> TerminalFacts:
    """Everything that can be found out within ``timeout`` seconds (see ``PATIENCE``).

    Never raises; what cannot be found out is left unknown.
    """
    env = os.environ if env is None else env
    over_ssh = any(env.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    if timeout is None:
        timeout = PATIENCE_OVER_SSH if over_ssh else PATIENCE
    answers = _ask_terminal(timeout, env)
    name, version = name_from_report(answers.version)
    facts = TerminalFacts(name=name, version=version, over_ssh=over_ssh, answered=answers.complete)
    if env.get("TMUX") or name == "tmux":
        return _inside_tmux(facts, _ask_tmux(env))
    if env.get("STY") or name == "screen" or env.get("TERM", "").startswith("screen"):
        return replace(
            facts, name="", multiplexer="screen", version="", reports_focus=False, focus_reason=_SCREEN
        )
    if env.get("ZELLIJ") or name == "zellij":
        facts = replace(facts, multiplexer="zellij", name="")
    else:
        facts = _with_abilities(replace(facts, name=_table_name(name) or name_from_env(env) or name))
    return _with_focus(facts, answers.focus_mode)


def ask_again(facts: TerminalFacts, env: Mapping[str, str] | None = None) -> TerminalFacts:
    """The facts with what tmux says now; at any time, since the terminal itself is not asked."""
    if facts.multiplexer != "tmux":
        return facts
    told = _ask_tmux(os.environ if env is None else env)
    return facts if told == _Tmux() else _inside_tmux(facts, told)


def _table_name(reported: str) -> str:
    """A reported name as the table has it; empty when the table does not."""
    if reported in TERMINALS:
        return reported
    return next((known for known in TERMINALS if reported.startswith(known)), "")


def _with_abilities(facts: TerminalFacts) -> TerminalFacts:
    can = TERMINALS.get(facts.name, UNKNOWN)
    return replace(
        facts,
        osc9=can.osc9,
        osc777=can.osc777,
        osc99=can.osc99,
        has_title=can.title,
        pushes_focus=can.pushes_focus,
    )


def _with_focus(facts: TerminalFacts, mode: int | None) -> TerminalFacts:
    """Focus as the terminal (or a multiplexer that cannot be asked otherwise) says."""
    known = TERMINALS.get(facts.name, UNKNOWN)
    if mode in (1, 2, 3):
        return replace(
            facts, reports_focus=True, focus_trusted=True, focus_reason="the terminal reports its focus"
        )
    if mode in (0, 4):
        reason = "this terminal cannot report its focus: a key or a click counts for a while"
        return replace(facts, reports_focus=False, pushes_focus=False, focus_reason=reason)
    if known.focus:
        reason = f"{facts.name} reports its focus, but did not say so: the first change proves it"
        if known.pushes_focus:
            reason = f"{facts.name} reports its focus"
        return replace(facts, reports_focus=True, focus_trusted=known.pushes_focus, focus_reason=reason)
    reason = "the terminal does not say whether it reports its focus: the first change proves it"
    return replace(facts, focus_reason=reason)


def _inside_tmux(facts: TerminalFacts, tmux: _Tmux) -> TerminalFacts:
    around = _table_name(tmux.terminal)
    can = TERMINALS.get(around, UNKNOWN)
    if tmux.focus_events is None:
        reason = "tmux could not be asked: check that its option focus-events is on"
    elif tmux.focus_events:
        reason = "tmux reports every change of focus"
    else:
        reason = _TMUX_OFF
    blocked = tmux.passthrough is False
    # A tmux that cannot be asked may surround any terminal: the commonest notice is tried, unseen at worst.
    guess = tmux.passthrough is None
    return replace(
        facts,
        name=around or tmux.terminal,
        version=tmux.version,
        multiplexer="tmux",
        reports_focus=tmux.focus_events,
        focus_trusted=tmux.focus_events is True,
        pushes_focus=tmux.focus_events is True,
        focus_reason=reason,
        passthrough=tmux.passthrough,
        osc9=can.osc9 and not blocked,
        osc777=(can.osc777 or guess) and not blocked,
        osc99=can.osc99 and not blocked,
    )


# The terminal itself


def _ask_terminal(timeout: float, env: Mapping[str, str]) -> _Answers:
    if sys.platform == "win32" or env.get("TERM", "") in ("", "dumb", "linux"):
        return _Answers()
    try:
        with _raw_terminal() as fd:
            return _questions_and_answers(fd, timeout)
    except (OSError, termios.error):
        return _Answers()


if sys.platform != "win32":

    @contextlib.contextmanager
    def _raw_terminal() -> Iterator[int]:
        """The terminal without echo and line mode; restored whatever happens. Raises OSError without one."""
        # A description of our own: made non-blocking, it does not make stdin so.
        try:
            fd = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            fd = os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            before = termios.tcgetattr(fd)
            raw = [*before[:6], list(before[6])]
            raw[3] &= ~(termios.ICANON | termios.ECHO)
            try:
                termios.tcsetattr(fd, termios.TCSANOW, raw)  # never DRAIN: it waits for a stopped terminal
                yield fd
            finally:
                termios.tcflush(fd, termios.TCIFLUSH)
                termios.tcsetattr(fd, termios.TCSANOW, before)
        finally:
            os.close(fd)


def _questions_and_answers(fd: int, timeout: float) -> _Answers:
    """Asks, and reads until the last answer, or for ``timeout`` seconds."""
    _, writable, _ = select.select([], [fd], [], min(timeout, 0.3))
    if not writable:
        return _Answers()  # it has stopped reading
    os.write(fd, _QUESTIONS)
    heard = b""
    end = time.monotonic() + timeout
    while not _LAST_ANSWER.search(heard):
        readable, _, _ = select.select([fd], [], [], max(0.0, end - time.monotonic()))
        if not readable:
            break
        chunk = os.read(fd, 4096)
        if not chunk:
            break
        heard += chunk
    mode = _FOCUS_ANSWER.search(heard)
    version = _VERSION_ANSWER.search(heard)
    return _Answers(
        focus_mode=int(mode.group(1)) if mode else None,
        version=version.group(1).decode("utf-8", "replace") if version else "",
        complete=_LAST_ANSWER.search(heard) is not None,
    )


# tmux

_TMUX_FORMAT = "#{focus-events}|#{allow-passthrough}|#{client_termtype}|#{client_termname}|#{version}"


def _ask_tmux(env: Mapping[str, str]) -> _Tmux:
    """Asks the tmux we run in; a tmux at the near end of an SSH connection cannot be asked."""
    if not env.get("TMUX"):
        return _Tmux()
    pane = ["-t", env["TMUX_PANE"]] if env.get("TMUX_PANE") else []
    try:
        told = subprocess.run(
            ["tmux", "display-message", "-p", *pane, _TMUX_FORMAT],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TMUX_PATIENCE,
            check=True,
            env=dict(env),
        )
    except (OSError, subprocess.SubprocessError):
        return _Tmux()
    fields = told.stdout.decode("utf-8", "replace").strip().split("|")
    if len(fields) != 5:
        return _Tmux()
    focus, passthrough, kind, term, version = fields
    name = name_from_report(kind)[0] if kind else name_from_term(term)
    return _Tmux(
        focus_events=_switch(focus),
        # An old tmux without the option hands everything on; it does not need it.
        passthrough=_switch(passthrough),
        terminal=name,
        version=version,
    )


def _switch(value: str) -> bool | None:
    if value in ("on", "all", "1"):
        return True
    return False if value in ("off", "0") else None


async def ask_tmux_focus() -> bool | None:
    """Whether the tmux we run in reports focus now; None outside tmux and when it does not answer in 1 s."""
    if not os.environ.get("TMUX"):
        return None
    try:
        asking = await asyncio.create_subprocess_exec(
            *("tmux", "show-options", "-gv", "focus-events"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_TMUX_PATIENCE):
            said, _ = await asking.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            asking.kill()
        await asking.wait()
        return None
    return _switch(said.decode("utf-8", "replace").strip())


# Suitability


def unasked(env: Mapping[str, str] | None = None) -> TerminalFacts:
    """A terminal that is asked nothing and told nothing but its bell."""
    env = os.environ if env is None else env
    over_ssh = any(env.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    return TerminalFacts(over_ssh=over_ssh, reports_focus=False, has_title=False)


def unsuitable(env: Mapping[str, str] | None = None) -> str | None:
    """Why a console cannot be drawn here and what helps; None where it can."""
    env = os.environ if env is None else env
    for stream, name in ((sys.__stdin__, "standard input"), (sys.__stderr__, "standard error")):
        if stream is None or stream.closed or not stream.isatty():
            return (
                f"{name} is not a terminal. Start the console in a terminal, without redirecting it, "
                "or with --plain."
            )
    if env.get("TERM") == "dumb":
        return (
            "this terminal cannot draw (TERM=dumb). "
            "Start the console with --plain, or in a terminal with a screen."
        )
    return None
