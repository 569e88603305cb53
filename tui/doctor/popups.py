"""Are popups shown? Asks the service, raises one of its own, and tells what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass

from tui.alerts.plan import AlertEvent, Popup
from tui.config.schema import OnClick, Settings
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, State, finding
from tui.outputs.popups import (
    PopupBoard,
    PopupClicked,
    PopupDismissed,
    PopupEvent,
    PopupFailed,
    PopupHealth,
    PopupLost,
    PopupShown,
)
from tui.outputs.popups_daemon import Daemon, DaemonWatch, on_this_platform
from tui.outputs.popups_events import PopupError
from tui.text import clean_line

SHOWN_WITHIN = 5.0
"""Seconds in which the system must have taken the popup."""
UP_FOR = 3.0
"""Seconds for which it is shown."""
_KEY = "doctor"


@dataclass(frozen=True, slots=True)
class PopupsFound:
    """What was found out about popups."""

    daemon: Daemon | None = None
    """Who shows them, where that can be asked."""
    trouble: str = ""
    """Why nobody does; empty when somebody does or it cannot be asked."""
    cure: str = ""
    fate: str = ""
    """What became of the popup: "shown", and what came then; empty when none was raised or it failed."""
    failed: str = ""
    """Why it was not shown."""


def wanted(settings: Settings) -> bool:
    """Whether any popup is to be raised at all."""
    desktop = settings.desktop
    return desktop.enabled and (desktop.pending.enabled or desktop.message.enabled)


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """Ask, and raise a popup where popups are wanted."""
    return findings(settings, await probe(wanted(settings)), subject.terminal.over_ssh)


async def probe(with_popup: bool) -> PopupsFound:
    """Who shows popups, and what becomes of one."""
    daemon = None
    if on_this_platform():
        watch = DaemonWatch(lambda: None)
        try:
            daemon = await watch.answer()
        except PopupError as trouble:
            return PopupsFound(trouble=trouble.reason, cure=trouble.cure)
        finally:
            watch.close()
    if not with_popup:
        return PopupsFound(daemon)
    fate, failed = await _raise_one()
    return PopupsFound(daemon, fate=fate, failed=failed)


async def _raise_one() -> tuple[str, str]:
    """What became of a popup, or why it was not shown."""
    events: asyncio.Queue[PopupEvent] = asyncio.Queue()
    board = PopupBoard("Deskbell", events.put_nowait)
    running = asyncio.create_task(board.run())
    try:
        board.show((_popup(),))
        first = await _next(events, SHOWN_WITHIN, PopupShown, PopupFailed)
        if isinstance(first, PopupFailed):
            return "", first.reason
        if first is None:
            return "", "the system did not take it in time"
        shown_at = time.monotonic()
        match await _next(events, UP_FOR, PopupClicked, PopupDismissed, PopupLost):
            case PopupClicked():
                then = f"clicked after {time.monotonic() - shown_at:.1f} s"
            case PopupDismissed():
                then = f"closed by you after {time.monotonic() - shown_at:.1f} s"
            case PopupLost():
                return "", "it was shown, but its service went away at once"
            case _:
                then = f"withdrawn after {UP_FOR:g} s"
        return f"shown, {then}", ""
    finally:
        await board.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _next(
    events: asyncio.Queue[PopupEvent], seconds: float, *kinds: type[PopupEvent]
) -> PopupEvent | None:
    """The next event of these kinds; None when none comes in time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                event = await events.get()
                if isinstance(event, kinds) and not isinstance(event, PopupHealth):
                    return event
    return None


def _popup() -> Popup:
    return Popup(
        key=_KEY,
        number=1,
        event=AlertEvent.PENDING,
        contact=None,
        title=clean_line("Deskbell: a test"),
        body=clean_line("This is how a waiting visitor is announced. It goes by itself."),
        on_click=OnClick.NOTHING,
        can_accept=False,
        close_after=int(UP_FOR) + 5,  # should we be killed before we withdraw it
    )


# What it means


def findings(settings: Settings, found: PopupsFound, over_ssh: bool) -> list[Finding]:
    """What was found, in words."""
    told = []
    if on_this_platform():
        told.append(_service(settings, found, over_ssh))
    if not wanted(settings):
        says = "Popups are off in the settings: none was raised."
        cure = "F9 opens the settings." if settings.desktop.enabled else "F7 in the console switches them on."
        told.append(_said("test", State.OFF, "test popup", says, cure))
    elif found.fate:
        told.append(_said("test", State.OK, "test popup", f"It was {found.fate}.", "", fate=found.fate))
    elif found.failed:
        says = f"Not delivered: {found.failed}. The terminal's own notices stand in where it has them."
        told.append(_said("test", State.FAULT, "test popup", says, "Try again; look at the service."))
    return told


def _service(settings: Settings, found: PopupsFound, over_ssh: bool) -> Finding:
    if found.daemon is None:
        says = f"{found.trouble[:1].upper()}{found.trouble[1:]}."
        if wanted(settings):
            says += " The terminal's own notices stand in where it has them."
        cure = f"{found.cure[:1].upper()}{found.cure[1:]}." if found.cure else ""
        return _said("service", State.FAULT if wanted(settings) else State.OFF, "service", says, cure)
    daemon = found.daemon
    can = ", ".join(_ABILITIES[ability] for ability in _ABILITIES if ability in daemon.capabilities)
    cannot = "" if "actions" in daemon.capabilities else " It has no buttons: a click only closes the popup."
    name = f"{daemon.name or 'A service without a name'} {daemon.version}".strip()
    says = f"{name} answers{f'; it has {can}' if can else ''}.{cannot}"
    if over_ssh:
        says += " It shows popups on the far machine, not at your desk."
    return _said(
        "service",
        State.WARNING if wanted(settings) and (cannot or over_ssh) else State.OK,
        "service",
        says,
        "",
        name=daemon.name,
        version=daemon.version,
        capabilities=" ".join(sorted(daemon.capabilities)),
    )


_ABILITIES = {
    "actions": "buttons",
    "body": "text",
    "body-markup": "markup",
    "persistence": "a list of what was missed",
    "sound": "sounds",
}


def _said(id: str, state: State, title: str, says: str, cure: str, **facts: object) -> Finding:
    return finding(Area.POPUPS, f"popups.{id}", state, title, says, cure, facts=facts)
