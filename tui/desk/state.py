"""The desk at one moment: what this agent may take, what he has, and what is known of his eyes.

Values and questions about them. How an event changes the desk is in ``fold``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tui.desk.contact import NOBODY, AgentName, ChatMessage, Contact, ContactId, MessageId, Sender, Status
from tui.desk.events import ChannelName, ChannelReported, ChannelState, LeadChanged
from tui.desk.focus import FocusEvidence
from tui.text import RemoteText

TYPING_HOLDS_FOR = 6.0
"""Seconds after which "is typing" lapses when nothing more is heard."""

DEPARTED_KEPT = 256
"""How many contacts that left the queue are remembered, for the reasons of the alert log."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of the agent's that is not stored yet."""

    id: MessageId
    text: RemoteText
    queued_at: float
    stuck: str = ""
    """Why it could not be stored at the last try; empty while under way."""
    lost: bool = False
    """Whether it can never be stored, because the contact has ended."""
    note: bool = False
    """Whether it is a private note."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A contact this agent has, with its transcript."""

    contact: Contact
    messages: tuple[ChatMessage, ...] = ()
    """In sequence order, without gaps."""
    outgoing: tuple[Outgoing, ...] = ()
    typing_until: float = 0.0
    """Until when the visitor counts as typing."""
    number: int = 0
    """What the agent calls it by, from 1: the lowest that was free when it came, kept while it is here."""
    unanswered_since: float | None = None
    """When the visitor wrote the first of the messages that no agent has answered; None when all are."""

    @property
    def last_seq(self) -> int:
        """Sequence of the newest message held here."""
        return self.messages[-1].seq if self.messages else 0

    @property
    def behind(self) -> bool:
        """Whether the backend has messages that are not held here."""
        return self.last_seq < self.contact.last_seq

    @property
    def ended(self) -> bool:
        """Whether the contact has ended and only waits to be put away."""
        return self.contact.status is Status.ENDED

    @property
    def unread(self) -> int:
        """How many of the visitor's messages the agent has not read."""
        count = 0
        for message in reversed(self.messages):
            if message.seq <= self.contact.agent_seen:
                break
            count += message.sender is Sender.VISITOR
        return count

    def typing(self, now: float) -> bool:
        """Whether the visitor is typing at ``now``."""
        return now < self.typing_until


def _untried() -> Mapping[ChannelName, ChannelReported]:
    return MappingProxyType({name: ChannelReported(name, ChannelState.UNTRIED, "") for name in ChannelName})


@dataclass(frozen=True, slots=True)
class DeskState:
    """Everything the desk knows."""

    me: AgentName
    pending: Mapping[ContactId, Contact] = field(default_factory=dict)
    """Every pending contact this agent may take, in no order; see :func:`queue`."""
    chats: Mapping[ContactId, Chat] = field(default_factory=dict)
    """The contacts this agent has, in the order of their numbers, ended ones until he puts them away."""
    passed: Mapping[ContactId, Contact] = field(default_factory=dict)
    """The contacts he has passed on to somebody who has not accepted them yet."""
    departed: Mapping[ContactId, Contact] = field(default_factory=dict)
    """The last records of contacts that left the queue, newest last, at most ``DEPARTED_KEPT``."""
    parted: Mapping[ContactId, Contact] = field(default_factory=dict)
    """The last records of contacts that were chats of this agent and are not any more, newest last, at most
    ``DEPARTED_KEPT``; of one that vanished without a word, as it was before."""
    focus: FocusEvidence = field(default_factory=FocusEvidence)
    groups: tuple[str, ...] = ()
    """The groups this agent belongs to."""
    paused: bool = False
    paused_since: float = 0.0
    pause_reason: str = ""
    pause_auto: bool = False
    """Whether the console paused for him."""
    current: ContactId | None = None
    """The chat the agent works in. Kept here because Textual forgets its focus whenever the window does."""
    shown: int = 0
    """The number of the last ``ChatShown`` taken in: who has said more since knows better."""
    channels: Mapping[ChannelName, ChannelReported] = field(default_factory=_untried)
    """How audio, popups and the backend do."""
    lead: LeadChanged = LeadChanged(here=True)  # noqa: RUF009 - frozen
    """Which of this agent's consoles sounds; this one until another is heard of."""
    known: bool = False
    """Whether a snapshot has arrived."""

    def channel(self, name: ChannelName) -> ChannelState:
        """How this channel does."""
        return self.channels[name].state


def may_take(contact: Contact, agent: AgentName, groups: Collection[str] = ()) -> bool:
    """Whether a pending contact belongs in this agent's queue: addressed to nobody, to him, or to a group
    of his."""
    mine = contact.addressed_to in (NOBODY, agent)
    in_group = not contact.addressed_group or contact.addressed_group in groups
    return contact.status is Status.PENDING and mine and in_group


def open_chats(state: DeskState) -> int:
    """How many chats the agent has that have not ended."""
    return sum(not chat.ended for chat in state.chats.values())


def _turn(contact: Contact) -> tuple[bool, bool, float, ContactId]:
    """Whose turn it is first: the starred, then who waits at the other end, then by wait."""
    return contact.addressed_to == NOBODY, contact.offline, contact.waiting_since, contact.id


def queue(state: DeskState) -> list[Contact]:
    """The pending queue: starred contacts first, offline ones last, then by wait, longest first."""
    return sorted(
        state.pending.values(),
        key=_turn,
    )


def longest_waiting(state: DeskState) -> Contact | None:
    """The contact that "accept" takes when none is chosen."""
    return min(
        state.pending.values(),
        key=_turn,
        default=None,
    )


def next_unread(state: DeskState) -> ContactId | None:
    """The chat after the current one, in their order and round again, that holds something unread."""
    ids = list(state.chats)
    if state.current is not None and state.current in state.chats:
        at = ids.index(state.current)
        ids = ids[at + 1 :] + ids[: at + 1]
    return next((id for id in ids if state.chats[id].unread), None)


def longest_unanswered(state: DeskState) -> ContactId | None:
    """The chat whose visitor has waited longest for an answer."""
    waiting = [(chat.unanswered_since, id) for id, chat in state.chats.items() if chat.unanswered_since]
    return min(waiting)[1] if waiting else None


def chat_numbered(state: DeskState, number: int) -> ContactId | None:
    """The chat with this number."""
    return next((id for id, chat in state.chats.items() if chat.number == number), None)


def free_number(chats: Mapping[ContactId, Chat]) -> int:
    """The lowest number that no chat has."""
    taken = {chat.number for chat in chats.values()}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
