"""The alert plan: what should be sounding and popped up now. Values only; outputs carry it out.

A plan says what is true *now*, never what to start or stop: an output that missed one is put right by the
next one.
What must happen once carries a number, so that doing it twice can be told from doing it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.config.schema import OnClick
from tui.desk.contact import ContactId
from tui.text import CleanText


class AlertEvent(StrEnum):
    """What the agent is alerted to."""

    PENDING = "pending contact"
    MESSAGE = "incoming message"


class Channel(StrEnum):
    """By which way."""

    AUDIO = "audio"
    DESKTOP = "desktop"


class Verdict(StrEnum):
    """What was decided for one contact on one channel."""

    RINGS = "rings"
    RINGS_LOUDER = "rings louder"
    SOUNDS_ONCE = "sounds once"
    CHIMES = "chimes"
    POPS_UP = "pops up"
    SILENT = "silent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with its reason, as kept in the alert log."""

    at: float
    contact: ContactId
    nick: CleanText
    event: AlertEvent
    channel: Channel
    verdict: Verdict
    reason: CleanText
    """In plain words, such as "Anna (Sales) pending, console away"."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring tone that repeats for as long as the plan holds it."""

    tone: str
    """A shipped tone by name or a file by path, as set."""
    volume: float
    """From 0 to 1, master volume already counted in."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A sound to be played exactly once."""

    number: int
    """Counts up over the life of the console; a number already played is not played again."""
    tone: str
    volume: float
    asked_at: float
    """When it was decided, in Unix seconds; one that could not be played for ten seconds is dropped."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Everything the speaker should be doing now."""

    ring: Ring | None = None
    tones: tuple[Tone, ...] = ()
    """Oldest first; kept in the plan for a while so that a lost one mends itself."""
    test: Ring | None = None
    """The ring tone being tried out; sounds only while there is no ring."""
    hushed: int = 0
    """Tones numbered up to this are cut at once."""


@dataclass(frozen=True, slots=True)
class Popup:
    """A popup that should be on the desktop now."""

    key: str
    """Names it for as long as it is wanted; what it shows may change under the same key only with
    a new ``number``."""
    number: int
    """Counts up with every showing: a popup closed by the agent comes back only under a new number."""
    event: AlertEvent
    contact: ContactId | None
    """None for the one that sums up the rest."""
    title: CleanText
    body: CleanText
    on_click: OnClick
    can_accept: bool
    """Whether an Accept button belongs on it."""
    close_after: int
    """Seconds until the policy withdraws it, 0 for never: a hint for daemons; the policy's clock decides."""


@dataclass(frozen=True, slots=True)
class TerminalAlert:
    """What the terminal itself should do now; carried out on the screen loop."""

    title: CleanText
    """The window title, with the count of waiting contacts."""
    bells: int = 0
    """How many bells are due since the console started; the terminal owes the difference."""
    notices: tuple[tuple[int, CleanText, CleanText], ...] = ()
    """(number, title, body) to be shown once by OSC 9/777/99, newest last."""


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """What should be true now."""

    sounding: Sounding
    popups: tuple[Popup, ...]
    terminal: TerminalAlert
