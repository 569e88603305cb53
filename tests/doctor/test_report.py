"""The report: aligned, within its width, plain without a colour, complete for scripts."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.doctor.subjects import subject
from tui.config.schema import Settings
from tui.doctor import examine as examination
from tui.doctor.examine import examine, tone_was_played, with_answer
from tui.doctor.report import as_json, as_text, exit_status
from tui.doctor.subject import Keys, Subject
from tui.link.findings import Area, Finding, Findings, State, finding

LONG = "It is not there, and that means a good deal more than would fit on one line of eighty columns. " * 3


def told(*states: State) -> Findings:
    return Findings(
        tuple(finding(Area.SOUND, f"sound.{n}", state, "device", LONG) for n, state in enumerate(states)),
        0.0,
        1.0,
    )


@pytest.mark.parametrize(
    ("states", "status", "summary"),
    [
        ((), 0, "All that is switched on works."),
        ((State.OK, State.OFF, State.UNKNOWN), 0, "All that is switched on works."),
        ((State.OK, State.WARNING), 0, "All that is switched on works, with 1 warning."),
        ((State.FAULT, State.WARNING, State.WARNING), 1, "1 fault and 2 warnings."),
        ((State.FAULT, State.FAULT), 1, "2 faults."),
    ],
)
def test_the_exit_status_is_zero_unless_something_is_at_fault(
    states: tuple[State, ...], status: int, summary: str
) -> None:
    found = told(*states)
    assert (exit_status(found), found.summary) == (status, summary)


@pytest.mark.parametrize("width", [80, 100, 40])
def test_the_text_is_aligned_and_keeps_within_its_width(width: int) -> None:
    found = Findings(
        (
            finding(
                Area.POPUPS, "popups.a", State.UNKNOWN, "test popup", LONG, LONG, "set -g focus-events on"
            ),
            finding(Area.SOUND, "sound.a", State.OK, "device", LONG),
        ),
        time.time(),
        1.0,
    )
    lines = as_text(found, "1.2.3", width=width).splitlines()
    assert all(len(line) <= max(width, 60) for line in lines)
    assert lines[0].startswith("deskbell 1.2.3 doctor")
    assert lines.index("SOUND") < lines.index("POPUPS"), "the order is fixed"
    texts = [line for line in lines[1:] if line.startswith("  ")]
    assert {line[:27].strip() for line in texts} == {"ok       device", "unknown  test popup", ""}
    assert any(line.strip() == "set -g focus-events on" for line in lines), "a line to copy is not broken"
    assert "\x1b" not in "".join(lines)


def test_colours_are_only_added_to_words() -> None:
    found = told(State.OK, State.WARNING, State.FAULT, State.OFF, State.UNKNOWN)
    painted = as_text(found, "1", colour=True)
    assert painted.count("\x1b[") == 2 * (1 + 5 + 1)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == as_text(found, "1")


def test_without_utf_8_our_own_signs_are_ascii() -> None:
    found = Findings((finding(Area.SOUND, "sound.a", State.FAULT, "device", "gone", "plug it in"),), 0.0, 1.0)
    assert as_text(found, "1", plain=True).isascii()


def test_what_systems_call_themselves_cannot_steer_the_terminal() -> None:
    evil = "\x1b]52;c;aGVsbG8=\x07\u202edunst\n\x9b31m"
    one = finding(Area.POPUPS, "popups.service", State.OK, evil, evil, evil, evil, {"name": evil})
    found = Findings((one,), 0.0, 1.0)
    told_ = json.loads(as_json(found, "1"))["findings"][0]
    for shown in (as_text(found, "1"), *told_.values(), *told_["facts"].values()):
        assert not set("\x1b\x07\u202e\x9b") & set(str(shown))


def test_the_json_is_one_object_with_everything_in_it() -> None:
    one = finding(
        Area.FOCUS, "focus.reports", State.WARNING, "focus reports", "says", "cure", "line", {"mode": 1004}
    )
    told_ = json.loads(as_json(Findings((one,), 1.0, 2.0), "1.2.3"))
    assert told_ == {
        "deskbell": "1.2.3",
        "ok": True,
        "summary": "All that is switched on works, with 1 warning.",
        "at": 1.0,
        "took": 2.0,
        "findings": [
            {
                "id": "focus.reports",
                "area": "focus",
                "state": "warning",
                "title": "focus reports",
                "says": "says",
                "do": "cure",
                "line": "line",
                "facts": {"mode": "1004"},
            }
        ],
    }


# the examination as a whole


async def good(subject: Subject, settings: Settings) -> list[Finding]:
    return [finding(Area.SOUND, "sound.device", State.OK, "device", "fine")]


async def breaks(subject: Subject, settings: Settings) -> list[Finding]:
    raise ZeroDivisionError("in the middle")


async def hangs(subject: Subject, settings: Settings) -> list[Finding]:
    time.sleep(4)
    return []


def test_a_check_that_breaks_or_hangs_is_a_finding_and_the_others_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = ((Area.SOUND, good), (Area.POPUPS, breaks), (Area.DATA, hangs))
    monkeypatch.setattr(examination, "CHECKS", checks)
    monkeypatch.setattr(examination, "ALL_WITHIN", 1.0)
    began = time.monotonic()
    found = examine(subject(tmp_path))
    assert time.monotonic() - began < 3.5
    by_id = {one.id: one for one in found.all}
    assert by_id["sound.device"].state is State.OK
    assert by_id["popups.check"].state is State.UNKNOWN
    assert "ZeroDivisionError: in the middle" in by_id["popups.check"].says
    assert by_id["data.check"].state is State.UNKNOWN
    assert found.ok


def test_keys_that_cannot_be_worked_out_do_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(settings: Settings) -> Keys:
        raise RuntimeError("no keys")

    from dataclasses import replace

    monkeypatch.setattr(examination, "CHECKS", ((Area.SOUND, good),))
    found = examine(replace(subject(tmp_path), keys=keys))
    assert [one.id for one in found.all] == ["sound.device", "settings.check"]


def test_the_question_is_asked_only_when_something_sounded() -> None:
    played = Findings((finding(Area.SOUND, "sound.device", State.OK, "device", "fine"),), 0.0, 1.0)
    silent = Findings((finding(Area.SOUND, "sound.device", State.OFF, "device", "off"),), 0.0, 1.0)
    assert tone_was_played(played)
    assert not tone_was_played(silent)
    assert exit_status(with_answer(played, heard=False)) == 1
    assert exit_status(with_answer(played, heard=True)) == 0
