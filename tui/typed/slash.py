"""Lines that begin with a slash: a command, a mistake that is told, or words for the visitor.

The commands themselves stand in the command table and are handed in. Whatever an agent types is one of three
things: words to be sent, an order, or a refusal that says how to send it all the same. Nothing is sent that
looks like a command and is none.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

SEND_ANYWAY = "To send it to the visitor, begin with //."

_COMMAND = re.compile(r"/(?:([^\W\d_][\w-]*|\?)(?=\s|\Z)|\Z)")
"""A slash and one word, then nothing or a blank; or a slash alone. ``/etc/hosts``, ``/1`` and ``/ or`` are
words like others."""


class Speakable(Protocol):
    """What is to be known of a command here; the rows of the command table have it."""

    @property
    def id(self) -> str:
        """Names it."""

    @property
    def slash_names(self) -> tuple[str, ...]:
        """What it is called after a slash, the first is shown; none: it cannot be typed."""

    @property
    def argument(self) -> str:
        """What may follow, in words. Empty: nothing; in brackets: it need not; "…" at the end: many lines."""


S = TypeVar("S", bound=Speakable)


@dataclass(frozen=True, slots=True)
class Words:
    """To be sent to the visitor."""

    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """A command to be carried out."""

    id: str
    argument: str = ""
    """What was typed behind its name, without the blanks around it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Neither sent nor carried out; the text stays where it is."""

    reason: str
    """In plain words, with what to do."""


Read = Words | Order | Refusal


class WrongArgument(Exception):  # noqa: N818 - said aloud it is already a refusal
    """A command cannot be carried out with this argument. ``reason`` says why and what would do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def by_slash_name(commands: Iterable[S]) -> Mapping[str, S]:
    """The commands that can be typed, by every name they have after a slash."""
    return {name.casefold(): command for command in commands for name in command.slash_names}


def read(text: str, commands: Mapping[str, Speakable]) -> Read:
    """What was typed means this. ``commands`` by name, as ``by_slash_name`` makes them.

    Every text can be sent: one that begins with a slash by one more slash in front of it.
    """
    if text.startswith("//"):
        return Words(text[1:])
    found = _COMMAND.match(text)
    if found is None:
        return Words(text)
    name = found[1] or ""
    command = commands.get(name.casefold())
    if command is None:
        return Refusal(_unknown(name, tuple(commands)))
    argument = text[found.end() :].strip()
    wrong = _misfit(name, command, argument)
    return Refusal(wrong) if wrong else Order(command.id, argument)


def is_command(text: str) -> bool:
    """Whether this would be taken as a command, known or not: nobody need see it being typed."""
    return _COMMAND.match(text) is not None


def as_typed(text: str) -> str:
    """What must be typed so that this text is sent as it stands."""
    return f"/{text}" if _COMMAND.match(text) or text.startswith("//") else text


def near(word: str, known: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Names like this one: those that begin so, then those that are spelled alike."""
    wanted = word.casefold()
    begin = [name for name in known if wanted and name.casefold().startswith(wanted)]
    alike = difflib.get_close_matches(wanted, [name.casefold() for name in known], most, 0.6)
    named = {name.casefold(): name for name in reversed(known)}
    return tuple(dict.fromkeys([*begin, *(named[name] for name in alike)]))[:most]


def completions(word: str, commands: Iterable[S]) -> list[S]:
    """The commands that a name begun so may become: by how they begin first, then by what they hold."""
    wanted = word.casefold()
    named = [command for command in commands if command.slash_names]
    begin = [
        command
        for command in named
        if any(name.casefold().startswith(wanted) for name in command.slash_names)
    ]
    hold = [
        command
        for command in named
        if command not in begin and any(wanted in name.casefold() for name in command.slash_names)
    ]
    return begin + hold


def usage(command: Speakable) -> str:
    """As in ``/mute [minutes or a time]``."""
    return f"/{command.slash_names[0]} {command.argument}".rstrip()


def _unknown(name: str, known: Sequence[str]) -> str:
    if not name:
        return f"A slash alone is no command; /help lists them. {SEND_ANYWAY}"
    alike = " or ".join(f"/{one}" for one in near(name, known))
    hint = f" Did you mean {alike}?" if alike else " /help lists them."
    return f"/{name} is no command.{hint} {SEND_ANYWAY}"


def _misfit(name: str, command: Speakable, argument: str) -> str:
    """What is wrong with the argument's form; empty when nothing is."""
    wanted = command.argument
    if argument and not wanted:
        return f"/{name} takes nothing after it. {SEND_ANYWAY}"
    if "\n" in argument and not wanted.rstrip("]").endswith("…"):
        return f"/{name} takes one line. {SEND_ANYWAY}"
    if not argument and wanted and not wanted.startswith("["):
        return f"/{name} needs more: {usage(command)}"
    return ""
