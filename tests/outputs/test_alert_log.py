"""The alert log: what was decided and why is on disk, and nothing about the disk disturbs the console."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.parts.waiting import until_async
from tui.alerts.plan import AlertEvent, Channel, Decision, Verdict
from tui.desk.contact import ContactId
from tui.outputs.alert_log import AlertLog
from tui.text import CleanText


def decision(number: int = 1, reason: str = "Anna (Sales) pending, console away") -> Decision:
    return Decision(
        at=1_700_000_000.25 + number,
        contact=ContactId(f"c{number}"),
        nick=CleanText("Anna"),
        event=AlertEvent.PENDING,
        channel=Channel.AUDIO,
        verdict=Verdict.RINGS,
        reason=CleanText(reason),
    )


def test_a_decision_is_one_line_with_time_and_reason(tmp_path: Path) -> None:
    log = AlertLog(tmp_path / "alerts.jsonl")
    log.add(decision(reason="añejo ♪"))
    log.close()
    (line,) = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    entry = json.loads(line)
    when = datetime.fromisoformat(entry.pop("time"))
    assert when.tzinfo is not None
    assert when.timestamp() == 1_700_000_001.25
    assert entry == {
        "contact": "c1",
        "nick": "Anna",
        "event": "pending contact",
        "channel": "audio",
        "decision": "rings",
        "reason": "añejo ♪",
    }


def test_ten_thousand_decisions_are_all_written_in_order(tmp_path: Path) -> None:
    log = AlertLog(tmp_path / "alerts.jsonl")
    for number in range(10_000):
        log.add(decision(number))
    log.close(10)
    lines = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["contact"] for line in lines] == [f"c{n}" for n in range(10_000)]
    assert [d.contact for d in log.recent(2)] == ["c9998", "c9999"]
    assert log.recent(0) == ()


def test_two_consoles_share_one_file_without_mixing_lines(tmp_path: Path) -> None:
    logs = [AlertLog(tmp_path / "alerts.jsonl") for _ in range(2)]
    for number in range(2000):
        logs[number % 2].add(decision(number))
    for log in logs:
        log.close(10)
    lines = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()
    assert sorted(int(json.loads(line)["contact"][1:]) for line in lines) == list(range(2000))


def test_a_file_that_grows_too_large_becomes_the_one_predecessor(tmp_path: Path) -> None:
    log = AlertLog(tmp_path / "alerts.jsonl", largest=5_000)
    for number in range(100):
        log.add(decision(number))
        until_written(log)
    log.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["alerts.jsonl", "alerts.jsonl.1"]
    assert all(p.stat().st_size <= 5_000 for p in tmp_path.iterdir())
    newest = (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()[-1]
    assert json.loads(newest)["contact"] == "c99"


def until_written(log: AlertLog) -> None:
    """Each decision a batch of its own."""
    while not log._waiting.empty():
        time.sleep(0.0005)


async def test_a_full_disk_is_told_once_on_the_loop_and_losses_are_counted(
    tmp_path: Path,
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "alerts.jsonl").symlink_to("/dev/full")
    told: list[tuple[str, str]] = []
    log = AlertLog(
        tmp_path / "alerts.jsonl", lambda reason: told.append((reason, threading.current_thread().name))
    )
    for number in range(5):
        log.add(decision(number))
    await until_async(lambda: log.lost == 5, what="five counted as lost")
    await until_async(lambda: told, what="told")
    log.close()
    ((reason, thread),) = told
    assert "No space left on device" in reason
    assert thread == "MainThread"


async def test_writing_goes_on_when_the_disk_has_room_again(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    told: list[str] = []
    log = AlertLog(folder / "alerts.jsonl", told.append)
    log.add(decision(1))
    await until_async(lambda: log.lost == 1, what="lost")
    folder.mkdir()
    log.add(decision(2))
    log.close()
    assert "c2" in (folder / "alerts.jsonl").read_text("utf-8")
    await until_async(lambda: len(told) == 1, what="told once")


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_only_the_agent_can_read_it(tmp_path: Path) -> None:
    log = AlertLog(tmp_path / "alerts.jsonl")
    log.add(decision())
    log.close()
    assert (tmp_path / "alerts.jsonl").stat().st_mode & 0o777 == 0o600
