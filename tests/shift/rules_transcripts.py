"""Every transcript whole and in order; what each page and each agent was shown is what stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.shift.journal import Entry
from tests.shift.plan import TYPIST, Leaves
from tests.shift.problems import Problem
from tests.shift.record import Life, Record, Row, is_note, is_spoken
from tests.shift.typist import token
from tui.desk import message_ids
from tui.desk.contact import ContactId, Sender

KEYS_TAKE = 1.5
"""Seconds in which a key that was pressed has done what it does, on a busy machine."""


def transcripts_whole(record: Record) -> Iterator[Problem]:
    """Numbered without gaps, in the order of time, nothing twice, and the record knows how many there are."""
    ids = Counter(m["id"] for messages in record.messages.values() for m in messages)
    for id, contact in record.contacts.items():
        messages, nick = record.messages[id], contact["nick"]
        if [m["seq"] for m in messages] != list(range(1, len(messages) + 1)):
            yield Problem(f"{nick}'s transcript has gaps: {[m['seq'] for m in messages]}", id)
        if contact["last_seq"] != len(messages):
            yield Problem(f"{nick}'s record counts {contact['last_seq']} of {len(messages)} messages", id)
        times = [m["at"] for m in messages]
        if times != sorted(times):
            yield Problem(f"{nick}'s transcript is not in the order of time", id)
        for m in messages:
            if ids[m["id"]] > 1:
                yield Problem(f"{nick}: message {m['id']} is there twice", id)
            if is_spoken(m) and contact["ended_at"] is not None and m["at"] > contact["ended_at"]:
                yield Problem(f"{nick}: words after the end: {m['text']!r}", id)


def nothing_invented(record: Record) -> Iterator[Problem]:
    """Every message was written by the one whose it is, in this contact, in these words."""
    wrote = _written_by_agents(record)
    for id, contact in record.contacts.items():
        own = {f"{id}/{e['mid']}": e["text"] for e in record.journal(id) if e["what"] == "writes"}
        own[f"{id}:first"] = record.messages[id][0]["text"] if record.messages[id] else ""
        for m in record.messages[id]:
            if m["sender"] == Sender.VISITOR:
                right = own.get(m["id"]) == m["text"] and m["author"] == contact["nick"]
            elif m["sender"] == Sender.SYSTEM:
                right = contact["outcome"] == "dissuaded"
            else:
                # Each is taken from the list: a second one like it was written by nobody.
                mid = wrote.pop((id, m["author"], "notes" if is_note(m) else "writes", m["text"]), None)
                right = mid in ("", m["id"])
            if not right:
                yield Problem(f"{contact['nick']}: nobody wrote {m['sender']} {m['text']!r}", id)
        told = sum(m["sender"] == Sender.SYSTEM for m in record.messages[id])
        if told != (contact["outcome"] == "dissuaded"):
            yield Problem(f"{contact['nick']} was told {told} times by the desk", id)


def _written_by_agents(record: Record) -> dict[tuple[str, str, str, str], str]:
    """By contact, agent, kind and text, the message's id; empty for what was typed into the program."""
    return {
        (each["c"], life.agent, each["what"], each["text"]): each.get("mid", "")
        for life in record.lives
        for each in life.entries
        if each["what"] in ("writes", "notes")
    }


def nothing_lost(record: Record) -> Iterator[Problem]:
    """What was acknowledged is there; what was not is there once at most; what its writer was told is lost,
    is not; and all of it in the order in which it was written."""
    for id in record.contacts:
        if record.asked(id):
            yield from _visitors_words(record, id)
    for life in record.lives:
        yield from _agents_words(record, life)


def _visitors_words(record: Record, id: str) -> Iterator[Problem]:
    nick, journal = record.nick(id), record.journal(id)
    stored = {m["id"].removeprefix(f"{id}/"): m for m in record.messages[id]}
    acked = {e["mid"]: e["seq"] for e in journal if e["what"] == "acked"}
    dropped = {e["mid"] for e in journal if e["what"] == "dropped"}
    shown = {e["mid"] for e in journal if e["what"] == "shown"}
    closed = any(e["what"] == "closes" for e in journal)
    order = []
    for entry in (e for e in journal if e["what"] == "writes"):
        mid, found = entry["mid"], stored.get(entry["mid"])
        if mid in acked and (found is None or found["seq"] != acked[mid]):
            yield Problem(f"{nick}: {entry['text']!r} was acknowledged as {acked[mid]} and is not there", id)
        if mid in dropped and found is not None:
            yield Problem(f"{nick}: {entry['text']!r} was refused and is there all the same", id)
        if found is not None and mid not in acked and mid not in shown and not closed:
            yield Problem(f"{nick}: {entry['text']!r} is there and his page never learned of it", id)
        if found is not None:
            order.append(found["seq"])
    if order != sorted(order):
        yield Problem(f"{nick}'s words are not in the order in which he wrote them: {order}", id)


def _agents_words(record: Record, life: Life) -> Iterator[Problem]:
    stored = {m["id"]: m for messages in record.messages.values() for m in messages}
    by_text = {m["text"]: m for m in stored.values()}
    lost = {e["mid"] for e in life.entries if e["what"] == "lost"}
    saw = {e["mid"] for e in life.entries if e["what"] == "saw"}
    order: dict[str, list[int]] = {}
    for entry in (e for e in life.entries if e["what"] in ("writes", "notes")):
        mid, id = entry.get("mid", ""), entry["c"]
        found = stored.get(mid) if mid else by_text.get(entry["text"])
        said = f"{life.agent} in {record.nick(id)}: {entry['text']!r}"
        if mid in lost and found is not None:
            yield Problem(f"{said} counts as lost and is there", id)
        if mid in lost and record.contacts[id]["ended_by"] == Sender.AGENT:
            yield Problem(f"{said} was lost though it was an agent who ended it", id)
        # In its last moments a killed console may not have come to store, or to hear that it has.
        unsure = life.killed and mid not in saw
        if found is None and mid not in lost and not unsure and not _typed_too_late(record, life, entry):
            yield Problem(f"{said} is lost", id)
        if found is not None:
            order.setdefault(id, []).append(found["seq"])
    for id, seqs in order.items():
        if seqs != sorted(seqs):
            yield Problem(f"{life.agent}'s words in {record.nick(id)} changed their order: {seqs}", id)


def _typed_too_late(record: Record, life: Life, entry: Entry) -> bool:
    """Typed into a chat that the visitor has left in this very moment: the console kept it and said so."""
    contact = record.contacts[entry["c"]]
    after_the_end = contact["ended_at"] is not None and entry["t"] > contact["ended_at"] - KEYS_TAKE
    return life.agent == TYPIST and (after_the_end or contact["nick"] in record.not_sent)


def pages_as_stored(record: Record) -> Iterator[Problem]:
    """Each visitor's page was shown the transcript without notes: in order, no gap, nothing twice."""
    for id, contact in record.contacts.items():
        if not record.asked(id):
            continue
        nick, journal = contact["nick"], record.journal(id)
        for_him = [m for m in record.messages[id] if not is_note(m)]
        shown = [e for e in journal if e["what"] == "shown"]
        pairs = [(e["seq"], e["mid"], e["sender"], e["text"]) for e in shown]
        must = [(m["seq"], message_ids.told(ContactId(id), m["id"]), m["sender"], m["text"]) for m in for_him]
        if pairs != must[: len(pairs)]:
            wrong = next((p for p, q in zip(pairs, must, strict=False) if p != q), pairs[-1])
            yield Problem(f"{nick}'s page was shown {wrong}, which is not what stands there", id)
        for entry in journal:
            if entry["what"] == "told_again":
                yield Problem(f"{nick}'s page was told {entry['text']!r} again", id)
        stayed = any(e["what"] == "goodbye" for e in journal) or record.plan.visits[record.number(id)].plain
        spoken = sum(1 for m in for_him if is_spoken(m))
        if stayed and len(pairs) < spoken:
            yield Problem(f"{nick}'s page was shown {len(pairs)} of {spoken} messages", id)
        if not stayed and not _closed(record, id):
            yield Problem(f"{nick}'s page was never told of the end", id)


def _closed(record: Record, id: str) -> bool:
    leaves = record.plan.visits[record.number(id)].leaves
    closes = leaves in (Leaves.CLOSES_CHAT, Leaves.CLOSES_LATE, Leaves.CLOSES_WAITING)
    return closes and any(e["what"] == "closes" for e in record.journal(id))


def agents_saw_all(record: Record) -> Iterator[Problem]:
    """Each agent saw the transcript with the notes, from its beginning, up to where he parted from it."""
    for life in record.lives:
        if life.agent == TYPIST:
            yield from _on_the_screen(record, life)
            continue
        seen: dict[str, list[tuple[object, ...]]] = {}
        for entry in life.entries:
            id, what = entry.get("c", ""), entry["what"]
            if what == "has":
                seen[id] = []
            elif what == "torn":
                yield Problem(f"{life.agent}'s transcript of {record.nick(id)} changed behind its end", id)
            elif what == "saw":
                seen[id].append(tuple(entry[k] for k in ("seq", "mid", "sender", "author", "text")))
            elif what in ("has_no_more", "ends", "transfers", "gives_back", "puts_away"):
                must = [_line(m) for m in record.messages[id]]
                if seen[id] != must[: entry["seen"]]:
                    said = f"{life.agent} saw {len(seen[id])} lines of {record.nick(id)}"
                    yield Problem(f"{said}, not what stands there", id)


def _line(m: Row) -> tuple[object, ...]:
    return m["seq"], m["id"], m["sender"], m["author"], m["text"]


def _on_the_screen(record: Record, life: Life) -> Iterator[Problem]:
    for entry in life.entries:
        if entry["what"] != "screen":
            continue
        id = entry["c"]
        told = [m for m in record.messages[id] if token(m["text"])]
        at_least = sum(1 for m in told if m["seq"] <= entry["last"])
        must = [token(m["text"]) for m in told]
        if len(entry["seen"]) < at_least or entry["seen"] != must[: len(entry["seen"])]:
            yield Problem(
                f"{life.agent}'s screen showed {entry['seen']} of {record.nick(id)}, not {must}", id
            )
