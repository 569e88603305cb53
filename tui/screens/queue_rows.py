"""Makes the rows of the pending queue out of what the desk knows: here text from outside is cleaned."""

from __future__ import annotations

import re
from math import inf

from tui.config.schema import Settings
from tui.desk.contact import NOBODY, Contact, ContactId, Returned
from tui.desk.presence import told_from
from tui.desk.state import queue
from tui.link.view import View
from tui.screens.rows import away_of
from tui.text import CleanText, clean_line
from tui.widgets.rows import NOTHING, Arrival, QueueRow


class QueueRows:
    """The pending queue as rows; a row is made again only when its contact, or its ringing, has changed."""

    def __init__(self) -> None:
        self._made: dict[ContactId, tuple[Contact, QueueRow]] = {}
        self._settings: Settings | None = None
        self.next_absence = inf
        """When the next of them counts as away if nothing more is heard: then the rows are made anew."""

    def update(self, view: View, now: float | None = None) -> list[QueueRow]:
        """The rows in the queue's order, as at ``now`` or when the view was made."""
        now = view.at if now is None else now
        self.next_absence = inf
        if view.settings is not self._settings:
            self._settings = view.settings
            self._made = {}
        made: dict[ContactId, tuple[Contact, QueueRow]] = {}
        for contact in queue(view.desk):
            ringing = contact.id in view.ringing
            known = self._made.get(contact.id)
            due_at = told_from(contact) or inf
            if due_at > now:
                self.next_absence = min(self.next_absence, due_at)
            if known is None or known[0] is not contact or not _still_so(known[1], ringing, due_at <= now):
                known = (contact, _queue_row(contact, ringing, view.settings, now))
            made[contact.id] = known
        self._made = made
        return [row for _, row in made.values()]


def _still_so(row: QueueRow, ringing: bool, away: bool) -> bool:
    """Whether a row says what is true beside its contact's record."""
    return row.ringing == ringing and (row.away is not None or not away)


def _queue_row(contact: Contact, ringing: bool, settings: Settings, now: float) -> QueueRow:
    arrived_by = _arrival(contact)
    transferred = arrived_by is Arrival.TRANSFER
    # The bar is of what ends this stay in the queue: the dissuasion, or a transfer's time limit.
    on_its_way = contact.dissuade_at is None and contact.return_at is not None
    return QueueRow(
        id=contact.id,
        nick=clean_line(contact.nick),
        service=clean_line(contact.service),
        lang=clean_line(contact.lang),
        since=contact.waiting_since,
        dissuade_at=contact.return_at if on_its_way else contact.dissuade_at,
        dissuasion_time=contact.transfer_time if on_its_way else contact.dissuasion_time,
        first_words=clean_line(contact.first_words, max_chars=200),
        returning=contact.returning,
        starred=contact.addressed_to != NOBODY,
        ringing=ringing,
        arrived_by=arrived_by,
        sender=clean_line(contact.transferred_by) if transferred else NOTHING,
        group=clean_line(contact.addressed_group) if transferred else NOTHING,
        note=clean_line(contact.transfer_note, max_chars=200) if transferred else NOTHING,
        back=returned_words(contact),
        offline=contact.offline,
        away=away_of(contact, now),
        page=page_words(contact.page),
        colour=settings.colour(contact.service),
    )


def _arrival(contact: Contact) -> Arrival:
    if contact.returned is None and contact.return_at is not None:
        return Arrival.TRANSFER
    return Arrival.BACK if contact.pending_since > contact.created else Arrival.NEW


def returned_words(contact: Contact) -> CleanText:
    """Why a transfer has come back, in words; empty when none has."""
    by = f" by {contact.returned_by}" if contact.returned_by else ""
    match contact.returned:
        case Returned.DECLINED:
            why = f": {contact.return_reason}" if contact.return_reason else ""
            return clean_line(f"declined{by}{why}", max_chars=200)
        case Returned.EXPIRED:
            return clean_line(f"not accepted{by} in time")
        case _:
            return NOTHING


def page_words(page: str) -> CleanText:
    """A page's address as a person says it: host and path, without scheme, "www.", query and mark."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://(www\.)?", "", clean_line(page), flags=re.IGNORECASE)
    return clean_line(re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/"))
