"""Makes remote text safe for any sink. The only maker of CleanText; what is refused at once is in ``door``.

What comes out holds no control, no invisible character, no bidi control, no more marks on a letter than
people write, and is bounded. Cleaning twice changes nothing more; it never raises; it takes linear time.
Facts behind the rules: terminals obey ESC and C1 wherever they stand, and lines tear where the terminal and
we count different widths.
"""

from __future__ import annotations

import re
import unicodedata

from tui.text.types import CleanText

MAX_CHARS = 20_000
MAX_LINE = 10_000
MAX_LINES = 500
MAX_CHARS_ON_ONE_LINE = 1_000
MAX_MARKS = 3
"""Marks on one letter, of the kind any letter may carry (accents, strokes, rings)."""
MAX_OWN_MARKS = 6
"""All marks on one letter: Burmese, Tibetan and others write five of their own in common words."""

_VANISHING = 4_096
"""How many characters that leave no trace may stand before or among the rest without costing any of it."""
_CUT = "…"
_UNKNOWN = "\ufffd"
_BARE = "\u25cc"  # the dotted circle, Unicode's own bearer for a mark that has none
_TAB = "    "
_NEWLINES = (0x0A, 0x85, 0x2028, 0x2029)

_BIDI = {
    0x202A: "<LRE>",
    0x202B: "<RLE>",
    0x202C: "<PDF>",
    0x202D: "<LRO>",
    0x202E: "<RLO>",
    0x2066: "<LRI>",
    0x2067: "<RLI>",
    0x2068: "<FSI>",
    0x2069: "<PDI>",
}
# The direction marks (LRM, RLM, ALM) move nothing but the punctuation beside them and stand in ordinary
# Hebrew and Arabic messages: they go silently with the other format characters.

_Ranges = tuple[tuple[int, int], ...]
"""First and last of each. Not regular expressions: those cost a start more than they save here."""


def _within(code: int, ranges: _Ranges) -> bool:
    return any(first <= code <= last for first, last in ranges)


_INVISIBLE: _Ranges = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0x1F3FB, 0x1F3FF),
    (0xE0000, 0xE0FFF),
)
"""Fillers, joiners and selectors that Unicode does not class as format characters, and the skin tones:
without the joining, which terminals do differently, they would have a width of 0 here and of 2 there."""

_VISIBLE_FORMAT = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
"""Format characters that draw something, of a width nobody agrees on."""

_YET_UNNAMED: _Ranges = ((0x1F300, 0x1FAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD))
"""Where Unicode goes on adding emoji and Chinese characters; a newer one than Python knows may stay."""

_PLAIN = re.compile(
    "[\n -~\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u05d0-\u05ea\u0620-\u064a"
    "\u0660-\u066f\u0671-\u06d5\u0904-\u0939\u0e01-\u0e30\u1e00-\u1eff\u2000-\u200a\u2010-\u2027"
    "\u202f-\u205f\u20a0-\u20bf\u2190-\u23ff\u2500-\u27bf\u3000-\u3029\u3030-\u303f\u3041-\u3096"
    "\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001f64f\U0001f900-\U0001f9ff]*"
)
"""Text with nothing to do: only characters that are shown as they are and carry no marks."""


def _shown(code: int) -> str:
    """What is shown for one character, ``""`` for nothing."""
    char = chr(code)
    if code < 0x20 or code == 0x7F:
        return {0x0A: "\n", 0x09: _TAB, 0x7F: "\u2421"}.get(code) or chr(0x2400 + code)
    if code in _NEWLINES:
        return "\n"
    if code in _BIDI:
        return _BIDI[code]
    if _within(code, _INVISIBLE):
        return ""
    match unicodedata.category(char):
        case "Cf":
            return _UNKNOWN if code in _VISIBLE_FORMAT else ""
        case "Cc" | "Cs" | "Co":
            return _UNKNOWN
        case "Cn":
            return char if _within(code, _YET_UNNAMED) else _UNKNOWN
        case _:
            return char


_ANY_MARK: _Ranges = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_JOINING_JAMO: _Ranges = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))
"""Halves of Korean syllables: letters to Unicode, but drawn onto the one before, without a width."""


def _kind(code: int) -> str:
    """``m`` a mark any letter may carry, ``s`` one of a script's own, ``n`` a newline, ``b`` a bearer."""
    char = chr(code)
    if char == "\n":
        return "n"
    if _within(code, _ANY_MARK):
        return "m"
    if unicodedata.category(char)[0] == "M" or _within(code, _JOINING_JAMO):
        return "s"
    return "b"


class _Shown(dict[int, str]):
    """``_shown`` remembered, for str.translate."""

    MOST = 8_192
    """Strangers choose what is looked up: the memory must end somewhere."""

    def __missing__(self, code: int) -> str:
        if len(self) >= self.MOST:
            self.clear()
        self[code] = shown = _shown(code)
        return shown


class _Kinds(_Shown):
    """``_kind`` remembered, for str.translate."""

    def __missing__(self, code: int) -> str:
        if len(self) >= self.MOST:
            self.clear()
        self[code] = kind = _kind(code)
        return kind


_SHOWN = _Shown()
_KINDS = _Kinds()
_MARKS_TO_MEND = re.compile(r"(?P<bare>^|n)?(?P<marks>(?(bare)[ms]+|[ms]{4,}))")


def _mend_marks(text: str) -> str:
    """Cut floods of marks; give marks that have no letter before them one to sit on."""
    kinds = text.translate(_KINDS)
    done: list[str] = []
    at = 0
    for run in _MARKS_TO_MEND.finditer(kinds):
        start, end = run.span("marks")
        done.append(text[at:start])
        if run["bare"] is not None:
            done.append(_BARE)
        done.append(_fewer(text[start:end], kinds[start:end]))
        at = end
    done.append(text[at:])
    return "".join(done)


def _fewer(marks: str, kinds: str) -> str:
    kept: list[str] = []
    general = 0
    for mark, kind in zip(marks, kinds, strict=True):
        general += kind == "m"
        if kind == "s" or general <= MAX_MARKS:
            kept.append(mark)
        if len(kept) == MAX_OWN_MARKS:
            break
    return "".join(kept)


def _cut_lines(text: str, max_line: int, max_lines: int) -> str:
    lines = text.split("\n")
    if len(lines) > max_lines:
        lines[max_lines - 1 :] = [_CUT]
    return "\n".join(line if len(line) <= max_line else line[: max_line - 1] + _CUT for line in lines)


def _visible(text: str, most: int) -> tuple[str, bool]:
    """Everything shown or gone, and whether text was left out because a flood would not end."""
    left_out = len(text) > most
    text = text[:most].replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_SHOWN), left_out


def clean(
    text: str, *, max_chars: int = MAX_CHARS, max_line: int = MAX_LINE, max_lines: int = MAX_LINES
) -> CleanText:
    """Text of several lines, safe to show. What is too long ends in "…".

    Limits count characters, not cells. Tabs become four spaces: widgets count them as one cell or none.
    """
    if len(text) <= min(max_chars, max_line):
        if text.isascii() and text.isprintable():
            return CleanText(text)
        if _PLAIN.fullmatch(text) and text.count("\n") < max_lines:
            return CleanText(text)
    shown, left_out = _visible(text, max_chars + _VANISHING)
    shown = _mend_marks(shown)
    if left_out or len(shown) > max_chars:
        shown = shown[: max_chars - 1] + _CUT
    return CleanText(_cut_lines(shown, max_line, max_lines))


_BLANKS = re.compile(r"[ \n]{2,}|\n")


def clean_line(text: str, *, max_chars: int = MAX_CHARS_ON_ONE_LINE) -> CleanText:
    """Text folded to one line, safe to show: newlines and runs of spaces become one space, the ends bare."""
    plain = len(text) <= max_chars and _PLAIN.fullmatch(text) is not None
    shown, left_out = (text, False) if plain else _visible(text, max_chars + _VANISHING)
    shown = _BLANKS.sub(" ", shown).strip()
    if not plain:
        shown = _mend_marks(shown)
    if left_out or len(shown) > max_chars:
        shown = shown[: max_chars - 1] + _CUT
    return CleanText(shown)
