"""The door refuses what is too long or blank, takes out what is never meant, stores the rest as written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.text import NICK_LIMIT, NotAdmitted, admit, admit_line

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

anything = st.text(st.characters())


@unhurried
@given(anything)
def test_what_is_admitted_has_no_control_and_can_be_stored(text: str) -> None:
    admitted = admit(text, 10_000, blank_allowed=True)
    assert not any(ord(char) < 0x20 and char not in "\n\t" for char in admitted)
    assert not any(0x7F <= ord(char) <= 0x9F for char in admitted)
    assert admitted.encode().decode() == admitted
    assert admit(admitted, 10_000, blank_allowed=True) == admitted


@unhurried
@given(anything)
def test_a_line_has_no_newline_and_bare_ends(text: str) -> None:
    line = admit_line(text, 10_000, what="the name", blank_allowed=True)
    assert line.strip() == line
    assert not set("\n\t") & set(line)
    assert admit_line(line, 10_000, what="the name", blank_allowed=True) == line


@unhurried
@given(st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_what_is_not_a_control_is_stored_as_written(text: str) -> None:
    assert admit(text, 10_000, blank_allowed=True) == text


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("a\tb\n", "a\tb\n"),
        ("\x00a\x1b[2J\x9b\x7f", "a[2J"),
        ("cut emoji \ud83d", "cut emoji "),
        ("\u202eabc\u200b", "\u202eabc\u200b"),
    ],
)
def test_controls_are_taken_out_and_newlines_are_of_one_kind(written: str, stored: str) -> None:
    assert admit(written, 100) == stored


@pytest.mark.parametrize(
    "text",
    ["", "  \n\t", "\x00\x1b", "\u200b\u2060", "\u00a0\u3000", "\u3164\u2800", "\u0301", "\ud800"],
)
def test_a_message_in_which_nothing_can_be_seen_is_refused(text: str) -> None:
    with pytest.raises(NotAdmitted, match="the text is empty"):
        admit(text, 100)


def test_the_limit_counts_what_is_left_and_names_itself() -> None:
    assert len(admit("x" * 4_000 + "\x00\r", 4_001)) == 4_001
    with pytest.raises(NotAdmitted) as refusal:
        admit("x" * 4_001, 4_000)
    assert refusal.value.reason == "the text has 4,001 characters; 4,000 are allowed"


def test_a_name_is_one_line_of_at_most_80_characters() -> None:
    assert admit_line("  Anna \r\n\t Rossi ", what="the name") == "Anna Rossi"
    assert len(admit_line("x" * NICK_LIMIT, what="the name")) == 80
    with pytest.raises(NotAdmitted, match="the name has 81 characters"):
        admit_line("x" * 81, what="the name")
    with pytest.raises(NotAdmitted, match="the name is empty"):
        admit_line("\n", what="the name")
    assert admit_line("", what="the service", blank_allowed=True) == ""
