"""A witness on a private session bus: what popups were asked for, and how each of them ended."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field

from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.constants import MessageType
from dbus_fast.message import Message

_INTERFACE = "org.freedesktop.Notifications"


@dataclass(frozen=True, slots=True)
class Notified:
    """A popup that was asked for and that the daemon took."""

    id: int
    """The number the daemon gave it."""
    replaces: int
    title: str
    body: str
    actions: tuple[str, ...]
    """Key, label, key, label …"""
    timeout: int
    """Milliseconds; 0 never, -1 as the daemon likes."""
    at: float
    """When the daemon had taken it, in Unix seconds."""
    app: str = ""
    urgency: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A popup went. Reasons: 1 expired, 2 dismissed by the user, 3 withdrawn by its program."""

    id: int
    reason: int
    at: float


@dataclass(frozen=True, slots=True)
class Invoked:
    """A popup's action was invoked."""

    id: int
    action: str
    at: float


@dataclass
class PopupMonitor:
    """Watches one bus from its own thread; its lists grow in the order of the bus."""

    address: str
    notified: list[Notified] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Titles of every popup asked for, answered or not."""
    closed: list[Closed] = field(default_factory=list)
    invoked: list[Invoked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open: dict[tuple[str, int], Message] = {}
        self._ready = threading.Event()
        self._trouble = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="popup-monitor", daemon=True)
        self._thread.start()
        if not self._ready.wait(5) or self._trouble:
            raise RuntimeError(f"cannot watch the bus {self.address}: {self._trouble or 'no answer'}")

    def close(self) -> None:
        """Stops watching."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)  # the bus may die under us
        try:
            self._loop.run_until_complete(self._watch())
        finally:
            self._loop.close()

    async def _watch(self) -> None:
        self._stop = asyncio.Event()
        bus = MessageBus(bus_address=self.address)
        try:
            await asyncio.wait_for(bus.connect(), 5)
            rules = [
                f"type='method_call',interface='{_INTERFACE}'",
                f"type='signal',interface='{_INTERFACE}'",
                "type='method_return'",
            ]
            await bus.call(
                Message(
                    destination="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus.Monitoring",
                    member="BecomeMonitor",
                    signature="asu",
                    body=[rules, 0],
                )
            )
            bus.add_message_handler(self._heard)
        except Exception as trouble:  # noqa: BLE001 - told to the constructor, in the other thread
            self._trouble = repr(trouble)
            self._ready.set()
            return
        self._ready.set()
        await self._stop.wait()
        bus.disconnect()

    def _heard(self, message: Message) -> bool:
        if message.message_type is MessageType.METHOD_CALL and message.member == "Notify":
            self._open[message.sender or "", message.serial] = message
            self.asked.append(message.body[3])
        elif message.message_type is MessageType.METHOD_RETURN:
            call = self._open.pop((message.destination or "", message.reply_serial or 0), None)
            if call is not None:
                self._taken(call, message.body[0])
        elif message.message_type is MessageType.SIGNAL and message.member == "NotificationClosed":
            self.closed.append(Closed(message.body[0], message.body[1], time.time()))
        elif message.message_type is MessageType.SIGNAL and message.member == "ActionInvoked":
            self.invoked.append(Invoked(message.body[0], message.body[1], time.time()))
        return True  # a monitor must answer nothing

    def _taken(self, call: Message, number: int) -> None:
        app, replaces, _icon, title, body, actions, hints, timeout = call.body
        urgency = hints["urgency"].value if "urgency" in hints else None
        self.notified.append(
            Notified(number, replaces, title, body, tuple(actions), timeout, time.time(), app, urgency)
        )
