"""A desk with its alerts, driven event by event, as the desk loop drives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from tests.parts_of_desk import MARIA
from tui.alerts.memory import AlertMemory
from tui.alerts.plan import AlertPlan, Channel, Decision
from tui.alerts.policy import decide
from tui.config.schema import DesktopSettings, Settings
from tui.desk.contact import ContactId
from tui.desk.events import (
    ChannelName,
    ChannelReported,
    ChannelState,
    Event,
    FocusReported,
    FocusTrustLearned,
    Snapshot,
    TimePassed,
)
from tui.desk.focus import Trust
from tui.desk.fold import fold
from tui.desk.state import DeskState

POPUPS_ON = Settings(desktop=DesktopSettings(enabled=True))


@dataclass
class Room:
    """State, memory and the last plan; every decision made so far."""

    settings: Settings = POPUPS_ON
    now: float = 1000.0
    desk: DeskState = field(default_factory=lambda: DeskState(MARIA))
    memory: AlertMemory = field(default_factory=AlertMemory)
    decisions: list[Decision] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """What was told at the end of each time of quiet."""
    zone: tzinfo = UTC
    plan: AlertPlan = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.hears(Snapshot((), ()))

    def hears(self, *events: Event) -> AlertPlan:
        for event in events:
            self.desk = fold(self.desk, event, self.now)
            step = decide(self.memory, self.desk, self.settings, event, self.now, self.zone)
            self.memory, self.plan = step.memory, step.plan
            self.decisions.extend(step.decisions)
            self.missed.extend([step.missed] if step.missed else [])
        return self.plan

    def waits(self, seconds: float) -> AlertPlan:
        self.now += seconds
        return self.hears(TimePassed())

    def looks(self, focused: bool) -> AlertPlan:
        return self.hears(FocusTrustLearned(Trust.TELLS, "it tells"), FocusReported(focused))

    def sets(self, **blocks: Mapping[str, object]) -> AlertPlan:
        """Change settings, as in ``sets(audio_pending={"loop": False})``."""
        settings = self.settings
        for path, values in blocks.items():
            outer, _, inner = path.partition("_")
            block = getattr(settings, outer)
            if inner:
                block = replace(block, **{inner: replace(getattr(block, inner), **values)})
            else:
                block = replace(block, **values)
            settings = replace(settings, **{outer: block})
        self.settings = settings
        return self.hears(TimePassed())

    def breaks(self, name: ChannelName, state: ChannelState = ChannelState.FAILS) -> AlertPlan:
        return self.hears(ChannelReported(name, state, "broken"))

    def rings(self) -> bool:
        return self.plan.sounding.ring is not None

    def tones(self) -> int:
        return self.memory.tone_number

    def popups(self) -> list[str]:
        """Of the alerts; one that is only tried out is none."""
        return [popup.key for popup in self.plan.popups if not popup.key.startswith("test:")]

    def said(self, id: ContactId, channel: Channel = Channel.AUDIO) -> list[str]:
        return [
            f"{decision.verdict}: {decision.reason}"
            for decision in self.decisions
            if decision.contact == id and decision.channel == channel
        ]
