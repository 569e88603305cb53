"""What a word such as ``_wm`` becomes, for which chat."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.fields import setting
from tui.config.parse import parse_text
from tui.config.schema import Settings
from tui.typed.abbreviations import (
    Abbreviation,
    Names,
    Place,
    Scope,
    Word,
    came_from,
    every,
    expanded,
    in_force,
    language_of,
    like,
    named,
    word_before,
)

TEXT = """
[abbreviations]
_wm = "Welcome {nick}, I am {agent}."
_bye = "Good bye."
_hours = "9 to 5"

[languages.it.abbreviations]
_wm = "Benvenuto {nick}."
_bye = "Arrivederci."

[services."Sales"]
language = "it-IT"

[services."Sales".abbreviations]
_wm = "Welcome to {service}, {nick}."
"""


def settings_of(text: str) -> Settings:
    settings, problems = parse_text(text, Path("c.toml"))
    assert problems == ()
    return settings


SETTINGS = settings_of(TEXT)


@pytest.mark.parametrize(
    ("service", "lang", "texts"),
    [
        ("", "", ("Welcome {nick}, I am {agent}.", "Good bye.", "9 to 5")),
        ("Support", "de", ("Welcome {nick}, I am {agent}.", "Good bye.", "9 to 5")),
        ("Support", "it", ("Benvenuto {nick}.", "Arrivederci.", "9 to 5")),
        ("Support", "IT-ch", ("Benvenuto {nick}.", "Arrivederci.", "9 to 5")),
        ("Sales", "", ("Welcome to {service}, {nick}.", "Arrivederci.", "9 to 5")),
        ("Sales", "en", ("Welcome to {service}, {nick}.", "Good bye.", "9 to 5")),
        ("sales", "it", ("Benvenuto {nick}.", "Arrivederci.", "9 to 5")),
    ],
)
def test_service_goes_before_language_and_language_before_everybody(
    service: str, lang: str, texts: tuple[str, ...]
) -> None:
    found = in_force(SETTINGS, service, lang)
    assert tuple(found[name].text for name in ("_wm", "_bye", "_hours")) == texts


def test_the_page_says_the_language_before_the_service_does() -> None:
    assert language_of(SETTINGS, "Sales", "") == "it"
    assert language_of(SETTINGS, "Sales", "EN-gb") == "en"
    assert language_of(SETTINGS, "Support", "") == ""


def test_every_abbreviation_knows_the_key_under_which_it_is_saved() -> None:
    for one in every(SETTINGS):
        assert setting(one.key).fit(one.text) == one.text
    keys = [one.key for one in every(SETTINGS) if one.name == "_wm"]
    assert keys == ["abbreviations._wm", "languages.it.abbreviations._wm", "services.Sales.abbreviations._wm"]
    assert Scope(Place.SERVICE, "A.B").key("_x") == 'services."A.B".abbreviations._x'


@pytest.mark.parametrize(
    ("text", "cursor", "word"),
    [
        ("_wm", 3, Word("_wm", 0)),
        ("hello _wm", 9, Word("_wm", 6)),
        ("(_wm and more", 4, Word("_wm", 1)),
        ("a\n_wm-2", 7, Word("_wm-2", 2)),
        ("_wm and", 3, Word("_wm", 0)),
        ("_wm and", 7, None),
        ("_wm ", 4, None),
        ("my_wm", 5, None),
        ("__init", 6, None),
        ("_", 1, None),
        ("", 0, None),
    ],
)
def test_only_the_word_left_of_the_cursor_counts(text: str, cursor: int, word: Word | None) -> None:
    assert word_before(text, cursor) == word


def test_an_abbreviation_is_found_in_other_capitals_where_that_is_clear() -> None:
    known = {
        "_wm": Abbreviation("_wm", "a"),
        "_Bye": Abbreviation("_Bye", "b"),
        "_bye": Abbreviation("_bye", "c"),
    }
    assert named("_WM", known) == known["_wm"]
    assert named("_bye", known) == known["_bye"]
    assert named("_BYE", known) is None
    assert [one.name for one in like("_w", known)] == ["_wm"]
    assert [one.name for one in like("_vm", known)] == ["_wm"]
    assert like("_xyzzy", known) == []


def test_fields_are_filled_in_and_other_braces_stay() -> None:
    names = Names("Anna", "Maria", "Sales")
    assert expanded("{nick}/{agent}/{service}/{x}/{}/{{nick}}", names) == "Anna/Maria/Sales/{x}/{}/{Anna}"
    assert expanded("\none\n\ntwo\n", names) == "one\n\ntwo"


def test_a_visitors_name_is_cleaned_and_not_filled_in_again() -> None:
    assert expanded("Hi {nick}!", Names("{agent}", "Maria")) == "Hi {agent}!"
    assert expanded("Hi {nick}!", Names("a\x1b]0;x\x07\nb")) == "Hi a␛]0;x␇ b!"


braces = st.text(st.sampled_from("{}nickagentservice_wm ")) | st.sampled_from(
    ["{nick}", "{agent}", "_wm", "{service}"]
)


@given(st.lists(braces | st.sampled_from(["{nick}"])), braces, braces)
def test_what_is_filled_in_is_never_read_again(parts: list[str], nick: str, agent: str) -> None:
    from tui.text import clean_line

    text = "".join(parts)
    marked = expanded(text, Names("\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}", ""))
    filled = marked.replace("\N{BLACK CIRCLE}", clean_line(nick)).replace("\N{WHITE CIRCLE}", "{}")
    assert expanded(text, Names(nick, "{}", "")) == filled


@given(st.text(max_size=12), st.text(max_size=12), st.text(st.sampled_from("_wm a"), min_size=1, max_size=8))
def test_a_word_inside_what_was_inserted_is_known(before: str, after: str, inserted: str) -> None:
    text = before + inserted + after
    for cursor in range(len(before) + 1, len(before) + len(inserted) + 1):
        word = word_before(text, cursor)
        if word is not None and word.start >= len(before):
            assert came_from(word, text, [inserted])


def test_a_word_of_the_agents_own_is_not_taken_for_an_inserted_one() -> None:
    assert not came_from(Word("_wm", 4), "Hi! _wm", ["Hello"])
    assert not came_from(Word("_wm", 9), "_wm said _wm", ["_wm said "])
    assert came_from(Word("_wm", 0), "_wm said _wm", ["_wm said "])
