"""What is tried out, and what is cut: recorded from a real sound server."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.parts.sound import Recording, write_tone
from tests.parts.waiting import until_async
from tests.ringer.conftest import RING_PITCH, Bench
from tests.ringer.test_sounding import heard_at, silent_at

pytestmark = pytest.mark.e2e


async def test_a_hushed_tone_is_cut_at_once_and_never_comes_back(bench: Bench, heard: Recording) -> None:
    long = write_tone(bench.folder / "long.wav", 1300, 6.0)
    tone = bench.tone(tone=long)
    await heard_at(heard, bench.show(None, tone))
    await until_async(lambda: bench.health.sounding == (tone.number,))
    hushed = bench.show(None, tone, hushed=tone.number)
    assert await silent_at(heard, hushed) - hushed < 0.3
    await until_async(lambda: bench.health.sounding == ())
    after = bench.show(None, hushed=tone.number)
    await asyncio.to_thread(heard.must_stay_silent, 0.8, after + 0.3)


async def test_a_tone_hushed_before_it_sounded_is_never_heard_and_the_next_one_is(
    bench: Bench, heard: Recording
) -> None:
    first, second = bench.tone(), bench.tone()
    shown = bench.show(None, first, hushed=first.number)
    await asyncio.to_thread(heard.must_stay_silent, 0.6, shown)
    shown = bench.show(None, second, hushed=first.number)
    assert await heard_at(heard, shown) - shown < 0.4


async def test_a_hush_leaves_the_ring_and_later_tones_alone(bench: Bench, heard: Recording) -> None:
    early, late = (write_tone(bench.folder / f"{pitch}.wav", pitch, 6.0, 0.25) for pitch in (1300, 2300))
    ring, first, second = bench.ring(volume=0.6), bench.tone(tone=early), bench.tone(tone=late)
    await heard_at(heard, bench.show(ring, first, second))
    await until_async(lambda: bench.health.sounding == (first.number, second.number))
    at = bench.show(ring, second, hushed=first.number) + 0.3
    assert await asyncio.to_thread(heard.level, 1300, at, at + 0.4) < 0.02
    assert await asyncio.to_thread(heard.level, 2300, at, at + 0.4) > 0.15
    assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.4) > 0.2


async def test_a_ring_tried_out_gives_way_to_a_real_one_and_comes_back(
    bench: Bench, heard: Recording
) -> None:
    trial = bench.ring(tone=write_tone(bench.folder / "trial.wav", 1900, 0.4))
    await heard_at(heard, bench.show(test=trial))
    at = bench.show(bench.ring(), test=trial) + 0.3
    assert await asyncio.to_thread(heard.level, RING_PITCH, at, at + 0.4) > 0.3
    assert await asyncio.to_thread(heard.level, 1900, at, at + 0.4) < 0.02
    at = bench.show(test=trial) + 0.3
    assert await asyncio.to_thread(heard.level, 1900, at, at + 0.4) > 0.3
    gone = bench.show()
    assert await silent_at(heard, gone) - gone < 0.3
    assert time.monotonic() > gone
