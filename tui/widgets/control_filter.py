"""The second line of defence: nothing a widget draws can steer the terminal.

The first is ``tui.text.clean``. This one stands behind every widget, Textual's own too, in
``App.get_line_filters``. It takes away what a terminal would act upon; that is counted as no cell at all, so
nothing moves. Markup and floods of combining marks are not its business.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_STEERING = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width and bidi
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # lone surrogates
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations, tags
    "]"
)
REPLACEMENT = "\ufffd"


def _harmless(found: re.Match[str]) -> str:
    return REPLACEMENT * get_character_cell_size(found.group())


class ControlFilter(LineFilter):
    """Replaces control characters in every segment by nothing, or by what fills the same cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, as they are if there is nothing in them to fear."""
        for segment in segments:
            # str.isprintable is false for every character above, and quick
            if not segment.text.isprintable() or (segment.style and segment.style.link):
                return [_filtered(one) for one in segments]
        return segments


def _filtered(segment: Segment) -> Segment:
    text, style, control = segment
    if control:
        return segment
    if style and style.link and not style.link.isprintable():
        style = style.update_link(None)
    shown = _STEERING.sub(_harmless, text)
    cells = cell_len(text)
    if cell_len(shown) != cells:  # a joined emoji has come apart; its first part stands for it
        shown = set_cell_size(shown, cells)
    return Segment(shown, style)
