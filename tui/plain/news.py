"""What is new between two views, as lines to be read out. Pure; what was said once is not said again."""

from __future__ import annotations

from collections.abc import Iterator

from tui.alerts.quiet import clock_words
from tui.alerts.reasons import away_words, who, why_left
from tui.desk.contact import ContactId, Sender
from tui.desk.events import ChannelName, ChannelState
from tui.desk.letter import why_unanswerable
from tui.desk.presence import told_from
from tui.desk.state import Chat, Outgoing, queue
from tui.link.view import DoorState, DoorView, View
from tui.plain import words
from tui.plain.searching import found_lines
from tui.text import clean_line

SINGLY = 3
"""How many contacts that come at once are announced each by itself; of more, the rest is summed up."""
READ_BACK = 10
"""Messages read out when a chat begins."""
LAST_CALL = 30.0
"""Seconds before the dissuasion time runs out at which that is said."""


def greeting(view: View) -> list[str]:
    """The first lines."""
    desk = view.desk
    state = "paused" if desk.paused else "ready"
    lines = [f"Deskbell, plain mode. {clean_line(desk.me)}, {state}. /help tells the commands."]
    if view.first_start:
        lines.append("Visitors are announced as they come. /accept takes the longest waiting; then write.")
    return [*lines, *(standing(view) if desk.known else ["Who waits is not known yet."])]


def standing(view: View) -> list[str]:
    """Who waits, and how many chats are open."""
    lines = waiting(view)
    if view.desk.chats:
        lines.append(f"{words.plural(len(view.desk.chats), 'chat')} open; /chats lists them.")
    return lines


def waiting(view: View, now: float | None = None) -> list[str]:
    """How many wait, and the longest of them."""
    contacts = queue(view.desk)
    if not contacts:
        return ["Nobody waits."]
    now = view.at if now is None else now
    named = [
        f"{who(one)}{words.if_letter(one)} {words.duration(now - one.waiting_since)}" for one in contacts[:5]
    ]
    more = f", and {len(contacts) - 5} more" if len(contacts) > 5 else ""
    return [f"{len(contacts)} {'waits' if len(contacts) == 1 else 'wait'}: {', '.join(named)}{more}"]


class News:
    """Compares each view with the one before."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._told = max((told.number for told in view.told), default=0)
        self.parting: dict[ContactId, str] = {}
        """Chats that the agent parts from, and how: said when they are gone."""
        self._last_calls: set[ContactId] = set()
        self._away: dict[ContactId, str] = {}
        """Who was said to be away, and in which words."""

    def of(self, view: View, current: ContactId | None) -> list[str]:
        """What has happened since the last call; ``current`` is the chat that the agent works in."""
        before, self._view = self._view, view
        if view.desk.known and not before.desk.known:  # what was there before us is no news
            return [*standing(view), *self._toasts(view)]
        return [
            *self._state(before, view),
            *self._left(before, view),
            *self._came(before, view),
            *self._chats(before, view, current),
            *self._toasts(view),
        ]

    def last_calls(self, now: float) -> list[str]:
        """Who must be taken now or is lost; said once of each."""
        pending = self._view.desk.pending
        self._last_calls &= set(pending)
        due = [
            one
            for one in queue(self._view.desk)
            if one.dissuade_at is not None
            and one.id not in self._last_calls
            and 0 < one.dissuade_at - now <= min(LAST_CALL, one.dissuasion_time / 2 or LAST_CALL)
        ]
        self._last_calls |= {one.id for one in due}
        return [f"{who(one)}: {words.duration(one.dissuade_at - now)} left" for one in due if one.dissuade_at]

    def absences(self, now: float) -> list[str]:
        """Who has gone away, or is back, among those who wait and those one chats with; said once of each."""
        desk = self._view.desk
        open_chats = [chat.contact for chat in desk.chats.values() if not chat.ended]
        watched = [
            one for one in (*desk.pending.values(), *open_chats) if told_from(one) or one.id in self._away
        ]
        here = {one.id: (one, away_words(one, now)) for one in watched}
        told, self._away = self._away, {id: away for id, (_, away) in here.items() if away}
        lines = []
        for id, (one, away) in here.items():
            if away and id not in told:
                after = "; what you write is read on return" if id in desk.chats else ", and keeps the place"
                lines.append(f"{who(one)} {away}{after}")
            elif not away and id in told:
                lines.append(f"{who(one)} is back")
        return lines

    # the queue

    def _came(self, before: View, view: View) -> Iterator[str]:
        new = [one for one in queue(view.desk) if one.id not in before.desk.pending]
        shown = new if len(new) <= SINGLY else new[: SINGLY - 1]
        for contact in shown:
            yield words.waits(contact, view.desk.me)
        if len(new) > len(shown):
            yield f"{len(new) - len(shown)} more wait; /queue lists them"

    def _left(self, before: View, view: View) -> Iterator[str]:
        """Who left the queue, and why; with it, that the ring has stopped."""
        stopped = bool(before.ringing) and not view.ringing
        for id, contact in before.desk.pending.items():
            if id in view.desk.pending or id in view.desk.chats:
                continue
            why = why_left(view.desk.departed.get(id), view.desk)
            if stopped and id in before.ringing:
                yield f"ring stopped: {who(contact)}, {why}"
                stopped = False
            else:
                yield f"{who(contact)} no longer waits: {why}"

    # my chats

    def _chats(self, before: View, view: View, current: ContactId | None) -> Iterator[str]:
        for id, chat in view.desk.chats.items():
            known = before.desk.chats.get(id)
            if known is None:
                yield f"{who(chat.contact)} is yours: {words.kind(chat.contact)} {chat.number}"
                if why := why_unanswerable(chat.contact):
                    yield f"{why}."
                known = Chat(chat.contact)
            yield from self._talk(known, chat, id == current, view)
            if chat.ended and not known.ended:
                by = "left" if chat.contact.ended_by is Sender.VISITOR else "has ended"
                yield f"{clean_line(chat.contact.nick)} {by}: chat {chat.number} is over, /end puts it away"
        for id, chat in before.desk.chats.items():
            if id not in view.desk.chats and not chat.ended:
                yield f"{who(chat.contact)} {self.parting.pop(id, None) or _parted_elsewhere(id, view)}"

    def _talk(self, known: Chat, chat: Chat, current: bool, view: View) -> Iterator[str]:
        written_here = {out.id for out in known.outgoing}
        new = [message for message in chat.messages if message.seq > known.last_seq]
        fresh = not known.messages
        for message in new[-READ_BACK:] if fresh else new:
            mine = message.sender in (Sender.AGENT, Sender.NOTE) and str(message.author) == view.desk.me
            if mine and (not fresh or message.id in written_here):
                was = next((out for out in known.outgoing if out.id == message.id), None)
                if was is not None and was.stuck:
                    yield f"Sent now: {words.excerpt(message.text)}"
                continue
            yield words.said(chat, message, current)
        for out in chat.outgoing:
            yield from _trouble(out, next((one for one in known.outgoing if one.id == out.id), None))

    # everything else

    def _state(self, before: View, view: View) -> Iterator[str]:
        desk, was = view.desk, before.desk
        if (desk.paused, desk.pause_reason) != (was.paused, was.pause_reason):
            reason = f": {clean_line(desk.pause_reason)}" if desk.pause_reason else ""
            yield f"paused{reason}" if desk.paused else "ready"
        if view.quiet.until != before.quiet.until and view.quiet.until is not None:
            yield f"{view.quiet.reason} until {clock_words(view.quiet.until, view.at)}"
        for name, on, was_on in (
            ("audio", view.settings.audio.enabled, before.settings.audio.enabled),
            ("popups", view.settings.desktop.enabled, before.settings.desktop.enabled),
        ):
            if on != was_on:
                yield f"{name} {'on' if on else 'off'}"
        fails = desk.channels[ChannelName.BACKEND].state is ChannelState.FAILS
        failed = was.channels[ChannelName.BACKEND].state is ChannelState.FAILS
        if fails != failed:
            yield "no connection to the desk" if fails else "connected to the desk again"
        if view.rings_here != before.rings_here:
            yield "sounds here" if view.rings_here else "sounds on your other console"
        yield from _door(before.door, view.door)
        if view.archive.search.number != before.archive.search.number:
            yield from found_lines(view.archive.search, view.at)
        if view.test is not None and view.test != before.test:
            yield f"test: {clean_line(view.test.text)}"

    def _toasts(self, view: View) -> Iterator[str]:
        for told in view.told:
            if told.number > self._told:
                self._told = told.number
                yield clean_line(f"{told.title}: {told.text}")


def _door(before: DoorView, door: DoorView) -> Iterator[str]:
    where = (door.state, door.url)
    if where != (before.state, before.url) and door.state in (DoorState.OPEN, DoorState.SHARED):
        yield f"Visitors write at {clean_line(door.url)}"
    if door.refused.line and door.refused.line != before.refused.line:
        yield f"A host was refused. If it is yours, write below [web] in the settings: {door.refused.line}"


def _parted_elsewhere(id: ContactId, view: View) -> str:
    """What has become of a chat that the agent did not part from here."""
    if id in view.desk.passed:
        return "is no longer yours: passed on"
    if id in view.desk.pending:
        return "is no longer yours: given back to the queue"
    return "is no longer yours: ended or taken over elsewhere"


def _trouble(out: Outgoing, known: Outgoing | None) -> Iterator[str]:
    if out.lost and not (known and known.lost):
        yield f"never sent: {words.excerpt(out.text)}"
    elif out.stuck and not out.lost and not (known and known.stuck):
        yield f"not sent yet, will be sent again: {words.excerpt(out.text)}"
