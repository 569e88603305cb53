"""How the door says no: every error is an ``application/problem+json`` (RFC 9457).

Problem bodies are for visitors' pages and scripts, so they never carry a path or an engine's own words;
those go to the log.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from tui.backends.contract import BackendError

log = logging.getLogger(__name__)

RETRY_AFTER_FAILURE = 2.0
"""Seconds a client is asked to wait when the backend cannot do it now."""

UNKNOWN_CONTACT = "urn:deskbell:unknown-contact"
"""Type of the one refusal by which a page may believe that its chat is not, or no longer, to be had. No proxy
sends it, and ``desk`` says whose word it is: what else comes back is a fault of the line."""

KEY_REUSED = "urn:deskbell:key-reused"
"""Type of the refusal of a key that was sent before with another body."""

_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The body is larger than the door takes.",
    417: "This expectation cannot be met.",
}

CLIENTS_FAULTS = (
    web.RequestPayloadError,
    HttpProcessingError,
    aiohttp.ClientPayloadError,
    asyncio.IncompleteReadError,
    UnicodeError,
)
"""What reading a request raises when the client broke off or sent what cannot be read."""


class Problem(Exception):  # noqa: N818 - named as RFC 9457 names it
    """A refusal, with the words for the one who asked."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str = "",
        retry_after: float = 0.0,
        headers: Mapping[str, str] | None = None,
        kind: str = "about:blank",
        desk: str = "",
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        """The field, header or parameter that is wrong; empty when none is."""
        self.retry_after = retry_after
        """Seconds after which it may work; 0 when waiting does not help."""
        self.headers = dict(headers or {})
        self.kind = kind
        """The problem's type, a URI; "about:blank" where the status says all."""
        self.desk = desk
        """The desk whose word this is, where it matters; else empty."""

    def body(self) -> dict[str, object]:
        """The members of the problem document."""
        members: dict[str, object] = {
            "type": self.kind,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.field:
            members["field"] = self.field
        if self.desk:
            members["desk"] = self.desk
        if self.retry_after:
            members["retry_after"] = round(self.retry_after, 3)
        return members

    def response(self) -> web.Response:
        """The problem as an HTTP answer."""
        headers = dict(self.headers)
        if self.retry_after:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        return web.json_response(
            self.body(), status=self.status, headers=headers, content_type="application/problem+json"
        )


def wrong(field: str, detail: str) -> Problem:
    """What was sent does not fit; names the field."""
    return Problem(400, detail, field=field)


def unknown_contact(status: int, detail: str, desk: str) -> Problem:
    """There is no such contact at this desk, for whoever asks with this token."""
    return Problem(status, detail, kind=UNKNOWN_CONTACT, desk=desk)


def backend_failed(error: BackendError) -> Problem:
    """The backend could not do it now; the reason goes to the log, not to the visitor."""
    log.warning("the visitor's door could not reach its backend: %s", error)
    return Problem(
        503, "The desk cannot do this right now. Please try again.", retry_after=RETRY_AFTER_FAILURE
    )


Answerer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def problems_for_errors(
    request: web.BaseRequest, answer: Answerer, mistake: Callable[[str, Exception], None]
) -> web.StreamResponse:
    """The answer to a request; whatever is raised on the way becomes a problem document. ``mistake`` hears of
    what is our own fault."""
    try:
        return await answer(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return Problem(error.status, _DETAILS.get(error.status, error.reason), headers=allow).response()
    except BackendError as error:
        return backend_failed(error).response()
    except CLIENTS_FAULTS:
        return Problem(400, "The body cannot be read.", headers={"Connection": "close"}).response()
    except ConnectionError:
        raise  # the client is gone: nobody hears an answer
    except Exception as error:  # noqa: BLE001 - the border of the program: it must not end the door
        mistake(f"the visitor's door failed on {request.rel_url.raw_path[:200]}", error)
        return Problem(500, "The desk made a mistake.").response()
