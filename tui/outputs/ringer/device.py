"""The sound device of this process: opened, played on, watched, released. Used by the child alone.

Here alone pygame is imported. Any call may block for ever, with the interpreter's lock held, when the sound
server is frozen; whoever calls must be a process that can be killed. Never play without asking whether the
device is open: pygame crashes the process when a sound is played after the mixer was closed.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

import pygame.display
import pygame.event
import pygame.mixer

Tone = pygame.mixer.Sound
"""A decoded tone, in the format of the device that was open then."""
Identity = tuple[str, int, int]
"""A file as it was: path, time and size."""

RATE: Final = 44_100
BUFFER: Final = 2048
"""Samples: 46 ms. Smaller ones break up when the machine is busy."""
RING, PROBE, ONCE = 0, 1, range(2, 8)
"""Channels: the ring's, that of a silent sound which shows that the mixer still turns, those of the rest."""
PROBE_SECONDS: Final = 0.05
STALLED_AFTER: Final = 1.4
"""Seconds in which the probe did not end: the sound server takes nothing any more."""
FADE: Final = 50
"""Milliseconds in which a ring ends, so that it does not click."""
LONGEST_ONCE: Final = 15_000
"""Milliseconds after which a sound played once is cut off, inside SDL."""
LARGEST_FILE: Final = 10_000_000
"""Bytes: more takes too long to decode while somebody waits."""


class DeviceError(Exception):
    """The device cannot be opened; the text says why."""


class SpoiltError(Exception):
    """A file cannot be played; the text says why."""


class Device:
    """The one sound device."""

    def __init__(self) -> None:
        self._tones: dict[tuple[str, Identity], Tone] = {}
        self._faults: dict[Identity, str] = {}
        self._probe_ended = 0.0
        self._ringing: Tone | None = None
        self._playing: dict[int, int] = {}
        """By channel: the number of the tone played there last."""
        try:
            pygame.display.init()  # the dummy one: without a video system SDL delivers no events
            self._has_events = True
        except pygame.error:
            self._has_events = False

    @property
    def is_open(self) -> bool:
        """Whether it can be played on."""
        return pygame.mixer.get_init() is not None

    @property
    def driver(self) -> str:
        """SDL's name of the driver; empty while released."""
        return pygame.mixer.get_driver() if self.is_open else ""

    @property
    def ringing(self) -> bool:
        """Whether a ring tone is being played."""
        return self._ringing is not None

    @property
    def busy(self) -> bool:
        """Whether anything audible is being played."""
        return self.ringing or any(pygame.mixer.Channel(i).get_busy() for i in ONCE)

    @property
    def sounding(self) -> tuple[int, ...]:
        """Numbers of the tones still being played."""
        if not self.is_open:
            return ()
        return tuple(
            sorted(number for i, number in self._playing.items() if pygame.mixer.Channel(i).get_busy())
        )

    def open(self, now: float) -> None:
        """Open the default device. Raises :class:`DeviceError`; may never return."""
        try:
            # No allowed changes: SDL converts whatever the device wants, files are decoded for this format.
            pygame.mixer.init(RATE, -16, 2, BUFFER, allowedchanges=0)
        except pygame.error as error:
            pygame.mixer.quit()
            raise DeviceError(str(error)) from error
        pygame.mixer.set_num_channels(ONCE.stop)
        if self._has_events:
            pygame.event.clear()
        self._start_probe(now)

    def close(self) -> None:
        """Release the device; may take seconds. Decoded tones go too: they have the old device's format."""
        self._ringing = None
        self._playing.clear()
        self._tones.clear()
        pygame.mixer.quit()

    def was_lost(self) -> bool:
        """Whether the system took the open device away since last asked (pulled out, server gone)."""
        if not self._has_events:
            return False
        lost = False
        for event in pygame.event.get():
            # Numbers 0 and 1 name devices that come and go; those from 2 the one that is open.
            if event.type == pygame.AUDIODEVICEREMOVED and not event.iscapture and event.which >= 2:
                lost = True
        return lost

    def stalled_for(self, now: float) -> float:
        """Seconds for which the device has taken no sound; 0 while it does.

        When the probe ends the mixer asks for the interpreter's lock, so that a main thread that hangs with
        it falls silent too: hold it briefly.
        """
        if not pygame.mixer.Channel(PROBE).get_busy():
            self._start_probe(now)
        late = now - self._probe_ended
        return late if late > STALLED_AFTER else 0.0

    def ring(self, tone: Tone, volume: float) -> None:
        """Ring that tone until told otherwise; volume from 0 to 1."""
        tone.set_volume(volume)
        channel = pygame.mixer.Channel(RING)
        if tone is not self._ringing or not channel.get_busy():
            channel.play(tone, loops=-1)
            self._ringing = tone

    def stop_ring(self) -> None:
        """Ring no more."""
        if self._ringing is not None:
            pygame.mixer.Channel(RING).fadeout(FADE)
            self._ringing = None

    def play(self, number: int, tone: Tone, volume: float) -> None:
        """Play that tone once, beside all else; when everything is taken, in place of another."""
        tone.set_volume(volume)
        free = next((i for i in ONCE if not pygame.mixer.Channel(i).get_busy()), ONCE[0])
        pygame.mixer.Channel(free).play(tone, maxtime=LONGEST_ONCE)
        self._playing[free] = number

    def hush(self, up_to: int) -> None:
        """Cut the tones numbered so far."""
        for i in [i for i, number in self._playing.items() if number <= up_to]:
            pygame.mixer.Channel(i).fadeout(FADE)
            del self._playing[i]

    def knows(self, use: str, path: str) -> bool:
        """Whether :meth:`load` would answer at once."""
        identity = _identity(path)
        return (use, identity) in self._tones or identity in self._faults

    def load(self, use: str, path: str) -> Tone:
        """The tone in a file, decoded once for each use, since a tone's volume is its own.

        Raises :class:`SpoiltError`.
        """
        identity = _identity(path)
        if (use, identity) not in self._tones and identity not in self._faults:
            self._forget_some()
            try:
                self._tones[use, identity] = _decoded(path)
            except SpoiltError as error:
                self._faults[identity] = str(error)
        if identity in self._faults:
            raise SpoiltError(self._faults[identity])
        return self._tones[use, identity]

    def _forget_some(self) -> None:
        if len(self._tones) >= 16:
            self._tones = {key: tone for key, tone in self._tones.items() if tone is self._ringing}
        if len(self._faults) >= 64:
            self._faults.clear()

    def _start_probe(self, now: float) -> None:
        self._probe_ended = now
        silence = pygame.mixer.Sound(buffer=bytes(round(PROBE_SECONDS * RATE) * 4))
        pygame.mixer.Channel(PROBE).play(silence)


def fault_of(path: Path) -> str:
    """What is wrong with a file that SDL would not tell; empty for nothing.

    SDL plays what there is of a truncated WAV file, which may be nothing.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            return "it is not a file"
        if size > LARGEST_FILE:
            return f"it is larger than {LARGEST_FILE // 1_000_000} MB"
        with path.open("rb") as file:
            if file.read(4) != b"RIFF":
                return "" if size else "it is empty"
            file.seek(12)
            while len(header := file.read(8)) == 8:
                name, length = struct.unpack("<4sI", header)
                left = size - file.tell()
                if name == b"data":  # a length of 2 GB and more is what programs write that do not know it
                    return "it is cut short" if left < length < 0x7FFF_0000 else ""
                file.seek(length + length % 2, os.SEEK_CUR)
    except OSError as error:
        return error.strerror or str(error)
    return "it is cut short"


def _decoded(path: str) -> Tone:
    if fault := fault_of(Path(path)):
        raise SpoiltError(fault)
    try:
        tone = pygame.mixer.Sound(path)
    except (pygame.error, OSError) as error:
        raise SpoiltError(str(error)) from error
    if tone.get_length() < 0.01 or not tone.get_raw().strip(b"\0"):
        raise SpoiltError("there is only silence in it")
    return tone


def _identity(path: str) -> Identity:
    """A file as it is now: replaced on disk, it is another."""
    try:
        stat = os.stat(path)
    except OSError:
        return (path, 0, 0)
    return (path, stat.st_mtime_ns, stat.st_size)
