"""What the policy remembers between two looks at the world. Values only.

The set of ringing contacts is here and nowhere else: the ring is a function of it. It is kept beside the
stages because a look at one contact must not cost a look at ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.alerts.plan import Tone
from tui.alerts.stages import Leave, Medium, Stage
from tui.desk.contact import ContactId
from tui.text import CleanText


@dataclass(frozen=True, slots=True)
class Ringing:
    """How far the ring tone for one pending contact has got."""

    pending_since: float
    """Which stay in the queue this is about: given back, a contact alerts anew."""
    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class PopupUp:
    """How far the popup for one contact has got."""

    pending_since: float
    """As above; for a message popup, when the message was weighed."""
    stage: Stage
    reason: str
    number: int = 0
    """Of its last showing."""
    asked_at: float = 0.0
    shown_at: float | None = None
    """When it was seen to be delivered; its time to close counts from here."""
    seq: int = 0
    """For a message popup: the newest message it is about."""
    asked_seq: int = 0
    """For a message popup: the message it shows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for every contact on one channel at this moment."""

    leave: Leave
    reason: str
    medium: Medium


@dataclass(frozen=True, slots=True)
class World:
    """What every decision depends on beside the contact itself; when it changes, all are weighed again."""

    ring: Rule
    chime: Rule
    popup: Rule
    message_popup: Rule


@dataclass(frozen=True, slots=True)
class AlertMemory:
    """Everything remembered."""

    world: World | None = None
    ringing: frozenset[ContactId] = frozenset()
    """The set of ringing contacts: those whose stage is active. It rings if and only if this is not empty."""
    up: tuple[tuple[float, ContactId], ...] = ()
    """The pending contacts whose popup is wanted, with the time they entered the queue, in that order."""
    rings: Mapping[ContactId, Ringing] = field(default_factory=dict)
    popups: Mapping[ContactId, PopupUp] = field(default_factory=dict)
    message_popups: Mapping[ContactId, PopupUp] = field(default_factory=dict)
    heard: Mapping[ContactId, int] = field(default_factory=dict)
    """For each chat, the sequence up to which messages have been weighed."""
    chimed_at: Mapping[ContactId, float] = field(default_factory=dict)
    tones: tuple[Tone, ...] = ()
    tone_number: int = 0
    once_at: float = float("-inf")
    """When the last ring tone without loop was asked for."""
    popup_number: int = 0
    rest: tuple[ContactId, ...] = ()
    """The contacts summed up in one popup at the moment."""
    rest_number: int = 0
    rest_at: float = float("-inf")
    bells: int = 0
    bell_at: float = float("-inf")
    notices: tuple[tuple[int, CleanText, CleanText], ...] = ()
    noticed: frozenset[int] = frozenset()
    """Numbers of popups told by the terminal instead, because the desktop could not."""
