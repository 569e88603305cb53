"""Keeps the settings: the file as last read, what was edited by hand, and what could not be written.

A setting that cannot be saved (read-only disk, broken file) acts all the same until the console ends.
"""

from __future__ import annotations

import asyncio
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tui.config.file import Loaded, SettingsFile, SettingsNotSaved
from tui.config.schema import Settings
from tui.deskloop.keeper import Keeper
from tui.link.view import Severity

LOOK_EVERY = 0.5
"""Seconds between two looks at the file."""

Value = str | int | float | bool


class Preferences:
    """Settings for the desk, from the file and from the agent."""

    def __init__(self, file: SettingsFile, keeper: Keeper) -> None:
        self._file = file
        self._keeper = keeper
        self._unsaved: dict[str, Value] = {}

    def tell_problems(self, loaded: Loaded) -> None:
        """Say what is wrong in the file, in one toast."""
        if not loaded.problems:
            return
        shown = [str(problem) for problem in loaded.problems[:3]]
        more = len(loaded.problems) - len(shown)
        if more:
            shown.append(f"and {more} more")
        self._keeper.tell("Settings", "\n".join(shown), Severity.WARNING if loaded.ok else Severity.ERROR)

    async def run(self) -> None:
        """Read the file again whenever it has changed, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            loaded = await asyncio.to_thread(self._file.poll)
            if loaded is not None:
                self._use(loaded.settings)
                self.tell_problems(loaded)

    async def change(self, key: str, value: Value) -> None:
        """Set one setting, now and in the file."""
        try:
            settings = await asyncio.to_thread(self._file.set, key, value)
            self._unsaved.pop(key, None)
        except SettingsNotSaved as error:
            self._unsaved[key] = value
            settings = self._keeper.settings
            self._keeper.tell("Not saved", f"{error} Until then it holds for this console.", Severity.WARNING)
        self._use(settings)

    def _use(self, settings: Settings) -> None:
        for key, value in self._unsaved.items():
            settings = _with(settings, key.split("."), value)
        self._keeper.use(settings)


def _with(block: Any, path: list[str], value: Value) -> Any:
    """The block with one field changed, however deep; frozen dataclasses all the way down."""
    name, *rest = path
    if not is_dataclass(block) or name not in {field.name for field in fields(block)}:
        return block
    inner = getattr(block, name)
    if rest:
        return replace(block, **{name: _with(inner, rest, value)})  # type: ignore[type-var]
    return replace(block, **{name: type(inner)(value)})  # type: ignore[type-var]
