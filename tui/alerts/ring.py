"""What the ring sounds like: whose ring tone, how loud, and when it rings more urgently.

Whether it rings is settled before (``policy``): here the set of ringing contacts becomes one sound.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tui.alerts.memory import AlertMemory
from tui.alerts.plan import AlertEvent, Channel, Decision, Ring, Verdict
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
from tui.desk.state import DeskState
from tui.text import clean_line


def ring_tone(contact: Contact | None, settings: Settings) -> str:
    """The ring tone for a contact: its service's, or that of ``[audio.pending]``."""
    own = settings.services.get(contact.service) if contact is not None else None
    return own.ring_tone if own is not None and own.ring_tone else settings.audio.pending.ring_tone


def ring_volume(settings: Settings) -> float:
    """Loudness of a ring tone that is not escalated."""
    return settings.audio.volume * settings.audio.pending.volume


def ring_now(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    now: float,
    only: Collection[ContactId] | None,
    decisions: list[Decision],
) -> tuple[AlertMemory, Ring | None]:
    """The ring for the contacts that ring now; none when nobody does.

    Several that ring make one sound. Its tone is that of the contact that rings longest (``leader``), and it
    is as urgent as the most urgent of them.
    """
    memory = _escalate(memory, desk, settings, now, only, decisions)
    memory = replace(memory, leader=_leader(memory, desk, settings))
    if not memory.ringing:
        return memory, None
    contact = desk.pending.get(memory.leader) if memory.leader is not None else None
    tone, volume = ring_tone(contact, settings), ring_volume(settings)
    if memory.escalated:
        tone, volume = settings.escalation.ring_tone or tone, settings.escalation.volume
    return memory, Ring(tone, volume)


def _leader(memory: AlertMemory, desk: DeskState, settings: Settings) -> ContactId | None:
    """The ringing contact whose service gives the tone; None where no service has one of its own.

    Who was first keeps it until his ring is over, then it is the one that waits longest.
    """
    if not memory.ringing or not any(service.ring_tone for service in settings.services.values()):
        return None
    if memory.leader in memory.ringing:
        return memory.leader
    return min(memory.ringing, key=lambda id: (desk.pending[id].pending_since, id))


def _escalate(
    memory: AlertMemory,
    desk: DeskState,
    settings: Settings,
    now: float,
    only: Collection[ContactId] | None,
    decisions: list[Decision],
) -> AlertMemory:
    """Bring up to date which of the ringing contacts ring more urgently; each is told of once."""
    if not settings.escalation.enabled:
        return replace(memory, escalated=frozenset()) if memory.escalated else memory
    looked_at = memory.ringing if only is None else memory.ringing.intersection(only)
    due = {id for id in looked_at if _is_due(desk.pending[id], settings, now)}
    escalated = memory.escalated & memory.ringing
    if only is None:
        escalated = frozenset(due)
    elif looked_at:
        escalated = escalated.difference(looked_at) | due
    for id in sorted(escalated - memory.escalated, key=lambda id: desk.pending[id].pending_since):
        decisions.append(_told(now, desk.pending[id]))
    return replace(memory, escalated=escalated)


def _is_due(contact: Contact, settings: Settings, now: float) -> bool:
    """Whether a contact has waited for its share; one that may wait for ever never has."""
    share = settings.escalation.after * contact.dissuasion_time
    return contact.dissuasion_time > 0 and now >= contact.pending_since + share


def _told(now: float, contact: Contact) -> Decision:
    nick = clean_line(contact.nick)
    waited = int(now - contact.pending_since)
    reason = clean_line(f"{nick} has waited {waited} s of {contact.dissuasion_time:g} s")
    return Decision(now, contact.id, nick, AlertEvent.PENDING, Channel.AUDIO, Verdict.RINGS_LOUDER, reason)
