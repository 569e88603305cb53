"""What tests of the console's screens have in common: the app on a still desk, and what is drawn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from textual.pilot import Pilot

from tests.screens.still_desk import StillDesk, console
from tui.desk.contact import ContactId
from tui.screens.app import ConsoleApp
from tui.screens.dialogs import QuitScreen
from tui.screens.pane import ChatPane
from tui.widgets.composer import Composer
from tui.widgets.lines import LineWidget

PATIENCE = 20.0
C = TypeVar("C")


@asynccontextmanager
async def on(
    desk: StillDesk, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """The console on this desk."""
    app = console(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for: {what}"
        await pilot.pause()
        await asyncio.sleep(0.01)


def rests(app: ConsoleApp) -> None:
    """The composer has been empty for long enough to end the chat from it."""
    if isinstance(app.focused, Composer):
        app.focused.emptied_at = float("-inf")


async def parts(app: ConsoleApp, pilot: Pilot[None], key: str = "ctrl+d") -> None:
    """The agent ends the open chat, or with another key gives it back, and means it when asked."""
    rests(app)
    await pilot.press(key)
    await says_yes(app, pilot)


async def says_yes(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """The question has stood for a moment, and the agent means it."""
    await until(pilot, lambda: isinstance(app.screen, QuitScreen), "the question")
    question = app.screen
    assert isinstance(question, QuitScreen)
    await until(pilot, lambda: question.is_mounted, "it is there")
    question._opened = float("-inf")
    await pilot.press("y")
    await until(pilot, lambda: app.screen is not question, "the answer")


def text_of(app: ConsoleApp) -> str:
    """Everything on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def toasts(app: ConsoleApp) -> str:
    """What is said in toasts now."""
    return "\n".join(toast.message for toast in app._notifications)


def line_of(widget: LineWidget) -> str:
    """The first line of a widget."""
    return widget.render_line(0).text


def wishes(desk: StillDesk, kind: type[C]) -> list[C]:
    """The commands of one kind, in order."""
    return [command for command in desk.commands if isinstance(command, kind)]


def panes(app: ConsoleApp) -> list[str]:
    """The chats in sight, from left to right."""
    shown = [pane for pane in app.screen.query(ChatPane) if pane.display and pane.size.width]
    return [str(pane.contact) for pane in sorted(shown, key=lambda pane: pane.region.x)]


def aged(desk: StillDesk, name: str, seconds: float) -> None:
    """As if the visitor's question, and the last words, were so many seconds old."""
    id = ContactId(name)
    chat = desk.keeper.desk.chats[id]
    at = time.time() - seconds
    since = at if chat.unanswered_since is not None else None
    chat = replace(chat, unanswered_since=since, contact=replace(chat.contact, last_at=at))
    desk.keeper.desk = replace(desk.keeper.desk, chats={**desk.keeper.desk.chats, id: chat})
    desk.wake()
