"""Keys are found on their lines in whatever way TOML allows them to be written."""

from __future__ import annotations

import tomllib

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.config.layout import join_key, layout_of, split_key

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = '''\
# [not.a.section] = 1
top = "a # no comment [x]"   # a comment with "quotes
"quoted key".'lit.eral' = 1

  [audio] # here
  volume = 0.5
many = [
  "]", # ]
  { a = "}" },
]
text = """
[fake]
x = 1 \\""" still ""\\""""
raw = \'\'\'
[fake2]\'\'\'\'\'
inline = { a = 1, b = { c = 2 } }
[ audio . "pending" ]
loop = true
[[lists]]
x = 1
[[lists]]
x = 2
'''


def test_every_key_has_its_line() -> None:
    tomllib.loads(TEXT)
    layout = layout_of(TEXT)
    assert {join_key(path): statement.line for path, statement in layout.keys.items()} == {
        "top": 2,
        '"quoted key"."lit.eral"': 3,
        "audio.volume": 6,
        "audio.many": 7,
        "audio.text": 11,
        "audio.raw": 14,
        "audio.inline": 16,
        "audio.pending.loop": 18,
        "lists.x": 20,
    }
    assert {join_key(path): section.line for path, section in layout.sections.items()} == {
        "": 0,
        "audio": 5,
        "audio.pending": 17,
        "lists": 19,
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_statement_is_whole_lines(newline: str) -> None:
    text = TEXT.replace("\n", newline)
    layout = layout_of(text)
    lines = text.splitlines(keepends=True)
    statement = layout.keys["audio", "many"]
    assert text[statement.start : statement.end] == "".join(lines[6:10])
    assert layout.sections["audio",].end == layout.keys["audio", "inline"].end
    assert layout.keys["lists", "x"].line == 20


def test_what_stands_in_an_inline_table_has_the_line_of_the_table() -> None:
    layout = layout_of(TEXT)
    assert layout.line(("audio", "inline", "b", "c")) == 16
    assert layout.line(("audio", "pending", "nothing")) == 17
    assert layout.line(("nowhere",)) == 0


@unhurried
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_a_key_of_any_characters_survives_writing_and_reading(parts: list[str]) -> None:
    assert split_key(join_key(tuple(parts))) == tuple(parts)
    tomllib.loads(f"{join_key(tuple(parts))} = 1")


plain = st.one_of(
    st.booleans(), st.integers(-9, 9), st.text(st.sampled_from("a\"'\\\n#[]{}=,. "), max_size=8)
)
values = st.one_of(plain, st.lists(plain, max_size=3), st.dictionaries(st.text("ab. #'", min_size=1), plain))


@unhurried
@given(
    st.dictionaries(st.text("ab.\"' =#[", min_size=1), st.dictionaries(st.text("xy=#", min_size=1), values))
)
def test_no_valid_file_leads_it_astray(document: dict[str, dict[str, object]]) -> None:
    text = tomlkit.dumps(document)
    layout = layout_of(text)
    found = {path[:2] for path in layout.keys} | {path for path in layout.sections if len(path) == 2}
    assert found == {(section, key) for section, table in document.items() for key in table}
    lines = text.splitlines()
    for statement in layout.keys.values():
        assert "=" in lines[statement.line - 1]
