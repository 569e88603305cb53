"""The shipped tones are what the script makes, equally loud, seamless, and found by name."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
from numpy.typing import NDArray

from sounds import make_tones
from tui.outputs.tones import (
    DEFAULT_CHIME,
    DEFAULT_RING,
    ToneMissing,
    chimes,
    ring_tones,
    shipped_sounds,
    tone_path,
)

Samples = NDArray[np.float64]
SOUNDS = Path(make_tones.__file__).parent
RINGS = sorted((SOUNDS / "ring-tones").glob("*.wav"))
CHIMES = sorted((SOUNDS / "chimes").glob("*.wav"))
NOWHERE = Path("no-such-folder")
MINUS_ONE_DB = 10 ** (-1 / 20)


def samples(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32768


def as_heard(path: Path) -> Samples:
    """A ring tone as it loops, a chime once."""
    return np.tile(samples(path), 3) if path in RINGS else samples(path)


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


def test_the_files_are_what_the_script_makes_now(tmp_path: Path) -> None:
    made = make_tones.make_all(tmp_path)
    assert {path.relative_to(tmp_path) for path in made} == {
        path.relative_to(SOUNDS) for path in (*RINGS, *CHIMES)
    }
    for path in made:
        committed, remade = samples(SOUNDS / path.relative_to(tmp_path)), samples(path)
        assert len(committed) == len(remade), path.name
        assert np.max(np.abs(committed - remade)) <= 1.5 / 32768, path.name


def test_there_are_ring_tones_and_chimes_enough_to_choose_from_and_they_stay_small() -> None:
    assert len(RINGS) >= 8
    assert len(CHIMES) >= 5
    assert sum(path.stat().st_size for path in (*RINGS, *CHIMES)) < 3_000_000


def test_all_tones_are_equally_loud_within_one_unit() -> None:
    meter = pyloudnorm.Meter(44_100)
    table = {path.stem: float(meter.integrated_loudness(as_heard(path))) for path in (*RINGS, *CHIMES)}
    assert max(table.values()) - min(table.values()) <= 1.0, table
    assert all(abs(loud - make_tones.LOUDNESS) <= 0.7 for loud in table.values()), table


@pytest.mark.parametrize("path", [*RINGS, *CHIMES], ids=names([*RINGS, *CHIMES]))
def test_no_tone_clips(path: Path) -> None:
    assert np.max(np.abs(samples(path))) < MINUS_ONE_DB


@pytest.mark.parametrize("path", [*RINGS, *CHIMES], ids=names([*RINGS, *CHIMES]))
def test_a_laptop_speaker_can_speak_most_of_each_tone(path: Path) -> None:
    power = np.abs(np.fft.rfft(samples(path))) ** 2
    pitch = np.fft.rfftfreq(len(samples(path)), 1 / 44_100)
    assert power[(pitch >= 500) & (pitch <= 4000)].sum() > 0.7 * power.sum()


@pytest.mark.parametrize("path", RINGS, ids=names(RINGS))
def test_the_end_of_a_ring_tone_joins_its_start(path: Path) -> None:
    sound = samples(path)
    step = abs(sound[0] - sound[-1])
    assert step <= np.percentile(np.abs(np.diff(sound)), 90)
    # A click is a kink: the bend at the seam must not stand out from the bends of the 20 ms around it.
    bends = np.abs(np.diff(np.tile(sound, 2), n=3))
    seam, near = len(sound) - 2, 882
    around = np.concatenate([bends[seam - near : seam - 4], bends[seam + 5 : seam + near]])
    assert np.max(bends[seam - 3 : seam + 4]) <= max(1.5 * np.max(around), 6 / 32768)


@pytest.mark.parametrize("path", [*RINGS, *CHIMES], ids=names([*RINGS, *CHIMES]))
def test_a_soft_hiss_wakes_sleeping_speakers_before_the_first_attack(path: Path) -> None:
    sound = samples(path)
    lead_in = sound[round(0.03 * 44_100) : round(0.085 * 44_100)]
    quiet = np.sqrt(np.mean(lead_in**2))
    assert 10 ** (-60 / 20) < quiet < 10 ** (-28 / 20)
    assert quiet < np.max(np.abs(sound)) / 8


def test_chimes_begin_and_end_in_silence() -> None:
    for path in CHIMES:
        assert abs(samples(path)[0]) <= 2 / 32768
        assert np.max(np.abs(samples(path)[-50:])) <= 40 / 32768, path.stem


def test_the_defaults_are_shipped_and_listed() -> None:
    assert tone_path(DEFAULT_RING, NOWHERE) == shipped_sounds() / "ring-tones" / "marimba.wav"
    assert tone_path(DEFAULT_CHIME, NOWHERE) == shipped_sounds() / "chimes" / "drop.wav"
    assert ring_tones(NOWHERE) == names(RINGS)
    assert chimes(NOWHERE) == names(CHIMES)


def test_a_tone_of_ones_own_is_found_by_name_and_wins_over_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "sounds"
    own.mkdir()
    for name in ("horn.mp3", "marimba.ogg", "notes.txt"):
        shutil.copy(RINGS[0], own / name)
    assert tone_path("horn", tmp_path) == own / "horn.mp3"
    assert tone_path("horn.mp3", tmp_path) == own / "horn.mp3"
    assert tone_path("marimba", tmp_path) == own / "marimba.ogg"
    assert ring_tones(tmp_path) == sorted({*names(RINGS), "horn"})
    assert "horn" in chimes(tmp_path)


def test_a_tone_is_found_by_path_from_the_root_from_home_and_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "my horn.wav"
    shutil.copy(RINGS[0], file)
    assert tone_path(str(file), NOWHERE) == file
    assert tone_path("~/deep/my horn.wav", NOWHERE) == file
    assert tone_path("deep/my horn.wav", tmp_path) == file


@pytest.mark.parametrize("wanted", ["", "gong", "/", "~nobody-here/x.wav", "a\0b", "x" * 5000, "../../x.wav"])
def test_a_missing_tone_says_what_was_asked_for_and_what_there_is(wanted: str, tmp_path: Path) -> None:
    with pytest.raises(ToneMissing) as missing:
        tone_path(wanted, tmp_path)
    text = str(missing.value)
    assert repr(wanted) in text
    assert "marimba" in text
    assert str(tmp_path / "sounds") in text
