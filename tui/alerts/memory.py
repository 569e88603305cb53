"""What the policy remembers between two looks at the world. Values only.

The set of ringing contacts is here and nowhere else: the ring is a function of it. It is kept beside the
stages because a look at one contact must not cost a look at ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.alerts.plan import Tone
from tui.alerts.quiet import Spell
from tui.alerts.stages import Leave, Medium, Stage
from tui.desk.contact import NOBODY, Contact, ContactId
from tui.text import CleanText


@dataclass(frozen=True, slots=True)
class Ringing:
    """How far the ring tone for one pending contact has got."""

    pending_since: float
    """Which stay in the queue this is about: given back, a contact alerts anew."""
    stage: Stage
    reason: str
    away_since: float | None = None
    """Since when the visitor's page is silent without a goodbye: it rings on."""


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


OFFLINE = "left offline, nobody waits at the other end"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for every contact on one channel at this moment."""

    leave: Leave
    reason: str
    medium: Medium
    without_quiet: Leave | None = None
    """Under a mute or the quiet hours: what would hold without them; None when neither decides."""
    starred: Rule | None = None
    """What holds instead for a contact addressed to this agent alone; None when it is as for every other."""

    def of(self, contact: Contact) -> Rule:
        """What holds for this contact. Who was left offline and is on his way to nobody waits without a
        call: at the other end there is no one to be kept waiting."""
        if contact.offline and contact.return_at is None and contact.addressed_to == NOBODY:
            return Rule(Leave.BARRED, OFFLINE, self.medium)
        return self.starred if self.starred is not None and contact.addressed_to != NOBODY else self


@dataclass(frozen=True, slots=True)
class World:
    """What every decision depends on beside the contact itself; when it changes, all are weighed again."""

    ring: Rule
    chime: Rule
    popup: Rule
    message_popup: Rule


@dataclass(frozen=True, slots=True)
class PopupTrial:
    """A popup that is up only to be looked at."""

    message: bool
    number: int
    shown_at: float | None = None

    @property
    def key(self) -> str:
        """Its key in the plan."""
        return "test:message" if self.message else "test:pending"


@dataclass(frozen=True, slots=True)
class Trials:
    """What is being tried out now."""

    ring_until: float = 0.0
    """Until when the ring tone is tested in loop mode."""
    tone: int = 0
    """Number of the tone tested or previewed last."""
    tone_until: float = 0.0
    """Until when it may be sounding."""
    chime: bool = False
    """Whether it is the chime that is tested."""
    previewed: bool = False
    """Whether it is a preview: testing then does not mean "stop"."""
    hushed: int = 0
    """Tones numbered up to this are cut at once."""
    audio_on: bool = True
    """The master switch as it was last seen."""
    popup: PopupTrial | None = None


@dataclass(frozen=True, slots=True)
class AlertMemory:
    """Everything remembered."""

    world: World | None = None
    muted_until: float | None = None
    """Until when the agent wants quiet; the past when that is over."""
    spell: Spell | None = None
    """The time of quiet that lasts now."""
    ringing: frozenset[ContactId] = frozenset()
    """The set of ringing contacts: those whose stage is active. It rings if and only if this is not empty."""
    leader: ContactId | None = None
    """The ringing contact whose service gives the ring tone, where services have their own."""
    escalated: frozenset[ContactId] = frozenset()
    """The ringing contacts that ring more urgently by now."""
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
    trials: Trials = field(default_factory=Trials)
    """What the agent tries out; no alert."""
