"""What a visitor can do, whether by HTTP or on a stream."""

from __future__ import annotations

import asyncio
import uuid

from tui.backends.contract import Appended, BackendError, Gone, Unknown
from tui.desk.contact import ContactId, Sender
from tui.desk.lifecycle import Deed, DeedKind
from tui.web import fields, frames
from tui.web.hall import Hall
from tui.web.problems import Problem

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
        raise Problem(404, "There is no such contact.")
    stored = await hall.backend.append(
        contact, frames.stored_id(contact, chosen), Sender.VISITOR, record.nick, text
    )
    if isinstance(stored, Gone):
        raise Problem(409, "This contact has ended; nothing more can be said in it.")
    return stored


async def leave(hall: Hall, contact: ContactId) -> None:
    """End the contact for the visitor; nothing when it has ended. Raises BackendError."""
    deed = Deed(DeedKind.LEAVE, token=str(uuid.uuid4()))
    for _ in range(_TRIES):
        if not isinstance(await hall.backend.perform(contact, deed), Unknown):
            return
        await asyncio.sleep(_BETWEEN_TRIES)
    raise BackendError("the backend cannot say whether the visitor has left")
