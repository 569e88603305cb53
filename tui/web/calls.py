"""Every call is counted: by the address it comes from, and by the contact it is about."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from tui.desk.contact import ContactId
from tui.web import proxies
from tui.web.hall import HALL, Hall
from tui.web.limits import CALLS_SAVED, CONTACT_CALLS_SAVED, SITE_SHARE, networks_of
from tui.web.problems import Problem

ALWAYS_ANSWERED = "/healthz"
"""Asked by monitors under whatever name, and by consoles; tells nothing that a foreign page could use."""

CALLER: web.RequestKey[proxies.Caller] = web.RequestKey("caller", proxies.Caller)

AGAIN_AFTER_BUSY = 2.0
"""Seconds a client is asked to wait when its address has too many calls under way."""


@web.middleware
async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what is too much from one address, at once or under way."""
    hall = request.app[HALL]
    limits = hall.settings().web
    request[CALLER] = caller = proxies.caller(request, limits.trusted_proxies)
    networks = () if caller.is_proxy else networks_of(caller.address)
    if request.path == ALWAYS_ANSWERED:  # a flood of other calls must not make the door seem a stranger's
        networks = tuple(f"{ALWAYS_ANSWERED} {network}" for network in networks)
    rate = limits.calls_allowed
    entered: list[str] = []
    try:
        for share, network in zip((1, SITE_SHARE), networks, strict=False):
            if wait := hall.calls.take(network, share * rate, share * rate * CALLS_SAVED):
                raise Problem(429, "Too many calls from this address.", retry_after=wait)
            if not hall.callers.enter(network, share * limits.connections_per_address):
                raise Problem(429, "Too many calls at once from this address.", retry_after=AGAIN_AFTER_BUSY)
            entered.append(network)
        return await handler(request)
    except Problem as refusal:
        if refusal.status == 429 or refusal.field == "queue":
            behind = "X-Forwarded-For" in request.headers and caller.address == request.remote
            hint = ", by a proxy that is not in trusted_proxies" if behind else ""
            hall.tally.note(refusal.detail.rstrip(".") + hint)
        raise
    finally:
        for network in entered:
            hall.callers.leave(network)


def count_call(hall: Hall, contact: ContactId) -> None:
    """Another call about this contact, by who may make it. Raises Problem 429."""
    rate = hall.settings().web.contact_calls_allowed
    if wait := hall.contact_calls.take(contact, rate, rate * CONTACT_CALLS_SAVED):
        raise Problem(429, "Too many calls for this contact.", retry_after=wait)
