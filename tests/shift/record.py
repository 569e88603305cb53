"""Everything a shift has left behind, read back: the database, the journals, the alert logs."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.shift import plan as plans
from tests.shift.journal import Entry, read
from tests.shift.plan import AGENTS, TYPIST, Plan
from tui.desk.contact import Sender

Row = dict[str, Any]


@dataclass
class Life:
    """One console from its start to its end."""

    agent: str
    number: int
    born: float
    died: float
    killed: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Record:
    """A shift that is over."""

    plan: Plan
    contacts: dict[str, Row]
    messages: dict[str, list[Row]]
    changes: dict[str, list[Row]]
    """Every version of every contact, in order, with when it was written (``at``)."""
    visitors: dict[int, list[Entry]]
    lives: list[Life]
    alerts: dict[str, list[Entry]]
    """By agent, oldest first; ``t`` is the time of the decision."""
    runner: list[Entry]
    not_sent: set[str]
    """The visitors who had gone before the words of the one at the terminal were stored, as he was told."""
    intact: str
    """What SQLite says of the file: "ok"."""

    def nick(self, contact: str) -> str:
        """Whose contact it is."""
        return str(self.contacts[contact]["nick"]) if contact in self.contacts else contact

    def number(self, contact: str) -> int:
        """Which visitor of the plan it is."""
        return int(self.nick(contact)[1:4])

    def journal(self, contact: str) -> list[Entry]:
        """The visitor's own."""
        return self.visitors.get(self.number(contact), [])

    def asked(self, contact: str) -> bool:
        """Whether the visitor knows that this contact of his was stored."""
        return any(each["what"] == "asked" and each["id"] == contact for each in self.journal(contact))

    def of_agents(self, contact: str, *what: str) -> list[tuple[Life, Entry]]:
        """What agents noted of a contact."""
        return [
            (life, each)
            for life in self.lives
            for each in life.entries
            if each.get("c") == contact and (not what or each["what"] in what)
        ]

    def disturbed(self, at: float, before: float = 8.0) -> bool:
        """Whether a console was dead or the database locked around then."""
        marks = [e["t"] for e in self.runner if e["what"] in ("kills", "locks", "unlocked")]
        return any(mark - 1.0 <= at <= mark + before for mark in marks)


def load(folder: Path) -> Record:
    """Read a shift's folder."""
    runner = read(folder / "runner.jsonl")
    visitors: dict[int, list[Entry]] = defaultdict(list)
    for entry in read(folder / "visitors.jsonl"):
        visitors[entry["v"]].append(entry)
    with closing(sqlite3.connect(folder / "data" / "deskbell.db")) as db:
        db.row_factory = sqlite3.Row
        contacts = {row["id"]: dict(row) for row in db.execute("SELECT * FROM contacts")}
        messages: dict[str, list[Row]] = defaultdict(list)
        for row in db.execute("SELECT * FROM messages ORDER BY contact, seq"):
            messages[row["contact"]].append(dict(row))
        changes: dict[str, list[Row]] = defaultdict(list)
        for row in db.execute("SELECT * FROM shift_changes ORDER BY k"):
            changes[row["id"]].append(dict(row))
        intact = str(db.execute("PRAGMA integrity_check").fetchone()[0])
    return Record(
        plan=plans.load(folder / "plan.json"),
        contacts=contacts,
        messages=messages,
        changes=changes,
        visitors=visitors,
        lives=[life for name in AGENTS for life in _lives(folder, name, runner)],
        alerts={name: _alerts(folder, name) for name in AGENTS},
        runner=runner,
        not_sent=set(re.findall(r"Not sent: (\w+) has gone", (folder / "data" / "deskbell.log").read_text())),
        intact=intact,
    )


def _lives(folder: Path, name: str, runner: list[Entry]) -> list[Life]:
    lives = []
    for start in [e for e in runner if e["what"] == "starts" and e["agent"] == name]:
        number = start["life"]
        ends = [
            e
            for e in runner
            if e["what"] in ("kills", "ends") and (e.get("agent"), e.get("life")) == (name, number)
        ]
        if name == TYPIST:
            entries = read(folder / "agents" / f"{name}.jsonl")
        else:
            entries = read(folder / "agents" / name / f"journal-{number}.jsonl")
        ready = next((float(e["t"]) for e in entries if e["what"] == "ready"), float(start["t"]))
        end: Entry = ends[0] if ends else {"t": float("inf"), "what": ""}
        lives.append(Life(name, number, ready, end["t"], end["what"] == "kills", entries))
    return lives


def _alerts(folder: Path, name: str) -> list[Entry]:
    place = folder / "data" if name == TYPIST else folder / "agents" / name
    lines = [
        json.loads(line)
        for file in (place / "alerts.jsonl.1", place / "alerts.jsonl")
        if file.exists()
        for line in file.read_text().splitlines()
    ]
    return [{**line, "t": datetime.fromisoformat(line["time"]).timestamp()} for line in lines]


def is_note(message: Row) -> bool:
    """Whether a message is for agents alone."""
    return bool(message["sender"] == Sender.NOTE)


def is_spoken(message: Row) -> bool:
    """Whether a message is conversation."""
    return message["sender"] in (Sender.VISITOR, Sender.AGENT)
