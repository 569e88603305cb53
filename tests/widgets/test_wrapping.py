"""Breaking lines: nothing lost, nothing too wide, links whole."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.wrapping import Span, find_links, wrap

TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab cd  ,.\n"),
        st.sampled_from("陈注文。、！👍é́한"),
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
    ),
    max_size=200,
)
LINK = "https://shop.example/orders/10023?a=1&b=2"


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrap(text, width)]


@given(TEXTS, st.integers(2, 60))
def test_wrapping_loses_no_character_and_invents_none(text: str, width: int) -> None:
    at = 0
    for start, end in wrap(text, width):
        assert text[at:start] in ("", "\n")
        at = end
    assert at == len(text)


@given(TEXTS, st.integers(2, 60))
def test_no_line_is_wider_than_the_width_but_for_spaces_at_its_end(text: str, width: int) -> None:
    assert all(cell_len(line.rstrip()) <= width for line in lines(text, width))


@given(TEXTS, st.integers(2, 60))
def test_a_line_breaks_only_where_the_next_word_has_no_room(text: str, width: int) -> None:
    spans = wrap(text, width)
    for (start, end), (after, after_end) in pairwise(spans):
        if text[end:after] == "\n" or after_end == after:
            continue
        word = text[after:after_end].split()[0] if text[after:after_end].split() else ""
        first = word[0] if word and cell_len(word) > len(word) else word
        if word.isascii():
            assert cell_len(text[start:end]) + cell_len(first) > width or len(text[start:end]) > width


def test_east_asian_text_fills_the_line_and_no_line_begins_with_a_full_stop() -> None:
    assert lines("注文した。商品", 8) == ["注文し", "た。商品"]
    assert lines("see 注文した商品", 10) == ["see 注文し", "た商品"]


def test_a_link_that_fits_on_a_line_of_its_own_is_not_broken() -> None:
    text = f"please have a look at {LINK}, thanks"
    assert lines(text, len(LINK) + 1) == ["please have a look at ", f"{LINK}, ", "thanks"]


def test_a_link_longer_than_the_line_begins_on_a_line_of_its_own_and_is_cut_at_the_width_only() -> None:
    assert lines(f"see {LINK} now", 20) == ["see ", LINK[:20], LINK[20:40], LINK[40:] + " now"]


def test_links_are_found_without_the_punctuation_around_them() -> None:
    def found(text: str) -> list[str]:
        return [text[start:end] for start, end in find_links(text)]

    assert found(f"({LINK}).") == [LINK]
    assert found("https://en.example/wiki/Bell_(tool)?") == ["https://en.example/wiki/Bell_(tool)"]
    assert found("www.shop.example, HTTP://A.B/c") == ["www.shop.example", "HTTP://A.B/c"]
    assert found("no://link and www. and wwwx.y") == []


def test_a_short_text_is_one_line() -> None:
    assert wrap("hello", 80) == [Span(0, 5)]
    assert wrap("", 80) == [Span(0, 0)]
