"""Facts, in the past tense: everything that can happen to the desk comes in as one of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tui.desk.contact import AgentName, ChatMessage, Contact, ContactId, MessageId, Sender
from tui.desk.focus import Trust
from tui.text import RemoteText


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is not ended, at one moment."""

    contacts: tuple[Contact, ...]
    messages: tuple[ChatMessage, ...]
    """The newest messages of each assigned contact, in sequence order."""


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A contact was created or its record changed. Carries the whole record: hearing it twice is harmless."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class MessageAppended:
    """A message was stored. Comes after the contact it belongs to, in sequence order within the contact."""

    message: ChatMessage


@dataclass(frozen=True, slots=True)
class TypingSeen:
    """One side is typing (or has stopped). Ephemeral: may be lost; holds for about six seconds."""

    contact: ContactId
    sender: Sender
    typing: bool
    at: float


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """The transcript of a contact was read from the backend, as happens when it becomes ours."""

    contact: ContactId
    messages: tuple[ChatMessage, ...]


@dataclass(frozen=True, slots=True)
class FocusReported:
    """The terminal said that the console has the focus, or lost it."""

    focused: bool


@dataclass(frozen=True, slots=True)
class InputSeen:
    """The agent pressed a key, clicked or pasted."""


@dataclass(frozen=True, slots=True)
class FocusTrustLearned:
    """The terminal or tmux was asked what it reports."""

    trust: Trust
    why: str


@dataclass(frozen=True, slots=True)
class TerminalReattached:
    """The console was suspended and is back, or has a new terminal."""


@dataclass(frozen=True, slots=True)
class ScreenStalled:
    """The screen loop stands still, or moves again."""

    stalled: bool


@dataclass(frozen=True, slots=True)
class RingSilenced:
    """The agent silenced what rings now."""


@dataclass(frozen=True, slots=True)
class ToneTested:
    """The agent asked to hear the ring tone, or the chime."""

    chime: bool = False


@dataclass(frozen=True, slots=True)
class TonePreviewed:
    """The agent asked to hear a tone once, while choosing; None asks for silence."""

    tone: str | None
    chime: bool = False


@dataclass(frozen=True, slots=True)
class PopupTested:
    """The agent asked to see a popup as it is set."""

    message: bool = False


@dataclass(frozen=True, slots=True)
class MuteSet:
    """The agent wants quiet until then (Unix seconds), or no longer (None)."""

    until: float | None


@dataclass(frozen=True, slots=True)
class LeadChanged:
    """Which of this agent's consoles sounds was settled anew."""

    here: bool
    console: str = ""
    """The one that sounds, when it is not this one, in plain words."""
    several: bool = False
    """Whether the agent has other consoles open beside this one."""
    rang: bool = False
    """Whether the console from which this one takes over was ringing."""
    dead_since: float | None = None
    """When that one was last heard, if it is dead: what has come since may have been answered by nobody."""


@dataclass(frozen=True, slots=True)
class PauseSet:
    """The agent paused, or is ready again."""

    paused: bool
    reason: str = ""
    """Why, in his words or the console's; empty for no reason given."""
    auto: bool = False
    """Whether the console paused for him, as when he did not accept what was addressed to him."""


@dataclass(frozen=True, slots=True)
class GroupsSet:
    """The groups that the agent belongs to were set."""

    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """The agent sent a message; it is not stored yet."""

    contact: ContactId
    id: MessageId
    text: RemoteText
    note: bool = False
    """Whether it is a private note."""


@dataclass(frozen=True, slots=True)
class MessageStuck:
    """A message of the agent's could not be stored now; it is kept and sent again."""

    contact: ContactId
    id: MessageId
    reason: str


@dataclass(frozen=True, slots=True)
class MessageDropped:
    """A message of the agent's can never be stored, because the contact has ended."""

    contact: ContactId
    id: MessageId


@dataclass(frozen=True, slots=True)
class ChatShown:
    """The agent looks at this chat: it is the current one."""

    contact: ContactId | None
    instead_of: ContactId | None = None
    """The chat in whose place the screens show it, because that one has gone ("" for none at all): counts
    only while that is still the current one, for the agent may have taken another meanwhile."""
    number: int = field(default=0, compare=False)
    """Counts the choices made on the screens; the desk's state tells the last one it has taken in."""


@dataclass(frozen=True, slots=True)
class ChatClosed:
    """The agent put away a chat that has ended."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class AgentRenamed:
    """The agent's name was set."""

    name: AgentName


class ChannelName(StrEnum):
    """What can fail."""

    AUDIO = "audio"
    DESKTOP = "desktop"
    BACKEND = "backend"


class ChannelState(StrEnum):
    """How a channel does."""

    UNTRIED = "untried"
    WORKS = "works"
    FAILS = "fails"
    ELSEWHERE = "elsewhere"
    """It works, but not where the agent sits: over SSH it acts on the far machine."""


@dataclass(frozen=True, slots=True)
class ChannelReported:
    """An output or the backend said how it does."""

    channel: ChannelName
    state: ChannelState
    reason: str


@dataclass(frozen=True, slots=True)
class PopupShown:
    """A popup was seen to be delivered to the desktop."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class PopupEnded:
    """A popup was closed or clicked by the agent."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class PopupLost:
    """A popup that was up is gone because the desktop's own service went."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock moved on; nothing else happened."""


BackendEvent = Snapshot | ContactChanged | MessageAppended | TypingSeen

Event = (
    BackendEvent
    | HistoryRead
    | FocusReported
    | InputSeen
    | FocusTrustLearned
    | TerminalReattached
    | ScreenStalled
    | RingSilenced
    | ToneTested
    | TonePreviewed
    | PopupTested
    | MuteSet
    | LeadChanged
    | PauseSet
    | GroupsSet
    | MessageQueued
    | MessageStuck
    | MessageDropped
    | ChatShown
    | ChatClosed
    | AgentRenamed
    | ChannelReported
    | PopupShown
    | PopupEnded
    | PopupLost
    | TimePassed
)
