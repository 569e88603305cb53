"""Joins the outputs to the desk: plans go out to them, what they report comes back as events."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from tui.alerts.plan import AlertPlan, Decision
from tui.config.schema import OnClick
from tui.desk.contact import ContactId
from tui.desk.events import (
    ChannelName,
    ChannelReported,
    ChannelState,
    Event,
    PopupEnded,
    PopupLost,
    PopupShown,
)
from tui.deskloop.keeper import Keeper
from tui.link.commands import Accept
from tui.link.view import Severity
from tui.outputs import popups_events as reported
from tui.outputs.alert_log import AlertLog
from tui.outputs.come_forward import come_forward
from tui.outputs.popups import PopupBoard
from tui.outputs.ringer.health import SpeakerHealth, SpeakerState
from tui.outputs.ringer.speaker import Speaker
from tui.outputs.tones import tone_path

log = logging.getLogger(__name__)

TOLD_AGAIN_AFTER = 300.0
"""Seconds after which a channel that fails again is told of again."""

SENT_FAR_AWAY = "over SSH it acts on the far machine; the terminal's own bell and notices help out"


class Hands:
    """The speaker, the popups and the alert log of one console."""

    def __init__(
        self,
        config_dir: Path,
        alerts_path: Path,
        ringer_log: Path | None,
        far_away: bool,
        accept: Callable[[Accept], None],
        app_name: str = "Deskbell",
    ) -> None:
        """``far_away``: the console runs over SSH, so sound and popups appear on the far machine."""
        self._far_away = far_away
        self._accept = accept
        self.keeper: Keeper | None = None
        self._coming: set[asyncio.Task[None]] = set()
        self._told_at: dict[ChannelName, float] = {}
        self.watch_popups: Callable[[reported.PopupEvent], None] = lambda event: None
        """Told what the desktop reports before the desk is: for popups that are only tested."""
        self.speaker = Speaker(lambda name: tone_path(name, config_dir), self._on_speaker, ringer_log)
        self.popups = PopupBoard(app_name, self._on_popup)
        self.alert_log = AlertLog(alerts_path, self._on_log_trouble)

    def carry(self, plan: AlertPlan) -> None:
        """Have the plan carried out."""
        self.speaker.show(plan.sounding)
        self.popups.show(plan.popups)

    def note(self, decision: Decision) -> None:
        """Keep a decision in the alert log."""
        self.alert_log.add(decision)

    def _on_speaker(self, health: SpeakerHealth) -> None:
        states = {
            SpeakerState.OK: ChannelState.ELSEWHERE if self._far_away else ChannelState.WORKS,
            SpeakerState.FAILING: ChannelState.FAILS,
            SpeakerState.UNKNOWN: ChannelState.UNTRIED,
        }
        state = states[health.state]
        if state is ChannelState.UNTRIED:
            return
        self._report(ChannelName.AUDIO, state, health.reason, "Sound", "the terminal's bell rings instead")

    def _on_popup(self, event: reported.PopupEvent) -> None:
        self.watch_popups(event)
        match event:
            case reported.PopupShown(key, number):
                self._take(PopupShown(key, number))
            case reported.PopupDismissed(key, number):
                self._take(PopupEnded(key, number))
            case reported.PopupLost(key, number):
                self._take(PopupLost(key, number))
            case reported.PopupClicked(key, number, contact, accept):
                self._on_click(key, number, contact, accept)
            case reported.PopupFailed(key, _, reason):
                log.warning("popup %s: %s", key, reason)
            case reported.PopupHealth(ok, reason):
                works = ChannelState.ELSEWHERE if self._far_away else ChannelState.WORKS
                state = works if ok else ChannelState.FAILS
                reason = "" if ok else reason
                instead = "the terminal tells instead, as far as it can"
                self._report(ChannelName.DESKTOP, state, reason, "Popups", instead)

    def _on_click(self, key: str, number: int, contact: ContactId | None, accept: bool) -> None:
        assert self.keeper is not None
        popup = self.keeper.popup(number)
        self._take(PopupEnded(key, number))
        wanted = OnClick.ACCEPT if accept else (popup.on_click if popup is not None else OnClick.SHOW)
        wish = ""
        if wanted is OnClick.ACCEPT and contact is not None:
            wish = uuid.uuid4().hex
            self._accept(Accept(contact, wish))
        if wanted is not OnClick.NOTHING:
            self.keeper.summon(contact, wish)
            coming = asyncio.create_task(come_forward(), name="come forward")
            self._coming.add(coming)
            coming.add_done_callback(self._coming.discard)

    def _report(
        self, channel: ChannelName, state: ChannelState, reason: str, what: str, instead: str
    ) -> None:
        if self.keeper is None:
            return
        known = self.keeper.desk.channels[channel]
        if (known.state, known.reason) == (state, reason):
            return
        self._take(ChannelReported(channel, state, reason))
        if state is ChannelState.FAILS:
            if known.state is not ChannelState.FAILS and self._not_just_told(channel):
                self.keeper.tell(f"{what} failing", f"{reason}; {instead}.", Severity.WARNING)
        elif known.state is ChannelState.FAILS:
            self.keeper.tell(f"{what} restored", f"{what} works again.", over=True)
        elif state is ChannelState.ELSEWHERE and known.state is ChannelState.UNTRIED:
            self.keeper.tell(f"{what} over SSH", f"{what}: {SENT_FAR_AWAY}.")
        elif reason:
            self.keeper.tell(what, reason, Severity.WARNING)

    def _not_just_told(self, channel: ChannelName) -> bool:
        """A channel that comes and goes is told of once in a while; the header shows each change."""
        now = time.monotonic()
        told = self._told_at.get(channel, float("-inf"))
        if now < told + TOLD_AGAIN_AFTER:
            return False
        self._told_at[channel] = now
        return True

    def _on_log_trouble(self, reason: str) -> None:
        if self.keeper is not None:
            self.keeper.tell("Alert log", reason, Severity.WARNING)

    def _take(self, event: Event) -> None:
        if self.keeper is not None:
            self.keeper.take(event)
