"""Excerpts of remote text for places with little room: queue rows, popups, titles."""

from __future__ import annotations

from tui.text.clean import clean_line
from tui.text.types import CleanText


def first_words(text: str, most: int = 80) -> CleanText:
    """The beginning of a message on one line of at most ``most`` characters, if possible in whole words."""
    line = clean_line(text, max_chars=max(most, 1) + 1)
    if len(line) <= most:
        return line
    head = line[: most - 1]
    between = head.rfind(" ")
    # A word longer than half the room (a link, or a language without spaces) is cut inside.
    if between > most // 2 and line[most - 1] != " ":
        head = head[:between]
    return CleanText(head.rstrip() + "…")
