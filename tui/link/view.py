"""The view: everything the screens draw, frozen at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from tui.alerts.plan import AlertEvent, Channel, Decision, TerminalAlert
from tui.config.schema import Settings
from tui.desk.contact import AgentName, Contact, ContactId
from tui.desk.focus import FocusView
from tui.desk.lifecycle import Labels
from tui.desk.state import DeskState
from tui.link.archive import Archive
from tui.link.hosts import RefusedNames
from tui.text import CleanText


class Severity(StrEnum):
    """How a toast looks; the words are Textual's."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Told:
    """Something the agent is to be told once, in a toast."""

    number: int
    """Counts up; one already shown is not shown again."""
    title: CleanText
    text: CleanText
    severity: Severity = Severity.INFORMATION
    over: bool = False
    """Whether it takes the place of what was told before: what that warned of is over."""


class DoorState(StrEnum):
    """How the visitor's door stands."""

    OPENING = "opening"
    OPEN = "open"
    SHARED = "shared"
    """Another console of this desk holds it open."""
    CLOSED = "closed"
    """Not wanted (``--no-web``)."""
    BLOCKED = "blocked"
    """Wanted, but a stranger has the port, or the address cannot be used."""


@dataclass(frozen=True, slots=True)
class DoorView:
    """The visitor's door as the agent sees it."""

    state: DoorState = DoorState.OPENING
    url: str = ""
    text: str = ""
    """What is wrong and how to mend it, when blocked."""
    refused: RefusedNames = field(default_factory=RefusedNames)
    """The names by which visitors asked for it in vain."""


@dataclass(frozen=True, slots=True)
class Summons:
    """The agent clicked a popup: show him this contact."""

    number: int
    contact: ContactId | None
    wish: str = ""
    """The wish (``Accept.wish``) by which the contact is being accepted; empty when it is only shown."""


@dataclass(frozen=True, slots=True)
class AcceptAnswer:
    """What became of a wish to accept. It is in the view no later than the chat it brought."""

    wish: str
    contact: ContactId | None = None
    """Whom the agent has now; None when it came to nothing."""
    why: str = ""
    """Why it came to nothing, in a sentence."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another agent of the desk who has a console open."""

    name: AgentName
    paused: bool = False
    paused_since: float = 0.0
    pause_reason: str = ""
    chats: int = 0
    max_chats: int = 0
    """The most he takes; 0 for no limit."""
    groups: tuple[str, ...] = ()


class PermissionState(StrEnum):
    """Whether the system lets popups be shown."""

    UNASKED = "unasked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PermissionView:
    """The system's last answer about popups."""

    state: PermissionState = PermissionState.UNASKED
    text: str = ""
    """Who shows them; or why not, and how to lift the block on this platform."""


@dataclass(frozen=True, slots=True)
class TestView:
    """The alert being tested, or tested last."""

    event: AlertEvent
    channel: Channel
    running: bool
    text: str
    """What became of it: "sounding", "shown", "clicked", "closed after 5 s", "not delivered: …"."""


@dataclass(frozen=True, slots=True)
class QuietView:
    """Whether the alerts keep quiet for a time, as the agent wished or the quiet hours say."""

    until: float | None = None
    """When it ends, in Unix seconds; None when it is not quiet."""
    reason: str = ""
    """"muted", or "quiet hours"."""
    missed: int = 0
    """Pending contacts and messages that would have alerted since it began."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame for the screens."""

    at: float
    """When it was made, in Unix seconds."""
    desk: DeskState
    settings: Settings
    settings_path: Path
    focus: FocusView
    ringing: frozenset[ContactId]
    terminal: TerminalAlert
    last_decision: Decision | None = None
    decisions: tuple[Decision, ...] = ()
    """The last thousand, oldest first."""
    standing: Mapping[ContactId, str] = field(default_factory=dict)
    """For each pending contact why it rings, or why it does not, in plain words."""
    quiet: QuietView = field(default_factory=QuietView)
    permission: PermissionView = field(default_factory=PermissionView)
    test: TestView | None = None
    rings_here: bool = True
    """Whether this console is the one of this agent's consoles that sounds and pops up."""
    ringing_console: str = ""
    """Which console sounds instead, in plain words; empty when it is this one."""
    colleagues: tuple[Colleague, ...] = ()
    """The other agents who are there, by name."""
    unstored_labels: Mapping[ContactId, Labels] = field(default_factory=dict)
    """What the agent said of contacts and the desk does not have yet."""
    archive: Archive = field(default_factory=Archive)
    """Past contacts, as far as a screen has asked for them."""
    told: tuple[Told, ...] = ()
    summons: Summons | None = None
    accept_answers: tuple[AcceptAnswer, ...] = ()
    """The last few, oldest first."""
    door: DoorView = field(default_factory=DoorView)
    first_start: bool = False
    """Whether these settings were never used on this desk before: the agent is greeted."""

    def labelled(self, contact: Contact) -> Contact:
        """The contact as the agent last spoke of it, stored or not: what he says next builds on that."""
        labels = self.unstored_labels.get(contact.id)
        if labels is None:
            return contact
        return replace(contact, tags=labels.tags, colour=labels.colour, resolution=labels.resolution)
