"""Makes the rows of a transcript out of a chat: what was written is cleaned, and marked with how far it got.

How far: at first that it is on its way; only when that takes longer than a moment, that the desk or the
visitor's page has not received it, so that nothing flickers while all is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tui.desk.contact import AgentName, ChatMessage, Contact, Sender
from tui.desk.state import Chat, Outgoing
from tui.text import clean, clean_line
from tui.widgets.rows import Delivery, TranscriptRow

MOMENT = 2.0
"""Seconds for which a message counts as on its way, before it is said that it was not received."""

NEVER = float("inf")


class TranscriptRows:
    """One chat's transcript as rows, made once a message and kept; only what changed is made again."""

    def __init__(self, me: AgentName) -> None:
        self._me = me
        self._messages: tuple[ChatMessage, ...] = ()
        self._outgoing: tuple[Outgoing, ...] = ()
        self._reach = (0, 0)
        """What the visitor had seen and received when the marks were made."""
        self._due = NEVER
        """When a mark changes by time alone."""
        self._stored: list[TranscriptRow] = []
        self._rows: tuple[TranscriptRow, ...] = ()

    def update(self, chat: Chat, now: float) -> tuple[TranscriptRow, ...]:
        """The rows now; the same object as before when nothing changed."""
        reach = (chat.contact.visitor_seen, max(chat.contact.visitor_received, chat.contact.visitor_seen))
        same = chat.messages is self._messages and chat.outgoing is self._outgoing
        if same and reach == self._reach and now < self._due:
            return self._rows
        if len(chat.messages) < len(self._stored):
            self._stored, self._reach = [], (0, 0)  # given back and taken again: it is read anew
        due = self._due
        if reach != self._reach or now >= due:
            due = self._mark_anew(chat.contact, now)
        for message in chat.messages[len(self._stored) :]:
            self._stored.append(self._row(message, chat.contact, now))
            due = min(due, self._turns(self._stored[-1], now))
        waiting = [self._waiting(out, now) for out in chat.outgoing]
        self._due = min([due, *(self._turns(row, now) for row in waiting)])
        self._messages, self._outgoing, self._reach = chat.messages, chat.outgoing, reach
        self._rows = (*self._stored, *waiting)
        return self._rows

    def _mark_anew(self, contact: Contact, now: float) -> float:
        """Set the marks of what may have got further. Returns when the next changes by time alone."""
        due = NEVER
        for index in self._unsettled():
            row = self._stored[index]
            delivery = self._delivery(self._messages[index], contact, now)
            if delivery is not row.delivery:
                self._stored[index] = row = replace(row, delivery=delivery)
            due = min(due, self._turns(row, now))
        return due

    def _unsettled(self) -> Iterator[int]:
        """The messages that had not been seen by the visitor, newest first."""
        for index in range(len(self._stored) - 1, -1, -1):
            if self._messages[index].seq <= self._reach[0]:
                return
            yield index

    @staticmethod
    def _turns(row: TranscriptRow, now: float) -> float:
        """When its mark changes by time alone."""
        return row.at + MOMENT if row.delivery is Delivery.SENDING else NEVER

    @staticmethod
    def _delivery(message: ChatMessage, contact: Contact, now: float) -> Delivery:
        if message.sender is not Sender.AGENT:
            return Delivery.NONE
        if message.seq <= contact.visitor_seen:
            return Delivery.SEEN
        if message.seq <= contact.visitor_received:
            return Delivery.SENT
        return Delivery.SENDING if now < message.at + MOMENT else Delivery.UNRECEIVED

    def _row(self, message: ChatMessage, contact: Contact, now: float) -> TranscriptRow:
        by_agent = message.sender in (Sender.AGENT, Sender.NOTE)
        return TranscriptRow(
            id=message.id,
            sender=message.sender,
            author=clean_line(message.author),
            text=clean(message.text),
            at=message.at,
            delivery=self._delivery(message, contact, now),
            own=by_agent and str(message.author) == str(self._me),
        )

    def _waiting(self, out: Outgoing, now: float) -> TranscriptRow:
        delivery = Delivery.SENDING if now < out.queued_at + MOMENT else Delivery.FAILED
        return TranscriptRow(
            id=out.id,
            sender=Sender.NOTE if out.note else Sender.AGENT,
            author=clean_line(self._me),
            text=clean(out.text),
            at=out.queued_at,
            delivery=Delivery.LOST if out.lost else delivery,
            own=True,
        )
