"""A speaker whose every sound is recorded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.parts.sound import Recording, SoundServer, write_tone
from tui.alerts.plan import Ring, Sounding, Tone
from tui.outputs.ringer.health import SpeakerHealth, SpeakerState
from tui.outputs.ringer.speaker import Speaker
from tui.outputs.tones import tone_path

RING_PITCH, ONCE_PITCH = 1000.0, 1600.0
RING_SECONDS = 0.4


class Bench:
    """A running speaker, what it told of its health, and tones of known pitch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ring_file = write_tone(folder / "ring.wav", RING_PITCH, RING_SECONDS)
        self.once_file = write_tone(folder / "once.wav", ONCE_PITCH, 0.3, level=0.3)
        self.log = folder / "ringer.log"
        self.told: list[tuple[float, SpeakerHealth]] = []
        self.speaker = Speaker(
            lambda name: tone_path(name, folder),
            lambda health: self.told.append((time.monotonic(), health)),
            self.log,
        )
        self.numbers = 0

    @property
    def health(self) -> SpeakerHealth:
        return self.speaker.health

    def ring(self, volume: float = 1.0, tone: Path | str | None = None) -> Ring:
        return Ring(str(tone or self.ring_file), volume)

    def tone(self, volume: float = 1.0, tone: Path | str | None = None, age: float = 0.0) -> Tone:
        self.numbers += 1
        return Tone(self.numbers, str(tone or self.once_file), volume, time.time() - age)

    def show(
        self, ring: Ring | None = None, *tones: Tone, test: Ring | None = None, hushed: int = 0
    ) -> float:
        """Show it; when that was."""
        self.speaker.show(Sounding(ring, tones, test, hushed))
        return time.monotonic()

    def told_failing(self, since: float) -> float | None:
        """When it was first told since then that it fails."""
        return next(
            (at for at, health in self.told if at >= since and health.state is SpeakerState.FAILING), None
        )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    folder = tmp_path / "pulse"
    folder.mkdir()
    server = SoundServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def heard(server: SoundServer) -> Recording:
    return server.record()


@pytest.fixture
def sound_env(server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)


@contextlib.asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    keeper = asyncio.create_task(bench.speaker.run())
    try:
        yield bench
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


@pytest.fixture
async def bench(sound_env: None, heard: Recording, tmp_path: Path) -> AsyncIterator[Bench]:
    """A speaker with a warm child, recorded."""
    folder = tmp_path / "config"
    folder.mkdir()
    async with running(Bench(folder)) as made:
        await ready(made)
        yield made


async def ready(bench: Bench) -> None:
    """Until the child is warm."""
    end = time.monotonic() + 10
    while bench.speaker.ready is False:
        assert time.monotonic() < end, "the child did not start"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and os.path.exists(f"/proc/{pid}")
