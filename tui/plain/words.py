"""How things are said in plain mode: short, the most important word first, on one line. Pure."""

from __future__ import annotations

from tui.alerts.reasons import who
from tui.desk.contact import NOBODY, ChatMessage, Contact, Sender
from tui.desk.state import Chat
from tui.text import CleanText, clean, clean_line

NEW_LINE = " / "
"""Stands for a new line in a message: a visitor's second line must not look like a line of ours."""
EXCERPT = 60
"""Characters of a message that is only being named."""


def plural(count: int, word: str, more: str = "") -> str:
    """As in "1 chat", "2 chats"."""
    return f"{count} {word}" if count == 1 else f"{count} {more or word + 's'}"


def duration(seconds: float) -> str:
    """A length of time as it is spoken: "50 seconds", "1 minute 20 seconds", "2 hours 5 minutes"."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        parts = [plural(hours, "hour"), plural(minutes, "minute") if minutes else ""]
    else:
        parts = [plural(minutes, "minute") if minutes else "", plural(rest, "second") if rest else ""]
    return " ".join(filter(None, parts)) or "0 seconds"


def one_line(text: str, *, max_chars: int = 4_000) -> CleanText:
    """A message on one line, its own lines told apart."""
    lines = (line.strip() for line in clean(text).split("\n"))
    return clean_line(NEW_LINE.join(filter(None, lines)), max_chars=max_chars)


def excerpt(text: str) -> CleanText:
    """The beginning of a message."""
    return one_line(text, max_chars=EXCERPT)


def waits(contact: Contact, me: str) -> str:
    """Who has come into the queue, and with which words."""
    for_me = " for you" if contact.addressed_to != NOBODY and contact.addressed_to == me else ""
    line = f"{who(contact)} {'left a letter' if contact.offline else 'waits'}{for_me}"
    if contact.returned is not None:
        by = f" by {clean_line(contact.returned_by)}" if contact.returned_by else ""
        line += f", came back: {contact.returned}{by}"
        if contact.return_reason:
            line += f", {excerpt(contact.return_reason)}"
    elif contact.transferred_by:
        line += f", from {clean_line(contact.transferred_by)}"
        if contact.transfer_note:
            line += f", note: {excerpt(contact.transfer_note)}"
    words = one_line(contact.first_words)
    return f"{line}: {words}" if words else line


def kind(contact: Contact) -> str:
    """What is before its number: a letter stays one after it was accepted."""
    return "letter, chat" if contact.offline else "chat"


def if_letter(contact: Contact) -> str:
    """What follows the name of who left a letter."""
    return ", letter," if contact.offline else ""


def said(chat: Chat, message: ChatMessage, current: bool) -> str:
    """A message of one of my chats, who wrote it first."""
    text = one_line(message.text)
    match message.sender:
        case Sender.VISITOR:
            name = clean_line(chat.contact.nick)
        case Sender.AGENT:
            mine = str(message.author) == str(chat.contact.agent)
            name = clean_line("me" if mine else f"{message.author}, agent")
        case Sender.NOTE:
            name = clean_line(f"note by {message.author}")
        case _:
            name = clean_line("desk")
    return f"{name}: {text}" if current else f"{name}, chat {chat.number}: {text}"


def chat_name(chat: Chat) -> str:
    """As in "2 Luca (Support)"."""
    return f"{chat.number} {who(chat.contact)}"
