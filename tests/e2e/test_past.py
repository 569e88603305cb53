"""A chat of the past, from the search to a file on the disk, in a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shift import Shift
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_a_chat_that_has_ended_is_found_read_and_exported_without_its_note(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        shift.start()
        shift.look()
        visitor = shift.visitor("Anna", "my parcel 4711 is lost")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        shift.stage.text("I have found it.")
        shift.stage.keys("Enter")
        until(lambda: "I have found it." in [message["text"] for message in visitor.hears()], 20)
        shift.stage.text("/note she was angry")
        shift.stage.keys("Enter")
        shift.stage.wait_for("note me")
        shift.ends_the_chat()
        shift.stage.wait_for("Wrap up Anna")
        shift.stage.keys("Enter")
        shift.stage.wait_for("No chats yet")
        shift.stage.keys("M-s")
        shift.stage.wait_for("who, or what was said")
        shift.stage.text("parcel 47")
        shift.stage.wait_for("1 contact.")
        shift.stage.keys("Enter")
        shift.stage.wait_for("by Maria")
        shift.stage.wait_for("she was angry")
        shift.stage.keys("e")
        shift.stage.wait_for("Markdown (.md)")
        shift.stage.keys("Enter")
        folder = shift.data / "exports"
        until(lambda: folder.is_dir() and [*folder.iterdir()], 20, "a file")
        (file,) = folder.iterdir()
        until(lambda: "I have found it." in file.read_text(), 20, "all of it")
        assert "my parcel 4711 is lost" in file.read_text()
        assert "angry" not in file.read_text()
        assert "angry" not in str(visitor.hears())
