"""Clean text for readers of markup, and for readers of whom nobody knows."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text import CleanText, clean_line, for_either, for_markup

TEXTS = st.text("<>&;#abzAZ09/ =\"'\\!-").map(clean_line)


@given(TEXTS)
def test_a_reader_of_markup_reads_what_was_written(text: CleanText) -> None:
    marked = for_markup(text)
    assert html.unescape(marked) == text
    assert "<" not in marked
    assert ">" not in marked


@given(TEXTS)
def test_what_either_reads_is_the_same_to_both_and_holds_no_tag_and_no_entity(text: CleanText) -> None:
    either = for_either(text)
    assert html.unescape(either) == either
    assert not re.search(r"[<>]|&[#A-Za-z]", either)
    assert either.replace("\u2060", "").replace("‹", "<").replace("›", ">") == text.replace("\u2060", "")


@pytest.mark.parametrize("text", ["", "hello", "Rock & Roll", "5 & 6", "a;b", "¿qué?", "& ", "50 %"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert for_either(CleanText(text)) == text
