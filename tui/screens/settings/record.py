"""Records a key for a command: what arrived, whether it can be had, and what to do when nothing arrives."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.screens.command_table import BY_ID, ConsoleCommand
from tui.screens.keymap import FIXED_KEYS, Keymap, key_label, keymap
from tui.screens.overlay import Dialog
from tui.screens.settings.dialogs import BOX

ARRIVES_WITHIN = 5.0
"""Seconds without a key after which the agent is told that none has arrived."""

TWINS = {
    "tab": "Ctrl+I",
    "enter": "Ctrl+M",
    "ctrl+j": "Ctrl+Enter",
    "ctrl+h": "Ctrl+Backspace",
    "backspace": "Ctrl+H",
    "ctrl+@": "Ctrl+Space",
    "ctrl+at": "Ctrl+Space",
    "ctrl+underscore": "Ctrl+/",
    "ctrl+left_square_bracket": "Escape",
    "f13": "Shift+F1",
    "f14": "Shift+F2",
    "f15": "Shift+F3",
    "f16": "Shift+F4",
    "f17": "Shift+F5",
    "f18": "Shift+F6",
    "f19": "Shift+F7",
    "f20": "Shift+F8",
}
"""Keys that many terminals cannot tell apart: what arrives, and what else may have been pressed."""

FOR_MOVING = frozenset(
    {
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("tab", "shift+tab", "delete", "backspace", "escape", "space"),
    }
)
"""Keys by which lists and the composer are moved in: no command can have them."""


def refusal(command: str, key: str, keys: Keymap) -> str:
    """Why this key cannot be had for the command, in a clear word; empty when it can."""
    label = key_label(key)
    if key in FIXED_KEYS or key in FOR_MOVING:
        return f"{label} belongs to the composer and the lists."
    if len(key) == 1:
        return f"{label} is needed for writing; take one with Ctrl or Alt, or a function key."
    for other, taken in keys.keys.items():
        if key in taken and other != command:
            return f'{label} is the key of "{BY_ID[other].title}". Give that one another first.'
    if key in keys.keys.get(command, ()):
        return f"{label} is its key already."
    if any("is no key" in problem for problem in keymap({command: key}).problems):
        return f"{label} has no name that the settings could hold."
    return ""


def clash(command: ConsoleCommand, keys: Keymap) -> str:
    """Why a command cannot have its default keys back; empty when it can."""
    others = {other: taken for other, taken in keys.keys.items() if other != command.id}
    for key in command.keys.split(","):
        reason = refusal(command.id, key, Keymap(others))
        if reason:
            return reason
    return ""


class RecordScreen(Dialog[str | None]):
    """Takes the next key for a command. Answers with the command's keys as ``[keys]`` holds them."""

    DEFAULT_CSS = BOX.format(name="RecordScreen", width=64)
    AUTO_FOCUS = ""

    def __init__(self, command: ConsoleCommand, keys: Keymap) -> None:
        super().__init__()
        self._command = command
        self._keys = keys
        self._arrived = ""
        """A key that can be had, until it is taken or another arrives."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """What is asked, what arrived, what then."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Key for: {self._command.title}")
            box.border_subtitle = "Esc leaves it"
            yield Static(markup=False, id="asked")
            yield Static(markup=False, id="arrived")

    def on_mount(self) -> None:
        """Wait for a key."""
        now = ", ".join(map(key_label, self._keys.keys[self._command.id]))
        self.query_one("#asked", Static).update(Content(f"Press the new key. Now: {now}."))
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(ARRIVES_WITHIN, self._nothing_came)

    def _nothing_came(self) -> None:
        if not self._arrived:
            self._say(
                "Nothing has arrived for 5 seconds. If you pressed a key, this terminal, or the desktop "
                "before it, keeps it for itself: try another."
            )

    def on_key(self, event: events.Key) -> None:
        """The key itself, or the word on the one that arrived."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
        elif self._arrived and event.key == "enter":
            self.dismiss(self._arrived)
        elif self._arrived and event.key in ("plus", "+"):
            self.dismiss(",".join((*self._keys.keys[self._command.id], self._arrived)))
        else:
            self._take(event)

    def _take(self, event: events.Key) -> None:
        # Alt+Z too comes with the character "z"
        plain = event.is_printable and event.character is not None and "+" not in event.key
        key = event.character if plain and event.character is not None else event.key
        reason = refusal(self._command.id, key, self._keys)
        twin = f" ({TWINS[key]} cannot be told from it here.)" if key in TWINS else ""
        said = f"{key_label(key)} has arrived.{twin}"
        self._arrived = "" if reason else key
        if reason:
            self._say(f"{said}\n{reason}\nPress another.")
        else:
            now = ", ".join(map(key_label, self._keys.keys[self._command.id]))
            self._say(f"{said}\nEnter: take it instead of {now}.\n+: take it beside {now}.")
        self._wait()

    def _say(self, text: str) -> None:
        self.query_one("#arrived", Static).update(Content(f"\n{text}"))
