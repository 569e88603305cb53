"""Every setting: its type, its default, the values it may take, and one sentence for the agent.

The sentence under a field is the explanation shown on the settings screen and in ``config.example.toml``;
both are made from this file (by ``fields`` and ``example``), and so is validation (``parse``): a new setting
is one field here. The TOML layout is section 3 of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from tui.config.limits import (
    Abbreviation,
    Between,
    Colour,
    HourSpan,
    LanguageTag,
    Line,
    Lines,
    NoneBut,
    PrimaryLanguage,
    WebAddress,
    Whole,
)
from tui.config.sites import HostName, Network, Origin

Fraction = Annotated[float, Between(0, 1)]
Seconds = Annotated[int, Between(0, 86_400)]
Sound = Annotated[str, Line(1, 4_096)]
Hours = Annotated[str, HourSpan()]
Name = Annotated[str, Line(1, 80)]
Argv = Annotated[tuple[str, ...], Whole()]
Abbreviations = Mapping[Annotated[str, Abbreviation()], Annotated[str, Lines(4_000)]]

STAYS_ON_RESET = "abbreviations"
"""Tables of this name hold texts the agent wrote: putting all settings back to their defaults leaves them."""


class OnClick(StrEnum):
    """What a click on a popup does."""

    NOTHING = "nothing"
    SHOW = "show"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """[agent]"""

    name: Annotated[str, Line(0, 80)] = ""
    """Your name, as colleagues and visitors see it; empty for the name you are logged in with."""
    groups: tuple[Name, ...] = ()
    """Groups you belong to, such as "Billing": a contact passed to one of them is pending for you too."""
    max_chats: Annotated[int, Between(0, 100)] = 0
    """The most chats at once; 0: no limit. A contact addressed to you alone may come on top."""
    pause_when_missed: bool = True
    """Pause by itself when a contact addressed to you alone was not accepted in time."""
    pause_reasons: tuple[Name, ...] = ("break", "lunch", "meeting")
    """Reasons offered when you pause; others may be typed."""
    decline_reasons: tuple[Name, ...] = ("busy", "at lunch", "not my topic")
    """Reasons offered when you decline a contact; others may be typed."""


@dataclass(frozen=True, slots=True)
class AudioPending:
    """[audio.pending]"""

    enabled: bool = True
    """Ring when a contact is pending."""
    when_focused: bool = False
    """Ring also when the focus is on the console."""
    loop: bool = True
    """Repeat until the contact is no longer in the pending queue; off: once a contact."""
    ring_tone: Sound = "marimba"
    """A shipped ring tone by name, or a sound file of your own by path."""
    volume: Fraction = 1.0
    """Loudness of the ring tone, from 0 to 1, under the master volume."""


@dataclass(frozen=True, slots=True)
class AudioMessage:
    """[audio.message]"""

    enabled: bool = True
    """Chime when a visitor writes in one of your chats."""
    when_focused: bool = False
    """Chime also when the focus is on the console."""
    ring_tone: Sound = "drop"
    """A shipped chime by name, or a sound file of your own by path."""
    volume: Fraction = 1.0
    """Loudness of the chime, from 0 to 1, under the master volume."""


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """[audio]"""

    enabled: bool = True
    """Master switch for every sound (F6)."""
    volume: Fraction = 0.8
    """Master volume, from 0 to 1."""
    pending: AudioPending = field(default_factory=AudioPending)
    message: AudioMessage = field(default_factory=AudioMessage)


@dataclass(frozen=True, slots=True)
class DesktopPending:
    """[desktop.pending]"""

    enabled: bool = True
    """Raise a popup when a contact is pending."""
    when_focused: bool = False
    """Raise it also when the focus is on the console."""
    close_after: Seconds = 10
    """Seconds until the popup closes; 0: stays until clicked or the contact leaves the queue."""
    on_click: OnClick = OnClick.SHOW
    """What a click does: nothing, show the contact in the console, or accept it."""
    show_text: bool = True
    """Show the visitor's words in the popup; off: only the name."""


@dataclass(frozen=True, slots=True)
class DesktopMessage:
    """[desktop.message]"""

    enabled: bool = True
    """Raise a popup when a visitor writes in one of your chats."""
    when_focused: bool = False
    """Raise it also when the focus is on the console."""
    close_after: Seconds = 10
    """Seconds until the popup closes; 0: stays until clicked or the chat is read."""
    on_click: Annotated[OnClick, NoneBut((OnClick.NOTHING, OnClick.SHOW))] = OnClick.SHOW
    """What a click does: nothing, or show the chat in the console."""
    show_text: bool = True
    """Show the visitor's words in the popup; off: only the name."""


@dataclass(frozen=True, slots=True)
class DesktopSettings:
    """[desktop]"""

    enabled: bool = False
    """Master switch for popups (F7); switched on once the system has agreed."""
    pending: DesktopPending = field(default_factory=DesktopPending)
    message: DesktopMessage = field(default_factory=DesktopMessage)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """[quiet_hours]"""

    monday: Hours = ""
    """Hours in which nothing sounds or pops up, as in "22:00-07:00"; empty for none."""
    tuesday: Hours = ""
    """The same for Tuesday."""
    wednesday: Hours = ""
    """The same for Wednesday."""
    thursday: Hours = ""
    """The same for Thursday."""
    friday: Hours = ""
    """The same for Friday."""
    saturday: Hours = ""
    """The same for Saturday; "00:00-24:00" is the whole day."""
    sunday: Hours = ""
    """The same for Sunday."""
    starred_pierces: bool = False
    """A starred contact rings all the same, in quiet hours and while muted."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """[escalation]"""

    enabled: bool = False
    """Ring more urgently when a contact has waited for a good part of its dissuasion time."""
    after: Fraction = 0.5
    """The share of the dissuasion time after which it does."""
    volume: Fraction = 1.0
    """Loudness from then on, in place of master and ring tone volume."""
    ring_tone: Annotated[str, Line(0, 4_096)] = ""
    """Ring tone from then on; empty keeps the one that rings."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """[hooks]"""

    on_pending: Argv = ()
    """Run when a contact becomes pending, as in ["phone-push", "{name}"]; never by a shell."""
    on_message: Argv = ()
    """Run when a visitor writes in one of your chats."""
    on_ring_start: Argv = ()
    """Run when it begins to ring, as to switch on a light."""
    on_ring_stop: Argv = ()
    """Run when it has stopped ringing."""
    time_limit: Annotated[int, Between(1, 600)] = 10
    """Seconds after which a script that still runs is ended."""


class Density(StrEnum):
    """How close together things stand."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Signs(StrEnum):
    """What signs and lines are drawn with."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"


@dataclass(frozen=True, slots=True)
class Appearance:
    """[appearance]"""

    theme: Annotated[str, Line(1, 80)] = "deskbell-dark"
    """Colours: one of the console's themes by name, as deskbell-light or deskbell-high-contrast."""
    density: Density = Density.COMFORTABLE
    """comfortable: room to breathe; compact: one line a row, no blank lines."""
    signs: Signs = Signs.AUTO
    """Signs and lines; ascii: plain characters only; auto: ascii where the terminal has no others."""
    mouse: bool = True
    """Take the mouse; off: the terminal keeps it, for its own selecting and copying."""
    plain: bool = False
    """Start in plain mode, for screen readers and braille lines: a line for every event, no screen."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """[chats]"""

    transfer_time: Annotated[int, Between(5, 3_600)] = 60
    """Seconds a colleague has to accept a contact you pass on; then it comes back to you."""
    wrap_up: bool = True
    """Ask for outcome, tags and a note when a chat has ended; Esc skips."""
    panes: Annotated[int, Between(1, 4)] = 4
    """Most chats side by side, from 1 to 4; never more than there is room for."""
    answer_yellow: Annotated[int, Between(1, 86_400)] = 60
    """Seconds a visitor may wait for your answer before their chat is marked yellow, with one sign."""
    answer_red: Annotated[int, Between(1, 86_400)] = 180
    """Seconds from which it is marked red, with two signs."""
    idle_after: Annotated[int, Between(1, 86_400)] = 60
    """Seconds without words from either side after which a chat is shown as idle."""
    export_folder: Annotated[str, Line(0, 4_096)] = ""
    """Folder for exported transcripts; empty: "exports" in the data folder."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """[queue]"""

    dissuasion_time: Seconds = 300
    """Longest a visitor is kept waiting, in seconds; 0: for ever. A service may have its own."""
    dissuasion_message: Annotated[str, Line(1, 500)] = (
        "Nobody is free to answer right now. Please try again later."
    )
    """What the visitor is told when the dissuasion time has run out."""
    show_when_paused: bool = True
    """Show the pending contacts also while you are paused; those addressed to you alone always are."""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """[wrap_up]"""

    outcomes: tuple[Name, ...] = ("solved", "to be followed up", "passed on", "spam")
    """What may come of a chat, to choose from at its end."""
    tags: tuple[Name, ...] = ()
    """Tags offered; others may be typed."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """[services."Name"]"""

    language: Annotated[str, LanguageTag()] | None = None
    """The language of its visitors, as in "it", for those whose page tells none."""
    colour: Annotated[str, Colour()] | None = None
    """Marks the service in the lists: red, green, yellow, blue, magenta, cyan, grey, or as in "#c04080"."""
    dissuasion_time: Seconds | None = None
    """Longest a visitor of this service is kept waiting, in seconds; 0: for ever."""
    dissuasion_message: Annotated[str, Line(1, 500)] | None = None
    """What its visitors are told when the dissuasion time has run out."""
    ring_tone: Sound | None = None
    """The ring tone for visitors of this service; without one the tone of [audio.pending]."""
    abbreviations: Abbreviations = field(default_factory=lambda: MappingProxyType({}))
    """A service's own abbreviations; they go before those of a language and those for all."""


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """[languages.it]"""

    abbreviations: Abbreviations = field(default_factory=lambda: MappingProxyType({}))
    """A language's own abbreviations; they go before those for all."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """[web]"""

    enabled: bool = True
    """Open the visitor's door in the console."""
    host: Annotated[str, Line(1, 253)] = "127.0.0.1"
    """Address the visitor's door listens on; anything but 127.0.0.1 makes it public."""
    port: Annotated[int, Between(0, 65_535)] = 8765
    """Port of the visitor's door; 0 picks a free one."""
    origins: tuple[Annotated[str, Origin()], ...] = ()
    """Sites whose pages may use the door, such as "https://shop.example"; its own pages always may."""
    hosts: tuple[Annotated[str, HostName()], ...] = ()
    """Names under which browsers may reach the door, such as "chat.example.org"; addresses and localhost
    always may. Others are refused: a foreign site could give its own name to this machine."""
    trusted_proxies: tuple[Annotated[str, Network()], ...] = ()
    """Reverse proxies in front of the door, such as "127.0.0.1": what they say in X-Forwarded-For is where a
    visitor comes from. Of anybody else it is not believed."""
    fields: tuple[Annotated[str, Line(1, 41)], ...] = ()
    """What the form before the chat asks beside name and question, such as ["email*", "order number"]; what
    ends in * must be filled in. "email", "phone", "company", "order number" and "customer number" are said
    in the visitor's language, others as written. The first eight count."""
    contacts_per_minute: Annotated[int, Between(1, 100_000)] = 30
    """New contacts a minute from one address."""
    pending_per_address: Annotated[int, Between(0, 100_000)] = 0
    """Contacts from one address that may wait at the same time; of IPv6, a /48 counts as one. 0: twice
    contacts_per_minute, and at least fifty."""
    pending: Annotated[int, Between(1, 100_000)] = 1_000
    """Contacts that may wait at the same time in all; who comes then is asked to try again later."""
    calls_per_second: Annotated[int, Between(0, 100_000)] = 0
    """Calls a second from one address, and thirty times as many at once, for a page is some thirty files.
    0: ten times messages_per_second."""
    calls_per_contact: Annotated[int, Between(0, 100_000)] = 0
    """Calls a second about one contact, and ten times as many at once. 0: four times messages_per_second."""
    connections: Annotated[int, Between(10, 100_000)] = 1_000
    """Connections in all; never more than the system lets the program have."""
    connections_per_address: Annotated[int, Between(1, 100_000)] = 300
    """Connections from one address at the same time; an office of fifty has some hundred. Behind a proxy:
    calls and streams."""
    messages_per_second: Annotated[int, Between(1, 1_000)] = 5
    """Messages a second in one contact."""
    text_limit: Annotated[int, Between(100, 10_000)] = 4_000
    """Longest message a visitor may send, in characters."""
    body_limit: Annotated[int, Between(4_096, 1_048_576)] = 65_536
    """Largest request the door reads, in bytes."""
    reload_grace: Annotated[int, Between(0, 600)] = 20
    """Seconds after a visitor has closed the page, or gone to another one, before they count as having left:
    a reload, or the next page of the site, takes that long on a slow line."""
    away_in_queue: Annotated[int, Between(0, 86_400)] = 120
    """Seconds for which the place in the queue is kept when a visitor's page falls silent without a goodbye,
    as in a tunnel or with a locked phone. It rings on meanwhile."""
    away_in_chat: Annotated[int, Between(0, 86_400)] = 600
    """Seconds for which a conversation is kept when the visitor's page falls silent without a goodbye."""

    @property
    def waiting_allowed(self) -> int:
        """Contacts from one address that may wait at the same time."""
        return self.pending_per_address or max(50, 2 * self.contacts_per_minute)

    @property
    def calls_allowed(self) -> float:
        """Calls a second from one address."""
        return float(self.calls_per_second or 10 * self.messages_per_second)

    @property
    def contact_calls_allowed(self) -> float:
        """Calls a second about one contact."""
        return float(self.calls_per_contact or 4 * self.messages_per_second)


@dataclass(frozen=True, slots=True)
class FocusSettings:
    """[focus]"""

    input_counts_for: Annotated[int, Between(1, 3_600)] = 20
    """Seconds for which a key or a click proves that you are looking, where the terminal does not tell."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole file."""

    agent: AgentSettings = field(default_factory=AgentSettings)
    audio: AudioSettings = field(default_factory=AudioSettings)
    desktop: DesktopSettings = field(default_factory=DesktopSettings)
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    escalation: Escalation = field(default_factory=Escalation)
    hooks: Hooks = field(default_factory=Hooks)
    queue: QueueSettings = field(default_factory=QueueSettings)
    chats: ChatSettings = field(default_factory=ChatSettings)
    wrap_up: WrapUp = field(default_factory=WrapUp)
    services: Mapping[str, ServiceSettings] = field(default_factory=lambda: MappingProxyType({}))
    """By name."""
    languages: Mapping[Annotated[str, PrimaryLanguage()], LanguageSettings] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By the first part of the language tag, such as "it"."""
    abbreviations: Abbreviations = field(default_factory=lambda: MappingProxyType({}))
    """What a word such as _wm becomes by Tab; {nick}, {agent} and {service} are filled in."""
    web: WebSettings = field(default_factory=WebSettings)
    focus: FocusSettings = field(default_factory=FocusSettings)
    appearance: Appearance = field(default_factory=Appearance)
    links: Mapping[str, Annotated[str, WebAddress()]] = field(default_factory=lambda: MappingProxyType({}))
    """[links]: pages that are sent often, by a short name, as in ``docs = "https://shop.example/help"``."""
    keys: Mapping[str, Annotated[str, Line(0, 200)]] = field(default_factory=lambda: MappingProxyType({}))
    """[keys]: command id to one or more keys, comma separated, as in ``accept-longest = "f2,alt+a"``."""

    def dissuasion_time(self, service: str) -> int:
        """Seconds a visitor of this service is kept pending; 0 for ever."""
        own = self.services.get(service)
        if own is not None and own.dissuasion_time is not None:
            return own.dissuasion_time
        return self.queue.dissuasion_time

    def dissuasion_message(self, service: str) -> str:
        """What a visitor of this service is told when the dissuasion time has run out."""
        own = self.services.get(service)
        return (own.dissuasion_message if own is not None else None) or self.queue.dissuasion_message

    def language(self, service: str) -> str:
        """The language of this service's visitors; empty when none is set."""
        own = self.services.get(service)
        return (own.language if own is not None else None) or ""

    def colour(self, service: str) -> str:
        """The colour that marks this service; empty when none is set."""
        own = self.services.get(service)
        return (own.colour if own is not None else None) or ""
