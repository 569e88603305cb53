"""What reaches a real terminal: no mouse mode, no colour, no letter it does not have, when none is wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.shift import Shift

pytestmark = pytest.mark.e2e

MOUSE = {1000, 1002, 1003, 1006, 1015, 1016}
COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[\d;]*)?m")


def test_without_mouse_the_terminal_is_never_asked_for_it(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        shift.stage.run([*shift.argv(), "--no-mouse"], shift.env)
        shift.stage.wait_for("http://127.0.0.1:", 20)
        assert not shift.stage.modes_on() & MOUSE
        assert b"\x1b[?1000h" not in shift.stage.raw_output()


def test_with_no_color_not_one_colour_is_written(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        shift.start(env={"NO_COLOR": "1"})
        shift.visitor("Anna")
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        shift.stage.keys("F10")
        shift.stage.wait_for("Mute for a time")
        raw = shift.stage.raw_output()
        assert not COLOUR.search(raw)
        assert re.search(rb"\x1b\[(?:[\d;]*;)?7(?:;[\d;]*)?m", raw), "what is chosen is reversed"


def test_in_an_encoding_without_our_signs_it_starts_and_draws_plain_characters(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
        shift.start(env=plain)
        shift.visitor("Zoë", "größer")
        shift.stage.wait_for("Zoe")
        assert shift.stage.screen().isascii()
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        shift.stage.text("perché")
        shift.stage.wait_for("perch")
        shift.stage.keys("F1")
        shift.stage.wait_for("Esc closes")
        assert shift.stage.screen().isascii()
