"""The checker: every rule over a shift's record, and the story of a contact for whoever looks into it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from tests.shift import rules_alerts, rules_contacts, rules_transcripts
from tests.shift.journal import Entry
from tests.shift.problems import Problem, Rule
from tests.shift.record import Record

RULES: tuple[Rule, ...] = (
    rules_contacts.every_contact_once,
    rules_contacts.nobody_invented,
    rules_contacts.every_outcome_right,
    rules_contacts.times_as_told,
    rules_contacts.closed_pages_count_as_gone,
    rules_contacts.every_step_has_its_cause,
    rules_contacts.labels_as_set,
    rules_transcripts.transcripts_whole,
    rules_transcripts.nothing_invented,
    rules_transcripts.nothing_lost,
    rules_transcripts.pages_as_stored,
    rules_transcripts.agents_saw_all,
    rules_alerts.everybody_was_heard,
    rules_alerts.every_ring_ends,
    rules_alerts.all_is_still,
)

SHOWN_STORIES = 3


def check(record: Record) -> list[Problem]:
    """Everything that is not as it must be."""
    return [problem for rule in RULES for problem in rule(record)]


def happened(record: Record) -> Counter[str]:
    """How often each thing a shift is about has happened in it: a shift in which nothing does proves
    nothing."""
    counts: Counter[str] = Counter()
    counts["contacts"] = len(record.contacts)
    counts["messages"] = sum(len(messages) for messages in record.messages.values())
    for contact in record.contacts.values():
        counts[f"outcome {contact['outcome']}"] += 1
    for chain in record.changes.values():
        for before, after in pairwise(chain):
            counts[_step(before, after)] += 1
    for life in record.lives:
        counts["consoles killed"] += life.killed
        for entry in life.entries:
            if entry["what"] in ("notes", "labels", "pauses", "silences", "lost"):
                counts[entry["what"]] += 1
            if entry["what"] == "told" and "quicker" in entry["text"]:
                counts["races lost"] += 1
    for entries in record.visitors.values():
        sent = Counter(e["mid"] for e in entries if e["what"] == "sends")
        counts["sent again"] += sum(count > 1 for count in sent.values())
        counts["connections broken"] += sum(e["what"] == "breaks" for e in entries)
        counts["refused for a while"] += sum(e["what"] == "refused" for e in entries)
    del counts[""]
    return counts


def _step(before: dict[str, Any], after: dict[str, Any]) -> str:
    way = (before["status"], after["status"])
    if way == ("assigned", "pending"):
        return "passed on" if after["transferred_by"] else "given back"
    if way == ("pending", "assigned"):
        return "transfer accepted" if before["return_at"] and not before["returned"] else "accepted"
    if way == ("pending", "pending") and before["pending_since"] != after["pending_since"]:
        return str(after["returned"]) + (" to the sender" if after["addressed_to"] else " to everybody")
    return ""


def report(record: Record, problems: list[Problem], how_to_run: str) -> str:
    """What to print when a shift failed: the seed, what is wrong, the stories, and how to run it again."""
    lines = [f"seed {record.plan.seed}: {len(problems)} problems"]
    lines += [f"  - {problem.text}" for problem in problems[:40]]
    told = list(dict.fromkeys(problem.contact for problem in problems if problem.contact))
    for contact in told[:SHOWN_STORIES]:
        lines += ["", f"The story of {record.nick(contact)} ({contact}):", *story(record, contact)]
    return "\n".join([*lines, "", f"Again: {how_to_run}"])


def story(record: Record, contact: str) -> list[str]:
    """Everything anybody noted of a contact, by time."""
    told: list[tuple[float, str]] = []
    number = record.number(contact) if contact in record.contacts else -1
    for entry in record.visitors.get(number, ()):
        told.append((entry["t"], f"visitor   {_words(entry)}"))
    for life, entry in record.of_agents(contact):
        told.append((entry["t"], f"{life.agent:<9} {_words(entry)}"))
    for agent, lines in record.alerts.items():
        for line in lines:
            if line["contact"] == contact and line["channel"] == "audio":
                told.append((line["t"], f"{agent:<9} * {line['decision']}: {line['reason']}"))
    shown = (
        "status",
        "agent",
        "addressed_to",
        "addressed_group",
        "returned",
        "outcome",
        "ended_by",
        "last_seq",
    )
    for change in record.changes.get(contact, ()):
        values = " ".join(f"{name}={change[name]}" for name in shown if change[name] not in (None, ""))
        told.append((change["at"], f"database  v{change['version']} {values}"))
    for entry in record.runner:
        if entry["what"] in ("kills", "locks", "unlocked"):
            told.append((entry["t"], f"runner    {_words(entry)}"))
    began = record.runner[0]["t"] if record.runner else 0.0
    return [f"  {at - began:8.3f} {text}" for at, text in sorted(told)]


def _words(entry: Entry) -> str:
    more = " ".join(f"{k}={v!r}" for k, v in entry.items() if k not in ("t", "what", "v", "c"))
    return f"{entry['what']} {more}"
