"""The view: everything the screens draw, frozen at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tui.alerts.plan import Decision, TerminalAlert
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.focus import FocusView
from tui.desk.state import DeskState
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


@dataclass(frozen=True, slots=True)
class Summons:
    """The agent clicked a popup: show him this contact."""

    number: int
    contact: ContactId | None


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
    told: tuple[Told, ...] = ()
    summons: Summons | None = None
    door: DoorView = field(default_factory=DoorView)
