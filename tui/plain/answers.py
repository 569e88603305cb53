"""What plain mode answers when asked how things stand. Pure."""

from __future__ import annotations

import re

from tui.alerts.reasons import away_words, who
from tui.desk.contact import ContactId
from tui.desk.state import chat_numbered, queue
from tui.link.view import View
from tui.plain import words
from tui.plain.table import BY_NAME, INSTEAD, ROWS
from tui.text import clean_line
from tui.typed import abbreviations
from tui.typed.slash import WrongArgument, usage

_ABBREVIATION = re.compile(r"(?<!\w)_[^\W_][\w-]*")
LISTED = 20
"""Rows of a list that are read out."""


def queue_lines(view: View, now: float) -> list[str]:
    """The pending queue, numbered."""
    contacts = queue(view.desk)
    if not contacts:
        return ["Nobody waits."]
    lines = []
    for index, contact in enumerate(contacts[:LISTED], 1):
        star = "for you, " if contact.addressed_to == view.desk.me else ""
        lang = f", {clean_line(contact.lang)}" if contact.lang else ""
        wait = words.duration(now - contact.waiting_since)
        letter = ", letter" if contact.offline else ""
        away = away_words(contact, now)
        said = f"{star}{wait}{f', {away}' if away else ''}: {words.excerpt(contact.first_words)}"
        lines.append(f"{index} {who(contact)}{letter}{lang}, {said}")
    if len(contacts) > LISTED:
        lines.append(f"and {len(contacts) - LISTED} more")
    return lines


def chat_lines(view: View, current: ContactId | None, now: float) -> list[str]:
    """My chats, numbered; ``current`` is the one that words go to."""
    if not view.desk.chats:
        return ["No chat is open."]
    lines = []
    for id, chat in view.desk.chats.items():
        told = ["current"] if id == current else []
        told += ["letter"] if chat.contact.offline else []
        told += [f"{chat.unread} unread"] if chat.unread else []
        told += ["over"] if chat.ended else ["is typing"] if chat.typing(now) else []
        told += filter(None, [away_words(chat.contact, now)])
        state = f", {', '.join(told)}" if told else ""
        last = words.excerpt(chat.contact.last_words)
        lines.append(f"{words.chat_name(chat)}{state}{f': {last}' if last else ''}")
    return lines


def read_back(view: View, id: ContactId, most: int) -> list[str]:
    """The last messages of a chat, mine too."""
    chat = view.desk.chats[id]
    told = [words.said(chat, message, current=True) for message in chat.messages[-most:]]
    told += [f"not sent yet: {words.excerpt(out.text)}" for out in chat.outgoing]
    return told or ["Nothing was written yet."]


def status_lines(view: View) -> list[str]:
    """How things stand, on one line."""
    desk = view.desk
    parts = [f"paused, {clean_line(desk.pause_reason)}" if desk.pause_reason else "paused"]
    if not desk.paused:
        parts = ["ready"]
    parts.append(f"{len(desk.pending)} waiting")
    parts.append(words.plural(len(desk.chats), "chat"))
    parts.append(f"audio {'on' if view.settings.audio.enabled else 'off'}")
    parts.append(f"popups {'on' if view.settings.desktop.enabled else 'off'}")
    if view.quiet.until is not None:
        parts.append(view.quiet.reason)
    if view.ringing:
        parts.append(f"rings for {len(view.ringing)}")
    return [f"{', '.join(parts)}."]


def help_lines(asked: str) -> list[str]:
    """The names of all commands; or what one, or each, does. Raises WrongArgument."""
    if not asked:
        names = ", ".join(f"/{row.slash_names[0]}" for row in ROWS if row.id not in INSTEAD)
        return [
            f"Commands: {names}.",
            "/help WORD tells what one does, /help all tells it of each.",
            "Every other line goes to the visitor of the current chat; it is said to whom.",
            "A command's name alone, as in accept or chat 2, does without the slash; before words of "
            "your own it is asked about. /say WORDS sends what would be a command.",
        ]
    if asked.casefold() == "all":
        rows = [row for row in ROWS if row.id not in INSTEAD]
    else:
        row = BY_NAME.get(asked.removeprefix("/").casefold())
        if row is None:
            raise WrongArgument(f'There is no command "{clean_line(asked, max_chars=40)}".')
        rows = [row]
    return [f"{usage(row)}: {row.help}" for row in rows]


def number(asked: str, most: int, what: str) -> int:
    """A number from 1 to ``most``. Raises WrongArgument."""
    if asked.isdecimal() and 1 <= int(asked) <= most:
        return int(asked)
    if not most:
        raise WrongArgument(f"There is no {what}.")
    raise WrongArgument(f"Write the number of a {what}, 1 to {most}.")


def waiting_number(view: View, asked: str) -> ContactId:
    """The contact with this number in the queue. Raises WrongArgument."""
    contacts = queue(view.desk)
    return contacts[number(asked, len(contacts), "waiting contact") - 1].id


def chat_meant(view: View, asked: str) -> ContactId:
    """The chat of this number, or of the visitor whose name begins so. Raises WrongArgument."""
    id = chat_numbered(view.desk, int(asked)) if asked.isdecimal() else None
    if not asked.isdecimal():
        names = {id: clean_line(chat.contact.nick).casefold() for id, chat in view.desk.chats.items()}
        id = next((id for id, name in names.items() if name.startswith(asked.casefold())), None)
    if id is None:
        raise WrongArgument(f"You have no chat {clean_line(asked, max_chars=40)}.")
    return id


def addressed_to_me(view: View) -> ContactId:
    """The contact that "decline" is about: the first addressed to me. Raises WrongArgument."""
    for contact in queue(view.desk):
        if contact.addressed_to == view.desk.me:
            return contact.id
    raise WrongArgument("Nobody who waits is addressed to you alone; only such a contact can be declined.")


def texts(view: View, id: ContactId | None, asked: str) -> list[str]:
    """The canned texts of a chat, or those for everybody, that hold these words."""
    contact = view.desk.chats[id].contact if id is not None else None
    service, lang = (contact.service, contact.lang) if contact is not None else ("", "")
    wanted = asked.casefold().split()
    lines = [
        f"{clean_line(one.name)}: {words.one_line(one.text)}"
        for one in abbreviations.in_force(view.settings, service, lang).values()
    ]
    found = [line for line in lines if all(word in line.casefold() for word in wanted)]
    return found or ["There is no such text."]


def expanded(view: View, id: ContactId, text: str) -> str:
    """The text with every abbreviation in it written out; what is none stays as it is."""
    contact = view.desk.chats[id].contact
    known = abbreviations.in_force(view.settings, contact.service, contact.lang)
    names = abbreviations.Names(contact.nick, view.desk.me, contact.service)

    def written_out(found: re.Match[str]) -> str:
        one = abbreviations.named(found[0], known)
        return abbreviations.expanded(one.text, names) if one is not None else found[0]

    return _ABBREVIATION.sub(written_out, text)
