"""The file in the data folder that remembers by which name each agent's settings were last used there.

An agent is told from others by the settings file itself: its path made absolute, links followed. A path as it
was typed says nothing, for two agents may type the same one in folders of their own.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.config.replace import replace_file
from tui.desk.contact import AgentName

log = logging.getLogger(__name__)

FILE = "agents.json"
"""In the data folder: by settings file, the name last used."""

_LOCK = "agents.lock"
_LOCK_TRIES = 100
_LOCK_PAUSE = 0.01
"""Seconds between two tries to be alone with the file; all of them together may hold up a start."""


def identity(config: Path) -> str:
    """What tells the agent of these settings from others, whether or not the file exists."""
    try:
        return str(config.resolve())
    except (OSError, RuntimeError):  # links that lead round in a circle; RuntimeError before Python 3.13
        return str(config.absolute())


def name_used(data: Path, config: Path) -> AgentName | None:
    """The name last used with these settings on this desk; None when they are new to it."""
    me = identity(config)
    names = _read(data)
    if me in names:
        return AgentName(names[me])
    same = {name for path, name in names.items() if _is_same(path, me)}
    # What two paths that were kept for one file say against each other is nobody's word.
    return AgentName(same.pop()) if len(same) == 1 else None


def keep_name(data: Path, config: Path, name: AgentName) -> None:
    """Keep the name; a disk that refuses costs no more than this convenience.

    Others may start at the same moment: none of them is forgotten.
    """
    me = identity(config)
    try:
        with _alone(data):
            before = _read(data)
            names = {path: kept for path, kept in before.items() if os.path.isabs(path)}
            names = {path: kept for path, kept in names.items() if path == me or not _is_same(path, me)}
            names[me] = name
            if names != before:
                replace_file(data / FILE, json.dumps(names, indent=1), lambda: True)
    except OSError as error:
        log.warning("%s is not kept: %s", FILE, error)


def _read(data: Path) -> dict[str, str]:
    try:
        names = json.loads((data / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(names, dict):
        return {}
    return {path: name for path, name in names.items() if isinstance(name, str)}


def _is_same(path: str, me: str) -> bool:
    """Whether a path that was kept is the settings file ``me``.

    Earlier versions kept paths as they were typed. A relative one could be anybody's. An absolute one may
    lead over links; where the disk takes upper and lower case for the same, it may also differ in these.
    """
    if not os.path.isabs(path):
        return False
    other = identity(Path(path))
    if other == me:
        return True
    with suppress(OSError):
        return other.casefold() == me.casefold() and os.path.samefile(other, me)
    return False


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile; after a moment of waiting, or where disks know no locks,
    it goes on all the same."""
    with open(data / _LOCK, "ab") as lock:
        for _ in range(_LOCK_TRIES):
            try:
                _lock(lock.fileno())
                break
            except OSError:
                time.sleep(_LOCK_PAUSE)
        yield  # closing the file gives the lock back


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
