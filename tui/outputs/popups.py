"""The popup board: makes the desktop show the popups that should be there, and tells what became of them.

It is told what should be true now and works out the difference; it decides nothing. Popups are asked, never
trusted (section 3a of the design): every call has a time limit, only the daemon's own word proves that one
was shown, and whatever fails is tried again for as long as something is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable

from tui.alerts.plan import Popup
from tui.outputs.popups_daemon import PATIENCE, Daemon, DaemonWatch, on_this_platform
from tui.outputs.popups_events import (
    DaemonFrozenError,
    Permission,
    PopupClicked,
    PopupDismissed,
    PopupError,
    PopupEvent,
    PopupFailed,
    PopupHealth,
    PopupLost,
    PopupShown,
)
from tui.outputs.popups_hand import PopupHand, Sent

__all__ = [
    "Permission",
    "PopupBoard",
    "PopupClicked",
    "PopupDismissed",
    "PopupEvent",
    "PopupFailed",
    "PopupHealth",
    "PopupLost",
    "PopupShown",
]

_log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
"""Seconds until the first new attempt after a failure; doubled with each further one."""
LONGEST_PAUSE = 60.0
"""Seconds between attempts at most, and always while nothing is wanted."""
LEAVING = 0.8
"""Seconds that :meth:`PopupBoard.close` gives the system to withdraw everything."""
_REMEMBERED = 4096
_LIFT_ANY = "allow them in the system's settings"
_LIFT = {
    "darwin": "open System Settings, Notifications, choose the program Deskbell runs in, and allow them",
    "win32": "open Settings, System, Notifications, and switch them on for the program Deskbell runs in",
}
"""How to lift the block, by platform."""


class PopupBoard:
    """Popups as they should be. Every method is called on the loop that runs :meth:`run`.

    A popup once shown is never raised again under the same key and number, whatever became of it.
    """

    def __init__(self, app_name: str, on_event: Callable[[PopupEvent], None]) -> None:
        self._app_name = app_name
        self._on_event = on_event
        self._wanted: dict[str, Popup] = {}
        self._up: dict[str, Sent] = {}
        self._overdue: Sent | None = None
        self._raised: dict[tuple[str, int], None] = {}
        self._told_failed: set[tuple[str, int]] = set()
        self._hand: PopupHand | None = None
        self._watch = DaemonWatch(self._something_changed) if on_this_platform() else None
        self._daemon: Daemon | None = None
        self._health: PopupHealth | None = None
        self._failures = 0
        self._recheck = False
        self._tried_at = 0.0
        self._next_try = 0.0
        self._wake = asyncio.Event()

    def show(self, popups: tuple[Popup, ...]) -> None:
        """What should be on the desktop from now on; the newest call counts. Returns at once."""
        self._wanted = {popup.key: popup for popup in popups}
        if self._to_raise():
            self._next_try = min(self._next_try, self._tried_at + FIRST_PAUSE)
        self._wake.set()

    async def run(self) -> None:
        """Keeps the desktop as it should be until cancelled."""
        while True:
            self._wake.clear()
            if time.monotonic() >= self._next_try or not self._failures:
                await self._turn()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()

    async def close(self) -> None:
        """Withdraws everything and lets go; takes a second at most, even when the daemon is frozen."""
        self._wanted = {}
        hand, self._hand = self._hand, None
        if hand is not None:
            going = [asyncio.create_task(hand.withdraw(sent, LEAVING)) for sent in self._up.values()]
            if self._overdue is not None and self._overdue.task is not None:
                self._overdue.task.cancel()
            if going:
                await asyncio.wait(going, timeout=LEAVING)
            for task in going:
                if not task.cancel() and not task.cancelled():
                    task.exception()  # looked at, so that asyncio does not complain
            hand.drop()
        if self._watch is not None:
            self._watch.close()
        self._up.clear()
        await asyncio.sleep(0)  # lets the connections close

    async def request_permission(self, ask: bool = True) -> Permission:
        """Asks the system whether popups will be shown, by really asking it (2 s; on macOS its dialogue).

        Without ``ask`` no dialogue is shown: what the agent answered earlier counts.
        """
        try:
            if self._watch is not None:
                daemon = await self._watch.answer()
                self._next_try = 0.0
                self._wake.set()
                return Permission(True, f"{daemon.name or 'the notification daemon'} answers")
            hand = self._hand or await self._open_hand()
            if await hand.ask_permission(ask):
                return Permission(True, "the system allows popups")
        except PopupError as trouble:
            return Permission(False, trouble.reason, trouble.cure)
        except TimeoutError:
            return Permission(False, "the system's question was not answered", "try again and answer it")
        return Permission(False, "the system does not allow popups", _LIFT.get(sys.platform, _LIFT_ANY))

    # Keeping

    async def _turn(self) -> None:
        """One attempt to make the desktop as it should be."""
        self._tried_at = time.monotonic()
        try:
            await self._reconcile()
        except PopupError as trouble:
            self._failed(trouble)
        except Exception as trouble:  # noqa: BLE001
            # The border: the keeper must outlive whatever a desktop's library comes up with.
            _log.exception("popups failed in an unforeseen way")
            self._drop_hand()
            self._failed(PopupError(f"popups failed: {trouble!r}"))

    async def _reconcile(self) -> None:
        self._settle_overdue()
        recheck, self._recheck = self._recheck and self._health is not None, False
        if not (self._to_raise() or self._to_withdraw() or self._failures or recheck):
            return  # before the first popup is wanted nothing is imported and nobody is asked
        await self._make_sure_of_daemon()
        hand = self._hand
        if hand is None:
            if not (self._to_raise() or self._failures):
                self._works()
                return
            hand = await self._open_hand()
        await self._wait_for_overdue()
        while True:  # what is wanted may change under way
            for sent in self._to_withdraw():
                await self._withdraw(hand, sent)
            waiting = self._to_raise()
            if not waiting:
                break
            hand = await self._hand_for_this_daemon()
            await self._raise(hand, waiting[0])
        self._works()

    async def _make_sure_of_daemon(self) -> None:
        if self._watch is None:
            return
        try:
            daemon = await self._watch.answer()
        except DaemonFrozenError:
            raise
        except PopupError:
            self._drop_hand()
            raise
        if self._daemon is not None and daemon.owner != self._daemon.owner:
            self._drop_hand()
        if self._hand is not None and not self._hand.connected:
            self._drop_hand()
        self._daemon = daemon

    async def _hand_for_this_daemon(self) -> PopupHand:
        """The hand, the daemon asked immediately before: another one may have taken its place meanwhile,
        and what one draws as it is may be markup to the next."""
        await self._make_sure_of_daemon()
        while self._hand is None:
            await self._open_hand()
            await self._make_sure_of_daemon()
        return self._hand

    async def _open_hand(self) -> PopupHand:
        self._hand = await PopupHand.open(self._app_name, self._clicked, self._dismissed)
        return self._hand

    def _drop_hand(self) -> None:
        """The notifier is of no use any more; what was shown through it is out of reach or gone."""
        if self._overdue is not None and self._overdue.task is not None:
            self._overdue.task.cancel()
        self._overdue = None
        if self._hand is not None:
            self._hand.drop()
        self._hand = None
        lost, self._up = list(self._up.values()), {}
        for sent in lost:
            self._on_event(PopupLost(sent.popup.key, sent.popup.number))

    async def _raise(self, hand: PopupHand, popup: Popup) -> None:
        sent = await hand.send(popup, self._daemon.body if self._daemon is not None else str)
        if sent.taken:
            self._now_up(sent)
            return
        if sent.task is not None and not sent.task.done():
            self._overdue = sent
            sent.task.add_done_callback(lambda _: self._something_changed())
            raise DaemonFrozenError("the notification daemon does not answer", "wait, or restart it")
        if self._failures or not self._up:
            self._drop_hand()
        raise PopupError("the notification daemon did not take a popup", "see the log for its reason")

    async def _withdraw(self, hand: PopupHand, sent: Sent) -> None:
        try:
            await hand.withdraw(sent)
        except TimeoutError:
            raise DaemonFrozenError(
                "the notification daemon does not answer", "wait, or restart it"
            ) from None
        if self._up.get(sent.popup.key) is sent:
            del self._up[sent.popup.key]

    def _settle_overdue(self) -> None:
        """What the daemon did late: a popup it showed after all is withdrawn or kept like any other."""
        sent = self._overdue
        if sent is None or sent.task is None or not sent.task.done():
            return
        self._overdue = None
        if sent.taken:
            self._now_up(sent)

    async def _wait_for_overdue(self) -> None:
        """The daemon answers again: its answer to the overdue call must come now, or never will."""
        if self._overdue is None or self._overdue.task is None:
            return
        await asyncio.wait({self._overdue.task}, timeout=PATIENCE)
        if not self._overdue.task.done():
            self._drop_hand()
            raise PopupError("the notification daemon lost a popup")
        self._settle_overdue()

    def _now_up(self, sent: Sent) -> None:
        popup = sent.popup
        self._up[popup.key] = sent
        self._raised[popup.key, popup.number] = None
        while len(self._raised) > _REMEMBERED:
            del self._raised[next(iter(self._raised))]
        self._told_failed.discard((popup.key, popup.number))
        self._on_event(PopupShown(popup.key, popup.number))

    def _to_raise(self) -> list[Popup]:
        return [popup for popup in self._wanted.values() if (popup.key, popup.number) not in self._raised]

    def _to_withdraw(self) -> list[Sent]:
        return [
            sent
            for key, sent in self._up.items()
            if key not in self._wanted or self._wanted[key].number != sent.popup.number
        ]

    # What the agent does

    def _clicked(self, sent: Sent, accept: bool) -> None:
        self._went(sent)
        popup = sent.popup
        self._on_event(PopupClicked(popup.key, popup.number, popup.contact, accept))

    def _dismissed(self, sent: Sent) -> None:
        self._went(sent)
        self._on_event(PopupDismissed(sent.popup.key, sent.popup.number))

    def _went(self, sent: Sent) -> None:
        if self._up.get(sent.popup.key) is sent:
            del self._up[sent.popup.key]

    # Health

    def _something_changed(self) -> None:
        self._recheck = True
        self._next_try = 0.0
        self._wake.set()

    def _works(self) -> None:
        self._failures = 0
        self._next_try = 0.0
        name = self._daemon.name if self._daemon is not None else ""
        self._tell_health(PopupHealth(True, f"{name or 'the system'} answers", name))

    def _failed(self, trouble: PopupError) -> None:
        self._failures += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures - 1, 10))
        self._next_try = time.monotonic() + (pause if self._to_raise() or self._up else LONGEST_PAUSE)
        reason = f"{trouble.reason} ({trouble.cure})" if trouble.cure else trouble.reason
        self._tell_health(PopupHealth(False, reason))
        wanted = {(popup.key, popup.number) for popup in self._to_raise()}
        for key, number in sorted(wanted - self._told_failed):
            self._on_event(PopupFailed(key, number, trouble.reason))
        self._told_failed = wanted

    def _tell_health(self, health: PopupHealth) -> None:
        if health != self._health:
            self._health = health
            _log.info("popups: %s", health.reason)
            self._on_event(health)

    def _pause(self) -> float | None:
        """Seconds until the next turn of its own accord; None when only a change can call for one."""
        return max(0.0, self._next_try - time.monotonic()) if self._failures else None
