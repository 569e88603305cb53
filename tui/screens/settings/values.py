"""Values as the agent reads and changes them: words, steps, choices, what he typed. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import cast

from tui.config.fields import Setting, UnfitError, every_setting, setting
from tui.config.layout import join_key
from tui.config.limits import COLOURS
from tui.config.schema import OnClick, Settings
from tui.link.commands import ChangeSetting
from tui.screens.settings.catalogue import CLICK_WORDS, CLOSE_AFTER, SERVICE_FIELDS, Kind, Row
from tui.text import CleanText, clean_line
from tui.widgets import glyphs

Value = bool | int | float | str | tuple[str, ...]

FRACTION_STEP = 0.05
BAR = 10

UNSET_WORDS = {
    "ring_tone": "as for all others",
    "dissuasion_time": "as for all others",
    "dissuasion_message": "as for all others",
}


def value_of(settings: Settings, one: Setting) -> Value | None:
    """What the setting is now; None where nothing is set and there is no default."""
    at: object = settings
    for name in one.path:
        if isinstance(at, Mapping):
            at = at.get(name)
        elif at is not None:
            at = getattr(at, name)
    return cast("Value | None", at)


def own_values(settings: Settings) -> list[tuple[str, Value | None]]:
    """Every setting that is not at its default, with what it is."""
    keys = [one.key for one in every_setting()]
    keys += [join_key(("keys", id)) for id in settings.keys]
    keys += [join_key(("services", name, field)) for name in settings.services for field in SERVICE_FIELDS]
    known = [(one, value_of(settings, one)) for one in map(setting, keys)]
    return [(one.key, value) for one, value in known if value != one.default]


def words_of(row: Row, value: Value | None) -> str:
    """A value in words."""
    if value is None:
        return UNSET_WORDS.get(row.setting.path[-1], "none") if row.setting else ""
    match row.kind:
        case Kind.SWITCH:
            return f"{glyphs.READY} on" if value else f"{glyphs.PAUSED} off"
        case Kind.CLOSE_AFTER:
            return close_after_words(int(cast(int, value)))
        case Kind.CHOICE:
            return CLICK_WORDS[value] if isinstance(value, OnClick) else str(value)
        case Kind.NUMBER if isinstance(value, float):
            filled = round(value * BAR)
            return f"{value:g} {glyphs.BAR_FULL * filled}{glyphs.BAR_EMPTY * (BAR - filled)}"
        case Kind.TONE if value != "":
            return file_name(str(value))
        case Kind.LIST if isinstance(value, tuple):
            return clean_line(shlex.join(value)) if value else "none"
    return clean_line(str(value)) if str(value) else "none"


def file_name(tone: str) -> CleanText:
    """The last part of a path, or the name of a tone."""
    return clean_line(re.split(r"[/\\]", tone)[-1])


def close_after_words(seconds: int) -> str:
    """As in "10 s", or "never"."""
    return f"{seconds} s" if seconds else "never"


def choices_for(
    row: Row, value: Value | None, tones: list[str], themes: list[str]
) -> list[tuple[Value, str]]:
    """What a row offers, in order, with its words; what is set stands among it, whatever it is."""
    offered: list[Value]
    match row.kind:
        case Kind.SWITCH:
            offered = [False, True]
        case Kind.CLOSE_AFTER:
            offered = list(CLOSE_AFTER)
            if value not in offered:
                offered.insert(0, cast(int, value))
        case Kind.TONE:
            offered = [*_no_tone(row), *tones]
            if value is not None and value not in offered:
                offered.insert(0, value)
        case Kind.COLOUR:
            offered = ["", *COLOURS]
            if value is not None and value not in offered:
                offered.insert(1, value)
        case Kind.THEME:
            offered = [*themes]
            if value is not None and value not in offered:
                offered.insert(0, value)
        case _:
            offered = list(row.setting.choices) if row.setting else []
            offered = [row.setting.fit(one) for one in offered] if row.setting else []  # type: ignore[misc]
    return [(one, _choice_words(row, one)) for one in offered]


def _no_tone(row: Row) -> list[Value]:
    """Where no tone may be set, that is a choice too."""
    return [""] if row.setting is not None and row.setting.default in (None, "") else []


def _choice_words(row: Row, value: Value) -> str:
    if row.kind is Kind.TONE and value == "":
        optional = row.setting is not None and row.setting.default is None
        return "as for all others" if optional else "the one that rings"
    return words_of(row, value)


def stepped(row: Row, value: Value | None, by: int, offered: list[Value]) -> Value | None:
    """The neighbour of a value; None at the end, and where there is none."""
    if row.kind is Kind.NUMBER and row.setting is not None:
        return _stepped_number(row.setting, value, by)
    if value not in offered:
        return None
    at = offered.index(value) + by
    return offered[at] if 0 <= at < len(offered) else None


def _stepped_number(one: Setting, value: Value | None, by: int) -> Value | None:
    number = value if isinstance(value, int | float) else 0
    if one.base is float:
        wanted: Value = round(number + by * FRACTION_STEP, 2)
    else:
        size = next((step for below, step in ((20, 1), (100, 5), (1000, 10)) if number < below), 100)
        wanted = int(number + by * size)
    try:
        return cast(Value, one.fit(wanted))
    except UnfitError:
        return _edge(one, by, wanted)


def _edge(one: Setting, by: int, beyond: Value) -> Value | None:
    """The last value on that side, when a step goes beyond it."""
    step = 0.01 if one.base is float else 1
    wanted = beyond
    for _ in range(100):
        wanted = round(cast(float, wanted) - by * step, 2)
        try:
            return cast(Value, one.fit(int(wanted) if one.base is int else wanted))
        except UnfitError:
            continue
    return None


def typed(one: Setting, text: str) -> Value:
    """What the agent typed, as a value. Raises UnfitError with what it must be."""
    text = text.strip()
    wanted: object = text
    if one.base is int:
        wanted = _number(text, int)
    elif one.base is float:
        wanted = _number(text.replace(",", "."), float)
    elif one.base is not str:
        wanted = _words(one, text)
    return cast(Value, one.fit(wanted))


def _number(text: str, kind: type[int] | type[float]) -> object:
    try:
        return kind(text)
    except ValueError:
        return text


def _words(one: Setting, text: str) -> list[str]:
    """A list, written like a command line or like a list in TOML."""
    try:
        if text.startswith("["):
            found = json.loads(text)
            return [str(part) for part in found] if isinstance(found, list) else []
        return shlex.split(text)
    except ValueError as error:
        raise UnfitError(f"words with their quotes closed ({error})") from error


def as_typed(value: Value | None) -> str:
    """A value as the agent would type it."""
    if isinstance(value, tuple):
        return shlex.join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def change(one: Setting, value: Value) -> ChangeSetting:
    """The wish for that value."""
    return ChangeSetting(one.key, str(value) if isinstance(value, str) else value)
