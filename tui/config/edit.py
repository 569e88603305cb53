"""Changes one setting in a TOML text and leaves the rest as it was: comments, order, unknown keys, newlines.

Text in, text out. tomlkit replaces values; where a key is new, its place is found by ``layout``, since
tomlkit would put it behind the comment that belongs to the next section. Every result is read back and
compared.
"""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from tui.config.layout import KeyPath, Layout, Section, join_key, layout_of

_Table = MutableMapping[str, Any]


class EditError(Exception):
    """The key cannot be changed in this text without harming something else."""


def with_value(text: str, path: KeyPath, value: object, why: str) -> str:
    """The text with that key set; a new key gets ``why`` as a comment above it. Raises EditError.

    ``text`` must be valid TOML; ``value`` one that TOML can write.
    """
    expected = tomllib.loads(text)
    _table_for(expected, path)[path[-1]] = value
    layout = layout_of(text)
    if path in layout.keys:
        changed = _replaced(text, path, value)
    elif any(path[:length] in layout.keys for length in range(1, len(path))):
        changed = _replaced(text, path, value)  # into an inline table
    else:
        changed = _added(text, layout, path, value, why, expected)
    return _checked(changed, expected)


def without(text: str, path: KeyPath, why: str) -> str:
    """The text without that key, and without the comment ``why`` right above it. Raises EditError."""
    expected = tomllib.loads(text)
    table = _table_for(expected, path)
    if path[-1] not in table:
        return text
    del table[path[-1]]
    statement = layout_of(text).keys.get(path)
    if statement is None:
        document = tomlkit.parse(text)
        del _table_for(document, path)[path[-1]]
        return _checked(tomlkit.dumps(document), expected)
    start = statement.start
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if why and text[above:start].strip() == f"# {why}":
        start = above
    return _checked(text[:start] + text[statement.end :], expected)


def _table_for(document: _Table, path: KeyPath) -> _Table:
    """The table that holds the last part of the path, made where it is missing."""
    table = document
    for name in path[:-1]:
        table = table.setdefault(name, {})
        if not isinstance(table, MutableMapping):
            raise EditError(f"{name} is not a table there")
    return table


def _replaced(text: str, path: KeyPath, value: object) -> str:
    try:
        document = tomlkit.parse(text)
        _table_for(document, path)[path[-1]] = _item(value)
        return tomlkit.dumps(document)
    except (TOMLKitError, TypeError, ValueError) as error:
        raise EditError(str(error)) from error


def _added(
    text: str, layout: Layout, path: KeyPath, value: object, why: str, expected: dict[str, Any]
) -> str:
    """A new line in its section, or in a new section at the end, or with a dotted key in a section around it:
    where ``audio.volume = 1`` stands, [audio] may not be opened again."""
    section = layout.sections.get(path[:-1])
    if section is not None:
        return _inserted(text, section, path[-1:], value, why)
    head = [""] if text.strip() else []
    lines = [*head, f"[{join_key(path[:-1])}]", *_lines("", path[-1:], value, why)]
    candidates = [_with_lines(text, len(text), lines)]
    for length in range(len(path) - 2, -1, -1):
        if around := layout.sections.get(path[:length]):
            candidates.append(_inserted(text, around, path[length:], value, why))
    for candidate in candidates:
        with suppress(EditError):
            return _checked(candidate, expected)
    raise EditError(f"there is no place for {join_key(path)}")


def _inserted(text: str, section: Section, key: KeyPath, value: object, why: str) -> str:
    return _with_lines(text, section.end, _lines(section.indent, key, value, why))


def _lines(indent: str, key: KeyPath, value: object, why: str) -> list[str]:
    assignment = f"{indent}{join_key(key)} = {_item(value).as_string()}"
    return [f"{indent}# {why}", assignment] if why else [assignment]


def _item(value: object) -> Item:
    """A value as it is written: text of several lines on several lines."""
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return cast(Item, tomlkit.item(cast(Any, value)))


def _with_lines(text: str, at: int, lines: list[str]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text[:at]
    if before and not before.endswith("\n"):
        before += newline
    return before + "".join(line + newline for line in lines) + text[at:]


def _checked(text: str, expected: dict[str, Any]) -> str:
    """The text, once it is proved to say what was meant and nothing else."""
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise EditError(str(error)) from error
    if found != expected and repr(found) != repr(expected):  # repr: nan is not equal to nan
        raise EditError("the rest of the file would change")
    return text
