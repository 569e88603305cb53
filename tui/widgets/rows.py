"""What the line-rendered widgets are given: frozen rows, ready to be drawn.

Values only. Every string from outside is ``CleanText``; every time is in Unix seconds. Who makes rows out of
the desk's state is the screens' business; how they are drawn is each widget's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.desk.contact import ContactId, MessageId, Sender
from tui.text import CleanText, RemoteText, clean_line
from tui.widgets.waits import Waiting

NOTHING = clean_line(RemoteText(""))


class Arrival(StrEnum):
    """How a contact came into the pending queue."""

    NEW = "new"
    """A visitor asked for help."""
    BACK = "back"
    """An agent gave it back, or a transfer came back."""
    TRANSFER = "transfer"
    """A colleague hands it to this agent, or to a group he belongs to."""


class Delivery(StrEnum):
    """How far a message of ours has got."""

    NONE = ""
    """Nothing to be told: the visitor's message, or the system's."""
    SENDING = "sending"
    """On its way, and not for long."""
    FAILED = "failed"
    """Not received by the desk yet; it is kept and sent again."""
    LOST = "lost"
    """Never sent: the contact had ended."""
    UNRECEIVED = "unreceived"
    """At the desk, and not received by the visitor's page."""
    SENT = "sent"
    """Received by the visitor's page."""
    SEEN = "seen"
    """Shown by the visitor's page."""


@dataclass(frozen=True, slots=True)
class Away:
    """That the visitor is not there."""

    since: float
    words: str
    """As in "away since 15:40"."""
    word: str
    """The same in one word, before a time."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One contact in the pending queue."""

    id: ContactId
    nick: CleanText
    service: CleanText
    """Empty when the site names none."""
    lang: CleanText
    since: float
    """When it entered the queue."""
    dissuade_at: float | None
    """When the dissuasion time runs out; None when it may wait for ever."""
    dissuasion_time: float
    """Seconds a visitor of its service is kept waiting: the full length of the bar."""
    first_words: CleanText
    returning: bool = False
    """Whether this visitor was here before."""
    starred: bool = False
    """Addressed to this agent alone."""
    ringing: bool = False
    """Whether it is one of those the speaker rings for now."""
    arrived_by: Arrival = Arrival.NEW
    sender: CleanText = NOTHING
    """Who transferred it."""
    group: CleanText = NOTHING
    """The group it was transferred to; empty when to this agent alone."""
    note: CleanText = NOTHING
    """What the sender wrote with it."""
    back: CleanText = NOTHING
    """Why it came back, in words; empty when it was merely given back."""
    page: CleanText = NOTHING
    """Where the visitor comes from: host and path."""
    colour: str = ""
    """Of its service: a name or ``#rrggbb``; empty when it has none."""
    offline: bool = False
    """Whether it is a letter, left while nobody was there: nobody waits at the other end."""
    away: Away | None = None
    """The visitor's page is silent, or was left; None while they are there."""


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One of the agent's chats."""

    id: ContactId
    number: int
    """The chat's number on screen, from 1; 0 for none."""
    nick: CleanText
    service: CleanText
    unread: int
    """The visitor's messages not yet read."""
    last_words: CleanText
    last_at: float
    """When the last message came; 0 when there is none."""
    accepted_at: float
    typing: bool = False
    """Whether the visitor is typing."""
    ended: str = ""
    """The outcome in a word, once it has ended; empty while it lives."""
    is_open: bool = False
    """Whether a pane shows it."""
    is_current: bool = False
    """Whether its pane is the one the agent writes in."""
    waiting: Waiting | None = None
    """The visitor waits for an answer; None when he has it, and once the chat has ended."""
    idle_at: float | None = None
    """When it is idle if nobody writes; None once it has ended, and for a letter."""
    is_letter: bool = False
    """Whether it was left while nobody was there: nothing can be sent to the visitor."""
    away: Away | None = None
    """The visitor's page is silent, or was left; None while they are there, and once it has ended."""

    tags: tuple[CleanText, ...] = ()
    colour: str = ""
    """By name; empty for none."""

    def idle(self, now: float) -> bool:
        """Whether there were no words for a while, and none are on their way."""
        return self.idle_at is not None and now >= self.idle_at and not self.typing


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """One message of a chat. Day separators and the unread separator are derived, not given."""

    id: MessageId
    sender: Sender
    author: CleanText
    """The visitor's nick or the agent's name."""
    text: CleanText
    """May hold several lines."""
    at: float
    delivery: Delivery = Delivery.NONE
    own: bool = False
    """Written at this console: shown as "me"."""
