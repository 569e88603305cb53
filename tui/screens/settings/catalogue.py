"""Which rows the settings screen has, and in which order: from the schema, with a few of its own between.

What a value looks like and how it changes is in ``values``. A block of the schema that is not named here
appears under Console; a field that is not named here is labelled by its name.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from tui.alerts.plan import AlertEvent, Channel
from tui.config.fields import Setting, every_setting, setting
from tui.config.layout import join_key
from tui.config.schema import STAYS_ON_RESET, OnClick, ServiceSettings
from tui.link.view import PermissionState, View
from tui.screens.command_table import COMMANDS, Group
from tui.text import clean_line

NOTE_CELLS = 54
"""Where the words of a note are wrapped: they fit beside the sections at 80 cells."""


class Kind(StrEnum):
    """What a row is."""

    HEADING = "heading"
    NOTE = "note"
    SWITCH = "switch"
    CHOICE = "choice"
    CLOSE_AFTER = "close after"
    TONE = "tone"
    THEME = "theme"
    COLOUR = "colour"
    NUMBER = "number"
    TEXT = "text"
    LIST = "list"
    KEYS = "keys"
    FIXED_KEYS = "fixed keys"
    TEST = "test"
    ENABLE = "enable"
    RESET_ALL = "reset all"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the screen."""

    id: str
    section: str
    kind: Kind
    label: str
    explanation: str = ""
    setting: Setting | None = None
    """What it shows and changes; None for headings, notes and deeds."""
    event: AlertEvent = AlertEvent.PENDING
    channel: Channel = Channel.AUDIO
    """For a test, and for a tone: what it is about."""
    command: str = ""
    """For keys: of which command."""

    @property
    def can_stand(self) -> bool:
        """Whether the cursor may stand on it."""
        return self.kind not in (Kind.HEADING, Kind.NOTE)


SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Audio",
        (
            ("All sound", "audio"),
            ("Sound for pending contacts", "audio.pending"),
            ("Sound for messages", "audio.message"),
        ),
    ),
    (
        "Desktop",
        (
            ("All popups", "desktop"),
            ("Popups for pending contacts", "desktop.pending"),
            ("Popups for messages", "desktop.message"),
        ),
    ),
    ("Quiet", (("Quiet hours", "quiet_hours"), ("Escalation", "escalation"))),
    ("Focus", (("Console focus", "focus"),)),
    ("Queue", (("Pending queue", "queue"), ("Chats", "chats"))),
    ("Services", ()),
    ("Appearance", (("Appearance", "appearance"),)),
    ("Console", (("Agent", "agent"), ("Visitor's door (from the next start)", "web"), ("Scripts", "hooks"))),
    ("Keys", ()),
)
"""Section, then (heading, block of the schema)."""

SECTION_NAMES = tuple(name for name, _ in SECTIONS)

LABELS = {
    "audio.enabled": "Audio on",
    "audio.volume": "Volume of everything",
    "desktop.enabled": "Desktop notifications on",
    "when_focused": "Also when the focus is on the console",
    "loop": "Loop until no longer pending",
    "ring_tone": "Ring tone",
    "audio.message.ring_tone": "Chime",
    "close_after": "Close notification after",
    "on_click": "Action on click",
    "show_text": "Show the message text",
    "starred_pierces": "Starred contacts ring all the same",
    "escalation.after": "From this share of the dissuasion",
    "focus.input_counts_for": "A key proves that you look, for seconds",
    "dissuasion_time": "Dissuasion time in seconds",
    "chats.panes": "Most chats side by side",
    "chats.answer_yellow": "Unanswered: yellow after seconds",
    "chats.answer_red": "Unanswered: red after seconds",
    "chats.idle_after": "Idle after seconds without words",
    "agent.name": "Your name",
    "max_chats": "Most chats at once",
    "pause_when_missed": "Pause when a contact is missed",
    "show_when_paused": "Show contacts while paused",
    "transfer_time": "Seconds to accept what is passed on",
    "reload_grace": "Seconds for a visitor's reload",
    "away_in_queue": "Seconds a visitor may be away: queue",
    "away_in_chat": "Seconds a visitor may be away: chat",
    "time_limit": "Time limit in seconds",
}
"""By key, else by the field's name, else the name itself."""

EVENTS = {"pending": AlertEvent.PENDING, "message": AlertEvent.MESSAGE}

CLOSE_AFTER = (3, 5, 10, 15, 30, 60, 0)
"""Seconds offered; 0 is never."""

SERVICE_FIELDS = tuple(field.name for field in fields(ServiceSettings) if field.name != STAYS_ON_RESET)

CLICK_WORDS = {
    OnClick.NOTHING: "nothing",
    OnClick.SHOW: "show the contact",
    OnClick.ACCEPT: "accept the contact",
}

ENABLE_LABEL = "Enable desktop notifications"


def all_rows(view: View) -> tuple[Row, ...]:
    """Every row there is now; settings of popups only once the system allows them."""
    named = {block for _, blocks in SECTIONS for _, block in blocks}
    made: list[Row] = []
    for section, blocks in SECTIONS:
        if section == "Desktop" and not unlocked(view):
            made += _locked(view)
            continue
        for heading, block in blocks:
            made.append(_heading(section, heading, block))
            made += [_row(section, one) for one in every_setting() if one.key.rpartition(".")[0] == block]
            made += _own_rows(section, block)
        if section == "Services":
            made += _rows_of_services(section, view)
        if section == "Focus":
            made += _notes(section, f"Now {view.focus.state}: {view.focus.reason}")
        if section == "Console":
            others = [one for one in every_setting() if one.key.rpartition(".")[0] not in named]
            made += [_row(section, one) for one in others]
            made += [_heading(section, "All settings", "all"), _reset_all(section)]
        if section == "Keys":
            made += _keys(section)
    return tuple(made)


def unlocked(view: View) -> bool:
    """Whether the settings of popups are open: the system allows them, or was not heard yet after a start."""
    state = view.permission.state
    if state is PermissionState.UNASKED:
        return view.settings.desktop.enabled
    return state is PermissionState.GRANTED


def matching(rows: tuple[Row, ...], words: str, shown: dict[str, str]) -> tuple[Row, ...]:
    """The rows that hold all these words, in what they are called, mean or say now (``shown``, by id)."""
    wanted = words.casefold().split()
    if not wanted:
        return rows
    found: list[Row] = []
    heading = ""
    under: Row | None = None
    for row in rows:
        if row.kind is Kind.HEADING:
            under, heading = row, row.label
            continue
        told = f"{row.section} {heading} {row.label} {row.explanation} {row.id} {shown.get(row.id, '')}"
        if row.can_stand and all(word in told.casefold() for word in wanted):
            if under is not None:
                found.append(under)
                under = None
            found.append(row)
    return tuple(found)


def _row(section: str, one: Setting) -> Row:
    name = one.path[-1]
    label = LABELS.get(one.key) or LABELS.get(name) or name.replace("_", " ").capitalize()
    return Row(
        one.key,
        section,
        _kind(one),
        label,
        one.explanation,
        one,
        EVENTS.get(one.path[-2], AlertEvent.PENDING),
    )


_KINDS = {
    "ring_tone": Kind.TONE,
    "theme": Kind.THEME,
    "close_after": Kind.CLOSE_AFTER,
    "colour": Kind.COLOUR,
}
"""Fields that are chosen in a way of their own."""


def _kind(one: Setting) -> Kind:
    name = one.path[-1]
    if name in _KINDS:
        return _KINDS[name]
    if one.choices:
        return Kind.CHOICE
    if one.base in (bool, int, float):
        return Kind.SWITCH if one.base is bool else Kind.NUMBER
    return Kind.TEXT if one.base is str else Kind.LIST


def _own_rows(section: str, block: str) -> list[Row]:
    """The test at the end of each of the four blocks."""
    channel, _, name = block.partition(".")
    if channel not in ("audio", "desktop") or name not in EVENTS:
        return []
    if channel == "audio":
        what = "Play it as it is set, with or without loop; pressing again stops it."
    else:
        what = "Raise a real popup as it is set; here stands what became of it."
    row = Row(f"test.{block}", section, Kind.TEST, "Test", what, None, EVENTS[name], Channel(channel))
    return [row]


def _rows_of_services(section: str, view: View) -> list[Row]:
    """What a service may have of its own, for every service that is known."""
    names = set(view.settings.services)
    names |= {str(clean_line(contact.service)) for contact in view.desk.pending.values()}
    names |= {str(clean_line(chat.contact.service)) for chat in view.desk.chats.values()}
    rows = []
    for name in sorted(name for name in names if name.strip()):
        rows.append(_heading(section, f"Service: {name}", join_key(("services", name))))
        rows += [_row(section, setting(("services", name, field))) for field in SERVICE_FIELDS]
    if rows:
        return rows
    none = "A service stands here once a visitor has come in by it, or the file has it."
    return [_heading(section, "Services", "services"), *_notes(section, none)]


def _locked(view: View) -> Iterator[Row]:
    """The one thing offered until the system allows popups."""
    yield _heading("Desktop", "All popups", "desktop")
    if view.settings.desktop.enabled:
        yield _row("Desktop", setting("desktop.enabled"))
    yield Row(
        "enable",
        "Desktop",
        Kind.ENABLE,
        ENABLE_LABEL,
        "Ask the system to let Deskbell show popups; when it agrees, the other settings of popups appear.",
    )
    if view.permission.state is PermissionState.REFUSED:
        yield from _notes("Desktop", f"Not possible now. {view.permission.text}")


def _notes(section: str, text: str) -> Iterator[Row]:
    """Words between the rows, wrapped."""
    for number, line in enumerate(textwrap.wrap(clean_line(text, max_chars=600), NOTE_CELLS)):
        yield Row(f"note.{section}.{number}", section, Kind.NOTE, line)


def _keys(section: str) -> Iterator[Row]:
    for group in Group:
        yield _heading(section, f"Keys: {group.value.lower()}", f"keys.{group.name}")
        for command in COMMANDS:
            if command.group is not group:
                continue
            key = join_key(("keys", command.id))
            one = None if command.fixed else setting(("keys", command.id))
            kind = Kind.FIXED_KEYS if command.fixed else Kind.KEYS
            yield Row(key, section, kind, command.title, command.help, one, command=command.id)


def _reset_all(section: str) -> Row:
    what = "Take all but comments and abbreviations out of the settings file; asks first, and can be undone."
    return Row("reset.all", section, Kind.RESET_ALL, "Reset all settings to their defaults", what)


def _heading(section: str, label: str, block: str) -> Row:
    return Row(f"heading.{section}.{block}", section, Kind.HEADING, label)
