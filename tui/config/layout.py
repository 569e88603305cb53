"""Where things stand in a TOML text: the line of every key, and where a section takes another one.

Reads only what tomllib has already accepted; values themselves are tomllib's affair.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

KeyPath = tuple[str, ...]

_KEY_PART = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_VALUE_PART = re.compile(
    r'''"""(?:\\.|[^\\])*?""""{0,2}'''
    r"""|'''.*?''''{0,2}"""
    r"""|"(?:\\.|[^"\\])*"|'[^']*'|\#[^\n]*|[\[\]{}\n]|[^"'\#\[\]{}\n]+""",
    re.DOTALL,
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One ``key = value`` with its comment, whole lines."""

    line: int
    start: int
    """Offset of the beginning of its first line."""
    end: int
    """Offset behind its last line."""


@dataclass(slots=True)
class Section:
    """What follows one ``[header]``, up to the next."""

    line: int
    end: int
    """Offset behind its last statement, or behind the header: here another key goes."""
    indent: str


@dataclass(slots=True)
class Layout:
    """Where the keys and sections of one text stand. A key in an inline table has the line of that table."""

    keys: dict[KeyPath, Statement] = field(default_factory=dict)
    sections: dict[KeyPath, Section] = field(default_factory=dict)
    """``()`` is what stands before the first header."""

    def line(self, path: KeyPath) -> int:
        """Line of a key or section, else of what is in it, else of the nearest thing around; 0 if none."""
        if path not in self.keys and path not in self.sections:
            lines = {key: place.line for key, place in self.keys.items()}
            lines |= {key: place.line for key, place in self.sections.items()}
            if within := [line for key, line in lines.items() if key[: len(path)] == path]:
                return min(within)
        for length in range(len(path), 0, -1):
            found = self.keys.get(path[:length]) or self.sections.get(path[:length])
            if found is not None:
                return found.line
        return 0


def split_key(key: str) -> KeyPath:
    """``services."A.B".x`` in its parts. Raises ValueError when it is not a TOML key."""
    path, end = _read_key(key, 0)
    if end != len(key):
        raise ValueError(f"not a key: {key}")
    return path


def join_key(path: KeyPath) -> str:
    """The parts as TOML writes them, quoted where they must be."""
    return ".".join(part if _BARE.fullmatch(part) else _quoted(part) for part in path)


def _quoted(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def layout_of(text: str) -> Layout:
    """Read the layout of a valid TOML text."""
    layout = Layout()
    path: KeyPath = ()
    section = layout.sections[()] = Section(0, 0, "")
    at = line = 0
    counted = 0
    while (at := _end(_BLANK.match(text, at), at)) < len(text):
        line += text.count("\n", counted, at)
        counted = at
        start = text.rfind("\n", 0, at) + 1
        if text[at] == "[":
            double = text.startswith("[[", at)
            path, end = _read_key(text, at + (2 if double else 1))
            end = _line_end(text, end)
            section = Section(line + 1, end, text[start:at])
            layout.sections.setdefault(path, section)
        else:
            key, end = _read_key(text, at)
            end = _value_end(text, end)
            layout.keys.setdefault(path + key, Statement(line + 1, start, end))
            section.end, section.indent = end, text[start:at]
        at = end
    return layout


def _end(found: re.Match[str] | None, otherwise: int) -> int:
    return found.end() if found else otherwise


def _line_end(text: str, at: int) -> int:
    newline = text.find("\n", at)
    return len(text) if newline < 0 else newline + 1


def _read_key(text: str, at: int) -> tuple[KeyPath, int]:
    parts: list[str] = []
    while found := _KEY_PART.match(text, at):
        raw = found[1]
        parts.append(tomllib.loads(f"k={raw}")["k"] if raw[0] in "\"'" else raw)
        at = found.end()
        if not text.startswith(".", at):
            return tuple(parts), at
        at += 1
    raise ValueError(f"not a key at offset {at}")


def _value_end(text: str, at: int) -> int:
    """Offset behind the line on which the value that follows ends."""
    depth = 0
    while part := _VALUE_PART.match(text, at):
        at = part.end()
        match part[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "\n" if depth == 0:
                break
    return at
