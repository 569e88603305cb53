"""Which keys that come are one press: a key held down repeats, and terminals mostly do not say so. Pure.

The same key again is the same press within ``FIRST_REPEAT`` of the press, and within ``LATER_REPEATS`` of
the repeat before; another key in between ends it. A person may press twice as quickly: whoever does is told
that one press is one deed. They are known by what does not follow: a held key goes on repeating.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

FIRST_REPEAT = 0.7
"""Seconds after a press in which its first repeat comes, at most."""
LATER_REPEATS = 0.12
"""Seconds between two repeats, at most."""
STUMBLE = 0.4
"""The same where a key has surely been held so far: a busy machine or line lets a repeat come late."""
SURELY_HELD = 2
"""Repeats from which a key is surely held: nobody presses three times so quickly."""


class Press(Enum):
    """What a key that comes is."""

    NEW = "new"
    PERHAPS_SECOND = "perhaps second"
    """The first repeat of a held key, or one that comes late; or a second press. It counts as the same."""
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Presses:
    """What came last. Times are in seconds, by a steady clock."""

    key: str = ""
    at: float = float("-inf")
    repeats: int = 0
    """Of this press, since it was last in doubt."""
    held: bool = False
    """Whether it has repeated so often that it surely is held."""
    told: bool = False
    """Whether the terminal itself told a repeat of this press: then it tells a new press, too."""

    def heard(self, key: str, at: float, told: bool = False) -> tuple[Press, Presses]:
        """What this key is that came at ``at``, and what to remember of it; ``told``: the terminal says that
        it is a repeat."""
        same = key == self.key
        if told:
            repeats = self.repeats + 1 if same else 1
            return Press.HELD, Presses(key, at, repeats, told=True)
        since = at - self.at
        if not same or self.told or since > (FIRST_REPEAT if not self.repeats else self._until):
            return Press.NEW, Presses(key, at)
        if not self.repeats or since > LATER_REPEATS:
            return Press.PERHAPS_SECOND, replace(self, at=at, repeats=1)
        repeats = self.repeats + 1
        return Press.HELD, replace(self, at=at, repeats=repeats, held=self.held or repeats >= SURELY_HELD)

    @property
    def _until(self) -> float:
        return STUMBLE if self.held else LATER_REPEATS
