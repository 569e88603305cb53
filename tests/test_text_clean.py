"""Whatever a stranger writes, what reaches a sink is harmless and still says what was meant."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from tui.text import clean, clean_line, first_words
from tui.text.clean import _PLAIN, MAX_CHARS, MAX_LINE, MAX_LINES, _kind, _shown

unhurried = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = (
    "".join(map(chr, [*range(0x20), *range(0x7F, 0xA1)]))
    + BIDI_CONTROLS
    + "\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2065\u3164\ufe0f\ufeff"
    + "\uffa0\ufff9\ufffe\ud800\udfff\ue000\U0001f3fd\U000e0041\U000e0100\U000e0fff\U0010ffff"
    + "a \u0301\u0308\u0e47\u1161\u20e3\u05b0"
)
anything = st.one_of(
    st.text(st.characters()),  # surrogates too
    st.text(st.sampled_from(NASTY), max_size=80),
    st.text(st.sampled_from("a\u0301\u0e47\n"), max_size=80),
)


def is_dangerous(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} or char in "\u2028\u2029"


@unhurried
@given(anything)
def test_nothing_that_a_terminal_obeys_or_hides_comes_out(text: str) -> None:
    assert [char for char in clean(text) if is_dangerous(char) and char != "\n"] == []
    assert [char for char in clean_line(text) if is_dangerous(char)] == []


@unhurried
@given(anything)
def test_what_comes_out_can_be_written_as_utf_8(text: str) -> None:
    clean(text).encode()
    clean_line(text).encode()


@unhurried
@given(anything, st.integers(1, 40), st.integers(1, 20), st.integers(1, 6))
def test_cleaning_twice_changes_nothing_more(text: str, chars: int, line: int, lines: int) -> None:
    once = clean(text)
    assert clean(once) == once
    short = clean(text, max_chars=chars, max_line=line, max_lines=lines)
    assert clean(short, max_chars=chars, max_line=line, max_lines=lines) == short
    assert len(short) <= chars
    assert short.count("\n") < lines
    assert all(len(part) <= line for part in short.split("\n"))
    one = clean_line(text, max_chars=chars)
    assert clean_line(one, max_chars=chars) == one
    assert len(one) <= chars


def is_letter_of_a_language(char: str) -> bool:
    """Fillers are letters to Unicode and nothing to the eye; jamo that join have no width of their own."""
    hidden = "\u115f\u1160\u3164\uffa0"
    joining = "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
    return char not in hidden and not joining


letters = st.characters(categories=("L", "Nd", "Nl", "No", "Po", "Pd", "Ps", "Pe", "Sm", "Sc", "So")).filter(
    is_letter_of_a_language
)


@unhurried
@given(st.text(st.one_of(letters, st.sampled_from(" \n"))))
def test_every_letter_digit_and_sign_of_every_language_survives(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Perché l'àncora è già là? Größe, façade, Ærø, ñandú, Žluťoučký kůň",
        "Tiếng Việt: Đường phố, Nguyễn",
        unicodedata.normalize("NFD", "Tiếng Việt: Đường phố, Nguyễn"),
        "Добрый день, не могу войти",
        "Καλημέρα σας",
        "שלום, אני לא מצליח להתחבר",
        "שָׁלוֹם",
        "السلام عليكم، لا أستطيع الدخول",
        "مُحَمَّدٌ",
        "नमस्ते, मुझे मदद चाहिए",
        "வணக்கம்",
        "สวัสดีครับ ที่นี่",
        "လျှို့ဝှက်",
        "ជំរាបសួរ ស្ត្រី",
        "བསྒྲུབས་",
        "您好,我无法登录",
        "請問𠮷野家",
        "こんにちは、ログインできません。ガギグ",
        "안녕하세요",
        "Selam ሰላም",
        "👍 🎉 🇮🇹 ❤ 1⃣",
        "x² ≤ ½ € £ → ✓",
        "array[0] [bold] [/nope] [@click=app.quit] <b>",
    ],
)
def test_a_plain_message_of_any_language_is_unchanged(text: str) -> None:
    assert clean(text) == text
    assert clean_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "␛]0;owned␇"),
        ("\x9b31m \x9d52;c;aGk=\x9c", "�31m �52;c;aGk=�"),
        ("\x00 \x7f \x0e \x0b", "␀ ␡ ␎ ␋"),
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a    b"),
        ("pay \u202e001\u202c now", "pay <RLO>001<PDF> now"),
        ("\u2066x\u2069", "<LRI>x<PDI>"),
        ("שלום\u200f!", "שלום!"),
        ("pay\u200bpal\u00ad \ufeffx\U000e0041", "paypal x"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 👍\U0001f3fd", "👨👩👧 ❤ 👍"),
        ("\ud83d half", "� half"),
        ("\ue000 \ufffe \U0010ffff \u0378", "� � � �"),
        ("e" + "\u0301" * 10_000 + "!", "e\u0301\u0301\u0301!"),
        ("ก" + "\u0e47" * 500 + "!", "ก" + "\u0e47" * 6 + "!"),
        ("e\u0301\u200b\u0301\u200b\u0301\u200b\u0301", "e\u0301\u0301\u0301"),
        ("\u0301x\n\u0301y", "◌\u0301x\n◌\u0301y"),
        ("\u0600 12", "� 12"),
    ],
)
def test_what_could_deceive_is_shown_or_gone(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" a\n\n  b\t c ", "a b c"),
        ("\n\u200b\n", ""),
        ("\r\n\u0301", "◌\u0301"),
        ("two  words", "two words"),
        ("x" * 1_001, "x" * 999 + "…"),
    ],
)
def test_a_line_is_folded_and_trimmed(text: str, shown: str) -> None:
    assert clean_line(text) == shown


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert clean("x" * 30 + "\ny", max_line=10) == "xxxxxxxxx…\ny"
    assert clean("a\n" * 30, max_lines=3) == "a\na\n…"
    assert clean("abcdef", max_chars=4) == "abc…"
    assert clean("\u200b" * 4_000 + "abcd", max_chars=4) == "abcd"
    assert clean("\u200b" * 1_000_000 + "a", max_chars=4) == "…"
    assert len(clean("x y" * MAX_CHARS)) == MAX_LINE
    assert clean("\n" * MAX_CHARS).count("\n") == MAX_LINES - 1


def test_the_short_way_for_plain_text_skips_nothing_that_must_be_done() -> None:
    plain = [code for code in range(0x110000) if _PLAIN.fullmatch(chr(code))]
    assert len(plain) > 40_000
    wrong = [hex(code) for code in plain if _shown(code) != chr(code) or _kind(code) not in "bn"]
    assert wrong == []
    assert [hex(code) for code in plain if code != 10 and get_character_cell_size(chr(code)) == 0] == []


def test_every_character_that_comes_out_bears_a_width_or_counts_as_a_mark() -> None:
    """Otherwise a flood of it would take no room and slip past every limit of width."""
    shown = {char for code in range(0x110000) for char in _shown(code)} - {"\n"}
    assert [
        hex(ord(char)) for char in shown if get_character_cell_size(char) == 0 and _kind(ord(char)) == "b"
    ] == []


@pytest.mark.parametrize(
    "flood",
    [
        "\u0301" * 10_000,
        "e" + "\u0301" * 1_000_000,
        "\x1b" * 1_000_000,
        "\u202e" * 1_000_000,
        "\u200b" * 1_000_000,
        "\r" * 1_000_000,
        "a\u0301\u0301\u0301\u0301" * 200_000,
        "\n\u0301" * 500_000,
        "".join(map(chr, range(0x110000))),
    ],
    ids=["marks", "one letter", "ESC", "RLO", "zero width", "CR", "zalgo", "bare marks", "every character"],
)
def test_a_megabyte_of_hostility_costs_little(flood: str) -> None:
    best = 1.0
    for _ in range(5):
        start = time.process_time()
        clean(flood)
        clean_line(flood)
        best = min(best, time.process_time() - start)
    assert best < 0.25  # measured: under 0.05; the rest is for a busy machine


def test_cleaning_a_flood_takes_time_in_proportion_to_its_length() -> None:
    def cost(size: int) -> float:
        text = "e" + "\u0301\u0e47" * size
        times = []
        for _ in range(5):
            start = time.process_time()
            clean(text, max_chars=size * 4)
            times.append(time.process_time() - start)
        return min(times)

    assert cost(100_000) < 15 * cost(20_000)  # in proportion: 5 times; quadratic: 25


@unhurried
@given(anything, st.integers(2, 60))
def test_first_words_fit_and_end_between_words(text: str, most: int) -> None:
    words = first_words(text, most)
    assert len(words) <= most
    assert "\n" not in words
    assert clean_line(words) == words


def test_first_words_are_the_beginning_of_the_message() -> None:
    assert first_words("ho un problema con la fattura", 20) == "ho un problema con…"
    assert first_words("ho un problema", 20) == "ho un problema"
    assert first_words("https://shop.example/orders/123456", 20) == "https://shop.exampl…"
    assert first_words("\x1b[2J hello\nthere", 40) == "␛[2J hello there"


@unhurried
@given(anything)
def test_excerpts_hold_nothing_dangerous(text: str) -> None:
    assert re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", first_words(text)) is None
