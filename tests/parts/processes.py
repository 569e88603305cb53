"""Starting and surely ending the processes that a test part consists of.

Linux only, like the parts themselves: every child is told by the kernel to die with the test run, so that
even a killed run leaves nothing behind. (The kernel means the *thread* that started it: start parts from
the main thread.)
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO

import pytest

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None

Process = subprocess.Popen[bytes]

_KEPT = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "COVERAGE_PROCESS_START")


def base_env(**extra: str) -> dict[str, str]:
    """A small environment for a program under test: nothing of the machine's desktop, terminal or locale.

    No DISPLAY, D-Bus, TMUX, SSH or sound variables leak in; what a part provides is added by the caller.
    """
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {"LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return env | extra


def die_with_parent() -> None:
    """To be run in the child before exec: the kernel kills it when the test run dies."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start(
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    before_exec: Callable[[], None] | None = None,
    cwd: str | None = None,
) -> Process:
    """A child in its own session that dies with the test run."""

    def prepare() -> None:
        die_with_parent()
        if before_exec is not None:
            before_exec()

    return subprocess.Popen(
        list(argv),
        env=dict(env),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        preexec_fn=prepare,
        cwd=cwd,
    )


def stop(process: Process | None, patience: float = 2.0) -> None:
    """Ends a child (also a frozen one): thaws it, asks it, then kills its whole group."""
    if process is None:
        return
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def missing(programs: Mapping[str, str]) -> str:
    """Names the Debian packages of those programs (program -> package) that are not installed; or empty."""
    packages = sorted({package for program, package in programs.items() if shutil.which(program) is None})
    return " ".join(packages)


def need(packages: str) -> None:
    """Skips the test when system parts are missing, and says which; where CI is set it fails instead."""
    if not packages:
        return
    message = f"system parts are missing: apt-get install -y --no-install-recommends {packages}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
