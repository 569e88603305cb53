"""By which names the door is reached.

A foreign site can give its own name to this machine (DNS rebinding), and its pages would then count as the
door's own: so a name must be known, while an address proves itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from tui.config.sites import host_name, ip_literal
from tui.link.hosts import hosts_line
from tui.text import CleanText, clean_line
from tui.web.calls import ALWAYS_ANSWERED
from tui.web.hall import HALL, Hall
from tui.web.problems import Problem
from tui.web.proxies import is_loopback

log = logging.getLogger(__name__)

NAMES_KEPT = 16
TOLD_FOR = 3_600.0
"""Seconds since it was last asked for in which a refused name is shown to the agent."""

_LOGGED = 64
"""Names that are logged one by one; strangers can think of any number."""

_NAME_SHOWN = 253
_PORT = re.compile(r":\d{0,5}$")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://([^/?#]*)")


@dataclass(slots=True)
class _Refused:
    times: int
    at: float


class RefusedHosts:
    """Which names were asked for in vain. Bounded: what was asked for least often is forgotten first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._names: dict[CleanText, _Refused] = {}
        self._logged: set[CleanText] = set()

    def note(self, asked: str, listed: tuple[str, ...]) -> None:
        """This host was refused."""
        name = _bare(asked) or clean_line(asked, max_chars=_NAME_SHOWN)
        known = self._names.setdefault(name, _Refused(0, 0.0))
        known.times += 1
        known.at = self._clock()
        if len(self._names) > NAMES_KEPT:
            others = [other for other in self._names if other != name]
            del self._names[min(others, key=lambda other: (self._names[other].times, self._names[other].at))]
        if name not in self._logged and len(self._logged) < _LOGGED:
            self._logged.add(name)
            log.warning("refused: the host %s is not known. %s", name, _cure(name, listed))

    def told(self, listed: Iterable[str]) -> tuple[CleanText, ...]:
        """The names asked for lately, the most wanted first; not those that are known by now."""
        since = self._clock() - TOLD_FOR
        lately = [name for name, refused in self._names.items() if refused.at >= since]
        known = set(listed)
        return tuple(
            sorted((name for name in lately if name not in known), key=lambda name: -self._names[name].times)
        )


def _cure(name: str, listed: tuple[str, ...]) -> str:
    line = hosts_line(listed, name)
    return f"If it is yours, write below [web] in the settings: {line}" if line else ""


@web.middleware
async def hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes by a name that is not known."""
    hall = request.app[HALL]
    asked = _asked(request)
    if len(request.headers.getall("Host", [])) > 1:
        raise Problem(400, "There must be one Host.", field="Host")
    if request.path != ALWAYS_ANSWERED:
        for host in asked:
            if not _is_known(host, hall):
                hall.refused_hosts.note(host, hall.settings().web.hosts)
                raise Problem(421, "The desk is not known by this name.", field="Host")
    return await handler(request)


def is_asked_here(request: web.Request) -> bool:
    """Whether somebody on this machine asks, by no proxy and by no name that a foreign site could own."""
    by_proxy = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    by_name = any(not _is_literal(_bare(host)) for host in _asked(request))
    return is_loopback(request.remote or "") and not by_proxy and not by_name


def _asked(request: web.Request) -> list[str]:
    """The hosts of the request: its headers', and the one in the target, which counts before them (RFC 9112,
    3.2.2). What a proxy tells of another is not heeded."""
    found = _ABSOLUTE.match(request.raw_path)
    target = [found[1].rpartition("@")[2]] if found else []
    return target + [host.strip() for host in request.headers.getall("Host", [])]


def _bare(asked: str) -> CleanText:
    """The host without its port, in the form of the settings; empty when it is no host."""
    bare = asked if asked.endswith("]") else _PORT.sub("", asked)
    return clean_line(ip_literal(bare) or (host_name(bare) if bare.isascii() else ""))


def _is_literal(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or bool(ip_literal(host))


def _is_known(asked: str, hall: Hall) -> bool:
    if not asked:
        return True  # a browser always names one
    host = _bare(asked)
    web_ = hall.settings().web
    return bool(host) and (
        _is_literal(host) or host in web_.hosts or host in (host_name(hall.listens_on), host_name(web_.host))
    )
