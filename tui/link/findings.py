"""What an examination found: values for the doctor's screen and for its report on the command line.

Every text in a finding is clean: :func:`finding` is their only maker. Who examines is in ``tui.doctor``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tui.text import CleanText, clean_line


class Area(StrEnum):
    """What was examined, in the order in which it is told."""

    SOUND = "Sound"
    POPUPS = "Popups"
    FOCUS = "Console focus"
    TERMINAL = "Terminal"
    DATA = "Data folder"
    SETTINGS = "Settings"
    CLOCK = "Clock"
    DOOR = "Visitor's door"


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"
    """It works, with a shortcoming the agent should know of."""
    FAULT = "fault"
    """It is wanted and does not work."""
    OFF = "off"
    """It is not wanted, by the settings."""
    UNKNOWN = "unknown"
    """It could not be found out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    id: str
    """Names it for scripts, as in ``sound.device``; stays the same from version to version."""
    area: Area
    state: State
    title: CleanText
    """A word or two."""
    says: CleanText
    """What was found and what it means."""
    cure: CleanText
    """What to do; empty where there is nothing to do."""
    line: CleanText
    """A line to be copied somewhere as it stands; empty where there is none."""
    facts: Mapping[str, CleanText]
    """Bare facts for scripts, as in ``{"driver": "pulseaudio"}``."""


@dataclass(frozen=True, slots=True)
class Findings:
    """A whole examination, in the order in which it is told."""

    all: tuple[Finding, ...]
    at: float
    """When it began, in Unix seconds."""
    took: float
    """Seconds."""

    @property
    def ok(self) -> bool:
        """Whether all that is wanted works: nothing is at fault."""
        return not self.count(State.FAULT)

    def count(self, state: State) -> int:
        """How many findings are in this state."""
        return sum(one.state is state for one in self.all)

    @property
    def summary(self) -> str:
        """One sentence."""
        faults, warnings = self.count(State.FAULT), self.count(State.WARNING)
        if not faults and not warnings:
            return "All that is switched on works."
        told = [_plural(faults, "fault"), _plural(warnings, "warning")]
        counted = " and ".join(part for part in told if part)
        return f"{counted}." if faults else f"All that is switched on works, with {counted}."


_NO_FACTS: Mapping[str, object] = MappingProxyType({})


def finding(
    area: Area,
    id: str,
    state: State,
    title: str,
    says: str,
    cure: str = "",
    line: str = "",
    facts: Mapping[str, object] = _NO_FACTS,
) -> Finding:
    """A finding of texts from anywhere, made clean."""
    return Finding(
        id,
        area,
        state,
        clean_line(title, max_chars=40),
        clean_line(says, max_chars=600),
        clean_line(cure, max_chars=600),
        clean_line(line, max_chars=200),
        {name: clean_line(str(value)) for name, value in facts.items()},
    )


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""
