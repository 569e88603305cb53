"""What a terminal sends for the keys of the command table is read as those keys."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.widgets import Input

import tui.widgets.composer  # noqa: F401 - as the console has it
from tui.screens.command_table import COMMANDS
from tui.widgets.terminal_keys import RepeatedKey

ALT_KEYS = sorted({key for command in COMMANDS for key in command.keys.split(",") if key.startswith("alt+")})


def read(sent: str) -> list[str]:
    """The keys that Textual makes of these bytes."""
    parser = XTermParser()
    tokens = [*parser.feed(sent), *parser.feed("")]
    return [token.key for token in tokens if isinstance(token, events.Key)]


@pytest.mark.parametrize("key", ALT_KEYS)
def test_every_alt_key_of_a_command_is_what_a_terminal_sends_for_it(key: str) -> None:
    assert read("\x1b" + key.removeprefix("alt+")) == [key]


def read_at_once(sent: str) -> list[str]:
    """The keys that Textual makes of these bytes without waiting for what may follow."""
    return [token.key for token in XTermParser().feed(sent) if isinstance(token, events.Key)]


@pytest.mark.parametrize("key", ALT_KEYS)
def test_an_alt_key_is_read_at_once_whatever_follows(key: str) -> None:
    sent = "\x1b" + key.removeprefix("alt+")
    assert read_at_once(sent) == [key]
    assert read_at_once(sent + "hi\r") == [key, "h", "i", "enter"]
    assert read_at_once(sent * 3) == [key] * 3
    assert read_at_once(sent + "\x1b[A" + sent + "\x1b[<35;5;5M" + "x") == [key, "up", key, "x"]


def test_an_alt_key_without_a_command_writes_nothing() -> None:
    (token,) = XTermParser().feed("\x1ba")
    assert isinstance(token, events.Key)
    assert (token.key, token.character) == ("alt+a", None)


@pytest.mark.parametrize("sent", ["\x1bb", "\x1bf", "\x1bOP", "\x1b[15~", "\x1b\x7f", "\x1b\t"])
def test_what_textual_knows_stays_as_it_is(sent: str) -> None:
    assert len(read(sent)) == 1
    assert not read(sent)[0].startswith("alt+")


def test_alt_enter_is_a_new_line_and_escape_alone_is_escape() -> None:
    assert read("\x1b\r") == ["ctrl+j"]
    assert read("\x1b[A") == ["up"]


async def test_a_repeated_key_is_a_key_to_whoever_handles_keys() -> None:
    class OneField(App[None]):
        def compose(self) -> ComposeResult:
            yield Input()

    app = OneField()
    async with app.run_test() as pilot:
        app.post_message(RepeatedKey("a", "a"))
        app.post_message(RepeatedKey("left", None))
        await pilot.pause()
        app.post_message(events.Key("b", "b"))
        await pilot.pause()
        assert app.query_one(Input).value == "ba"
