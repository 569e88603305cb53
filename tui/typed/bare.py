"""Lines typed where a command may be written without its slash: an order, words, or unclear. Pure.

Only what cannot be meant for a visitor is an order without a slash: a name alone, or a name before an
argument that fits it. A name before words of the agent's own is asked about, because either reading may be
the one that must not happen: a private note told to the visitor, or a sentence that never reaches them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tui.typed.slash import Order, Read, Refusal, S, Words, read

_FIRST_WORD = re.compile(r"\s*(\S+)\s*(.*)\Z", re.DOTALL)
_AFTER_A_NAME = ":;,.!?-–—…"
"""What may be written right behind a name, as in ``Note: …``; then it is asked about."""
_BESIDE_THE_SLASH = "\\|7?.,;:-_&#'!<>÷"
"""What is written instead of a slash by missing its key, or Shift, on the keyboards of many languages."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Fit(StrEnum):
    """How words behind a bare name go with the command of that name."""

    RUN = "run"
    """They are an argument for it and nothing else."""
    ASK = "ask"
    """They may be meant for it, or for the visitor."""
    SAY = "say"
    """They are the rest of a sentence that happens to begin so."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A command's name before words: nothing is sent and nothing done before the agent has said which."""

    id: str
    name: str
    """Of the command, as it was typed but without capitals."""
    argument: str
    """What stands behind the name."""
    text: str
    """The line as it was typed: what is sent if it was meant for the visitor."""


def holds_controls(text: str) -> bool:
    """Whether a line holds what a key has sent that is no text: C0 but tab and new line, DEL, C1."""
    return _CONTROLS.search(text) is not None


def read_line(
    text: str, commands: Mapping[str, S], fit: Callable[[S, str], Fit]
) -> Words | Order | Refusal | Unclear:
    """What a typed line means. ``fit`` is asked about the words behind a bare name; blanks around the line,
    invisible characters and full-width letters hide neither a slash nor a name."""
    found = _FIRST_WORD.match(text)
    if found is None:
        return Words(text)
    first, rest = _plain(found[1]), found[2].rstrip()
    if first.startswith("/"):
        return _after_slash(text, first, rest, commands)
    name = first.rstrip(_AFTER_A_NAME)
    command = commands.get(name.casefold())
    missed = _missed_slash(name, commands) if command is None else ""
    if missed:
        return Unclear(commands[missed].id, missed, rest, text)
    if command is None or (name != first and not rest):
        return Words(text)
    if not rest:
        return read(f"/{name}", commands)
    fits = fit(command, rest)
    if fits is Fit.SAY:
        return Words(text)
    if fits is Fit.RUN and name == first:
        return read(f"/{name} {rest}", commands)
    return Unclear(command.id, name.casefold(), rest, text)


def _after_slash(text: str, first: str, rest: str, commands: Mapping[str, S]) -> Read | Unclear:
    """A slash begins a command, unless it is doubled or what follows is no word, as in ``/etc/hosts``."""
    second = _FIRST_WORD.match(rest)
    name = _plain(second[1]).rstrip(_AFTER_A_NAME).casefold() if second is not None else ""
    if first == "/" and second is not None and name in commands:
        return Unclear(commands[name].id, name, second[2], text)
    bare = first[1:].rstrip(_AFTER_A_NAME).casefold()
    if first[1:].casefold() != bare and bare in commands:  # "/note: …"
        first = f"/{bare}"
    if first.startswith("//"):
        return Words(text.lstrip()[1:] if text.lstrip().startswith("//") else f"{first[1:]} {rest}".rstrip())
    meant = read(f"{first} {rest}" if rest else first, commands)
    return Words(text) if isinstance(meant, Words) else meant


def _missed_slash(name: str, commands: Mapping[str, S]) -> str:
    """The command's name behind what a finger beside the slash writes, as in ``\\note``, ``7note`` (Shift
    missed where the slash is on the 7) or ``?note``; empty when there is none."""
    bare = name.lstrip(_BESIDE_THE_SLASH).casefold()
    return bare if bare != name.casefold() and bare in commands else ""


def _plain(word: str) -> str:
    """A word as it is meant: full-width letters and slashes as usual ones, invisible characters left out."""
    whole = unicodedata.normalize("NFKC", word)
    return "".join(char for char in whole if unicodedata.category(char) != "Cf")
