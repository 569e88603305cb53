"""A sound server of the test's own, and a recording of all that is heard on it.

PulseAudio with a null sink, reached by a socket in the test's folder alone; ``parec`` brings its monitor.
Times are ``time.monotonic()``. A sample's time is taken from the arrival of the block it came in: good to
about 10 ms on an idle machine, and late (never early) by as much as the recording thread was kept waiting on
a busy one. A frozen or dead server records nothing: such a stretch holds no samples, and no sound.
"""

from __future__ import annotations

import bisect
import contextlib
import os
import signal
import subprocess
import threading
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.parts import processes
from tests.parts.waiting import TooLate, until

Samples = NDArray[np.float32]
"""Mono, full scale is 1."""

RATE: Final = 44_100
AUDIBLE: Final = 0.02
"""Peak from which a sample counts as heard: above the soft hiss before a shipped tone's first attack."""
SINK: Final = "desk"
PROGRAMS: Final = {"pulseaudio": "pulseaudio", "parec": "pulseaudio-utils", "pactl": "pulseaudio-utils"}
"""What must be installed, and in which Debian package it is."""


class SoundServer:
    """One private PulseAudio; ``env`` is what a program needs to be heard on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: processes.Process | None = None
        self._recordings: list[Recording] = []
        self._socket = folder / "pulse.socket"
        self.env = {"PULSE_SERVER": f"unix:{self._socket}", "SDL_AUDIODRIVER": "pulseaudio"}

    def start(self) -> None:
        """Start (or start again) and wait until it answers."""
        processes.need(processes.missing(PROGRAMS))
        home = str(self._folder)
        places = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"), home)
        self._socket.unlink(missing_ok=True)
        self._process = processes.start(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--high-priority=no", "--realtime=no", "--log-level=error"),
                *("-L", f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"),
                *("-L", f"module-null-sink sink_name={SINK} rate={RATE}"),
            ],
            processes.base_env(**places),
        )
        until(lambda: self._socket.exists() and self._pactl("info"), 20, "the sound server answers")

    def stop(self) -> None:
        """End it and every recording of it."""
        for recording in self._recordings:
            recording.close()
        processes.stop(self._process)
        self._process = None

    def kill(self) -> None:
        """End it as a crash would; recordings wait for the next :meth:`start`."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(5)

    def freeze(self) -> None:
        """It stops in the middle of whatever it does and answers nobody."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def record(self) -> Recording:
        """Listen from now on; returns once samples come in."""
        recording = Recording(self.env)
        self._recordings.append(recording)
        until(lambda: recording.recorded_until > 0, 20, "the recording runs")
        return recording

    def players(self) -> int:
        """How many programs have a stream open to the sink now."""
        return len(self._pactl("list", "short", "sink-inputs").splitlines())

    def _pactl(self, *words: str) -> str:
        try:
            done = subprocess.run(
                ["pactl", *words],
                env=processes.base_env(**self.env),
                capture_output=True,
                text=True,
                timeout=5,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout if done.returncode == 0 else ""


@dataclass(frozen=True)
class _Block:
    start: float
    end: float
    samples: Samples


class Recording:
    """Everything heard on the sink since it was made."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = processes.base_env(**env)
        self._blocks: list[_Block] = []
        self._closed = False
        self._process: processes.Process | None = None
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    @property
    def recorded_until(self) -> float:
        """The time of the newest sample; 0 before the first."""
        return self._blocks[-1].end if self._blocks else 0.0

    def close(self) -> None:
        """Record no more."""
        self._closed = True
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._thread.join(5)

    def pcm_between(self, start: float, end: float) -> Samples:
        """The samples of that time."""
        pieces = [np.zeros(0, np.float32)]
        blocks = self._blocks
        for i in range(bisect.bisect_right(blocks, start, key=lambda block: block.end), len(blocks)):
            block = blocks[i]
            if block.start >= end:
                break
            first = max(0, round((start - block.start) * RATE))
            last = max(first, min(len(block.samples), round((end - block.start) * RATE)))
            pieces.append(block.samples[first:last])
        return np.concatenate(pieces)

    def sounding_since(self, start: float, audible: float = AUDIBLE) -> float | None:
        """When something was first heard at or after that time; None for not at all."""
        blocks = self._blocks
        for i in range(bisect.bisect_right(blocks, start, key=lambda block: block.end), len(blocks)):
            block = blocks[i]
            heard = np.flatnonzero(np.abs(block.samples) >= audible) / RATE + block.start
            heard = heard[heard >= start]
            if len(heard):
                return float(heard[0])
        return None

    def last_sound(self, start: float, audible: float = AUDIBLE) -> float | None:
        """When something was last heard since that time; None for not at all."""
        for block in reversed(self._blocks):
            if block.end < start:
                return None
            heard = np.flatnonzero(np.abs(block.samples) >= audible) / RATE + block.start
            if len(heard) and heard[-1] >= start:
                return float(heard[-1])
        return None

    def sounds_between(
        self, start: float, end: float, gap: float = 0.08, audible: float = AUDIBLE
    ) -> list[tuple[float, float]]:
        """The stretches (first, last heard) in that time, apart by at least ``gap`` seconds of silence."""
        found: list[tuple[float, float]] = []
        for block in self._blocks:
            if block.end < start or block.start > end:
                continue
            for at in np.flatnonzero(np.abs(block.samples) >= audible) / RATE + block.start:
                if not start <= at <= end:
                    continue
                if found and at - found[-1][1] < gap:
                    found[-1] = (found[-1][0], float(at))
                else:
                    found.append((float(at), float(at)))
        return found

    def wait_for_sound(self, deadline: float, since: float | None = None) -> float:
        """When something was first heard since then (now, if not given); fails after ``deadline`` seconds."""
        start = time.monotonic() if since is None else since
        return until(lambda: self.sounding_since(start) or 0.0, deadline, "something is heard")

    def wait_for_silence(self, for_seconds: float, deadline: float, since: float | None = None) -> float:
        """When it fell silent, once it has been for so long; fails after ``deadline`` seconds.

        Silence is recorded silence: a frozen server does not count.
        """
        start = time.monotonic() if since is None else since

        def silent() -> float:
            last = max(self.last_sound(start) or start, start)
            return last if self.recorded_until - last >= for_seconds else 0.0

        return until(silent, deadline, f"{for_seconds} s of silence")

    def must_stay_silent(self, seconds: float, since: float | None = None) -> None:
        """Fails when anything is heard within so many seconds from then (now, if not given)."""
        start = time.monotonic() if since is None else since
        until(lambda: self.recorded_until >= start + seconds, seconds + 5, "that much was recorded")
        heard = self.sounding_since(start)
        if heard is not None and heard < start + seconds:
            raise AssertionError(f"heard something after {heard - start:.3f} s")

    def level(self, pitch: float, start: float, end: float) -> float:
        """How loud a pure tone of that pitch (Hz) is in that time, as its amplitude."""
        until(lambda: self.recorded_until >= end, end - time.monotonic() + 5, "that much was recorded")
        sound = self.pcm_between(start, end)
        if not len(sound):
            return 0.0
        turn = np.exp(-2j * np.pi * pitch * np.arange(len(sound)) / RATE)
        return float(2 * abs(np.mean(sound * turn)))

    def _run(self) -> None:
        while not self._closed:
            process = self._process = processes.start(
                [
                    *("parec", "-d", f"{SINK}.monitor", "--raw", "--format=s16le"),
                    *(f"--rate={RATE}", "--channels=2", "--latency-msec=5"),
                ],
                self._env,
                stdout=subprocess.PIPE,
            )
            assert process.stdout is not None
            self._read(process.stdout.fileno())
            processes.stop(process, 0.5)
            time.sleep(0.05)

    def _read(self, fd: int) -> None:
        rest = b""
        while data := os.read(fd, 8192):
            arrival = time.monotonic()
            data = rest + data
            whole = len(data) - len(data) % 4
            stereo = np.frombuffer(data[:whole], "<i2").astype(np.float32).reshape(-1, 2) / 32768
            rest = data[whole:]
            start = arrival - len(stereo) / RATE
            self._blocks.append(_Block(start, arrival, stereo.mean(axis=1)))


def write_tone(path: Path, pitch: float, seconds: float, level: float = 0.5) -> Path:
    """A pure tone as a mono WAV file, at full level from the start; whole periods, so that it can loop."""
    count = round(round(seconds * pitch) / pitch * RATE)
    sound = level * np.cos(2 * np.pi * pitch * np.arange(count) / RATE)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes(np.rint(sound * 32767).astype("<i2").tobytes())
    return path


__all__ = ["AUDIBLE", "PROGRAMS", "RATE", "Recording", "SoundServer", "TooLate", "write_tone"]
