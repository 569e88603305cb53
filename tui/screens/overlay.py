"""What every screen over the console is made of: it is closed once, and hears nothing afterwards.

Textual closes whatever is on top when a screen says ``dismiss``, and does so again when a second key, click
or timer asks for it: two Enters in one read ended the console. Which keys are meant for a screen that opens
or has closed is judged by ``input_gate``.

``Overlay`` stands behind Textual's own class among the bases: Textual inherits styles from the first alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rich.console import RenderableType
from textual import events
from textual._context import visible_screen_stack
from textual.await_complete import AwaitComplete
from textual.errors import NoWidget
from textual.message import Message
from textual.screen import ModalScreen, Screen, ScreenResultType

Answer = TypeVar("Answer")


class Layer(Screen[ScreenResultType]):
    """A screen that may be seen through those over it."""

    def render(self) -> RenderableType:
        """Textual's own. It takes what lies beneath from a list of all, from whose end each screen takes one
        as it is drawn; those that are not drawn anew take none, and the next takes a wrong one: two saw each
        other through themselves, without end."""
        stack = self.app.screen_stack
        beneath = stack[: stack.index(self)] if self in stack else []
        visible_screen_stack.set(beneath[-1:])
        return super().render()

    def _forward_event(self, event: events.Event) -> None:
        """Textual's own; but what has just been removed, as a toast whose time was up, is still drawn until
        the next layout, and a click on it ended the console."""
        if isinstance(event, events.MouseEvent) and self._is_on_removed(event):
            return
        super()._forward_event(event)

    def _is_on_removed(self, event: events.MouseEvent) -> bool:
        try:
            widget, _ = self.get_widget_at(event.x, event.y)
        except NoWidget:
            return False
        return not widget.is_attached


class Overlay(Layer[ScreenResultType]):
    """A screen that lies over another one."""

    closed = False
    """Whether it has been closed: it may still be drawn, but it has answered."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Textual's own, once: not when it is closed already, and not while another screen lies over it."""
        if self.closed or not self.is_active:
            return AwaitComplete()
        self.closed = True
        return super().dismiss(result)

    async def _on_message(self, message: Message) -> None:
        """Textual's own; what widgets, keys, mouse and timers still say to a closed screen has no meaning."""
        if self.closed and isinstance(message, events.Key):
            self.app.post_message(message)  # which knows whether to say a word about it
            return
        if self.closed and (message.bubble or isinstance(message, events.Timer | events.Mount)):
            return
        await super()._on_message(message)

    def open_over(
        self, screen: Screen[Answer], answered: Callable[[Answer | None], None] | None = None
    ) -> None:
        """Open another screen over this one, unless one lies there already: two presses open one."""
        open_over(self, screen, answered)


class Dialog(ModalScreen[ScreenResultType], Overlay[ScreenResultType]):
    """A small screen over the console that asks or tells something."""


def open_over(
    beneath: Screen[Any],
    screen: Screen[Answer],
    answered: Callable[[Answer | None], None] | None = None,
) -> None:
    """Open a screen over this one, unless one lies there already."""
    if beneath.is_active:
        beneath.app.push_screen(screen, answered)
