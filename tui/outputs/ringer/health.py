"""Whether the speaker can be heard, in a value and in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SpeakerState(StrEnum):
    """Whether sound comes out."""

    UNKNOWN = "unknown"
    """Nothing had to sound yet."""
    OK = "ok"
    """What sounded last was taken by the sound device."""
    FAILING = "failing"
    """What should sound cannot; tried again for as long as something should."""


@dataclass(frozen=True, slots=True)
class SpeakerHealth:
    """How the speaker is; each change is told once."""

    state: SpeakerState = SpeakerState.UNKNOWN
    reason: str = ""
    """Why it fails; with ``OK`` a shortcoming, such as a tone that another stands in for; else empty.
    May hold the name of a file: not clean text."""
    driver: str = ""
    """SDL's name of the last open device's driver."""
    device_open: bool = False
    played: int = 0
    """Highest number of a tone that was really started."""
    sounding: tuple[int, ...] = ()
    """Numbers of the tones still to be heard."""
