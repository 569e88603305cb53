"""The HTTP rows of the visitor's door, section 5 of the design.

``POST /v1/contacts`` with an ``Idempotency-Key`` may be sent again (see ``keys``). Two more optional headers
are for pages: ``X-Deskbell-Visitor: UUID`` names the browser, so that a returning visitor is known as one;
``X-Deskbell-Page: open`` says that a stream will follow, so that a page closed before it could connect counts
as away, and some minutes later as gone.
"""

from __future__ import annotations

import asyncio
import hmac
import uuid
from dataclasses import replace

from aiohttp import web

from tui.backends.contract import NewContact
from tui.desk import message_ids
from tui.desk.contact import ContactId
from tui.link.hosts import RefusedNames
from tui.text import RemoteText, clean_line
from tui.text.door import LANG_LIMIT, NICK_LIMIT, PAGE_LIMIT, SERVICE_LIMIT
from tui.web import fields, frames, keys, visitor
from tui.web.calls import CALLER
from tui.web.guards import authorise, hash_of, new_token
from tui.web.hall import HALL, Hall
from tui.web.hosts import is_asked_here
from tui.web.pages_of import page_of
from tui.web.problems import Problem, unknown_contact

_CONTACT_FIELDS = ("nick", "text", "service", "lang", "page", "data", "trail", "offline")
_MESSAGE_FIELDS = ("id", "text")


async def create_contact(request: web.Request) -> web.Response:
    """``POST /v1/contacts``: a visitor asks for help. 201 when both contact and message are safe; 200 when
    they were already, under the same ``Idempotency-Key``."""
    hall = request.app[HALL]
    body = await fields.json_body(request, _CONTACT_FIELDS, hall.settings().web.body_limit)
    key = keys.key_of(request)
    if not key:
        contact, token = ContactId(str(uuid.uuid4())), new_token()
        await _arrive(request, _new_contact(request, body, contact, token))
        return _made(hall, contact, token, 201)
    secret = await hall.backend.desk_secret()
    contact, token = keys.contact_of(secret, key), keys.token_of(secret, key)
    asked = keys.hash_of_request(body)
    lock = hall.asking.setdefault(contact, asyncio.Lock())
    async with lock:
        known = await hall.backend.request_hash(contact)
        if not known:
            new = replace(_new_contact(request, body, contact, token), request_hash=asked)
            await _arrive(request, new)
            # Another door of this desk may have been asked at the same moment: the first one's body stands.
            known = await hall.backend.request_hash(contact)
            if known == asked:
                return _made(hall, contact, token, 201)
    if not hmac.compare_digest(known, asked):
        raise keys.key_reused()
    return await _made_before(request, contact, token)


def _new_contact(request: web.Request, body: fields.Fields, contact: ContactId, token: str) -> NewContact:
    """What a visitor tells of himself. Raises Problem 400."""
    settings, clock = request.app[HALL].settings(), request.app[HALL].clock
    service = fields.line(body, "service", SERVICE_LIMIT)
    return NewContact(
        id=contact,
        nick=fields.line(body, "nick", NICK_LIMIT, required=True),
        text=fields.message_text(body, settings.web.text_limit),
        message_id=message_ids.of_desk(contact, message_ids.FIRST),
        service=service,
        lang=fields.line(body, "lang", LANG_LIMIT) or RemoteText(settings.language(service)),
        page=fields.line(body, "page", PAGE_LIMIT),
        visitor=fields.visitor(request),
        dissuasion_time=float(settings.dissuasion_time(service)),
        data=fields.data(body),
        trail=fields.trail(body, clock()),
        offline=body.get("offline") is not None and fields.flag(body, "offline"),
        secret_hash=hash_of(token),
    )


async def _arrive(request: web.Request, new: NewContact) -> None:
    """Store a contact that there was not, if this address may have one more. Raises Problem 429 or 503."""
    hall = request.app[HALL]
    hall.arrivals.admit(new.id, request[CALLER], hall.settings().web)
    try:
        await hall.backend.create(new)
    except BaseException:
        hall.arrivals.failed(new.id)
        raise
    if _will_connect(request) and not new.offline:
        await hall.presence.expect(new.id)


async def _made_before(request: web.Request, contact: ContactId, token: str) -> web.Response:
    """The answer to who asks again; says where the contact stands, which may have ended meanwhile."""
    hall = request.app[HALL]
    record = await hall.backend.contact(contact)
    if record is None:
        raise unknown_contact(404, "There is no such contact.", hall.desk_id)
    told: frames.Json = {"status": record.status.value}
    if record.outcome is not None:
        told["outcome"] = record.outcome.value
    elif _will_connect(request) and not record.offline and not hall.hub.listeners(contact):
        await hall.presence.expect(contact)
    return _made(hall, contact, token, 200, told)


def _will_connect(request: web.Request) -> bool:
    return request.headers.get("X-Deskbell-Page") == "open"


def _made(
    hall: Hall, contact: ContactId, token: str, status: int, more: frames.Json | None = None
) -> web.Response:
    told = {"id": contact, "token": token, "desk": hall.desk_id, **(more or {})}
    return web.json_response(told, status=status, headers={"Location": f"/v1/contacts/{contact}"})


async def add_message(request: web.Request) -> web.Response:
    """``POST /v1/contacts/{id}/messages``: 201 when stored, 200 when it was already."""
    contact = await authorise(request)
    hall = request.app[HALL]
    body = await fields.json_body(request, _MESSAGE_FIELDS, hall.settings().web.body_limit)
    stored = await visitor.say(hall, contact, body)
    await hall.presence.wrote(contact)
    return web.json_response(frames.message(stored.message), status=201 if stored.new else 200)


async def read_messages(request: web.Request) -> web.StreamResponse:
    """``GET /v1/contacts/{id}/messages?after=N``: the transcript above a sequence number, a page of it; the
    header ``Link`` names the next page where there is one. What is handed over, and what the client says it
    has, counts as received."""
    hall = request.app[HALL]
    contact = await authorise(request)
    after = fields.after(request)
    async with hall.reading(contact):
        page = await page_of(hall.backend, contact, after)
        await visitor.received(hall, contact, page.last, after)
        told = [frames.message(stored) for stored in page.messages if frames.is_for_visitor(stored)]
        answer = web.json_response(told)
        if page.more:
            answer.headers["Link"] = f'</v1/contacts/{contact}/messages?after={page.last}>; rel="next"'
        await answer.prepare(request)
        await answer.write_eof()
    return answer


async def read_desk(request: web.Request) -> web.Response:
    """``GET /v1/desk``: whether somebody is there, and what the form asks."""
    hall = request.app[HALL]
    return web.json_response(frames.desk(await hall.staff.somebody_is_there(), hall.settings()))


async def read_contact(request: web.Request) -> web.Response:
    """``GET /v1/contacts/{id}``: where it stands."""
    hall = request.app[HALL]
    contact = await hall.backend.contact(await authorise(request))
    if contact is None:
        raise unknown_contact(404, "There is no such contact.", hall.desk_id)
    return web.json_response(frames.status(contact, hall.hub.position(contact), hall.settings()))


async def leave_contact(request: web.Request) -> web.Response:
    """``DELETE /v1/contacts/{id}``: the visitor leaves. 204, also when it had ended before."""
    await visitor.leave(request.app[HALL], await authorise(request))
    return web.Response(status=204)


async def health(request: web.Request) -> web.Response:
    """``GET /healthz``: 200 when the backend answers, else 503; either way which desk this is. Who asks on
    this machine (the doctor, another console) also learns by which names it was asked for in vain."""
    hall = request.app[HALL]
    who: frames.Json = {"deskbell": hall.version, "desk": hall.desk_id}
    if is_asked_here(request):
        who |= refused_names(hall).body()
    if await hall.backend.healthy():
        return web.json_response(who)
    refusal = Problem(503, "The desk does not answer right now.", retry_after=2.0)
    return web.json_response(
        refusal.body() | who,
        status=503,
        headers={"Retry-After": "2"},
        content_type="application/problem+json",
    )


def refused_names(hall: Hall) -> RefusedNames:
    """The names by which the door was asked for in vain, and those it knows."""
    listed = hall.settings().web.hosts
    return RefusedNames(hall.refused_hosts.told(listed), tuple(clean_line(name) for name in listed))
