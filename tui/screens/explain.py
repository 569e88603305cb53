"""What the help says of the place one is at: made from the screen, its bindings and the command table.

A screen, or a widget in which the keyboard can be, explains itself in ``HELP``: a title on the first line,
and below it in two or three sentences what it is for. Its keys are its ``BINDINGS``; each has a description,
or the id of a command, and there is no second list of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.app import App
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, TextArea

from tui.screens.command_table import BY_ID, COMMANDS, ConsoleCommand, Group
from tui.screens.keymap import Keymap, key_label
from tui.typed.slash import usage
from tui.widgets import glyphs
from tui.widgets.composer import EDITING

OURS = "tui."
"""What the modules are called whose classes explain themselves."""

ANYWHERE = "-anywhere"
"""Behind the id of a command that the application binds for every screen."""

IN_OUR_WORDS = {
    "app.focus_next": "Next field",
    "app.focus_previous": "Field before",
    **dict.fromkeys(("scroll_up", "scroll_down", "scroll_left", "scroll_right"), "Scroll"),
    **dict.fromkeys(("page_up", "page_down", "page_left", "page_right"), "Scroll a page"),
    "scroll_home": "To the first line",
    "scroll_end": "To the last line",
}
"""Textual's own keys, by what they do."""


WITHOUT_ALT = """
    Some keyboard layouts (Cyrillic, Greek …) send a letter of their own with Alt, some terminals none.
    Ctrl+P finds every command by its name; typed in the composer after a slash it does the same, as in
    /note or /search; the settings can give it another key. Where Alt+N writes a letter such as î, switch on
    "Meta sends Escape" in the terminal (metaSendsEscape); the doctor says where.
"""
"""What the help says to whom Alt cannot serve."""


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A key, or a sign, and what it means."""

    keys: str
    text: str
    typed: str = ""
    """What may be typed in the composer instead."""


@dataclass(frozen=True, slots=True)
class HelpPart:
    """What stands under one heading."""

    title: str
    words: str = ""
    rows: tuple[HelpRow, ...] = ()


def explained(screen: Screen[object], keymap: Keymap) -> list[HelpPart]:
    """The screen, where the keyboard is in it, its keys; then all commands and signs."""
    path = _path(screen)
    parts = [HelpPart(*said) for said in map(_help_of, reversed(path)) if said is not None]
    own, editing, commands = _keys(path, screen.app, keymap)
    at_desk = len(commands) == sum(not command.fixed for command in COMMANDS)
    if own:
        parts.append(HelpPart("Keys here", rows=tuple(own)))
    if commands and not at_desk:
        rows = tuple(_command_row(BY_ID[id], keymap) for id in commands)
        parts.append(HelpPart("Commands that work here too", rows=rows))
    for group in Group:
        where = "" if at_desk else ", in the console"
        rows = tuple(_command_row(command, keymap) for command in COMMANDS if command.group is group)
        parts.append(HelpPart(group.value + where, rows=rows))
    if editing:
        parts.append(HelpPart("In a line of text", rows=tuple(editing)))
    parts.append(HelpPart("If Alt does not work", " ".join(WITHOUT_ALT.split())))
    parts.append(HelpPart("Signs", rows=tuple(HelpRow(sign, meaning) for sign, meaning in glyphs.LEGEND)))
    return parts


def _path(screen: Screen[object]) -> list[DOMNode]:
    """From what has the keyboard up to the screen."""
    focused = screen.focused
    return [node for node in (focused.ancestors_with_self if focused else [screen]) if node is not screen.app]


def _help_of(node: DOMNode) -> tuple[str, str] | None:
    """Title and words of what explains itself."""
    said = getattr(node, "HELP", None)
    if not said or not type(node).__module__.startswith(OURS):
        return None
    title, _, words = said.strip().partition("\n")
    return title, " ".join(words.split())


def own_bindings(kind: type[DOMNode]) -> Iterator[tuple[type[DOMNode], Binding]]:
    """What a class binds itself and inherits, key by key, nearest first, with the class that says so."""
    for base in kind.__mro__:
        if not issubclass(base, DOMNode):
            continue
        for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ())):
            yield base, binding
        if not base._inherit_bindings:
            return


def _keys(
    path: list[DOMNode], app: App[object], keymap: Keymap
) -> tuple[list[HelpRow], list[HelpRow], list[str]]:
    """Keys of this place, keys of a line of text, and ids of the commands that have their key here.

    A key does one thing: what has priority takes it, then what is nearest to the keyboard; a box that could
    scroll leaves its keys to what is around it when there is nothing to scroll.
    """
    found = [(base, binding) for node in path for base, binding in own_bindings(type(node))]
    found.sort(key=lambda pair: (not pair[1].priority, pair[0] is ScrollableContainer))
    found = [*((type(app), one) for _, one in own_bindings(type(app)) if one.priority), *found]
    taken: set[str] = set()
    own: dict[str, list[str]] = {}
    editing: dict[str, list[str]] = {}
    commands: dict[str, None] = {}
    for base, binding in found:
        id = _command(binding)
        keys = [key for key in keymap.keys.get(id, (binding.key,)) if key not in taken]
        taken.update(keys)
        if id and binding.description in ("", BY_ID[id].title):
            commands[id] = None
            continue
        rows = editing if _of_text(base, binding) else own
        for key in keys:
            if not key.startswith("super+"):  # few keyboards have it
                rows.setdefault(_word(base, binding), []).append(key_label(key))
    in_order = [command.id for command in COMMANDS if command.id in commands and not command.fixed]
    return _rows(own), _rows(editing), in_order


def _command(binding: Binding) -> str:
    """The command of the table that a binding stands for, if it does."""
    id = (binding.id or "").removesuffix(ANYWHERE)
    if id in BY_ID:
        return id
    fixed = (one.id for one in COMMANDS if one.fixed and one.title == binding.description)
    return next(fixed, "")


def _of_text(base: type[DOMNode], binding: Binding) -> bool:
    """Whether a key only moves or changes what is written."""
    return base in (Input, TextArea) or binding.group is EDITING


def _word(base: type[DOMNode], binding: Binding) -> str:
    if binding.description and base.__module__.startswith(OURS):
        return binding.description
    return IN_OUR_WORDS.get(binding.action, binding.description)


def _rows(by_word: dict[str, list[str]]) -> list[HelpRow]:
    return [HelpRow(", ".join(dict.fromkeys(keys)), f"{word}.") for word, keys in by_word.items()]


def _command_row(command: ConsoleCommand, keymap: Keymap) -> HelpRow:
    keys = keymap.keys.get(command.id) or tuple(command.keys.split(","))
    label = ", ".join(map(key_label, keys)) if len(keys) < 5 else f"{key_label(keys[0])} … {keys[-1][-1]}"
    return HelpRow(label, command.help, usage(command) if command.slash_names else "")


def fitting(parts: Iterable[HelpPart], words: str) -> list[HelpPart]:
    """What of it holds all the words; everything when there are none."""
    wanted = words.casefold().split()
    if not wanted:
        return list(parts)
    found: list[HelpPart] = []
    for part in parts:
        rows = tuple(row for row in part.rows if _holds(f"{row.keys} {row.text} {row.typed}", wanted))
        said = part.words if _holds(f"{part.title} {part.words}", wanted) else ""
        if rows or said:
            found.append(HelpPart(part.title, said, rows))
    return found


def _holds(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)
