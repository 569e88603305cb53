"""What is written to the terminal beside the screen: only what is due, and nothing a visitor could steer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tui.alerts.plan import TerminalAlert
from tui.outputs.terminal import POP_TITLE, PUSH_TITLE, TerminalOwed, notice, set_title
from tui.outputs.terminal_facts import TERMINALS, TerminalFacts, name_from_env, name_from_report
from tui.text import CleanText

T, B = CleanText("Anna is waiting"), CleanText("my order; and more")
KITTY = TerminalFacts(name="kitty", osc9=True, osc777=True, osc99=True)
FOOT = TerminalFacts(name="foot", osc9=True, osc777=True)
ITERM = TerminalFacts(name="iterm2", osc9=True)
BARE = TerminalFacts(name="xterm")


def in_tmux(facts: TerminalFacts) -> TerminalFacts:
    return replace(facts, multiplexer="tmux", passthrough=True)


def test_each_terminal_gets_the_best_notice_it_knows() -> None:
    assert notice(T, B, KITTY, 7) == (
        "\x1b]99;i=deskbell-7:d=0:p=title;Anna is waiting\x1b\\"
        "\x1b]99;i=deskbell-7:d=1:p=body;my order, and more\x1b\\"
    )
    assert notice(T, B, FOOT) == "\x1b]777;notify;Anna is waiting;my order, and more\x1b\\"
    assert notice(T, B, ITERM) == "\x1b]9;Deskbell: Anna is waiting – my order, and more\x1b\\"
    assert notice(T, B, BARE) == ""


def test_a_notice_inside_tmux_is_wrapped_for_the_terminal_around_it() -> None:
    assert notice(T, CleanText("x"), in_tmux(FOOT)) == (
        "\x1bPtmux;\x1b\x1b]777;notify;Anna is waiting;x\x1b\x1b\\\x1b\\"
    )


def test_a_count_in_front_is_never_taken_for_a_command() -> None:
    assert not re.match(r"\x1b]9;\d", notice(CleanText("7 contacts waiting"), CleanText(""), ITERM))


@pytest.mark.parametrize("facts", [KITTY, FOOT, ITERM, in_tmux(KITTY), in_tmux(FOOT)])
def test_text_that_nobody_cleaned_still_steers_nothing(facts: TerminalFacts) -> None:
    hostile = CleanText("a\x1b]52;c;aGk=\x07b\x9d0;x\x9c\x00\r\n\x7f\ud800" + "漢" * 200)
    for text in (notice(hostile, hostile, facts), set_title(hostile)):
        own = re.sub(r"\x1bPtmux;|\x1b{1,2}\][0-9]+;|\x1b{1,2}\\", "", text)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", own)
        assert len(text.encode()) < 1000


def test_a_long_title_is_cut_to_eighty_cells() -> None:
    assert set_title(CleanText("x" * 200)) == f"\x1b]2;{'x' * 79}…\x1b\\"


def test_only_what_is_due_is_written() -> None:
    owed = TerminalOwed(FOOT)
    first = TerminalAlert(CleanText("(1) Deskbell"), bells=1, notices=((1, T, B),))
    assert owed.due(first) == f"\a{PUSH_TITLE}{set_title(first.title)}{notice(T, B, FOOT, 1)}"
    assert owed.due(first) == ""
    second = TerminalAlert(CleanText("(1) Deskbell"), bells=2, notices=((1, T, B), (2, T, B)))
    assert owed.due(second) == f"\a{notice(T, B, FOOT, 2)}"
    third = TerminalAlert(CleanText("Deskbell"), bells=2)
    assert owed.due(third) == set_title(third.title)
    assert owed.settle() == POP_TITLE


def test_a_terminal_that_stood_still_gets_no_volley_of_bells() -> None:
    assert TerminalOwed(BARE).due(TerminalAlert(CleanText("x"), bells=40)).count("\a") == 3


def test_a_terminal_without_a_title_is_not_given_one() -> None:
    owed = TerminalOwed(TerminalFacts(name="linux", has_title=False))
    assert owed.due(TerminalAlert(CleanText("(1) Deskbell"), bells=1)) == "\a"
    assert owed.settle() == ""


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("XTerm(379)", ("xterm", "379")),
        ("kitty(0.26.5)", ("kitty", "0.26.5")),
        ("foot(1.13.1)", ("foot", "1.13.1")),
        ("tmux 3.3a", ("tmux", "3.3a")),
        ("WezTerm 20240203-110809", ("wezterm", "20240203-110809")),
        ("ghostty", ("ghostty", "")),
        ("", ("", "")),
    ],
)
def test_a_terminal_is_known_by_what_it_says(report: str, expected: tuple[str, str]) -> None:
    assert name_from_report(report) == expected


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7002"}, "vte"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color"}, ""),
    ],
)
def test_a_silent_terminal_is_known_by_its_variables(env: dict[str, str], expected: str) -> None:
    assert name_from_env(env) == expected


def test_every_name_the_variables_give_is_in_the_table() -> None:
    from tui.outputs import terminal_facts as facts

    names = {name for _, name in (*facts._BY_VARIABLE, *facts._BY_TERM)} | set(facts._BY_PROGRAM.values())
    assert names <= set(TERMINALS)


@pytest.mark.parametrize("facts", [KITTY, FOOT, ITERM, in_tmux(FOOT)])
def test_a_notice_holds_nothing_that_whoever_shows_it_could_take_for_markup(facts: TerminalFacts) -> None:
    tagged = CleanText("<b>&lt;</b> AT&T & co")
    assert notice(tagged, tagged, facts).count("‹b›&\u2060lt,‹/b› AT&\u2060T & co") == 2
