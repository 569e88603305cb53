"""What is shown is heard: onset, loop, once, volume, silence. Recorded from a real sound server."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.parts.sound import Recording, SoundServer, write_tone
from tests.parts.waiting import until_async
from tests.ringer.conftest import ONCE_PITCH, RING_PITCH, RING_SECONDS, Bench
from tui.outputs.ringer.health import SpeakerState

pytestmark = pytest.mark.e2e


async def heard_at(heard: Recording, since: float, deadline: float = 5.0) -> float:
    return await asyncio.to_thread(heard.wait_for_sound, deadline, since)


async def silent_at(heard: Recording, since: float, deadline: float = 5.0) -> float:
    return await asyncio.to_thread(heard.wait_for_silence, 0.5, deadline, since)


async def test_a_ring_is_heard_at_once_and_silence_follows_its_end_at_once(
    bench: Bench, heard: Recording
) -> None:
    shown = bench.show(bench.ring())
    assert await heard_at(heard, shown) - shown < 0.25
    await until_async(lambda: bench.health.state is SpeakerState.OK)
    assert (bench.health.driver, bench.health.device_open, bench.health.reason) == ("pulseaudio", True, "")
    hidden = bench.show()
    assert await silent_at(heard, hidden) - hidden < 0.3


async def test_a_ring_still_sounds_without_a_gap_after_five_file_lengths(
    bench: Bench, heard: Recording
) -> None:
    shown = bench.show(bench.ring())
    began = await heard_at(heard, shown)
    await asyncio.sleep(6 * RING_SECONDS)
    for i in range(12):
        quarter = began + 0.1 + i * RING_SECONDS / 2
        level = await asyncio.to_thread(heard.level, RING_PITCH, quarter, quarter + RING_SECONDS / 2)
        # a busy machine starves the sound server for some 100 ms at times; a ring that ended leaves nothing
        assert level > 0.15, f"from {quarter - began:.2f} s"


async def test_a_tone_sounds_exactly_once_though_the_plan_holds_it_for_long(
    bench: Bench, heard: Recording
) -> None:
    tone = bench.tone()
    shown = bench.show(None, tone)
    await until_async(lambda: bench.health.played == tone.number)
    for _ in range(20):
        bench.show(None, tone)
        await asyncio.sleep(0.1)
    sounds = heard.sounds_between(shown, time.monotonic())
    assert len(sounds) == 1
    assert 0.2 < sounds[0][1] - sounds[0][0] < 0.45


async def test_each_tone_has_its_own_turn_and_all_numbers_are_acknowledged(
    bench: Bench, heard: Recording
) -> None:
    shown, first, second = time.monotonic(), bench.tone(), bench.tone()
    bench.show(None, first)
    await until_async(lambda: bench.health.played == first.number)
    await asyncio.sleep(0.6)
    bench.show(None, first, second)
    await until_async(lambda: bench.health.played == second.number)
    await asyncio.sleep(0.8)
    assert len(heard.sounds_between(shown, time.monotonic())) == 2


async def test_a_tone_asked_for_more_than_ten_seconds_ago_is_dropped(bench: Bench, heard: Recording) -> None:
    shown = bench.show(None, bench.tone(age=11.0))
    await asyncio.to_thread(heard.must_stay_silent, 1.0, shown)
    assert bench.health.played == 0


async def test_ring_and_tone_sound_together(bench: Bench, heard: Recording) -> None:
    ring = bench.ring(volume=0.6)
    await heard_at(heard, bench.show(ring))
    tones = [bench.tone(volume=0.5) for _ in range(1)]
    shown = bench.show(ring, *tones)
    await until_async(lambda: bench.health.played == tones[-1].number)
    loudest = 0.0
    for i in range(8):
        at = shown + i * 0.05
        both = await asyncio.to_thread(heard.level, ONCE_PITCH, at, at + 0.1)
        assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.1) > 0.2
        loudest = max(loudest, both)
    assert loudest > 0.1


async def test_ten_tones_at_once_leave_the_ring_alone(bench: Bench, heard: Recording) -> None:
    ring = bench.ring()
    await heard_at(heard, bench.show(ring))
    tones = [bench.tone(volume=0.05) for _ in range(10)]
    bench.show(ring, *tones)
    await until_async(lambda: bench.health.played == tones[-1].number)
    at = time.monotonic() + 0.5
    assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.5) > 0.35


async def test_a_new_volume_acts_on_what_is_sounding(bench: Bench, heard: Recording) -> None:
    await heard_at(heard, bench.show(bench.ring(volume=1.0)))
    at = time.monotonic() + 0.2
    loud = await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.4)
    at = bench.show(bench.ring(volume=0.25)) + 0.2
    soft = await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.4)
    assert soft / loud == pytest.approx(0.25, rel=0.2)
    at = bench.show(bench.ring(volume=0.0)) + 0.2
    assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.4) < 0.005


async def test_a_new_ring_tone_takes_the_place_of_the_old_one(bench: Bench, heard: Recording) -> None:
    other = write_tone(bench.folder / "other.wav", 2100, 0.4)
    await heard_at(heard, bench.show(bench.ring()))
    at = bench.show(bench.ring(tone=other)) + 0.25
    assert await asyncio.to_thread(heard.level, 2100, at, at + 0.5) > 0.35
    assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.5) < 0.02


async def test_the_device_is_released_after_silence_and_opened_again_for_the_next_ring(
    bench: Bench, heard: Recording, server: SoundServer
) -> None:
    await heard_at(heard, bench.show(bench.ring()))
    assert await asyncio.to_thread(server.players) == 1
    pid = bench.speaker.child_pid
    bench.show()
    await until_async(lambda: not bench.health.device_open, 20)
    assert await asyncio.to_thread(server.players) == 0
    assert bench.speaker.child_pid == pid
    shown = bench.show(bench.ring())
    assert await heard_at(heard, shown) - shown < 0.25


async def test_a_ring_that_comes_while_the_device_is_being_released_is_heard_quickly(
    bench: Bench, heard: Recording
) -> None:
    for wait in (1.9, 2.05, 2.2):
        await heard_at(heard, bench.show(bench.ring()))
        hidden = bench.show()
        await silent_at(heard, hidden)
        await asyncio.sleep(max(0.0, hidden + wait - time.monotonic()))
        shown = bench.show(bench.ring())
        assert await heard_at(heard, shown) - shown < 1.0


async def test_a_missing_tone_is_replaced_by_the_default_and_health_says_so(
    bench: Bench, heard: Recording
) -> None:
    shown = bench.show(bench.ring(tone="no-such-tone"))
    await heard_at(heard, shown)
    await until_async(lambda: bench.health.state is SpeakerState.OK)
    assert "'no-such-tone'" in bench.health.reason
    assert bench.health.reason.endswith("the default sounds instead")


@pytest.mark.parametrize("spoilt", ["text", "truncated", "empty", "silent", "folder-like.wav"])
async def test_a_tone_that_cannot_be_decoded_is_replaced_by_the_default_and_health_says_so(
    bench: Bench, heard: Recording, spoilt: str
) -> None:
    file = bench.folder / "spoilt.wav"
    match spoilt:
        case "text":
            file.write_text("this is not a sound " * 100)
        case "truncated":
            file.write_bytes(bench.ring_file.read_bytes()[:20_000])
        case "empty":
            file.touch()
        case "silent":
            write_tone(file, 1000, 0.3, level=0.0)
        case _:
            file.write_bytes(b"RIFF\0\0\0\0WAVE")
    shown = bench.show(bench.ring(tone=file), bench.tone(tone=file))
    await heard_at(heard, shown)
    await until_async(lambda: bench.health.state is SpeakerState.OK and bench.health.played == 1)
    assert bench.health.reason.startswith("tone spoilt.wav cannot be decoded: ")
    assert bench.health.reason.endswith("; the default sounds instead")
    write_tone(file, 1200, 0.4)
    at = bench.show(bench.ring(tone=file)) + 0.6
    assert await asyncio.to_thread(heard.level, 1200, at, at + 0.5) > 0.3, "mended, it sounds"
    await until_async(lambda: bench.health.reason == "")
