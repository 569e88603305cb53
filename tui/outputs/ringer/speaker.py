"""The speaker: keeps a child that rings what the plan says, and says so when it cannot be heard.

Runs on the desk loop and never blocks it. What is sent is always the whole truth ("this should be sounding
now"), so that a lost start or stop mends itself; the child is judged by its answers alone, killed when they
stay away, and started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tui.alerts.plan import Ring, Sounding
from tui.outputs.ringer.health import SpeakerHealth, SpeakerState
from tui.outputs.ringer.process import RingerProcess
from tui.outputs.ringer.protocol import Doing, Once, Order, Report, Sound
from tui.outputs.tones import DEFAULT_CHIME, DEFAULT_RING, ToneMissing

PING: Final = 0.25
"""Seconds between two orders while something sounds."""
ANSWER_WITHIN: Final = 2.0
"""Seconds after which a child that does not answer counts as failing."""
PATIENCE: Final = (2.0, 2.0, 4.0, 8.0)
"""Seconds after which it is killed, by failures in a row: some devices do take long to open."""
START_WITHIN: Final = 10.0
"""Seconds a child may take to start: an antivirus may look at it first."""
CLOSING_WITHIN: Final = 0.25
"""Seconds a child that is releasing the device may keep a new sound waiting."""
BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 10.0)
"""Seconds before the next child, by failures in a row."""
GOOD_LIFE: Final = 10.0
"""Seconds of life after which a child's end is not counted with the failures before it."""
TONE_LIFE: Final = 10.0
"""Seconds for which a tone that could not be played is worth playing."""
SILENCE: Final = Order(0)

_REASONS: Final = {
    Doing.OPENING: "the sound server does not answer",
    Doing.CLOSING: "the sound server does not let go of the device",
    Doing.LOADING: "a tone cannot be loaded",
}


def _sounds(order: Order) -> bool:
    """Whether there is anything to be heard in it."""
    return order.ring is not None or bool(order.once)


class Speaker:
    """Makes sound what :meth:`show` was told last, for as long as :meth:`run` runs."""

    def __init__(
        self,
        resolve_tone: Callable[[str], Path],
        on_health: Callable[[SpeakerHealth], None],
        stderr_log: Path | None = None,
    ) -> None:
        self._resolve_tone = resolve_tone
        self._on_health = on_health
        self._stderr_log = stderr_log
        self._wanted = Sounding()
        self._wake = asyncio.Event()
        self._closed = False
        self._child: RingerProcess | None = None
        self._failures = 0
        self._done: set[int] = set()
        self._found: dict[str, Path | ToneMissing] = {}
        self._avoid: set[str] = set()
        self._health = SpeakerHealth()

    @property
    def health(self) -> SpeakerHealth:
        """How it is now."""
        return self._health

    @property
    def child_pid(self) -> int | None:
        """The process that sounds; for tests and the log."""
        return self._child.pid if self._child else None

    @property
    def ready(self) -> bool:
        """Whether a child waits, warm, for something to sound."""
        return self._child is not None and self._child.report is not None and not self._child.gone

    def show(self, sounding: Sounding) -> None:
        """This should be sounding now. Cheap; any time, on the loop of :meth:`run`; the latest wins."""
        if self._ring is None and not self._wanted.tones:
            self._found.clear()  # files may have come or gone since the last sound
        self._wanted = sounding
        self._wake.set()

    @property
    def _ring(self) -> Ring | None:
        """What repeats now: the ring goes before one that is only tried out."""
        return self._wanted.ring or self._wanted.test

    async def run(self) -> None:
        """Keep a child and tell it what should sound, until cancelled or closed."""
        try:
            while not self._closed:
                await self._one_life()
                if self._failures:
                    await self._rest(BACK_OFF[min(self._failures, len(BACK_OFF)) - 1])
        finally:
            await self.close()

    async def close(self) -> None:
        """Silent at once; the child is gone within about a second. Not to be used again."""
        self._closed = True
        self._wake.set()
        if self._child is not None:
            child, self._child = self._child, None
            await child.end()

    async def _one_life(self) -> None:
        """From the start of a child to its end, which is counted as a failure or not."""
        try:
            child = self._child = await RingerProcess.start(self._wake.set, self._stderr_log)
        except OSError as error:
            self._failures += 1
            self._failing(f"the ringer cannot be started: {error.strerror or error}")
            return
        try:
            await self._tend(child)
        finally:
            if self._child is child:
                self._child = None
                await child.end()
                if not self._closed:
                    self._tell(replace(self._health, device_open=False))

    async def _tend(self, child: RingerProcess) -> None:
        clock = asyncio.get_running_loop().time
        sent, sent_at = SILENCE, 0.0
        while not self._closed:
            self._wake.clear()
            self._learn(child)
            now = clock()
            if child.gone:
                self._mourn(child, now)
                return
            order = self._order()
            sounding = _sounds(order)
            if order != sent or (sounding and now - sent_at >= PING):
                child.send(order, now)
                sent, sent_at = order, now
            waiting = child.waiting_since()
            if waiting is not None and await self._too_late(child, now - waiting, sounding):
                await child.end(grace=0.0)
                return
            await self._pause(PING if sounding or waiting is not None else None)

    async def _too_late(self, child: RingerProcess, waited: float, sounding: bool) -> bool:
        """Judge a child that owes an answer; True: have it replaced."""
        if child.busy and child.busy.doing is Doing.CLOSING and sounding and waited > CLOSING_WITHIN:
            return True  # no failure: slow to let go of the device, while somebody waits
        if waited < ANSWER_WITHIN:
            return False
        await asyncio.sleep(0.05)  # if it was this loop that stood still, the answer is in the pipe
        since = child.waiting_since()
        if since is None or asyncio.get_running_loop().time() - since < ANSWER_WITHIN:
            return False
        doing = child.busy.doing if child.busy else None
        reason = _REASONS[doing] if doing else "the ringer does not answer"
        self._failing(reason)
        patience = START_WITHIN if child.report is None else PATIENCE[min(self._failures, len(PATIENCE) - 1)]
        if waited < patience:
            return False
        self._failures += 1
        if child.busy and doing is Doing.LOADING:
            self._avoid.add(child.busy.what)
        return True

    def _mourn(self, child: RingerProcess, now: float) -> None:
        """A child ended by itself or was killed by others."""
        if now - child.started_at > GOOD_LIFE:
            self._failures = 0
        self._failures += 1
        if child.busy and child.busy.doing is Doing.LOADING:
            self._avoid.add(child.busy.what)
        problem = child.report.problem if child.report else ""
        if problem or self._failures > 1:  # one lost child is replaced before anybody notices
            self._failing(problem or "the ringer keeps ending")

    def _learn(self, child: RingerProcess) -> None:
        """Take in what the child said last."""
        report = child.report
        if report is None:
            return
        self._done.update(report.played)
        health = replace(
            self._health,
            device_open=bool(report.device),
            driver=report.device or self._health.driver,
            played=max((self._health.played, *report.played)),
            sounding=report.sounding,
        )
        if report.problem:
            health = replace(health, state=SpeakerState.FAILING, reason=report.problem)
        elif report.device and child.busy is None and (report.ringing or report.played):
            self._failures = 0
            health = replace(health, state=SpeakerState.OK, reason=self._shortcomings(report))
        self._tell(health)

    def _order(self) -> Order:
        """What should be sounding now, less what has been played."""
        now = time.time()
        tones = [tone for tone in self._wanted.tones if tone.number not in self._done]
        hushed = self._wanted.hushed
        self._done.update(
            tone.number for tone in tones if now - tone.asked_at > TONE_LIFE or tone.number <= hushed
        )
        if len(self._done) > 1000:
            self._done = set(sorted(self._done)[-500:])
        ring = self._ring
        return Order(
            0,
            self._sound(ring.tone, DEFAULT_RING, ring.volume) if ring else None,
            tuple(
                Once(tone.number, self._sound(tone.tone, DEFAULT_CHIME, tone.volume))
                for tone in tones
                if tone.number not in self._done
            ),
            hushed,
        )

    def _sound(self, name: str, default: str, volume: float) -> Sound:
        wanted, instead = self._path(name), self._path(default)
        return Sound(wanted or instead, instead, min(1.0, max(0.0, volume)))

    def _path(self, name: str) -> str:
        """The file of a tone, looked for once a sounding; empty when there is none."""
        if name not in self._found:
            try:
                self._found[name] = self._resolve_tone(name)
            except ToneMissing as error:
                self._found[name] = error
        found = self._found[name]
        path = os.fspath(found) if isinstance(found, Path) else ""
        return "" if path in self._avoid else path

    def _shortcomings(self, report: Report) -> str:
        """What the agent should know of the tones that are wanted now; empty when all is well."""
        if self._ring is None and not self._wanted.tones:
            return self._health.reason if self._health.state is SpeakerState.OK else ""
        ring = [self._ring.tone] if self._ring else []
        names = dict.fromkeys([*ring, *(tone.tone for tone in self._wanted.tones)])
        troubles = []
        for name in names:
            found = self._found.get(name)
            if isinstance(found, ToneMissing):
                troubles.append(str(found))
            elif isinstance(found, Path) and os.fspath(found) in self._avoid:
                troubles.append(f"tone {found.name} cannot be loaded")
        troubles += [f"tone {Path(path).name} cannot be decoded: {why}" for path, why in report.spoilt]
        return f"{'; '.join(troubles)}; the default sounds instead" if troubles else ""

    def _failing(self, reason: str) -> None:
        self._tell(replace(self._health, state=SpeakerState.FAILING, reason=reason))

    def _tell(self, health: SpeakerHealth) -> None:
        if health != self._health:
            self._health = health
            self._on_health(health)

    async def _pause(self, seconds: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _rest(self, seconds: float) -> None:
        """Wait before the next child; a sound newly wanted ends the wait."""
        clock = asyncio.get_running_loop().time
        until, sounding = clock() + seconds, _sounds(self._order())
        while not self._closed and (left := until - clock()) > 0:
            self._wake.clear()
            await self._pause(left)
            if _sounds(self._order()) and not sounding:
                return
            sounding = _sounds(self._order())
