"""A notification daemon that draws nothing: for what a service of given abilities is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.constants import MessageType, NameFlag
from dbus_fast.message import Message

_NAME = "org.freedesktop.Notifications"
_XML = """<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node><interface name="org.freedesktop.Notifications">
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""


class NotificationDaemon:
    """Takes the name on the bus, from another that has it too. A context manager with a thread of its own."""

    def __init__(
        self, address: str, capabilities: Sequence[str], *, name: str = "daemon", able: bool = True
    ) -> None:
        """``able=False`` makes it refuse to say what it can do."""
        self._address = address
        self._capabilities = list(capabilities)
        self._name = name
        self._able = able
        self.taken: list[tuple[str, str]] = []
        """Title and body of every popup, as sent."""
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="notification-daemon", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the notification daemon did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        bus = await MessageBus(bus_address=self._address).connect()
        bus.add_message_handler(self._answer)
        await bus.request_name(_NAME, NameFlag.ALLOW_REPLACEMENT | NameFlag.REPLACE_EXISTING)
        self._ready.set()
        await self._stop.wait()
        bus.disconnect()

    def _answer(self, call: Message) -> Message | None:
        if call.message_type is not MessageType.METHOD_CALL:
            return None
        match call.member:
            case "Introspect":
                return Message.new_method_return(call, "s", [_XML])
            case "GetServerInformation":
                return Message.new_method_return(call, "ssss", [self._name, "nobody", "1", "1.2"])
            case "GetCapabilities" if self._able:
                return Message.new_method_return(call, "as", [self._capabilities])
            case "GetCapabilities":
                return Message.new_method_return(call, "s", ["many"])
            case "Notify":
                self.taken.append((call.body[3], call.body[4]))
                return Message.new_method_return(call, "u", [len(self.taken)])
            case "CloseNotification":
                return Message.new_method_return(call, "", [])
        return None
