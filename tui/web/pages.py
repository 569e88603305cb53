"""The static side of the door: the visitor's page, the widget, the demonstration, and what they may load.

The files are in ``static/`` and are read once; none holds an inline script or style, and none asks another
site for anything, which the content security policy here enforces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Handler

from tui.web.guards import host_of
from tui.web.hall import HALL

_SITE = re.compile(r"https?://[A-Za-z0-9._\-\[\]:]+")
_KINDS = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
_NAMED = {"/": "index.html", "/widget.js": "widget.js", "/demo": "demo.html"}
"""Files with an address of their own; the others are at ``/static/NAME``."""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: bytes
    kind: str
    etag: str


def routes() -> list[web.RouteDef]:
    """A route for each file, and its own address for the page, the widget and the demonstration."""
    served = {file.name: _handler(file) for file in _read_files()}
    addresses = {f"/static/{name}": name for name in served} | _NAMED
    return [web.get(address, served[name]) for address, name in addresses.items()]


def _read_files() -> list[_File]:
    found = []
    for entry in (files("tui.web") / "static").iterdir():
        kind = _KINDS.get(entry.name.rpartition(".")[2])
        if kind is not None and entry.is_file():
            content = entry.read_bytes()
            found.append(_File(entry.name, content, kind, hashlib.sha256(content).hexdigest()[:32]))
    return found


def _handler(file: _File) -> Handler:
    policy = _POLICIES.get(file.name, _no_policy)

    async def serve(request: web.Request) -> web.Response:
        known = {
            tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")
        }
        headers = {"ETag": f'"{file.etag}"', "Cache-Control": "no-cache"}
        if file.name == "widget.js":
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if policy(request):
            headers["Content-Security-Policy"] = policy(request)
        if f'"{file.etag}"' in known:
            return web.Response(status=304, headers=headers)
        return web.Response(body=file.content, content_type=file.kind, charset="utf-8", headers=headers)

    return serve


def _own_parts(request: web.Request) -> str:
    host = host_of(request)
    sockets = f" ws://{host} wss://{host}" if host else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'self'; object-src 'none'"
    )


def _page_policy(request: web.Request) -> str:
    origins = request.app[HALL].settings().web.origins
    sites = " ".join(["'self'", *(origin for origin in origins if _SITE.fullmatch(origin))])
    return f"{_own_parts(request)}; frame-ancestors {sites}"


def _demo_policy(request: web.Request) -> str:
    return f"{_own_parts(request)}; frame-src 'self'; frame-ancestors 'none'"


def _no_policy(request: web.Request) -> str:
    return ""


_POLICIES: dict[str, Callable[[web.Request], str]] = {
    "index.html": _page_policy,
    "demo.html": _demo_policy,
}
