"""Quiet that ends by itself: the agent's mute and the quiet hours, and what they hold back meanwhile.

Both are one thing to the policy: a time until which nothing may start (``quiet_at``). While it lasts, what
would have alerted is kept (:class:`Spell`), to be told when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from tui.config.schema import QuietHours
from tui.desk.contact import ContactId, Outcome, Sender, Status
from tui.desk.state import Chat, DeskState

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LOOKAHEAD = 8
"""Days ahead whose spans are looked at: those that touch make one time of quiet, a week at most."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which nothing starts to sound or pop up."""

    until: float
    """When it ends, in Unix seconds."""
    muted: bool
    """By the agent's own wish; else by the quiet hours."""
    reason: str
    """As in "muted until 15:40"."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One time of quiet from its first moment to its last, and what it has held back so far."""

    quiet: Quiet
    contacts: Mapping[ContactId, str] = field(default_factory=dict)
    """Pending contacts that would have alerted, and what became of each; "" while it waits."""
    messages: Mapping[ContactId, int] = field(default_factory=dict)
    """For each chat, the sequence of the first message that would have alerted."""


def quiet_at(
    muted_until: float | None, hours: QuietHours, now: float, zone: tzinfo | None = None
) -> Quiet | None:
    """Whether it is quiet at ``now``, and until when. The agent's mute is named before the quiet hours."""
    if muted_until is not None and now < muted_until:
        return Quiet(muted_until, True, f"muted until {clock_words(muted_until, now, zone)}")
    if hours == QuietHours(starred_pierces=hours.starred_pierces):
        return None
    until = _hours_end(hours, now // 60 * 60, zone)
    if until is None:
        return None
    return Quiet(until, False, f"quiet hours until {clock_words(until, now, zone)}")


@lru_cache(maxsize=64)
def _hours_end(hours: QuietHours, minute: float, zone: tzinfo | None) -> float | None:
    """When the quiet hours that hold at ``minute`` end; None when none do. Kept for the minute."""
    today = datetime.fromtimestamp(minute, zone).date()
    spans = [
        span
        for days in range(-1, LOOKAHEAD)
        if (span := _span(hours, today + timedelta(days), zone)) is not None
    ]
    until: float | None = None
    for begins, ends in sorted(spans):
        if begins <= (minute if until is None else until) < ends:
            until = ends
    return until


def _span(hours: QuietHours, day: date, zone: tzinfo | None) -> tuple[float, float] | None:
    """The quiet hours that begin on this day, in Unix seconds; one over midnight ends on the next.

    Each end is a wall clock's time on its own day, so that a change to or from summer time is counted in.
    Two equal times make an empty one: when in doubt it rings.
    """
    text = getattr(hours, DAYS[day.weekday()])
    if not text:
        return None
    begin, end = text.split("-")
    return _instant(day, begin, zone), _instant(day + timedelta(end < begin), end, zone)


def _instant(day: date, clock: str, zone: tzinfo | None) -> float:
    hour, minute = map(int, clock.split(":"))
    if hour == 24:
        day, hour = day + timedelta(1), 0
    return datetime.combine(day, time(hour, minute), zone).timestamp()


def clock_words(at: float, now: float, zone: tzinfo | None = None) -> str:
    """The local time of day, with the weekday when it is more than a day ahead."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M" if at - now <= 86_400 else "%A %H:%M")


def next_time_of_day(text: str, now: float, zone: tzinfo | None = None) -> float | None:
    """When a local clock next shows ``HH:MM`` or ``HH:MM:SS``; None when the text is neither."""
    found = re.fullmatch(r"\s*(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*", text)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    today = datetime.fromtimestamp(now, zone).date()
    for days in (0, 1):
        at = datetime.combine(today + timedelta(days), time(hour, minute, second), zone).timestamp()
        if at > now:
            return at
    return None


def went_on(spell: Spell | None, quiet: Quiet | None) -> Spell | None:
    """The spell after another look at the clock; a mute that runs into the quiet hours is one with them."""
    if quiet is None:
        return None
    if spell is None:
        return Spell(quiet)
    return spell if spell.quiet == quiet else replace(spell, quiet=quiet)


def hold_back(
    spell: Spell | None, held: Iterable[ContactId], gone: Iterable[ContactId], desk: DeskState
) -> Spell | None:
    """Note contacts that would have alerted, and what became of those that left the queue."""
    if spell is None:
        return None
    new = {id: "" for id in held if spell.contacts.get(id) != ""}
    left = {id: fate(id, desk) for id in gone if id in spell.contacts}
    return replace(spell, contacts={**spell.contacts, **new, **left}) if new or left else spell


def hold_back_message(spell: Spell | None, id: ContactId, seq: int) -> Spell | None:
    """Note the first message of a chat that would have alerted."""
    if spell is None or id in spell.messages:
        return spell
    return replace(spell, messages={**spell.messages, id: seq})


MINE = "accepted by you"
WAITS = "still waiting"

FATES = {
    Outcome.DISSUADED: "dissuaded",
    Outcome.ABANDONED: "left",
    Outcome.CANCELLED: "left",
    Outcome.COMPLETED: "ended",
    Outcome.NO_INTERACTION: "ended",
}


def fate(id: ContactId, desk: DeskState) -> str:
    """What became of a contact, in a word or two."""
    if id in desk.pending:
        return WAITS
    if id in desk.chats:
        return MINE
    contact = desk.departed.get(id)
    if contact is None or contact.status is Status.PENDING:
        return "gone"
    if contact.status is Status.ASSIGNED:
        return MINE if contact.agent == desk.me else "taken by others"
    return FATES[contact.outcome] if contact.outcome is not None else "ended"


def missed(spell: Spell, desk: DeskState) -> int:
    """How many contacts and messages would have alerted so far and have not been seen to."""
    return len(_missed_contacts(spell, desk)) + _missed_messages(spell, desk)


def _missed_contacts(spell: Spell, desk: DeskState) -> list[str]:
    """What became of each contact that the agent did not take himself."""
    fates = (became or fate(id, desk) for id, became in spell.contacts.items())
    return [became for became in fates if became != MINE]


def _missed_messages(spell: Spell, desk: DeskState) -> int:
    """Those that are still unread."""
    return sum(_unread_from(desk.chats[id], seq) for id, seq in spell.messages.items() if id in desk.chats)


def _unread_from(chat: Chat, first: int) -> int:
    count = 0
    for message in reversed(chat.messages):
        if message.seq < first or message.seq <= chat.contact.agent_seen:
            break
        count += message.sender is Sender.VISITOR
    return count


def summary(spell: Spell, desk: DeskState) -> str:
    """What was missed, as in "While it was quiet: 3 contacts (2 dissuaded, 1 still waiting); 4 messages."."""
    fates = _missed_contacts(spell, desk)
    messages = _missed_messages(spell, desk)
    parts: list[str] = []
    if fates:
        counts = {became: fates.count(became) for became in sorted(set(fates), key=lambda f: (f == WAITS, f))}
        told = ", ".join(f"{count} {became}" for became, count in counts.items())
        parts.append(f"{_count(len(fates), 'contact')} ({told if len(fates) > 1 else fates[0]})")
    if messages:
        parts.append(_count(messages, "message"))
    return f"While it was quiet: {'; '.join(parts)}." if parts else "Nothing was missed."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
