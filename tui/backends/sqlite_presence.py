"""Signs of life of the consoles that share the file: every SQL sentence about them.

They bear no change number: no watch tells of them, who wants to know asks.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from tui.backends.contract import ConsoleBeat
from tui.desk.contact import AgentName

KEPT = 60.0
"""Seconds after which a console that gives no sign of life is struck off."""

_COLUMNS = (
    "id, agent, last_used, beat_at, place, fails, ringing, "
    "paused, paused_since, pause_reason, chats, max_chats, agent_groups"
)


def write_beat(db: sqlite3.Connection, console: ConsoleBeat, now: float) -> None:
    """Note it; strike off who has long been silent, and who takes leave."""
    values = (
        *(console.id, console.agent, console.last_used, console.beat_at),
        *(console.where, console.fails, console.ringing),
        *(console.paused, console.paused_since, console.pause_reason),
        *(console.chats, console.max_chats, json.dumps(console.groups)),
    )
    places = ", ".join("?" * len(values))
    db.execute(f"REPLACE INTO consoles ({_COLUMNS}) VALUES ({places})", values)
    # A clock put back must not keep the dead for ever, nor one put forward strike off the living for long.
    db.execute("DELETE FROM consoles WHERE abs(? - beat_at) > ?", (now, KEPT))


def read_consoles(db: sqlite3.Connection) -> tuple[ConsoleBeat, ...]:
    """The last sign of life of each."""
    return tuple(_beat(row) for row in db.execute(f"SELECT {_COLUMNS} FROM consoles"))


def _beat(row: tuple[Any, ...]) -> ConsoleBeat:
    id, agent, last_used, beat_at, place, fails, ringing, *rest = row
    paused, paused_since, pause_reason, chats, max_chats, groups = rest
    return ConsoleBeat(
        *(id, AgentName(agent), last_used, beat_at, place, bool(fails), bool(ringing)),
        *(bool(paused), paused_since, pause_reason, chats, max_chats, tuple(json.loads(groups))),
    )
