"""Right-to-left text keeps to its place, whatever the terminal does.

We write in logical order, as every terminal expects: those that know bidirectional text (VTE, Konsole,
mlterm) put Arabic and Hebrew in order themselves, others show them as they come; visual order faked here
would be wrong in the first. But the first reorder a whole line of the screen: without isolation a Hebrew
name would change places with the wait beside it. So each such piece is isolated, as Unicode has it
(FSI … PDI), and a line with one in it has ends that do not move. Visitors' own controls are gone before.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
FSI, PDI, LRM = "\u2068", "\u2069", "\u200e"

ISOLATED = Style(meta={"isolated": True})
"""Marks a piece of a line as one: a name, a service, the text of a message."""


def is_rtl(text: str) -> bool:
    """Whether there is anything written from the right in it."""
    return not text.isascii() and _RTL.search(text) is not None


class Isolation(LineFilter):
    """Isolates what is marked, and holds the ends of the line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, as they are if nothing is written from the right."""
        if not any(is_rtl(segment.text) for segment in segments):
            return segments
        isolated = [_isolated(segment) for segment in segments]
        first = isolated[0]
        isolated[0] = Segment(LRM + first.text, first.style, first.control)
        last = isolated[-1]
        isolated[-1] = Segment(last.text + LRM, last.style, last.control)
        return isolated


def _isolated(segment: Segment) -> Segment:
    text, style, control = segment
    if control or style is None or not style.meta.get("isolated") or not is_rtl(text):
        return segment
    bare = text.strip(" ")
    begin = text.index(bare)
    # what fills up a column stays outside, else it would stand before a name that is read from the right
    isolated = f"{text[:begin]}{FSI}{bare}{PDI}{LRM}{text[begin + len(bare) :]}"
    return Segment(isolated, style, control)
