"""The hand that raises and withdraws popups: one desktop-notifier and what was sent through it.

The only importer of desktop-notifier, which takes 90 ms to import: late, and off the loop. What the library
hides is put right here: only its ``on_dispatched`` proves that a popup was taken, its connection must be
closed by force, and it forgets a popup's number as soon as its action was invoked.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.alerts.plan import Popup
from tui.outputs.popups_daemon import PATIENCE, find_session_bus, on_this_platform
from tui.outputs.popups_events import PopupError
from tui.text import CleanText

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus
    from desktop_notifier import Capability, DesktopNotifier, Notification

_log = logging.getLogger(__name__)

LONGEST = 3600
"""Seconds after which a daemon may close a popup on its own account when the agent's setting says never:
no popup may stay for ever if we should lose sight of it."""

_TITLE_CHARACTERS = 120
_BODY_CHARACTERS = 400
_ACCEPT = "accept"
_ASKING_THE_AGENT = 60.0
"""Seconds the system's own permission dialogue may take (macOS)."""


@dataclass(slots=True, eq=False)
class Sent:
    """A popup handed to the library."""

    popup: Popup
    identifier: str
    """Names it to the library."""
    task: asyncio.Task[str] | None = None
    """The call; may be overdue for as long as the daemon is frozen."""
    taken: bool = False
    """Whether the system took it for display."""
    number: int | None = None
    """The daemon's number for it, on D-Bus."""


class PopupHand:
    """One notifier. Belongs to the loop on which it was opened."""

    def __init__(
        self,
        notifier: DesktopNotifier,
        capabilities: frozenset[Capability],
        on_click: Callable[[Sent, bool], None],
        on_dismiss: Callable[[Sent], None],
    ) -> None:
        from desktop_notifier import Capability

        self._notifier = notifier
        self._has_buttons = Capability.BUTTONS in capabilities
        self._on_click = on_click
        self._on_dismiss = on_dismiss
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(
        cls, app_name: str, on_click: Callable[[Sent, bool], None], on_dismiss: Callable[[Sent], None]
    ) -> PopupHand:
        """A working hand; raises :class:`PopupError` when the system has none to offer.

        ``on_click`` is told whether it was the Accept button.
        """
        await asyncio.to_thread(_import_library)
        if on_this_platform() and (address := find_session_bus(os.environ)):
            os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", address)  # the library looks nowhere else
        notifier = _new_notifier(app_name)
        try:
            async with asyncio.timeout(PATIENCE):
                capabilities = await notifier.get_capabilities()
        except Exception as trouble:
            # The library lets through whatever its platform raises.
            _disconnect(notifier)
            reason = "it does not answer" if isinstance(trouble, TimeoutError) else str(trouble)
            raise PopupError(f"popups cannot be opened: {reason}") from trouble
        except asyncio.CancelledError:
            _disconnect(notifier)
            raise
        if not capabilities:
            raise PopupError(
                "not available: this system lets only installed applications show popups",
                "use the terminal's own notices; on macOS run Deskbell from an application bundle",
            )
        return cls(notifier, capabilities, on_click, on_dismiss)

    @property
    def connected(self) -> bool:
        """False once the connection to the system is lost for good."""
        bus = _bus_of(self._notifier)
        return bus is None or bus.connected

    async def ask_permission(self, ask: bool = True) -> bool:
        """The system's permission; on macOS this shows its dialogue and waits for the agent, if ``ask``."""
        if not ask:
            async with asyncio.timeout(PATIENCE):
                return await self._notifier.has_authorisation()
        async with asyncio.timeout(_ASKING_THE_AGENT):
            return await self._notifier.request_authorisation()

    async def send(self, popup: Popup, body: Callable[[CleanText], str], patience: float = PATIENCE) -> Sent:
        """Hands a popup over and waits for at most ``patience`` seconds.

        ``body`` makes of clean text what the system must be given to draw it as it is.

        Look at the outcome: ``taken``, or not taken though the ``task`` is done (refused), or the ``task``
        still running (overdue; it comes to an end when the daemon thaws or dies).
        """
        name = hashlib.blake2s(f"{popup.key}#{popup.number}".encode(), digest_size=16)
        sent = Sent(popup, identifier=name.hexdigest())  # Windows takes 64 characters at most
        notification = self._notification(sent, body)
        sent.task = asyncio.create_task(self._notifier.send_notification(notification), name="popup-send")
        await asyncio.wait({sent.task}, timeout=patience)
        return sent

    async def withdraw(self, sent: Sent, patience: float = PATIENCE) -> None:
        """Takes a popup from the desktop; one that has gone already is no error.

        Raises TimeoutError when the system does not answer; it will still withdraw it once it does.
        """
        try:
            async with asyncio.timeout(patience):
                await self._notifier.clear(sent.identifier)
        except KeyError:
            return  # the library has heard that it went
        except TimeoutError:
            raise
        except Exception as trouble:
            # The library lets through whatever its platform raises.
            raise PopupError(f"a popup cannot be withdrawn: {trouble}") from trouble

    def drop(self) -> None:
        """Closes the connection; a broken one leaks a file descriptor otherwise."""
        for task in self._closing:
            task.cancel()
        _disconnect(self._notifier)

    def _notification(self, sent: Sent, body: Callable[[CleanText], str]) -> Notification:
        from desktop_notifier import Button, Notification, Urgency

        popup = sent.popup

        def taken() -> None:
            sent.taken = True
            sent.number = _number_of(self._notifier, sent.identifier)

        def clicked(accept: bool) -> None:
            self._close_leftover(sent)
            self._on_click(sent, accept)

        accept = Button("Accept", on_pressed=lambda: clicked(True), identifier=_ACCEPT)
        return Notification(
            title=popup.title[:_TITLE_CHARACTERS],
            message=body(CleanText(popup.body[:_BODY_CHARACTERS])),  # cut first: half an entity is none
            urgency=Urgency.Normal,
            buttons=(accept,) if popup.can_accept and self._has_buttons else (),
            on_dispatched=taken,
            on_clicked=lambda: clicked(False),
            on_dismissed=lambda: self._on_dismiss(sent),
            timeout=int(popup.close_after) or LONGEST,
            identifier=sent.identifier,
        )

    def _close_leftover(self, sent: Sent) -> None:
        """Some daemons leave a popup whose action was invoked; the library has forgotten it by then."""
        bus = _bus_of(self._notifier)
        if bus is not None and sent.number is not None:
            task = asyncio.create_task(_close_number(bus, sent.number), name="popup-leftover")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def _close_number(bus: MessageBus, number: int) -> None:
    from dbus_fast.message import Message

    call = Message(
        destination="org.freedesktop.Notifications",
        path="/org/freedesktop/Notifications",
        interface="org.freedesktop.Notifications",
        member="CloseNotification",
        signature="u",
        body=[number],
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await bus.call(call)
    except Exception as trouble:  # noqa: BLE001 - it has gone, or its daemon has: both are well
        _log.debug("leftover popup %s not closed: %r", number, trouble)


def _import_library() -> None:
    import desktop_notifier  # noqa: F401


def _new_notifier(app_name: str) -> DesktopNotifier:
    from desktop_notifier import DesktopNotifier

    try:
        return DesktopNotifier(app_name=app_name, app_icon=None)
    except Exception as trouble:  # whatever the platform raises; on Windows OSError and RuntimeError
        raise PopupError(f"not available: {trouble}") from trouble


def _bus_of(notifier: DesktopNotifier) -> MessageBus | None:
    """The library's connection; it offers no public way to close one. None where there is no D-Bus."""
    bus: MessageBus | None = getattr(getattr(notifier, "_backend", None), "bus", None)
    return bus


def _disconnect(notifier: DesktopNotifier) -> None:
    bus = _bus_of(notifier)
    if bus is not None and bus.connected:
        bus.disconnect()


def _number_of(notifier: DesktopNotifier, identifier: str) -> int | None:
    numbers = getattr(
        getattr(notifier, "_backend", None), "_platform_to_interface_notification_identifier", None
    )
    number: int | None = numbers.inverse.get(identifier) if numbers is not None else None
    return number
