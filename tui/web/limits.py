"""How much a stranger may ask for: fixed sizes, and token buckets in bounded memory.

How long a text may be is in ``tui.text.door`` and ``[web]``.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

LARGEST_BODY = 1_048_576
"""Bytes of a request's body beyond which it is not even read; ``[web] body_limit`` may not exceed it."""

BODY_WITHIN = 20.0
"""Seconds in which a request's body must have come."""

STREAMS_A_CONTACT = 10
"""WebSockets one contact may hold open (a tab each)."""

MESSAGE_ID_LIMIT = 64
"""Characters of the id that a client chooses for its message."""

DATA_COUNT = 20
"""What the site and the visitor may tell before the chat, pairs of name and value."""

TRAIL_COUNT = 40
"""Pages that a new contact may bring along."""

OLDEST_VISIT = 30 * 86_400.0
"""Seconds: a page of the trail that was visited longer ago is dated then."""

PAGES_A_SECOND = 1.0
PAGES_AT_ONCE = 10.0
"""Pages a stream may tell of; what is more is left out of the trail."""

SITE_SHARE = 4
"""How many addresses' worth of calls an IPv6 /48 has, whose addresses cost nothing."""

PAGE_MESSAGES = 200
"""Messages in one answer of a transcript at most."""

PAGE_CHARACTERS = 131_072
"""Characters in one such answer, beyond the first message."""

READ_AT_ONCE = 50
"""Messages asked of the backend at once: what strangers make it load must stay small."""

PAGES_IN_THE_AIR = 4
"""Answers of one transcript that are on their way at the same time."""

CALLS_SAVED = 30
"""Seconds' worth of calls that an address may make at once: a page is some thirty files."""

CONTACT_CALLS_SAVED = 10
"""The same for one contact."""

FIELDS_ASKED = 8
"""Questions of ``[web] fields`` that the form asks at most."""

FRAMES_A_SECOND = 30
"""Frames of any kind, pings and pongs too, that one WebSocket may send; a page sends a few."""


class Buckets:
    """Token buckets by key. Holds ``most`` keys; the one unused for longest is forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = 10_000) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, rate: float, burst: float) -> float:
        """Take one token of ``rate`` a second, at most ``burst`` saved up: 0 when there was one, else the
        seconds until there will be. A rate of 0 or less means no limit."""
        if rate <= 0:
            return 0.0
        now = self._clock()
        tokens, at = self._buckets.pop(key, (burst, now))
        tokens = min(burst, tokens + (now - at) * rate)
        wait = 0.0 if tokens >= 1.0 else (1.0 - tokens) / rate
        self._buckets[key] = (tokens if wait else tokens - 1.0, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return wait


class Places:
    """How many of something each key holds right now. A key that holds nothing is forgotten."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    def __getitem__(self, key: str) -> int:
        return self._held[key]

    @property
    def total(self) -> int:
        """Of all keys together."""
        return self._held.total()

    def enter(self, key: str, most: int) -> bool:
        """Take a place; False when the key has ``most`` already."""
        if self._held[key] >= most:
            return False
        self._held[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Give it back."""
        self._held[key] -= 1
        if self._held[key] <= 0:
            del self._held[key]


def networks_of(remote: str) -> tuple[str, ...]:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 one. Then, for IPv6, the /48: what a
    provider gives one customer, who can come from any address in it. None for what is no address."""
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        return (remote,) if remote else ()
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return (str(address.ipv4_mapped),)
        return tuple(str(ipaddress.ip_network((address, size), strict=False)) for size in (64, 48))
    return (str(address),)


def address_key(remote: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 network of an IPv6 one."""
    return next(iter(networks_of(remote or "")), "")
