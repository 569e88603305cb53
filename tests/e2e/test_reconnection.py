"""The desk is away and comes back: what was written meanwhile is kept, marked, and sent once, in order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.shift import Shift
from tests.parts.processes import base_env
from tests.parts.waiting import until
from tui.widgets import glyphs

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
database.execute("ROLLBACK")
"""


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the database's lock: nothing can be stored."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=base_env(),
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate("", timeout=20)


def test_what_is_written_while_the_desk_is_away_is_kept_marked_and_heard_once_in_order(
    tmp_path: Path,
) -> None:
    wrote = ["I am looking.", "It is the address.", "I have corrected it."]
    with Shift(tmp_path) as shift:
        shift.start()
        visitor = shift.visitor("Luca", "my invoice is wrong")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        with locked(shift.data / "deskbell.db"):
            for text in wrote:
                shift.stage.text(text)
                shift.stage.keys("Enter")
            shift.stage.wait_for(f"{glyphs.FAILED}  {wrote[0]}", 20)
            shift.stage.wait_for(f"{glyphs.FAILED}  {wrote[2]}", 20)
            assert "to be sent again" in shift.stage.screen()
            shift.stage.text("a draft")  # the console goes on answering
            shift.stage.wait_for("a draft")
            shift.stage.wait_for("Disconnected", 30)
        until(lambda: len(visitor.hears()) >= 4, 20, "the messages")
        shift.stage.wait_for(f"{glyphs.SENT}  {wrote[2]}", 10)
        until(lambda: glyphs.FAILED not in shift.stage.screen(), 20, "no mark is left")
        until(lambda: "Disconnected" not in shift.stage.screen(), 20, "connected again")
        assert [message["text"] for message in visitor.hears()] == ["my invoice is wrong", *wrote]
        assert "a draft" in shift.stage.screen()
