"""One press, one deed: stands where keys become commands, for the whole application.

A key that is held down repeats. Its repeats move, scroll, write and delete; of the commands only those that
go somewhere are carried out again (``ConsoleCommand.repeats``). All others need a press of their own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

from tui.screens.command_table import BY_ID
from tui.screens.keymap import key_label
from tui.typed.presses import Press, Presses
from tui.widgets.terminal_keys import RepeatedKey

MOVING = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "escape"})
"""Keys that, with or without Shift or Ctrl, only go somewhere or close something."""
NEXT_REPEAT = 0.15
"""Seconds after the first repeat in which a held key has repeated again; else it was pressed twice."""
_COMMAND = re.compile(r"(?:app\.)?do(?:_on_desk)?\('([a-z-]+)'\)")


class KeyGuard:
    """Judges every key once, as it comes, and every action that a key asks for."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._presses = Presses()
        self._judged: WeakSet[events.Key] = WeakSet()
        """Keys that were held back meanwhile come again."""
        self._second: events.Event | None = None
        """The last key that may have been a second press."""
        self._handled: tuple[asyncio.Task[object] | None, events.Key] | None = None
        """The key that is being treated, and the task that treats it."""

    def judged(self, event: events.Event) -> events.Event:
        """A key as it comes from the terminal: a repeat is a ``RepeatedKey``, told by the terminal or not."""
        if not isinstance(event, events.Key) or event.is_forwarded or event in self._judged:
            return event
        self._judged.add(event)
        told = isinstance(event, RepeatedKey)
        press, self._presses = self._presses.heard(event.key, event.time, told)
        if press is Press.NEW or told:
            return event
        repeated = RepeatedKey(event.key, event.character)
        repeated.time = event.time
        self._judged.add(repeated)
        if press is Press.PERHAPS_SECOND:
            self._second = repeated
        return repeated

    def forget(self) -> None:
        """The next key is a press of its own, however soon it comes."""
        self._presses = Presses()

    @contextmanager
    def handling(self, event: events.Event) -> Iterator[None]:
        """While the application treats a key: what is asked for meanwhile, in this task, it asks for."""
        if not isinstance(event, events.Key):
            yield
            return
        before, self._handled = self._handled, (asyncio.current_task(), event)
        try:
            yield
        finally:
            self._handled = before

    @property
    def key(self) -> events.Key | None:
        """The key that asks for what is being done; None when it is not by a key."""
        if self._handled is None or self._handled[0] is not asyncio.current_task():
            return None
        return self._handled[1]

    def allows(self, action: str, namespace: DOMNode | None) -> bool:
        """Whether this action may be carried out; told when it may not and the agent has pressed twice."""
        key = self.key
        if not isinstance(key, RepeatedKey) or _repeats(action, key.key, namespace):
            return True
        if key is self._second:
            self._second = None
            self._app.set_timer(NEXT_REPEAT, lambda: self._tell(key.key))
        return False

    def _tell(self, key: str) -> None:
        if self._presses.key == key and self._presses.repeats == 1:
            said = f"{key_label(key)} twice so quickly counts once. Once more for the next."
            self._app.notify(said, markup=False, timeout=4)


def _repeats(action: str, key: str, namespace: DOMNode | None) -> bool:
    """Whether a held key carries this action out again and again."""
    command = _COMMAND.fullmatch(action)
    if command is not None:
        return BY_ID[command.group(1)].repeats
    if action.startswith("go_to_chat(") or key.split("+")[-1] in MOVING:
        return True
    if not isinstance(namespace, Input | TextArea):
        return False
    return action != "submit" or namespace.has_class("enter-moves")
