"""Whether a visitor is there: one rule over what the record says of their page. Pure: the caller says when.

    silent_since   gone_at      what it says
    None           None         no page is known of (plain HTTP): here
    None           a lease      a page is open and vouched for until then; later, away since the lease began
    since          None         the page fell silent without a word (a tunnel, a locked phone): away
    since          gone_at      the page said goodbye: leaving, unless another one of the site comes by then

Being away ends nothing by itself: how long is waited is the desk's :class:`Patience`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from tui.desk.contact import Contact, Status

LEASE = 60.0
"""Seconds for which an open page is vouched for after it was last heard."""

NOTICED_AFTER = 3.0
"""Seconds of silence from which agents are told: a visitor who goes through the site says goodbye on every
page, and is back within a second or two."""


class Presence(StrEnum):
    """Where a visitor is, as far as the desk can know."""

    HERE = "here"
    AWAY = "away"
    """Silent without a goodbye."""
    LEAVING = "leaving"
    """The page said goodbye; a reload or another page of the site may follow."""
    GONE = "gone"
    """Said goodbye, or away for longer than is waited; or the contact has ended."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a visitor who is away is waited for, in seconds; for ever unless something else is said."""

    in_queue: float = inf
    in_chat: float = inf


ENDLESS = Patience()


def silent_since(contact: Contact, now: float) -> float | None:
    """Since when nothing was heard of the visitor's page; None while it is there, and where there is none."""
    if contact.silent_since is not None:
        return contact.silent_since
    if contact.gone_at is not None and now >= contact.gone_at:
        return contact.gone_at - LEASE
    return None


def gone_at(contact: Contact, patience: Patience, watched_since: float = -inf) -> float | None:
    """When the visitor counts as gone if nothing more is heard; None for one who never does.

    ``watched_since``: an absence counts from then at the earliest, for before it nobody could have heard the
    page (the program was not running, the machine slept).
    """
    if contact.status is Status.ENDED or contact.offline:
        return None
    if said_goodbye(contact):
        return contact.gone_at
    start = contact.gone_at if contact.silent_since is None else contact.silent_since
    if start is None:
        return None
    start = max(start, watched_since)
    if contact.status is Status.ASSIGNED:
        return start + patience.in_chat
    until = max(start, contact.pending_since) + patience.in_queue
    # Passed on or given back: a conversation that began is kept no less than it would have been.
    return max(until, start + patience.in_chat) if contact.seq_at_accept else until


def said_goodbye(contact: Contact) -> bool:
    """Whether the last page of the visitor's has told that it was left."""
    return contact.silent_since is not None and contact.gone_at is not None


def presence(contact: Contact, now: float, patience: Patience = ENDLESS) -> Presence:
    """Where the visitor is at ``now``."""
    due_at = gone_at(contact, patience)
    if contact.status is Status.ENDED or (due_at is not None and now >= due_at):
        return Presence.GONE
    if contact.offline or silent_since(contact, now) is None:
        return Presence.HERE
    return Presence.LEAVING if said_goodbye(contact) else Presence.AWAY


def told_from(contact: Contact) -> float | None:
    """From when agents are told that the visitor is away, or has left the page, if nothing more is heard: not
    in the first seconds of a silence. None where there is no page."""
    return contact.gone_at if contact.silent_since is None else contact.silent_since + NOTICED_AFTER


def away_since(contact: Contact, now: float) -> float | None:
    """Since when the visitor is away, or has left the page, once agents are told; else None."""
    due_at = told_from(contact)
    if due_at is None or now < due_at or contact.status is Status.ENDED or contact.offline:
        return None
    return silent_since(contact, now)
