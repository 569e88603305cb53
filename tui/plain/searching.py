"""Words that were said, in the current chat or in any there ever was, for plain mode."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tui.alerts.quiet import clock_words
from tui.alerts.reasons import who
from tui.desk.state import Chat
from tui.link.archive import SearchPast, SearchView
from tui.plain import words
from tui.text import clean_line

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole

FOUND_AT_MOST = 10

_numbers = itertools.count(1)


def find(console: PlainConsole, chat: Chat, typed: str) -> None:
    """Say the messages of this chat with all these words."""
    wanted = typed.casefold().split()
    found = [
        words.said(chat, message, current=True)
        for message in chat.messages
        if all(word in message.text.casefold() for word in wanted)
    ]
    console.say(*(found[-FOUND_AT_MOST:] or ["Nothing was found in this chat."]))


def search(console: PlainConsole, typed: str) -> None:
    """Ask for the chats of all time; the answer is news."""
    console.port.send(SearchPast(next(_numbers), typed, FOUND_AT_MOST))


def found_lines(search: SearchView, now: float) -> list[str]:
    """What a search has found, the newest first."""
    if search.problem:
        return [clean_line(search.problem)]
    lines = [
        f"{who(one.contact)}, {clock_words(one.message.at, now)}: {words.one_line(one.message.text)}"
        for one in search.result.found
    ]
    return [*lines, *(["There are more."] if search.result.more else [])] or ["Nothing was found."]
