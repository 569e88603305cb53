"""From a parsed TOML document to Settings, with a problem for whatever cannot be used. Pure: reads no file.

Generic over the dataclasses of ``schema``: no key is named here.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from tui.config.fields import (
    UnfitError,
    allowed,
    default_of,
    entries_of,
    every_setting,
    fault,
    fit,
    hints,
    name_fault,
    open_table,
    section_type,
)
from tui.config.layout import KeyPath, Layout, join_key, layout_of
from tui.config.schema import Settings
from tui.text import CleanText, clean_line


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the settings file that cannot be used, and the cure."""

    file: Path
    line: int
    """From 1; 0 when it is about the file as a whole."""
    key: str
    """Dotted; empty when it is about the file as a whole."""
    message: CleanText
    """Names the key, what is wrong, what is allowed, and what is done meanwhile."""
    column: int = 0
    """From 1, for errors of TOML itself; else 0."""

    def __str__(self) -> str:
        """As in ``config.toml:3: audio.volume must be …``."""
        place = [str(self.file), *(str(number) for number in (self.line, self.column) if number)]
        return f"{':'.join(place)}: {self.message}"


class BrokenTomlError(Exception):
    """The text is not TOML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


Parsed = tuple[Settings, tuple[Problem, ...]]


def parse(document: Mapping[str, object], where: Path, layout: Layout | None = None) -> Parsed:
    """Settings of a document. What cannot be used stands at its default; the rest counts."""
    reader = _Reader(where, layout or Layout())
    settings = cast(Settings, reader.section(Settings, document, ()))
    return settings, tuple(sorted(reader.problems, key=lambda problem: problem.line))


def parse_text(text: str, where: Path) -> Parsed:
    """Settings of a TOML text. Raises BrokenTomlError."""
    return parse(read_toml(text, where), where, layout_of(text))


_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")


def read_toml(text: str, where: Path) -> dict[str, object]:
    """The document. Raises BrokenTomlError with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error).splitlines()[0]
        place = _PLACE.search(said)
        if place and place[1]:
            line, column = int(place[1]), int(place[2])
        else:
            line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        said = _PLACE.sub("", said).removesuffix(".")
        said = f"{said[:1].lower()}{said[1:]}"
        if written := text.split("\n")[line - 1].strip():
            said += f" in {_shortened(written)}"
        if "nvalid value" in said:
            said += ' (text stands in "quotes"; true, false and numbers do not)'
    except (ValueError, RecursionError):  # 5,000 digits, 1,000 brackets: tomllib lets Python's own errors out
        line = column = 0
        said = "a number is too long or brackets are nested too deeply"
    raise BrokenTomlError(Problem(where, line, "", clean_line(f"This is not TOML: {said}."), column))


class _Reader:
    """Walks the document beside the schema and collects problems."""

    def __init__(self, where: Path, layout: Layout) -> None:
        self._where = where
        self._layout = layout
        self.problems: list[Problem] = []

    def section(self, kind: type, table: Mapping[str, object], path: KeyPath) -> object:
        """A dataclass of the schema from its table."""
        known = hints(kind)
        for name in table:
            if name not in known:
                self._unknown((*path, name), tuple(known))
        values: dict[str, object] = {}
        for field in dataclasses.fields(kind):
            if field.name in table:
                here = (*path, field.name)
                values[field.name] = self._value(
                    known[field.name], table[field.name], here, default_of(field)
                )
        return kind(**values)

    def _value(self, hint: object, value: object, path: KeyPath, default: object) -> object:
        kind = section_type(hint)
        inner = open_table(hint)
        if kind is None and inner is None:
            return self._plain(hint, value, path, default)
        if not isinstance(value, Mapping):
            self._say(path, f"must be a table, [{join_key(path)}], but is {_shown(value)}. It is left out.")
            return default
        if kind is not None:
            return self.section(kind, value, path)
        return self._open(hint, value, path)

    def _open(self, hint: object, table: Mapping[str, object], path: KeyPath) -> Mapping[str, object]:
        """A table with free names; an entry that cannot be used is left out."""
        entries: dict[str, object] = {}
        for name, value in table.items():
            if wrong := name_fault(hint, name):
                self._say((*path, name), f"is left out: its name must be {wrong}.")
                continue
            entry = self._value(open_table(hint), value, (*path, name), None)
            if entry is not None:
                entries[name] = entry
        return MappingProxyType(entries)

    def _plain(self, hint: object, value: object, path: KeyPath, default: object) -> object:
        entry = entries_of(hint)
        if entry is not None and isinstance(value, list):
            return self._list(entry, value, path, default)
        try:
            return fit(hint, value)
        except UnfitError:
            instead = "It is left out." if default is None else f"{_shown(default)} is used instead."
            self._say(path, f"must be {allowed(hint)}, but is {_shown(value)}. {instead}")
            return default

    def _list(self, entry: object, values: list[object], path: KeyPath, default: object) -> object:
        """A list; an entry that cannot be used is left out, and the rest counts."""
        kept: list[object] = []
        unfit: list[object] = []
        for value in values:
            try:
                kept.append(fit(entry, value))
            except UnfitError:
                unfit.append(value)
        rest = "The rest counts." if kept else f"{_shown(default)} is used instead."
        for value in unfit:
            self._say(path, f"leaves out {_shown(value)}: {fault(entry, value)}. {rest}")
        return tuple(kept) if kept or not values else default

    def _unknown(self, path: KeyPath, siblings: tuple[str, ...]) -> None:
        near = _nearest(path, siblings)
        hint = f'did you mean "{near}"?' if near else "every setting stands in config.example.toml."
        self._say(path, f"is not a setting and is left out: {hint}")

    def _say(self, path: KeyPath, what: str) -> None:
        key = join_key(path)
        self.problems.append(Problem(self._where, self._layout.line(path), key, clean_line(f"{key} {what}")))


def _nearest(path: KeyPath, siblings: tuple[str, ...]) -> str:
    """The key that was meant, perhaps: a sibling, the same name elsewhere, or something like it."""
    import difflib  # as json below: most files have no problem, and every start pays for an import

    name = path[-1].lower().replace("-", "_")
    if beside := difflib.get_close_matches(name, siblings, 1, 0.6):
        return join_key((*path[:-1], beside[0]))
    everywhere = [setting.key for setting in every_setting()]
    same = [key for key in everywhere if key.endswith(f".{name}")]
    near = difflib.get_close_matches(join_key(path), same or everywhere, 1, 0.0 if same else 0.6)
    return near[0] if near else ""


_LONGEST_SHOWN = 60


def _shown(value: object) -> str:
    """A value as the file would write it, kept short."""
    import json

    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, tuple):
        value = list(value)
    try:
        return _shortened(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError):  # a date, nan, inf
        return _shortened(str(value))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
