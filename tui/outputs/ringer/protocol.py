"""What speaker and child say to each other: one JSON object a line, over the child's stdin and stdout.

Imported by the child, whose start must be cheap: the standard library only.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")


class GarbledError(ValueError):
    """A line that is not of this protocol."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file and how loud."""

    path: str
    instead: str
    """The file to play when that one cannot be decoded; empty for none."""
    volume: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Once:
    """A sound to be played once under this number."""

    number: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class Order:
    """Speaker to child: what should be sounding now."""

    id: int
    """Counts up from 1 over the life of one child."""
    ring: Sound | None = None
    once: tuple[Once, ...] = ()
    hushed: int = 0
    """Sounds numbered up to this are cut at once."""


class Doing(StrEnum):
    """What a child may never come back from."""

    OPENING = "opening"
    """Opening the sound device: a frozen sound server holds it for ever."""
    LOADING = "loading"
    """Reading and decoding a sound file."""
    CLOSING = "closing"
    """Releasing the sound device."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Child to speaker, before it begins; over with the next report."""

    doing: Doing
    what: str = ""
    """The path of the file it loads."""


@dataclass(frozen=True, slots=True)
class Report:
    """Child to speaker: how things stand, after every order and whenever something changed."""

    id: int
    """The last order carried out; 0 before the first: the child is ready."""
    device: str = ""
    """The driver of the open device; empty while it is released."""
    ringing: bool = False
    played: tuple[int, ...] = ()
    """Numbers of the latest sounds that were really started, oldest first."""
    problem: str = ""
    """Why nothing can be heard, in plain words; empty when all is well."""
    spoilt: tuple[tuple[str, str], ...] = ()
    """Files of the present order that could not be decoded, and why."""
    sounding: tuple[int, ...] = ()
    """Numbers of the sounds still to be heard."""


def encode(message: Order | Busy | Report) -> bytes:
    """The line for a message, newline included. ASCII only, so that no locale can spoil it."""
    return json.dumps(asdict(message), separators=(",", ":")).encode("ascii") + b"\n"


def decode_order(line: bytes) -> Order:
    """What the speaker said. Raises :class:`GarbledError`."""
    fields = _object(line)
    ring, once = fields.get("ring"), fields.get("once")
    if not isinstance(once, list):
        raise GarbledError(line)
    return Order(
        id=_field(fields, "id", int),
        ring=None if ring is None else _sound(ring),
        once=tuple(Once(_field(one, "number", int), _sound(one.get("sound"))) for one in map(_dict, once)),
        hushed=_field(fields, "hushed", int),
    )


def decode_word(line: bytes) -> Busy | Report:
    """What the child said. Raises :class:`GarbledError`."""
    fields = _object(line)
    if "doing" in fields:
        try:
            return Busy(Doing(_field(fields, "doing", str)), _field(fields, "what", str))
        except ValueError as error:
            raise GarbledError(line) from error
    spoilt = []
    for pair in _field(fields, "spoilt", list):
        if not (isinstance(pair, list) and len(pair) == 2):
            raise GarbledError(line)
        spoilt.append((str(pair[0]), str(pair[1])))
    return Report(
        id=_field(fields, "id", int),
        device=_field(fields, "device", str),
        ringing=_field(fields, "ringing", bool),
        played=_numbers(fields, "played"),
        problem=_field(fields, "problem", str),
        spoilt=tuple(spoilt),
        sounding=_numbers(fields, "sounding"),
    )


def _object(line: bytes) -> dict[str, object]:
    try:
        return _dict(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise GarbledError(line) from error


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise GarbledError(value)
    return value


def _field(fields: dict[str, object], name: str, kind: type[_T]) -> _T:
    value = fields.get(name)
    if not isinstance(value, kind):
        raise GarbledError(f"{name}: {value!r}")
    return value


def _numbers(fields: dict[str, object], name: str) -> tuple[int, ...]:
    numbers = _field(fields, name, list)
    if not all(isinstance(number, int) for number in numbers):
        raise GarbledError(f"{name}: {numbers!r}")
    return tuple(numbers)


def _sound(value: object) -> Sound:
    fields = _dict(value)
    volume = fields.get("volume")
    if not isinstance(volume, int | float):
        raise GarbledError(f"volume: {volume!r}")
    return Sound(_field(fields, "path", str), _field(fields, "instead", str), float(volume))
