"""The keys in force: the table's defaults with what ``[keys]`` of the TOML says, checked here because Textual
accepts unknown names and clashes in silence."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from textual.keys import KEY_ALIASES, KEY_NAME_REPLACEMENTS, Keys

from tui.screens.command_table import BY_ID, COMMANDS

FIXED_KEYS = frozenset(key for command in COMMANDS if command.fixed for key in command.keys.split(","))

MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")

_NAMED = (
    {key.value for key in Keys}
    | set(KEY_NAME_REPLACEMENTS.values())
    | set(KEY_ALIASES)
    | {f"f{number}" for number in range(1, 25)}
)


@dataclass(frozen=True, slots=True)
class Keymap:
    """Which keys do what, and what in the settings could not be heeded."""

    keys: Mapping[str, tuple[str, ...]]
    """By command id; fixed commands are not in it."""
    problems: tuple[str, ...] = ()

    @property
    def in_use(self) -> frozenset[str]:
        """Every key that does something."""
        return frozenset(key for keys in self.keys.values() for key in keys)

    def label(self, command: str) -> str:
        """The first key of a command, as the agent knows it."""
        keys = self.keys.get(command) or tuple(BY_ID[command].keys.split(","))
        return key_label(keys[0])


AS_PRINTED = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "delete": "Del",
    "slash": "/",
    "question_mark": "?",
}
"""Keys whose names are not what stands on them."""


def key_label(key: str) -> str:
    """A key as it is printed, such as "Ctrl+E"."""
    parts = key.split("+")
    return "+".join(
        AS_PRINTED.get(part, part.upper() if len(part) == 1 else part.capitalize()) for part in parts
    )


def keymap(wanted: Mapping[str, str]) -> Keymap:
    """The keys in force under ``[keys]``. What cannot be heeded leaves the default and is told."""
    defaults = {command.id: tuple(command.keys.split(",")) for command in COMMANDS if not command.fixed}
    own: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for id, text in wanted.items():
        if id not in defaults:
            problems.append(_unknown(id, list(defaults)))
            continue
        keys = tuple(key.strip().lower() for key in text.split(",") if key.strip())
        bad = [key for key in keys if not _is_key(key)]
        if bad or not keys:
            what = f'"{bad[0]}" is no key' if bad else "no key is given"
            problems.append(f'[keys] {id}: {what}; write keys as in "f2,alt+a". The default stays.')
            continue
        own[id] = keys
    while (clash := _clash(own, {**defaults, **own})) is not None:
        id, other, key = clash
        del own[id]
        problems.append(
            f'[keys] {id}: "{key}" is the key of {other}; give that one another. The default stays.'
        )
    return Keymap({**defaults, **own}, tuple(problems))


def _clash(
    own: Mapping[str, tuple[str, ...]], keys: Mapping[str, tuple[str, ...]]
) -> tuple[str, str, str] | None:
    """The first of the agent's own choices that takes another command's key."""
    for id in own:
        fixed = set(own[id]) & FIXED_KEYS
        if fixed:
            return id, "the composer and the lists", min(fixed)
        for other, taken in keys.items():
            both = set(own[id]) & set(taken)
            if other != id and both:
                return id, other, min(both)
    return None


def _unknown(id: str, known: list[str]) -> str:
    near = difflib.get_close_matches(id, known, 1)
    hint = f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(known)}."
    return f"[keys] {id}: no such command; {hint}"


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+")
    if any(modifier not in MODIFIERS for modifier in modifiers):
        return False
    return len(name) == 1 or name in _NAMED
