"""Signs of life of the consoles that share the file: every SQL sentence about them.

They bear no change number: no watch tells of them, who wants to know asks.
"""

from __future__ import annotations

import sqlite3

from tui.backends.contract import ConsoleBeat
from tui.desk.contact import AgentName

KEPT = 60.0
"""Seconds after which a console that gives no sign of life is struck off."""

_COLUMNS = "id, agent, last_used, beat_at, place, fails, ringing"


def write_beat(db: sqlite3.Connection, console: ConsoleBeat, now: float) -> None:
    """Note it; strike off who has long been silent, and who takes leave."""
    values = (
        *(console.id, console.agent, console.last_used, console.beat_at),
        *(console.where, console.fails, console.ringing),
    )
    db.execute(f"REPLACE INTO consoles ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    # A clock put back must not keep the dead for ever, nor one put forward strike off the living for long.
    db.execute("DELETE FROM consoles WHERE abs(? - beat_at) > ?", (now, KEPT))


def read_consoles(db: sqlite3.Connection) -> tuple[ConsoleBeat, ...]:
    """The last sign of life of each."""
    return tuple(
        ConsoleBeat(id, AgentName(agent), last_used, beat_at, place, bool(fails), bool(ringing))
        for id, agent, last_used, beat_at, place, fails, ringing in db.execute(
            f"SELECT {_COLUMNS} FROM consoles"
        )
    )
