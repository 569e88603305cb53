"""A tmux of our own with a program in it: windows to leave and come back to, and a real attached client.

The client is tmux's own, running in a :class:`~tests.parts.pty_stage.PtyStage` that plays the outer
terminal: while one is attached there is a focus, and it can be frozen as a broken connection freezes it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.parts.processes import Process, base_env, die_with_parent, missing, start, stop
from tests.parts.pty_stage import MUTE, PtyStage, Replies, count_bells, modes_on, titles
from tests.parts.waiting import until

__all__ = ["MUTE", "PtyStage", "Replies", "TmuxStage", "missing_parts"]

_CONFIG = """
set -g default-terminal "tmux-256color"
set -g default-command "exec cat"
set -g focus-events {focus}
{passthrough}
set -g status off
set -g escape-time 0
set -g remain-on-exit on
set -g bell-action any
set -g monitor-bell on
set -g visual-bell off
set -g history-limit 5000
set -g update-environment ""
"""

ANEW_AFTER = 0.8
"""Seconds after which the same key is a new press for the console; sooner it is one held key."""
APART = 0.1
"""Seconds between two keys of a person's, at least."""
READ_WITHIN = 0.6
"""Seconds in which a question has been read, and answers."""

OUTER = Replies(version="XTerm(379)")
"""How the terminal around tmux answers tmux's own questions."""


def missing_parts() -> str:
    """The Debian packages this part lacks on this machine, for ``apt-get install``; empty when none."""
    return missing({"tmux": "tmux"})


class TmuxStage:
    """A context manager holding a private tmux server with two windows: the program's and another one."""

    def __init__(
        self,
        *,
        columns: int = 120,
        rows: int = 36,
        focus_events: bool = True,
        passthrough: str = "on",
    ) -> None:
        self.columns, self.rows = columns, rows
        self._folder = Path(tempfile.mkdtemp(prefix="deskbell-tmux-"))
        self._folder.chmod(0o700)
        self._name = f"stage-{uuid.uuid4().hex[:8]}"
        self._config = self._folder / "tmux.conf"
        self._config.write_text(
            _CONFIG.format(
                focus="on" if focus_events else "off",
                passthrough=f"set -g allow-passthrough {passthrough}",
            )
        )
        self._server: Process | None = None
        self._clients: list[PtyStage] = []
        self._runs = 0
        self._raw_file = self._folder / "raw"
        self._app = ""
        self._last_key, self._last_key_at = "", float("-inf")

    def __enter__(self) -> Self:
        try:
            # -D keeps the server in the foreground, so that it dies with the test run
            argv = ["tmux", "-L", self._name, "-f", str(self._config), "-D"]
            self._server = start(argv, self._env())
            until(self._socket_is_there, 20, "tmux listens")
            size = ["-x", str(self.columns), "-y", str(self.rows)]
            self.tmux("new-session", "-d", "-s", "stage", "-n", "other", *size, "exec cat")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends clients, server and everything in it; may be called twice."""
        pids = self._pane_pids()
        for client in self._clients:
            client.close()
        self._clients.clear()
        if self._server is not None:
            self._tmux("kill-server")
        stop(self._server)
        self._server = None
        for pid in pids:
            _kill_group(pid)
        shutil.rmtree(self._folder, ignore_errors=True)

    # tmux itself

    def _env(self) -> dict[str, str]:
        return base_env(TMUX_TMPDIR=str(self._folder), SHELL="/bin/sh")

    def _socket_is_there(self) -> bool:
        return (self._folder / f"tmux-{os.getuid()}" / self._name).exists()

    def _tmux(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["tmux", "-L", self._name, *arguments],
            env=self._env(),
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            preexec_fn=die_with_parent,
        )

    def tmux(self, *arguments: str) -> str:
        """Runs a tmux command on this server and returns what it printed."""
        done = self._tmux(*arguments)
        if done.returncode:
            raise RuntimeError(f"tmux {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def ask(self, variable: str) -> str:
        """A format variable of the program's pane, such as ``window_bell_flag``."""
        return self.tmux("display-message", "-p", "-t", self._app, f"#{{{variable}}}").strip()

    # The program

    def run(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
        """Runs a program in a window of its own, makes that the active one, and returns its process id.

        ``env`` is added to :func:`~tests.parts.processes.base_env`. A program from an earlier call is left
        as it is, in its window; the stage then speaks of the new one.
        """
        self._runs += 1
        gate = self._folder / f"gate-{self._runs}"
        self._raw_file = self._folder / f"raw-{self._runs}"
        self._raw_file.touch()
        # The program waits at the gate until every byte it writes is being kept.
        wait = f"while [ ! -e {shlex.quote(str(gate))} ]; do sleep 0.01; done; exec {shlex.join(argv)}"
        variables = [part for name, value in (env or {}).items() for part in ("-e", f"{name}={value}")]
        where = ["-P", "-F", "#{pane_id}"]
        window = ["new-window", *where, "-t", "stage:", "-n", f"app{self._runs}", *variables]
        self._app = self.tmux(*window, wait).strip()
        self.tmux("pipe-pane", "-t", self._app, f"exec cat >> {shlex.quote(str(self._raw_file))}")
        gate.touch()
        return int(self.ask("pane_pid"))

    def pid(self) -> int:
        """The program's process id."""
        return int(self.ask("pane_pid"))

    def running(self) -> bool:
        """Whether the program is still there."""
        return self.ask("pane_dead") != "1"

    def exit_code(self, deadline: float = 10.0) -> int:
        """The program's exit status, as soon as it has ended; minus the signal's number if one ended it.

        tmux 3.3a now and then never learns of what a pane died, and then this is 0: where the status is
        the question, ask a :class:`~tests.parts.pty_stage.PtyStage`.
        """
        until(lambda: not self.running(), deadline, f"the program has ended\n{self.screen()}")
        status = self.ask("pane_dead_status")
        return int(status) if status else -int(self.ask("pane_dead_signal") or 0)

    def keys(self, *names: str) -> None:
        """Presses keys by tmux's names: "F2", "C-e", "Enter" … (to the program's pane, focused or not).

        A key pressed once more is a press of its own: not so soon that it is one held key."""
        if names and names[0] == self._last_key:
            self.rest()
        self.tmux("send-keys", "-t", self._app, *names)
        self._last_key, self._last_key_at = (names or ("",))[-1], time.monotonic()

    def rest(self) -> None:
        """Wait until the key pressed last is a new press when it is pressed again."""
        time.sleep(max(0.0, self._last_key_at + ANEW_AFTER - time.monotonic()))

    def answers(self, letter: str) -> None:
        """Answers a question on the screen, as who has read it: no letter answers in its first moment."""
        time.sleep(READ_WITHIN)
        self.keys(letter)

    def text(self, text: str) -> None:
        """Types text as it is; not so soon behind Enter that the two came at once, as in a paste."""
        if self._last_key == "Enter":
            time.sleep(max(0.0, self._last_key_at + APART - time.monotonic()))
        self._last_key = ""
        self.tmux("send-keys", "-t", self._app, "-l", "--", text)

    # What it shows

    def screen(self, styled: bool = False) -> str:
        """What the program's pane shows; with ``styled`` the colours too, and the spaces at the ends."""
        return self.tmux("capture-pane", "-p", "-t", self._app, *(["-e", "-N"] if styled else []))

    def wait_for(self, text: str, deadline: float = 10.0) -> str:
        """The screen, as soon as it shows the text."""

        def shown() -> str:
            screen = self.screen()
            return screen if text in screen else ""

        try:
            return until(shown, deadline, f"{text!r} on the screen", every=0.03)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.screen()}") from None

    def raw_output(self) -> bytes:
        """Every byte the program wrote to its terminal, whether shown or not.

        tmux hands them over a little after it shows them: this waits for 50 ms of quiet, or half a second.
        """
        end = time.monotonic() + 0.5
        size, since = -1, time.monotonic()
        while time.monotonic() < end and time.monotonic() - since < 0.05:
            if (now := self._raw_file.stat().st_size) != size:
                size, since = now, time.monotonic()
            time.sleep(0.005)
        return self._raw_file.read_bytes()

    def bells(self) -> int:
        """How many bells the program rang."""
        return count_bells(self.raw_output())

    def bell_flag(self) -> bool:
        """Whether tmux marks the program's window because a bell rang while it was not looked at."""
        return self.ask("window_bell_flag") == "1"

    def titles(self) -> list[str]:
        """Every title the program set, oldest first."""
        return titles(self.raw_output())

    def modes_on(self) -> set[int]:
        """The private modes the program has set and not reset."""
        return modes_on(self.raw_output())

    # Focus

    def attach(self, replies: Replies = OUTER) -> PtyStage:
        """Attaches a real client in a terminal that we play; it stays until :meth:`detach` or the end.

        Its ``focus()`` is the outer window's, its ``stop_reading()`` a connection that froze.
        """
        known = len(self._client_names())
        client = PtyStage(
            ["tmux", "-L", self._name, "attach-session", "-t", "stage"],
            self._env(),
            columns=self.columns,
            rows=self.rows,
            replies=replies,
        )
        client.__enter__()
        self._clients.append(client)
        until(lambda: len(self._client_names()) > known, 20, "the client is attached")
        return client

    def detach(self, client: PtyStage) -> None:
        """The client's terminal goes away."""
        known = len(self._client_names())
        client.close()
        self._clients.remove(client)
        until(lambda: len(self._client_names()) < known, 20, "the client is gone")

    def _client_names(self) -> list[str]:
        return self.tmux("list-clients", "-F", "#{client_name}").split()

    def other_window(self) -> None:
        """The agent goes to another window: the program is no longer seen."""
        self.tmux("select-window", "-t", "stage:other")

    def back(self) -> None:
        """The agent comes back to the program's window."""
        self.tmux("select-window", "-t", self._app)

    def _pane_pids(self) -> list[int]:
        if self._server is None:
            return []
        listed = self._tmux("list-panes", "-a", "-F", "#{pane_pid} #{pane_dead}").stdout.splitlines()
        return [int(line.split()[0]) for line in listed if line.endswith(" 0")]


def _kill_group(pid: int) -> None:
    """Kills what a pane ran, and its children, if the hang-up has not ended it."""
    try:
        os.killpg(pid, 9)
    except (ProcessLookupError, PermissionError):
        return
