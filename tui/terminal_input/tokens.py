"""What the bytes of a terminal are cut into, before anybody says which key that is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """Something that came whole."""

    at: float
    """When its last byte came, in seconds of a steady clock."""


@dataclass(frozen=True, slots=True)
class Typed(Token):
    """One character, a control character too; U+FFFD for bytes that are none."""

    char: str


@dataclass(frozen=True, slots=True)
class WithAlt(Token):
    """ESC and a character at once: what terminals send for Alt."""

    char: str


@dataclass(frozen=True, slots=True)
class Escaped(Token):
    """ESC alone."""


@dataclass(frozen=True, slots=True)
class SoonAfterEscape(Token):
    """A letter, a digit or Enter so soon after an Escape that both may be one key with Alt, torn apart."""

    char: str


@dataclass(frozen=True, slots=True)
class ControlSequence(Token):
    """ESC [ or ESC O with all that belongs to it; a byte above 127 as the character of that number."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted(Token):
    """What stood between the brackets of a paste, line ends as they came."""

    text: str


@dataclass(frozen=True, slots=True)
class PasteTail(Token):
    """The closing bracket of a paste whose beginning was not seen, or was given up."""


@dataclass(frozen=True, slots=True)
class Unknown(Token):
    """Bytes that mean nothing here: an answer to a question, a key of some other terminal, a broken one."""

    what: str
    """The first of them; never words somebody may have typed."""
