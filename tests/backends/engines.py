"""The engines that the conformance suite runs on: one entry here, and an engine is held to the contract.

Read by the worker processes too, which know an engine by its name and a desk by its address.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.parts.memory_backend import MemoryBackend, MemoryDesk
from tui.backends.contract import Backend
from tui.backends.sqlite import SqliteBackend

Clock = Callable[[], float]

_DESKS: defaultdict[str, MemoryDesk] = defaultdict(MemoryDesk)


@dataclass(frozen=True)
class Engine:
    """How a test gets a backend."""

    name: str
    address: Callable[[Path], str]
    """Names a fresh desk, given a folder of the test's own."""
    connect: Callable[[str, Clock], Backend]
    """A backend, not yet open, on the desk of this address."""
    across_processes: bool = True
    """Whether other processes reach the desk by its address."""


def _file(folder: Path) -> str:
    return str(folder / "desk" / "deskbell.db")


ENGINES = {
    engine.name: engine
    for engine in (
        Engine("sqlite", _file, lambda address, clock: SqliteBackend(Path(address), clock=clock)),
        Engine(
            "sqlite-behind",  # its watches fall behind at once: nearly all they tell is fresh snapshots
            _file,
            lambda address, clock: SqliteBackend(Path(address), clock=clock, backlog=2),
        ),
        Engine(
            "memory",
            str,
            lambda address, clock: MemoryBackend(_DESKS[address], clock=clock),
            across_processes=False,
        ),
    )
}

SHARED = [engine.name for engine in ENGINES.values() if engine.across_processes and "-" not in engine.name]


def connect(engine: str, address: str, clock: Clock = time.time) -> Backend:
    """A backend of the named engine."""
    return ENGINES[engine].connect(address, clock)
