"""The settings as a list: what each is called, may be and means. Read from ``schema``; nothing is said twice.

Reading a file is in ``parse``.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tui.config.layout import KeyPath, join_key, split_key
from tui.config.limits import Limit, Spelling, Whole, one_of
from tui.config.schema import Settings


class UnfitError(ValueError):
    """A value that a setting may not take. The text says what it must be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting."""

    path: KeyPath
    hint: object
    """Its type, with its limit, as annotated in ``schema``."""
    default: object
    explanation: str
    free: bool = False
    """Whether its name is the agent's own choice; then the explanation is that of the table around it."""

    @property
    def key(self) -> str:
        """As in ``audio.pending.loop``."""
        return join_key(self.path)

    @property
    def allowed(self) -> str:
        """The values it may take, to follow "must be"."""
        return allowed(self.hint)

    @property
    def base(self) -> object:
        """Its type without limits, and without "or None"."""
        return _parted(self.hint)[0]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of an enumeration that it may take; empty when it is of another type."""
        base, limits = _parted(self.hint)
        if not (isinstance(base, type) and issubclass(base, StrEnum)):
            return ()
        return tuple(value for value in base if all(limit.admits(value) for limit in limits))

    def fit(self, value: object) -> object:
        """The value as the schema holds it. Raises UnfitError."""
        return fit(self.hint, value)


def hints(section: type) -> Mapping[str, object]:
    """Field names of a section with their annotated types."""
    return _hints(section)


@cache
def _hints(section: type) -> Mapping[str, object]:
    return types.MappingProxyType(typing.get_type_hints(section, include_extras=True))


def section_type(hint: object) -> type | None:
    """The dataclass when this is a section, else None."""
    return hint if isinstance(hint, type) and dataclasses.is_dataclass(hint) else None


def open_table(hint: object) -> object | None:
    """What the values of a table with free names are, else None."""
    return typing.get_args(hint)[1] if typing.get_origin(hint) is Mapping else None


def name_fault(hint: object, name: str) -> str:
    """What a name in this table with free names must be; empty when it is."""
    names = typing.get_args(hint)[0]
    try:
        fit(names, name)
    except UnfitError as error:
        return str(error)
    return ""


def default_of(field: dataclasses.Field[object]) -> object:
    """What the field is when nothing is set."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def every_setting() -> tuple[Setting, ...]:
    """All settings with a fixed name, in the order of the file."""
    return tuple(_walk(Settings, ()))


def _walk(section: type, path: KeyPath) -> Iterator[Setting]:
    below: list[Setting] = []
    for field in dataclasses.fields(section):
        hint = hints(section)[field.name]
        here = (*path, field.name)
        inner = section_type(hint)
        if inner is not None:
            below.extend(_walk(inner, here))
        elif open_table(hint) is None:
            yield Setting(
                here, hint, default_of(field), _explanations().get((section.__name__, field.name), "")
            )
    yield from below


def setting(key: str | KeyPath) -> Setting:
    """That setting, ``services."Sales".dissuasion_time`` and ``keys.quit`` too. Raises KeyError, for a name
    that a table with free names does not take as well."""
    try:
        path = split_key(key) if isinstance(key, str) else key
    except ValueError as error:
        raise KeyError(key) from error
    section: type | None = Settings
    owner, hint, default, name = "", typing.cast(object, Settings), typing.cast(object, None), ""
    rest = list(path)
    free = False
    while rest:
        free = False
        if section is not None:
            owner, name = section.__name__, rest.pop(0)
            hint = hints(section)[name]
            default = next(default_of(field) for field in dataclasses.fields(section) if field.name == name)
        elif (value_hint := open_table(hint)) is not None and not name_fault(hint, rest.pop(0)):
            hint, default = value_hint, None
            free = True
        else:
            raise KeyError(join_key(path))
        section = section_type(hint)
    if section is not None or open_table(hint) is not None:
        raise KeyError(join_key(path))
    return Setting(path, hint, default, _explanations().get((owner, name), ""), free)


def explain(key: str | KeyPath) -> str:
    """The sentence under the field in ``schema``, on one line. Raises KeyError."""
    return setting(key).explanation


@cache
def _explanations() -> Mapping[tuple[str, str], str]:
    """By class and field. Docstrings of fields are not kept at run time, so they are read from the source,
    which the wheel carries; without it the console works and explains nothing."""
    import ast  # with the rest, 15 ms that a start without an explanation need not pay
    import importlib.resources
    import inspect

    try:
        source = importlib.resources.files("tui.config").joinpath("schema.py").read_text("utf-8")
    except OSError:
        return {}
    found: dict[tuple[str, str], str] = {}
    for owner in ast.parse(source).body:
        if not isinstance(owner, ast.ClassDef):
            continue
        for field, after in zip(owner.body, owner.body[1:], strict=False):
            match field, after:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[owner.name, name] = " ".join(inspect.cleandoc(text).split())
    return found


def _parted(hint: object) -> tuple[object, tuple[Limit, ...]]:
    """The type itself, without "or None", and its limits."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    if typing.get_origin(hint) is typing.Annotated:
        base, *limits = typing.get_args(hint)
        return base, tuple(limits)
    return hint, ()


def allowed(hint: object) -> str:
    """The values a type admits, to follow "must be"."""
    base, limits = _parted(hint)
    if typing.get_origin(base) is tuple:
        return f"a list of {allowed(typing.get_args(base)[0])}"
    own = " ".join(limit.words for limit in limits)
    if base is bool:
        return "true or false"
    if base is int:
        return f"a whole number {own}".rstrip()
    if base is float:
        return f"a number {own}".rstrip()
    if own:
        return own
    if isinstance(base, type) and issubclass(base, StrEnum):
        return one_of(tuple(base))
    return "text in quotes"


def fit(hint: object, value: object) -> object:
    """The value as the schema holds it (a list as a tuple, an enumeration's member). Raises UnfitError."""
    base, limits = _parted(hint)
    if typing.get_origin(base) is tuple:
        if not isinstance(value, list | tuple):
            raise UnfitError(allowed(hint))
        return tuple(fit(typing.get_args(base)[0], part) for part in value)
    fitted = _of_type(base, value)
    if isinstance(fitted, str):
        for limit in limits:
            fitted = limit.normal(fitted) if isinstance(limit, Spelling) else fitted
    if fitted is None or not all(limit.admits(fitted) for limit in limits):
        raise UnfitError(allowed(hint))
    return fitted


def entries_of(hint: object) -> object | None:
    """What each entry of a list is, where an entry that cannot be used may be left out; else None."""
    base, limits = _parted(hint)
    if typing.get_origin(base) is not tuple or any(isinstance(limit, Whole) for limit in limits):
        return None
    return typing.cast(object, typing.get_args(base)[0])


def fault(hint: object, value: object) -> str:
    """Why a value that does not fit cannot be used, and the cure: a clause without its subject."""
    base, limits = _parted(hint)
    if isinstance(value, str):
        for limit in limits:
            if isinstance(limit, Spelling):
                return limit.fault(value)
    own = " ".join(limit.words for limit in limits)
    is_text = isinstance(value, str) or base is not str
    return f"it must be {own}" if own and is_text else "it must be text in quotes"


def _of_type(base: object, value: object) -> object | None:
    """The value as that plain type; None when it is of another. true is no number; 1 is a fine volume."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if base is bool and isinstance(value, bool):
        return bool(value)
    if base is int and is_number and isinstance(value, int):
        return int(value)
    if base is float and is_number:
        try:
            number = float(typing.cast(float, value))
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    if isinstance(base, type) and issubclass(base, str) and isinstance(value, str):
        if not issubclass(base, StrEnum):
            return str(value)
        return base(value) if value in tuple(base) else None
    return None
