"""Every screen of the console with something on it, for tests of how it looks."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from textual.pilot import Pilot

from tests.parts.waiting import until_async
from tests.screens.still_desk import StillDesk, console
from tui.config.schema import Appearance, Settings
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.link.findings import Area, Findings, State, finding
from tui.screens.app import ConsoleApp
from tui.text import RemoteText

SIZES = ((60, 20), (80, 24), (120, 36), (200, 60), (300, 80))


@dataclass(frozen=True)
class Scene:
    """A screen, and how one gets there."""

    name: str
    chats: int
    keys: tuple[str, ...] = ()
    shows: str = ""
    """Words that stand on it when it is there."""


SCENES = (
    Scene("desk-0", 0, (), "WAITING"),
    Scene("desk-1", 1, (), "Luca1"),
    Scene("desk-4", 4, (), "Luca4"),
    Scene("desk-9", 9, (), "Luca9"),
    Scene("help", 1, ("f1",), "Esc closes"),
    Scene("menu", 1, ("f10",), "Pause"),
    Scene("settings", 1, ("f9",), "Audio on"),
    Scene("alert-log", 1, ("f11",), "Alert log"),
    Scene("doctor", 1, ("f12",), "Sound server"),
    Scene("mute", 1, ("ctrl+s",), "15 minutes"),
    Scene("theme", 1, ("alt+y",), "deskbell-light"),
    Scene("quit", 2, ("ctrl+q",), "Stay"),
    Scene("palette", 1, ("ctrl+p",), "Accept"),
)

DESK_1, DESK_9 = SCENES[1], SCENES[3]


def found() -> Findings:
    """A doctor's report with every state in it."""
    all_states = tuple(
        finding(Area.SOUND, f"sound.{state}", state, "Sound server", "It plays.", "Do this.", "a line")
        for state in State
    )
    return Findings(all_states, time.time(), 0.1)


def busy_desk(chats: int, settings: Settings | None = None) -> StillDesk:
    """Three wait, one of them starred and one soon dissuaded; so many chats are open."""
    desk = StillDesk(settings)
    if chats or settings is not None:
        for number, name in enumerate(("Anna", "Bruno", "Chen")):
            desk.arrives(name, "the invoice shows the wrong address", ago=20 + 30 * number)
        record = desk.keeper.desk.pending[ContactId("Bruno")]
        soon = replace(record, dissuade_at=time.time() + 20, dissuasion_time=300.0, lang=RemoteText("it"))
        desk.keeper.take(ContactChanged(replace(soon, service=RemoteText("Sales"), version=soon.version + 1)))
    for number in range(1, chats + 1):
        desk.is_mine(f"Luca{number}", "It works now, thank you!", "Glad to hear.", "one more thing")
    return desk


@asynccontextmanager
async def scene(
    which: Scene,
    size: tuple[int, int],
    appearance: Appearance | None = None,
    prepare: Callable[[ConsoleApp], None] = lambda app: None,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """The console with this scene on it."""
    settings = Settings(appearance=appearance or Appearance())
    app = console(busy_desk(which.chats, settings), found)
    prepare(app)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*which.keys)
        await pilot.pause()
        if min(size) > 15:
            await until_async(lambda: which.shows in text_of(app), 20, f"{which.name}: {which.shows}")
        yield app, pilot


def text_of(app: ConsoleApp) -> str:
    """What stands on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def tour(app: ConsoleApp, pilot: Pilot[None]) -> AsyncIterator[Scene]:
    """The console as it stands, then every screen over it, one by one, each there when it is yielded."""
    desk = app.screen
    yield Scene("desk", 0)
    for which in SCENES:
        if not which.keys:
            continue

        def is_there(shows: str = which.shows) -> bool:
            return app.screen is not desk and (min(app.size) <= 15 or shows in text_of(app))

        await pilot.press(*which.keys)
        await until_async(is_there, 20, f"{which.name}: {which.shows}")
        await pilot.pause()
        yield which
        for _ in range(3):  # the first may only clear a filter
            if app.screen is not desk:
                await pilot.press("escape")
                await pilot.pause()
        assert app.screen is desk, which.name
