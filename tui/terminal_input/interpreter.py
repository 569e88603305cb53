"""From tokens to Textual's keys, pastes and mouse events. What a sequence means is Textual's to know: its
parser is given whole sequences only, in a form it can read; whatever it does with one, nothing is raised."""

from __future__ import annotations

import re

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key
from textual.message import Message

from tui.terminal_input.bursts import BREAKS, Kind
from tui.terminal_input.keys import KeyAfterEscape, RepeatedKey
from tui.terminal_input.kitty import KEY_BY_NUMBER, Press, is_unwritten, numbered_key
from tui.terminal_input.tokens import (
    ControlSequence,
    Escaped,
    Pasted,
    SoonAfterEscape,
    Token,
    Typed,
    WithAlt,
)

_MOUSE = re.compile(r"\x1b\[(?:<-?\d{1,6};-?\d{1,6};-?\d{1,6}[mM]|[\d;]+M|M...)", re.DOTALL)
_MODE = re.compile(r"\x1b\[\?\d{1,6};\d\$y")
_SIZE = re.compile(r"\x1b\[48;(\d+)(?::\d*)*;(\d+)(?::\d*)*;\d{1,6}(?::\d*)*;\d{1,6}(?::\d*)*t")
_NOBODY_ASKED = re.compile(r"\x1b\[[?>=<][\d;]*[a-zA-Z]|\x1b\[\d+;\d+R")
"""Answers to questions that are not open."""
LARGEST = 4000
"""Columns or rows; a terminal that tells more is not believed."""

Read = tuple[Kind, str, list[Message]]
"""What it is for a burst, its character, and the events."""


class Interpreter:
    """Reads tokens one after another."""

    def __init__(self, debug: bool = False) -> None:
        self._debug = debug
        self._parser = XTermParser(debug)

    def read(self, token: Token) -> Read | None:
        """The events of a token; None when it is not known."""
        match token:
            case Typed(_, char):
                kind = Kind.BREAK if char in BREAKS else Kind.TEXT
                if kind is Kind.TEXT and not char.isprintable() and char != "\t":
                    kind = Kind.KEY
                return kind, char, self._parsed(char) or []
            case WithAlt(_, char):
                return Kind.KEY, "", [self._alt(char)]
            case Escaped():
                return Kind.KEY, "", [events.Key("escape", "\x1b")]
            case SoonAfterEscape(_, char):
                return Kind.KEY, "", [self._soon(char)]
            case Pasted(_, text):
                return Kind.KEY, "", [events.Paste(text)]
            case ControlSequence(_, text):
                return self._sequence(text)
            case _:
                return None

    def _alt(self, char: str) -> events.Key:
        """A key with Alt, which never writes; letters without their case."""
        if char.isascii() and (char.isalnum() or not char.isprintable()):
            known = self._key(f"\x1b{char}")
            if known is not None:
                return known
        if char.isalnum():
            return events.Key(f"alt+{char.lower()}", None)
        plain = self._key(char)
        return events.Key(f"alt+{_name(char) if plain is None else plain.key}", None)

    def _soon(self, char: str) -> events.Key:
        plain = self._key(char) or events.Key(char, char)
        return KeyAfterEscape(plain.key, plain.character, self._alt(char))

    def _key(self, sequence: str) -> events.Key | None:
        """The key that Textual knows by this."""
        keys = [message for message in self._parsed(sequence) or [] if isinstance(message, events.Key)]
        return keys[0] if keys else None

    def _sequence(self, text: str) -> Read | None:
        if _MOUSE.fullmatch(text) or _MODE.fullmatch(text) or text in ("\x1b[I", "\x1b[O"):
            return Kind.ASIDE, "", self._parsed(text) or []
        if size := _SIZE.fullmatch(text):
            rows, columns = (int(cells) if len(cells) < 6 else 0 for cells in size.groups())
            believed = 0 < rows <= LARGEST and 0 < columns <= LARGEST
            return (Kind.ASIDE, "", self._parsed(text) or []) if believed else None
        if _NOBODY_ASKED.fullmatch(text) and not text.startswith("\x1b[1;"):
            return None
        if KEY_BY_NUMBER.fullmatch(text):
            numbered = numbered_key(text)
            return None if numbered is None else self._numbered(numbered.sequence, numbered.press)
        key = self._key(text)
        return None if key is None else (Kind.KEY, "", [key])

    def _numbered(self, sequence: str, press: Press) -> Read | None:
        if press is Press.UP:
            return Kind.ASIDE, "", []
        parsed = self._parsed(sequence)
        keys = [key for key in parsed or [] if isinstance(key, events.Key) and not is_unwritten(key.key)]
        if not keys:
            return None
        if press is Press.HELD:
            keys = [RepeatedKey(key.key, key.character) for key in keys]
        return Kind.KEY, "", [*keys]

    def _parsed(self, sequence: str) -> list[Message] | None:
        """What Textual's parser makes of a whole sequence; None when it does not know it, or breaks."""
        parsed: list[Message] = []
        try:
            for index, char in enumerate(sequence, 1):
                parsed += self._parser.feed(char)
                if parsed and index < len(sequence):
                    self._new_parser()  # it took the beginning for something else, and would type the rest
                    return None
        except Exception:  # noqa: BLE001 - its faults are of any kind, and each would end the console
            self._new_parser()
            return None
        if self._parser._awaiting.timeout is not None:
            self._new_parser()  # it waits for more, and would type what it has
            return None
        return parsed

    def _new_parser(self) -> None:
        """One that waits for nothing, and knows what the other knew of mouse and window."""
        before, self._parser = self._parser, XTermParser(self._debug)
        self._parser.last_x, self._parser.last_y = before.last_x, before.last_y
        self._parser.mouse_pixels = before.mouse_pixels
        self._parser.terminal_size = before.terminal_size
        self._parser.terminal_pixel_size = before.terminal_pixel_size


def _name(char: str) -> str:
    try:
        return KEY_NAME_REPLACEMENTS.get(name := _character_to_key(char), name)
    except ValueError:
        return char
