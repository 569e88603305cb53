"""How a contact changes: one table from (status, deed) to what becomes of it.

Every engine applies a deed with :func:`apply`, inside its own compare-and-set, so that a contact lives by
the same rules whoever keeps it. Nothing here reads a clock: the caller says when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from tui.desk.contact import NOBODY, TALKED, AgentName, Contact, Outcome, Returned, Sender, Status
from tui.desk.presence import ENDLESS, Patience, gone_at, silent_since
from tui.text import NO_TEXT, RemoteText

ABANDONED_AFTER = 10.0
"""Seconds of waiting from which a visitor who leaves has abandoned, not cancelled (section 1)."""


class DeedKind(StrEnum):
    """What can be done to a contact."""

    ACCEPT = "accept"
    GIVE_BACK = "give_back"
    END = "end"
    TRANSFER = "transfer"
    """Pass it on to a colleague, or to a group."""
    DECLINE = "decline"
    """Say no to a contact addressed to me."""
    LABEL = "label"
    """Set tags, colour and what came of it; after the end, too."""
    LEAVE = "leave"
    """The visitor says good-bye."""
    GONE_SILENT = "gone_silent"
    """The visitor's page said goodbye and none came after it, or was away for longer than is waited."""
    TIME_UP = "time_up"
    """The dissuasion time has run out."""
    RETURN_DUE = "return_due"
    """A contact passed on was not accepted in time."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What an agent says of a contact."""

    tags: tuple[str, ...] = ()
    colour: str = ""
    resolution: RemoteText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Deed:
    """A wish to change a contact."""

    kind: DeedKind
    token: str
    """Names this attempt; the same token twice is the same deed."""
    agent: AgentName = NOBODY
    """Who does it; nobody for the visitor and the clock."""
    groups: tuple[str, ...] = ()
    """For an accept: the groups he belongs to."""
    to: AgentName = NOBODY
    """For a transfer: to whom; nobody when it goes to a group."""
    to_group: str = ""
    note: RemoteText = NO_TEXT
    """For a transfer what the colleague should know, for a decline why."""
    seconds: float = 0.0
    """For a transfer: how long the colleague has to accept it."""
    to_all: bool = False
    """For a contact that goes back: whether the one who had passed it on has gone, so that it is
    everybody's at once."""
    labels: Labels | None = None
    patience: Patience = ENDLESS
    """For a visitor whose page is silent: how long an absence may last."""


class Refusal(Enum):
    """Why a deed changes nothing."""

    GONE = "the contact has ended"
    TAKEN = "another agent has the contact"
    NOT_YOURS = "the contact is not yours"
    TOO_EARLY = "its time is not up"
    NOT_ADDRESSED = "the contact is not addressed to you alone"
    NOWHERE = "a transfer needs a colleague or a group"


Effect = Callable[[Contact, Deed, float], Contact | Refusal]


def _accepted(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.addressed_to not in (NOBODY, deed.agent):
        return Refusal.NOT_YOURS
    if contact.addressed_group and contact.addressed_group not in deed.groups:
        return Refusal.NOT_YOURS
    return replace(
        _addressed(contact),
        status=Status.ASSIGNED,
        agent=deed.agent,
        accepted_at=now,
        dissuade_at=None,
        seq_at_accept=TALKED if contact.seq_at_accept == TALKED else contact.last_seq,
    )


def _given_back(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.agent != deed.agent:
        return Refusal.NOT_YOURS
    fresh = replace(contact, transferred_by=NOBODY, transfer_note=NO_TEXT, waiting_since=now)
    return _for_everybody(fresh, now)


def _transferred(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    """Into the pending queue of those it is addressed to, and of nobody else."""
    if contact.agent != deed.agent:
        return Refusal.NOT_YOURS
    if (deed.to == NOBODY) == (not deed.to_group) or deed.to == deed.agent:
        return Refusal.NOWHERE
    on_its_way = _addressed(contact, deed.to, deed.to_group, now + deed.seconds)
    return replace(
        _pending(on_its_way, now),
        waiting_since=now,
        dissuade_at=None,
        transferred_by=deed.agent,
        transfer_note=deed.note,
        transfer_time=deed.seconds,
    )


def _declined(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.addressed_to == NOBODY or contact.addressed_to != deed.agent:
        return Refusal.NOT_ADDRESSED
    return _went_back(contact, deed, now, Returned.DECLINED)


def _not_accepted(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.return_at is None or now < contact.return_at:
        return Refusal.TOO_EARLY
    return _went_back(contact, deed, now, Returned.EXPIRED)


def _went_back(contact: Contact, deed: Deed, now: float, returned: Returned) -> Contact:
    """To the one who had passed it on, as a starred contact with the same time to accept it; from him, or
    when he has gone, to everybody. So every stay has an end, and in each of them it rings for somebody."""
    sender = contact.transferred_by
    if sender == NOBODY or sender == contact.addressed_to or deed.to_all:
        back = _for_everybody(contact, now)
    else:
        back = _pending(_addressed(contact, sender, return_at=now + contact.transfer_time), now)
    return replace(back, returned=returned, returned_by=contact.addressed_to, return_reason=deed.note)


def _for_everybody(contact: Contact, now: float) -> Contact:
    dissuade_at = now + contact.dissuasion_time if contact.dissuasion_time else None
    return replace(_pending(_addressed(contact), now), dissuade_at=dissuade_at)


def _pending(contact: Contact, now: float) -> Contact:
    talked = contact.status is Status.ASSIGNED and contact.last_spoken > contact.seq_at_accept
    return replace(
        contact,
        status=Status.PENDING,
        agent=NOBODY,
        accepted_at=None,
        pending_since=now,
        seq_at_accept=TALKED if talked else contact.seq_at_accept,
    )


def _addressed(
    contact: Contact, to: AgentName = NOBODY, group: str = "", return_at: float | None = None
) -> Contact:
    """Addressed anew, or to nobody; what was said of an earlier return is over."""
    return replace(
        contact,
        addressed_to=to,
        addressed_group=group,
        return_at=return_at,
        returned=None,
        returned_by=NOBODY,
        return_reason=NO_TEXT,
    )


def _labelled(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.agent != deed.agent or deed.labels is None:
        return Refusal.NOT_YOURS
    labels = deed.labels
    return replace(contact, tags=labels.tags, colour=labels.colour, resolution=labels.resolution)


def _ended_by_agent(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    if contact.agent != deed.agent:
        return Refusal.NOT_YOURS
    # What was left offline is answered elsewhere: no talk in it means nothing.
    spoken = contact.offline or contact.last_spoken > contact.seq_at_accept
    return _end(contact, now, Outcome.COMPLETED if spoken else Outcome.NO_INTERACTION, Sender.AGENT)


def _left_the_chat(contact: Contact, deed: Deed, now: float) -> Contact:
    spoken = contact.last_spoken > contact.seq_at_accept
    return _end(contact, now, Outcome.COMPLETED if spoken else Outcome.NO_INTERACTION, Sender.VISITOR)


def _left_the_queue(contact: Contact, deed: Deed, now: float) -> Contact:
    silent = silent_since(contact, now)
    waited = (now if silent is None else silent) - contact.waiting_since
    outcome = Outcome.ABANDONED if waited >= ABANDONED_AFTER else Outcome.CANCELLED
    return _end(contact, now, outcome, Sender.VISITOR)


def _gone_from_the_queue(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    return _left_the_queue(contact, deed, now) if _is_gone(contact, deed, now) else Refusal.TOO_EARLY


def _gone_from_the_chat(contact: Contact, deed: Deed, now: float) -> Contact | Refusal:
    return _left_the_chat(contact, deed, now) if _is_gone(contact, deed, now) else Refusal.TOO_EARLY


def _is_gone(contact: Contact, deed: Deed, now: float) -> bool:
    due_at = gone_at(contact, deed.patience)
    return due_at is not None and now >= due_at


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
        return_at=None,
        silent_since=None,
        gone_at=None,
    )


LIFECYCLE: dict[tuple[Status, DeedKind], Effect | Refusal] = {
    # status            deed                 what becomes of it
    (Status.PENDING, DeedKind.ACCEPT): _accepted,
    (Status.PENDING, DeedKind.GIVE_BACK): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.END): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.TRANSFER): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.DECLINE): _declined,
    (Status.PENDING, DeedKind.LABEL): Refusal.NOT_YOURS,
    (Status.PENDING, DeedKind.LEAVE): _left_the_queue,
    (Status.PENDING, DeedKind.GONE_SILENT): _gone_from_the_queue,
    (Status.PENDING, DeedKind.TIME_UP): _dissuaded,
    (Status.PENDING, DeedKind.RETURN_DUE): _not_accepted,
    (Status.ASSIGNED, DeedKind.ACCEPT): Refusal.TAKEN,
    (Status.ASSIGNED, DeedKind.GIVE_BACK): _given_back,
    (Status.ASSIGNED, DeedKind.END): _ended_by_agent,
    (Status.ASSIGNED, DeedKind.TRANSFER): _transferred,
    (Status.ASSIGNED, DeedKind.DECLINE): Refusal.TAKEN,
    (Status.ASSIGNED, DeedKind.LABEL): _labelled,
    (Status.ASSIGNED, DeedKind.LEAVE): _left_the_chat,
    (Status.ASSIGNED, DeedKind.GONE_SILENT): _gone_from_the_chat,
    (Status.ASSIGNED, DeedKind.TIME_UP): Refusal.TAKEN,
    (Status.ASSIGNED, DeedKind.RETURN_DUE): Refusal.TAKEN,
    (Status.ENDED, DeedKind.ACCEPT): Refusal.GONE,
    (Status.ENDED, DeedKind.GIVE_BACK): Refusal.GONE,
    (Status.ENDED, DeedKind.END): Refusal.GONE,
    (Status.ENDED, DeedKind.TRANSFER): Refusal.GONE,
    (Status.ENDED, DeedKind.DECLINE): Refusal.GONE,
    (Status.ENDED, DeedKind.LABEL): _labelled,
    (Status.ENDED, DeedKind.LEAVE): Refusal.GONE,
    (Status.ENDED, DeedKind.GONE_SILENT): Refusal.GONE,
    (Status.ENDED, DeedKind.TIME_UP): Refusal.GONE,
    (Status.ENDED, DeedKind.RETURN_DUE): Refusal.GONE,
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
