"""Signs and lines in plain characters, for terminals and fonts that have no others.

The last filter every line goes through, Textual's own borders and scrollbars too. Each stand-in fills the
cells of what it stands for, so nothing moves. Where the terminal's encoding is not Unicode, what visitors
wrote in other letters is spelled as near as it can be, or as question marks: better than a torn screen.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STAND_INS: Mapping[str, str] = {
    "▸": ">",
    "★": "*",
    "↩": "<",
    "♪": "&",
    "▣": "#",
    "↻": "%",
    "●": "@",
    "○": "o",
    "◆": "=",
    "◇": "-",
    "✉": "M",
    "■": "#",
    "□": "o",
    "◉": "0",
    "◫": "&",
    "‹": "<",
    "›": ">",
    "▾": "v",
    "▴": "^",
    "▼": "v",
    "▲": "^",
    "▽": "v",
    "△": "^",
    "▶": ">",
    "▷": ">",
    "◀": "<",
    "◁": "<",
    "…": "~",
    "✓": "+",
    "✔": "+",
    "✗": "x",
    "✕": "x",
    "✎": "/",
    "⚑": "!",
    "·": "-",
    "•": "*",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "↪": ">",
    "↳": ">",
    "⏎": "<",
    "⇄": "=",
    "⭘": "o",
    "×": "x",
    "🔎": "? ",
    "�": "?",
}
"""One cell for one cell; the magnifying glass of Textual's palette has two."""

_BLOCKS = {
    **dict.fromkeys("▁", "_"),
    **dict.fromkeys("▔", "-"),
    **dict.fromkeys("▂▃▄", "."),
    **dict.fromkeys("▅▆▇█▀", "#"),
    **dict.fromkeys("▏▎▍▌▋▊▉▕▐", "|"),
    **dict.fromkeys("░▒▓", ":"),
    **dict.fromkeys("▖▗▘▙▚▛▜▝▞▟", "+"),
}


def _box(char: str) -> str:
    """A stand-in for a piece of a drawn line."""
    name = unicodedata.name(char, "")
    if "HORIZONTAL" in name and "VERTICAL" not in name and " AND " not in name:
        return "-"
    if name.endswith("VERTICAL") and "HORIZONTAL" not in name:
        return "|"
    if "DASH" in name:
        return "-" if "HORIZONTAL" in name else "|"
    return "+"


_TABLE = str.maketrans(
    {**{chr(code): _box(chr(code)) for code in range(0x2500, 0x2580)}, **_BLOCKS, **STAND_INS}
)

ASCII_TERMINALS = ("linux", "vt100", "vt102", "vt220", "ansi", "cons25")
"""Values of TERM whose fonts have lines at most, and few of our signs."""


def terminal_encoding() -> str:
    """What Textual writes to the terminal in."""
    return getattr(sys.__stderr__, "encoding", "") or "utf-8"


def has_only_ascii(encoding: str | None = None, term: str | None = None) -> bool:
    """Whether this terminal shows nothing else: by its encoding, or because of the font it surely has."""
    encoding = terminal_encoding() if encoding is None else encoding
    term = os.environ.get("TERM", "") if term is None else term
    return not is_unicode(encoding) or term in ASCII_TERMINALS


def is_unicode(encoding: str) -> bool:
    """Whether every character can be written in this encoding."""
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001", "utf16", "utf16le")


def in_ascii(text: str) -> str:
    """The text with a stand-in for every sign and piece of a line; letters stay what they are."""
    return text if text.isascii() else text.translate(_TABLE)


def spelled(text: str, encoding: str) -> str:
    """The same, in characters of this encoding alone, as wide as before."""
    return "".join(char if _fits(char, encoding) else _spelled(char, encoding) for char in in_ascii(text))


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _spelled(char: str, encoding: str) -> str:
    cells = cell_len(char)
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if _fits(part, encoding))
    return bare if cell_len(bare) == cells else "?" * cells


class SignFilter(LineFilter):
    """Puts stand-ins into everything that is drawn."""

    def __init__(self, encoding: str) -> None:
        """``encoding``: the terminal's; in a Unicode one what visitors wrote stays as it is."""
        super().__init__()
        self._encoding = "" if is_unicode(encoding) else encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, as they are if there is nothing to stand in for."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [Segment(self._plain(text), style, control) for text, style, control in segments]

    def _plain(self, text: str) -> str:
        return spelled(text, self._encoding) if self._encoding else in_ascii(text)
