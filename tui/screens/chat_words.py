"""What a composer's help knows in one chat: the commands of the table, and the abbreviations there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from tui.config.limits import COLOURS
from tui.desk.contact import Contact, ContactId
from tui.link.view import View
from tui.screens.command_table import BY_SLASH, COMMANDS, ConsoleCommand
from tui.screens.labels import NO_COLOUR, known_tags
from tui.screens.pane_row import PANES_AT_MOST
from tui.screens.targets import targets
from tui.text import clean_line, first_words
from tui.typed import abbreviations, slash
from tui.typed.abbreviations import Abbreviation, Names
from tui.typed.slash import Order, Read, WrongArgument
from tui.widgets.helping import Expansion
from tui.widgets.slip import NOTHING, Note, Offer


class Do(Protocol):
    """How a command of the table is carried out."""

    def __call__(self, id: str, argument: str = "", *, contact: ContactId | None = None) -> None:
        """Raises WrongArgument."""


Choices = Callable[[View, ContactId], Iterable[tuple[str, str]]]
"""What may stand behind a command, each with what it means; for the chat it is typed in."""


def _waiting(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    for contact in view.desk.pending.values():
        yield clean_line(contact.nick), clean_line(contact.service)


def _chats(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    for chat in view.desk.chats.values():
        yield str(chat.number), clean_line(chat.contact.nick)


def _colours(_: View, __: ContactId) -> Iterable[tuple[str, str]]:
    return ((colour, "") for colour in (*COLOURS, NO_COLOUR))


def _tags(view: View, id: ContactId) -> Iterable[tuple[str, str]]:
    chat = view.desk.chats.get(id)
    own = chat.contact.tags if chat is not None else ()
    yield from ((clean_line(tag), "") for tag in known_tags(view) if tag not in own)
    yield from ((f"-{clean_line(tag)}", "takes it off") for tag in own)


def _links(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    return ((clean_line(name), clean_line(url)) for name, url in view.settings.links.items())


def _on_off(_: View, __: ContactId) -> Iterable[tuple[str, str]]:
    return (("on", ""), ("off", ""))


def _spans(_: View, __: ContactId) -> Iterable[tuple[str, str]]:
    return (("5", "minutes"), ("15", "minutes"), ("60", "minutes"), ("off", "alerts again"))


def _pause_reasons(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    yield from ((reason, "") for reason in view.settings.agent.pause_reasons)
    yield "off", "ready again"


def _decline_reasons(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    return ((reason, "") for reason in view.settings.agent.decline_reasons)


def _targets(view: View, _: ContactId) -> Iterable[tuple[str, str]]:
    return ((one.name, one.told) for one in targets(view, time.time()))


ARGUMENTS: Mapping[str, Choices] = {
    "accept-longest": _waiting,
    "go-to-chat": _chats,
    "decline": _decline_reasons,
    "mute": _spans,
    "pause": _pause_reasons,
    "colour": _colours,
    "tag": _tags,
    "send-link": _links,
    "panes": lambda _, __: ((str(count), "") for count in range(1, PANES_AT_MOST + 1)),
    "toggle-audio": _on_off,
    "toggle-popups": _on_off,
    "transfer": _targets,
}
"""By command: what is offered behind its name. What is not offered may be typed all the same."""


class ChatWords:
    """Help for the composer of one chat."""

    def __init__(self, contact: ContactId, view: Callable[[], View], do: Do) -> None:
        self._contact = contact
        self._view = view
        self._do = do

    # commands

    def read(self, text: str) -> Read:
        """Words for the visitor, a command of the table, or a refusal."""
        return slash.read(text, BY_SLASH)

    def obey(self, order: Order) -> str:
        """Carry out a command; answers what is wrong with its argument."""
        try:
            self._do(order.id, order.argument, contact=self._contact)
        except WrongArgument as wrong:
            return wrong.reason
        return ""

    def begun(self, line: str) -> Note:
        """The commands that a name begun may become; behind a name, what may follow."""
        name, blank, argument = line[1:].partition(" ")
        if not slash.is_command(f"/{name}"):
            return NOTHING
        if not blank:
            offered = slash.completions(name, COMMANDS)
            return Note(tuple(_offer(command, len(line)) for command in offered))
        command = BY_SLASH.get(name.casefold())
        if command is None:
            return NOTHING
        said = f"{slash.usage(command)}: {command.help}"
        return Note(tuple(self._arguments(command, argument.lstrip(), len(line))), said)

    def _arguments(self, command: ConsoleCommand, typed: str, end: int) -> Iterable[Offer]:
        choices = ARGUMENTS.get(command.id)
        wanted = typed.casefold()
        for word, about in choices(self._view(), self._contact) if choices is not None else ():
            if word.casefold().startswith(wanted) and word.casefold() != wanted:
                yield Offer(word, about, word, end - len(typed), end)

    # abbreviations

    def expand(self, text: str, cursor: int, inserted: Sequence[str]) -> Expansion | Note | None:
        """The text an abbreviation stands for, or what is wrong with it; None when there is no such word."""
        word = abbreviations.word_before(text, cursor)
        contact = self.contact
        if word is None or contact is None:
            return None
        if abbreviations.came_from(word, text, inserted):
            return Note(said=f"{word.name} stands in what was put in; it is not expanded again.", wrong=True)
        view = self._view()
        known = abbreviations.in_force(view.settings, contact.service, contact.lang)
        found = abbreviations.named(word.name, known)
        if found is not None:
            return Expansion(word.start, cursor, abbreviations.expanded(found.text, names(view, contact)))
        near = abbreviations.like(word.name, known)
        offers = tuple(
            Offer(
                one.name,
                _preview(one),
                abbreviations.expanded(one.text, names(view, contact)),
                word.start,
                cursor,
            )
            for one in near
        )
        said = f"{clean_line(word.name)} is no abbreviation here"
        if near:
            return Note(offers, f"{said}. Tab takes the one above.", wrong=True)
        where = "/abbreviations shows all." if known else "None is defined yet; /abbreviations shows how."
        return Note(said=f"{said}. {where}", wrong=True)

    @property
    def contact(self) -> Contact | None:
        """Who is spoken to; None when the chat has been put away."""
        chat = self._view().desk.chats.get(self._contact)
        return chat.contact if chat is not None else None


def names(view: View, contact: Contact) -> Names:
    """What the fields of an abbreviation stand for with this contact."""
    return Names(contact.nick, view.desk.me, contact.service)


def _preview(one: Abbreviation) -> str:
    return first_words(one.text, 200)


def _offer(command: ConsoleCommand, end: int) -> Offer:
    name = command.slash_names[0]
    return Offer(slash.usage(command), command.help, f"/{name} " if command.argument else f"/{name}", 0, end)
