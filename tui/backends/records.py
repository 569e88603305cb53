"""What a record becomes when it is created, written in, read, silent or acted on, whatever the engine.

Pure values in, values out. How a record is kept, and how two who change it at once are told apart, is each
engine's own matter. Deeds live by ``lifecycle``; the rest of the contract's sentences are here.
"""

from __future__ import annotations

from dataclasses import replace

from tui.backends.contract import DeedResult, Gone, LostTo, NewContact, Refused, Won
from tui.desk.contact import SPOKEN, ChatMessage, Contact, MessageId, Sender, Status, Visit
from tui.desk.lifecycle import Deed, DeedKind, Refusal, apply
from tui.text import RemoteText

WORDS_KEPT = 200
"""Characters of the first and of the last message that a contact's record carries."""

NOT_ANSWERED_HERE = "what was left offline is not answered here"

TRAIL_KEPT = 40
"""Pages of a visitor's way that a contact's record carries, the newest."""


def opened(new: NewContact, now: float, *, returning: bool) -> tuple[Contact, ChatMessage]:
    """A pending contact and its first message."""
    contact = Contact(
        id=new.id,
        nick=new.nick,
        service=new.service,
        created=now,
        pending_since=now,
        waiting_since=now,
        lang=new.lang,
        page=new.page,
        visitor=new.visitor,
        returning=returning,
        dissuade_at=now + new.dissuasion_time if new.dissuasion_time and not new.offline else None,
        dissuasion_time=0.0 if new.offline else new.dissuasion_time,
        data=new.data,
        trail=new.trail[-TRAIL_KEPT:],
        offline=new.offline,
        first_words=_words(new.text),
    )
    message = ChatMessage(
        contact=new.id,
        id=new.message_id,
        seq=1,
        sender=Sender.VISITOR,
        author=new.nick,
        text=new.text,
        at=now,
    )
    return with_message(contact, message), message


def next_message(
    contact: Contact | None, id: MessageId, sender: Sender, author: RemoteText, text: RemoteText, now: float
) -> ChatMessage | Gone | Refused:
    """The message that comes next in this contact; Gone when nobody may write in it any more, Refused when
    nobody would read it."""
    if contact is None or (contact.status is Status.ENDED and sender in SPOKEN):
        return Gone()
    if contact.offline and sender is Sender.AGENT:
        return Refused(NOT_ANSWERED_HERE)
    return ChatMessage(
        contact=contact.id, id=id, seq=contact.last_seq + 1, sender=sender, author=author, text=text, at=now
    )


def with_message(contact: Contact, message: ChatMessage) -> Contact:
    """The record after this message was stored. Only what is conversation counts as words of the contact."""
    if message.sender not in SPOKEN:
        return replace(contact, last_seq=message.seq, version=contact.version + 1)
    return replace(
        contact,
        last_words=_words(message.text),
        last_sender=message.sender,
        last_at=message.at,
        last_seq=message.seq,
        last_spoken=message.seq,
        version=contact.version + 1,
    )


def with_marks(
    contact: Contact,
    visitor_seen: int | None = None,
    agent_seen: int | None = None,
    visitor_received: int | None = None,
) -> Contact:
    """The record with its marks raised, never lowered and never past the newest message; the very same
    record when that changes nothing. What the visitor has seen, his page has got."""
    seen = max(contact.visitor_seen, min(visitor_seen or 0, contact.last_seq))
    received = max(contact.visitor_received, min(visitor_received or 0, contact.last_seq), seen)
    agent = max(contact.agent_seen, min(agent_seen or 0, contact.last_seq))
    marks = (seen, received, agent)
    if marks == (contact.visitor_seen, contact.visitor_received, contact.agent_seen):
        return contact
    return replace(
        contact,
        visitor_seen=seen,
        visitor_received=received,
        agent_seen=agent,
        version=contact.version + 1,
    )


def with_silence(contact: Contact, silent_since: float | None, gone_at: float | None) -> Contact:
    """The record with the visitor's silence noted or lifted; the very same one when that changes nothing,
    when the contact has ended, and when it was left offline: it waits whether a page is open or not."""
    same = (contact.silent_since, contact.gone_at) == (silent_since, gone_at)
    if same or contact.offline or contact.status is Status.ENDED:
        return contact
    return replace(contact, silent_since=silent_since, gone_at=gone_at, version=contact.version + 1)


def with_visit(contact: Contact, page: RemoteText, now: float) -> Contact:
    """The record with one page more on the visitor's trail; the very same one when he is there already, and
    when the contact has ended. Of a long way the beginning is forgotten."""
    here = contact.trail[-1].page if contact.trail else None
    if page == here or contact.status is Status.ENDED:
        return contact
    trail = (*contact.trail, Visit(page, now))[-TRAIL_KEPT:]
    return replace(contact, trail=trail, version=contact.version + 1)


def with_deed(contact: Contact | None, deed: Deed, now: float) -> tuple[Contact | None, DeedResult]:
    """The record after the deed (the very same one when nothing changes), and what to answer.

    Who accepts a contact that he already has, under another token (on his second console, say), has won it:
    nobody is told "lost" who holds the contact.
    """
    if not deed.token:
        raise ValueError("a deed needs a token")
    if contact is None:
        return None, Gone()
    after = apply(contact, deed, now)
    if isinstance(after, Contact):
        return after, Won(after)
    if after is Refusal.GONE:
        return contact, Gone()
    if after is not Refusal.TAKEN:
        return contact, Refused(after.value)
    if deed.kind is DeedKind.ACCEPT and deed.agent == contact.agent:
        return contact, Won(contact)
    return contact, LostTo(contact.agent)


def _words(text: RemoteText) -> RemoteText:
    return RemoteText(text[:WORDS_KEPT])
