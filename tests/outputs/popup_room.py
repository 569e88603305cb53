"""A room for popup tests: a private desktop, a running board, and what the board reported."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from tests.parts.desktop import Desktop
from tests.parts.waiting import until_async
from tui.alerts.plan import AlertEvent, Popup
from tui.config.schema import OnClick
from tui.desk.contact import ContactId
from tui.outputs.popups import PopupBoard, PopupEvent, PopupHealth
from tui.text import CleanText

E = TypeVar("E", bound=PopupEvent)
T = TypeVar("T")


def popup(name: str, number: int = 1, *, body: str = "hello", close_after: int = 10) -> Popup:
    """A popup for one pending contact."""
    return Popup(
        key=f"pending:{name}",
        number=number,
        event=AlertEvent.PENDING,
        contact=ContactId(name),
        title=CleanText(f"{name} is waiting"),
        body=CleanText(body),
        on_click=OnClick.SHOW,
        can_accept=True,
        close_after=close_after,
    )


class Room:
    """A board, its events, and how long its loop was ever held up."""

    def __init__(self) -> None:
        self.events: list[PopupEvent] = []
        self.longest_stall = 0.0
        self.board = PopupBoard("Deskbell", self.events.append)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def event(self, kind: type[E], deadline: float = 5.0, count: int = 1) -> E:
        """The latest event of a kind, once there are at least ``count`` of them."""
        what = f"{count} {kind.__name__}; there are {self.events}"
        found = await until_async(
            lambda: events if len(events := self.of(kind)) >= count else None, deadline, what
        )
        assert found is not None
        return found[-1]

    async def health(self, ok: bool, deadline: float = 5.0) -> PopupHealth:
        """The latest health, once it is so."""

        def latest() -> PopupHealth | None:
            healths = self.of(PopupHealth)
            return healths[-1] if healths and healths[-1].ok is ok else None

        health = await until_async(latest, deadline, f"health {ok}; there is {self.of(PopupHealth)}")
        assert health is not None
        return health

    async def watch_the_loop(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.longest_stall = max(self.longest_stall, time.monotonic() - before - 0.01)


@asynccontextmanager
async def a_room() -> AsyncIterator[Room]:
    """A room whose board runs until the end."""
    room = Room()
    tasks = [asyncio.create_task(room.board.run()), asyncio.create_task(room.watch_the_loop())]
    try:
        yield room
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await room.board.close()


async def off_the_loop(call: Callable[[], T]) -> T:
    """Runs a blocking call of a test part without stopping the board's loop."""
    return await asyncio.to_thread(call)


def live_on(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process live on the desktop."""
    for name, value in desktop.env.items():
        monkeypatch.setenv(name, value)
