"""Bytes and keys no one expects: nothing is raised, and what is not known writes nothing."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tests.terminal_input.hearing import heard, told
from tui.terminal_input.dropped import TELL_EVERY, Dropped
from tui.terminal_input.reader import PASTE_ENDS_AFTER, REST_WITHIN, TOGETHER
from tui.terminal_input.terminal_input import TerminalInput

DEC_ANSWER = "\x1bP>|XTerm(379)\x1b\\"


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (b"\xe9 x", ["�", " ", "x"]),
        (b"caf\xe9\x1b[A", ["c", "a", "f", "�", "up"]),
        (b"\xd1\x1b[A", ["�", "up"]),
        (b"\xd1\x1b[Ax", ["�", "up", "x"]),
        (b"\x83n\x83\x8d", ["�", "n", "�", "�"]),
        (b"\xff\xfe\x00a", ["�", "�", "ctrl+@", "a"]),
        ("\x9b", []),
        (b"\x1b[M \xc3\xa9x", ["x"]),
        (b"\x1b[M \xff\xffx", ["x"]),
        (b"\x1b[M\r", ["enter"]),
        (b"\x1b[32;20;5Mx", ["x"]),
        ("\x1b[1089::99;5u", ["ctrl+c"]),
        ("\x1b[1077::116;3u", ["alt+t"]),
        ("\x1b[1077;3u", ["alt+е"]),
        ("\x1b[97;1:3u", []),
        ("\x1b[97;1:2u", ["a again"]),
        ("\x1b[97;1:2;97u", ["a again"]),
        ("\x1b[1;1:3A\x1b[3;1:3~", []),
        ("\x1b[1;1:2A\x1b[3;5:1~", ["up again", "ctrl+delete"]),
        ("\x1b[97;1:9u", []),
        ("\x1b[1114112u", []),
        ("\x1b[55296u\x1b[97;1;55296u\x1b[98u", ["a", "b"]),
        ("\x1b[99999999999999999999999999u", []),
        ("\x1b[97;99999u\x1b[97;;;;u\x1b[97u", ["a"]),
        ("\x1b[57500u\x1b[57500;5u", []),
        ("\x1b[97:65;2u", ["A"]),
        ("\x1b[97;2;65u", ["A"]),
        ("\x1b[27;5;1084~", ["ctrl+м"]),
        ("\x1b[27;3;78~", ["alt+n"]),
        ("\x1b[27;2;13~", ["shift+enter"]),
        ("\x1b[110;3;110u", ["alt+n"]),
        ("\x1b[110;67u", ["alt+n"]),
        ("\x1b[110;3;241u", ["ñ"]),
        ("\x1b[110;5;110u", ["ctrl+n"]),
        ("\x1b[13u\x1b[27u\x1b[32;;32u", ["enter", "escape", " "]),
        ("\x1b[1;5zx", ["x"]),
        ("\x1b[?;;;h\x1b[>1;2;3c\x1b[?1u", []),
        ("\x1b[48;0;0;0;0t\x1b[48;1000000000;1000000000;1;1t", []),
        ("\x1b[48;30;100;600;1600t", ["Resize"]),
        ("\x1b[" + "1;" * 500 + "mx", ["x"]),
        ("\x1b[12\r", ["enter"]),
        ("\x1b[12\x1b[A", ["up"]),
        ("\x1b[12é", ["é"]),
        ("\x1bOK", []),
        ("\x1bO5P", []),
        ("\x1b[[A\x1b[Z\x1b[3$\x1b[3^\x1b[1~", ["f1", "shift+tab", "shift+delete", "ctrl+delete", "home"]),
        ("\x1b[3$x", ["shift+delete", "x"]),
        ("\x1b[4;1$y", []),
    ],
)
def test_what_no_one_expects_raises_nothing_and_writes_nothing_it_does_not_mean(
    sent: bytes | str, keys: list[str]
) -> None:
    assert heard(sent) == keys


@pytest.mark.parametrize(
    "answer",
    [
        DEC_ANSWER,
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1b[?64;1;2;6;22c",
        "\x1b[>41;379;0c",
        "\x1b[?1004;2$y",
        "\x1b[?997;1n",
        "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1bP1+r544e=787465726d\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b^words\x1b\\",
        "\x1bXwords\x1b\\",
        "\x1b[24;80R",
    ],
)
def test_a_late_answer_is_never_typed_whole_or_torn_anywhere(answer: str) -> None:
    assert heard("a", answer, "b") == ["a", "b"]
    for at in range(2, len(answer)):
        assert heard("a", answer[:at], 0.25, answer[at:], 1.0, "b") == ["a", "b"], at
    assert heard("a", answer[:1], 0.25, answer[1:], 1.0, "b") == ["a", "escape", "b"]


def test_an_answer_without_its_end_holds_the_keyboard_for_half_a_second() -> None:
    assert heard(DEC_ANSWER[:-2], 0.3, "\r") == ["enter"]
    assert heard(DEC_ANSWER[:-2], REST_WITHIN + 0.1, "x") == ["x"]


def test_what_is_dropped_is_told_in_one_line_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    terminal = TerminalInput()
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            terminal.feed(b"\x1b[1114112u", 5.0)
        assert len(caplog.messages) == 1
        assert "1114112" in caplog.messages[0]
        terminal.feed(b"\x1bP>|secret\x1b\\", 5.0 + TELL_EVERY)
    assert len(caplog.messages) == 2
    assert "999 others" in caplog.messages[1]
    assert "secret" not in caplog.text


def test_the_log_line_counts_by_time() -> None:
    dropped = Dropped()
    assert dropped.line("a", 1.0)
    assert not dropped.line("b", TELL_EVERY)
    assert "c; 1 others" in dropped.line("c", TELL_EVERY + 1.0)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "shift_jis", "euc_jp", "gb18030", "ascii"])
def test_the_terminals_own_encoding_is_read(encoding: str) -> None:
    text = {"latin-1": "é", "ascii": "e"}.get(encoding, "日本")
    assert heard(text.encode(encoding) + b"\x1b[A", encoding=encoding) == [*text, "up"]
    lead = text.encode(encoding)[:1]
    assert heard(lead + b"\x1b[A", encoding=encoding)[-1] == "up"


PIECES = (
    *(b"\x1b", b"\x1b[", b"\x1bO", b"\x1bP", b"\x1b]", b"\x1b_", b"\x1b\\", b"\x07", b"\x1b[M", b"\x1b[<"),
    *(
        b"\x1b[200~",
        b"\x1b[201~",
        b"\r",
        b"\n",
        b"\t",
        b"\x7f",
        b";",
        b":",
        b"u",
        b"~",
        b"M",
        b"m",
        b"$",
        b"t",
    ),
    *(
        b"1114112",
        b"1089::99",
        b"27;5;",
        b"48;",
        b"57500",
        b"55296",
        b"1:3",
        b"5",
        b"a",
        b"n",
        b"\xff",
        b"\xe9",
    ),
    *("т".encode(), "日".encode(), b"\xf0\x9f", b"[12~", b"OQ", b"hello"),
)


def fuzzed(seed: int, count: int) -> int:
    """Random input with random pauses; returns how many events came of it."""
    chance = random.Random(seed)
    terminal = TerminalInput()
    now, events = 0.0, 0
    for _ in range(count):
        if chance.random() < 0.3:
            data = chance.randbytes(chance.randrange(1, 8))
        else:
            data = b"".join(chance.choices(PIECES, k=chance.randrange(1, 4)))
        now += chance.choice((0.0, 0.0, 0.005, TOGETHER * 2, 0.25, PASTE_ENDS_AFTER + 0.2))
        events += len(terminal.feed(data, now))
        if chance.random() < 0.3:
            now += chance.choice((0.1, 0.6))
            events += len(terminal.expire(now))
    # Whatever was begun, the keyboard is never deaf afterwards.
    terminal.expire(now + 5)
    assert terminal.deadline is None
    assert [told(event) for event in terminal.feed(b"\x1bOQ\x11", now + 10)][-2:] == ["f2", "ctrl+q"]
    return events


def test_fifty_thousand_random_strings_raise_nothing_and_leave_no_deaf_keyboard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    assert sum(fuzzed(seed, 500) for seed in range(100)) > 50_000


def test_whatever_textuals_parser_raises_the_next_keys_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = XTermParser._sequence_to_key_events

    def breaks(parser: XTermParser, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if sequence in ("!", "\x1b[Z"):
            raise RuntimeError(sequence)
        return read(parser, sequence, alt)

    monkeypatch.setattr(XTermParser, "_sequence_to_key_events", breaks)
    assert heard("a!\x1b[Zb\x1b[A") == ["a", "b", "up"]
