"""Makes every tone that Deskbell ships: run it, and the WAV files beside it are written anew.

The same files come out every time (mono, 44.1 kHz, 16 bit). What a tone is made of is in ``RING_TONES``
and ``CHIMES`` at the end; the instruments come first.

Rules for every tone: most of its energy lies where a laptop's speaker can speak (500 Hz to 4 kHz); a soft
hiss before the first attack wakes speakers that sleep; all are equally loud (ITU-R BS.1770). A ring tone is
a loop: notes that outlast the file go on at its beginning, so that its end joins its start.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]
Beats = Sequence[tuple[float, Wave]]
"""Notes and when each starts, in seconds after the lead-in."""

RATE: Final = 44_100
"""Samples a second."""
LOUDNESS: Final = -18.0
"""LUFS of every tone, gated; a ring tone is measured as it loops."""
LEAD_IN: Final = 0.09
"""Seconds of soft hiss before the first attack."""
LEAD_IN_LEVEL: Final = 0.012
"""Its loudness (root mean square, full scale = 1) before the tone's own gain: heard by a speaker's sleep
circuit rather than by a person."""


# --- Instruments -------------------------------------------------------------------------------------------


def time_of(seconds: float) -> Wave:
    """The times of the samples of so many seconds."""
    return np.arange(round(seconds * RATE), dtype=np.float64) / RATE


def shaped(sound: Wave, attack: float, release: float = 0.02) -> Wave:
    """The sound with a rounded start and end (seconds), so that neither clicks."""
    rise, fall = round(attack * RATE), round(release * RATE)
    sound = sound.copy()
    sound[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    sound[-fall:] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return sound


def hiss(seconds: float, low: float, high: float, seed: int) -> Wave:
    """Noise between two frequencies (Hz), root mean square 1. RandomState, since its numbers never change."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.RandomState(seed).standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    noise: Wave = np.fft.irfft(spectrum, count)
    noise /= np.sqrt(np.mean(noise**2))
    return noise


def struck(
    pitch: float, seconds: float, partials: Sequence[tuple[float, float, float]], attack: float = 0.003
) -> Wave:
    """Something struck: partials as (times the pitch, level, seconds to fall to a thousandth)."""
    t = time_of(seconds)
    sound = np.zeros_like(t)
    for ratio, level, decay in partials:
        if pitch * ratio < 12_000:
            sound += level * np.sin(2 * np.pi * pitch * ratio * t) * np.exp(-6.9 * t / decay)
    return shaped(sound, attack)


def marimba(pitch: float) -> Wave:
    """A rosewood bar: fundamental, a short fourth partial two octaves up, a touch of mallet."""
    bar = struck(pitch, 1.0, [(1, 1.0, 0.75), (3.93, 0.22, 0.22), (9.2, 0.05, 0.06)])
    mallet = struck(pitch, 0.05, [(2.4, 0.12, 0.04)], attack=0.001)
    bar[: len(mallet)] += mallet
    return bar


def vibraphone(pitch: float) -> Wave:
    """A metal bar that rings for long, with the slow beat of its fan."""
    bar = struck(pitch, 2.2, [(1, 1.0, 2.6), (4, 0.16, 1.0), (10, 0.03, 0.2)], attack=0.006)
    return bar * (1 - 0.22 * (1 - np.cos(2 * np.pi * 5.2 * time_of(2.2))))


def bell(pitch: float, seconds: float = 2.6, index: float = 2.2) -> Wave:
    """A bell by frequency modulation: the shimmer dies sooner than the note."""
    t = time_of(seconds)
    shimmer = index * np.exp(-4.5 * t / seconds) * np.sin(2 * np.pi * pitch * 1.4 * t)
    tail = np.exp(-6.2 * t / seconds)
    return shaped(np.sin(2 * np.pi * pitch * t + shimmer) * tail, 0.002, 0.05)


def harp(pitch: float, seconds: float = 1.8) -> Wave:
    """A plucked string: harmonics by where it is plucked; the higher, the sooner gone."""
    return struck(
        pitch,
        seconds,
        [(k, abs(np.sin(np.pi * k * 0.21)) / k**1.1, 1.9 / (1 + 0.35 * (k - 1))) for k in range(1, 13)],
        attack=0.002,
    )


def music_box(pitch: float) -> Wave:
    """A thin steel tine, slightly out of tune with itself."""
    return struck(pitch, 1.6, [(1, 1.0, 1.3), (1.003, 0.35, 1.2), (5.4, 0.12, 0.15), (2.01, 0.1, 0.6)], 0.001)


def woodblock(pitch: float, seed: int) -> Wave:
    """A hollow block: two resonances that die at once, and the stick's noise."""
    block = struck(pitch, 0.3, [(1, 1.0, 0.16), (1.51, 0.55, 0.11), (2.6, 0.2, 0.05)], attack=0.001)
    stick = hiss(0.02, 1200, 5000, seed) * np.exp(-6.9 * time_of(0.02) / 0.012) * 0.18
    block[: len(stick)] += shaped(stick, 0.0008, 0.004)
    return block


def trill(seconds: float) -> Wave:
    """A desk telephone: two notes in quick turns, rounded so that it does not sting."""
    t = time_of(seconds)
    turn = 0.5 + 0.5 * np.tanh(6 * np.sin(2 * np.pi * 11 * t))
    phase = 2 * np.pi * np.cumsum(850 + 215 * turn) / RATE
    voice = np.sin(phase) + 0.28 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase)
    return shaped(voice * (0.85 + 0.15 * turn), 0.03, 0.09)


def soft_pulse(pitch: float, seconds: float) -> Wave:
    """A note that breathes in and out, three voices a hair apart."""
    t = time_of(seconds)
    breath = np.sin(np.pi * t / seconds) ** 2 * (1 - 0.35 * t / seconds)
    voices: Wave = np.zeros_like(t)
    for detune in (0.9975, 1.0, 1.0025):
        phase = 2 * np.pi * pitch * detune * t
        voices += np.sin(phase) + 0.3 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    return voices / 3 * breath


def flute(pitch: float, seconds: float, seed: int) -> Wave:
    """A wooden pipe with breath, as in a cuckoo clock."""
    t = time_of(seconds)
    phase = 2 * np.pi * pitch * t + 0.08 * np.sin(2 * np.pi * 5 * t)
    pipe = np.sin(phase) + 0.18 * np.sin(2 * phase) + 0.1 * np.sin(3 * phase)
    breath = hiss(seconds, pitch * 0.8, pitch * 3, seed) * (0.03 + 0.1 * np.exp(-t / 0.03))
    return shaped(pipe + breath, 0.025, 0.12)


def drop(low: float, high: float, seconds: float = 0.32) -> Wave:
    """A drop of water: a note that slides upwards and dies."""
    t = time_of(seconds)
    pitch = low + (high - low) * (1 - np.exp(-t / 0.05))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    return shaped((np.sin(phase) + 0.12 * np.sin(2 * phase)) * np.exp(-6.9 * t / (seconds * 1.05)), 0.004)


# --- From notes to a file ----------------------------------------------------------------------------------


def placed(beats: Beats, seconds: float) -> Wave:
    """The notes on a circle of so many seconds: what outlasts it goes on at its beginning."""
    circle = np.zeros(round(seconds * RATE))
    wake = shaped(hiss(LEAD_IN + 0.04, 600, 3500, 7) * LEAD_IN_LEVEL, LEAD_IN / 2, 0.04)
    for at, note in [(-LEAD_IN, wake), *beats]:
        start = round((LEAD_IN + at) * RATE)
        np.add.at(circle, (start + np.arange(len(note))) % len(circle), note)
    return circle


def k_weighted(sound: Wave) -> Wave:
    """The sound as BS.1770 hears it, as a loop: a shelf for the head, a high pass for the ear."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(len(sound), 1 / RATE) / RATE)
    response = np.ones_like(turn)
    for gain, q, corner, shelf in ((4.0, 2**-0.5, 1500.0, True), (0.0, 0.5, 38.0, False)):
        a, w = 10 ** (gain / 40), 2 * np.pi * corner / RATE
        alpha, cos = np.sin(w) / (2 * q), np.cos(w)
        if shelf:
            root = 2 * np.sqrt(a) * alpha
            up = (
                a * ((a + 1) + (a - 1) * cos + root),
                -2 * a * ((a - 1) + (a + 1) * cos),
                a * ((a + 1) + (a - 1) * cos - root),
            )
            down = (
                (a + 1) - (a - 1) * cos + root,
                2 * ((a - 1) - (a + 1) * cos),
                (a + 1) - (a - 1) * cos - root,
            )
        else:
            up = ((1 + cos) / 2, -(1 + cos), (1 + cos) / 2)
            down = (1 + alpha, -2 * cos, 1 - alpha)
        response *= (up[0] + up[1] * turn + up[2] * turn**2) / (down[0] + down[1] * turn + down[2] * turn**2)
    heard: Wave = np.fft.irfft(np.fft.rfft(sound) * response, len(sound))
    return heard


def loudness(sound: Wave, loops: bool) -> float:
    """Integrated loudness in LUFS by BS.1770: blocks of 400 ms, three quarters overlapping, gated."""
    power = k_weighted(sound) ** 2
    block = round(0.4 * RATE)
    after = power[:block] if loops else np.zeros(block)
    doubled = np.cumsum(np.concatenate([[0.0], power, after]))
    steps = len(sound) * 4 // block if loops else round((len(sound) - block) * 4 / block) + 1
    starts = np.arange(steps) * (block // 4)
    blocks = (doubled[starts + block] - doubled[starts]) / block
    kept = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    kept = kept[kept > kept.mean() / 10]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def levelled(sound: Wave, loops: bool) -> Wave:
    """The sound at the common loudness. High peaks are rounded, a little at a time, to stay below -1 dBFS."""
    for _ in range(12):
        sound = sound * 10 ** ((LOUDNESS - loudness(sound, loops)) / 20)
        if np.max(np.abs(sound)) < 0.86:
            break
        sound = 0.95 * np.tanh(sound / 0.95)
    return sound


def ring_tone(beats: Beats, seconds: float) -> Wave:
    """A loop of so many seconds, the pause between two rounds included."""
    return levelled(placed(beats, seconds), loops=True)


def chime(beats: Beats) -> Wave:
    """A sound on its own, as long as its last note."""
    seconds = LEAD_IN + max(at + len(note) / RATE for at, note in beats)
    return levelled(placed(beats, seconds + 0.01), loops=False)


# --- The tones ---------------------------------------------------------------------------------------------

C5, D5, E5, G5, A5, B5 = 523.25, 587.33, 659.26, 783.99, 880.0, 987.77
C6, D6, E6, G6, A6, C7, E7 = 1046.5, 1174.66, 1318.51, 1567.98, 1760.0, 2093.0, 2637.02


def in_turn(instrument: Callable[[float], Wave], pitches: Sequence[float], step: float) -> Beats:
    """One note after the other, ``step`` seconds apart; 0 is a rest."""
    return [(i * step, instrument(pitch)) for i, pitch in enumerate(pitches) if pitch]


def knocks(times: Sequence[float], pitches: Sequence[float]) -> Beats:
    """Woodblocks at these times."""
    return [(at, woodblock(pitch, seed)) for seed, (at, pitch) in enumerate(zip(times, pitches, strict=True))]


RING_TONES: Final[dict[str, Callable[[], Wave]]] = {
    "marimba": lambda: ring_tone(in_turn(marimba, (C6, G5, E6, C6, G6, 0, E6, G6), 0.15), 2.4),
    "vibraphone": lambda: ring_tone(in_turn(vibraphone, (E5, B5, D6, G6), 0.26), 2.9),
    "bells": lambda: ring_tone([(0.0, bell(A5)), (0.55, bell(E6)), (1.1, bell(D6))], 2.8),
    "harp": lambda: ring_tone(in_turn(harp, (C5, E5, G5, B5, D6, G6, D6, B5), 0.14), 2.5),
    "telephone": lambda: ring_tone([(0.0, trill(0.75)), (0.95, trill(0.75))], 2.7),
    "breath": lambda: ring_tone([(0.0, soft_pulse(A5, 0.9)), (0.75, soft_pulse(E6, 1.0))], 2.4),
    "woodblock": lambda: ring_tone(
        knocks((0, 0.15, 0.3, 0.525, 0.75, 1.2, 1.35), (1150, 1150, 1500, 1150, 1500, 900, 900)), 2.1
    ),
    "music-box": lambda: ring_tone(in_turn(music_box, (E7, C7, G6, A6, 0, C7, G6, E6), 0.17), 2.5),
    "cuckoo": lambda: ring_tone([(0.0, flute(B5, 0.34, 1)), (0.42, flute(G5, 0.62, 2))], 2.0),
}
"""By name; "marimba" is the default."""

CHIMES: Final[dict[str, Callable[[], Wave]]] = {
    "drop": lambda: chime([(0.0, drop(620, 1150)), (0.13, drop(820, 1650))]),
    "ping": lambda: chime([(0.0, struck(C6, 1.0, [(1, 1.0, 0.9), (2, 0.25, 0.5), (4, 0.12, 0.3)]))]),
    "knock": lambda: chime(knocks((0.0, 0.14), (1050, 1050))),
    "pluck": lambda: chime([(0.0, harp(G5, 0.9)), (0.11, harp(D6, 0.8))]),
    "glass": lambda: chime([(0.0, bell(A6, 1.0, 1.3)), (0.09, bell(E7, 0.9, 0.9))]),
}
"""By name; "drop" is the default."""


def make_all(folder: Path) -> list[Path]:
    """Write every tone into ``ring-tones`` and ``chimes`` below the folder; the paths written."""
    written = []
    for kind, tones in (("ring-tones", RING_TONES), ("chimes", CHIMES)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for name, make in tones.items():
            path = folder / kind / f"{name}.wav"
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
                file.writeframes(np.rint(make() * 32767).astype("<i2").tobytes())
            written.append(path)
    return written


if __name__ == "__main__":
    for made in make_all(Path(__file__).parent):
        print(made)
