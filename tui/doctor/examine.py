"""The examination: every check at once, each with a time limit, told in a fixed order. Never raises."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tui.config.file import Loaded, SettingsFile
from tui.config.schema import Settings
from tui.doctor import clock, door, popups, sound, storage, terminal
from tui.doctor import settings as settings_check
from tui.doctor.limits import aside
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, Findings, State, finding

log = logging.getLogger(__name__)

EACH_WITHIN = 10.0
"""Seconds for one check; each has shorter limits of its own, this one is the last."""
ALL_WITHIN = 13.0
"""Seconds after which the report is made of what there is."""
SETTINGS_WITHIN = 2.0

Check = Callable[[Subject, Settings], Awaitable[list[Finding]]]

CHECKS: tuple[tuple[Area, Check], ...] = (
    (Area.SOUND, sound.examine),
    (Area.POPUPS, popups.examine),
    (Area.FOCUS, terminal.examine),
    (Area.DATA, storage.examine),
    (Area.CLOCK, clock.examine),
    (Area.DOOR, door.examine),
)


def examine(subject: Subject) -> Findings:
    """Everything; blocks for a few seconds, for ``ALL_WITHIN`` at most. On any thread but an event loop's."""
    at, began = time.time(), time.monotonic()
    told: dict[Area, list[Finding]] = {}
    # On a thread of its own, left behind if it hangs: its loop must not be able to hold up the caller.
    work = threading.Thread(target=_run, args=(subject, told), name="doctor", daemon=True)
    work.start()
    work.join(ALL_WITHIN)
    all_told = dict(told)
    for area in (Area.SETTINGS, *(area for area, _ in CHECKS)):
        if area not in all_told:
            all_told[area] = [_failed(area, "it did not come to an end in time")]
    order = list(Area)
    found = sorted((one for told_ in all_told.values() for one in told_), key=lambda f: order.index(f.area))
    return Findings(tuple(found), at, round(time.monotonic() - began, 2))


def _run(subject: Subject, told: dict[Area, list[Finding]]) -> None:
    try:
        asyncio.run(_all(subject, told))
    except Exception:  # the border: what is missing in ``told`` is said by the caller
        log.exception("the examination failed")


async def _all(subject: Subject, told: dict[Area, list[Finding]]) -> None:
    loaded = await _load(subject, told)
    await asyncio.gather(*(_one(area, check, subject, loaded.settings, told) for area, check in CHECKS))


async def _load(subject: Subject, told: dict[Area, list[Finding]]) -> Loaded:
    """The settings, which every other check goes by."""
    try:
        loaded = await aside(SettingsFile(subject.config).load, SETTINGS_WITHIN)
        exists = await aside(subject.config.exists, SETTINGS_WITHIN)
        keys = subject.keys(loaded.settings)
    except Exception as trouble:  # noqa: BLE001 - the border, as below
        told[Area.SETTINGS] = [_failed(Area.SETTINGS, _why(trouble, SETTINGS_WITHIN))]
        return Loaded(Settings())
    told[Area.SETTINGS] = settings_check.findings(subject.config, exists, loaded, keys)
    return loaded


async def _one(
    area: Area, check: Check, subject: Subject, settings: Settings, told: dict[Area, list[Finding]]
) -> None:
    try:
        async with asyncio.timeout(EACH_WITHIN):
            told[area] = await check(subject, settings)
    except Exception as trouble:
        # The border: a check that fails in an unforeseen way is a finding, and the others go on.
        log.warning("checking %s failed", area, exc_info=trouble)
        told[area] = [_failed(area, _why(trouble, EACH_WITHIN))]


def _why(trouble: Exception, seconds: float) -> str:
    if isinstance(trouble, TimeoutError):
        return f"it took longer than {seconds:g} s"
    return f"{type(trouble).__name__}: {trouble}"


def _failed(area: Area, why: str) -> Finding:
    id = f"{area.name.lower()}.check"
    return finding(area, id, State.UNKNOWN, "check", f"This could not be examined: {why}.")


def tone_was_played(found: Findings) -> bool:
    """Whether there was something to hear, so that asking makes sense."""
    return any(one.id == _DEVICE and one.state in (State.OK, State.WARNING) for one in found.all)


def with_answer(found: Findings, heard: bool) -> Findings:
    """The report once the agent has said whether he heard the tone."""
    return replace(
        found, all=tuple(sound.answered(one, heard) if one.id == _DEVICE else one for one in found.all)
    )


_DEVICE = "sound.device"
