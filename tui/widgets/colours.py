"""Colours that agents choose (of services, of chats), made legible on whatever lies behind them.

Nothing is told by such a colour alone: it only marks what is also written.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

from tui.config.limits import COLOURS

DARK = {
    "red": "#f7768e",
    "green": "#7ec16e",
    "yellow": "#e0c060",
    "blue": "#6ca8f0",
    "magenta": "#d08cd8",
    "cyan": "#56c8c8",
    "grey": "#a0a0a0",
}
"""On a dark background."""
LIGHT = {
    "red": "#c01f3a",
    "green": "#23742b",
    "yellow": "#866000",
    "blue": "#1f5fbf",
    "magenta": "#97309f",
    "cyan": "#0b7078",
    "grey": "#666666",
}
"""On a light one."""
OWN = {name: name if name != "grey" else "bright_black" for name in COLOURS}
"""Where the terminal's own 16 colours are used."""

LEGIBLE = 3.0
"""Contrast from which a sign stands out (WCAG 1.4.11)."""
STEPS = 12


def coloured(base: Style, colour: str, *, dark: bool, native: bool) -> Style:
    """The style with this colour (a name, or ``#rrggbb``) in front; unchanged when there is none.

    ``native`` says that the theme leaves the colours to the terminal.
    """
    if not colour:
        return base
    if native:
        return base + Style(color=OWN.get(colour, colour))
    wanted = (DARK if dark else LIGHT).get(colour, colour)
    behind = base.bgcolor.get_truecolor() if base.bgcolor is not None else None
    if behind is None:
        return base + Style(color=wanted)
    return base + Style(color=RichColor.from_rgb(*_legible(wanted, Color(*behind)).rgb))


@lru_cache(512)
def _legible(wanted: str, behind: Color) -> Color:
    """The colour, moved away from what lies behind it until it can be told from it."""
    colour = Color.parse(wanted)
    away = Color.parse("#ffffff" if behind.brightness < 0.5 else "#000000")
    for step in range(STEPS + 1):
        tried = colour.blend(away, step / STEPS)
        if contrast(tried, behind) >= LEGIBLE:
            return tried
    return away


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG reckons it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)
