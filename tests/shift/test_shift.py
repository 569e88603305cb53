"""A short shift on real parts, checked without tolerance; and the checker, shown what it must find."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.parts import processes
from tests.parts.sound import PROGRAMS as SOUND_PROGRAMS
from tests.parts.terminal import missing_parts as missing_terminal_parts
from tests.shift import rules_alerts
from tests.shift.check import check, happened, report
from tests.shift.forms import drawn
from tests.shift.record import Record, Row, is_note, load
from tests.shift.run import run
from tui.desk.contact import Sender

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SEED = int(os.environ.get("DESKBELL_SHIFT_SEED", "7"))

MUST_HAPPEN = (
    *("outcome completed", "outcome dissuaded", "outcome abandoned", "outcome cancelled"),
    *("outcome no_interaction", "accepted", "passed on", "transfer accepted", "given back"),
    *("declined to the sender", "expired to the sender", "expired to everybody", "consoles killed"),
    *("races lost", "notes", "labels", "pauses", "sent again", "connections broken"),
)


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """One shift for all tests here: it takes most of a minute."""
    processes.need(" ".join(filter(None, (processes.missing(SOUND_PROGRAMS), missing_terminal_parts()))))
    folder = tmp_path_factory.mktemp("shift")
    run(drawn("short", SEED), folder)
    return load(folder)


def test_after_a_shift_every_count_outcome_and_transcript_is_right(shift: Record) -> None:
    problems = check(shift)
    assert not problems, report(shift, problems, f"python -m tests.shift --seed {SEED}")


@pytest.mark.parametrize("what", MUST_HAPPEN)
def test_the_shift_is_a_shift(shift: Record, what: str) -> None:
    assert happened(shift)[what], dict(happened(shift))


# the checker


def talk(record: Record) -> str:
    """A contact with a conversation in it that an agent has ended."""
    return max(
        (id for id, c in record.contacts.items() if c["ended_by"] == "agent" and record.asked(id)),
        key=lambda id: len(record.messages[id]),
    )


def drop_a_message(record: Record) -> None:
    del record.messages[talk(record)][3]


def drop_the_last_message(record: Record) -> None:
    id = talk(record)
    del record.messages[id][-1]
    record.contacts[id]["last_seq"] -= 1


def double_a_message(record: Record) -> None:
    messages = record.messages[talk(record)]
    messages.insert(4, dict(messages[3]))


def store_a_message_again(record: Record) -> None:
    id = talk(record)
    last = record.messages[id][-1]
    record.messages[id].append({**last, "seq": last["seq"] + 1, "id": f"{last['id']}-again"})
    record.contacts[id]["last_seq"] += 1


def swap_two_messages(record: Record) -> None:
    messages = record.messages[talk(record)]
    one, other = [i for i, m in enumerate(messages) if m["sender"] == Sender.VISITOR][1:3]
    for key in ("id", "text", "sender", "author"):
        messages[one][key], messages[other][key] = messages[other][key], messages[one][key]


def put_words_into_a_mouth(record: Record) -> None:
    record.messages[talk(record)][2]["text"] = "c999-x-1 never said"


def end_otherwise(record: Record) -> None:
    record.contacts[talk(record)]["outcome"] = "abandoned"


def forget_to_end(record: Record) -> None:
    record.contacts[talk(record)] |= {
        "status": "pending",
        "outcome": None,
        "ended_at": None,
        "ended_by": None,
    }


def lose_a_contact(record: Record) -> None:
    del record.contacts[talk(record)]


def show_a_note_to_a_visitor(record: Record) -> None:
    id, note = next(
        (id, m)
        for id, messages in record.messages.items()
        for m in messages
        if is_note(m) and record.asked(id) and not record.plan.visits[record.number(id)].plain
    )
    entry = {"seq": note["seq"], "mid": note["id"], "sender": "note", "text": note["text"]}
    journal = record.journal(id)
    at = next(
        (i for i, e in enumerate(journal) if e["what"] == "shown" and e["seq"] > note["seq"]), len(journal)
    )
    journal.insert(at, {"t": note["at"], "what": "shown", "v": record.number(id), **entry})


def keep_a_message_from_a_visitor(record: Record) -> None:
    journal = record.journal(talk(record))
    journal.remove(next(e for e in journal if e["what"] == "shown" and e["sender"] == "agent"))


def keep_a_message_from_an_agent(record: Record) -> None:
    entries, saw = next(
        (life.entries, e) for life in record.lives for e in life.entries if e["what"] == "saw"
    )
    entries.remove(saw)


def hide_a_line_on_the_screen(record: Record) -> None:
    screens = [e for life in record.lives for e in life.entries if e["what"] == "screen"]
    del screens[0]["seen"][0]


def take_without_wishing(record: Record) -> None:
    id = talk(record)
    for life in record.lives:
        life.entries[:] = [
            e for e in life.entries if e["what"] != "accepts" or (e.get("c") != id and not e["any"])
        ]


def lose_a_contact_between_two(record: Record) -> None:
    chain = next(chain for chain in record.changes.values() if any(row["returned"] for row in chain))
    back = next(row for row in chain if row["returned"])
    back |= {"addressed_to": "Nobody", "return_at": None}


def change_a_label(record: Record) -> None:
    record.contacts[talk(record)]["colour"] = "purple"


def _waited(record: Record) -> Iterator[rules_alerts.Stay]:
    for id, chain in record.changes.items():
        for stay in rules_alerts.stays(id, chain):
            if stay.until - stay.since > 4.0:
                yield stay


def let_somebody_wait_unheard(record: Record) -> None:
    stay = next(_waited(record))
    for lines in record.alerts.values():
        lines[:] = [line for line in lines if line["contact"] != stay.contact]


def ring_on(record: Record) -> None:
    lines = record.alerts["Paolo"]
    lines.remove([line for line in lines if line["decision"] == "stopped" and line["channel"] == "audio"][-1])


def crash_at_the_end(record: Record) -> None:
    next(e for e in record.runner if e["what"] == "ends")["status"] = -11


def keep_a_closed_page(record: Record) -> None:
    closes = next(
        e
        for id in record.contacts
        for e in record.journal(id)
        if e["what"] == "closes" and record.contacts[id]["ended_by"] == "visitor"
    )
    closes["t"] -= 100.0


SPOILT: dict[Callable[[Record], None], str] = {
    drop_a_message: "has gaps",
    drop_the_last_message: "lost|acknowledged",
    double_a_message: "there twice",
    store_a_message_again: "nobody wrote|order",
    swap_two_messages: "order",
    put_words_into_a_mouth: "nobody wrote",
    end_otherwise: "must be",
    forget_to_end: "has not ended",
    lose_a_contact: "is not there",
    show_a_note_to_a_visitor: "was shown",
    keep_a_message_from_a_visitor: "was shown",
    keep_a_message_from_an_agent: "not what stands there",
    hide_a_line_on_the_screen: "screen showed",
    take_without_wishing: "never wished",
    lose_a_contact_between_two: "came back to Nobody",
    change_a_label: "labels are",
    let_somebody_wait_unheard: "never came to a decision",
    ring_on: "never ended|rang on",
    crash_at_the_end: "status -11",
    keep_a_closed_page: "after his page was closed",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_the_checker_finds(shift: Record, spoil: Callable[[Record], None]) -> None:
    record = copy.deepcopy(shift)
    spoil(record)
    found = [problem.text for problem in check(record)]
    assert any(word in text for text in found for word in SPOILT[spoil].split("|")), found


def test_a_failure_tells_the_seed_the_story_and_how_to_run_it_again(shift: Record) -> None:
    record = copy.deepcopy(shift)
    row: Row = record.contacts[talk(record)]
    drop_a_message(record)
    told = report(record, check(record), "python -m tests.shift --seed 7")
    assert told.startswith(f"seed {record.plan.seed}: ")
    assert f"The story of {row['nick']} ({row['id']}):" in told
    assert "visitor   asks" in told
    assert "database  v1 status=pending" in told
    assert told.endswith("Again: python -m tests.shift --seed 7")


def test_a_plan_is_drawn_from_its_seed_and_read_back_as_it_was(tmp_path: Path) -> None:
    from tests.shift import plan

    drawn_plan = drawn("long", 5)
    assert drawn_plan == drawn("long", 5)
    assert drawn_plan != drawn("long", 6)
    plan.save(drawn_plan, tmp_path / "plan.json")
    assert plan.load(tmp_path / "plan.json") == drawn_plan
