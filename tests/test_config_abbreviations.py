"""Abbreviations in the settings file: tables of free names, one of them inside another."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.edit import with_value, without
from tui.config.file import SettingsFile, SettingsNotSaved
from tui.config.parse import parse_text

HERE = Path("c.toml")

BY_HAND = '''\
# my texts
[abbreviations]
_wm = "Welcome {nick}"  # the first thing I say

# closing
_bye = """
Good bye,
{agent}"""

[services."Sales"]
colour = "green"  # money
'''


def test_texts_of_several_lines_are_read() -> None:
    settings, problems = parse_text(BY_HAND, HERE)
    assert problems == ()
    assert settings.abbreviations == {"_wm": "Welcome {nick}", "_bye": "Good bye,\n{agent}"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (
            '[abbreviations]\nwm = "x"',
            2,
            "abbreviations.wm is left out: its name must be an underscore and up to 31",
        ),
        (
            '[abbreviations]\n_ok = "x"\n_wm = 3',
            3,
            "abbreviations._wm must be text of 1 to 4000 characters, but is 3",
        ),
        ('[abbreviations]\n_wm = " "', 2, "must be text of 1 to 4000 characters"),
        ('[abbreviations]\n_wm = "\\u0007"', 2, "must be text of 1 to 4000 characters"),
        (
            '[languages."it-IT".abbreviations]\n_wm = "x"',
            1,
            "languages.it-IT is left out: its name must be a language",
        ),
        ('[languages.it.abreviations]\n_wm = "x"', 1, 'did you mean "languages.it.abbreviations"?'),
        ('[services.Sales]\nabbreviations = "x"', 2, "services.Sales.abbreviations must be a table"),
        ('abbreviations = "x"', 1, "must be a table, [abbreviations]"),
    ],
)
def test_a_mistake_is_told_with_line_and_key_and_the_rest_counts(text: str, line: int, says: str) -> None:
    settings, problems = parse_text(text + "\n[audio]\nvolume = 0.5\n", HERE)
    assert settings.audio.volume == 0.5
    assert [problem.line for problem in problems] == [line]
    assert says in problems[0].message


def test_changing_one_keeps_comments_order_and_everything_else(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(BY_HAND)
    file = SettingsFile(path)
    file.set("abbreviations._wm", "Hello\n{nick}")
    assert path.read_text() == BY_HAND.replace('"Welcome {nick}"', '"""Hello\n{nick}"""')
    file.set("abbreviations._wm", "Welcome {nick}")
    assert path.read_text() == BY_HAND


def test_new_ones_go_into_their_tables_and_leave_again(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(BY_HAND)
    file = SettingsFile(path)
    file.set("abbreviations._new", "one\ntwo")
    file.set("services.Sales.abbreviations._wm", "from Sales")
    settings = file.set("languages.it.abbreviations._wm", "Ciao")
    assert settings.abbreviations["_new"] == "one\ntwo"
    assert settings.services["Sales"].abbreviations == {"_wm": "from Sales"}
    assert settings.services["Sales"].colour == "green"
    assert settings.languages["it"].abbreviations == {"_wm": "Ciao"}
    text = path.read_text()
    assert text.index("_bye") < text.index('_new = """one\ntwo"""') < text.index('[services."Sales"]')
    assert "# the first thing I say" in text
    assert "{service} are filled in" not in text  # one sentence above every entry would be noise
    for key in ("abbreviations._new", "services.Sales.abbreviations._wm", "languages.it.abbreviations._wm"):
        assert key in file.own_keys()
        settings = file.unset(key)
    assert settings.abbreviations == parse_text(BY_HAND, HERE)[0].abbreviations
    assert settings.languages["it"].abbreviations == {}
    assert settings.services["Sales"].abbreviations == {}


def test_a_name_or_text_that_cannot_stand_is_not_written(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "c.toml")
    with pytest.raises(KeyError):
        file.set("abbreviations.wm", "x")
    with pytest.raises(KeyError):
        file.set('languages."it-IT".abbreviations._wm', "x")
    with pytest.raises(SettingsNotSaved, match="text of 1 to 4000"):
        file.set("abbreviations._wm", "\x07")
    assert not file.path.exists()


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t\"\\'"), min_size=1
)


@given(texts, st.sampled_from(["", BY_HAND, "[abbreviations]\n_x = 'old'\n", BY_HAND.replace("\n", "\r\n")]))
def test_any_text_comes_back_as_it_was_written(text: str, before: str) -> None:
    for path in (("abbreviations", "_x"), ("services", "Sales", "abbreviations", "_x")):
        changed = with_value(before, path, text, "")
        found = tomllib.loads(changed)
        for name in path:
            found = found[name]
        assert found == text  # type: ignore[comparison-overlap]
        left = tomllib.loads(without(changed, path, ""))
        for name in path[:-1]:
            left = left[name]
        assert "_x" not in left
