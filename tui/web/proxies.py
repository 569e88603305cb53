"""Where a request comes from when reverse proxies stand before the door."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from aiohttp import web

_Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
_LOOPBACK: _Networks = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?|([0-9.]+):\d+")
"""An address as some proxies write it; an IPv6 one is in brackets then."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as it is known."""

    address: str
    is_proxy: bool
    """Whether that is a proxy of ours, which did not say for whom: it may be anybody."""


def caller(request: web.Request, trusted: tuple[str, ...]) -> Caller:
    """Who makes this request."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    address = visitor_address(request.remote or "", forwarded, trusted)
    return Caller(address, is_trusted(address, trusted))


def is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    """Whether it is a proxy of ours."""
    return bool(trusted) and _is_in(address, _networks(trusted))


def visitor_address(remote: str, forwarded: Iterable[str], trusted: Iterable[str]) -> str:
    """The address nearest to us that is not a proxy of ours.

    ``forwarded`` are the X-Forwarded-For headers in their order. Each proxy writes at the right end whom it
    heard; so they are read from there, for as long as the one who wrote is trusted. What a visitor has put in
    himself stands further left and is never come to.
    """
    networks = _networks(tuple(trusted))
    if not _is_in(remote, networks):
        return remote  # what it claims is not even read
    nearest = remote
    for entry in reversed([part.strip() for line in forwarded for part in line.split(",")]):
        if not _is_in(nearest, networks):
            break
        told = _address(entry)
        if told is None:
            break  # "unknown", or no address at all: the proxy itself is all that is known
        nearest = told
    return nearest


def _address(entry: str) -> str | None:
    found = _WITH_PORT.fullmatch(entry)
    bare = (found[1] or found[2]) if found else entry
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None


@lru_cache(16)
def _networks(trusted: tuple[str, ...]) -> _Networks:
    return tuple(ipaddress.ip_network(each, strict=False) for each in trusted)


def is_loopback(address: str) -> bool:
    """Whether it is an address of this machine that nobody else can come from."""
    return _is_in(address, _LOOPBACK)


def _is_in(address: str, networks: _Networks) -> bool:
    try:
        heard = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(heard, ipaddress.IPv6Address) and heard.ipv4_mapped is not None:
        heard = heard.ipv4_mapped
    return any(heard in network for network in networks)
