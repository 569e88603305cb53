"""The visitor's door without a console: keeps it open, and the deadlines of the queue kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from tui import __version__
from tui.backends.contract import Backend, BackendError
from tui.config.file import SettingsFile
from tui.deskloop.deadlines import Deadlines
from tui.deskloop.guard import guarded
from tui.web.door import Door, DoorError

log = logging.getLogger(__name__)


async def keep_door(
    backend: Backend,
    file: SettingsFile,
    host: str,
    port: int,
    stop: asyncio.Event,
    say: Callable[[str], None],
) -> int:
    """Keep the door open until ``stop``. Returns the exit status; raises BackendError."""
    loaded = file.load()
    for problem in loaded.problems:
        say(str(problem))
    settings = [loaded.settings]
    await backend.open()
    door = Door(backend, lambda: settings[0], await backend.desk_id(), __version__, time.time)
    try:
        bound = await door.start(host, port)
    except DoorError as error:
        say(f"deskbell: {error}")
        await backend.close()
        return 1
    say(f"The visitor's door is open at {bound.url}")
    deadlines = Deadlines(backend, lambda: settings[0], time.time)

    async def watch() -> None:
        while True:
            try:
                async for event in backend.watch():
                    deadlines.take(event)
            except BackendError as error:
                log.warning("the watch broke: %s", error)
            await asyncio.sleep(1.0)

    async def follow_settings() -> None:
        while True:
            await asyncio.sleep(0.5)
            fresh = await asyncio.to_thread(file.poll)
            if fresh is not None:
                settings[0] = fresh.settings
                for problem in fresh.problems:
                    say(str(problem))

    works = (("watch", watch), ("deadlines", deadlines.run), ("settings", follow_settings))
    tasks = [asyncio.create_task(guarded(name, work)) for name, work in works]
    try:
        await stop.wait()
    finally:  # on Windows Ctrl+C comes as a cancellation
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await door.close()
        await backend.close()
    return 0
