"""Which tones there are, for the settings screen: handed in by the console, which knows the outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.alerts.plan import AlertEvent


def _no_names(event: AlertEvent) -> list[str]:
    return []


def _no_fault(tone: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ToneShelf:
    """The tones to choose from."""

    names: Callable[[AlertEvent], list[str]] = _no_names
    """Ring tones, or chimes: the shipped ones and those in the agent's own ``sounds/``."""
    fault: Callable[[str], str] = _no_fault
    """Why a tone, by name or path, would not sound; empty when there is a file."""
