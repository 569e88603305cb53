"""Which parts of a text answer a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.seek import hits, sought, words_of


def marked(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in hits(question, text)]


@pytest.mark.parametrize(
    ("question", "text", "parts"),
    [
        ("inv", "Invoice INVOICE uninvited", ["Inv", "INV"]),
        ("creme", "la crème, la cre\u0301me!", ["crème", "cre\u0301me"]),
        ("strass", "Straße 5", ["Straß"]),
        ("注文", "昨日注文した、注文書", ["注文", "注文"]),
        ("文", "注文書", ["文"]),
        ("shop.ex", "see shop.example now", ["shop.ex"]),
        ("wrong address", "address is wrong", ["address", "wrong"]),
        ("a b", "b a ab", ["b", "a", "a"]),
        ("?", "why?", []),
        ("ad", "", []),
    ],
)
def test_the_parts_that_answer_are_marked(question: str, text: str, parts: list[str]) -> None:
    assert marked(question, text) == parts


@given(st.text(max_size=60), st.text(max_size=60))
def test_marks_lie_in_the_text_in_order_and_apart(question: str, text: str) -> None:
    found = hits(question, text)
    ends = [0, *(place for pair in found for place in pair), len(text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in found)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = words_of(text)
    if once.isascii():
        assert words_of(once) == once
    assert all(word for phrase in sought(text) for word in phrase)


def test_a_letter_written_in_two_parts_is_found_by_the_whole_one_and_the_other_way_round() -> None:
    parts, whole = "か\u3099き", "がき"
    assert sought(parts) == sought(whole)
    assert words_of(parts) == words_of(whole)
