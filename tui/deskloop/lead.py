"""Which of an agent's consoles sounds: the one last used, and if that one dies, another within 3 s.

Each console beats by way of the engine and looks at the others' beats; all come to the same answer, for the
rule is the same. What follows from it is the policy's business. Different agents' consoles know nothing of
each other.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from tui.backends.contract import Backend, BackendError, ConsoleBeat
from tui.desk.contact import AgentName
from tui.desk.events import ChannelName, ChannelState, LeadChanged
from tui.desk.state import open_chats
from tui.deskloop.keeper import Keeper
from tui.link.view import Colleague
from tui.text import clean_line

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks at the agent's other consoles."""

LOOK_ALONE = 0.8
"""The same while he has none: a new one takes the lead by itself, and an idle console stays idle."""

BEAT_EVERY = 0.8
"""Seconds between two beats when there is nothing new to tell."""

ALIVE_FOR = 2.2
"""Seconds for which a beat counts: with one look more and the start of the sound still under 3 s."""

PATIENCE = 1.0
"""Seconds that one call to the engine may take."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Another console's last beat and when it was new to us, by our own steady clock.

    Beats are aged by this and not by their own times: neither a clock that was set nor a machine that slept
    makes a living console dead.
    """

    beat: ConsoleBeat
    at: float


def lead(heard: Iterable[Heard], me: ConsoleBeat, now: float) -> ConsoleBeat:
    """The one of my agent's living consoles that sounds.

    The one last used; but one whose speaker fails yields to one whose speaker works, and leads again once
    it has been heard (a test tone is enough). Nobody alive but me: that is me, also when the engine has gone
    and nothing can be heard of the others. Rather two that ring than none.
    """
    return max(
        (me, *living(heard, me, now)), key=lambda console: (not console.fails, console.last_used, console.id)
    )


def living(heard: Iterable[Heard], me: ConsoleBeat, now: float) -> list[ConsoleBeat]:
    """My agent's other consoles that have beaten of late."""
    return [
        each.beat
        for each in heard
        if each.beat.agent == me.agent and each.beat.id != me.id and now - each.at <= ALIVE_FOR
    ]


def colleagues(heard: Iterable[Heard], me: ConsoleBeat, now: float) -> tuple[Colleague, ...]:
    """The other agents who are there, by name; of several consoles of one the last used speaks for him."""
    latest: dict[AgentName, ConsoleBeat] = {}
    for each in heard:
        known = latest.get(each.beat.agent)
        alive = now - each.at <= ALIVE_FOR and each.beat.agent != me.agent
        if alive and (known is None or known.last_used < each.beat.last_used):
            latest[each.beat.agent] = each.beat
    return tuple(
        Colleague(
            *(beat.agent, beat.paused, beat.paused_since, beat.pause_reason),
            *(beat.chats, beat.max_chats, beat.groups),
        )
        for _, beat in sorted(latest.items())
    )


def whereabouts() -> str:
    """This console in plain words, such as "pid 1234, tty pts/3"."""
    place = f"pid {os.getpid()}"
    if sys.platform != "win32":
        with suppress(OSError):
            place += f", tty {os.ttyname(0).removeprefix('/dev/')}"
    return place


class Lead:
    """Beats for this console and tells the desk who leads."""

    def __init__(
        self,
        backend: Backend,
        keeper: Keeper,
        where: str,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._keeper = keeper
        self._clock = clock
        self._steady = steady
        self._wake = asyncio.Event()
        # Whoever starts a console sits before it.
        self._me = ConsoleBeat(uuid.uuid4().hex, keeper.desk.me, clock(), 0.0, where)
        self._told = self._me
        self._told_at = float("-inf")
        self._heard: dict[str, Heard] = {}
        self._leader = self._me.id
        self._left = False

    def used(self) -> None:
        """The agent pressed a key here, clicked, or came to it. Cheap; takes the lead at once."""
        # After every other use, whatever was done to the clock in between.
        newest = max((each.beat.last_used for each in self._heard.values()), default=0.0)
        self._me = replace(self._me, last_used=max(self._clock(), newest + 0.001))
        if not self._keeper.desk.lead.here:
            self._settle()
            self._wake.set()

    async def run(self) -> None:
        """Beat, look and settle, until cancelled."""
        while True:
            self._wake.clear()
            await self._beat()
            await self._look()
            self._settle()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY if self._keeper.desk.lead.several else LOOK_ALONE):
                    await self._wake.wait()

    async def leave(self) -> None:
        """Take leave, so that another need not wait until this one counts as dead. Never raises."""
        self._left = True
        with suppress(BackendError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._backend.beat(replace(self._me, beat_at=0.0))

    async def _beat(self) -> None:
        now = self._steady()
        desk, mine = self._keeper.desk, self._keeper.settings.agent
        me = self._me = replace(
            self._me,
            agent=desk.me,
            paused=desk.paused,
            paused_since=desk.paused_since,
            pause_reason=desk.pause_reason,
            chats=open_chats(desk),
            max_chats=mine.max_chats,
            groups=desk.groups,
            fails=self._keeper.desk.channel(ChannelName.AUDIO) is ChannelState.FAILS,
            ringing=self._keeper.ringing,
        )
        told = self._told
        # A use matters at once only where it takes the lead from another.
        same = replace(me, last_used=told.last_used, beat_at=told.beat_at) == told
        news = not same or self._overtakes()
        if self._left or (not news and now - self._told_at < BEAT_EVERY):
            return
        beat = replace(me, beat_at=self._clock())
        try:
            async with asyncio.timeout(PATIENCE):
                await self._backend.beat(beat)
        except (BackendError, TimeoutError) as error:
            log.info("no sign of life given: %s", error)
            return
        self._told, self._told_at = beat, now

    def _overtakes(self) -> bool:
        """Whether by what was told last another would be thought the one last used, and is not."""
        others = living(self._heard.values(), self._me, self._steady())
        return any(self._told.last_used <= other.last_used < self._me.last_used for other in others)

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                consoles = await self._backend.consoles()
        except (BackendError, TimeoutError) as error:
            log.info("nothing heard of other consoles: %s", error)
            return
        now, before = self._steady(), self._heard
        self._heard = {}
        for beat in consoles:
            known = before.get(beat.id)
            new = known is None or known.beat.beat_at != beat.beat_at
            if beat.id != self._me.id and beat.beat_at:
                self._heard[beat.id] = Heard(beat, now if new or known is None else known.at)

    def _settle(self) -> None:
        now = self._steady()
        self._keeper.colleagues_are(colleagues(self._heard.values(), self._me, now))
        others = living(self._heard.values(), self._me, now)
        winner = lead(self._heard.values(), self._me, now)
        here = winner.id == self._me.id
        before = self._keeper.desk.lead
        if (here, bool(others)) == (before.here, before.several) and (here or winner.where == before.console):
            return
        former = self._heard.get(self._leader) if here and not before.here else None
        rang = former is not None and former.beat.ringing
        dead_since = None
        if former is not None and former.beat not in others:
            dead_since = self._clock() - (now - former.at)
        self._leader = winner.id
        console = "" if here else clean_line(winner.where)
        log.info("sounds %s", "here" if here else f"on the other console ({console})")
        self._keeper.take(LeadChanged(here, console, bool(others), rang, dead_since))
