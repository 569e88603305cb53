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
    NOTE = "note"
    """An agent, for agents: a private note. In the transcript, and never told by the visitor's door."""


SPOKEN = frozenset({Sender.VISITOR, Sender.AGENT})
"""Whose messages are conversation; the desk's own words and private notes are not."""


class Returned(StrEnum):
    """Why a transfer came back to where it came from."""

    DECLINED = "declined"
    """The agent it was addressed to said no."""
    EXPIRED = "expired"
    """Nobody accepted it in time."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page of the site that the visitor has been on."""

    page: RemoteText
    """Its address."""
    at: float


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


TALKED = -1
"""In place of a sequence at the accept: an agent had talked with the visitor before the contact went on."""


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
    waiting_since: float
    """Since when the visitor waits for somebody: unlike ``pending_since`` not begun again when a transfer
    comes back. The queue's order."""
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
    addressed_group: str = ""
    """A contact passed to a group is addressed to the agents of this group; empty for everybody."""
    transferred_by: AgentName = NOBODY
    """Who passed it on last; kept after the accept, for the one who has it then."""
    transfer_note: RemoteText = NO_TEXT
    """What he wrote to his colleague."""
    transfer_time: float = 0.0
    """Seconds a colleague is given to accept it; kept with the contact as the dissuasion time is."""
    return_at: float | None = None
    """When a contact that is addressed and not accepted goes back to where it came from; None when it is
    not on its way to anybody."""
    returned: Returned | None = None
    """Why it has come back, while it waits for the one who had passed it on, or for everybody after that."""
    returned_by: AgentName = NOBODY
    """Who declined it or let its time run out; nobody for a group."""
    return_reason: RemoteText = NO_TEXT
    """What the one who declined it said."""
    dissuade_at: float | None = None
    """When a pending contact is dissuaded; None when it may wait for ever."""
    dissuasion_time: float = 0.0
    """Seconds a visitor of this service is kept pending; 0 for ever. Kept with the contact, so that any
    node can start the clock again when it is given back."""
    silent_since: float | None = None
    """When the visitor's page fell silent; None while it is there, and for contacts opened by plain HTTP."""
    gone_at: float | None = None
    """With ``silent_since``: the page said goodbye, and the visitor counts as having left then. Without:
    until when an open page is vouched for. What the two say together is in ``presence``."""
    ended_at: float | None = None
    outcome: Outcome | None = None
    ended_by: Sender | None = None
    """Which side ended it."""
    accepted_at: float | None = None
    first_words: RemoteText = NO_TEXT
    last_words: RemoteText = NO_TEXT
    """The beginning of the newest message that is conversation, with who wrote it and when."""
    last_sender: Sender = Sender.VISITOR
    last_at: float = 0.0
    last_seq: int = 0
    """Sequence of the newest message; 0 when there is none."""
    seq_at_accept: int = 0
    """``last_seq`` when an agent last accepted it; ``TALKED`` once there was talk with an earlier one."""
    last_spoken: int = 0
    """Sequence of the newest message that is conversation: the visitor's or an agent's."""
    visitor_received: int = 0
    """Highest sequence the visitor's page has got, whether or not he has looked."""
    visitor_seen: int = 0
    """Highest sequence the visitor's page has shown."""
    agent_seen: int = 0
    """Highest sequence the agent has read."""
    data: tuple[tuple[RemoteText, RemoteText], ...] = ()
    """What the site or the visitor told of him before the chat, as name and value, in their order."""
    trail: tuple[Visit, ...] = ()
    """The pages he has been on, oldest first."""
    offline: bool = False
    """Left when nobody was there: it waits for the next shift, with neither dissuasion time nor page."""
    tags: tuple[str, ...] = ()
    """Words by which agents find it again."""
    colour: str = ""
    """A colour an agent gave it, by name; empty for none."""
    resolution: RemoteText = NO_TEXT
    """What came of it in the agent's words, chosen at wrap-up."""
    version: int = 0
    """Counts the changes of this record; a change is a compare-and-set on it."""
    token: str = ""
    """The operation token of the last change by a deed: reading it back resolves an unknown result."""
