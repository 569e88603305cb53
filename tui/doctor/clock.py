"""Is the clock to be trusted? Waiting times, deadlines and quiet hours hang on it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tui.config.schema import Settings
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, State, finding

WATCHED_FOR = 1.0
"""Seconds for which wall clock and steady clock are compared."""
DRIFT = 0.1
"""Seconds by which they may part in that time."""
EARLIEST, LATEST = 2025, 2100
"""Years in which this program can be running."""


@dataclass(frozen=True, slots=True)
class ClockFound:
    """What was found out about the clock."""

    now: float
    """Unix seconds."""
    drift: float
    """Seconds the wall clock gained on the steady one while watched."""
    zone: str
    """As in "CET, UTC+01:00"."""
    local: str
    """The local time, as in "2026-11-23 14:05"."""
    year: int


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """Watch it for a second."""
    wall, steady = time.time(), time.monotonic()
    await asyncio.sleep(WATCHED_FOR)
    drift = (time.time() - wall) - (time.monotonic() - steady)
    local = time.localtime()
    zone = f"{local.tm_zone or 'no zone'}, {_offset(local.tm_gmtoff or 0)}"
    at = time.strftime("%Y-%m-%d %H:%M", local)
    return [findings(ClockFound(time.time(), drift, zone, at, local.tm_year))]


def findings(found: ClockFound) -> Finding:
    """What was found, in words."""
    facts = {"local": found.local, "zone": found.zone}
    if not EARLIEST <= found.year <= LATEST:
        says = f"It says {found.local}: it cannot be right. Waiting times and deadlines will be wrong."
        return _said(State.FAULT, says, "Set the clock; let the system keep it by network time.", facts)
    if abs(found.drift) > DRIFT:
        says = f"It was set, or ran off, by {found.drift:+.1f} s while it was watched for {WATCHED_FOR:g} s."
        return _said(State.WARNING, says, "Let the system keep it by network time.", facts)
    says = f"{found.local} ({found.zone}); it runs steadily. Is that the time where you are?"
    return _said(State.OK, says, "", facts)


def _offset(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def _said(state: State, says: str, cure: str, facts: dict[str, str]) -> Finding:
    return finding(Area.CLOCK, "clock.time", state, "time", says, cure, facts=facts)
