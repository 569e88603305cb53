"""Passing a contact on between real consoles: it rings where it is to be taken, and nobody is ever lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shift import RING_PITCH, TONE_SECONDS, Shift, Visitor, now
from tests.parts.processes import base_env
from tests.parts.sound import write_tone
from tests.parts.terminal import TmuxStage
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

LUCAS_PITCH = 1100.0
TRANSFER_TIME = 5
BACK_WITHIN = TRANSFER_TIME + 4.0
LOUD, STILL = 0.2, 0.03
TIMES = f"\n[chats]\ntransfer_time = {TRANSFER_TIME}\n"
INVOICE = "my invoice is wrong"


@dataclass
class Desk:
    """Maria and Luca, each away from his console, each with a ring tone of his own; Maria has Anna."""

    shift: Shift
    folder: Path
    stack: ExitStack
    pids: dict[str, int] = field(default_factory=dict)

    def open(self) -> None:
        shift = self.shift
        self.pids["Maria"] = shift.start()
        self.maria = shift.stage
        self.luca = self.console("Luca", LUCAS_PITCH)
        self.anna: Visitor = shift.visitor("Anna", INVOICE)
        self.maria.wait_for("1 waiting")
        self.maria.keys("F2")
        self.maria.wait_for("1 Anna")
        shift.falls_silent(now())

    def console(self, agent: str, pitch: float) -> TmuxStage:
        """One more console, whose agent looks elsewhere."""
        stage = self.stack.enter_context(TmuxStage(columns=120, rows=30))
        stage.attach()
        tone = write_tone(self.folder / f"{agent}.wav", pitch, TONE_SECONDS)
        config = self.shift.write_config(f"{agent}.toml", agent)
        config.write_text(config.read_text().replace(str(self.shift.ring), str(tone)))
        self.pids[agent] = self.shift.start(stage=stage, config=config, port=self.shift.port)
        stage.other_window()
        stage.wait_for("focus away")
        return stage

    def pass_on(self, note: str) -> float:
        """Maria passes Anna on to Luca; when."""
        self.shift.look()
        self.maria.keys("M-t")
        self.maria.wait_for("ready, 0 chats")
        self.maria.text("luc")
        self.maria.keys("Enter")
        self.maria.text(note)
        at = now()
        self.maria.keys("Enter")
        self.luca.wait_for("from Maria")
        self.shift.look_away()
        return at

    def lucas_keys(self, *keys: str) -> None:
        """Luca comes to his console and presses keys."""
        self.luca.back()
        self.luca.wait_for("focus focused")
        self.luca.keys(*keys)

    def luca_looks_away(self) -> None:
        """He goes again."""
        self.luca.other_window()
        self.luca.wait_for("focus away")

    def sounds(self, since: float) -> tuple[bool, ...]:
        """Whether Maria's tone, and whether Luca's, is heard in the half second after that; nothing when one
        of them has just begun or ended."""
        until(lambda: self.shift.heard.recorded_until > since + 0.6, 20)
        levels = [self.shift.heard.level(pitch, since, since + 0.5) for pitch in (RING_PITCH, LUCAS_PITCH)]
        clear = all(level > LOUD or level < STILL for level in levels)
        return tuple(level > LOUD for level in levels) if clear else ()

    def ring_for(self, maria: bool, luca: bool, within: float = 3.0) -> None:
        """Wait until it rings at these consoles and at no other."""
        until(lambda: self.sounds(now()) == (maria, luca), within, f"rings: Maria {maria}, Luca {luca}")

    def waiting(self) -> list[dict[str, Any]]:
        """The pending queue, as scripts see it."""
        argv = [sys.executable, "-m", "tui", "--data", str(self.shift.data), "pending", "--json"]
        done = subprocess.run(argv, env=base_env(), capture_output=True, text=True, check=True, timeout=20)
        contacts: list[dict[str, Any]] = json.loads(done.stdout)
        return contacts


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Shift(tmp_path, queue=TIMES, desktop=False) as shift, ExitStack() as stack:
        desk = Desk(shift, tmp_path, stack)
        desk.open()
        yield desk


def test_a_contact_passed_on_rings_at_the_colleague_who_reads_the_note_and_takes_it(desk: Desk) -> None:
    desk.pass_on("vat, please")
    desk.luca.wait_for("vat, please")
    desk.ring_for(maria=False, luca=True)
    assert desk.anna.status()["status"] == "pending"

    pressed = now()
    desk.luca.keys("F2")
    desk.luca.wait_for(INVOICE)
    assert desk.shift.falls_silent(pressed) < 1.0
    assert desk.anna.status() == {"status": "assigned", "agent": "Luca"}
    desk.maria.wait_for("Luca has accepted Anna")
    assert INVOICE not in desk.maria.screen()
    desk.luca.text("Luca here.")
    desk.luca.keys("Enter")
    until(lambda: [m["text"] for m in desk.anna.hears()] == [INVOICE, "Luca here."], 20)


def test_declined_with_a_reason_it_comes_back_starred_and_rings_at_the_sender(desk: Desk) -> None:
    desk.pass_on("vat, please")
    desk.ring_for(maria=False, luca=True)
    desk.lucas_keys("M-r")
    desk.luca.wait_for("Anna goes back to Maria")
    desk.luca.text("not my field")
    desk.luca.keys("Enter")
    desk.luca_looks_away()
    desk.maria.wait_for("Luca declined Anna: not my field.")
    desk.maria.wait_for("★")
    desk.ring_for(maria=True, luca=False)
    desk.luca.wait_for("0 waiting")
    desk.maria.keys("F2")
    until(lambda: desk.anna.status() == {"status": "assigned", "agent": "Maria"}, 20)


def test_accepted_by_nobody_it_comes_back_to_the_sender_and_then_is_everybodys(desk: Desk) -> None:
    at = desk.pass_on("vat, please")
    desk.ring_for(maria=False, luca=True)
    desk.ring_for(maria=True, luca=False, within=BACK_WITHIN)
    assert now() - at >= TRANSFER_TIME
    desk.maria.wait_for("★")
    desk.luca.wait_for("aused")  # by itself: he missed what was his
    until(lambda: "★" not in desk.maria.screen(), BACK_WITHIN, "it waits for everybody")
    desk.maria.wait_for("1 waiting")
    desk.lucas_keys("F8")
    desk.luca.wait_for("● ready")
    desk.luca_looks_away()
    desk.ring_for(maria=True, luca=True)
    desk.luca.keys("F2")
    until(lambda: desk.anna.status() == {"status": "assigned", "agent": "Luca"}, 20)


def test_a_colleague_whose_console_is_killed_loses_nobody(desk: Desk) -> None:
    desk.pass_on("vat, please")
    desk.ring_for(maria=False, luca=True)
    desk.shift.kill(desk.pids["Luca"])
    desk.ring_for(maria=True, luca=False, within=BACK_WITHIN)
    desk.maria.wait_for("★")
    assert [contact["nick"] for contact in desk.waiting()] == ["Anna"]
    desk.maria.keys("F2")
    until(lambda: desk.anna.status() == {"status": "assigned", "agent": "Maria"}, 20)
    desk.maria.wait_for(INVOICE)


def test_when_the_senders_console_is_killed_too_it_is_everybodys(desk: Desk) -> None:
    paolo = desk.console("Paolo", 2000.0)
    desk.pass_on("vat, please")
    assert "1 waiting" not in paolo.screen()
    for agent in ("Luca", "Maria"):
        desk.shift.kill(desk.pids[agent])
    # Maria counts as gone some seconds after her last sign of life: until then it waits for her.
    paolo.wait_for("1 waiting", 3 * BACK_WITHIN)
    assert "★" not in paolo.screen()
    at = now()
    until(lambda: desk.shift.heard.recorded_until > at + 1.1, 20)
    assert desk.shift.heard.level(2000.0, at + 0.5, at + 1.0) > LOUD
    paolo.keys("F2")
    paolo.wait_for(INVOICE)
    until(lambda: desk.anna.status() == {"status": "assigned", "agent": "Paolo"}, 20)
