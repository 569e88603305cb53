"""From the wish to accept a visitor until they are here: what is typed meanwhile is held, and goes to them.

The desk's answer takes a moment, or seconds. Keys that come before it are not given to the chat before: they
are kept in order, and given to the application again once the keyboard is in the new chat, as if they were
typed there. Where the wish comes to nothing their words are kept, with the reason (``KeptWords``). Keys that
are not about a chat (to another chat, silence, pause …) do what they always do.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from textual import events

from tui.desk.contact import Contact, ContactId
from tui.link.view import AcceptAnswer, View
from tui.screens.command_table import COMMANDS
from tui.text import clean_line
from tui.widgets.kept_words import Kept, KeptWords
from tui.widgets.late_keys import words_of

Typed = events.Key | events.Paste

GONE = "They were accepted, and have gone already."
IN_CHAT = frozenset(command.id for command in COMMANDS if command.in_chat)


@dataclass(slots=True)
class Wish:
    """Somebody is to be accepted."""

    id: str
    contact: ContactId | None
    """None: the longest waiting."""
    whom: str
    """The name as it is shown; empty where the desk chooses."""
    had: frozenset[ContactId]
    """The chats there were."""
    refused: str = ""
    """Why the desk was not even asked."""
    typed: list[Typed] = field(default_factory=list)
    """What came since, in order."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody is here: what was typed for them, and whether the keyboard goes to them."""

    contact: ContactId
    typed: Sequence[Typed]
    keyboard: bool
    note: bool
    """Whether the key of the private note is among it."""

    @property
    def lines(self) -> Sequence[str]:
        """What was typed and sent, a message each, and last what was begun. All of it is only begun where it
        is no plain typing: a note is nobody's message, a paste or a line break is not Enter, and keys that
        correct or move need the composer."""
        words = words_of(self.typed)
        begun = words.removesuffix("\n")
        if self.note or not all(map(_is_plain, self.typed)) or any(map(_is_command, words.split("\n"))):
            return [begun]
        return words.split("\n")


class Accepting:
    """The wishes under way. It decides nothing about the keyboard but where keys wait."""

    def __init__(self, kept: KeptWords, command_of: Callable[[str], str | None]) -> None:
        """``command_of`` tells which command a key has."""
        self._kept = kept
        self._command_of = command_of
        self._wishes: list[Wish] = []
        self._listening: Wish | None = None

    @property
    def listens(self) -> bool:
        """Whether what is typed now waits for somebody who is being accepted."""
        return self._listening is not None

    @property
    def under_way(self) -> bool:
        """Whether anybody is being accepted."""
        return bool(self._wishes)

    def begin(self, view: View, contact: Contact | None, *, id: str = "", refused: str = "") -> str:
        """Somebody is to be accepted (None: the longest waiting); answers the wish's id. With ``refused`` it
        is not asked for at all."""
        whom = clean_line(contact.nick, max_chars=40) if contact is not None else ""
        wish = Wish(
            id or uuid.uuid4().hex,
            contact.id if contact is not None else None,
            whom,
            frozenset(view.desk.chats),
            refused,
        )
        self._wishes.append(wish)
        self._listening = wish
        return wish.id

    def leave(self) -> None:
        """The agent goes elsewhere: what is typed from now on is not for who is being accepted."""
        self._listening = None
        self._kept.waited()

    # keys

    def holds(self, event: Typed) -> bool:
        """Whether this is for who is being accepted; then it waits, and is given back in time."""
        wish = self._listening
        if wish is None:
            return False
        if isinstance(event, events.Key) and not self._waits(event.key):
            return False
        self.hold([event])
        return True

    def hold(self, typed: Sequence[Typed]) -> None:
        """Keep these for who is being accepted, in the order in which they were typed."""
        if self._listening is not None:
            self._listening.typed = sorted([*self._listening.typed, *typed], key=lambda event: event.time)

    def _waits(self, key: str) -> bool:
        command = self._command_of(key)
        return command is None or command in IN_CHAT

    def show(self) -> None:
        """Say for whom the agent writes, while it takes longer than a moment."""
        if self._listening is not None:
            self._kept.show_waiting(self._listening.whom, words_of(self._listening.typed))

    # answers

    def settle(self, view: View) -> list[Arrived]:
        """Who is here by this view; the words of who will not come are kept. With the keyboard where they
        were being written."""
        arrived: list[Arrived] = []
        for wish in list(self._wishes):
            answer = self._answer(wish, view)
            if answer is None or (answer.contact is not None and not _is_settled(view, answer.contact)):
                continue
            self._wishes.remove(wish)
            keyboard = self._listening is wish
            if keyboard:
                self.leave()
            if answer.contact in view.desk.chats and answer.contact is not None:
                for other in self._wishes:
                    other.had |= {answer.contact}
                arrived.append(Arrived(answer.contact, wish.typed, keyboard, self._is_note(wish)))
            else:
                self._keep(wish, answer.why or GONE, keyboard)
        return arrived

    def _keep(self, wish: Wish, why: str, keyboard: bool) -> None:
        text = words_of(wish.typed).rstrip("\n")
        if text.strip() or keyboard:
            self._kept.keep(Kept(wish.whom, why, text, note=self._is_note(wish)), keyboard=keyboard)

    def _is_note(self, wish: Wish) -> bool:
        return any(
            isinstance(event, events.Key) and self._command_of(event.key) == "note" for event in wish.typed
        )

    def _answer(self, wish: Wish, view: View) -> AcceptAnswer | None:
        """The desk's answer; where it gives none, the chat that it shows because of the wish."""
        if wish.refused:
            return AcceptAnswer(wish.id, why=wish.refused)
        told = next((answer for answer in view.accept_answers if answer.wish == wish.id), None)
        current = view.desk.current
        if told is not None or current is None or current in wish.had or current not in view.desk.chats:
            return told
        others = any(answer.contact == current for answer in view.accept_answers)
        if others or wish.contact not in (None, current):
            return None
        return AcceptAnswer(wish.id, current)


def _is_plain(event: Typed) -> bool:
    """Whether it is a letter, Enter, or takes the last letter back."""
    if isinstance(event, events.Paste):
        return False
    return event.key in ("enter", "backspace") or (event.character is not None and event.is_printable)


def _is_command(line: str) -> bool:
    return line.lstrip().startswith("/")


def _is_settled(view: View, contact: ContactId) -> bool:
    """Whether the view has the chat already, or what became of it."""
    return contact in view.desk.chats or contact in view.desk.parted
