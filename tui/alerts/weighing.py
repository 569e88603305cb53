"""Steps that rings and popups share: the next stage of an alert, and the words for what was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import tzinfo

from tui.alerts.memory import PopupUp, Ringing, Rule
from tui.alerts.plan import AlertEvent, Channel, Decision, Verdict
from tui.alerts.quiet import clock_words
from tui.alerts.reasons import who, why_left
from tui.alerts.stages import NEXT, Medium, Stage
from tui.desk.contact import Contact, ContactId
from tui.desk.state import DeskState
from tui.text import clean_line


def to_weigh(
    entries: Mapping[ContactId, object], desk: DeskState, only: Collection[ContactId] | None
) -> list[ContactId]:
    """Longest waiting first, so that of several arrivals at once it is the first that sounds."""
    if only is not None:
        return list(only)
    gone = [id for id in entries if id not in desk.pending]
    return gone + sorted(desk.pending, key=lambda id: desk.pending[id].pending_since)


def next_stage(before: Ringing | PopupUp | None, rule: Rule) -> Stage:
    """The stage after a look at the world."""
    stage = Stage.HELD if before is None else before.stage
    return NEXT[rule.medium][stage, rule.leave]


def is_held_back(before: Ringing | PopupUp | None, after: Stage, rule: Rule) -> bool:
    """Whether it would alert now if it were not for a mute or the quiet hours."""
    if after is not Stage.HELD or rule.without_quiet is None:
        return False
    stage = Stage.HELD if before is None else before.stage
    return NEXT[rule.medium][stage, rule.without_quiet] is not Stage.HELD


def reason_now(before: Ringing | PopupUp, rule: Rule) -> str:
    """An alert that goes on keeps the reason it started for; one that waits has today's."""
    unchanged = next_stage(before, rule) is before.stage
    return before.reason if unchanged and before.stage is not Stage.HELD else rule.reason


def told_of(
    now: float,
    contact: Contact,
    channel: Channel,
    before: Ringing | PopupUp | None,
    after: Ringing | PopupUp,
    rule: Rule,
) -> list[Decision]:
    """The decision in words, if there was one."""
    if after.stage is Stage.ACTIVE:
        verdict = Verdict.POPS_UP if rule.medium is Medium.POPUP else Verdict.RINGS
        reason = f"{who(contact)} pending, {after.reason}"
    elif after.stage is Stage.ONCE:
        if before is not None and before.stage is Stage.ACTIVE:
            verdict, reason = Verdict.STOPPED, "loop off (settings)"
        else:
            verdict, reason = Verdict.SOUNDS_ONCE, f"{who(contact)} pending, {after.reason}"
    elif before is not None and before.stage is Stage.ACTIVE:
        verdict, reason = Verdict.STOPPED, after.reason
    else:
        verdict, reason = Verdict.SILENT, after.reason
    return [decision_about(now, contact, channel, verdict, reason)]


def told_of_ring(
    now: float, contact: Contact, before: Ringing | None, after: Ringing, rule: Rule, zone: tzinfo | None
) -> list[Decision]:
    """As above for a ring. When its visitor goes away, or is back, it rings on; that is told, too."""
    if before is None or replace(before, away_since=after.away_since) != after:
        return told_of(now, contact, Channel.AUDIO, before, after, rule)
    if after.stage is not Stage.ACTIVE:
        return []
    what = "visitor is back"
    if after.away_since is not None:
        what = f"visitor away since {clock_words(after.away_since, now, zone)}"
    reason = f"{who(contact)} pending, {what}"
    return [decision_about(now, contact, Channel.AUDIO, Verdict.RINGS, reason)]


def told_of_former(
    now: float,
    contact: Contact,
    channel: Channel,
    former: Ringing | PopupUp | None,
    after: Ringing | PopupUp,
) -> list[Decision]:
    """What is told of the alert for a contact's wait before this one, if it ends with that: it is in the
    queue still, but waits anew, as when it comes back from one who did not accept it."""
    if former is None or former.stage is not Stage.ACTIVE or after.stage is Stage.ACTIVE:
        return []
    return [decision_about(now, contact, channel, Verdict.STOPPED, "waits anew")]


def told_left(now: float, id: ContactId, desk: DeskState, channel: Channel) -> Decision:
    """What is told of an alert whose contact has left the queue."""
    chat = desk.chats.get(id)
    contact = chat.contact if chat is not None else desk.departed.get(id)
    nick = clean_line(contact.nick if contact is not None else "")
    reason = clean_line(why_left(contact, desk))
    return Decision(now, id, nick, AlertEvent.PENDING, channel, Verdict.STOPPED, reason)


def decision_about(now: float, contact: Contact, channel: Channel, verdict: Verdict, reason: str) -> Decision:
    """A decision about a pending contact."""
    return Decision(
        now,
        contact.id,
        clean_line(contact.nick),
        AlertEvent.PENDING,
        channel,
        verdict,
        clean_line(reason),
    )
