"""What a line that begins with a slash means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.screens.command_table import BY_SLASH, COMMANDS
from tui.typed.arguments import mute_until, switch
from tui.typed.slash import (
    Order,
    Read,
    Refusal,
    Words,
    WrongArgument,
    as_typed,
    completions,
    is_command,
    near,
    read,
    usage,
)

NOON = 1_700_000_000.0


def heard(text: str) -> Read:
    return read(text, BY_SLASH)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hello", Words("hello")),
        (" /end", Words(" /end")),
        ("and/or", Words("and/or")),
        ("/end", Order("end")),
        ("/END ", Order("end")),
        ("/accept", Order("accept-longest")),
        ("/accept  Anna Maria ", Order("accept-longest", "Anna Maria")),
        ("/mute 15", Order("mute", "15")),
        ("/mute\t17:30", Order("mute", "17:30")),
        ("/help", Order("help")),
        ("/?", Order("help")),
        ("//end", Words("/end")),
        ("//", Words("/")),
        ("///x", Words("//x")),
        ("/etc/hosts", Words("/etc/hosts")),
        ("/etc/hosts is the file\nand so on", Words("/etc/hosts is the file\nand so on")),
        ("/1 of the price", Words("/1 of the price")),
        ("/ or what", Words("/ or what")),
    ],
)
def test_a_text_is_words_or_an_order(text: str, meant: Read) -> None:
    assert heard(text) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/ende", "/ende is no command. Did you mean /end"),
        ("/mut 15", "Did you mean /mute?"),
        ("/xyzzy", "/xyzzy is no command. /help lists them."),
        ("/", "A slash alone is no command"),
        ("/end of the file\nsecond line", "/end takes nothing after it"),
        ("/mute 15\nand more", "/mute takes one line"),
        ("/chat", "/chat needs more: /chat number or name"),
    ],
)
def test_what_looks_like_a_command_and_is_none_is_told_and_not_sent(text: str, says: str) -> None:
    meant = heard(text)
    assert isinstance(meant, Refusal)
    assert says in meant.reason


def test_every_refusal_of_words_says_how_to_send_them() -> None:
    for text in ("/", "/xyzzy", "/ende", "/end of the file", "/mute 15\nx"):
        meant = heard(text)
        assert isinstance(meant, Refusal)
        assert "begin with //" in meant.reason


@given(st.text() | st.from_regex(r"\A/{0,3}[a-z?]{0,9}( .*)?\Z", fullmatch=True))
def test_any_text_can_be_sent_some_way(text: str) -> None:
    assert heard(as_typed(text)) == Words(text)


@given(st.text() | st.from_regex(r"\A/{0,3}[a-z?]{0,9}( .*)?\Z", fullmatch=True))
def test_no_text_is_lost_and_no_command_is_sent(text: str) -> None:
    match heard(text):
        case Words(sent):
            assert sent in (text, text[1:])
            assert text.startswith("//") == (sent != text)
            assert not is_command(text)
        case Order(id, argument):
            assert is_command(text)
            assert argument == text.partition(text.split()[0])[2].strip()
            assert id in {command.id for command in COMMANDS}
        case Refusal(reason):
            assert reason


def test_every_command_of_the_table_has_a_name_of_its_own_after_the_slash() -> None:
    names = [name for command in COMMANDS for name in command.slash_names]
    assert len(names) == len(set(names))
    for command in COMMANDS:
        assert command.slash_names or command.fixed
        for name in command.slash_names:
            assert is_command(f"/{name}"), name
            argument = " x" if command.argument and not command.argument.startswith("[") else ""
            assert heard(f"/{name}{argument}") == Order(command.id, argument.strip())


def test_a_name_begun_offers_those_that_begin_so_first() -> None:
    offered = [command.slash_names[0] for command in completions("a", COMMANDS)]
    assert {"accept", "audio", "pause"} <= set(offered)
    begin = [name for name in offered if name.startswith("a")]
    assert offered[: len(begin)] == begin
    assert completions("", COMMANDS) == [command for command in COMMANDS if command.slash_names]
    assert completions("zzz", COMMANDS) == []


def test_the_usage_shows_the_argument() -> None:
    assert usage(BY_SLASH["mute"]) == "/mute [minutes, a time, or off]"
    assert usage(BY_SLASH["end"]) == "/end"


def test_near_names_begin_alike_or_are_spelled_alike() -> None:
    known = ("end", "mute", "menu", "pause")
    assert near("pau", known) == ("pause",)
    assert near("puase", known) == ("pause",)
    assert near("", known) == ()
    assert near("qqq", known) == ()


@pytest.mark.parametrize(
    ("argument", "minutes"), [("15", 15), ("15m", 15), ("15 min", 15), ("2h", 120), ("1 hour", 60)]
)
def test_a_mute_of_so_long(argument: str, minutes: int) -> None:
    assert mute_until(argument, NOON) == NOON + minutes * 60


def test_a_mute_until_a_time_or_off() -> None:
    until = mute_until("17:30", NOON)
    assert until is not None
    assert 0 < until - NOON <= 24 * 3600
    assert mute_until("off", NOON) is None


@pytest.mark.parametrize("argument", ["soon", "1441", "25:00", "-5", "5 days", "99999h"])
def test_a_mute_that_cannot_be_meant_is_told(argument: str) -> None:
    with pytest.raises(WrongArgument):
        mute_until(argument, NOON)


def test_switches() -> None:
    assert switch("", True) is False
    assert switch("On", True) is True
    assert switch("off", True) is False
    with pytest.raises(WrongArgument):
        switch("maybe", True)
