"""How urgent an answer is, by how long the visitor has waited for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tui.widgets import glyphs


class Urgency(IntEnum):
    """How urgent an answer is."""

    ANSWERED = 0
    WAITS = 1
    """Nobody has answered yet, and it is not long ago."""
    YELLOW = 2
    RED = 3


SIGNS = {
    Urgency.ANSWERED: "",
    Urgency.WAITS: glyphs.WAITS,
    Urgency.YELLOW: glyphs.WAITS_LONG,
    Urgency.RED: glyphs.WAITS_TOO_LONG,
}
"""So that the urgency is never told by colour alone."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when a visitor waits for an answer, and from when that is long."""

    since: float
    """When he wrote the first of the messages not yet answered."""
    yellow: float = 60.0
    """Seconds from which it is marked yellow."""
    red: float = 180.0
    """Seconds from which it is marked red."""

    def urgency(self, now: float) -> Urgency:
        """How urgent it is at ``now``."""
        waited = now - self.since
        if waited >= self.red:
            return Urgency.RED
        return Urgency.YELLOW if waited >= self.yellow else Urgency.WAITS


def urgency_of(waiting: Waiting | None, now: float) -> Urgency:
    """The same; nobody who waits is answered."""
    return Urgency.ANSWERED if waiting is None else waiting.urgency(now)
