"""Keeps the visitor's door open: opens it, shares one that another console holds, or takes over."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import __version__
from tui.backends.contract import Backend
from tui.config.schema import Settings
from tui.link.view import DoorState, DoorView

if TYPE_CHECKING:
    from tui.web.door import Door

log = logging.getLogger(__name__)

RETRY_EVERY = 2.0
"""Seconds between two tries while another holds the port, and between two looks at what was refused."""


class Doorkeeper:
    """Opens the door and watches over it."""

    def __init__(
        self,
        backend: Backend,
        settings: Callable[[], Settings],
        desk_id: str,
        clock: Callable[[], float],
        host: str,
        port: int,
        stands: Callable[[DoorView], None],
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._desk_id = desk_id
        self._clock = clock
        self._host = host
        self._port = port
        self._stands = stands
        self._door: Door | None = None
        self.settled = asyncio.Event()
        """Set once the first try is over: pages that were open before have been given time to come back."""

    async def run(self) -> None:
        """Open the door, or wait for the port to fall free, until cancelled."""
        # aiohttp takes as long to import as everything else; the queue is on the screen meanwhile
        await asyncio.to_thread(importlib.import_module, "tui.web.door")
        from tui.web.door import Door, DoorError, PortTaken

        while True:
            door = Door(self._backend, self._settings, self._desk_id, __version__, self._clock)
            try:
                bound = await door.start(self._host, self._port)
            except PortTaken as taken:
                state = DoorState.SHARED if taken.by_us else DoorState.BLOCKED
                url = f"http://{self._host}:{self._port}"
                self._stands(DoorView(state, url, str(taken), taken.refused))
            except DoorError as error:
                self._stands(DoorView(DoorState.BLOCKED, "", str(error)))
            else:
                self._door = door
                log.info("the visitor's door is open at %s", bound.url)
                self.settled.set()
                while True:
                    self._stands(DoorView(DoorState.OPEN, bound.url, refused=door.refused_hosts()))
                    await asyncio.sleep(RETRY_EVERY)
            self.settled.set()
            await asyncio.sleep(RETRY_EVERY)

    async def close(self) -> None:
        """Close the door, if it is ours."""
        if self._door is not None:
            await self._door.close()
            self._door = None
