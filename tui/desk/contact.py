"""What a contact and a message are. Values only; how a contact changes is in ``lifecycle``.

Every time is in Unix seconds. Names follow section 1 of the design.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from tui.text import NO_TEXT, RemoteText

ContactId = NewType("ContactId", str)
"""Names one contact, unique across desks."""

MessageId = NewType("MessageId", str)
"""Names one message, unique across contacts; chosen by whoever wrote it, so that it can be sent again."""

AgentName = NewType("AgentName", str)
"""The name an agent goes by at this desk (``[agent] name``)."""

NOBODY = AgentName("")
"""No agent: the value of a contact nobody has."""


class Status(StrEnum):
    """Where a contact stands."""

    PENDING = "pending"
    ASSIGNED = "assigned"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a contact ended."""

    COMPLETED = "completed"
    """An agent had it and it was ended by either side."""
    DISSUADED = "dissuaded"
    """Nobody accepted within the dissuasion time."""
    ABANDONED = "abandoned"
    """The visitor left the queue after at least ten seconds."""
    CANCELLED = "cancelled"
    """The visitor left the queue sooner."""
    NO_INTERACTION = "no_interaction"
    """An agent had it, and ended it without either side writing after the accept."""


class Sender(StrEnum):
    """Who wrote a message."""

    VISITOR = "visitor"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a contact's transcript."""

    contact: ContactId
    id: MessageId
    seq: int
    """Position in the contact's transcript, from 1, without gaps; 0 while not yet stored."""
    sender: Sender
    author: RemoteText
    """The visitor's nick or the agent's name when it was written."""
    text: RemoteText
    at: float
    """When it was stored."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One visitor's request and the conversation that follows, as the backend last told it."""

    id: ContactId
    nick: RemoteText
    service: RemoteText
    """The line the visitor came in by; empty when the site names none."""
    created: float
    pending_since: float
    """When it last entered the pending queue: at creation, or when it was given back."""
    status: Status = Status.PENDING
    lang: RemoteText = NO_TEXT
    page: RemoteText = NO_TEXT
    """Address of the page the visitor wrote from."""
    visitor: str = ""
    """Names the visitor's browser across contacts; empty when unknown."""
    returning: bool = False
    """Whether this visitor was here before."""
    agent: AgentName = NOBODY
    """Who has it; after the end, who had it."""
    addressed_to: AgentName = NOBODY
    """A starred contact is addressed to this agent alone."""
    dissuade_at: float | None = None
    """When a pending contact is dissuaded; None when it may wait for ever."""
    dissuasion_time: float = 0.0
    """Seconds a visitor of this service is kept pending; 0 for ever. Kept with the contact, so that any
    node can start the clock again when it is given back."""
    silent_since: float | None = None
    """When the visitor's page fell silent; None while it is there, and for contacts opened by plain HTTP."""
    gone_at: float | None = None
    """When a visitor whose page is silent counts as having left: ``silent_since`` plus a grace."""
    ended_at: float | None = None
    outcome: Outcome | None = None
    ended_by: Sender | None = None
    """Which side ended it."""
    accepted_at: float | None = None
    first_words: RemoteText = NO_TEXT
    last_words: RemoteText = NO_TEXT
    last_sender: Sender = Sender.VISITOR
    last_at: float = 0.0
    last_seq: int = 0
    """Sequence of the newest message; 0 when there is none."""
    seq_at_accept: int = 0
    """``last_seq`` when an agent last accepted it."""
    visitor_seen: int = 0
    """Highest sequence the visitor's page has shown."""
    agent_seen: int = 0
    """Highest sequence the agent has read."""
    version: int = 0
    """Counts the changes of this record; a change is a compare-and-set on it."""
    token: str = ""
    """The operation token of the last change by a deed: reading it back resolves an unknown result."""
