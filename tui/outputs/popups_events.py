"""What popups report back: facts about single popups, the health of the channel, the system's permission.

Values only. What is done about them is decided by whoever listens.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.desk.contact import ContactId


@dataclass(frozen=True, slots=True)
class PopupShown:
    """The system has taken the popup for display."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class PopupClicked:
    """The agent clicked the popup; it is gone from the desktop."""

    key: str
    number: int
    contact: ContactId | None
    """None for the one that sums up the rest."""
    accept: bool
    """True for the Accept button, False for a click anywhere else on it."""


@dataclass(frozen=True, slots=True)
class PopupDismissed:
    """The agent closed the popup without clicking it."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class PopupLost:
    """A popup that was shown is gone because its daemon or its bus went; it is not raised again by itself."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class PopupFailed:
    """A popup could not be shown; told once a popup, though it is tried again while it is wanted."""

    key: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class PopupHealth:
    """Whether popups work; told whenever this changes."""

    ok: bool
    reason: str
    """In plain words, such as "dunst answers" or "no notification daemon on the session bus"."""
    service_name: str = ""
    """Who shows them, such as "dunst"; empty when nobody does or it does not say."""


PopupEvent = PopupShown | PopupClicked | PopupDismissed | PopupLost | PopupFailed | PopupHealth


@dataclass(frozen=True, slots=True)
class Permission:
    """The system's answer to whether Deskbell may show popups."""

    granted: bool
    reason: str
    """In plain words."""
    cure: str = ""
    """What the agent can do about a refusal; empty when granted."""


class PopupError(Exception):
    """Popups do not work now; says why and what helps."""

    def __init__(self, reason: str, cure: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


class DaemonFrozenError(PopupError):
    """Somebody should show popups but does not answer; what is on the desktop may still be there."""
