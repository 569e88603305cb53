"""Whether the agent looks at the console: focus is earned by evidence, never assumed.

Rules from section 3 of the design ("console focus is earned"). A terminal that says "you lost the focus" is
always believed; one that says "you have it" only when it is known to tell both, because tmux without
``focus-events`` says it once and then never takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ConsoleFocus(StrEnum):
    """What is known of the agent's eyes."""

    FOCUSED = "focused"
    AWAY = "away"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """How far the terminal's word "you have the focus" carries."""

    TELLS = "tells"
    """It reports every change."""
    UNPROVEN = "unproven"
    """It may; the first "focus lost" proves it."""
    MUTE = "mute"
    """It is known not to report every change (tmux without focus-events, GNU screen)."""


@dataclass(frozen=True, slots=True)
class FocusEvidence:
    """Everything heard so far in this attachment to a terminal."""

    trust: Trust = Trust.UNPROVEN
    why: str = "the terminal has not reported a change of focus yet"
    """What the trust rests on, and the cure where there is one."""
    reported: bool | None = None
    """The last report that was believed; None when there is none."""
    input_at: float | None = None
    """When a key or a click last came, or a report that counts only as one."""
    stalled: bool = False
    """Whether the screen loop stands still, as when the terminal has stopped reading."""

    def told(self, focused: bool, now: float) -> FocusEvidence:
        """After a report by the terminal."""
        if not focused:
            proven = self.trust is Trust.UNPROVEN
            return replace(
                self,
                reported=False,
                input_at=None,
                trust=Trust.TELLS if proven else self.trust,
                why="the terminal reports its focus" if proven else self.why,
            )
        if self.trust is Trust.TELLS:
            return replace(self, reported=True)
        return replace(self, reported=None, input_at=now)

    def touched(self, now: float) -> FocusEvidence:
        """After a key or a click: only someone at the console makes those."""
        return replace(self, reported=True if self.trust is Trust.TELLS else None, input_at=now)

    def learned(self, trust: Trust, why: str) -> FocusEvidence:
        """After the terminal or tmux was asked what it reports."""
        if trust is self.trust:
            return replace(self, why=why)
        believed = self.reported if trust is Trust.TELLS or self.reported is False else None
        return replace(self, trust=trust, why=why, reported=believed)

    def forgotten(self) -> FocusEvidence:
        """After a suspend or a new attachment: what was heard before says nothing about now."""
        return replace(self, reported=None, input_at=None)


@dataclass(frozen=True, slots=True)
class FocusView:
    """The focus at one moment, and why."""

    state: ConsoleFocus
    reason: str
    until: float | None = None
    """When it changes by itself, if it does."""


def focus_at(evidence: FocusEvidence, now: float, input_counts_for: float) -> FocusView:
    """Read the evidence at ``now``. The first line that fits decides."""
    if evidence.stalled:
        return FocusView(ConsoleFocus.UNKNOWN, "the terminal has stopped reading")
    if evidence.reported is False:
        return FocusView(ConsoleFocus.AWAY, "the terminal says so")
    if evidence.reported is True:
        return FocusView(ConsoleFocus.FOCUSED, "the terminal says so")
    # Both ends: a clock that was set back must not stretch the proof.
    if evidence.input_at is not None and 0 <= now - evidence.input_at < input_counts_for:
        return FocusView(
            ConsoleFocus.FOCUSED, "a key or a click came just now", evidence.input_at + input_counts_for
        )
    return FocusView(ConsoleFocus.UNKNOWN, evidence.why)
