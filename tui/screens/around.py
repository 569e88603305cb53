"""What stands around the chats on the main screen, in words: the welcome, the keys, the header's clicks.

Pure: made from the view and the keymap.
"""

from __future__ import annotations

from tui.desk.state import Chat
from tui.link.commands import End, GiveBack, Transfer
from tui.link.view import DoorState, View
from tui.screens.command_table import COMMANDS
from tui.screens.keymap import Keymap
from tui.text import clean_line
from tui.widgets.header_line import HeaderPart
from tui.widgets.key_line import KeyHint


def welcome_words(view: View, keymap: Keymap) -> str:
    """What is said where no chat is open; at the very first start, what this is."""
    if view.first_start:
        return _greeting(view, keymap)
    accept, help_ = keymap.label("accept-longest"), keymap.label("help")
    lines = ["No chat is open.", f"{accept} accepts the longest waiting contact. {help_} shows the keys."]
    if not view.settings.desktop.enabled:
        lines.append(f"Popups are off; {keymap.label('toggle-popups')} switches them on.")
    door = view.door
    if door.state in (DoorState.OPEN, DoorState.SHARED):
        lines += ["", "To try it as a visitor, open", door.url]
    elif door.state is DoorState.BLOCKED:
        lines += ["", door.text]
    return "\n".join(lines)


OUT_OF_PAUSE = 95
"""In the footer: while paused, how important the key is that ends it."""


def _greeting(view: View, keymap: Keymap) -> str:
    """What it is, what to do, and how to try it, a line each; a line is a sentence or two."""
    said = [
        "Welcome to Deskbell. A visitor who writes on your site waits at the left, and while you look "
        "elsewhere it rings until somebody takes them.",
        f"{keymap.label('accept-longest')} accepts the longest waiting, Enter sends what you write, "
        f"{keymap.label('help')} explains the screen you are on.",
    ]
    door = view.door
    if door.state in (DoorState.OPEN, DoorState.SHARED):
        copies = keymap.label("copy-link")
        said.append(f"Try it as a visitor, in a browser ({copies} or a click copies it):\n{door.url}")
    elif door.state is DoorState.BLOCKED:
        said.append(door.text)
    return "\n\n".join(said)


def key_hints(view: View, keymap: Keymap) -> list[KeyHint]:
    """The keys of the footer, and which of them have something to do now."""
    desk = view.desk
    possible = {
        "accept-longest": bool(desk.pending),
        "next-unread": any(chat.unread for chat in desk.chats.values()),
        "next-chat": len(desk.chats) > 1,
        "longest-unanswered": any(chat.unanswered_since for chat in desk.chats.values()),
        "end": desk.current in desk.chats,
        "silence": bool(view.ringing),
    }
    words = {"pause": "ready" if desk.paused else "pause"}
    return [
        KeyHint(
            command.id,
            keymap.label(command.id),
            words.get(command.id, command.word),
            possible.get(command.id, True),
            OUT_OF_PAUSE if command.id == "pause" and desk.paused else command.importance,
            at_right=command.id == "help",
        )
        for command in COMMANDS
        if command.importance and not command.fixed
    ]


def parting_question(chat: Chat | None, wish: End | GiveBack | Transfer, draft: bool) -> str:
    """What is asked before a chat is left; empty when nothing is: its visitor has gone, and no words would be
    lost."""
    asked = []
    if chat is not None and not chat.ended:
        nick = clean_line(chat.contact.nick, max_chars=40)
        if isinstance(wish, End):
            asked.append(f"{nick} is told that the chat has ended.")
        elif isinstance(wish, GiveBack):
            asked.append(f"{nick} waits again in the pending queue, for everybody.")
    if draft:
        asked.append("What you have written in this chat has not been sent, and would be lost.")
    return " ".join(asked)


HEADER_COMMANDS = {
    HeaderPart.READY: "pause",
    HeaderPart.QUIET: "mute",
    HeaderPart.WAITING: "to-queue",
    HeaderPart.AUDIO: "toggle-audio",
    HeaderPart.POPUPS: "toggle-popups",
    HeaderPart.AGENT: "agent-menu",
    HeaderPart.FOCUS: "help",
    HeaderPart.PRODUCT: "help",
}
"""What a click on a part of the header does."""
