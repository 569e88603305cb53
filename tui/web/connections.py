"""The connections of one door: how many there may be, how long they may take, and what a fault on one costs.

A connection is aiohttp's, with bounds. Whoever sends what is no HTTP gets an answer of ours and no traceback
in the log. What a well-formed call may do is bounded in ``calls``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from tui.config.schema import WebSettings
from tui.web.limits import SITE_SHARE, Places, networks_of
from tui.web.problems import CLIENTS_FAULTS, Problem
from tui.web.proxies import is_trusted
from tui.web.tally import Tally

IDLE = 20.0
"""Seconds within which a request must have come whole but for its body, and which a connection may idle after
an answer."""

IDLE_OF_PROXY = 300.0
"""The same for proxies of ours, which keep connections for many visitors and close them by themselves."""

LINGER = 2.0
"""Seconds for which a body that nobody wants is still read."""

TAKEN_WITHIN = 30.0
"""Seconds in which something of what we have written must be taken, and the whole of an answer."""

LOOK_EVERY = 2.0
"""Seconds between two looks for connections that do not take what is written."""

STREAM_BYTES_A_SECOND = 65_536
STREAM_BYTES_AT_ONCE = 524_288
"""What a WebSocket may send, whatever frames it makes of it. A page sends a few bytes at a time."""

AGAIN_AFTER = 5.0
"""Seconds a client is asked to wait when there are too many connections."""

_FILES_KEPT = 128
"""Open files that the rest of the program needs."""

_CUT_OFF = b"\x88\x02\x03\xf0"
"""A WebSocket's close frame with code 1008."""


class Connections:
    """What the connections of one door share. All calls on the desk loop."""

    def __init__(self, limits: Callable[[], WebSettings], tally: Tally) -> None:
        """``limits`` gives the settings as they are now."""
        self.limits = limits
        self.tally = tally
        self.open: set[Connection] = set()
        self._by_network = Places()
        self._timer: asyncio.TimerHandle | None = None

    def enter(self, address: str, is_proxy: bool) -> tuple[str, ...]:
        """Take a place for a connection from this address; the networks it counts for, to be given back.
        Raises Problem 429 or 503."""
        limits = self.limits()
        if len(self.open) >= min(limits.connections, _files_allowed()):
            raise Problem(503, "Too many connections.", retry_after=AGAIN_AFTER)
        networks = () if is_proxy else networks_of(address)
        for number, (share, network) in enumerate(zip((1, SITE_SHARE), networks, strict=False)):
            if not self._by_network.enter(network, share * limits.connections_per_address):
                self.leave(networks[:number])
                raise Problem(429, "Too many connections from this address.", retry_after=AGAIN_AFTER)
        return networks

    def leave(self, networks: tuple[str, ...]) -> None:
        """Give a connection's places back."""
        for network in networks:
            self._by_network.leave(network)

    def watch(self) -> None:
        """Look after the connections from now on."""
        now = asyncio.get_running_loop().time()
        for connection in tuple(self.open):
            connection.look(now)
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY, self.watch)

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()


class Connection(web.RequestHandler):
    """One connection."""

    __slots__ = ("_budget", "_budget_at", "_networks", "_shared", "_stuck", "_stuck_since", "_whole_since")

    def __init__(self, server: web.Server, shared: Connections, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=cast(logging.Logger, None),
            keepalive_timeout=IDLE,
            lingering_time=LINGER,
            auto_decompress=False,
        )
        self._shared = shared
        self._networks: tuple[str, ...] = ()
        self._budget: float | None = None
        """Bytes that a WebSocket may send just now; None before it is one."""
        self._budget_at = 0.0
        self._stuck = 0
        """Bytes written and not taken, at the last look at which some had been taken."""
        self._stuck_since = self._whole_since = 0.0

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or turn it away with a word."""
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        is_proxy = is_trusted(address, self._shared.limits().trusted_proxies)
        try:
            self._networks = self._shared.enter(address, is_proxy)
        except Problem as problem:
            self._shared.tally.note(problem.detail.rstrip("."))
            self._force_close = True
            with suppress(OSError):
                cast(asyncio.Transport, transport).write(_answer(problem))
            transport.close()
            return
        if is_proxy:
            self._keepalive_timeout = IDLE_OF_PROXY
        self._shared.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone, whoever closed it."""
        if self in self._shared.open:
            self._shared.open.discard(self)
            self._shared.leave(self._networks)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes from a stranger."""
        if self._budget is not None and data and not self._may_send(len(data)):
            self._shared.tally.note("too many bytes on a stream")
            if self.transport is not None:
                self.transport.write(_CUT_OFF)
            self.force_close()
            return
        try:
            super().data_received(data)
        except Exception:  # noqa: BLE001 - the border to strangers' bytes: what the parser trips over
            self._shared.tally.note("bytes that are no HTTP")
            self.force_close()

    # aiohttp's side

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what could not be understood, or went wrong. Always the last on its connection."""
        if isinstance(exc, ConnectionError):
            raise ConnectionError("the client is gone") from exc
        is_ours = status >= 500 and not isinstance(exc, CLIENTS_FAULTS)
        self._note(exc, is_ours)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is under way already")
        if is_ours:
            problem = Problem(status, "The desk made a mistake.")
        else:
            too_long = isinstance(exc, LineTooLong)
            problem = Problem(431, "A line is too long.") if too_long else Problem(400, "That is no HTTP.")
        answer = problem.response()
        answer.headers.update(_ALWAYS)
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """What aiohttp found on the way."""
        exc = kw.get("exc_info")
        self._note(exc if isinstance(exc, BaseException) else None, not isinstance(exc, CLIENTS_FAULTS))

    def _note(self, exc: BaseException | None, is_ours: bool) -> None:
        if is_ours:
            self._shared.tally.mistake("the visitor's door failed", exc)
        else:
            self._shared.tally.note("requests that are no HTTP")

    # what the door does with it

    def becomes_stream(self) -> None:
        """From now on it is a WebSocket."""
        self._budget, self._budget_at = float(STREAM_BYTES_AT_ONCE), self._loop.time()

    def look(self, now: float) -> None:
        """Close it when the other side does not take what is written."""
        transport = self.transport
        waits = transport.get_write_buffer_size() if transport is not None else 0
        if transport is None or not waits:
            self._stuck = 0
            return
        if not self._stuck:
            self._whole_since = now
        if not self._stuck or waits < self._stuck:
            self._stuck, self._stuck_since = waits, now
        too_slow = self._budget is None and now - self._whole_since >= TAKEN_WITHIN
        if too_slow or now - self._stuck_since >= TAKEN_WITHIN:
            self._shared.tally.note("answers that were not taken in time")
            transport.abort()

    def _may_send(self, count: int) -> bool:
        assert self._budget is not None
        now = self._loop.time()
        saved = self._budget + (now - self._budget_at) * STREAM_BYTES_A_SECOND
        self._budget, self._budget_at = min(saved, STREAM_BYTES_AT_ONCE) - count, now
        return self._budget >= 0


_ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def _answer(problem: Problem) -> bytes:
    """A refusal as it goes over the line, before there is anything that speaks HTTP."""
    body = json.dumps(problem.body()).encode()
    head = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Retry-After": f"{problem.retry_after:.0f}",
        "Connection": "close",
        "Server": "Deskbell",
        **_ALWAYS,
    }
    lines = [f"HTTP/1.1 {problem.status} {problem.body()['title']}", *(f"{k}: {v}" for k, v in head.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _files_allowed() -> int:
    """Connections for which the system gives this program files."""
    try:
        import resource
    except ImportError:  # Windows: no such limit
        return 1_000_000
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1_000_000 if soft == resource.RLIM_INFINITY else max(16, soft - _FILES_KEPT)
