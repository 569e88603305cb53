"""Wishes, in the imperative: what the agent can ask of the desk. The answer comes back as an event.

What the agent or his terminal merely *did* (a key, a change of focus) is no wish: it goes to the desk as an
event of ``tui.desk.events``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tui.alerts.plan import AlertEvent, Channel
from tui.desk.contact import NOBODY, AgentName, ContactId, MessageId
from tui.link.archive import ArchiveCommand
from tui.text import NO_TEXT, RemoteText


@dataclass(frozen=True, slots=True)
class Accept:
    """Take a pending contact; None takes the longest waiting."""

    contact: ContactId | None = None
    wish: str = field(default="", compare=False)
    """Names this wish, so that its answer (``AcceptAnswer``) is known; empty when nobody asks."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Put one of my contacts back into the pending queue."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class Transfer:
    """Pass one of my contacts on, to a colleague or to a group; one of the two is given."""

    contact: ContactId
    to: AgentName = NOBODY
    group: str = ""
    note: RemoteText = NO_TEXT
    """What the colleague should know."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Say no to a contact addressed to me: it goes back to where it came from."""

    contact: ContactId
    reason: RemoteText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Label:
    """Set what is said of a contact I have or had: all three anew."""

    contact: ContactId
    tags: tuple[str, ...] = ()
    colour: str = ""
    resolution: RemoteText = NO_TEXT


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Write a private note into a contact, after its end too. The id is the sender's."""

    contact: ContactId
    id: MessageId
    text: RemoteText


@dataclass(frozen=True, slots=True)
class End:
    """End one of my contacts; put it away if it has ended already."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class Send:
    """Write to the visitor. The id is the sender's: sending it again changes nothing."""

    contact: ContactId
    id: MessageId
    text: RemoteText


@dataclass(frozen=True, slots=True)
class TellTyping:
    """Let the visitor know that I am typing, or have stopped."""

    contact: ContactId
    typing: bool


@dataclass(frozen=True, slots=True)
class MarkRead:
    """I have read this chat up to this sequence."""

    contact: ContactId
    seq: int


class Master(StrEnum):
    """The two switches of the agent menu."""

    AUDIO = "audio"
    DESKTOP = "desktop"


@dataclass(frozen=True, slots=True)
class ToggleMaster:
    """Turn all sound, or all popups, on or off. Popups come on only if the system agrees."""

    master: Master


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Set one setting, by its dotted key in the TOML file."""

    key: str
    value: str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResetSetting:
    """Set one setting, or all (None), back to the default."""

    key: str | None


@dataclass(frozen=True, slots=True)
class TestAlert:
    """Have a sound or a popup made as it is set now; while a test sounds, again stops it."""

    event: AlertEvent
    channel: Channel


@dataclass(frozen=True, slots=True)
class PreviewTone:
    """Play this tone once, as when moving through a list of them; None falls silent."""

    tone: str | None
    event: AlertEvent


@dataclass(frozen=True, slots=True)
class AskPermission:
    """Ask the system whether popups may be shown; the answer is in the view."""

    enable: bool = False
    """Whether to switch popups on when the answer is yes."""


Command = (
    Accept
    | GiveBack
    | End
    | Transfer
    | Decline
    | Label
    | WriteNote
    | Send
    | TellTyping
    | MarkRead
    | ToggleMaster
    | ChangeSetting
    | ResetSetting
    | TestAlert
    | PreviewTone
    | AskPermission
    | ArchiveCommand
)
