"""A seeded random walk through the console: keys, clicks, pastes, resizes, and what happens on the desk.

An exception anywhere in the application ends it, with the seed, the step and what was done last. A longer one
than the tests have::

    python -m tests.screens.walk --steps 50000 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from tests.screens.settings_room import TONES
from tests.screens.walk_desk import HOSTILE, WalkDesk
from tui.link.findings import Area, Findings, State, finding
from tui.screens.app import ConsoleApp
from tui.screens.command_table import COMMANDS
from tui.screens.desk_screen import DeskScreen
from tui.screens.pane import ChatPane
from tui.screens.settings.dialogs import AskScreen
from tui.screens.settings.shelf import ToneShelf
from tui.widgets.composer import Composer

BOUND = sorted({key for command in COMMANDS for key in command.keys.split(",")})
MOVING = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "ctrl+home", "ctrl+end"),
    *("tab", "shift+tab", "enter", "escape", "space", "delete", "backspace", "insert", "ctrl+j"),
    *("shift+up", "shift+left", "ctrl+left", "ctrl+right", "ctrl+a", "ctrl+k", "ctrl+u", "ctrl+w"),
    *("ctrl+z", "ctrl+y", "ctrl+c", "ctrl+x", "ctrl+v", "ctrl+n", "ctrl+d", "f4", "alt+enter"),
)
DIGITS = tuple(f"alt+{digit}" for digit in range(10))
PRINTABLE = ("a", "e", "n", "y", "q", "r", "1", "2", "/", "_", "?", "-", "+", "é", "日", "[", "\U0001f600")
TYPED = (
    "/",
    "/mute 15",
    "/chats",
    "/note x",
    "/tag vip",
    "/find e",
    "/nothing",
    "//x",
    "_wm",
    "/accept a",
    "12",
)
SIGNS = {" ": "space", "/": "slash", "_": "underscore", "?": "question_mark", "-": "minus", "+": "plus"}
SIZES = (
    *((80, 24), (80, 24), (120, 30), (60, 20), (40, 10), (40, 5), (200, 40)),
    *((1, 1), (2, 2), (10, 5), (80, 3), (5, 40), (67, 24), (68, 24), (106, 30), (30, 8)),
)
MOST_SCREENS = 7
"""Over each other: the settings, a list there, a text of it, a question about that, the help, one more."""
LATELY = 25
"""What was done last, told when the walk fails."""


class WalkApp(ConsoleApp):
    """The console, which is not left."""

    def leave(self) -> None:
        """Not now."""


class WalkError(AssertionError):
    """The walk found a fault."""


def examine() -> Findings:
    """A doctor who is quick."""
    says = "It does not answer. [b]x[/b]"
    found = (
        finding(area, f"{area.name}.it", State.FAULT, "part", says, "Start it.", "a line") for area in Area
    )
    return Findings(tuple(found), time.time(), 1.0)


class Walk:
    """One walk."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.step = 0
        self.lately: deque[str] = deque(maxlen=LATELY)
        self.desk = WalkDesk(folder, self.chance)
        tones = ToneShelf(lambda event: list(TONES[event]), lambda tone: "")
        self.app = WalkApp(self.desk, lambda alert: "", examine, tones)
        self.desk.wake = self.app.wake
        self.stray: list[str] = []

    async def go(self, steps: int) -> None:
        """So many steps; then the console must still answer a key. Raises WalkError."""
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: self.stray.append(str(context.get("exception") or context.get("message")))
        )
        try:
            async with self.app.run_test(size=(80, 24), notifications=True):
                await self.settle()
                for self.step in range(steps):
                    self.take_one()
                    await self.settle()
                    self.are_few()
                await self.answers()
        except WalkError:
            raise
        except Exception as error:
            raise WalkError(self.told(repr(error))) from error

    def told(self, what: str) -> str:
        """All that is needed to walk it again."""
        steps = "\n  ".join(self.lately)
        return f"seed {self.seed}, step {self.step}: {what}\n  {steps}"

    def are_few(self) -> None:
        """Textual draws each screen through all that lie over it. Raises WalkError when they pile up."""
        over = [type(screen).__name__ for screen in self.app.screen_stack]
        if len(over) > MOST_SCREENS:
            raise WalkError(self.told(f"so many screens over each other: {', '.join(over)}"))

    # steps

    def take_one(self) -> None:
        """One step."""
        kind = self.chance.random()
        if kind < 0.45:
            done = f"event: {self.desk.happen()}"
        elif kind < 0.88:
            done = f"keys: {' '.join(self.keys())}"
        elif kind < 0.92:
            done = f"click: {self.click()}"
        elif kind < 0.94:
            text = self.chance.choice(HOSTILE).encode("utf-8", "replace").decode()
            self.app.post_message(events.Paste(text))
            done = f"paste: {text[:20]!r}"
        else:
            done = f"size: {self.resize()}"
        self.lately.append(f"{self.step}: {done}   [{type(self.app.screen).__name__}, {self.app.focused!r}]")

    def keys(self) -> list[str]:
        """One key, or several in one go."""
        at = self.chance.random()
        kinds = (BOUND, BOUND, MOVING, MOVING, DIGITS, PRINTABLE)
        if at < 0.1:
            keys = list(self.chance.choice(TYPED))
        elif at < 0.16:
            keys = ["escape"]  # else it stays in dialogs
        else:
            keys = [
                self.chance.choice(self.chance.choice(kinds)) for _ in range(self.chance.choice((1, 1, 2, 3)))
            ]
        for key in keys:
            self.press(key)
        return keys

    def press(self, key: str) -> None:
        """As the driver does."""
        name = {" ": "space", "/": "slash", "_": "underscore", "?": "question_mark", "-": "minus"}.get(
            key, key
        )
        character = key if len(key) == 1 else {"space": " ", "enter": "\r", "tab": "\t"}.get(key)
        self.app.post_message(events.Key(name, character))

    def click(self) -> str:
        """Somewhere, perhaps twice or with the wheel."""
        x, y = self.chance.randrange(self.app.size.width), self.chance.randrange(self.app.size.height)
        kinds = self.chance.choice(
            (
                (events.MouseDown, events.MouseUp),
                (events.MouseDown, events.MouseUp) * 2,
                (events.MouseDown,),
                (events.MouseDown, events.MouseMove, events.MouseUp),
                (events.MouseScrollDown,),
                (events.MouseScrollUp,),
                (events.MouseMove,),
            )
        )
        for number, kind in enumerate(kinds):
            down = 0 if kind is not events.MouseMove else 1
            self.app.post_message(
                kind(None, x, y + number * down, 0, 0, 1, False, False, False, x, y + number * down)
            )
        return f"{x},{y} {[kind.__name__ for kind in kinds]}"

    def resize(self) -> str:
        """To another size."""
        size = Size(*self.chance.choice(SIZES))
        if self.chance.random() < 0.15:
            size = Size(self.chance.randint(1, 300), self.chance.randint(1, 80))
        self.resize_to(size)
        return str(size)

    def resize_to(self, size: Size) -> None:
        """As the driver does."""
        if isinstance(self.app._driver, HeadlessDriver):
            self.app._driver._size = size
        self.app.post_message(events.Resize(size, size))

    # between the steps

    async def settle(self) -> None:
        """Until everything has been heard; then all of it is drawn. Sometimes less, as on a busy machine."""
        if self.chance.random() < 0.15:
            await asyncio.sleep(0)
        else:
            await self.heard()
            if self.step % 4 == 0:
                await asyncio.sleep(0.02)  # timers: frames, searches
            if self.step % 4 == 2:
                self.app.screen._compositor.render_strips()
        self.check()

    async def heard(self) -> None:
        """Let the queues empty."""
        quiet = 0
        for _ in range(200):
            await asyncio.sleep(0)
            pumps = (self.app, *self.app._registry)
            quiet = quiet + 1 if all(pump._message_queue.empty() for pump in pumps) else 0
            if quiet > 2:
                return

    def check(self) -> None:
        """Whether it still runs. Raises WalkError."""
        if self.app._exception is not None:
            raise WalkError(self.told(repr(self.app._exception))) from self.app._exception
        if self.stray:
            raise WalkError(self.told(f"unheard of: {self.stray}"))
        if not self.app.is_running:
            raise WalkError(self.told("the console has ended"))

    async def answers(self) -> None:
        """The console is still one: on the desk, in a window of a usual size, it writes what is typed."""
        self.resize_to(Size(100, 30))
        await self.until(lambda: self.app.size.width == 100, "the size")
        for _ in range(30):
            if isinstance(self.app.screen, DeskScreen):
                break
            await asyncio.sleep(
                0.5
            )  # sooner it would be the same press, and a question heeds nothing at first
            self.press("y" if isinstance(self.app.screen, AskScreen) else "escape")
            await self.heard()
        if not isinstance(self.app.screen, DeskScreen):
            raise WalkError(self.told(f"no way back from {self.app.screen!r}"))
        self.desk.is_mine("Last", "hello")
        self.app.screen.do("go-to-chat", "Last")
        await self.until(lambda: self.composer_of("Last") is not None, "the composer")
        await asyncio.sleep(0.05)
        composer = self.composer_of("Last")
        assert composer is not None
        composer.draft = ""
        self.press("z")
        await self.until(lambda: composer.text == "z", "a letter")

    def composer_of(self, contact: str) -> Composer | None:
        """Where one writes to this visitor, when the keyboard is there."""
        focused = self.app.focused
        if isinstance(focused, Composer) and focused.query_ancestor(ChatPane).contact == contact:
            return focused
        return None

    async def until(self, condition: object, what: str) -> None:
        """Wait for a condition, with a deadline. Raises WalkError."""
        assert callable(condition)
        deadline = time.monotonic() + 20
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise WalkError(self.told(f"still waiting for {what}"))
            await asyncio.sleep(0.01)


def main() -> None:
    """By hand: prints how far it came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(chosen.seed, Path(folder))
        began = time.monotonic()
        asyncio.run(walk.go(chosen.steps))
        sys.stdout.write(f"seed {chosen.seed}: {chosen.steps} steps in {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
