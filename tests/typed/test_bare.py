"""What a typed line means where a command may be written without its slash."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tui.typed.bare import Fit, Unclear, holds_controls, read_line
from tui.typed.slash import Order, Refusal, Words, by_slash_name


@dataclass(frozen=True)
class Row:
    id: str
    slash_names: tuple[str, ...]
    argument: str = ""


COMMANDS = by_slash_name(
    [Row("note", ("note",), "[text …]"), Row("accept", ("accept",), "[name]"), Row("who", ("who",))]
)


def fit(row: Row, argument: str) -> Fit:
    if row.id == "accept" and argument == "2":
        return Fit.RUN
    return Fit.ASK if row.argument else Fit.SAY


def meaning(line: str) -> object:
    return read_line(line, COMMANDS, fit)


@pytest.mark.parametrize(
    "line",
    [
        "/note he was rude",
        "  /note he was rude",
        "\t/note he was rude ",
        "/NOTE he was rude",
        "/note: he was rude",
        "\uff0fnote he was rude",
        "\u200b/note he was rude",
        "\ufeff/note he was rude",
        "/no\u200bte he was rude",
        "/note\u00a0he was rude",
    ],
)
def test_the_slash_form_is_always_the_command(line: str) -> None:
    assert meaning(line) == Order("note", "he was rude")


@pytest.mark.parametrize(
    "line",
    [
        "note he was rude",
        "Note he was rude",
        "NOTE he was rude",
        " note   he was rude",
        "note: he was rude",
        "Note - he was rude",
        "note… he was rude",
        "note\the was rude",
        "note\u00a0he was rude",
        "\uff4e\uff4f\uff54\uff45 he was rude",
        "\u200bnote he was rude",
        "/ note he was rude",
        "/  NOTE: he was rude",
    ],
)
def test_a_name_before_free_words_is_unclear_however_it_is_written(line: str) -> None:
    found = meaning(line)
    assert isinstance(found, Unclear)
    assert (found.id, found.name) == ("note", "note")
    assert found.argument.endswith("he was rude")
    assert found.text == line


def test_a_name_alone_or_before_what_fits_is_the_command() -> None:
    assert meaning("note") == Order("note")
    assert meaning(" Who ") == Order("who")
    assert meaning("accept 2") == Order("accept", "2")


@pytest.mark.parametrize(
    "line",
    ["who are you?", "notes are fine", "a note", "  two blanks", "?", "note:", "/etc/hosts  and", "/1 of 2"],
)
def test_everything_else_is_words_as_they_were_typed(line: str) -> None:
    assert meaning(line) == Words(line)


def test_two_slashes_send_one() -> None:
    assert meaning("//note  is a command") == Words("/note  is a command")
    assert meaning("  //note") == Words("/note")


def test_a_mistyped_command_is_refused_with_blanks_before_it_too() -> None:
    assert isinstance(meaning("/noet he was rude"), Refusal)
    assert isinstance(meaning(" /noet he was rude"), Refusal)


@pytest.mark.parametrize(
    "control", ["\x1b[4~", "\x1b", "\x9b31m", "\x00", "\x07", "\x08", "\x0b", "\x7f", "\x85"]
)
def test_keys_that_are_no_text_are_found(control: str) -> None:
    assert holds_controls(f"hello {control} there")


def test_text_in_any_script_with_tabs_and_new_lines_holds_no_controls() -> None:
    assert not holds_controls("a\tb\nc ñ 漢字 \U0001f600 \u200d \u202e")
