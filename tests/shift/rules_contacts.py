"""Every contact exactly once, ended with the right outcome, and every step of its way somebody's doing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.shift.plan import AGENTS, DISSUASION, GROUPS, RELOAD_GRACE, TRANSFER_TIME
from tests.shift.problems import Problem
from tests.shift.record import Record, Row, is_spoken

ABANDONED_FROM = 10.0
LEASE = 60.0
"""Seconds for which a door that was killed may have vouched for its pages."""

LATE_BY = 5.0
"""Seconds by which the clock's deeds may come late on a busy machine."""


def every_contact_once(record: Record) -> Iterator[Problem]:
    """Who asked and was told so is there, once."""
    nicks = Counter(contact["nick"] for contact in record.contacts.values())
    for nick, count in nicks.items():
        if count > 1:
            yield Problem(f"{nick} is there {count} times")
    for entries in record.visitors.values():
        for entry in entries:
            if entry["what"] != "asked":
                continue
            contact = record.contacts.get(entry["id"])
            if contact is None or contact["nick"] != entry["nick"]:
                yield Problem(f"{entry['nick']} was told 201 and is not there", entry["id"])
    for visit in record.plan.visits:
        count = sum(e["what"] == "asked" for e in record.visitors.get(visit.number, ()))
        if count != 1:
            yield Problem(f"{visit.nick} was taken in {count} times")


def nobody_invented(record: Record) -> Iterator[Problem]:
    """Who is there has asked, in these words, and does not believe that it failed."""
    asks = {e["nick"]: e for entries in record.visitors.values() for e in entries if e["what"] == "asks"}
    for id, contact in record.contacts.items():
        ask = asks.get(contact["nick"])
        first = record.messages[id][0] if record.messages.get(id) else {}
        if ask is None:
            yield Problem(f"{contact['nick']} never asked", id)
        elif (first.get("text"), first.get("id")) != (ask["text"], f"{id}:first"):
            yield Problem(f"{contact['nick']}'s first words are not what he wrote", id)
        if not record.asked(id) and not _unsure(record, contact["nick"]):
            yield Problem(f"{contact['nick']} is there, but his visitor was told that it failed", id)


def _unsure(record: Record, nick: str) -> bool:
    """Whether the visitor's connection broke before he was answered: then it may have been stored or not."""
    entries = record.visitors.get(int(nick[1:4]), [])
    return any(e["what"] == "ask_failed" and e["nick"] == nick for e in entries)


def every_outcome_right(record: Record) -> Iterator[Problem]:
    """By who ended it and when, as visitors, agents and the clock have it."""
    for id, contact in record.contacts.items():
        if contact["status"] != "ended":
            yield Problem(f"{contact['nick']} has not ended: {contact['status']} {contact['agent']}", id)
            continue
        expected = _outcome(record, id, contact)
        found = (contact["outcome"], contact["ended_by"])
        if found != expected:
            yield Problem(f"{contact['nick']} ended as {found}, must be {expected}", id)
        for entry in record.journal(id) if record.asked(id) else ():
            if entry["what"] == "status" and entry.get("outcome") not in (None, contact["outcome"]):
                yield Problem(f"{contact['nick']}'s page was told {entry['outcome']}", id)


def _outcome(record: Record, id: str, contact: Row) -> tuple[str, str]:
    """What the journals say that it must be."""
    chain = record.changes[id]
    end = next(i for i, change in enumerate(chain) if change["status"] == "ended")
    before, ended_at = chain[end - 1], contact["ended_at"]
    if before["status"] == "assigned":
        seqs = [m["seq"] for m in record.messages[id] if is_spoken(m) and m["at"] <= ended_at]
        spoken = any(first < seq <= last for first, last in _stays(chain[: end + 1]) for seq in seqs)
        outcome = "completed" if spoken else "no_interaction"
        agent_ended = any(
            life.agent == before["agent"] and each["t"] <= ended_at + 0.01
            for life, each in record.of_agents(id, "ends")
        )
        visitor_left = _left(record, id, contact, before)
        if agent_ended and visitor_left:  # both wished it: either may have been first
            return outcome, contact["ended_by"] if contact["ended_by"] in ("agent", "visitor") else "agent"
        return outcome, "agent" if agent_ended else "visitor" if visitor_left else "nobody has ended it"
    if _left(record, id, contact, before) and contact["ended_by"] != "system":
        left_at = ended_at if before["silent_since"] is None else before["silent_since"]
        waited = left_at - before["waiting_since"]
        return "abandoned" if waited >= ABANDONED_FROM else "cancelled", "visitor"
    due = before["dissuade_at"]
    if due is not None and ended_at >= due:
        return "dissuaded", "system"
    return "still pending", "nobody has ended it"


def _stays(chain: list[Row]) -> Iterator[tuple[int, int]]:
    """The stays of a contact with agents: the newest message at the accept and at the parting of each."""
    for begin in range(len(chain)):
        if _begins_to_be_had(chain, begin):
            part = next(i for i in range(begin + 1, len(chain)) if chain[i]["status"] != "assigned")
            yield chain[begin]["last_seq"], chain[part]["last_seq"]


def _begins_to_be_had(chain: list[Row], i: int) -> bool:
    return chain[i]["status"] == "assigned" and (i == 0 or chain[i - 1]["status"] != "assigned")


def _left(record: Record, id: str, contact: Row, before: Row) -> bool:
    """Whether by his own journal the visitor had gone when it ended: said so, or no page was open for at
    least the grace for reloads."""
    ended_at = contact["ended_at"]
    if not record.asked(id):
        return before["gone_at"] is not None and ended_at >= before["gone_at"]
    entries = [e for e in record.journal(id) if e["t"] <= ended_at + 0.01]
    if any(e["what"] == "leaves" for e in entries):
        return True
    streams = [e for e in entries if e["what"] in ("opened", "lost", "breaks", "closes")]
    gone = [e for e in streams if e["what"] in ("lost", "breaks", "closes")]
    silent = not streams or streams[-1]["what"] != "opened"
    since = gone[-1]["t"] if gone else entries[0]["t"]
    return bool(silent and ended_at >= since + RELOAD_GRACE - 0.5)


def times_as_told(record: Record) -> Iterator[Problem]:
    """A contact's own times lie between what its visitor noted before and after."""
    for id, contact in record.contacts.items():
        entries = record.journal(id)
        asks = [e["t"] for e in entries if e["what"] == "asks" and e["nick"] == contact["nick"]]
        told = [e["t"] for e in entries if e["what"] == "asked" and e["id"] == id]
        if not asks or not asks[0] - 0.01 <= contact["created"] <= (told[0] if told else float("inf")) + 0.01:
            yield Problem(f"{contact['nick']} was not created when he asked", id)
        if contact["outcome"] == "dissuaded":
            waited = contact["ended_at"] - contact["pending_since"]
            limit = DISSUASION.get(contact["service"], 120)
            late = LATE_BY + 8.0 * record.disturbed(contact["ended_at"])
            if not limit - 0.01 <= waited <= limit + late:
                yield Problem(f"{contact['nick']} was dissuaded after {waited:.1f} s of {limit} s", id)


def closed_pages_count_as_gone(record: Record) -> Iterator[Problem]:
    """No contact stays open for a page that has been closed."""
    for id, contact in record.contacts.items():
        for entry in record.journal(id) if record.asked(id) else ():
            if entry["what"] != "closes" or contact["ended_at"] is None:
                continue
            late = LATE_BY + LEASE * record.disturbed(entry["t"] + RELOAD_GRACE, LEASE)
            if contact["ended_at"] > entry["t"] + RELOAD_GRACE + late:
                kept = contact["ended_at"] - entry["t"]
                yield Problem(f"{contact['nick']} was kept for {kept:.1f} s after his page was closed", id)


def every_step_has_its_cause(record: Record) -> Iterator[Problem]:
    """Nobody has what he did not take, gets what was not passed to him or loses what he did not part from."""
    for id, chain in record.changes.items():
        if chain[0]["status"] != "pending":
            yield Problem(f"{record.nick(id)} did not begin as pending", id)
        for before, after in pairwise(chain):
            problem = _step(record, id, before, after)
            if problem:
                yield Problem(f"{record.nick(id)}: {problem}", id)


def _step(record: Record, id: str, before: Row, after: Row) -> str:
    if after["version"] != before["version"] + 1:
        return f"version {before['version']} became {after['version']}"
    way = (before["status"], after["status"])
    if before["status"] == "ended" and after["status"] != "ended":
        return "came back after the end"
    if way == ("pending", "assigned"):
        return _accepted(record, id, before, after)
    if way == ("assigned", "pending"):
        return _parted(record, id, before, after)
    if way == ("assigned", "assigned") and before["agent"] != after["agent"]:
        return f"went from {before['agent']} to {after['agent']} without being passed on"
    if way == ("pending", "pending") and before["pending_since"] != after["pending_since"]:
        return _returned(record, id, before, after)
    return ""


def _accepted(record: Record, id: str, before: Row, after: Row) -> str:
    agent = after["agent"]
    if agent not in AGENTS or before["addressed_to"] not in ("", agent):
        return f"{agent} has what is addressed to {before['addressed_to']}"
    if before["addressed_group"] and before["addressed_group"] not in GROUPS[agent]:
        return f"{agent} has what is addressed to the group {before['addressed_group']}"
    wished = any(
        each["any"] or each["c"] == id
        for life in record.lives
        for each in life.entries
        if life.agent == agent and each["what"] == "accepts" and each["t"] <= after["at"] + 0.01
    )
    return "" if wished else f"{agent} has it and never wished for it"


def _parted(record: Record, id: str, before: Row, after: Row) -> str:
    agent = before["agent"]
    deeds = [each for life, each in record.of_agents(id, "transfers", "gives_back") if life.agent == agent]
    deeds = [each for each in deeds if each["t"] <= after["at"] + 0.01]
    if not after["transferred_by"]:
        addressed = after["addressed_to"] or after["addressed_group"]
        given = any(each["what"] == "gives_back" for each in deeds)
        return "" if given and not addressed else f"{agent} lost it and did not give it back"
    same = [
        each
        for each in deeds
        if each["what"] == "transfers"
        and (each["to"], each["group"], each["note"])
        == (after["addressed_to"], after["addressed_group"], after["transfer_note"])
    ]
    right = after["transferred_by"] == agent and after["return_at"] is not None and not after["returned"]
    return "" if same and right else f"{agent} lost it and did not pass it on like this"


def _returned(record: Record, id: str, before: Row, after: Row) -> str:
    """A transfer that nobody took: to the sender while he is there, else to everybody; never to nobody."""
    if after["returned"] == "declined":
        by = before["addressed_to"]
        reasons = [each["reason"] for life, each in record.of_agents(id, "declines") if life.agent == by]
        if after["returned_by"] != by or after["return_reason"] not in reasons:
            return f"came back as declined by {after['returned_by']}, who did not"
    elif after["returned"] == "expired":
        due, at = before["return_at"], after["pending_since"]
        if due is None or at < due or at > due + LATE_BY + 8.0 * record.disturbed(at):
            return f"came back at {at}, was due at {due}"
    else:
        return "began another wait for no reason"
    sender, to = before["transferred_by"], after["addressed_to"]
    if after["addressed_group"] or to not in ("", sender):
        return f"came back to {to or after['addressed_group']}, not to {sender}"
    if to == "" and sender != before["addressed_to"] and _there(record, sender, after["pending_since"]):
        return f"came back to everybody, though {sender} is there"
    if to and after["return_at"] is None:
        return f"may wait for {to} for ever"
    return ""


def _there(record: Record, agent: str, at: float) -> bool:
    """Whether the agent's console had been there for some time, and was not killed or stopped since."""
    return any(
        life.agent == agent and life.born < at - TRANSFER_TIME and life.died > at for life in record.lives
    )


def labels_as_set(record: Record) -> Iterator[Problem]:
    """The labels set last are the contact's."""
    for id, contact in record.contacts.items():
        labels = record.of_agents(id, "labels")
        if not labels:
            expected = {("[]", "", "")}
        else:
            expected = {_labels(each) for _, each in labels[-1:]}
            if any(life.killed for life, _ in labels):
                expected.add(("[]", "", ""))
        found = (contact["tags"], contact["colour"], contact["resolution"])
        if found not in expected:
            yield Problem(f"{contact['nick']}'s labels are {found}, must be {expected}", id)


def _labels(entry: Row) -> tuple[str, str, str]:
    return json.dumps(entry["tags"], ensure_ascii=False), entry["colour"], entry["resolution"]
