"""Sounds that are to be played once: numbered, and kept in the plan until every output has heard of them."""

from __future__ import annotations

from dataclasses import replace

from tui.alerts.memory import AlertMemory
from tui.alerts.plan import Tone

KEPT_FOR = 10.0
"""Seconds a tone stays in the plan; one that could not be played by then is dropped."""


def ask_tone(memory: AlertMemory, tone: str, volume: float, now: float) -> AlertMemory:
    """Have a tone played once."""
    number = memory.tone_number + 1
    return replace(memory, tone_number=number, tones=(*memory.tones, Tone(number, tone, volume, now)))


def forget_old_tones(tones: tuple[Tone, ...], now: float) -> tuple[Tone, ...]:
    """The tones still in the plan."""
    if not tones or now < tones[0].asked_at + KEPT_FOR:
        return tones
    return tuple(tone for tone in tones if now < tone.asked_at + KEPT_FOR)
