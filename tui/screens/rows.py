"""Makes what the widgets draw of chats out of what the desk knows: here text from outside is cleaned.

The pending queue is in ``queue_rows``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.config.schema import ChatSettings
from tui.desk.contact import AgentName, ChatMessage, MessageId, Sender
from tui.desk.state import Chat, Outgoing
from tui.link.view import View
from tui.text import clean, clean_line
from tui.widgets.pane_title import Title
from tui.widgets.rows import ChatRow, Delivery, TranscriptRow
from tui.widgets.waits import Waiting


def chat_rows(view: View, open_ids: Sequence[str], now: float | None = None) -> list[ChatRow]:
    """The agent's chats, in the order of their numbers; as at ``now``, or when the view was made."""
    now = view.at if now is None else now
    limits = view.settings.chats
    return [
        ChatRow(
            id=id,
            number=chat.number,
            nick=clean_line(chat.contact.nick),
            service=clean_line(chat.contact.service),
            unread=chat.unread,
            last_words=clean_line(chat.contact.last_words, max_chars=200),
            last_at=chat.contact.last_at,
            accepted_at=chat.contact.accepted_at or chat.contact.created,
            typing=chat.typing(now),
            ended=ended_word(chat),
            is_open=id in open_ids,
            is_current=id == view.desk.current,
            waiting=waiting_of(chat, limits),
            idle_at=None if chat.ended else last_words_at(chat) + limits.idle_after,
        )
        for id, chat in view.desk.chats.items()
    ]


def waiting_of(chat: Chat, limits: ChatSettings) -> Waiting | None:
    """Since when the visitor waits for an answer, and from when that is long."""
    if chat.unanswered_since is None:
        return None
    return Waiting(chat.unanswered_since, limits.answer_yellow, limits.answer_red)


def pane_title(chat: Chat, row: ChatRow) -> Title:
    """What stands above a chat's transcript."""
    contact = chat.contact
    returning = "returning" if contact.returning else ""
    return Title(row, (row.service, clean_line(contact.lang), returning), contact.ended_at)


def last_words_at(chat: Chat) -> float:
    """When either side wrote last; before anybody has, when the agent took the chat."""
    return chat.contact.last_at or chat.contact.accepted_at or chat.contact.created


def ended_word(chat: Chat) -> str:
    """How the chat ended, in a word for the agent; empty while it lives."""
    if not chat.ended:
        return ""
    return "visitor left" if chat.contact.ended_by is Sender.VISITOR else "ended"


class TranscriptRows:
    """One chat's transcript as rows, made once a message and kept; only what changed is made again."""

    def __init__(self, me: AgentName) -> None:
        self._me = me
        self._messages: tuple[ChatMessage, ...] = ()
        self._outgoing: tuple[Outgoing, ...] = ()
        self._visitor_seen = 0
        self._stored: list[TranscriptRow] = []
        self._rows: tuple[TranscriptRow, ...] = ()

    def update(self, chat: Chat) -> tuple[TranscriptRow, ...]:
        """The rows now; the same object as before when nothing changed."""
        seen = chat.contact.visitor_seen
        if chat.messages is self._messages and chat.outgoing is self._outgoing and seen == self._visitor_seen:
            return self._rows
        if len(chat.messages) < len(self._stored):
            self._stored, self._visitor_seen = [], 0  # given back and taken again: it is read anew
        if seen != self._visitor_seen:
            self._mark_seen(seen)
        for message in chat.messages[len(self._stored) :]:
            self._stored.append(self._row(message, seen))
        self._messages, self._outgoing, self._visitor_seen = chat.messages, chat.outgoing, seen
        self._rows = (*self._stored, *(self._waiting(out) for out in chat.outgoing))
        return self._rows

    def _mark_seen(self, seen: int) -> None:
        for index in range(len(self._stored) - 1, -1, -1):
            message = self._messages[index]
            if message.seq <= self._visitor_seen:
                break
            if message.seq <= seen and message.sender is Sender.AGENT:
                self._stored[index] = self._row(message, seen)

    def _row(self, message: ChatMessage, seen: int) -> TranscriptRow:
        delivery = Delivery.NONE
        if message.sender is Sender.AGENT:
            delivery = Delivery.SEEN if message.seq <= seen else Delivery.SENT
        return TranscriptRow(
            id=message.id,
            sender=message.sender,
            author=clean_line(message.author),
            text=clean(message.text),
            at=message.at,
            delivery=delivery,
            own=message.sender is Sender.AGENT and str(message.author) == str(self._me),
        )

    def _waiting(self, out: Outgoing) -> TranscriptRow:
        return TranscriptRow(
            id=out.id,
            sender=Sender.AGENT,
            author=clean_line(self._me),
            text=clean(out.text),
            at=out.queued_at,
            delivery=Delivery.FAILED if out.stuck else Delivery.SENDING,
            own=True,
        )


def first_unread(chat: Chat) -> MessageId | None:
    """The first of the visitor's messages that the agent has not read."""
    first = None
    for message in reversed(chat.messages):
        if message.seq <= chat.contact.agent_seen:
            break
        if message.sender is Sender.VISITOR:
            first = message.id
    return first
