"""Keys that come with numbers (kitty's protocol, xterm's modifyOtherKeys), in the form Textual reads. Pure.

Textual 8.2 knows ``CSI code ; modifiers ; text u`` and takes every field for a number that is a character.
Alternate keys, event types and numbers that are no character make it raise; modifyOtherKeys it reads as text.
Source: https://sw.kovidgoyal.net/kitty/keyboard-protocol/ and xterm's "ctlseqs", Alt and Meta Keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

KEY_BY_NUMBER = re.compile(r"\x1b\[([\d:;]*)([u~ABCDEFHPQRS])")
"""All sequences of this form; the numbers may still mean no key."""
_FUNCTIONAL = range(57344, 63744)
"""Where kitty numbers keys that are no characters: private use, never to be written."""
SHIFT, ALT, CTRL = 1, 2, 4
_LOCKS = 64 | 128
_COMMANDING = ~(SHIFT | ALT | _LOCKS)
"""Modifiers with which no key writes."""


class Press(Enum):
    """What happens to the key."""

    DOWN = 1
    HELD = 2
    UP = 3


@dataclass(frozen=True, slots=True)
class NumberedKey:
    """A key in the form that Textual reads."""

    sequence: str
    press: Press = Press.DOWN


def numbered_key(sequence: str) -> NumberedKey | None:
    """The key that these numbers mean; None when they mean none. Never raises.

    A sequence of another kind, such as a mouse report, is none.
    """
    match = KEY_BY_NUMBER.fullmatch(sequence)
    if match is None:
        return None
    fields, end = match.group(1).split(";"), match.group(2)
    try:
        numbers = [[int(part) if part else None for part in field.split(":")] for field in fields]
        if end == "~" and len(numbers) == 3 and numbers[0] == [27]:
            numbers, end = [numbers[2], numbers[1]], "u"
        return _in_textuals_form(numbers, end)
    except (ValueError, OverflowError):  # a number that is no character, or no event
        return None


def _in_textuals_form(numbers: list[list[int | None]], end: str) -> NumberedKey | None:
    if len(numbers) > 3:
        return None
    code, *alternates = numbers[0]
    modifier, *event = numbers[1] if len(numbers) > 1 else [None]
    text = "".join(chr(part) for part in numbers[2] if part is not None) if len(numbers) > 2 else ""
    press = Press((event[0] if event else None) or 1)
    if code is None and modifier is None:
        return NumberedKey(f"\x1b[{end}", press) if not text else None
    held = (modifier or 1) - 1
    if not 0 <= held < 256:
        return None
    text = text if text.isprintable() else ""
    if end != "u":
        return NumberedKey(f"\x1b[{_field(code)}{_modifiers(modifier)}{end}", press)
    return _character(code or 1, held, text, press, alternates)


def _character(
    code: int, held: int, text: str, press: Press, alternates: list[int | None]
) -> NumberedKey | None:
    base = alternates[1] if len(alternates) > 1 else None
    if base is not None and held & ~(SHIFT | _LOCKS) and code > 127:
        code = base  # where the key stands on an English keyboard: Ctrl and Alt work in every layout
    if 0xD800 <= code < 0xE000 or (code > 127 and not chr(code).isprintable() and code not in _FUNCTIONAL):
        return None
    letter = chr(code)
    if held & ALT and letter.isalpha():
        code = ord(letter.lower()) if len(letter.lower()) == 1 else code
    alt_gr = held & ALT and held & CTRL
    same = text.casefold() == letter.casefold()
    if (held & _COMMANDING and not alt_gr) or (held & ALT and same):
        text = ""
    if not text and held & ~_LOCKS == SHIFT and letter.isalnum():
        shifted = alternates[0] if alternates and alternates[0] else None
        text = chr(shifted) if shifted else letter.upper()
    fields = f"{code};{held + 1}" if held or text else str(code)
    if text:
        fields += ";" + ":".join(str(ord(char)) for char in text)
    return NumberedKey(f"\x1b[{fields}u", press)


def _field(code: int | None) -> str:
    return "" if code is None else str(code)


def _modifiers(modifier: int | None) -> str:
    return "" if modifier is None else f";{modifier}"


def is_unwritten(key: str) -> bool:
    """Whether a key's name is one of kitty's numbers, for a key without a name."""
    return any(ord(char) in _FUNCTIONAL for char in key.rpartition("+")[2])
