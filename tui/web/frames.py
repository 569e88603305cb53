"""The JSON shapes of section 5, in one place for HTTP and WebSocket."""

from __future__ import annotations

from tui.config.schema import Settings
from tui.desk import message_ids
from tui.desk.contact import ChatMessage, Contact, Outcome, Sender, Status
from tui.web.limits import FIELDS_ASKED, MESSAGE_ID_LIMIT
from tui.web.problems import Problem

Json = dict[str, object]


FOR_VISITORS = frozenset({Sender.VISITOR, Sender.AGENT, Sender.SYSTEM})
"""Whose messages a visitor may see. Whatever else stands in a transcript stays among agents."""


def is_for_visitor(stored: ChatMessage) -> bool:
    """Whether the visitor's side may see it at all: agents' private notes it never does. Sequences have
    gaps where one was left out."""
    return stored.sender in FOR_VISITORS


def message(stored: ChatMessage) -> Json:
    """A message as the visitor's side sees it. Raises ValueError for one that it must never see."""
    if not is_for_visitor(stored):
        raise ValueError("this message is not for visitors")
    return {
        "seq": stored.seq,
        "id": message_ids.told(stored.contact, stored.id),
        "from": stored.sender.value,
        "text": stored.text,
        "ts": stored.at,
    }


def status(contact: Contact, position: int, settings: Settings) -> Json:
    """Where a contact stands, as the visitor's side sees it."""
    told: Json = {"status": contact.status.value}
    if contact.status is Status.PENDING:
        if is_passed_on(contact):
            told["transfer"] = True
        elif not contact.offline:
            told["position"] = position
    elif contact.agent:
        told["agent"] = contact.agent
    if contact.offline:
        told["offline"] = True
    if contact.outcome is not None:
        told["outcome"] = contact.outcome.value
        told["by"] = contact.ended_by.value if contact.ended_by is not None else None
    if contact.outcome is Outcome.DISSUADED:
        told["text"] = settings.dissuasion_message(contact.service)
    return told


def is_passed_on(contact: Contact) -> bool:
    """Whether it is on its way from one agent to another."""
    return contact.status is Status.PENDING and contact.return_at is not None


def desk(is_open: bool, settings: Settings) -> Json:
    """What a page must know before the chat."""
    asked = settings.web.fields[:FIELDS_ASKED]
    questions = [{"name": name.rstrip("* "), "required": name.endswith("*")} for name in asked]
    return {
        "open": is_open,
        "fields": [question for question in questions if question["name"]],
        "text_limit": settings.web.text_limit,
    }


def problem(refusal: Problem, message_id: object = None) -> Json:
    """A refusal on a stream; names the message it is about."""
    body = refusal.body()
    frame: Json = {**body, "type": "error", "problem": body["type"]}
    if isinstance(message_id, str) and len(message_id) <= MESSAGE_ID_LIMIT:  # cut, it might be another's
        frame["id"] = message_id
    return frame
