"""Makes what the widgets draw of chats out of what the desk knows: here text from outside is cleaned.

The pending queue is in ``queue_rows``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.reasons import away_words
from tui.config.limits import COLOURS
from tui.config.schema import ChatSettings
from tui.desk.contact import NOBODY, Contact, MessageId, Sender
from tui.desk.presence import away_since, said_goodbye
from tui.desk.state import Chat
from tui.link.view import View
from tui.text import clean_line
from tui.widgets import figures, glyphs
from tui.widgets.pane_title import Title
from tui.widgets.rows import Away, ChatRow
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
            tags=tuple(clean_line(tag) for tag in chat.contact.tags),
            colour=chat.contact.colour if chat.contact.colour in COLOURS else "",
            idle_at=None if chat.ended or chat.contact.offline else last_words_at(chat) + limits.idle_after,
            is_letter=chat.contact.offline,
            away=away_of(chat.contact, now),
        )
        for id, chat in view.desk.chats.items()
    ]


def waiting_of(chat: Chat, limits: ChatSettings) -> Waiting | None:
    """Since when the visitor waits for an answer, and from when that is long."""
    if chat.unanswered_since is None:
        return None
    return Waiting(chat.unanswered_since, limits.answer_yellow, limits.answer_red)


def away_of(contact: Contact, now: float) -> Away | None:
    """That the visitor is not there, for a row; None while they are."""
    since = away_since(contact, now)
    if since is None:
        return None
    at = figures.hour_and_minute(since)
    if said_goodbye(contact):
        return Away(since, f"left the page {at}", "left")
    return Away(since, f"away since {at}", "away")


def away_sentence(contact: Contact, now: float) -> str:
    """What the agent is told who writes to a visitor that is not there; empty while they are."""
    words = away_words(contact, now)
    return f"{clean_line(contact.nick)} {words}. What you write is read on return." if words else ""


def pane_title(chat: Chat, row: ChatRow) -> Title:
    """What stands above a chat's transcript."""
    contact = chat.contact
    returning = "returning" if contact.returning else ""
    tags = " ".join(f"#{tag}" for tag in row.tags)
    letter = f"{glyphs.OFFLINE} letter" if row.is_letter else ""
    return Title(row, (letter, tags, row.service, clean_line(contact.lang), returning), contact.ended_at)


def transferred_words(contact: Contact) -> str:
    """Who passed the contact on, and what he wrote; empty when nobody has."""
    if contact.transferred_by == NOBODY or contact.transferred_by == contact.agent:
        return ""
    note = clean_line(contact.transfer_note, max_chars=1_000)
    sender = clean_line(contact.transferred_by)
    return f"{glyphs.TRANSFERRED} from {sender}: {note}" if note else f"{glyphs.TRANSFERRED} from {sender}"


def last_words_at(chat: Chat) -> float:
    """When either side wrote last; before anybody has, when the agent took the chat."""
    return chat.contact.last_at or chat.contact.accepted_at or chat.contact.created


def ended_word(chat: Chat) -> str:
    """How the chat ended, in a word for the agent; empty while it lives."""
    if not chat.ended:
        return ""
    return "visitor left" if chat.contact.ended_by is Sender.VISITOR else "ended"


def first_unread(chat: Chat) -> MessageId | None:
    """The first of the visitor's messages that the agent has not read."""
    first = None
    for message in reversed(chat.messages):
        if message.seq <= chat.contact.agent_seen:
            break
        if message.sender is Sender.VISITOR:
            first = message.id
    return first
