"""What came of a chat, said in plain mode once it has ended: asked and answered in one line, if at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.desk.contact import Contact, MessageId
from tui.link.commands import Label, WriteNote
from tui.screens.labels import TAG_LIMIT, TAGS_AT_MOST, tags_of
from tui.text import NotAdmitted, RemoteText, admit, clean_line
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole

NOTE_LIMIT = 1_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a chat."""

    outcome: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


def read_answer(typed: str, outcomes: Sequence[str]) -> Answer:
    """As in "2 #billing #vip paid twice": the outcome by its number or name, tags, and a note. Each may be
    left out. Raises WrongArgument when it names an outcome that there is not."""
    outcome, rest = _outcome(typed.strip(), outcomes)
    words = rest.split(" ")
    tags = tags_of(" ".join(word for word in words if word.startswith("#")))
    if any(len(tag) > TAG_LIMIT for tag in tags):
        raise WrongArgument(f"A tag has at most {TAG_LIMIT} characters.")
    note = " ".join(word for word in words if not word.startswith("#")).strip()
    return Answer(outcome, tags, note)


def _outcome(typed: str, outcomes: Sequence[str]) -> tuple[str, str]:
    """The outcome that a line begins with, or none; and the rest of the line."""
    first, _, rest = typed.partition(" ")
    if first.isdecimal():
        number = int(first)
        if not 1 <= number <= len(outcomes):
            raise WrongArgument(f"There is no outcome {number}. {_choices(outcomes)}")
        return outcomes[number - 1], rest
    for outcome in sorted(outcomes, key=len, reverse=True):
        if f"{typed} ".casefold().startswith(f"{outcome} ".casefold()):
            return outcome, typed[len(outcome) :].strip()
    return "", typed


def _choices(outcomes: Sequence[str]) -> str:
    numbered = [f"{number} {clean_line(outcome)}" for number, outcome in enumerate(outcomes, 1)]
    return f"Outcomes: {', '.join(numbered)}." if numbered else "No outcomes are set."


class WrapUps:
    """Asks about the chat that has ended last, and keeps the answer."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._contact: Contact | None = None

    def ended(self, contact: Contact) -> None:
        """The agent has ended this chat, or put it away."""
        self._contact = contact
        settings = self._console.view.settings
        if settings.chats.wrap_up:
            nick = clean_line(contact.nick)
            choices = _choices(settings.wrap_up.outcomes)
            self._console.questions.expect(
                f"To wrap up {nick}, /wrap-up with number, #tags, note; or go on. {choices}"
            )

    def say(self, typed: str) -> None:
        """Keep what was typed of it. Raises WrongArgument."""
        contact, console = self._contact, self._console
        if contact is None:
            raise WrongArgument("No chat has ended here yet.")
        outcomes = console.view.settings.wrap_up.outcomes
        answer = read_answer(typed, outcomes)
        if answer == Answer():
            console.questions.expect(f"Say what came of {clean_line(contact.nick)}. {_choices(outcomes)}")
            return
        try:
            note = admit(answer.note, NOTE_LIMIT, what="the note", blank_allowed=True)
        except NotAdmitted as why:
            raise WrongArgument(f"Not kept: {why}.") from why
        contact = console.port.view().labelled(contact)
        outcome = RemoteText(answer.outcome) if answer.outcome else contact.resolution
        tags = tuple(dict.fromkeys((*contact.tags, *answer.tags)))
        if len(tags) > TAGS_AT_MOST:
            raise WrongArgument(f"A chat has at most {TAGS_AT_MOST} tags.")
        if (tags, outcome) != (contact.tags, contact.resolution):
            console.port.send(Label(contact.id, tags, contact.colour, outcome))
            self._contact = replace(contact, tags=tags, resolution=outcome)
        if note:
            console.port.send(WriteNote(contact.id, MessageId(uuid.uuid4().hex), note))
        told = [answer.outcome, *(f"#{tag}" for tag in answer.tags), "a note" if note else ""]
        kept = ", ".join(clean_line(one) for one in told if one)
        console.say(f"Kept of {clean_line(contact.nick)}: {kept}.")
