"""A letter: where it can be answered, and where not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.parts_of_desk import MARIA, contact, done, message
from tui.desk.events import ContactChanged, HistoryRead
from tui.desk.fold import fold
from tui.desk.letter import reply_address, why_unanswerable
from tui.desk.lifecycle import DeedKind
from tui.desk.state import DeskState, longest_unanswered
from tui.text import RemoteText


def letter(*data: tuple[str, str], nick: str = "Anna") -> object:
    told = tuple((RemoteText(name), RemoteText(value)) for name, value in data)
    return replace(contact("anna"), nick=RemoteText(nick), offline=True, data=told)


@pytest.mark.parametrize(
    ("data", "address"),
    [
        ([("email", "anna@example.org")], "anna@example.org"),
        ([("E-Mail", " anna@example.org ")], "anna@example.org"),
        ([("order", "x@y.example"), ("mail", "anna@example.org")], "anna@example.org"),
        ([("Kontakt", "anna@example.org")], "anna@example.org"),
        ([("email", "müller@bücher.example")], "müller@bücher.example"),
        ([("email", "anna+chat@mail.example.co.uk")], "anna+chat@mail.example.co.uk"),
        ([], ""),
        ([("email", "")], ""),
        ([("email", "call me")], ""),
        ([("email", "anna@localhost")], ""),
        ([("email", "anna@example.org, boss@example.org")], ""),
        ([("email", "anna@example.org\nBcc: boss@example.org")], ""),
        ([("email", "anna@example.org?bcc=boss@example.org")], ""),
        ([("email", "<anna@example.org>")], ""),
        ([("email", "\x1b]52;c;eA==\x07@example.org")], ""),
        ([("email", "\u202eanna@example.org")], ""),
        ([("email", f"{'a' * 250}@example.org")], ""),
    ],
)
def test_the_address_to_write_to_is_one_address_and_nothing_else(
    data: list[tuple[str, str]], address: str
) -> None:
    assert reply_address(letter(*data)) == address  # type: ignore[arg-type]


def test_it_is_said_why_nothing_can_be_sent_and_where_to_write_instead() -> None:
    told = why_unanswerable(letter(("email", "anna@example.org")))  # type: ignore[arg-type]
    assert told == "Anna left no way to be answered here; write to anna@example.org"
    told = why_unanswerable(letter(nick="A\x1b[2J\n" + "a" * 80))  # type: ignore[arg-type]
    assert told.endswith("… left no way to be answered here, and no e-mail address")
    assert "\x1b" not in told
    assert "\n" not in told
    assert why_unanswerable(contact("anna")) == ""


def test_nobody_waits_for_an_answer_that_cannot_be_written() -> None:
    for offline in (False, True):
        mine = done(replace(contact("anna"), offline=offline), DeedKind.ACCEPT, 10.0, MARIA)
        state = fold(DeskState(MARIA), ContactChanged(mine), 10.0)
        state = fold(state, HistoryRead(mine.id, (message(mine, 1),)), 10.0)
        assert longest_unanswered(state) == (None if offline else mine.id)
