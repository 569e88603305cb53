"""What is to be examined: handed in by whoever wires the doctor in, so that it looks nowhere by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tui.config.schema import Settings
from tui.outputs.terminal_facts import TerminalFacts

MULTIPLEXERS = ("tmux", "screen", "zellij")


@dataclass(frozen=True, slots=True)
class Key:
    """One command and the keys in force for it."""

    command: str
    """Its id, as in ``[keys]``."""
    title: str
    keys: tuple[str, ...]
    """As they are printed, such as "F1"."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in force, and what in ``[keys]`` could not be heeded."""

    in_use: tuple[Key, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the process was given by the terminal it was started in."""

    env: Mapping[str, str]
    has_terminal: bool
    size: tuple[int, int] | None
    """Columns and rows; None without a terminal."""
    encoding: str
    """In small letters, such as "utf-8"; empty when unknown."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the doctor examines."""

    config: Path
    data: Path
    database: Path
    terminal: TerminalFacts
    around: Surroundings
    keys: Callable[[Settings], Keys] = lambda settings: Keys()
    """The keys in force under those settings: known to the screens, not here."""
    host: str | None = None
    """Where the door should listen, when the command line said so; None: as set."""
    port: int | None = None
    web: bool = True
    """False under ``--no-web``."""
    door_open_at: Callable[[], str] = field(default=lambda: "")
    """The address of the door that the running console has opened; empty for none, or when not known."""


def surroundings() -> Surroundings:
    """Those of this process."""
    streams = [one for one in (sys.__stdout__, sys.__stderr__, sys.__stdin__) if one and not one.closed]
    size = None
    for stream in streams:
        try:
            columns, rows = os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            continue
        size = (columns, rows)
        break
    encoding = (getattr(sys.__stderr__, "encoding", "") or "").lower()
    return Surroundings(dict(os.environ), size is not None, size, encoding)
