"""Who may come in: new contacts by address and time, and how many may wait, by network and in all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.config.schema import WebSettings
from tui.desk.contact import Contact, ContactId, Status
from tui.web.limits import SITE_SHARE, Buckets, networks_of
from tui.web.problems import Problem
from tui.web.proxies import Caller

UNHEARD_FOR = 30.0
"""Seconds within which a new contact is heard of by the watch; until then our word counts."""

AGAIN_AFTER_FULL = 60.0
AGAIN_AFTER_MANY = 30.0
"""Seconds a client is asked to wait when too many wait in all, or from its network."""


@dataclass(frozen=True, slots=True)
class _Entered:
    networks: tuple[str, ...]
    at: float


class Arrivals:
    """New contacts of one door. Addresses are kept while a contact waits, in memory only."""

    def __init__(
        self,
        contacts: Callable[[], Mapping[ContactId, Contact]],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """``contacts`` gives every contact that has not ended, as last heard."""
        self._contacts = contacts
        self._steady = steady
        self._rates = Buckets(steady)
        self._entered: dict[ContactId, _Entered] = {}

    def admit(self, contact: ContactId, visitor: Caller, limits: WebSettings) -> None:
        """Let it in, and hold its place from now on. Raises Problem 429 or 503."""
        self._forget()
        heard = self._contacts()
        waiting = sum(1 for each in heard.values() if each.status is Status.PENDING)
        if waiting + sum(1 for id in self._entered if id not in heard) >= limits.pending:
            raise Problem(
                503, "Too many are waiting at the desk.", field="queue", retry_after=AGAIN_AFTER_FULL
            )
        networks = networks_of(visitor.address)
        for network in () if visitor.is_proxy else networks:
            if sum(network in each.networks for each in self._entered.values()) >= limits.waiting_allowed:
                raise Problem(429, "Too many are waiting from this network.", retry_after=AGAIN_AFTER_MANY)
        allowed = float(limits.contacts_per_minute)
        for share, network in zip((1, SITE_SHARE), networks, strict=False):
            wait = self._rates.take(network, share * allowed / 60.0, max(1.0, share * allowed))
            if wait:
                raise Problem(429, "Too many new contacts from this address.", retry_after=math.ceil(wait))
        self._entered[contact] = _Entered(networks, self._steady())

    def failed(self, contact: ContactId) -> None:
        """It could not be stored: its place is free again."""
        self._entered.pop(contact, None)

    def _forget(self) -> None:
        """Let go of the places of those who wait no longer."""
        heard, since = self._contacts(), self._steady() - UNHEARD_FOR
        for id, entered in tuple(self._entered.items()):
            known = heard.get(id)
            waits = known is not None and known.status is Status.PENDING
            if not waits and (known is not None or entered.at < since):
                del self._entered[id]
