"""The notification daemon on the session bus (Linux, BSD): is it there, does it answer, what can it do?

A connection of our own, beside the library's, since the library can tell none of this: it calls every
failure a success, and its connection dies with the bus. Nothing is shown from here. A question that was not
answered in time stays open, so that a frozen daemon is noticed the moment it thaws.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.outputs.popups_events import DaemonFrozenError, PopupError
from tui.text import CleanText, for_either, for_markup

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus
    from dbus_fast.message import Message

PATIENCE = 2.0
"""Seconds that any call about popups may take."""

GIVE_UP_A_QUESTION = 60.0
"""Seconds after which an unanswered question is asked anew."""

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_READ_FROM_MARKUP = frozenset({"body-hyperlinks", "body-images"})
_START_A_SESSION = "start Deskbell from the desktop's own session, or set DBUS_SESSION_BUS_ADDRESS"
_START_ONE = "start a notification daemon (your desktop's, or for example dunst)"


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that answers."""

    name: str
    """As it calls itself, such as "dunst"."""
    reads_markup: bool
    """Whether it takes ``<``, ``>`` and ``&`` in a body for markup."""
    owner: str
    """Its connection; another one means that every popup of the earlier one is gone."""
    version: str = ""
    capabilities: frozenset[str] = frozenset()
    """What it says it can do, in the words of the desktop notifications specification."""

    def body(self, text: CleanText) -> str:
        """What it must be given as a body so that it draws the text as it is.

        Who takes links or images but says nothing of markup may read it all the same (dunst without a
        ``markup`` line does). A title is plain text to every daemon that keeps to the specification.
        """
        if self.reads_markup:
            return for_markup(text)
        if self.capabilities & _READ_FROM_MARKUP:
            return for_either(text)
        return text


def on_this_platform() -> bool:
    """Whether popups go over D-Bus here."""
    return sys.platform not in ("win32", "darwin")


def find_session_bus(environ: Mapping[str, str]) -> str | None:
    """The session bus's address: as set, else the one that systemd puts into ``$XDG_RUNTIME_DIR``."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime and (Path(runtime) / "bus").exists():
        return f"unix:path={runtime}/bus"
    return None


class DaemonWatch:
    """Asks the daemon, and hears when one comes, goes or thaws. Belongs to the loop it is first used on.

    ``on_change`` is called on that loop whenever asking again may bring another answer.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._bus: MessageBus | None = None
        self._address = ""
        self._question: asyncio.Task[Daemon] | None = None
        self._asked_at = 0.0
        self._ending: asyncio.Task[None] | None = None
        self._connections = 0

    async def answer(self, patience: float = PATIENCE) -> Daemon:
        """Who shows popups; raises :class:`PopupError` when nobody answers within ``patience`` seconds."""
        now = time.monotonic()
        question = self._question
        if question is not None and now - self._asked_at > GIVE_UP_A_QUESTION:
            self._drop_question()
            question = None
        if question is None:
            question = asyncio.create_task(self._ask(), name="popup-daemon-question")
            question.add_done_callback(self._answered)
            self._question, self._asked_at = question, now
        await asyncio.wait({question}, timeout=max(0.0, self._asked_at + patience - now))
        if not question.done():
            raise DaemonFrozenError("the notification daemon does not answer", "wait, or restart it")
        if self._question is question:
            self._question = None
        return question.result()

    def close(self) -> None:
        """Drops the connection."""
        self._drop_question()
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        self._drop_connection()

    def _drop_question(self) -> None:
        if self._question is not None:
            self._question.cancel()
            self._question = None

    def _answered(self, question: asyncio.Task[Daemon]) -> None:
        if not question.cancelled():
            question.exception()  # looked at here, so that asyncio does not complain about a late failure
        if time.monotonic() - self._asked_at > PATIENCE:
            self._on_change()

    async def _ask(self) -> Daemon:
        bus = await self._connection()
        info = await self._call(bus, "GetServerInformation")
        capabilities = await self._call(bus, "GetCapabilities")
        if capabilities.signature != "as":  # nobody knows what it would make of a visitor's words
            raise PopupError("the notification daemon does not say what it can do", _START_ONE)
        able = frozenset(map(str, capabilities.body[0]))
        return Daemon(
            name=str(info.body[0]) if info.body else "",
            reads_markup="body-markup" in able,
            owner=f"{self._connections}/{info.sender}",  # a new bus counts its names from the start
            version=str(info.body[2]) if len(info.body) > 2 else "",
            capabilities=able,
        )

    async def _connection(self) -> MessageBus:
        address = find_session_bus(os.environ)
        if address is None:
            raise PopupError(
                "no session bus: DBUS_SESSION_BUS_ADDRESS is not set",
                _START_A_SESSION,
            )
        if self._bus is not None and self._bus.connected and address == self._address:
            return self._bus
        self._drop_connection()
        self._bus = await self._connect(address)
        self._address = address
        return self._bus

    def _drop_connection(self) -> None:
        _disconnect(self._bus)
        self._bus = None

    async def _connect(self, address: str) -> MessageBus:
        # dbus-fast comes with desktop-notifier where D-Bus is; imported late and off the loop: it is slow
        bus_class, message_class = await asyncio.to_thread(_import_dbus)
        rule = f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{_NAME}'"
        watch_names = message_class(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=[rule],
        )
        bus: MessageBus | None = None
        try:
            bus = bus_class(bus_address=address)
            await bus.connect()
            bus.add_message_handler(self._heard)
            await bus.call(watch_names)
        except Exception as trouble:  # the library documents Exception for connection errors
            _disconnect(bus)
            raise PopupError(f"the session bus cannot be reached: {trouble}", _START_A_SESSION) from trouble
        except asyncio.CancelledError:
            _disconnect(bus)
            raise
        self._connections += 1
        self._ending = asyncio.create_task(self._until_the_end(bus), name="popup-bus-end")
        return bus

    async def _until_the_end(self, bus: MessageBus) -> None:
        with contextlib.suppress(Exception):  # whatever ended it, it has ended
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        if self._bus is bus:
            self._bus = None
            self._on_change()

    def _heard(self, message: Message) -> bool:
        if message.member == "NameOwnerChanged" and message.body and message.body[0] == _NAME:
            self._on_change()
        return False

    async def _call(self, bus: MessageBus, method: str) -> Message:
        from dbus_fast.constants import MessageType
        from dbus_fast.message import Message

        call = Message(destination=_NAME, path=_PATH, interface=_NAME, member=method)
        try:
            reply = await bus.call(call)
        except Exception as trouble:  # the library documents Exception for connection errors
            raise PopupError(f"the session bus went away: {trouble}", _START_A_SESSION) from trouble
        if reply.message_type is MessageType.ERROR:
            raise PopupError(_refusal(reply), _START_ONE)
        return reply


def _refusal(reply: Message) -> str:
    if reply.error_name in (
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
    ):
        return "no notification daemon on the session bus"
    if reply.error_name == "org.freedesktop.DBus.Error.NoReply":
        return "the notification daemon went away"
    return f"the notification daemon refuses: {reply.error_name}"


def _disconnect(bus: MessageBus | None) -> None:
    if bus is not None and bus.connected:
        bus.disconnect()


def _import_dbus() -> tuple[type[MessageBus], type[Message]]:
    from dbus_fast.aio.message_bus import MessageBus
    from dbus_fast.message import Message

    return MessageBus, Message
