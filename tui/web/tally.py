"""What strangers were refused, counted: however many knock, the log gets one line a minute."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds that one line speaks of."""


class Tally:
    """Counts by a few words of our own. All calls on the desk loop."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._counted: Counter[str] = Counter()
        self._mistakes_from = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def note(self, what: str) -> None:
        """Another one; the first after a quiet time is told at once."""
        if self._timer is not None:
            self._counted[what] += 1
            return
        log.warning("refused: %s; what follows is counted", what)
        self._timer = asyncio.get_running_loop().call_later(self._every, self._tell)

    def mistake(self, what: str, error: BaseException | None) -> None:
        """Something of ours went wrong: told whole once in that time, else counted."""
        now = asyncio.get_running_loop().time()
        if now < self._mistakes_from:
            self.note("calls that failed by a mistake of ours")
            return
        self._mistakes_from = now + self._every
        log.error("%s", what, exc_info=error)

    def close(self) -> None:
        """Tell what is left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._say()

    def _tell(self) -> None:
        self._timer = None
        if self._say():
            self._timer = asyncio.get_running_loop().call_later(self._every, self._tell)

    def _say(self) -> bool:
        """Log what was counted; whether there was anything."""
        if not self._counted:
            return False
        told = ", ".join(f"{count:,} {what}" for what, count in self._counted.most_common())
        log.warning("refused in the last minute: %s", told)
        self._counted.clear()
        return True
