"""Which values a setting may take, said once: validation, messages and the example file all ask here.

A limit stands in ``Annotated`` beside the type in ``schema``. Reading the annotations is in ``fields``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Limit(Protocol):
    """What a value must satisfy beyond its type."""

    def admits(self, value: object) -> bool:
        """Whether the value, already of the right type, may stand."""

    @property
    def words(self) -> str:
        """The allowed values, to follow "must be"."""


@runtime_checkable
class Spelling(Protocol):
    """A limit that understands other ways to write what it admits, and says what is wrong with the rest."""

    def normal(self, value: str) -> str:
        """The value as it is compared with others; unchanged when it cannot be understood."""

    def fault(self, value: str) -> str:
        """Why a value is not admitted, and the cure: a sentence without its subject."""


@dataclass(frozen=True, slots=True)
class Whole:
    """On a list that makes sense only as a whole, as a command with its arguments: where one entry cannot be
    used, the others do not count either."""

    def admits(self, value: object) -> bool:
        """Always: it says how a list is read, not what may stand in it."""
        return True

    @property
    def words(self) -> str:
        """None."""
        return ""


@dataclass(frozen=True, slots=True)
class Between:
    """A number from ``low`` to ``high``, both included."""

    low: int
    high: int

    def admits(self, value: object) -> bool:
        """Whether the number lies within; NaN does not."""
        return isinstance(value, int | float) and math.isfinite(value) and self.low <= value <= self.high

    @property
    def words(self) -> str:
        """As in "from 0 to 1"."""
        return f"from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class NoneBut:
    """Some of an enumeration's values only."""

    values: tuple[str, ...]

    def admits(self, value: object) -> bool:
        """Whether it is one of them."""
        return value in self.values

    @property
    def words(self) -> str:
        """As in ``"nothing" or "show"``."""
        return one_of(self.values)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with no control in it."""

    shortest: int
    longest: int
    """Characters."""

    def admits(self, value: object) -> bool:
        """Whether it is short enough and can be written and shown."""
        return (
            isinstance(value, str)
            and self.shortest <= len(value.strip())
            and len(value) <= self.longest
            and not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in value)
        )

    @property
    def words(self) -> str:
        """As in "one line of at most 80 characters"."""
        return f"one line of {'1 to' if self.shortest else 'at most'} {self.longest} characters"


@dataclass(frozen=True, slots=True)
class Lines:
    """Text of one or several lines with no other control in it than line ends and tabs."""

    longest: int
    """Characters."""

    def admits(self, value: object) -> bool:
        """Whether there is something in it, and it is short enough and can be written and shown."""
        return (
            isinstance(value, str)
            and bool(value.strip())
            and len(value) <= self.longest
            and not any(
                unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} and char not in "\n\t"
                for char in value
            )
        )

    @property
    def words(self) -> str:
        """As in "text of 1 to 4000 characters"."""
        return f"text of 1 to {self.longest} characters"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """The name of an abbreviation: what is typed before Tab."""

    def admits(self, value: object) -> bool:
        """Whether it can be told from a word."""
        return isinstance(value, str) and re.fullmatch(r"_[^\W_][\w-]{0,30}", value) is not None

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'an underscore and up to 31 letters and digits, as in "_wm"'


@dataclass(frozen=True, slots=True)
class PrimaryLanguage:
    """A language without country or script."""

    def admits(self, value: object) -> bool:
        """Whether it is the first part of what browsers say."""
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,8}", value) is not None

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'a language such as "it", without a country'


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The address of a page, as it is sent to a visitor."""

    def admits(self, value: object) -> bool:
        """Whether it begins as one, names a site, and has no space in it."""
        return isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#]+\S*", value) is not None

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'an address such as "https://shop.example/help"'


@dataclass(frozen=True, slots=True)
class HourSpan:
    """A span of hours on one day, or into the next; or nothing."""

    def admits(self, value: object) -> bool:
        """Whether it reads as two times of day, the second after or, over midnight, before the first."""
        if value == "":
            return True
        found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
        if found is None:
            return False
        hour, minute, end_hour, end_minute = map(int, found.groups())
        ends = end_hour < 24 or (end_hour, end_minute) == (24, 0)
        return hour < 24 and minute < 60 and end_minute < 60 and ends

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'hours such as "22:00-07:00", or "" for none'


COLOURS = ("red", "green", "yellow", "blue", "magenta", "cyan", "grey")
"""Colours by name: those that a terminal of 16 colours has, too."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour by its name, or as red, green and blue."""

    def admits(self, value: object) -> bool:
        """Whether it is one of the names, or ``#rrggbb``."""
        return value in COLOURS or (
            isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None
        )

    @property
    def words(self) -> str:
        """The names and the form."""
        return f'{", ".join(COLOURS)} (in quotes), or a colour such as "#c04080"'


@dataclass(frozen=True, slots=True)
class LanguageTag:
    """A language as browsers name it."""

    def admits(self, value: object) -> bool:
        """Whether it has the form of a language tag, and no more than the door admits."""
        return (
            isinstance(value, str)
            and len(value) <= 35
            and re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value) is not None
        )

    @property
    def words(self) -> str:
        """The form, by example."""
        return 'a language such as "it" or "pt-BR"'


def one_of(values: tuple[str, ...]) -> str:
    """As in ``"nothing", "show" or "accept"``."""
    quoted = [f'"{value}"' for value in values]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
