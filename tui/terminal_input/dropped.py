"""What was dropped, told in the log without flooding it. Pure."""

from __future__ import annotations

TELL_EVERY = 60.0
"""Seconds in which what is dropped is told once; the rest is counted."""


class Dropped:
    """Counts what is dropped."""

    def __init__(self) -> None:
        self._told = float("-inf")
        self._untold = 0

    def line(self, what: str, now: float) -> str:
        """A line for the log; empty when there was one not long ago."""
        if now < self._told + TELL_EVERY:
            self._untold += 1
            return ""
        more = f"; {self._untold} others since the last such line" if self._untold else ""
        self._told, self._untold = now, 0
        return f"the terminal sent what is no key here, and it was dropped: {what}{more}"
