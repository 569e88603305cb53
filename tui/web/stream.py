"""A visitor's WebSocket: ``GET /v1/contacts/{id}/stream``.

The reader does what the page asks; the pump sends what should be on the page and is not yet. The pump keeps
a cursor, the last sequence sent: whatever it missed hearing it reads again from there, so a slow page or a
resync of the backend's watch loses and doubles nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re

from aiohttp import WSCloseCode, WSMsgType, web

from tui.backends.contract import BackendError
from tui.desk.contact import ChatMessage, Contact, ContactId, Sender, Status
from tui.web import fields, frames, visitor
from tui.web.connections import Connection
from tui.web.guards import SUBPROTOCOL, authorise, subprotocols
from tui.web.hall import HALL, Hall
from tui.web.limits import FRAMES_A_SECOND, READ_AT_ONCE, STREAMS_A_CONTACT, Buckets
from tui.web.presence import RENEW_EVERY
from tui.web.problems import Problem, backend_failed, unknown_contact, wrong

log = logging.getLogger(__name__)

HEARTBEAT = 12.0
"""Seconds after which a page that says nothing is sent a ping; if nothing is heard for half of it more, the
stream is dead. Pages notice a dead stream after 13 s (``link.js``), before we do."""

UNHEARD = 1.5 * HEARTBEAT
"""Seconds for which nothing was heard of a stream that is given up as dead."""

GOODBYES = frozenset({0, WSCloseCode.OK, WSCloseCode.GOING_AWAY})
"""The codes with which a page closes its stream because it is left; 0 stands for none. A page that gives a
stream up as dead, and comes back, closes it with 4000."""

REPEAT_STATUS_EVERY = RENEW_EVERY
"""Seconds between two tellings of the same status, by which a page notices a connection that is dead."""

LINGER = 2.0
"""Seconds for which a stream stays open after the end, for the desk's last words."""

READ_AGAIN_AFTER = 1.0
"""Seconds until the backend is asked again when it could not answer."""

_TAB = re.compile("[0-9A-Za-z_-]{0,64}")
_CLOSE_WITHIN = 0.4
_INBOX = 256


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Let a page in. Raises Problem before the handshake, never after."""
    hall = request.app[HALL]
    contact = await authorise(request)
    cursor = fields.after(request)
    tab = tab_of(request)
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise Problem(426, "This address speaks WebSocket only.", headers={"Upgrade": "websocket"})
    offered = subprotocols(request)
    if offered and SUBPROTOCOL not in offered:
        raise wrong("Sec-WebSocket-Protocol", f"The subprotocol is {SUBPROTOCOL}.")
    if not request.headers.get("Sec-WebSocket-Key", "").isascii():
        raise wrong("Sec-WebSocket-Key", "The key must be 16 bytes in base64.")
    if not hall.streams.enter(contact, STREAMS_A_CONTACT):
        raise Problem(429, "Too many pages show this contact.", retry_after=HEARTBEAT)
    try:
        return await _stream(request, hall, contact, cursor, tab)
    finally:
        hall.streams.leave(contact)


async def _stream(
    request: web.Request, hall: Hall, contact: ContactId, cursor: int, tab: str
) -> web.StreamResponse:
    """Shake hands, and serve the page until it is gone."""
    if hall.closing:
        raise Problem(503, "The desk is closing.", retry_after=1.0)
    record = await hall.backend.contact(contact)
    if record is None:
        raise unknown_contact(404, "There is no such contact.", hall.desk_id)
    socket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        heartbeat=HEARTBEAT,
        timeout=_CLOSE_WITHIN,
        max_msg_size=hall.settings().web.body_limit,
        compress=False,
        autoping=False,
    )
    await socket.prepare(request)
    if isinstance(request.protocol, Connection):
        request.protocol.becomes_stream()
    await Stream(hall, request, socket, record, min(cursor, record.last_seq), tab).run()
    return socket


async def leave_page(request: web.Request) -> web.Response:
    """``DELETE /v1/contacts/{id}/stream?tab=T``: the page in this tab is left; its stream, which may be dead
    without our knowing, is closed. 204. The visitor counts as gone if no other page comes in time."""
    hall = request.app[HALL]
    contact, tab = await authorise(request), tab_of(request)
    if tab:
        everybody = hall.hub.everybody()
        streams = [s for s in everybody if isinstance(s, Stream) and (s.contact, s.tab) == (contact, tab)]
        await asyncio.gather(*(stream.left() for stream in streams))
    hall.presence.said_goodbye(contact, tab)
    return web.Response(status=204)


def tab_of(request: web.Request) -> str:
    """The name that a page has given itself; empty for none. Raises Problem 400."""
    tab = request.query.get("tab", "")
    if not _TAB.fullmatch(tab):
        raise wrong("tab", "tab names a page: at most 64 letters, digits, - and _.")
    return tab


class Stream:
    """One open socket of one contact."""

    def __init__(
        self,
        hall: Hall,
        request: web.Request,
        socket: web.WebSocketResponse,
        record: Contact,
        cursor: int,
        tab: str = "",
    ) -> None:
        self.contact: ContactId = record.id
        self.tab = tab
        """Names the page; empty when it does not say."""
        self._hall = hall
        self._request = request
        self._socket = socket
        self._record = record
        self._cursor = cursor
        self._inbox: list[ChatMessage] = []
        self._read_again = True
        self._position = hall.hub.position(record)
        self._typing = False
        self._told_typing = False
        self._told_status: frames.Json = {}
        self._wake = asyncio.Event()
        self._ending = False
        """The pump itself is closing the socket."""
        self._goodbye = False
        """The page said that it is left."""
        self._frames_left = Buckets(most=1)

    # what the hub tells (see hub.Listener)

    def contact_changed(self, contact: Contact) -> None:
        """The record is now this one."""
        if contact.version >= self._record.version:
            self._record = contact
            self._wake.set()

    def message_appended(self, message: ChatMessage) -> None:
        """A message was stored; a slow page reads it from the history instead."""
        if len(self._inbox) < _INBOX:
            self._inbox.append(message)
        else:
            self._inbox.clear()
            self._read_again = True
        if message.sender is Sender.AGENT:
            self._typing = False
        self._wake.set()

    def agent_typing(self, typing: bool) -> None:
        """The agent types, or has stopped; told again while it lasts, for pages forget it."""
        self._typing = typing
        self._told_typing = False if typing else self._told_typing
        self._wake.set()

    def position_changed(self, position: int) -> None:
        """The contact's place in the queue."""
        self._position = position
        self._wake.set()

    def missed_something(self) -> None:
        """Read record and transcript again."""
        self._read_again = True
        self._wake.set()

    # the life of the stream

    async def run(self) -> None:
        """Serve the page until either side closes."""
        hall = self._hall
        hall.hub.join(self)
        hall.presence.stream_opened(self.contact, self.tab)
        pump = asyncio.create_task(self._pump())
        try:
            await self._read()
        finally:
            if not self._ending:
                pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            hall.hub.leave(self)
            if not hall.closing:
                mute = isinstance(self._socket.exception(), TimeoutError)
                hall.presence.stream_closed(
                    self.contact, self.tab, goodbye=self._goodbye, unheard=UNHEARD if mute else 0.0
                )

    async def left(self) -> None:
        """The page has said by another way that it is left."""
        self._goodbye = True
        await self.shut(WSCloseCode.OK, b"left")

    async def shut(self, code: int, reason: bytes) -> None:
        """Close the socket from our side, quickly even when the page does not read."""
        try:
            async with asyncio.timeout(2 * _CLOSE_WITHIN):
                await self._socket.close(code=code, message=reason, drain=False)
        except TimeoutError:
            log.debug("a page did not take its good-bye")

    async def _cut(self, code: int, reason: bytes) -> None:
        """Close the socket without reading on: what is left of a flood is not even looked at."""
        try:
            async with asyncio.timeout(_CLOSE_WITHIN):
                await self._socket.send_frame(code.to_bytes(2, "big") + reason, WSMsgType.CLOSE)
        except (TimeoutError, ConnectionError):
            log.debug("a page did not take its good-bye")
        if self._request.transport is not None:
            self._request.transport.close()

    async def _pump(self) -> None:
        try:
            await self._keep_page_true()
        except Exception:  # nobody awaits the pump: a fault of ours must be seen, and the page told
            log.exception("a visitor's stream failed")
            self._ending = True
            await self.shut(WSCloseCode.INTERNAL_ERROR, b"")

    async def _keep_page_true(self) -> None:
        loop = asyncio.get_running_loop()
        repeat_at = loop.time() + REPEAT_STATUS_EVERY
        while await self._send_news():
            if self._record.status is Status.ENDED and not self._read_again:
                await self._say_goodbye()
                return
            try:
                async with asyncio.timeout_at(repeat_at):
                    await self._wake.wait()
            except TimeoutError:
                self._told_status = {}
                repeat_at = loop.time() + REPEAT_STATUS_EVERY
            self._wake.clear()

    async def _say_goodbye(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + LINGER
        while await self._send_news():
            try:
                async with asyncio.timeout_at(until):
                    await self._wake.wait()
            except TimeoutError:
                self._ending = True
                await self.shut(WSCloseCode.OK, b"ended")
                return
            self._wake.clear()

    async def _send_news(self) -> bool:
        """Send what the page does not have; False when the page is gone."""
        try:
            if self._read_again:
                self._read_again = False
                await self._catch_up()
            await self._send_inbox()
            await self._send_state()
        except BackendError as error:
            log.warning("a visitor's stream could not read: %s", error)
            await asyncio.sleep(READ_AGAIN_AFTER)
            self.missed_something()
        except ConnectionError:
            return False
        return not self._socket.closed

    async def _catch_up(self) -> None:
        try:
            record = await self._hall.backend.contact(self.contact)
            while history := await self._hall.backend.history(self.contact, self._cursor, READ_AT_ONCE):
                for message in history:
                    await self._send_message(message)
                if len(history) < READ_AT_ONCE:
                    break
        except BackendError:
            self._read_again = True
            raise
        if record is not None and record.version >= self._record.version:
            self._record = record

    async def _send_inbox(self) -> None:
        while self._inbox:
            message = self._inbox.pop(0)
            if message.seq > self._cursor + 1:
                self._inbox.clear()
                await self._catch_up()
            elif message.seq == self._cursor + 1:
                await self._send_message(message)

    async def _send_message(self, message: ChatMessage) -> None:
        if frames.is_for_visitor(message):
            await self._send({"type": "message", **frames.message(message)})
        self._cursor = message.seq

    async def _send_state(self) -> None:
        if self._typing != self._told_typing:
            self._told_typing = self._typing
            await self._send({"type": "typing", "from": "agent", "on": self._typing})
        status = frames.status(self._record, self._position, self._hall.settings())
        if status != self._told_status:
            self._told_status = status
            await self._send({"type": "status", **status})

    async def _send(self, frame: frames.Json) -> None:
        await self._socket.send_str(json.dumps(frame))

    # what the page asks

    async def _read(self) -> None:
        while True:
            frame = await self._socket.receive()
            if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                self._goodbye = self._goodbye or (frame.type is WSMsgType.CLOSE and frame.data in GOODBYES)
                return
            if self._frames_left.take("", FRAMES_A_SECOND, 2 * FRAMES_A_SECOND):
                self._hall.tally.note("too many frames on a stream")
                await self._cut(WSCloseCode.POLICY_VIOLATION, b"too many frames")
                return
            if frame.type is WSMsgType.ERROR:
                return
            if frame.type is WSMsgType.PONG:
                continue
            if frame.type not in (WSMsgType.TEXT, WSMsgType.PING):
                await self.shut(WSCloseCode.UNSUPPORTED_DATA, b"text frames only")
                return
            try:
                if frame.type is WSMsgType.PING:
                    await self._socket.pong(frame.data)
                else:
                    await self._answer(frame.data)
            except ConnectionError:
                return

    async def _answer(self, raw: str) -> None:
        body: fields.Fields = {}
        try:
            body = fields.json_object(raw)
            await self._do(body)
        except Problem as refusal:
            await self._send(frames.problem(refusal, body.get("id")))
        except BackendError as error:
            await self._send(frames.problem(backend_failed(error), body.get("id")))

    async def _do(self, body: fields.Fields) -> None:
        kind = body.get("type")
        if kind == "message":
            stored = await visitor.say(self._hall, self.contact, body)
            await self._send({"type": "ack", "id": body["id"], "seq": stored.message.seq})
        elif kind == "typing":
            await self._hall.backend.tell_typing(self.contact, Sender.VISITOR, fields.flag(body, "on"))
        elif kind == "seen":
            seen = min(fields.number(body, "seq"), self._cursor)
            await self._hall.backend.mark(self.contact, visitor_seen=seen)
        elif kind == "received":
            got = min(fields.number(body, "seq"), self._cursor)
            await self._hall.backend.mark(self.contact, visitor_received=got)
        elif kind == "page":
            await visitor.visited(self._hall, self.contact, fields.visited_page(body))
        elif kind == "leave":
            await visitor.leave(self._hall, self.contact)
        elif kind == "ping":
            await self._send({"type": "pong"})
        else:
            raise wrong("type", "type must be message, typing, received, seen, page, ping or leave.")
