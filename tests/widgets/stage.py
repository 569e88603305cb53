"""One widget alone on a screen, what it posts, and what it draws."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from tui.widgets.lines import LineWidget

PATIENCE = 20.0
M = TypeVar("M", bound=Message)


class Stage(App[None]):
    """An application with one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[Message] = []
        self.copied = ""

    def compose(self) -> ComposeResult:
        yield self.widget

    def hear(self, message: Message) -> None:
        """Remember a message once, on whatever pump it was seen first."""
        if not any(message is other for other in self.heard):
            self.heard.append(message)

    def all(self, kind: type[M]) -> list[M]:
        """What was posted of one kind, in order."""
        return [message for message in self.heard if isinstance(message, kind)]

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text


@asynccontextmanager
async def staged(
    widget: Widget, size: tuple[int, int] = (80, 24), focus: bool = True
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """The widget on a screen of this size, focused."""
    app = Stage(widget)
    async with app.run_test(size=size, message_hook=app.hear) as pilot:
        if focus:
            widget.focus()
        await pilot.pause()
        yield app, pilot


def drawn(widget: LineWidget) -> list[str]:
    """What stands on the widget's lines, without the spaces at their ends."""
    return [strip.text.rstrip() for strip in widget.all_strips()]


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for: {what}"
        await pilot.pause()
        await asyncio.sleep(0.01)
