"""Has a planned shift done by real parts, and keeps all that the checker needs in one folder."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.parts import processes
from tests.parts.sound import SoundServer
from tests.parts.terminal import TmuxStage
from tests.shift import plan as plans
from tests.shift.journal import Journal
from tests.shift.plan import AGENTS, DISSUASION, DOORKEEPER, GROUPS, TYPIST, VICTIM, Plan, Reception
from tests.shift.typist import COLUMNS, ROWS, Typist
from tests.shift.visitors import Visitor
from tests.shift.witness import Witness, record_changes

READY_WITHIN = 30.0
DONE_WITHIN = 75.0
"""Seconds after the planned end in which every visitor and every contact must have come to theirs."""

GONE_WITHIN = 20.0
"""Seconds in which every process ends once it is told to."""

SILENT_WITHIN = 5.0

LOCKER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
db.execute("BEGIN IMMEDIATE")
time.sleep(float(sys.argv[2]))
db.execute("ROLLBACK")
"""

CONFIG = """
[agent]
name = "{name}"
groups = {groups}
pause_when_missed = {auto}

[queue]
dissuasion_time = 120

[chats]
transfer_time = {transfer}
wrap_up = false

{services}
[web]
contacts_per_minute = 60000
messages_per_second = 5
reload_grace = {grace}
"""


@dataclass
class Console:
    """One agent's console, in one life."""

    name: str
    life: int
    pid: int
    process: processes.Process | None
    """None for the one in the terminal."""
    family: list[psutil.Process] = field(default_factory=list)
    """Its descendants, as they were last seen."""


class Shift:
    """A running shift."""

    def __init__(self, plan: Plan, folder: Path, say: Callable[[str], None]) -> None:
        self._plan, self._folder, self._say = plan, folder, say
        self._data = folder / "data"
        self._port = _free_port()
        self._url = f"http://127.0.0.1:{self._port}"
        self._consoles: dict[str, Console] = {}
        self._began = 0.0
        self._stack = ExitStack()
        self._env: dict[str, str] = {}

    async def run(self) -> None:
        """The whole shift. What went wrong in it is in the folder, for the checker."""
        with self._stack:
            self._prepare()
            self._log = Journal(self._folder / "runner.jsonl")
            await self._open()
            await self._work()

    # before

    def _prepare(self) -> None:
        self._data.mkdir(parents=True)
        (self._folder / "agents").mkdir()
        plans.save(self._plan, self._folder / "plan.json")
        for name in AGENTS:
            services = "".join(
                f'[services."{service}"]\ndissuasion_time = {seconds}\n'
                for service, seconds in DISSUASION.items()
            )
            text = CONFIG.format(
                name=name,
                groups=json.dumps(GROUPS[name]),
                auto="false" if name == TYPIST else "true",
                transfer=plans.TRANSFER_TIME,
                services=services,
                grace=plans.RELOAD_GRACE,
            )
            (self._folder / "agents" / f"{name}.toml").write_text(text)
        sound = self._folder / "sound"
        sound.mkdir(mode=0o700)
        self._sound = SoundServer(sound)
        self._sound.start()
        self._stack.callback(self._sound.stop)
        self._env = processes.base_env(**self._sound.env)

    async def _open(self) -> None:
        """Every console, the one that is to have the door first."""
        (self._folder / "began").write_text(str(time.time() + 6.0))
        self._start(DOORKEEPER)
        await self._ready(DOORKEEPER)
        record_changes(self._data / "deskbell.db")
        for name in AGENTS:
            if name not in (DOORKEEPER, TYPIST):
                self._start(name)
        self._stage = self._stack.enter_context(TmuxStage(columns=COLUMNS, rows=ROWS))
        argv = [
            *(sys.executable, "-m", "tui", "--config", str(self._folder / "agents" / f"{TYPIST}.toml")),
            *("--data", str(self._data), "--port", str(self._port)),
        ]
        pid = self._stage.run(argv, self._sound.env)
        self._consoles[TYPIST] = Console(TYPIST, 1, pid, None)
        await asyncio.to_thread(self._stage.wait_for, self._url, READY_WITHIN)
        self._log.add("starts", agent=TYPIST, life=1, pid=pid)
        for name in AGENTS:
            if name != TYPIST:
                await self._ready(name)
        self._began = max(float((self._folder / "began").read_text()), time.time())
        self._log.add("began", at=self._began)
        await asyncio.sleep(max(0.0, self._began - time.time()))

    def _start(self, name: str) -> None:
        life = self._consoles[name].life + 1 if name in self._consoles else 1
        argv = [sys.executable, "-m", "tests.shift.agent", str(self._folder), name, str(self._port)]
        process = processes.start(argv, self._env, stderr=_append(self._folder / f"{name}.stderr"))
        self._stack.callback(processes.stop, process, 0.1)
        self._consoles[name] = Console(name, life, process.pid, process)
        self._log.add("starts", agent=name, life=life, pid=process.pid)

    async def _ready(self, name: str) -> None:
        console = self._consoles[name]
        journal = self._folder / "agents" / name / f"journal-{console.life}.jsonl"
        end = time.monotonic() + READY_WITHIN
        while not (journal.exists() and b'"ready"' in journal.read_bytes()):
            if time.monotonic() > end or console.process is None or console.process.poll() is not None:
                raise AssertionError(f"{name} did not start: {(self._folder / f'{name}.stderr').read_text()}")
            await asyncio.sleep(0.05)

    # the shift

    async def _work(self) -> None:
        plan = self._plan
        self._witness = witness = Witness(self._data / "deskbell.db")
        await witness.start()
        journal = Journal(self._folder / "visitors.jsonl")
        typing = Journal(self._folder / "agents" / f"{TYPIST}.jsonl")
        typist = Typist(plan, self._stage, witness, typing)
        timeout = aiohttp.ClientTimeout(total=12, sock_connect=5)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as client:
            visitors = [
                asyncio.create_task(
                    self._comes(Visitor(visit, plan.seed, self._url, client, journal), visit.at)
                )
                for visit in plan.visits
            ]
            others = [
                asyncio.create_task(self._guard(name, work))
                for name, work in (
                    ("typist", typist.run),
                    ("kill", self._kill_victim),
                    ("lock", self._lock),
                    ("door", self._kill_door),
                )
            ]
            deadline = self._began + plan.seconds + DONE_WITHIN
            await asyncio.wait(visitors, timeout=max(1.0, deadline - time.time()))
            for visit, task in zip(plan.visits, visitors, strict=True):
                if not task.done():
                    self._log.add("problem", text=f"{visit.nick} has not come to an end")
                elif task.exception() is not None:
                    self._log.add("problem", text=f"{visit.nick}: {task.exception()!r}")
                task.cancel()
            await self._until(lambda: not witness.open() and typist.idle, deadline - time.time(), "all ended")
            for task in others[1:]:
                await asyncio.wait([task], timeout=max(1.0, deadline - time.time()))
            await self._falls_silent()
            others[0].cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await self._close()
        await witness.close()

    async def _comes(self, visitor: Visitor, at: float) -> None:
        await asyncio.sleep(max(0.0, self._began + at - time.time()))
        await visitor.run()

    async def _guard(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - told by the checker, with the rest
            self._log.add("problem", text=f"{name}: {error!r}")

    async def _until(self, true: Callable[[], bool], within: float, what: str) -> bool:
        end = time.monotonic() + max(1.0, within)
        while not true():
            if time.monotonic() > end:
                left = [f"{c.nick} ({c.status}, {c.agent or c.addressed_to})" for c in self._witness.open()]
                self._log.add("problem", text=f"not in time: {what}; open: {', '.join(left)}")
                return False
            await asyncio.sleep(0.05)
        return True

    async def _falls_silent(self) -> None:
        """With nobody waiting, nothing is to be heard at all."""
        await asyncio.sleep(1.0)
        heard = self._sound.record()
        since = time.monotonic()
        try:
            await asyncio.to_thread(heard.wait_for_silence, 1.0, SILENT_WITHIN, since)
            self._log.add("silent")
        except AssertionError as error:
            self._log.add("problem", text=f"it rings at the end: {error}")

    # what goes wrong

    async def _kill_victim(self) -> None:
        await asyncio.sleep(max(0.0, self._began + self._plan.kill_at - time.time()))

        def on_its_way() -> bool:
            return any(
                contact.addressed_to == VICTIM
                and contact.returned is None
                and contact.transfer_note.startswith(Reception.DIE)
                for contact in self._witness.open()
            )

        if await self._until(on_its_way, 0.5 * self._plan.seconds, "a contact on its way to the victim"):
            await self._kill(VICTIM)

    async def _kill_door(self) -> None:
        await asyncio.sleep(max(0.0, self._began + self._plan.door_at - time.time()))
        owner = next(name for name, console in self._consoles.items() if _listens(console.pid, self._port))
        if owner == TYPIST:
            self._log.add("problem", text="the console in the terminal has the door; it is not to be killed")
            return
        await self._kill(owner)

    async def _kill(self, name: str) -> None:
        """``kill -9``, and a new start after a while."""
        console = self._consoles[name]
        console.family = psutil.Process(console.pid).children(recursive=True)
        assert console.process is not None
        self._log.add("kills", agent=name, life=console.life)
        console.process.kill()
        console.process.wait(5)
        self._log.add("killed", agent=name, life=console.life)
        await self._all_gone(console.family, 5.0)
        await asyncio.sleep(self._plan.away)
        self._start(name)
        await self._ready(name)

    async def _lock(self) -> None:
        """Another program takes the database's lock and keeps it for a while."""
        plan = self._plan
        await asyncio.sleep(max(0.0, self._began + plan.lock_at - time.time()))
        self._log.add("locks")
        locker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", LOCKER, str(self._data / "deskbell.db"), str(plan.lock_for)
        )
        status = await locker.wait()
        self._log.add("unlocked")
        if status:
            self._log.add("problem", text="the database could not be locked")

    # the end

    async def _all_gone(self, family: list[psutil.Process], within: float) -> None:
        end = time.monotonic() + max(1.0, within)
        while alive := [process for process in family if _runs(process)]:
            if time.monotonic() > end:
                self._log.add("problem", text=f"still running: {alive}")
                return
            await asyncio.sleep(0.05)

    async def _close(self) -> None:
        families: list[psutil.Process] = []
        for console in self._consoles.values():
            try:
                process = psutil.Process(console.pid)
                families += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                self._log.add("problem", text=f"{console.name}'s console has ended by itself")
        for console in self._consoles.values():
            if console.process is not None:
                console.process.terminate()
        if self._stage.running():
            await asyncio.to_thread(self._stage.keys, "C-q")
        end = time.monotonic() + GONE_WITHIN
        for console in self._consoles.values():
            while console.process is not None and console.process.poll() is None and time.monotonic() < end:
                await asyncio.sleep(0.05)
            status = console.process.returncode if console.process is not None else 0
            self._log.add("ends", agent=console.name, life=console.life, status=status)
        await self._all_gone(families, end - time.monotonic())
        self._log.add("over")


def _runs(process: psutil.Process) -> bool:
    """Whether it is more than an entry in the table that nobody has taken out yet."""
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def run(plan: Plan, folder: Path, say: Callable[[str], None] = print) -> None:
    """Have a shift done."""
    asyncio.run(Shift(plan, folder, say).run())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(pid: int, port: int) -> bool:
    with suppress(psutil.Error):
        return any(
            each.status == psutil.CONN_LISTEN and each.laddr.port == port
            for each in psutil.Process(pid).net_connections("tcp")
        )
    return False


def _append(path: Path) -> Any:
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))
