"""Who may come in: origins, bearer tokens, and the headers that every answer carries.

What a page may load (its content security policy) is in ``pages``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

import aiohttp.web_response
from aiohttp import web
from aiohttp.typedefs import Handler

from tui.desk.contact import ContactId
from tui.web.calls import count_call
from tui.web.hall import HALL, Hall
from tui.web.problems import Problem, unknown_contact

SUBPROTOCOL = "deskbell.v1"
"""What both sides of a stream speak."""

BEARER_PREFIX = "bearer."
"""Before the token when it travels as a WebSocket subprotocol, since pages cannot set headers there."""

_API = "/v1/"
_METHODS = "GET, POST, DELETE, OPTIONS"
_REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Deskbell-Visitor, X-Deskbell-Page"
_EXPOSED_HEADERS = "Link, Retry-After, WWW-Authenticate, Location"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")

# Also for the answers to malformed requests, which no hook sees.
vars(aiohttp.web_response)["SERVER_SOFTWARE"] = "Deskbell"


def host_of(request: web.Request) -> str:
    """The host and port the client asked for; empty when it is no such thing."""
    host = request.headers.get("Host", "")
    return host.lower() if _HOST.fullmatch(host) else ""


def new_token() -> str:
    """A visitor's token."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def origin_allowed(request: web.Request, hall: Hall) -> bool:
    """Whether the page that asks may: none (not a browser), the door's own, or one of the settings."""
    origins = request.headers.getall("Origin", [])
    if not origins:
        return True
    if len(origins) > 1:
        return False
    host = host_of(request)
    own = {f"http://{host}", f"https://{host}"} if host else set()
    return origins[0] in own or origins[0] in hall.settings().web.origins


@web.middleware
async def origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse calls from foreign pages; answer preflights; say who may read the answers (set on prepare)."""
    if not request.path.startswith(_API):
        return await handler(request)
    if not origin_allowed(request, request.app[HALL]):
        raise Problem(403, "Pages of this origin may not use this door.", field="Origin")
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _REQUEST_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put on every answer what keeps it from being misused."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.path.startswith(_API):
        headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin is not None and response.status != 421 and origin_allowed(request, request.app[HALL]):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS


def token_of(request: web.Request) -> str:
    """The bearer token of a request, empty when it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return next(
        (p.removeprefix(BEARER_PREFIX) for p in subprotocols(request) if p.startswith(BEARER_PREFIX)), ""
    )


def subprotocols(request: web.Request) -> list[str]:
    """The WebSocket subprotocols the client offers."""
    offered = ",".join(request.headers.getall("Sec-WebSocket-Protocol", []))
    return [name.strip() for name in offered.split(",") if name.strip()]


async def authorise(request: web.Request) -> ContactId:
    """The contact of the address, if the token is its token. Raises Problem 401, 403 or 404."""
    contact = ContactId(request.match_info["contact"])
    token = token_of(request)
    if not token:
        raise Problem(
            401,
            "This call needs the contact's token: Authorization: Bearer TOKEN.",
            headers={"WWW-Authenticate": 'Bearer realm="deskbell"'},
        )
    hall = request.app[HALL]
    known, desk = await hall.secret_hash(contact), hall.desk_id
    if not known:
        raise unknown_contact(404, "There is no such contact.", desk)
    if not hmac.compare_digest(hash_of(token), known):
        raise unknown_contact(403, "This token is not the contact's.", desk)
    count_call(hall, contact)
    return contact
