"""Where lines break and where links are, as ranges of the text: nothing is copied, so nothing can be lost.

Pure. A break comes after a space, or beside an East Asian character; a word longer than the line is cut
at the width, between whole characters as the terminal draws them. A link is never broken where it would
fit on a line of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

_WORD = re.compile(r"[^\s]+|[ \t]+|\s")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_CLOSERS = ".,;:!?'’…*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_NO_LINE_START = frozenset("、。，．！？：；）」』】〉》・ー…")
"""Closing signs of East Asian text, which do not begin a line."""


class Span(NamedTuple):
    """A range of a text, end exclusive."""

    start: int
    end: int


def find_links(text: str) -> list[Span]:
    """Where the links are, without the punctuation that closes a sentence or a bracket around them."""
    if "://" not in text and "ww." not in text.lower():
        return []
    spans = []
    for match in _LINK.finditer(text):
        link = match.group()
        while link and (link[-1] in _CLOSERS or _closes_a_bracket(link)):
            link = link[:-1]
        if len(link) > len("www."):
            spans.append(Span(match.start(), match.start() + len(link)))
    return spans


def _closes_a_bracket(link: str) -> bool:
    opener = _PAIRS.get(link[-1])
    return opener is not None and link.count(link[-1]) > link.count(opener)


def wrap(text: str, width: int, links: list[Span] | None = None) -> list[Span]:
    """The lines of ``text`` in ``width`` cells (at least 1), as ranges.

    The ranges follow one another and leave out nothing but line feeds. Spaces where a line breaks
    stay at its end, beyond the width; whoever draws the line cuts them. One character wider than the line
    has a line of its own.
    """
    if "\n" not in text and len(text) * 2 <= width:
        return [Span(0, len(text))]
    lines: list[Span] = []
    start = 0
    for part in text.split("\n"):
        if cell_len(part) <= width:
            lines.append(Span(start, start + len(part)))
        else:
            inside = [
                Span(link.start - start, link.end - start)
                for link in (find_links(text) if links is None else links)
                if start <= link.start < start + len(part)
            ]
            lines += (Span(start + a, start + b) for a, b in _fold(part, max(1, width), inside))
        start += len(part) + 1
    return lines


def _fold(text: str, width: int, links: list[Span]) -> list[Span]:
    """Fold one line that is too long."""
    lines: list[Span] = []
    start = used = 0
    for begin, end, is_space in _pieces(text, links):
        cells = cell_len(text[begin:end])
        if is_space or used + cells <= width:
            used += cells
            continue
        if begin > start:
            lines.append(Span(start, begin))
            start = begin
        used = cells
        if cells > width:
            cuts, used = _chop(text[begin:end], width)
            for cut in cuts:
                lines.append(Span(start, begin + cut))
                start = begin + cut
    lines.append(Span(start, len(text)))
    return lines


def _chop(word: str, width: int) -> tuple[list[int], int]:
    """Where to cut a word that is longer than the line, and how many cells the rest has."""
    cuts: list[int] = []
    used = 0
    for begin, _end, cells in split_graphemes(word)[0]:
        if used + cells > width and begin > (cuts[-1] if cuts else 0):
            cuts.append(begin)
            used = 0
        used += cells
    return cuts, used


def _pieces(text: str, links: list[Span]) -> list[tuple[int, int, bool]]:
    """(start, end, is space) of what must not be broken if it fits: words, links, East Asian characters."""
    pieces: list[tuple[int, int, bool]] = []
    at = 0
    for link in links:
        pieces += _words(text, at, link.start)
        pieces.append((link.start, link.end, False))
        at = link.end
    pieces += _words(text, at, len(text))
    return _glue(text, pieces, links)


def _words(text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    pieces: list[tuple[int, int, bool]] = []
    for match in _WORD.finditer(text, start, end):
        begin, stop = match.span()
        word = match.group()
        if word.isspace() or word.isascii() or cell_len(word) == len(word):
            pieces.append((begin, stop, word.isspace()))
        else:
            pieces += ((begin + a, begin + b, False) for a, b in _split_wide(word))
    return pieces


def _split_wide(word: str) -> list[tuple[int, int]]:
    """Break a word beside its wide characters; a closing sign stays with what it closes."""
    parts: list[tuple[int, int]] = []
    may_join = False
    for begin, end, cells in split_graphemes(word)[0]:
        narrow = cells < 2
        if parts and (word[begin] in _NO_LINE_START or cells == 0 or (narrow and may_join)):
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((begin, end))
        may_join = narrow
    return parts


def _glue(text: str, pieces: list[tuple[int, int, bool]], links: list[Span]) -> list[tuple[int, int, bool]]:
    """Put the full stop behind a link back to the link, so that it does not begin a line."""
    if not links:
        return pieces
    ends = {link.end for link in links}
    glued: list[tuple[int, int, bool]] = []
    for begin, end, is_space in pieces:
        if begin in ends and not is_space and glued and end - begin <= 2:
            glued[-1] = (glued[-1][0], end, False)
        else:
            glued.append((begin, end, is_space))
    return glued
