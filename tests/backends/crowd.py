"""Starts and ends the worker processes of the tests."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.backends.desks import DeskUnderTest

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


@dataclass
class Worker:
    """One process; see ``worker``."""

    process: Process

    async def heard(self) -> Any:
        """The next value it tells; None when it has ended."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        return json.loads(line) if line.endswith(b"\n") else None

    async def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        await self.process.stdin.drain()

    async def kill(self) -> list[Any]:
        """End it as ``kill -9`` does; what it had told by then."""
        self.process.kill()
        rest = []
        while (value := await self.heard()) is not None:
            rest.append(value)
        await self.process.wait()
        return rest


@dataclass
class Crowd:
    """Processes on one desk."""

    desk: DeskUnderTest
    workers: list[Worker] = field(default_factory=list)

    async def start(self, *roles: tuple[str, ...]) -> list[Worker]:
        """One process a role, each ready and waiting for ``go``."""
        started = []
        for role in roles:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.backends.worker", self.desk.engine.name, self.desk.address, *role),
                stdin=PIPE,
                stdout=PIPE,
                cwd=ROOT,
                limit=2**24,
            )
            started.append(Worker(process))
        self.workers += started
        for worker in started:
            assert await worker.heard() == "ready"
        return started

    async def close(self) -> None:
        for worker in self.workers:
            if worker.process.returncode is None:
                await worker.kill()
