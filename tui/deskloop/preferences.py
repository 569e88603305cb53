"""Keeps the settings: the file as last read, what was edited by hand, and what could not be written.

A setting that cannot be saved (read-only disk, broken file) acts all the same until the console ends.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tui.config.fields import UnfitError, hints, open_table, section_type, setting
from tui.config.file import Loaded, SettingsFile, SettingsNotSaved
from tui.config.layout import KeyPath
from tui.config.schema import STAYS_ON_RESET, Settings
from tui.deskloop.keeper import Keeper
from tui.link.view import Severity

LOOK_EVERY = 0.5
"""Seconds between two looks at the file."""

Value = str | int | float | bool | tuple[str, ...]


class Preferences:
    """Settings for the desk, from the file and from the agent."""

    def __init__(self, file: SettingsFile, keeper: Keeper) -> None:
        self._file = file
        self._keeper = keeper
        self._in_turn = asyncio.Lock()
        self._unsaved: dict[str, Value | None] = {}
        """What could not be written, and holds until it can; None: the default."""

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
        await self._write(key, value)

    def hold(self, key: str, value: Value | None) -> None:
        """Go by a value from now on, whatever the disk does: a ring must be switched off at once."""
        self._unsaved[key] = value
        self._use(self._keeper.settings)

    async def reset(self, key: str | None) -> None:
        """Put one setting, or all that the file holds but the agent's own texts, back to the default."""
        if key is not None:
            await self._write(key, None)
            return
        self._unsaved = {key: kept for key, kept in self._unsaved.items() if STAYS_ON_RESET in key}
        for own in await asyncio.to_thread(self._file.own_keys):
            if STAYS_ON_RESET not in setting(own).path:
                await self._write(own, None)

    async def sets(self, key: str) -> bool:
        """Whether the file itself has a word on this setting."""
        return key in await asyncio.to_thread(self._file.own_keys)

    async def _write(self, key: str, value: Value | None) -> None:
        self.hold(key, value)
        async with self._in_turn:  # as the agent wished them: the last wish counts
            try:
                settings = await asyncio.to_thread(self._file.set, key, value)
                if key in self._unsaved and self._unsaved[key] == value:
                    del self._unsaved[key]
            except SettingsNotSaved as error:
                settings = self._keeper.settings
                said = f"{error} Until then it holds for this console."
                self._keeper.tell("Not saved", said, Severity.WARNING)
            self._use(settings)

    def _use(self, settings: Settings) -> None:
        for key, value in self._unsaved.items():
            what = setting(key)
            with suppress(UnfitError):
                wanted = what.default if value is None else what.fit(value)
                settings = _with(Settings, settings, what.path, wanted)
        self._keeper.use(settings)


def _with(hint: object, block: Any, path: KeyPath, value: object) -> Any:
    """The block with one field changed, however deep; frozen dataclasses and tables all the way down."""
    if not path:
        return value
    name, *rest = path
    of_entries = open_table(hint)
    if of_entries is None:
        field = hints(type(block))[name]
        return replace(block, **{name: _with(field, getattr(block, name), tuple(rest), value)})
    entry = block.get(name)
    kind = section_type(of_entries)
    changed = _with(of_entries, kind() if entry is None and kind is not None else entry, tuple(rest), value)
    if changed is None:
        return MappingProxyType({key: kept for key, kept in block.items() if key != name})
    return MappingProxyType({**block, name: changed})
