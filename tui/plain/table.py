"""What can be typed in plain mode: the commands of the one table that make sense without a screen, and a few
that only make sense here. Which deed belongs to which is in ``deeds``, what fits behind a name without its
slash in ``fits``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.screens.command_table import COMMANDS
from tui.typed.slash import by_slash_name


@dataclass(frozen=True, slots=True)
class PlainCommand:
    """Something that can be typed."""

    id: str
    slash_names: tuple[str, ...]
    """What it is called, the first is shown."""
    argument: str
    """What may follow, in words; see the command table."""
    help: str
    """One sentence."""


OWN: tuple[PlainCommand, ...] = (
    PlainCommand("help", ("help", "?"), "[command]", "The commands, or what one of them does."),
    PlainCommand("who", ("who",), "", "Who waits, and for how long."),
    PlainCommand("to-queue", ("queue",), "", "Who waits, numbered, with the first words."),
    PlainCommand("chats", ("chats",), "", "Your chats, numbered; /chat NUMBER goes to one."),
    PlainCommand("again", ("again",), "[number]", "What was said last once more, or the last so many lines."),
    PlainCommand("read", ("read",), "[number]", "The last 5 messages of the current chat, or so many."),
    PlainCommand("say", ("say",), "words…", "Send these words to the visitor of the current chat."),
    PlainCommand("status", ("status",), "", "How things stand: ready, waiting, chats, sound."),
    PlainCommand(
        "accept-longest",
        ("accept",),
        "[number or name]",
        "Take the longest waiting contact, or the one with this number in the queue or of this name.",
    ),
    PlainCommand(
        "note", ("note",), "[text …]", "Keep a private note in the current chat; only agents see it."
    ),
    PlainCommand("decline", ("decline",), "[reason]", "Say no to the first who waits for you alone."),
    PlainCommand("transfer", ("transfer", "pass"), "name [note …]", "Pass the chat on, with a note."),
    PlainCommand("send-link", ("link",), "name", "Send one of the pages named under [links]."),
    PlainCommand(
        "abbreviations",
        ("texts", "abbreviations"),
        "[words]",
        "Your canned texts.",
    ),
    PlainCommand("find", ("find",), "words", "The messages of the current chat with these words."),
    PlainCommand("search-past", ("search", "past"), "words", "The chats of all time with these words."),
    PlainCommand("agents", ("agents",), "", "Your colleagues and groups, and how they stand."),
    PlainCommand(
        "wrap-up",
        ("wrap-up", "outcome"),
        "[outcome] [#tag …] [note …]",
        "Say what came of the chat that ended last: an outcome by number or name, tags, a private note.",
    ),
    PlainCommand("mute", ("mute",), "[minutes, a time, or off]", "Quiet for 15 minutes, or for so long."),
)
"""Commands of plain mode alone, and those of the table that are said otherwise here."""

INSTEAD: Mapping[str, str] = {
    "settings": "Settings are changed in the file; it is read again as you save it.",
    "agent-menu": "There is no menu here; /help tells the commands.",
    "palette": "There is no palette here; /help tells the commands.",
    "find-chat": "/chats lists them, /chat NUMBER or /chat NAME goes to one.",
    "filter-queue": "/queue lists who waits.",
    "panes": "There is one column here.",
    "zoom": "There is one column here.",
    "pause-because": "Write /pause and the reason.",
    "colour": "There are no colours here; /tag marks a chat.",
    "copy-chat": "/export writes it into a file.",
    "theme": "There are no colours here.",
    "density": "There is no screen here.",
    "doctor": 'Run "deskbell doctor" in another terminal.',
}
"""Commands of the table that need a screen, and what to do instead."""


def _rows() -> tuple[PlainCommand, ...]:
    own = {command.id for command in OWN}
    taken = {name for command in OWN for name in command.slash_names}
    shared: list[PlainCommand] = []
    for command in COMMANDS:
        names = tuple(name for name in command.slash_names if name not in taken)
        if command.id not in own and names:
            shared.append(PlainCommand(command.id, names, command.argument, command.help))
    return (*OWN, *shared)


ROWS = _rows()
BY_NAME = by_slash_name(ROWS)
BY_ID = {row.id: row for row in ROWS}
