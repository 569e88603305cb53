"""For which screen a key, a paste or a click is meant, where screens open and close.

Several keys may come in one read: over a slow line, from a held key, from two quick presses. A key is meant
for the screen that was there when it was pressed:

- pressed while a screen is still opening, it waits until that screen can hear it;
- pressed before a screen had closed, it was meant for that one, and nothing beneath hears it;
- pressed after that, it waits until what was answered has been done: words may be meant for another chat;
- behind letters, a key that does something at once waits until these are written: it means them, too;
- the key that closed the screen, pressed twice or held, is one press; so is a double click.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from weakref import WeakKeyDictionary, WeakSet

from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.dom import DOMNode
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from tui.screens.overlay import Overlay
from tui.widgets.late_keys import has_messages, keys_waiting
from tui.widgets.terminal_keys import RepeatedKey

ONE_READ = 0.01
"""Seconds between two keys up to which they came together: nobody presses two so quickly."""
DOUBLED = 0.3
"""Seconds within which the key that closed a screen is pressed a second time unmeant."""
FIRST_REPEAT = 0.7
"""The same for Enter, which does something nearly everywhere: a held key waits so long before it repeats."""
LATER_REPEATS = 0.12
"""Seconds between the repeats of a held key, at most."""
WITHIN = {"enter": FIRST_REPEAT, "escape": LATER_REPEATS}
"""Who presses Esc twice means it: it does nothing but lead back, one screen at a time."""
PATIENCE = 2.0
"""Seconds after which keys no longer wait for a screen that does not come to itself."""
DOUBLE_CLICK = 0.5
"""Seconds within which a second click belongs to the first."""

LEFT_OUT = "What was pressed before this had closed was left out."


class SpareKeys:
    """Judges which keys were meant for a screen that has closed. Times are the events', in seconds."""

    def __init__(self) -> None:
        self._closed_at: float | None = None
        self._key = ""
        """The last key that did something."""
        self._key_at = float("-inf")
        self._repeats = 0
        self._read_at = self._read_began = float("-inf")

    def closed(self, at: float) -> None:
        """A screen has closed; by the last key, unless that is long ago."""
        self._closed_at = at
        self._repeats = 0

    def is_spare(self, key: str, at: float, *, held: bool = False) -> bool:
        """Whether this key, pressed ``at``, was meant for a screen that has closed.

        ``held``: the terminal says that it is no new press."""
        if at - self._read_at > ONE_READ:
            self._read_began = at
        self._read_at = at
        if self._closed_at is not None:
            if self._is_repeat(key, at, held):
                return True
            if self._read_began <= self._closed_at:
                return True
            self._closed_at = None
        self._key, self._key_at = key, at
        return False

    def is_same(self, key: str) -> bool:
        """Whether it is the key that closed the screen."""
        return key == self._key

    def _is_repeat(self, key: str, at: float, held: bool) -> bool:
        """The press that closed the screen goes on."""
        within = LATER_REPEATS if self._repeats else WITHIN.get(key, DOUBLED)
        if key != self._key or not (held or at - self._key_at <= within):
            return False
        self._repeats += 1
        self._key_at = at
        return True


class InputGate:
    """Stands before the application's own treatment of keys, pastes and clicks."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._spare = SpareKeys()
        self._stack: list[Screen[object]] = []
        self._held: list[events.Key | events.Paste] = []
        """What came while a screen was opening."""
        self._wait: object | None = None
        """What is being waited for; what was waited for before no longer counts."""
        self._waits_since = float("-inf")
        self._behind_words: WeakSet[events.Event] = WeakSet()
        """Keys that have waited, or wait, for the letters before them to be written."""
        self._given: WeakKeyDictionary[events.Event, Screen[object]] = WeakKeyDictionary()
        """Which screen was on top when a key was passed on."""
        self._closed_at = float("-inf")
        self._press_at, self._press_on = float("-inf"), Offset()
        """The last press of a mouse button that was passed on."""
        self._pressed_away = False
        self._told = False
        """Whether it was said since that something was left out."""

    def passes(self, event: events.Event) -> bool:
        """Whether the application may go on with this event now; else it is kept, or left out."""
        if not isinstance(event, events.Key | events.Paste | events.MouseDown | events.MouseUp):
            return True
        if not self._app.screen_stack:
            return True
        top = self._app.screen_stack[-1]
        if event.is_forwarded:
            return self._is_for(event, top)
        if isinstance(event, events.MouseDown | events.MouseUp):
            return self._is_own_click(event)
        if self._wait is not None:
            self._held.append(event)
            if event.time > self._waits_since + PATIENCE:
                self._app.call_later(self._deliver)
            elif len(self._held) == 1:
                self._app.set_timer(PATIENCE, partial(self._give_up, self._wait))
            return False
        if self._is_spare(event):
            return False
        if isinstance(event, events.Key) and self._overtakes(event, top):
            self._behind_words.add(event)
            self._held.append(event)
            self._wait_for(top)
            return False
        self._given[event] = top
        return True

    def passed(self, event: events.Event) -> None:
        """An event that came from the terminal has been passed on. What follows a key that may go elsewhere,
        as Tab and Enter do, waits until it has gone: the focus may have moved. A composer sees to that.
        """
        if not isinstance(event, events.Key) or event.is_printable or self._wait is not None:
            return
        top = self._app.screen_stack[-1] if self._app.screen_stack else None
        if isinstance(top, Overlay) and not top.closed:
            way = (top.focused or top).ancestors_with_self
            self._wait_until_done((*way, *way))  # up comes the key, and then what was made of it

    def _overtakes(self, event: events.Key, top: Screen[object]) -> bool:
        """Whether a key would do something before letters that came before it are written: keys with priority
        are treated by the application, all others behind them by the widget."""
        focused = top.focused
        if focused is None or event in self._behind_words or not has_messages(focused):
            return False
        bound = (
            binding for _, keys in top._binding_chain for binding in keys.key_to_bindings.get(event.key, ())
        )
        return any(binding.priority for binding in bound)

    def _is_for(self, event: events.Event, top: Screen[object]) -> bool:
        """Whether a key that comes back, for nobody has used it, was given to what is on top now."""
        given_to = self._given.get(event, top)
        if given_to not in self._stack and isinstance(event, events.Key):
            self._tell(left_out=not self._spare.is_same(event.key))
        return given_to is top

    def _is_spare(self, event: events.Key | events.Paste) -> bool:
        key = event.key if isinstance(event, events.Key) else ""
        spare = self._spare.is_spare(key, event.time, held=isinstance(event, RepeatedKey))
        self._tell(left_out=spare and not self._spare.is_same(key))
        return spare

    def _tell(self, *, left_out: bool) -> None:
        if left_out and not self._told:
            self._told = True
            self._app.notify(LEFT_OUT, markup=False, timeout=4)

    def _is_own_click(self, event: events.MouseDown | events.MouseUp) -> bool:
        """Whether a button is pressed or let go on what is there now, not on a screen that has closed."""
        if isinstance(event, events.MouseUp):
            away, self._pressed_away = self._pressed_away, False
            return not away
        at, on = event.time, event.screen_offset
        near = abs(on.x - self._press_on.x) <= 1 and on.y == self._press_on.y
        second = near and at - self._press_at <= DOUBLE_CLICK and self._press_at <= self._closed_at
        self._pressed_away = at <= self._closed_at or second
        if not self._pressed_away:
            self._press_at, self._press_on = at, on
        return not self._pressed_away

    # screens that open and close

    def screen_changed(self) -> None:
        """To be told each time a screen has opened or closed, before anything else happens."""
        before, self._stack = self._stack, self._app.screen_stack
        if not before or not self._stack:
            return
        top = self._stack[-1]
        if before[-1] not in self._stack:
            self._closed_at = time.monotonic()
            self._spare.closed(self._closed_at)
            self._told = False
            self._wait_for(top)
        elif len(self._stack) > len(before):
            self._held += self._keys_behind(before[-1].focused)
            self._wait_for(top)

    def _keys_behind(self, widget: Widget | None) -> list[events.Key | events.Paste]:
        """The keys a widget has not come to yet, when it is that widget that has opened a screen, as by a
        command and Enter. When the application did it, by a key of its own, they came before that key."""
        if widget is None or active_message_pump.get(None) is self._app:
            return []
        return keys_waiting(widget)

    def _wait_for(self, screen: Screen[object]) -> None:
        """Keep the keys until this screen can hear them: it may be opening, or have an answer to act upon.

        What is to be done before stands in the queues of whoever asked, which is the application, the screen
        or what has the keyboard there, and what that widget tells goes up through all it lies in; so the wait
        goes the same way."""
        wait = self._begin_to_wait()

        def beneath() -> None:
            self._go(wait, screen.focused.ancestors_with_self if screen.focused is not None else ())

        if not screen.call_later(beneath):
            self._app.call_later(self._deliver)

    def _wait_until_done(self, way: Sequence[DOMNode]) -> None:
        """Keep the keys until each of these, in this order, has done what stands in its queue."""
        self._go(self._begin_to_wait(), way)

    def _begin_to_wait(self) -> object:
        self._wait, self._waits_since = object(), time.monotonic()
        return self._wait

    def _give_up(self, wait: object) -> None:
        """What was waited for has not come to itself, or is no more: no key waits for another one."""
        if self._wait is wait:
            self._app.call_later(self._deliver)

    def _go(self, wait: object, way: Sequence[DOMNode]) -> None:
        if self._wait is not wait:
            return
        for at, node in enumerate(way, 1):
            if node.call_later(partial(self._go, wait, way[at:])):
                return
        self._app.call_later(self._deliver)

    async def _deliver(self) -> None:
        held, self._held = self._held, []
        self._wait = None
        for event in held:
            await self._app.on_event(event)
