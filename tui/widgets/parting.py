"""Widgets that come and go while the screen stays.

Textual (8.2) lets go of a widget's styles when it has been taken away, but may draw it once more, by a layout
that still has it. What looks its component styles up then fails, and with it the whole screen.
"""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def has_gone(widget: Widget) -> bool:
    """Whether it has been taken away: then :func:`blank` is all that may be drawn."""
    return widget.parent is None


def blank(crop: Region) -> list[Strip]:
    """Nothing, in as many lines and cells."""
    return [Strip.blank(crop.width)] * crop.height
