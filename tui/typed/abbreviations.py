"""Abbreviations: which there are for a chat, and what a word such as ``_wm`` becomes. Pure.

An abbreviation's text is the agent's own; the names filled in are not. A visitor who is called ``{agent}`` or
``_wm`` stays called so: what was filled in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tui.config.layout import KeyPath, join_key
from tui.config.schema import STAYS_ON_RESET, Settings
from tui.text import clean_line
from tui.typed.slash import near

_WORD = re.compile(r"(?<!\w)_[^\W_][\w-]*\Z")
_FIELD = re.compile(r"\{(nick|agent|service)\}")


class Place(StrEnum):
    """For whom an abbreviation is."""

    SERVICE = "service"
    LANGUAGE = "language"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom an abbreviation is, and where in the settings it stands."""

    place: Place = Place.ALL
    name: str = ""
    """Of the service or the language, as the settings write it."""

    @property
    def table(self) -> KeyPath:
        """The table of the settings file."""
        match self.place:
            case Place.SERVICE:
                return ("services", self.name, STAYS_ON_RESET)
            case Place.LANGUAGE:
                return ("languages", self.name, STAYS_ON_RESET)
        return (STAYS_ON_RESET,)

    def key(self, abbreviation: str) -> str:
        """The dotted key of one abbreviation, as ``ChangeSetting`` takes it."""
        return join_key((*self.table, abbreviation))


EVERYBODY = Scope()


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A word and what it stands for."""

    name: str
    """With its underscore."""
    text: str
    """As written in the settings, fields and all."""
    scope: Scope = EVERYBODY

    @property
    def key(self) -> str:
        """Its dotted key in the settings."""
        return self.scope.key(self.name)


@dataclass(frozen=True, slots=True)
class Names:
    """What the fields stand for in one chat; remote text, and cleaned when it is filled in."""

    nick: str = ""
    agent: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """The word left of the cursor that may be an abbreviation."""

    name: str
    start: int
    """Where it begins in the text."""


def every(settings: Settings) -> list[Abbreviation]:
    """All of them: those for everybody, then by language, then by service."""
    found = [Abbreviation(name, text) for name, text in settings.abbreviations.items()]
    for language, of_language in settings.languages.items():
        scope = Scope(Place.LANGUAGE, language)
        found += [Abbreviation(name, text, scope) for name, text in of_language.abbreviations.items()]
    for service, of_service in settings.services.items():
        scope = Scope(Place.SERVICE, service)
        found += [Abbreviation(name, text, scope) for name, text in of_service.abbreviations.items()]
    return found


def language_of(settings: Settings, service: str, lang: str) -> str:
    """The language of a chat: what the visitor's page said, else what the service speaks; first part only."""
    return (lang or settings.language(service)).partition("-")[0].partition("_")[0].casefold()


def in_force(settings: Settings, service: str, lang: str) -> Mapping[str, Abbreviation]:
    """Those of one chat by name: the service's go before the language's, and these before everybody's."""
    spoken = language_of(settings, service, lang)
    found: dict[str, Abbreviation] = {}
    for one in every(settings):
        place, name = one.scope.place, one.scope.name
        fits = place is Place.ALL or (
            name.casefold() == spoken if place is Place.LANGUAGE else name == service
        )
        if fits:
            found[one.name] = one  # ``every`` goes from the widest to the closest
    return found


def word_before(text: str, cursor: int) -> Word | None:
    """The word that ends at the cursor, if it has the form of an abbreviation."""
    found = _WORD.search(text, 0, cursor)
    return Word(found[0], found.start()) if found is not None else None


def named(name: str, known: Mapping[str, Abbreviation]) -> Abbreviation | None:
    """The abbreviation of this name; in whatever capitals, where that is clear."""
    if name in known:
        return known[name]
    alike = [one for other, one in known.items() if other.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def like(name: str, known: Mapping[str, Abbreviation], most: int = 5) -> list[Abbreviation]:
    """Those that may have been meant."""
    return [known[one] for one in near(name, tuple(known), most)]


def expanded(text: str, names: Names) -> str:
    """The text with its fields filled in, once; other braces stay as they are, and so do line ends inside."""
    values = {
        "nick": clean_line(names.nick),
        "agent": clean_line(names.agent),
        "service": clean_line(names.service),
    }
    return _FIELD.sub(lambda found: values[found[1]], text.strip("\n"))


def came_from(word: Word, text: str, inserted: Iterable[str]) -> bool:
    """Whether the word stands in something that was inserted: then it is not for the agent to expand."""
    end = word.start + len(word.name)
    for one in filter(None, inserted):
        at = text.find(one, max(0, end - len(one)))
        if 0 <= at <= word.start:
            return True
    return False
