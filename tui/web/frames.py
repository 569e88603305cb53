"""The JSON shapes of section 5, in one place for HTTP and WebSocket."""

from __future__ import annotations

from tui.config.schema import Settings
from tui.desk.contact import ChatMessage, Contact, ContactId, MessageId, Outcome, Sender, Status
from tui.web.problems import Problem

Json = dict[str, object]


def stored_id(contact: ContactId, chosen: str) -> MessageId:
    """A client's message id as the backend knows it: unique across contacts, so that no visitor can name,
    and by that read or block, another one's message."""
    return MessageId(f"{contact}/{chosen}")


def is_for_visitor(stored: ChatMessage) -> bool:
    """Whether the visitor's side may see it at all: agents' private notes it never does."""
    return stored.sender is not Sender.NOTE


def message(stored: ChatMessage) -> Json:
    """A message as the visitor's side sees it."""
    return {
        "seq": stored.seq,
        "id": stored.id.removeprefix(f"{stored.contact}/"),
        "from": stored.sender.value,
        "text": stored.text,
        "ts": stored.at,
    }


def status(contact: Contact, position: int, settings: Settings) -> Json:
    """Where a contact stands, as the visitor's side sees it."""
    told: Json = {"status": contact.status.value}
    if contact.status is Status.PENDING:
        told["position"] = position
    elif contact.agent:
        told["agent"] = contact.agent
    if contact.outcome is not None:
        told["outcome"] = contact.outcome.value
        told["by"] = contact.ended_by.value if contact.ended_by is not None else None
    if contact.outcome is Outcome.DISSUADED:
        told["text"] = settings.dissuasion_message(contact.service)
    return told


def problem(refusal: Problem, message_id: object = None) -> Json:
    """A refusal on a stream; names the message it is about."""
    frame: Json = {"type": "error", **{k: v for k, v in refusal.body().items() if k != "type"}}
    if isinstance(message_id, str):
        frame["id"] = message_id[:64]
    return frame
