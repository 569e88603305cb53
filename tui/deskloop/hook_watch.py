"""Works out which of the agent's scripts are due, from what an event made of the desk and its alerts.

Only the console that leads has them run. One that takes over from a dead one makes up for what came in
between, so that a script may run twice but not never; one that follows a living one does not. How a script
is run is in ``outputs.hooks``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui.alerts.plan import Channel, Decision, Verdict
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId, Sender
from tui.desk.events import ContactChanged, Event, LeadChanged, Snapshot
from tui.desk.state import DeskState
from tui.deskloop.keeper import Moment
from tui.outputs.hooks import WAITING, Hook, HookFields, HookRunner

BURST = 1.0
"""Seconds within which one contact's messages run the script once, as they chime once."""


@dataclass(frozen=True, slots=True)
class Call:
    """A script that is due."""

    hook: Hook
    values: HookFields
    at: float


class HookWatch:
    """Watches the desk for this console."""

    def __init__(
        self, runner: HookRunner, settings: Callable[[], Settings], clock: Callable[[], float]
    ) -> None:
        self._runner = runner
        self._settings = settings
        self._clock = clock
        self._ring_told = False
        """Whether the last word on the ring, this console's or its forerunner's, was that it began."""
        self._message_at: dict[ContactId, float] = {}
        self._left_to_others: deque[Call] = deque(maxlen=WAITING)
        self._desk: DeskState | None = None

    def observe(self, event: Event, before: Moment, after: Moment, decisions: tuple[Decision, ...]) -> None:
        """An event has been taken in. Cheap, and starts what is due."""
        self._desk = after.desk
        calls = [*self._pending(event, before, after, decisions), *self._messages(before, after, decisions)]
        if not after.desk.lead.here:
            self._left_to_others.extend(calls)
            self._ring_told = False
            return
        if isinstance(event, LeadChanged):
            self._ring_told = self._ring_told or event.rang
            if event.dead_since is not None:
                calls = [call for call in self._left_to_others if call.at >= event.dead_since] + calls
            self._left_to_others.clear()
        calls += self._ring(after, decisions)
        for call in calls:
            self._run(call)

    def end(self) -> None:
        """The console closes and falls silent."""
        if self._ring_told and self._desk is not None:
            self._ring_told = False
            agent = self._desk.me
            values = HookFields(agent=agent, reason="the console was closed")
            self._run(Call(Hook.RING_STOP, values, self._clock()))

    def _run(self, call: Call) -> None:
        hooks = self._settings().hooks
        templates = {
            Hook.PENDING: hooks.on_pending,
            Hook.MESSAGE: hooks.on_message,
            Hook.RING_START: hooks.on_ring_start,
            Hook.RING_STOP: hooks.on_ring_stop,
        }
        self._runner.run(call.hook, templates[call.hook], call.values, hooks.time_limit)

    def _pending(
        self, event: Event, before: Moment, after: Moment, decisions: tuple[Decision, ...]
    ) -> Iterator[Call]:
        """Who has entered the queue; not who was found there at the start."""
        if not before.desk.known or before.desk.pending is after.desk.pending:
            return
        if isinstance(event, ContactChanged):
            looked_at = [event.contact.id] if event.contact.id in after.desk.pending else []
        elif isinstance(event, Snapshot):
            looked_at = list(after.desk.pending)
        else:
            return
        for id in looked_at:
            contact, known = after.desk.pending[id], before.desk.pending.get(id)
            if known is None or known.pending_since != contact.pending_since:
                reason = next(_reasons(decisions, id), "")
                yield self._call(Hook.PENDING, after.desk, contact, contact.last_words, reason)

    def _messages(self, before: Moment, after: Moment, decisions: tuple[Decision, ...]) -> Iterator[Call]:
        """Visitors' messages in my chats, by the same count as the chime's."""
        if before.desk.chats is after.desk.chats:
            return
        now = self._clock()
        for id, chat in after.desk.chats.items():
            heard = before.memory.heard.get(id)
            if heard is None or chat is before.desk.chats.get(id):
                continue
            since = max(heard, chat.contact.agent_seen)
            last = chat.messages[-1] if chat.messages else None
            fresh = [m for m in chat.messages[-100:] if m.seq > since and m.sender is Sender.VISITOR]
            if last is None or last.seq <= heard or not fresh:
                continue
            if now < self._message_at.get(id, float("-inf")) + BURST:
                continue
            self._message_at[id] = now
            reason = next(_reasons(decisions, id), "")
            yield self._call(Hook.MESSAGE, after.desk, chat.contact, fresh[-1].text, reason)
        for id in [id for id in self._message_at if id not in after.desk.chats]:
            del self._message_at[id]

    def _ring(self, after: Moment, decisions: tuple[Decision, ...]) -> Iterator[Call]:
        """Whether the ring in loop mode has begun or ended since the last word on it."""
        rings = bool(after.memory.ringing)
        if rings == self._ring_told:
            return
        self._ring_told = rings
        about = [
            d for d in decisions if d.channel is Channel.AUDIO and (d.verdict is Verdict.STOPPED) != rings
        ]
        id = about[-1].contact if about else next(iter(after.memory.ringing), None)
        contact = None if id is None else _contact(after.desk, id)
        reason = str(about[-1].reason) if about else ""
        hook = Hook.RING_START if rings else Hook.RING_STOP
        yield self._call(hook, after.desk, contact, contact.last_words if contact else "", reason)

    def _call(self, hook: Hook, desk: DeskState, contact: Contact | None, text: str, reason: str) -> Call:
        if contact is None:
            values = HookFields(agent=desk.me, reason=reason)
        else:
            values = HookFields(contact.nick, contact.service, contact.id, text, desk.me, reason)
        return Call(hook, values, self._clock())


def _contact(desk: DeskState, id: ContactId) -> Contact | None:
    if id in desk.chats:
        return desk.chats[id].contact
    return desk.pending.get(id) or desk.departed.get(id)


def _reasons(decisions: tuple[Decision, ...], id: ContactId) -> Iterator[str]:
    """What was decided about the sound for this contact, as in "silent: console focused"."""
    for decision in decisions:
        if decision.contact == id and decision.channel is Channel.AUDIO:
            yield f"{decision.verdict}: {decision.reason}"
