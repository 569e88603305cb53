"""What the header and the status line say, made from the view."""

from __future__ import annotations

import time

from tui.alerts.limit import is_full
from tui.alerts.plan import Verdict
from tui.alerts.reasons import away_words
from tui.desk.events import ChannelName
from tui.desk.events import ChannelState as Health
from tui.desk.focus import ConsoleFocus
from tui.desk.state import open_chats, queue
from tui.link.view import DoorState, View
from tui.text import CleanText, clean_line
from tui.widgets.header_line import ChannelState, HeaderState


def header_state(view: View) -> HeaderState:
    """The header now."""
    desk = view.desk
    live = [contact for contact in desk.pending.values() if not contact.offline]
    oldest = min((contact.waiting_since for contact in live), default=None)
    backend = desk.channels[ChannelName.BACKEND].state
    return HeaderState(
        connection={Health.FAILS: "disconnected", Health.UNTRIED: "connecting"}.get(backend, ""),
        connecting=backend is Health.UNTRIED,
        ready=not desk.paused,
        # Why the console paused by itself stands in the banner.
        pause_reason=clean_line("" if desk.pause_auto else desk.pause_reason),
        paused_since=desk.paused_since if desk.paused else None,
        chats=f"{open_chats(desk)}/{view.settings.agent.max_chats}" if is_full(view.settings, desk) else "",
        quiet=view.quiet.reason,
        quiet_until=view.quiet.until or 0.0,
        waiting=len(live),
        offline=len(desk.pending) - len(live),
        oldest_since=oldest,
        focus=view.focus.state.value,
        focus_reason=view.focus.reason if view.focus.state is ConsoleFocus.UNKNOWN else "",
        several=desk.lead.several,
        sounds_on=None if view.rings_here else clean_line(view.ringing_console),
        audio=_channel(view.settings.audio.enabled, desk.channel(ChannelName.AUDIO)),
        audio_note=_audio_note(view),
        popups=_channel(view.settings.desktop.enabled, desk.channel(ChannelName.DESKTOP)),
        popups_note=_note(view.settings.desktop.enabled, desk.channel(ChannelName.DESKTOP), "terminal"),
        door=_door(view),
        door_fault=view.door.state is DoorState.BLOCKED,
        agent=clean_line(desk.me),
    )


def _channel(enabled: bool, health: Health) -> ChannelState:
    if not enabled:
        return ChannelState.OFF
    return ChannelState.FAULT if health is Health.FAILS else ChannelState.ON


def _note(enabled: bool, health: Health, instead: str) -> str:
    if enabled and health is Health.FAILS:
        return instead
    return f"far, {instead} too" if enabled and health is Health.ELSEWHERE else ""


def _audio_note(view: View) -> str:
    """What is used instead: the bell for a dead speaker, the default for a tone that cannot be played."""
    report = view.desk.channels[ChannelName.AUDIO]
    if view.settings.audio.enabled and report.state is Health.WORKS and report.reason:
        return "default tone"
    return _note(view.settings.audio.enabled, report.state, "bell")


def _door(view: View) -> CleanText | None:
    match view.door.state:
        case DoorState.OPEN:
            return clean_line(view.door.url)
        case DoorState.SHARED:
            return clean_line(f"{view.door.url} (shared)")
        case DoorState.BLOCKED:
            return clean_line("door closed")
        case _:
            return None


def status_text(view: View, now: float | None = None) -> tuple[CleanText | None, bool]:
    """What rings and why, or the last decision and when it was taken; and whether it rings."""
    if view.ringing:
        ringing = [contact for contact in queue(view.desk)[:200] if contact.id in view.ringing]
        names = ", ".join(clean_line(contact.nick) for contact in ringing)
        told = ((contact, away_words(contact, view.at if now is None else now)) for contact in ringing)
        away = "".join(f"; {clean_line(contact.nick)} {words}" for contact, words in told if words)
        why = {
            ConsoleFocus.AWAY: "console away",
            ConsoleFocus.UNKNOWN: "console focus unknown",
            ConsoleFocus.FOCUSED: "still pending",
        }[view.focus.state]
        return clean_line(f"rings: {names} ({why}{away})"), True
    decision = view.last_decision
    if decision is None:
        return None, False
    verdict = {Verdict.SILENT: "silent", Verdict.STOPPED: "stopped"}.get(
        decision.verdict, str(decision.verdict)
    )
    at = time.strftime("%H:%M", time.localtime(decision.at))
    return clean_line(f"{at} {verdict}: {decision.nick}: {decision.reason}"), False
