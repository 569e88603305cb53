"""``make bench``: figures as ratios, each pair measured side by side in one run.

Nothing here passes or fails; the machine may be busy. Whole processes are started on a real pseudo terminal.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.alerts.room import Room
from tests.parts.processes import base_env
from tests.parts.pty_stage import PtyStage, Replies
from tests.parts_of_desk import contact, done
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.events import ContactChanged, Snapshot
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText

EMPTY_APP = "from textual.app import App; App().run()"


def say(what: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{what:<66} {figure}\n")


def median_of(times: int, work: Callable[[], float]) -> float:
    """The median of what ``work`` returns."""
    return statistics.median(work() for _ in range(times))


def first_paint(argv: list[str], shown: bytes) -> float:
    """Seconds from starting a process to its first painted frame."""
    started = time.perf_counter()
    with PtyStage(argv, base_env(), columns=120, rows=36, replies=Replies()) as terminal:
        while shown not in terminal.raw_output():
            time.sleep(0.002)
        return time.perf_counter() - started


def bench_start() -> None:
    """Start to first paint, against an empty Textual application."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-m", "tui", "--config", f"{folder}/c.toml", "--data", folder, "--port", "0"]
        ours, floor = [], []
        for _ in range(5):
            floor.append(first_paint([sys.executable, "-c", EMPTY_APP], b"\x1b[1;1H"))
            ours.append(first_paint(argv, b"WAITING"))
    pair = statistics.median(ours) / statistics.median(floor)
    say(
        "start to first paint / empty Textual application", f"{pair:5.2f}   ({statistics.median(ours):.2f} s)"
    )


def bench_desk() -> None:
    """One event taken in and weighed: 10,000 pending contacts against 10."""

    def room(size: int) -> Room:
        made = Room()
        made.hears(Snapshot(tuple(contact(f"c{n}", 1000.0 + n / 100) for n in range(size)), ()))
        return made

    def one_event(made: Room) -> float:
        new = contact("new", made.now)
        started = time.perf_counter()
        made.hears(ContactChanged(new))
        made.hears(ContactChanged(done(new, DeedKind.LEAVE, made.now + 1)))
        return (time.perf_counter() - started) / 2

    small, large = room(10), room(10_000)
    few = median_of(50, lambda: one_event(small))
    many = median_of(50, lambda: one_event(large))
    say("an event with 10,000 pending / with 10", f"{many / few:5.2f}   ({many * 1000:.2f} ms)")


async def _appends(folder: str, at_once: int, count: int) -> float:
    backend = SqliteBackend(Path(folder) / f"{at_once}.db")
    await backend.open()
    from tui.backends.contract import NewContact

    await backend.create(
        NewContact(ContactId("c"), RemoteText("A"), RemoteText("hi"), MessageId(f"{at_once}-first"))
    )
    gate = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with gate:
            await backend.append(
                ContactId("c"),
                MessageId(f"{at_once}-{number}"),
                Sender.VISITOR,
                RemoteText("A"),
                RemoteText("hello"),
            )

    started = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(count)))
    taken = time.perf_counter() - started
    await backend.close()
    return count / taken


def bench_store() -> None:
    """Durable messages a second: fifty in flight against one after another."""
    with tempfile.TemporaryDirectory() as folder:
        alone = asyncio.run(_appends(folder, 1, 300))
        together = asyncio.run(_appends(folder, 50, 3000))
    say(
        "messages a second, 50 in flight / one by one", f"{together / alone:5.2f}   ({together:.0f} a second)"
    )


if __name__ == "__main__":
    bench_start()
    bench_desk()
    bench_store()
    from tests import bench_search, bench_widgets

    say(*bench_search.bench_search())

    asyncio.run(bench_widgets.main())
