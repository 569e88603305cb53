"""What a visitor writes is shown and never obeyed: on the screen, in popups, titles and logs."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.e2e.shift import Shift, call
from tests.parts.waiting import until
from tui.backends.contract import NewContact
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId, MessageId
from tui.text import RemoteText

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

MARKS = "a" + "\u0301" * 10_000
HOSTILE = (
    "PWNED \x1b]52;c;UFdORUQ=\x07 \x1b]0;PWNED\x07 \x1b[31m \x9b31m \x9d0;PWNED\x9c \x90q\x9c \x0e \x08 "
    "\u202eevil\u202c \u2066x\u2069 \u200b\u200d\ufeff\U000e0041 [bold]B[/bold] "
    "[@click=app.quit]Q[/] [/nope] END"
)

FORBIDDEN = re.compile(
    "[\x80-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f\x0e\x0f]"
)


def longest_run_of_marks(text: str) -> int:
    """The most combining marks on one letter."""
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


async def store_raw(database: Path, nick: str, text: str) -> None:
    """Put a contact into the database past the door, as an older version or another program might have."""
    backend = SqliteBackend(database)
    await backend.open()
    await backend.create(
        NewContact(ContactId("raw"), RemoteText(nick), RemoteText(text), MessageId("raw-1"), RemoteText(nick))
    )
    await backend.close()


def assert_harmless(text: str) -> None:
    """No control character, nothing that reorders or hides, no flood."""
    assert not FORBIDDEN.search(text), FORBIDDEN.findall(text)[:5]
    assert longest_run_of_marks(text) <= 6


async def test_hostile_words_reach_no_sink_as_control(tmp_path: Path) -> None:
    with Shift(tmp_path, popup="close_after = 0") as shift:
        shift.start()
        shift.stage.wait_for("0 waiting")
        before = len(shift.stage.raw_output())
        shift.look_away()
        status, _ = call(f"{shift.url}/v1/contacts", "POST", {"nick": HOSTILE[:80], "text": HOSTILE})
        assert status == 201
        status, _ = call(f"{shift.url}/v1/contacts", "POST", {"nick": "Marks", "text": MARKS[:4000]})
        assert status == 201
        await store_raw(shift.data / "deskbell.db", HOSTILE[:60] + MARKS[:50], HOSTILE + MARKS)
        shift.stage.wait_for("3 waiting")
        popups = until(lambda: p if len(p := shift.desktop.notified) >= 2 else None, 20)
        assert popups is not None
        for popup in popups:
            assert_harmless(popup.title + popup.body)
            assert not set(popup.title + popup.body) & {chr(code) for code in range(32) if code != 10}
        for count in (1, 2, 3):
            shift.stage.keys("F2")
            shift.stage.wait_for(f"MY CHATS  {count}")
        for _ in range(3):
            shift.stage.keys("C-n")
            shift.stage.wait_for("[@click=app.quit]")
        shift.stage.keys("F1")
        shift.stage.wait_for("PENDING QUEUE")

        raw = shift.stage.raw_output()[before:].decode()
        assert_harmless(raw)
        assert "\x1b]52" not in raw
        assert "[bold]B[/bold]" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw)
        for title in shift.stage.titles():
            assert "PWNED" not in title
        for name in ("deskbell.log", "alerts.jsonl"):
            text = (shift.data / name).read_text()
            assert_harmless(text)
            assert not set(text) & {chr(code) for code in range(32) if code != 10}
        assert shift.stage.running()
