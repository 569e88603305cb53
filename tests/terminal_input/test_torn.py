"""What a slow line tears apart, and keys with Alt in every form they come in."""

from __future__ import annotations

import pytest

from tests.terminal_input.hearing import heard
from tui.terminal_input.reader import ESCAPE_AFTER
from tui.terminal_input.terminal_input import TerminalInput


def test_escape_alone_is_escape_within_120_milliseconds() -> None:
    terminal = TerminalInput()
    assert terminal.feed(b"\x1b", 1.0) == []
    assert terminal.deadline == 1.0 + ESCAPE_AFTER <= 1.12
    assert len(terminal.expire(1.12)) == 1
    assert heard("\x1b\x1b") == ["escape", "escape"]
    assert heard("\x1b\x1b[A") == ["escape", "up"]


@pytest.mark.parametrize(
    "sent", ["\x1b[12~", "\x1bOQ", "\x1b[B", "\x1b[<65;20;5M", "\x1b[I", "\x1b[200~a\x1b[201~"]
)
def test_a_sequence_torn_anywhere_is_what_it_is_whole(sent: str) -> None:
    whole = heard(sent)
    assert len(whole) == 1
    for at in range(2, len(sent)):
        assert heard(sent[:at], 0.45, sent[at:]) == whole
    assert heard(sent[:1], 0.25, sent[1:]) == ["escape", *whole]
    assert heard(sent[:1], 0.25, sent[1:2], 0.25, sent[2:]) == ["escape", *whole]


def test_a_sequence_that_is_never_completed_is_dropped_and_what_follows_is_read() -> None:
    assert heard("\x1b[12", 0.6, "x") == ["x"]
    assert heard("\x1b[", 0.6, "x") == ["x"]
    assert heard("\x1b", 0.25, "[", 0.6, "x") == ["escape", "x"]


@pytest.mark.parametrize("begun", ["\x1bO", "\x1bP", "\x1b_", "\x1b^", "\x1b]", "\x1b["])
def test_what_begins_a_sequence_writes_nothing_alone(begun: str) -> None:
    assert [key for key in heard(begun) if not key.startswith("alt+")] == []


def test_capitals_that_may_begin_an_answer_lose_nothing_that_is_typed_behind_them() -> None:
    assert heard("\x1bXHELLO\r") == ["alt+x", *"HELLO", "enter"]
    assert heard("\x1bPHELLO\r") == [*"HELLO", "enter"]
    assert heard("\x1bX", 0.2, "hi", 0.2, "there") == ["alt+x", *"hithere"]
    assert heard("\x1bO", 0.25, "K") == ["K"]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        *((f"\x1b{letter}", f"alt+{letter.lower()}") for letter in "nNaAzZtTcCxX"),
        ("\x1b5", "alt+5"),
        ("\x1bт", "alt+т"),
        ("\x1bТ", "alt+т"),
        ("\x1bν", "alt+ν"),
        ("\x1b日", "alt+日"),
        ("\x1b/", "alt+slash"),
        ("\x1b-", "alt+minus"),
        ("\x1b=", "alt+equals_sign"),
        ("\x1b§", "alt+section_sign"),
        ("\x1b ", "alt+space"),
        ("\x1b\x11", "alt+ctrl+q"),
        ("\x1b\r", "ctrl+j"),
        ("\x1b\x7f", "ctrl+w"),
        ("\x1bb", "ctrl+left"),
        ("\x1bB", "ctrl+left"),
    ],
)
def test_a_key_with_alt_is_one_key_that_writes_nothing(sent: str, key: str) -> None:
    assert heard(sent) == [key]
    assert heard(sent + "SHE") == [key, *"SHE"]


def test_a_letter_with_alt_is_whole_though_its_bytes_are_torn() -> None:
    assert heard(b"\x1b\xd1", 0.25, b"\x82") == ["alt+т"]
    assert heard(b"\x1b\xd1", 0.6, b"x") == ["x"]


@pytest.mark.parametrize(
    ("char", "alt"), [("n", "alt+n"), ("N", "alt+n"), ("3", "alt+3"), ("т", "alt+т"), ("X", "alt+x")]
)
def test_a_letter_soon_after_escape_says_what_it_may_have_been(char: str, alt: str) -> None:
    assert heard("\x1b", 0.25, char) == ["escape", f"{char} or {alt}"]
    assert heard("\x1b", 0.25, char + "SHE") == ["escape", f"{char} or {alt}", *"SHE"]
    assert heard("\x1b", 0.55, char) == ["escape", char]
    assert heard("\x1b", 0.25, "x", 0.1, char)[2:] == [char]


def test_enter_soon_after_escape_may_be_alt_and_enter() -> None:
    assert heard("\x1b", 0.25, "\r") == ["escape", "enter or ctrl+j"]


def test_a_sign_soon_after_escape_is_itself() -> None:
    assert heard("\x1b", 0.25, "/mute") == ["escape", "/", *"mute"]
