"""Can a ring be heard? Plays the ring tone in a ringer of its own and listens for the ringer's word.

What is measured: the sound device took the tone. Whether it reached an ear only the agent can say.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tui.alerts.plan import Sounding, Tone
from tui.config.schema import Settings
from tui.doctor.limits import ask_tool
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, State, finding
from tui.outputs.ringer.health import SpeakerHealth, SpeakerState
from tui.outputs.ringer.speaker import Speaker
from tui.outputs.tones import ToneMissing, tone_path
from tui.text import clean_line

STARTS_WITHIN = 6.0
"""Seconds in which the first tone must have been started."""
NOT_AT_ONCE = 2.5
"""Seconds for which a failing speaker is given another chance: some devices do take long to open."""
HEARD_FOR = 2.0
"""Seconds of the ring tone."""
EACH_TONE = 1.5
"""Seconds for another tone to be decoded."""
SILENT_DRIVERS = ("dummy", "disk")
"""SDL's drivers that take everything and sound nowhere."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one tone."""

    started: bool
    trouble: str = ""
    """Why it did not start, or why another stood in for it; empty when all is well."""


@dataclass(frozen=True, slots=True)
class System:
    """What the sound server says of itself; empty where it says nothing."""

    server: str = ""
    sink: str = ""
    muted: bool = False
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class SoundFound:
    """What was found out about sound."""

    driver: str = ""
    played: Mapping[str, Played] = field(default_factory=dict)
    """By name or path of the tone, as set."""
    system: System = System()


Uses = Mapping[str, tuple[str, ...]]
"""The tones that are set: name or path -> the settings that name it. The first is played aloud."""


def wanted(settings: Settings) -> bool:
    """Whether anything is to sound at all."""
    audio = settings.audio
    return audio.enabled and (audio.pending.enabled or audio.message.enabled)


def tones_set(settings: Settings) -> Uses:
    """Every tone that the settings name and that may have to sound once audio is on."""
    audio, named = settings.audio, list[tuple[str, str]]()
    if audio.pending.enabled:
        named.append(("audio.pending.ring_tone", audio.pending.ring_tone))
    if audio.message.enabled:
        named.append(("audio.message.ring_tone", audio.message.ring_tone))
    if audio.pending.enabled:
        named += [
            (f'services."{name}".ring_tone', service.ring_tone)
            for name, service in settings.services.items()
            if service.ring_tone
        ]
        if settings.escalation.enabled and settings.escalation.ring_tone:
            named.append(("escalation.ring_tone", settings.escalation.ring_tone))
    uses: dict[str, tuple[str, ...]] = {}
    for key, tone in named:
        uses[tone] = (*uses.get(tone, ()), key)
    return uses


def volume(settings: Settings) -> float:
    """How loud the first of those tones is, the master counted in."""
    audio = settings.audio
    return audio.volume * (audio.pending.volume if audio.pending.enabled else audio.message.volume)


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """Play what is set, and say what came of it."""
    folder = subject.config.parent
    if not wanted(settings):
        return findings(settings, folder, None, subject.terminal.over_ssh)
    asking = asyncio.create_task(_ask_system(subject.around.env))
    try:
        found = await _Listener(folder).listen(list(tones_set(settings)), volume(settings))
        found = SoundFound(found.driver, found.played, await asking)
    finally:
        asking.cancel()
    return findings(settings, folder, found, subject.terminal.over_ssh)


class _Listener:
    """Plays tones one after another and notes what the ringer says of each."""

    def __init__(self, folder: Path) -> None:
        self._said: dict[int, str] = {}
        """What was wrong with a tone at the moment it was first reported as started."""
        self._failing = ""
        self._news = asyncio.Event()
        self._speaker = Speaker(lambda name: tone_path(name, folder), self._heard)

    def _heard(self, health: SpeakerHealth) -> None:
        self._failing = health.reason if health.state is SpeakerState.FAILING else ""
        if health.state is SpeakerState.OK and health.played:
            self._said.setdefault(health.played, health.reason)
        self._news.set()

    async def listen(self, names: list[str], loudness: float) -> SoundFound:
        """The first is heard, the others are decoded without a sound."""
        running = asyncio.create_task(self._speaker.run())
        played = {}
        try:
            first = played[names[0]] = await self._play(1, names[0], loudness, STARTS_WITHIN)
            heard_at = time.monotonic()
            if first.started:
                for number, name in enumerate(names[1:], 2):
                    played[name] = await self._play(number, name, 0.0, EACH_TONE)
                await asyncio.sleep(max(0.0, heard_at + HEARD_FOR - time.monotonic()))
            return SoundFound(self._speaker.health.driver, played)
        finally:
            await self._speaker.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _play(self, number: int, name: str, loudness: float, within: float) -> Played:
        now = time.monotonic()
        end = now + within
        self._speaker.show(Sounding(None, (Tone(number, name, loudness, time.time()),)))
        while number not in self._said and (left := end - time.monotonic()) > 0:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()
            if self._failing:
                end = min(end, max(time.monotonic() + 0.01, now + NOT_AT_ONCE))
        if number in self._said:
            return Played(True, self._said[number])
        return Played(False, self._failing or "the ringer does not answer")


# The sound server's own word

_PERCENT = re.compile(r"(\d+)%")


async def _ask_system(env: Mapping[str, str]) -> System:
    """By ``pactl``, where PulseAudio or PipeWire has it; nothing elsewhere."""
    info, mute, loud = await asyncio.gather(
        ask_tool(["pactl", "info"], env),
        ask_tool(["pactl", "get-sink-mute", "@DEFAULT_SINK@"], env),
        ask_tool(["pactl", "get-sink-volume", "@DEFAULT_SINK@"], env),
    )
    lines = dict(line.split(": ", 1) for line in (info or "").splitlines() if ": " in line)
    percent = _PERCENT.search(loud or "")
    return System(
        lines.get("Server Name", ""),
        lines.get("Default Sink", ""),
        "yes" in (mute or ""),
        int(percent[1]) if percent else None,
    )


# What it means


def findings(settings: Settings, folder: Path, found: SoundFound | None, over_ssh: bool) -> list[Finding]:
    """What was found, in words; ``found`` is None when audio is off and nothing was played."""
    told = [_device(settings, found, over_ssh)]
    if found is not None and (system := _system(found.system)) is not None:
        told.append(system)
    told += [_tone(name, keys, folder, found) for name, keys in tones_set(settings).items()]
    return told


def _device(settings: Settings, found: SoundFound | None, over_ssh: bool) -> Finding:
    if found is None:
        if settings.audio.enabled:
            says = "Neither pending contacts nor messages are to sound, by the settings."
            return _said("device", State.OFF, "device", says, "F9 opens the settings.")
        return _said("device", State.OFF, "device", "Audio is off in the settings.", "F6 switches it on.")
    first = next(iter(found.played.values()), Played(False, "there is no ring tone"))
    name = ", ".join(part for part in (found.system.server, found.system.sink) if part)
    where = f"{found.driver}{f' ({name})' if name else ''}"
    facts = {"driver": found.driver, "server": found.system.server, "sink": found.system.sink}
    far = " It sounds on the far machine, not at your desk: over SSH the bell reaches you." * over_ssh
    if not first.started:
        where = ", and reaches your own desk" if over_ssh else ""
        says = f"Nothing can be heard: {first.trouble}. The terminal's bell rings instead{where}."
        return _said("device", State.FAULT, "device", says, _cure(first.trouble), **facts)
    if found.driver in SILENT_DRIVERS:
        says = f"The driver is {found.driver}: it takes every tone and sounds nowhere."
        return _said("device", State.FAULT, "device", says, "Unset SDL_AUDIODRIVER.", **facts)
    if volume(settings) == 0:
        says = f"{where} works, but the volume in the settings is 0: nothing can be heard."
        cure = "Raise audio.volume, and the volume of the block that is 0."
        return _said("device", State.OFF, "device", says, cure, **facts)
    says = f"{where} took the tone at {volume(settings):.0%} and played it.{far}"
    return _said("device", State.WARNING if over_ssh else State.OK, "device", says, "", **facts)


def _system(system: System) -> Finding | None:
    if system.muted:
        return _said(
            "system", State.FAULT, "system volume", "The system's sound is muted.", "Unmute it there."
        )
    if system.percent is None:
        return None
    facts = {"percent": system.percent}
    if system.percent < 10:
        says = f"The system's volume is at {system.percent} %: a ring may be missed."
        return _said("system", State.WARNING, "system volume", says, "Turn it up there.", **facts)
    return _said("system", State.OK, "system volume", f"{system.percent} %, not muted.", "", **facts)


def _tone(name: str, keys: tuple[str, ...], folder: Path, found: SoundFound | None) -> Finding:
    title = "ring tone" if "audio.pending.ring_tone" in keys else "chime"
    if not any(key.startswith("audio.") for key in keys):
        title = "service's tone" if keys[0].startswith("services") else "escalation"
    cure = f"Choose another in the settings ({', '.join(keys)}), or put that file in its place."
    facts = {"tone": name, "settings": ", ".join(keys)}
    id = f"tone.{keys[0]}"
    try:
        tone_path(name, folder)
    except ToneMissing:
        says = f'"{name}" is neither a shipped tone nor a file; the default sounds instead.'
        return _said(id, State.WARNING if found is None else State.FAULT, title, says, cure, **facts)
    played = found.played.get(name) if found is not None else None
    if played is None or not played.started:
        why = "audio is off" if found is None else "without a device nothing can be tried"
        state = State.OK if found is None else State.UNKNOWN
        return _said(id, state, title, f'"{name}" is there; not tried, for {why}.', "", **facts)
    if played.trouble:
        return _said(id, State.FAULT, title, f"{played.trouble}.", cure, **facts)
    return _said(id, State.OK, title, f'"{name}" is there and can be played.', "", **facts)


def _cure(trouble: str) -> str:
    if "does not answer" in trouble or "let go" in trouble:
        return (
            "Restart the sound server (systemctl --user restart pipewire pipewire-pulse, or pulseaudio -k)."
        )
    if "pygame" in trouble:
        return "Install Deskbell again: its sound library is missing or broken."
    return "Plug in or switch on a sound device, or start the sound server; switch audio off to do without."


def _said(id: str, state: State, title: str, says: str, cure: str, **facts: object) -> Finding:
    return finding(Area.SOUND, f"sound.{id}", state, title, says, cure, facts=facts)


def answered(device: Finding, heard: bool) -> Finding:
    """The device's finding once the agent has said whether he heard the tone."""
    if heard:
        return replace(device, says=clean_line(f"{device.says} You heard it."))
    return replace(
        device,
        state=State.FAULT,
        says=clean_line(f"{device.says} But you did not hear it."),
        cure=clean_line("Look at the system's volume and at which output is chosen, then try again."),
    )
