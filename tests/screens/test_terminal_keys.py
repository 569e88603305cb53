"""What a terminal sends for the keys of the command table is read as those keys."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

import tui.widgets.composer  # noqa: F401 - as the console has it
from tui.screens.command_table import COMMANDS

ALT_KEYS = sorted({key for command in COMMANDS for key in command.keys.split(",") if key.startswith("alt+")})


def read(sent: str) -> list[str]:
    """The keys that Textual makes of these bytes."""
    parser = XTermParser()
    tokens = [*parser.feed(sent), *parser.feed("")]
    return [token.key for token in tokens if isinstance(token, events.Key)]


@pytest.mark.parametrize("key", ALT_KEYS)
def test_every_alt_key_of_a_command_is_what_a_terminal_sends_for_it(key: str) -> None:
    assert read("\x1b" + key.removeprefix("alt+")) == [key]


def test_alt_enter_is_a_new_line_and_escape_alone_is_escape() -> None:
    assert read("\x1b\r") == ["ctrl+j"]
    assert read("\x1b[A") == ["up"]
