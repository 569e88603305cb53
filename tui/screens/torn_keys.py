"""Keys with Alt that a slow line tore into Escape and a letter, and those a keyboard layout cannot send.

The rule: Escape acts at once. A letter, a digit or Enter within half a second after it is the key with Alt
where that Escape had nothing to close (in the composer, a note or not, and in lists). Where it closed
something, a search, a dialog, what is offered above the composer, it was meant as Escape; then the letter
is written where only the agent reads, but never into a composer: if it was Alt after all, what follows is
not for the visitor, and it is said that it was not written.
"""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.widget import Widget

from tui.screens.desk_screen import DeskScreen
from tui.screens.keymap import key_label
from tui.text import clean_line
from tui.widgets.composer import Composer
from tui.widgets.queue_list import QueueList
from tui.widgets.slip import NOTHING
from tui.widgets.terminal_keys import KeyAfterEscape, LinesAtOnce

SAID_FOR = 6
"""Seconds for which it is said why a key did not do what it does otherwise."""
TOASTS = 2
"""Toasts beside which there is room for another."""


class TornKeys:
    """Tells what a key after an Escape was."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._closed = False
        """Whether the last Escape had something to close."""
        self._at: Widget | None = None
        """Where the keyboard was then."""
        self._unsent: set[str] = set()
        """Keys of which it was said that this layout cannot send them."""

    def heard(self, event: events.Key) -> events.Key | None:
        """The key that was meant; None when nothing is to happen."""
        if event.key == "escape":
            self._closed, self._at = escape_closes(self._app), self._app.focused
        if not isinstance(event, KeyAfterEscape):
            return event
        if not self._closed:
            return event.alt
        if not isinstance(self._app.focused, Composer):
            return event
        if event.key == "enter":
            return event if self._app.focused is self._at else None
        self._say(
            f"{event.character} came right after Esc, as {key_label(event.alt.key)} may on a slow line: "
            "it was not written."
        )
        return None

    def explain(self, event: events.Key, in_use: frozenset[str]) -> None:
        """Say once of a key with Alt and a letter of another alphabet what does the same."""
        key = event.key
        if key.startswith("alt+") and not key.isascii() and key not in in_use | self._unsent:
            self._unsent.add(key)
            self._say(
                f"{key_label(key)} is no key here: this keyboard layout sends its own letter. "
                "Ctrl+P, or a slash in the composer, finds every command."
            )

    def told_lines(self, event: LinesAtOnce) -> None:
        """Say that lines came at once, and what Enter does."""
        if event.lines:
            writing = isinstance(self._app.focused, Composer)
            does = ": Enter sends." if writing else ", as a paste does; their Enter does nothing."
            self._say(f"{event.lines} lines came at once{does}")

    def _say(self, text: str) -> None:
        if len(self._app._notifications) >= TOASTS:
            self._app.clear_notifications()  # the newest must not fall off the screen
        self._app.notify(clean_line(text, max_chars=200), markup=False, timeout=SAID_FOR)


def escape_closes(app: App[None]) -> bool:
    """Whether Escape has something to close, to clear or to leave now."""
    screen, focused = app.screen, app.focused
    if not isinstance(screen, DeskScreen):
        return True
    if isinstance(focused, Composer):
        return focused.slip.note is not NOTHING
    if isinstance(focused, QueueList):
        return bool(screen.panel.filter_words)
    within = [node for node in focused.ancestors_with_self if node is not screen] if focused else []
    return any("escape" in node._bindings.key_to_bindings for node in within if node is not app)
