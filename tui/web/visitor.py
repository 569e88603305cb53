"""What a visitor can do, whether by HTTP or on a stream."""

from __future__ import annotations

import asyncio
import logging
import uuid

from tui.backends.contract import Appended, BackendError, Unknown
from tui.desk import message_ids
from tui.desk.contact import ContactId, Sender
from tui.desk.lifecycle import Deed, DeedKind
from tui.text import RemoteText
from tui.web import fields
from tui.web.hall import Hall
from tui.web.limits import PAGES_A_SECOND, PAGES_AT_ONCE
from tui.web.problems import Problem, unknown_contact

log = logging.getLogger(__name__)

_TRIES = 3
_BETWEEN_TRIES = 0.2


async def say(hall: Hall, contact: ContactId, body: fields.Fields) -> Appended:
    """Store a message. Raises Problem 400, 404, 409 or 429, BackendError."""
    limits = hall.settings().web
    rate = float(limits.messages_per_second)
    wait = hall.words.take(contact, rate, max(1.0, rate))
    if wait:
        raise Problem(429, "Too many messages at once.", retry_after=wait)
    chosen = fields.message_id(body)
    text = fields.message_text(body, limits.text_limit)
    record = await hall.contact(contact)
    if record is None:
        raise unknown_contact(404, "There is no such contact.", hall.desk_id)
    stored = await hall.backend.append(
        contact, message_ids.of_client(contact, chosen), Sender.VISITOR, record.nick, text
    )
    if not isinstance(stored, Appended):
        raise Problem(409, "This contact has ended; nothing more can be said in it.")
    if stored.message.sender is not Sender.VISITOR:
        raise Problem(409, "This id is taken; choose another one.", field="id")
    return stored


async def received(hall: Hall, contact: ContactId, handed_over: int, claimed: int) -> None:
    """Note that the visitor's side has got the messages up to the sequence ``handed_over``, and up to the one
    it ``claimed`` to have. Never raises BackendError: a mark is not worth a transcript."""
    try:
        record = await hall.contact(contact)
        if record is None:
            return
        seq = max(handed_over, min(claimed, record.last_seq))
        if seq > record.visitor_received:
            await hall.backend.mark(contact, visitor_received=seq)
    except BackendError as error:
        log.warning("could not note what a visitor has received: %s", error)


async def visited(hall: Hall, contact: ContactId, page: RemoteText) -> None:
    """Note the page the visitor has gone to; nothing when he hurries. Raises BackendError."""
    if not hall.pages.take(contact, PAGES_A_SECOND, PAGES_AT_ONCE):
        await hall.backend.visit(contact, page)


async def leave(hall: Hall, contact: ContactId) -> None:
    """End the contact for the visitor; nothing when it has ended. Raises BackendError."""
    deed = Deed(DeedKind.LEAVE, token=str(uuid.uuid4()))
    for _ in range(_TRIES):
        if not isinstance(await hall.backend.perform(contact, deed), Unknown):
            return
        await asyncio.sleep(_BETWEEN_TRIES)
    raise BackendError("the backend cannot say whether the visitor has left")
