"""What counts as the same word when somebody searches: case, accents and width do not matter, a word is found
by its beginning, and scripts that write without spaces are found by any of their characters.

Every engine indexes :func:`words_of` and asks for :func:`sought`, so that they find the same; the screens
mark :func:`hits`. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST = 500
"""Characters of a question that are looked at."""
MOST_WORDS = 20
"""Words of a question that are looked at."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_DROPPED = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670))
"""Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic: people leave them out."""
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3041, 0x30FF),  # Japanese syllables
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Chinese characters
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts whose words stand without spaces: two neighbours make a word of the index."""


class Word(NamedTuple):
    """A word of the index and where it stands in the text."""

    folded: str
    start: int
    end: int


Phrase = tuple[str, ...]
"""Words that must follow one another; of the last the beginning is enough."""


def words_of(text: str) -> str:
    """The text's words, folded, with a space between two: what an index holds."""
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text.lower()))
    return " ".join(word.folded for word in _words(unicodedata.normalize("NFC", text)))


def sought(question: str) -> tuple[Phrase, ...]:
    """What must all be found, in any order; empty when the question holds no letter and no digit."""
    phrases: dict[Phrase, None] = {}
    for part in unicodedata.normalize("NFC", question[:LONGEST]).split()[:MOST_WORDS]:
        words = _words(part)
        if len(words) > 1 and words[-1].end == words[-2].end and _unspaced(words[-1].folded[0]):
            words.pop()  # a text may go on after these characters
        if words:
            phrases[tuple(word.folded for word in words)] = None
    return tuple(phrases)


def fits(phrases: Iterable[Phrase], *texts: Sequence[str]) -> bool:
    """Whether each phrase is in one of these texts, given as lists of their words. For engines without an
    index of their own."""
    return all(any(_at(phrase, text, 0) is not None for text in texts) for phrase in phrases)


def hits(question: str, text: str) -> list[tuple[int, int]]:
    """The ranges of the text that answer the question, in order, none touching another."""
    phrases = sought(question)
    words = _words(text) if phrases else []
    folded = [word.folded for word in words]
    found: list[tuple[int, int]] = []
    for phrase in phrases:
        at = _at(phrase, folded, 0)
        while at is not None:
            last = words[at + len(phrase) - 1]
            found.append((words[at].start, _end_within(text, last, len(phrase[-1]))))
            at = _at(phrase, folded, at + 1)
    return _joined(found)


def _at(phrase: Phrase, words: Sequence[str], start: int) -> int | None:
    size = len(phrase)
    for at in range(start, len(words) - size + 1):
        if words[at + size - 1].startswith(phrase[-1]) and tuple(words[at : at + size - 1]) == phrase[:-1]:
            return at
    return None


def _end_within(text: str, word: Word, wanted: int) -> int:
    """Where the first ``wanted`` folded characters of a word end in the text."""
    end, folded = word.start, 0
    while end < word.end and folded < wanted:
        folded += len(_folded(text[end]))
        end += 1
    while end < word.end and not _folded(text[end]):  # the accents that follow belong to the letter
        end += 1
    return end


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _words(text: str) -> list[Word]:
    if text.isascii():
        return [Word(found[0], *found.span()) for found in _ASCII_WORD.finditer(text.lower())]
    words: list[Word] = []
    run: list[tuple[str, int]] = []
    without_spaces = False
    for place, character in enumerate(text):
        folded = _folded(character)
        if folded is _APART:
            _close(words, run, without_spaces)
            run = []
            continue
        if not folded:
            continue
        kind = _unspaced(folded[0])
        if run and kind != without_spaces:
            _close(words, run, without_spaces)
            run = []
        without_spaces = kind
        run += ((one, place) for one in folded)
    _close(words, run, without_spaces)
    return words


def _close(words: list[Word], run: list[tuple[str, int]], without_spaces: bool) -> None:
    """The words of a run of characters: itself, or each two neighbours, and the last alone."""
    if not run:
        return
    if not without_spaces:
        words.append(Word("".join(one for one, _ in run), run[0][1], run[-1][1] + 1))
        return
    for at, (one, place) in enumerate(run):
        following = run[at + 1 : at + 2]
        end = following[0][1] if following else place
        words.append(Word(one + "".join(other for other, _ in following), place, end + 1))


_APART = "\0"
"""What a character that belongs to no word is folded to."""


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    """What a character counts as: letters and digits in one case; nothing for an accent."""
    if _within(character, _DROPPED):
        return ""
    bare = "".join(one for one in unicodedata.normalize("NFKD", character) if not _within(one, _DROPPED))
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", bare.casefold()))
    kept = "".join(one for one in plain if one.isalnum() or unicodedata.category(one)[0] == "M")
    return "".join(one for one in kept if not _within(one, _DROPPED)) or _APART


def _unspaced(character: str) -> bool:
    return _within(character, _UNSPACED)


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in ranges)
