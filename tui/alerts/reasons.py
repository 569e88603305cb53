"""Why: the rules that bar or allow an alert, first match first, and the words for each decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo

from tui.alerts.limit import full_words
from tui.alerts.memory import Rule, World
from tui.alerts.quiet import Quiet, clock_words
from tui.alerts.stages import Leave, Medium
from tui.config.schema import Settings
from tui.desk.contact import Contact, Outcome, Returned, Sender, Status
from tui.desk.focus import ConsoleFocus, FocusView
from tui.desk.presence import away_since, said_goodbye
from tui.desk.state import DeskState
from tui.text import CleanText, clean_line

Bar = tuple[Callable[[Settings, DeskState], bool], str]

ON_ANOTHER: Bar = (lambda settings, desk: not desk.lead.here, "sounds on your other console")
RING_BARS: tuple[Bar, ...] = (
    (lambda settings, desk: not settings.audio.enabled, "audio off (agent menu)"),
    (
        lambda settings, desk: not settings.audio.pending.enabled,
        "ring tone for pending contacts off (settings)",
    ),
    (
        lambda settings, desk: not settings.audio.volume * settings.audio.pending.volume,
        "volume is 0 (settings)",
    ),
    ON_ANOTHER,
    (lambda settings, desk: desk.paused, "you are paused"),
)
CHIME_BARS: tuple[Bar, ...] = (
    (lambda settings, desk: not settings.audio.enabled, "audio off (agent menu)"),
    (lambda settings, desk: not settings.audio.message.enabled, "chime for messages off (settings)"),
    (
        lambda settings, desk: not settings.audio.volume * settings.audio.message.volume,
        "volume is 0 (settings)",
    ),
    ON_ANOTHER,
)
POPUP_BARS: tuple[Bar, ...] = (
    (lambda settings, desk: not settings.desktop.enabled, "popups off (agent menu)"),
    (
        lambda settings, desk: not settings.desktop.pending.enabled,
        "popups for pending contacts off (settings)",
    ),
    ON_ANOTHER,
    (lambda settings, desk: desk.paused, "you are paused"),
)
MESSAGE_POPUP_BARS: tuple[Bar, ...] = (
    (lambda settings, desk: not settings.desktop.enabled, "popups off (agent menu)"),
    (lambda settings, desk: not settings.desktop.message.enabled, "popups for messages off (settings)"),
    ON_ANOTHER,
)

FREE_BECAUSE = {
    ConsoleFocus.AWAY: "console away",
    ConsoleFocus.UNKNOWN: "console focus unknown",
    ConsoleFocus.FOCUSED: "console focused, alerts also then",
}


def world(settings: Settings, desk: DeskState, focus: FocusView, quiet: Quiet | None = None) -> World:
    """What holds now for every contact, channel by channel."""
    pierces = settings.quiet_hours.starred_pierces

    full = full_words(settings, desk)

    def rule(bars: tuple[Bar, ...], when_focused: bool, medium: Medium) -> Rule:
        for barred, why in bars:
            if barred(settings, desk):
                return Rule(Leave.BARRED, why, medium)
        if focus.state is ConsoleFocus.FOCUSED and not when_focused:
            return _quieted(Rule(Leave.WATCHED, "console focused", medium), quiet, pierces)
        return _quieted(Rule(Leave.FREE, FREE_BECAUSE[focus.state], medium), quiet, pierces)

    audio, desktop = settings.audio, settings.desktop
    ring_medium = Medium.LOOP if audio.pending.loop else Medium.ONCE
    return World(
        ring=_limited(rule(RING_BARS, audio.pending.when_focused, ring_medium), full),
        chime=rule(CHIME_BARS, audio.message.when_focused, Medium.ONCE),
        popup=_limited(rule(POPUP_BARS, desktop.pending.when_focused, Medium.POPUP), full),
        message_popup=rule(MESSAGE_POPUP_BARS, desktop.message.when_focused, Medium.POPUP),
    )


def _quieted(rule: Rule, quiet: Quiet | None, starred_pierces: bool) -> Rule:
    """A rule under a mute or the quiet hours: nothing starts, but perhaps for a starred contact."""
    if quiet is None:
        return rule
    starred = (
        replace(rule, reason=f"{rule.reason}, starred though {quiet.reason}") if starred_pierces else None
    )
    return Rule(Leave.BARRED, quiet.reason, rule.medium, without_quiet=rule.leave, starred=starred)


def _limited(rule: Rule, full: str) -> Rule:
    """A rule for one who has as many chats as he may: nothing starts but for a starred contact."""
    if not full or (rule.leave is Leave.BARRED and rule.without_quiet is None):
        return rule
    starred = rule.starred or replace(rule, starred=None)
    return Rule(Leave.BARRED, full, rule.medium, starred=starred)


def who(contact: Contact) -> CleanText:
    """The visitor and his service, as in "Anna (Sales)"."""
    nick = clean_line(contact.nick)
    return clean_line(f"{nick} ({clean_line(contact.service)})") if contact.service else nick


def away_words(contact: Contact, now: float, zone: tzinfo | None = None) -> str:
    """That the visitor is not there, as in "is away since 15:40"; empty while there is nothing to tell."""
    since = away_since(contact, now)
    if since is None:
        return ""
    at = clock_words(since, now, zone)
    return f"left the page at {at}" if said_goodbye(contact) else f"is away since {at}"


OUTCOME_WORDS = {
    Outcome.ABANDONED: "the visitor left (abandoned)",
    Outcome.CANCELLED: "the visitor left (cancelled)",
    Outcome.DISSUADED: "dissuasion time ran out",
    Outcome.COMPLETED: "the contact ended",
    Outcome.NO_INTERACTION: "the contact ended",
}


def _why_elsewhere(contact: Contact, desk: DeskState) -> str:
    """Why a contact that is pending is not in this agent's queue any more."""
    if contact.returned is None or contact.returned_by != desk.me:
        return "no longer in the pending queue"
    return "declined by you" if contact.returned is Returned.DECLINED else "not accepted in time"


def why_left(contact: Contact | None, desk: DeskState) -> str:
    """Why a contact is no longer pending, from its last record."""
    if contact is None:
        return "no longer in the pending queue"
    if contact.status is Status.PENDING:
        return _why_elsewhere(contact, desk)
    if contact.status is Status.ASSIGNED:
        return "accepted by you" if contact.agent == desk.me else f"accepted by {clean_line(contact.agent)}"
    if contact.outcome is None:
        return "the contact ended"
    if contact.ended_by is Sender.VISITOR and contact.outcome is Outcome.COMPLETED:
        return "the visitor left"
    return OUTCOME_WORDS[contact.outcome]
