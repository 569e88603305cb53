"""How a contact changes: one table from (status, deed) to what becomes of it.

Every engine applies a deed with :func:`apply`, inside its own compare-and-set, so that a contact lives by
the same rules whoever keeps it. Nothing here reads a clock: the caller says when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from tui.desk.contact import NOBODY, AgentName, Contact, Outcome, Sender, Status

ABANDONED_AFTER = 10.0
"""Seconds of waiting from which a visitor who leaves has abandoned, not cancelled (section 1)."""


class DeedKind(StrEnum):
    """What can be done to a contact."""

    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    END = "end"
    LEAVE = "leave"
    """The visitor says good-bye."""
    GONE_SILENT = "gone_silent"
    """The visitor's page has been silent for longer than the grace for reloads."""
    TIME_UP = "time_up"
    """The dissuasion time has run out."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A wish to change a contact."""

    kind: DeedKind
    token: str
    """Names this attempt; the same token twice is the same deed."""
    agent: AgentName = NOBODY
    """Who does it; nobody for the visitor and the clock."""


class Refusal(Enum):
    """Why a deed changes nothing."""

    GONE = "the contact has ended"
    TAKEN = "another agent has the contact"
    NOT_YOURS = "the contact is not yours"
    TOO_EARLY = "its time is not up"


Effect = Callable[[Contact, Deed, float], Contact | Refusal]


def _accepted(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.addressed_to not in (NOBODY, deed.agent):
        return Refusal.NOT_YOURS
    return replace(
        contact,
        status=Status.ASSIGNED,
        agent=deed.agent,
        accepted_at=now,
        dissuade_at=None,
        seq_at_accept=contact.last_seq,
    )


def _given_back(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.agent != deed.agent:
        return Refusal.NOT_YOURS
    return replace(
        contact,
        status=Status.PENDING,
        agent=NOBODY,
        accepted_at=None,
        pending_since=now,
        dissuade_at=now + contact.dissuasion_time if contact.dissuasion_time else None,
    )


def _ended_by_agent(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.agent != deed.agent:
        return Refusal.NOT_YOURS
    spoken = contact.last_seq > contact.seq_at_accept
    return _end(contact, now, Outcome.COMPLETED if spoken else Outcome.NO_INTERACTION, Sender.AGENT)


def _left_the_chat(contact: Contact, deed: Deed, now: float) -> Contact:
    spoken = contact.last_seq > contact.seq_at_accept
    return _end(contact, now, Outcome.COMPLETED if spoken else Outcome.NO_INTERACTION, Sender.VISITOR)


def _left_the_queue(contact: Contact, deed: Deed, now: float) -> Contact:
    left_at = now if contact.silent_since is None else contact.silent_since
    waited = left_at - contact.pending_since
    outcome = Outcome.ABANDONED if waited >= ABANDONED_AFTER else Outcome.CANCELLED
    return _end(contact, now, outcome, Sender.VISITOR)


def _gone_from_the_queue(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    return _left_the_queue(contact, deed, now) if _is_gone(contact, now) else Refusal.TOO_EARLY


def _gone_from_the_chat(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    return _left_the_chat(contact, deed, now) if _is_gone(contact, now) else Refusal.TOO_EARLY


def _is_gone(contact: Contact, now: float) -> bool:
    return contact.gone_at is not None and now >= contact.gone_at


def _dissuaded(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.dissuade_at is None or now < contact.dissuade_at:
        return Refusal.TOO_EARLY
    return _end(contact, now, Outcome.DISSUADED, Sender.SYSTEM)


def _end(contact: Contact, now: float, outcome: Outcome, by: Sender) -> Contact:
    return replace(
        contact,
        status=Status.ENDED,
        ended_at=now,
        outcome=outcome,
        ended_by=by,
        dissuade_at=None,
        silent_since=None,
        gone_at=None,
    )


LIFECYCLE: dict[tuple[Status, DeedKind], Effect | Refusal] = {
    # status            deed                 what becomes of it
    (Status.PENDING, DeedKind.ACCEPT): _accepted,
    (Status.PENDING, DeedKind.GIVE_BACK): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.END): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.LEAVE): _left_the_queue,
    (Status.PENDING, DeedKind.GONE_SILENT): _gone_from_the_queue,
    (Status.PENDING, DeedKind.TIME_UP): _dissuaded,
    (Status.ASSIGNED, DeedKind.ACCEPT): Refusal.TAKEN,
    (Status.ASSIGNED, DeedKind.GIVE_BACK): _given_back,
    (Status.ASSIGNED, DeedKind.END): _ended_by_agent,
    (Status.ASSIGNED, DeedKind.LEAVE): _left_the_chat,
    (Status.ASSIGNED, DeedKind.GONE_SILENT): _gone_from_the_chat,
    (Status.ASSIGNED, DeedKind.TIME_UP): Refusal.TAKEN,
    (Status.ENDED, DeedKind.ACCEPT): Refusal.GONE,
    (Status.ENDED, DeedKind.GIVE_BACK): Refusal.GONE,
    (Status.ENDED, DeedKind.END): Refusal.GONE,
    (Status.ENDED, DeedKind.LEAVE): Refusal.GONE,
    (Status.ENDED, DeedKind.GONE_SILENT): Refusal.GONE,
    (Status.ENDED, DeedKind.TIME_UP): Refusal.GONE,
}
"""The whole life of a contact. A pair that is a :class:`Refusal` changes nothing."""


def apply(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    """The contact after the deed at ``now`` (its version counted up, its token the deed's), or why not.

    A deed whose token the contact already bears has been done: the contact comes back unchanged.
    """
    if contact.token == deed.token:
        return contact
    effect = LIFECYCLE[contact.status, deed.kind]
    if isinstance(effect, Refusal):
        return effect
    after = effect(contact, deed, now)
    if isinstance(after, Refusal):
        return after
    return replace(after, version=contact.version + 1, token=deed.token)
