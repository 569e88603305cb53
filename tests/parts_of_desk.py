"""Values for tests of the pure core."""

from __future__ import annotations

from dataclasses import replace

from tui.desk.contact import NOBODY, AgentName, ChatMessage, Contact, ContactId, MessageId, Sender
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.text import NO_TEXT, RemoteText

MARIA = AgentName("Maria")
LUCA = AgentName("Luca")


def contact(name: str, at: float = 0.0, service: str = "Sales", dissuasion_time: float = 300.0) -> Contact:
    """A contact pending since ``at``, with its first message."""
    return Contact(
        id=ContactId(name),
        nick=RemoteText(name),
        service=RemoteText(service),
        created=at,
        pending_since=at,
        waiting_since=at,
        dissuade_at=at + dissuasion_time if dissuasion_time else None,
        dissuasion_time=dissuasion_time,
        first_words=RemoteText("hello"),
        last_words=RemoteText("hello"),
        last_seq=1,
        last_spoken=1,
        last_at=at,
    )


_tokens = iter(range(10**9))


def done(contact: Contact, kind: DeedKind, at: float, agent: AgentName = NOBODY) -> Contact:
    """The contact after a deed that must succeed."""
    after = apply(contact, Deed(kind, f"t{next(_tokens)}", agent), at)
    assert isinstance(after, Contact), after
    return after


def message(of: Contact, seq: int, text: str = "hi", sender: Sender = Sender.VISITOR) -> ChatMessage:
    """A stored message of this contact."""
    return ChatMessage(
        of.id, MessageId(f"{of.id}-{seq}"), seq, sender, of.nick, RemoteText(text), of.created + seq
    )


def with_last(of: Contact, seq: int) -> Contact:
    """The record after a message was appended."""
    return replace(of, last_seq=seq, last_spoken=seq, last_words=NO_TEXT)
