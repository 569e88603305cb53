"""Nobody waited unheard, no ring began without an end, and at the end of the shift all is still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.shift.journal import Entry
from tests.shift.plan import AGENTS, GROUPS
from tests.shift.problems import Problem
from tests.shift.record import Life, Record, Row

HEARD_WITHIN = 3.0
"""Seconds of a stay from which every console must have come to a decision about it."""

AFTER = 1.5
"""Seconds by which a log line may be later than what it tells of."""

BEGINS, ENDS = ("rings", "sounds once"), "stopped"
AGENT_MADE = ("you are paused", "console focused", "muted", "silenced by you")
"""Silences that an agent has asked for."""


@dataclass(frozen=True)
class Stay:
    """One time in the pending queue."""

    contact: str
    since: float
    until: float
    to: str
    group: str

    def may_take(self, agent: str) -> bool:
        """Whether it is in this agent's queue."""
        return self.to in ("", agent) and (not self.group or self.group in GROUPS[agent])


def stays(id: str, chain: list[Row]) -> Iterator[Stay]:
    """Every time that a contact was pending."""
    begun: Row | None = None
    for change in chain:
        pending = change["status"] == "pending"
        if begun is not None and (not pending or change["pending_since"] != begun["pending_since"]):
            yield Stay(id, begun["at"], change["at"], begun["addressed_to"], begun["addressed_group"])
            begun = None
        if pending and begun is None:
            begun = change
    if begun is not None:
        yield Stay(id, begun["at"], float("inf"), begun["addressed_to"], begun["addressed_group"])


def _decisions(record: Record, agent: str) -> dict[str, list[Entry]]:
    by_contact: dict[str, list[Entry]] = {}
    for line in record.alerts[agent]:
        if (line["event"], line["channel"]) == ("pending contact", "audio") and line["contact"]:
            by_contact.setdefault(line["contact"], []).append(line)
    return by_contact


def everybody_was_heard(record: Record) -> Iterator[Problem]:
    """For each stay a decision at every console in whose queue it was, and a ring at one of them at least
    where no agent had asked for silence."""
    decisions = {agent: _decisions(record, agent) for agent in AGENTS}
    for id, chain in record.changes.items():
        for stay in stays(id, chain):
            told: list[Entry] = []
            there = False
            for life in record.lives:
                if not stay.may_take(life.agent):
                    continue
                lines = [
                    line
                    for line in decisions[life.agent].get(id, ())
                    if max(stay.since, life.born) - AFTER <= line["t"] <= min(stay.until, life.died) + AFTER
                    and line["decision"] in (*BEGINS, "silent")
                ]
                told += lines
                if min(stay.until, life.died) - max(stay.since, life.born) >= HEARD_WITHIN:
                    there = True
                    if not lines:
                        yield Problem(f"{life.agent} never came to a decision about {record.nick(id)}", id)
            rang = any(line["decision"] in BEGINS for line in told)
            wanted = told and all(any(w in line["reason"] for w in AGENT_MADE) for line in told)
            if there and not rang and not wanted:
                yield Problem(f"{record.nick(id)} was pending and it rang for nobody", id)


def every_ring_ends(record: Record) -> Iterator[Problem]:
    """Each ring that began ended with a reason, and not long after its contact had left the queue."""
    for agent in AGENTS:
        lives = [life for life in record.lives if life.agent == agent]
        for id, lines in _decisions(record, agent).items():
            left = [stay for stay in stays(id, record.changes.get(id, [])) if stay.may_take(agent)]
            for life in lives:
                own = [line for line in lines if life.born - AFTER <= line["t"] <= life.died + AFTER]
                yield from _pairs(record, life, id, own, left)


def _pairs(record: Record, life: Life, id: str, lines: list[Entry], left: list[Stay]) -> Iterator[Problem]:
    began: Entry | None = None
    for line in lines:
        if line["decision"] == "rings":
            began = line
        elif line["decision"] == ENDS:
            if not line["reason"]:
                yield Problem(f"{life.agent}: a ring for {record.nick(id)} ended without a reason", id)
            if began is not None and _too_long(began, line, left):
                yield Problem(f"{life.agent}: it rang on after {record.nick(id)} had left the queue", id)
            began = None
    if began is not None and not life.killed:
        yield Problem(f"{life.agent}: the ring for {record.nick(id)} never ended", id)


def _too_long(began: Entry, ended: Entry, left: list[Stay]) -> bool:
    """Whether between the two there is a time, longer than a console needs, in which nobody waited."""
    during = [stay for stay in left if stay.since <= ended["t"] and stay.until >= began["t"] - AFTER]
    return not during or ended["t"] > max(stay.until for stay in during) + HEARD_WITHIN


def all_is_still(record: Record) -> Iterator[Problem]:
    """Every process ended by itself, nothing was open, nothing rang, nothing went wrong on the way."""
    for entry in record.runner:
        if entry["what"] == "problem":
            yield Problem(entry["text"])
        if entry["what"] == "ends" and entry["status"] != 0:
            yield Problem(f"{entry['agent']}'s console ended with status {entry['status']}")
    if not any(entry["what"] == "silent" for entry in record.runner):
        yield Problem("it did not fall silent")
    for life in record.lives:
        for entry in life.entries:
            if entry["what"] == "last" and any(entry[k] for k in ("pending", "chats", "ringing", "passed")):
                yield Problem(f"{life.agent} ended with something open: {entry}")
    if record.intact != "ok":
        yield Problem(f"the database is damaged: {record.intact}")
