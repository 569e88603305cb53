"""Bytes as a terminal sends them: a held key, and words in one write with the key that accepts."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shift import Visitor, call
from tests.parts.pty_stage import PtyStage
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

F2, CTRL_D, ENTER = b"\x1bOQ", b"\x04", b"\r"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[PtyStage]:
    """A console of its own, ready."""
    config = tmp_path / "config.toml"
    config.write_text('[agent]\nname = "Maria"\n')
    argv = [
        sys.executable,
        "-m",
        "tui",
        "--config",
        str(config),
        "--data",
        str(tmp_path / "d"),
        "--port",
        "0",
    ]
    env = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with PtyStage(argv, env, columns=80, rows=24) as stage:
        stage.wait_for("http://127.0.0.1:", 40)
        yield stage


def visitor(stage: PtyStage, url: str, nick: str) -> Visitor:
    status, answer = call(f"{url}/v1/contacts", "POST", {"nick": nick, "text": f"hello from {nick}"})
    assert status == 201, answer
    stage.wait_for(nick)
    return Visitor(url, answer["id"], answer["token"])


def url_of(stage: PtyStage) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", stage.screen())
    assert found is not None
    return found.group()


def hold(stage: PtyStage, key: bytes) -> None:
    """For two seconds, as keyboards do it: half a second, then thirty a second."""
    stage.send(key)
    time.sleep(0.5)
    for _ in range(45):
        stage.send(key)
        time.sleep(0.033)


def test_f2_held_accepts_one_and_ctrl_d_held_asks(stage: PtyStage) -> None:
    url = url_of(stage)
    visitors = [visitor(stage, url, f"Visitor{number}") for number in range(4)]
    hold(stage, F2)
    until(lambda: visitors[0].status()["status"] == "assigned", 20)
    stage.wait_for("Write to the visitor")
    time.sleep(0.8)  # the composer must have been empty for a moment
    hold(stage, CTRL_D)
    stage.wait_for("Stay (N)")
    assert [one.status()["status"] for one in visitors] == ["assigned", *["pending"] * 3]


def test_words_in_one_write_with_the_accept_and_enter_150_ms_later_are_sent(stage: PtyStage) -> None:
    url = url_of(stage)
    before = visitor(stage, url, "Luca")
    stage.send(F2)
    stage.wait_for("Write to the visitor")
    time.sleep(0.8)  # a press of its own
    wanda = visitor(stage, url, "Wanda")
    stage.send(F2 + b"Hello Wanda")
    time.sleep(0.15)
    stage.send(ENTER)
    until(lambda: [one["text"] for one in wanda.hears()][1:] == ["Hello Wanda"], 20)
    assert len(before.hears()) == 1
    time.sleep(0.8)
    stage.send(F2 + b"Hello Xenia")
    time.sleep(0.15)
    stage.send(ENTER)
    stage.wait_for("Not sent")
    stage.wait_for("Hello Xenia")
    assert len(before.hears()) == 1
    assert len(wanda.hears()) == 2
