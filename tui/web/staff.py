"""Whether somebody is at the desk: a living console of an agent who has not paused.

Asked when a page wants to know, not watched: a desk that nobody visits costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tui.backends.contract import Backend, ConsoleBeat

ALIVE_FOR = 4.0
"""Seconds for which a beat counts; consoles beat every 0.8 s."""

LOOK_TWICE_AFTER = 1.2
"""Seconds after which a console that lives has beaten again, whatever its clock says."""

TOLD_FOR = 1.0
"""Seconds for which an answer stands, however many pages ask."""


class Staff:
    """Knows who is there."""

    def __init__(
        self,
        backend: Backend,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._steady = steady
        self._heard: dict[str, tuple[float | None, float]] = {}
        """A console's last beat, and when it was new to us."""
        self._told = (False, float("-inf"))
        self._asking = asyncio.Lock()

    async def somebody_is_there(self) -> bool:
        """Whether a visitor who writes now can be answered. Raises BackendError."""
        async with self._asking:
            answer, at = self._told
            if self._steady() - at > TOLD_FOR:
                answer = await self._look()
                self._told = (answer, self._steady())
            return answer

    async def _look(self) -> bool:
        known = set(self._heard)
        there = await self._working()
        if any(there.values()):
            return True
        if set(there) <= known:
            return False
        # One we had not met, whose clock is not ours perhaps: a second beat proves that it lives.
        await asyncio.sleep(LOOK_TWICE_AFTER)
        return any((await self._working()).values())

    async def _working(self) -> dict[str, bool]:
        """The consoles of agents who have not paused, and whether each lives."""
        consoles = [console for console in await self._backend.consoles() if console.beat_at]
        there = {console.id: self._lives(console) for console in consoles}
        self._heard = {id: heard for id, heard in self._heard.items() if id in there}
        return {console.id: there[console.id] for console in consoles if not console.paused}

    def _lives(self, console: ConsoleBeat) -> bool:
        beat, heard_at = self._heard.get(console.id, (None, float("-inf")))
        if beat != console.beat_at:
            # The first beat we hear of may be a dead console's last; the next one is a sign of life.
            is_new = beat is not None or abs(self._clock() - console.beat_at) <= ALIVE_FOR
            heard_at = self._steady() if is_new else float("-inf")
            self._heard[console.id] = (console.beat_at, heard_at)
        return self._steady() - heard_at <= ALIVE_FOR
