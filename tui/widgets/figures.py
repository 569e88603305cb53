"""Figures as they are shown: waits, ages and the bar of the dissuasion time. Pure."""

from __future__ import annotations

import time

from tui.widgets import glyphs


def clock(seconds: float) -> str:
    """A length of time as ``mm:ss``, from an hour on ``h:mm:ss``. Less than nothing is nothing."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes:02}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def countdown(seconds: float) -> str:
    """Time left as ``m:ss``, from an hour on ``h:mm:ss``; runs up to the second in which it ends."""
    whole = max(0, -int(-seconds // 1))
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def age(seconds: float) -> str:
    """How long ago, in at most three cells: ``42s``, ``5m``, ``2h``, ``9d``."""
    whole = max(0, int(seconds))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole >= length:
            return f"{min(whole // length, 99)}{unit}"
    return f"{whole}s"


def colour_mark(colour: str) -> str:
    """A colour by a sign and a letter, so that it is not told by the colour alone; empty for none."""
    return f"{glyphs.SERVICE}{'x' if colour == 'grey' else colour[0]}" if colour else ""


def bar(share: float, cells: int) -> str:
    """How much is left, from 1 (full) to 0, as a bar of so many cells that falls from the right."""
    steps = len(glyphs.BAR_STEPS) - 1
    left = round(max(0.0, min(1.0, share)) * cells * steps)
    full, part = divmod(left, steps)
    return (glyphs.BAR_FULL * full + (glyphs.BAR_STEPS[part] if part else "")).ljust(cells, glyphs.BAR_EMPTY)


def hour_and_minute(at: float) -> str:
    """The local time of day as ``HH:MM``."""
    return time.strftime("%H:%M", time.localtime(at))


def day_name(at: float) -> str:
    """The local day, such as ``Monday 23 November 2026``."""
    local = time.localtime(at)
    return time.strftime("%A ", local) + str(local.tm_mday) + time.strftime(" %B %Y", local)


def same_day(one: float, other: float) -> bool:
    """Whether both times fall on the same local day."""
    return time.localtime(one)[:3] == time.localtime(other)[:3]
