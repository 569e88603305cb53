"""Who may make which id of a message: name spaces that cannot meet, and what the visitor's side is told.

    CONTACT/CHOSEN   a visitor's message: what comes behind the slash is the client's own choice
    CONTACT:WHAT     what the desk itself says in a contact once: the first message, that nobody was free
    no slash         an agent's message or note: random, made at the console

Contacts' ids hold no slash. So whatever a client chooses, its ids have a slash and no others do, and up to
the first slash stands the contact whose token it has: it reaches neither ours nor another visitor's.
"""

from __future__ import annotations

from tui.desk.contact import ContactId, MessageId

FIRST = "first"
"""The message a contact begins with, which has none of the client's ids."""

DISSUADED = "dissuaded"
"""Why nobody came."""

_OURS = "desk/"
"""Before the id of what is not the client's, when the visitor's side is told it: a client's own ids hold no
slash, so that among all it sees no two messages have one id."""


def of_client(contact: ContactId, chosen: str) -> MessageId:
    """The id of a visitor's message for which his client chose ``chosen``."""
    return MessageId(f"{contact}/{chosen}")


def of_desk(contact: ContactId, what: str) -> MessageId:
    """The id of what the desk itself says in this contact, once. Raises ValueError for a word that would lie
    in the clients' name space."""
    id = f"{contact}:{what}"
    if "/" in id:
        raise ValueError("an id of the desk's own holds no slash")
    return MessageId(id)


def told(contact: ContactId, id: MessageId) -> str:
    """The id as the visitor's side knows it: the client's own as it chose it, all others behind "desk/"."""
    own = f"{contact}/"
    return id.removeprefix(own) if id.startswith(own) else _OURS + id.removeprefix(f"{contact}:")
