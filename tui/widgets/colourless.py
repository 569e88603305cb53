"""Without colours (``NO_COLOR``) what stands out by a light ground is told by reverse.

Textual takes the colours away, and with them cursors, selections and chosen buttons. This filter comes
before: it goes by the one dark theme that is used then, on which a light ground always means that something
stands out.
"""

from __future__ import annotations

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

LIGHT = 110
"""Brightness from which a ground counts as light, of 255."""
_REVERSE = Style(reverse=True)


class Standout(LineFilter):
    """Reverses what has a light ground."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, reversed where they stand out."""
        return [
            Segment(text, style + _REVERSE, control) if style and _is_light(style.bgcolor) else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


def _is_light(ground: RichColor | None) -> bool:
    if ground is None or ground.is_default:
        return False
    red, green, blue = ground.get_truecolor(foreground=False)
    return (red * 299 + green * 587 + blue * 114) / 1000 >= LIGHT
