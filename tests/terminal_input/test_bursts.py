"""A paste is not Enter: what came at once, with and without brackets, and what a person typed meanwhile."""

from __future__ import annotations

import pytest

from tests.terminal_input.hearing import heard, told
from tui.terminal_input.terminal_input import TerminalInput

BEGIN, END = "\x1b[200~", "\x1b[201~"


@pytest.mark.parametrize(
    ("sent", "events"),
    [
        ("hello, I look\r", [*"hello", ",", " ", "I", " ", *"look", "enter"]),
        ("\r", ["enter"]),
        ("a\rb\rc\r", ["a", "lines '\\nb\\nc\\n' of 3"]),
        ("a\rb", ["a", "lines '\\nb' of 2"]),
        ("a\r\rb\r", ["a", "lines '\\n\\nb\\n' of 3"]),
        ("a\r\nb\r\n", ["a", "lines '\\nb\\n' of 2"]),
        ("a\r\n", ["a", "enter"]),
        ("a\nb\n", ["a", "lines '\\nb\\n' of 2"]),
        ("a\n", ["a", "ctrl+j"]),
        ("a\r\tb\r", ["a", "lines '\\n\\tb\\n' of 2"]),
        ("hi\r/end\r", [*"hi", "lines '\\n/end\\n' of 2"]),
        ("\rb\r", ["lines '\\nb\\n' of 2"]),
        ("a\r\r", ["a", "enter"]),
        ("\x1bOQhello\r", ["f2", *"hello", "enter"]),
        ("a\r\x1bOQb\r", ["a", "enter", "f2", "b", "enter"]),
        ("a\rb\x7fc\r", ["a", "lines '\\nb' of 0", "backspace", "lines 'c\\n' of 2"]),
        ("a\r\x1b[<35;5;5Mb\r", ["a", "MouseMove", "lines '\\nb\\n' of 2"]),
        ("a\r\x1b[31mb\r", ["a", "lines '\\nb\\n' of 2"]),
        ("a\x1b[13u\x1b[98;;98u\x1b[13u", ["a", "enter", "b", "enter"]),
        ("rest\rmore\r" + END, [*"rest", "lines '\\nmore\\n' of 2"]),
        ("rest\r" + END, [*"rest", "lines '\\n' of 1"]),
    ],
)
def test_an_enter_with_text_behind_it_is_a_line_break_and_so_is_the_last(
    sent: str, events: list[str]
) -> None:
    assert heard(sent) == events


def test_what_comes_in_pieces_at_once_is_one_burst() -> None:
    assert heard("one\rtw", 0.02, "o\r", 0.02, "three\r") == [*"one", "lines '\\ntwo\\nthree\\n' of 3"]
    assert heard("one\r", 0.03, "two\r") == [*"one", "lines '\\ntwo\\n' of 2"]
    assert heard(b"a\r\xd1", 0.25, b"\x82\r")[:2] == ["a", "lines '\\n' of 1"]


def test_what_a_hand_types_is_typed() -> None:
    assert heard("hi", 0.1, "\r", 0.1, "you\r") == [*"hi", "enter", *"you", "enter"]
    assert heard("hello\rhow are y", 1.0, "ou", 0.3, "\r")[-3:] == ["o", "u", "enter"]


def test_an_enter_waits_thirty_milliseconds_and_no_longer() -> None:
    terminal = TerminalInput()
    assert terminal.feed(b"\r", 1.0) == []
    assert terminal.deadline == pytest.approx(1.03)
    assert [told(key) for key in terminal.expire(1.031)] == ["enter"]


def test_where_input_is_no_terminal_enter_is_enter() -> None:
    assert heard("a\rb\r", lines_at_once=False) == ["a", "enter", "b", "enter"]


@pytest.mark.parametrize("pause", [0.0, 0.25, 0.45])
def test_a_paste_torn_anywhere_is_one_paste(pause: float) -> None:
    sent = f"{BEGIN}one\rtwo\r{END}"
    for at in range(2, len(sent)):
        assert heard(sent[:at], pause, sent[at:]) == ["paste 'one\\rtwo\\r'"], at
    assert heard(sent[:1], 0.25, sent[1:]) == ["escape", "paste 'one\\rtwo\\r'"]


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("a\x1b[31mred\x1b[0m\rb", "a[31mred[0m\\rb"),
        ("a\x1b", "a"),
        ("a\x1b\x1b[A", "a[A"),
        (f"a{END}/end\rb", "a/end\\rb"),
        (f"a{END}{END}b", "ab"),
        (f"a{BEGIN}b", "a[200~b"),
        ("a\x00\x9bb\x7f", "ab"),
        ("tab\there", "tab\\there"),
    ],
)
def test_what_is_pasted_cannot_end_the_paste_nor_act(pasted: str, text: str) -> None:
    sent = f"{BEGIN}{pasted}{END}"
    assert heard(sent) == [f"paste '{text}'"]
    for at in range(len(BEGIN) + 1, len(sent)):
        assert heard(sent[:at], 0.02, sent[at:]) == [f"paste '{text}'"], at


def test_bytes_that_are_no_characters_are_replaced_in_a_paste_too() -> None:
    assert heard(b"\x1b[200~caf\xe9 \x1b[201~") == ["paste 'caf� '"]


def test_keys_right_behind_a_paste_are_keys() -> None:
    assert heard(f"{BEGIN}a{END}b\r") == ["paste 'a'", "b", "enter"]
    assert heard(f"{BEGIN}a{END}\x1bOQ") == ["paste 'a'", "f2"]
    assert heard(f"{BEGIN}a{END}{BEGIN}b{END}") == ["paste 'a'", "paste 'b'"]
    assert heard(f"{BEGIN}{END}x") == ["x"]


@pytest.mark.parametrize(
    ("then", "keys"),
    [("\x1bOQ", "f2"), ("\r", "enter"), ("\x11", "ctrl+q"), ("x", "x"), (END, "")],
)
def test_a_paste_without_its_end_is_over_in_time_and_kept(then: str, keys: str) -> None:
    assert heard(f"{BEGIN}a\rb", 0.6, then) == ["paste 'a\\rb'", *filter(None, [keys])]


@pytest.mark.parametrize("key", ["\x1bOQ", "\x11", "\x1b[<35;5;5M", "\x1b[I", "\x1b[15~"])
def test_a_key_that_no_text_begins_with_ends_it_at_once(key: str) -> None:
    assert heard(f"{BEGIN}a\rb", 0.2, key) == ["paste 'a\\rb'", *heard(key)]


def test_a_long_paste_is_read_in_no_time() -> None:
    text = "words and words " * 60_000
    assert heard(f"{BEGIN}{text}{END}") == [f"paste {text!r}"]
