"""The visitor's door as the console sees it: open it, close it, or learn who has the port.

What happens behind it is in ``api`` (HTTP), ``stream`` (WebSocket), ``hub`` and ``presence``.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp import WSCloseCode, web

from tui.backends.contract import Backend
from tui.config.schema import Settings
from tui.link.hosts import RefusedNames
from tui.web import api, guards, pages
from tui.web.arrivals import Arrivals
from tui.web.calls import limited
from tui.web.connections import Connection, Connections
from tui.web.hall import HALL, Hall
from tui.web.hosts import RefusedHosts, hosts
from tui.web.hub import Hub
from tui.web.limits import LARGEST_BODY
from tui.web.presence import Presence
from tui.web.problems import problems_for_errors
from tui.web.staff import Staff
from tui.web.stream import Stream, leave_page, open_stream

log = logging.getLogger(__name__)

_ASK_WITHIN = 3.5
"""Seconds in which whoever has the port must answer who it is: a door of ours first asks its database, for
2 s when that is locked."""

_SNAPSHOT_WITHIN = 5.0
_SHUT_WITHIN = 0.3
_CONTACT = "/v1/contacts/{contact:[0-9A-Za-z_-]{1,64}}"


class DoorError(Exception):
    """The door cannot be opened; the text says why and the cure."""


class PortTaken(DoorError):  # noqa: N818 - a fact the caller acts on, rather than a fault
    """Somebody listens on the port already."""

    def __init__(self, by_us: bool, text: str, refused: RefusedNames | None = None) -> None:
        super().__init__(text)
        self.refused = refused or RefusedNames()
        """The names by which that door was asked for in vain."""
        self.by_us = by_us
        """Whether it is a door of this same desk, which visitors may use as well as ours."""
        self.text = text


@dataclass(frozen=True, slots=True)
class Bound:
    """Where the door listens."""

    host: str
    port: int
    url: str
    """Address of the visitor's page."""


class Door:
    """The visitor's door of one desk. All calls on the desk loop."""

    def __init__(
        self,
        backend: Backend,
        settings_provider: Callable[[], Settings],
        desk_id: str,
        version: str,
        clock: Callable[[], float],
    ) -> None:
        """``backend`` is open; ``settings_provider`` gives the settings as they are now; ``clock`` tells
        Unix seconds."""
        self._presence = Presence(backend, settings_provider, clock)
        self._hub = Hub(backend, self._presence.contact_heard)
        staff = Staff(backend, clock)
        self._hall = Hall(
            backend,
            settings_provider,
            desk_id,
            version,
            self._hub,
            self._presence,
            staff,
            clock,
            RefusedHosts(clock),
            Arrivals(lambda: self._hub.contacts),
        )
        self._connections = Connections(lambda: settings_provider().web, self._hall.tally)
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> Bound:
        """Listen; port 0 picks a free one. When this returns, pages that were open before have been given
        time to come back, and deadlines may be enforced. Raises PortTaken, DoorError."""
        listening = await self._listen(host, port)
        self._hall.listens_on = host
        try:
            self._hub.start()
            await self._when_ready()
            await self._presence.start(self._hub)
            await self._serve(listening)
        except BaseException:
            listening.close()
            await self.close()
            raise
        bound_port = int(listening.getsockname()[1])
        return Bound(host, bound_port, f"http://{_for_url(_reachable(host))}:{bound_port}/")

    async def close(self) -> None:
        """Close every stream with 1001 (pages say so and come back), then the port. Takes under a second."""
        self._hall.closing = True
        self._connections.close()
        if self._listener is not None:
            self._listener.close()
        streams = [stream for stream in self._hub.everybody() if isinstance(stream, Stream)]
        await asyncio.gather(*(stream.shut(WSCloseCode.GOING_AWAY, b"closing") for stream in streams))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._presence.close()
        await self._hub.close()
        self._hall.tally.close()

    async def _serve(self, listening: socket.socket) -> None:
        """Answer on this socket: aiohttp's application, on connections of our own."""
        loop = asyncio.get_running_loop()
        self._runner = web.AppRunner(
            application(self._hall), access_log=None, handle_signals=False, shutdown_timeout=_SHUT_WITHIN
        )
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        answer, mistake = server.request_handler, self._hall.tally.mistake
        server.request_handler = lambda request: problems_for_errors(request, answer, mistake)
        logging.getLogger("aiohttp.websocket").setLevel(logging.CRITICAL)  # strangers' faults: see tally
        shared = self._connections
        self._listener = await loop.create_server(
            lambda: Connection(server, shared, loop), sock=listening, backlog=128
        )
        shared.watch()

    def refused_hosts(self) -> RefusedNames:
        """The names by which the door was asked for in vain."""
        return api.refused_names(self._hall)

    async def _when_ready(self) -> None:
        try:
            async with asyncio.timeout(_SNAPSHOT_WITHIN):
                await self._hub.ready.wait()
        except TimeoutError:
            log.warning("the backend is slow: the visitor's door opens without knowing who waits")

    async def _listen(self, host: str, port: int) -> socket.socket:
        try:
            return await _listening_socket(host, port)
        except OSError as error:
            if not _means_taken(error):
                raise DoorError(
                    f"The visitor's door cannot listen on {host}:{port}: {error.strerror or error}. "
                    "Choose another address with --host and --port."
                ) from error
        told = await _who_listens(host, port)
        if told is None:
            raise PortTaken(
                False,
                f"Port {port} is taken by another program. Choose another with --port, or --port 0 for a "
                "free one.",
            )
        if told.get("desk") != self._hall.desk_id:
            raise PortTaken(
                False,
                f"Port {port} is taken by the Deskbell of another desk (another data folder). Choose another "
                "with --port, or --port 0 for a free one.",
            )
        raise PortTaken(
            True,
            f"Another console of this desk already keeps the visitor's door on port {port}.",
            RefusedNames.of(told),
        )


def application(hall: Hall) -> web.Application:
    """The door's routes, for a hall whose hub and presence run."""
    app = web.Application(middlewares=[limited, hosts, guards.origins], client_max_size=LARGEST_BODY)
    app[HALL] = hall
    app.on_response_prepare.append(guards.add_headers)
    app.add_routes(
        [
            web.post("/v1/contacts", api.create_contact),
            web.get(_CONTACT, api.read_contact),
            web.delete(_CONTACT, api.leave_contact),
            web.post(f"{_CONTACT}/messages", api.add_message),
            web.get(f"{_CONTACT}/messages", api.read_messages),
            web.get(f"{_CONTACT}/stream", open_stream),
            web.delete(f"{_CONTACT}/stream", leave_page),
            web.get("/v1/desk", api.read_desk),
            web.get("/healthz", api.health),
            *pages.routes(),
        ]
    )
    return app


async def _listening_socket(host: str, port: int) -> socket.socket:
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform == "win32":  # there, SO_REUSEADDR would let two programs share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # here, it only spares us the wait after a close; two listeners are refused all the same
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _means_taken(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE or (sys.platform == "win32" and error.errno == errno.EACCES)


async def _who_listens(host: str, port: int) -> Mapping[str, object] | None:
    """What the door that has the port says of itself; None when it is not a Deskbell."""
    url = f"http://{_for_url(_reachable(host))}:{port}/healthz"
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_ASK_WITHIN), trust_env=False
            ) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            told: object = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        return None
    if isinstance(told, dict) and "deskbell" in told and isinstance(told.get("desk"), str):
        return told
    return None


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
