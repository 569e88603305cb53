"""To whom a contact can be passed on: colleagues and groups, how they stand, and who is meant by a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.desk.contact import NOBODY, AgentName
from tui.link.view import Colleague, View
from tui.text import CleanText, clean_line
from tui.typed.slash import WrongArgument, near
from tui.widgets import figures, glyphs


class Presence(StrEnum):
    """Whether somebody there would hear it."""

    READY = "ready"
    FULL = "full"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Target:
    """A colleague or a group."""

    name: CleanText
    presence: Presence
    told: CleanText
    """How he, or it, stands: "ready, 2 chats", "paused 12:04, lunch"."""
    agent: AgentName = NOBODY
    group: str = ""

    @property
    def id(self) -> str:
        """Names it among the others."""
        return f"group {self.group}" if self.group else f"agent {self.agent}"

    @property
    def sign(self) -> str:
        """Ready, or not; and whether it is a group."""
        if self.group:
            return glyphs.GROUP
        return glyphs.READY if self.presence is Presence.READY else glyphs.PAUSED


def targets(view: View, now: float) -> list[Target]:
    """Colleagues, those who are ready first, then groups."""
    people = [_person(colleague, now) for colleague in view.colleagues]
    people.sort(key=lambda one: (list(Presence).index(one.presence), one.name.casefold()))
    names = {group for colleague in view.colleagues for group in colleague.groups}
    names |= set(view.desk.groups)
    return people + [_group(name, view) for name in sorted(names, key=str.casefold)]


def _person(colleague: Colleague, now: float) -> Target:
    chats = f"{colleague.chats} chat{'' if colleague.chats == 1 else 's'}"
    if colleague.max_chats:
        chats = f"{colleague.chats} of {colleague.max_chats} chats"
    if colleague.paused:
        why = f" {colleague.pause_reason}" if colleague.pause_reason else ""
        told = f"paused {figures.clock(now - colleague.paused_since)}{why}, {chats}"
        presence = Presence.AWAY
    elif _is_full(colleague):
        told, presence = f"full, {chats}", Presence.FULL
    else:
        told, presence = f"ready, {chats}", Presence.READY
    return Target(clean_line(colleague.name), presence, clean_line(told), agent=colleague.name)


def _is_full(colleague: Colleague) -> bool:
    return bool(colleague.max_chats) and colleague.chats >= colleague.max_chats


def _group(name: str, view: View) -> Target:
    members = [colleague for colleague in view.colleagues if name in colleague.groups]
    ready = sum(not member.paused and not _is_full(member) for member in members)
    mine = ", and you" if name in view.desk.groups else ""
    told = f"group, {ready} of {len(members)} ready{mine}"
    presence = Presence.READY if ready else Presence.AWAY
    return Target(clean_line(name), presence, clean_line(told), group=name)


def matching(found: list[Target], words: str) -> list[Target]:
    """Those that hold all these words in name or standing."""
    wanted = words.casefold().split()
    return [one for one in found if all(word in f"{one.name} {one.told}".casefold() for word in wanted)]


def meant(found: list[Target], text: str) -> tuple[Target, str]:
    """Who is meant at the beginning of ``text``, and what follows: the note. Raises WrongArgument."""
    wanted = text.casefold()
    for one in sorted(found, key=lambda one: -len(one.name)):
        name = one.name.casefold()
        if wanted == name or wanted.startswith((f"{name} ", f"{name}\n", f"{name}:", f"{name},")):
            return one, text[len(one.name) :].lstrip(" :,\n")
    first, _, note = text.partition(" ")
    begin = [one for one in found if one.name.casefold().startswith(first.casefold())]
    if len(begin) == 1:
        return begin[0], note.strip()
    if begin:
        names = " or ".join(one.name for one in begin)
        raise WrongArgument(f'"{first}" may be {names}: write more of the name.')
    if not found:
        raise WrongArgument("Nobody else is here, and there is no group.")
    alike = " or ".join(near(first, [one.name for one in found]))
    raise WrongArgument(
        f'There is no colleague and no group "{first}".' + (f" Did you mean {alike}?" if alike else "")
    )
