"""The promise, over random histories: it rings if and only if the ringing set is not empty, and rightly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.alerts.room import Room
from tests.parts_of_desk import LUCA, MARIA, contact, done, message, with_last
from tui.alerts.plan import Channel, Verdict
from tui.alerts.quiet import quiet_at
from tui.alerts.stages import Stage
from tui.config.schema import Escalation, QuietHours, ServiceSettings
from tui.desk.contact import NOBODY, AgentName, Contact, ContactId, Status
from tui.desk.events import (
    ChannelName,
    ChannelState,
    ContactChanged,
    FocusReported,
    FocusTrustLearned,
    HistoryRead,
    InputSeen,
    MessageAppended,
    MuteSet,
    PauseSet,
    PopupEnded,
    PopupShown,
    PopupTested,
    RingSilenced,
    ScreenStalled,
    Snapshot,
    TimePassed,
    TonePreviewed,
    ToneTested,
)
from tui.desk.focus import ConsoleFocus, Trust, focus_at
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.desk.state import may_take

AGENTS = st.sampled_from([MARIA, LUCA])

HOURS = ("", "00:00-24:00", "00:16-00:17", "00:17-00:16", "00:17-00:18")
"""For the Thursday on which these histories begin, at 00:16:40."""

TONES = {"Sales": "bells", "Support": "marimba", "": "marimba"}
"""Ring tones by service: one has its own, one is set and has none, one is not set."""

LOUD = Escalation(enabled=True, after=0.05, volume=0.9, ring_tone="alarm")


class Promise(RuleBasedStateMachine):
    """Visitors come and go, agents take and give back, the terminal and the settings change at will."""

    contacts: Bundle[ContactId] = Bundle("contacts")

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        services = {"Sales": ServiceSettings(ring_tone="bells"), "Support": ServiceSettings()}
        self.room.settings = replace(self.room.settings, services=MappingProxyType(services))
        self.looked_at = self.room.now
        self.records: dict[ContactId, Contact] = {}
        self.silenced: set[tuple[ContactId, float]] = set()
        self.rang_before: frozenset[ContactId] = frozenset()
        self.count = 0
        self.tones_before = 0
        self.was_quiet = False
        self.missed_before = 0

    def hears(self, *events: object) -> None:
        self.rang_before = self.room.memory.ringing
        self.tones_before = self.room.tones()
        self.room.hears(*events)  # type: ignore[arg-type]
        if self.room.now > self.looked_at:
            self.room.hears(TimePassed())
        self.looked_at = self.room.now

    # what visitors and agents do

    @rule(target=contacts, service=st.sampled_from(sorted(TONES)), starred=st.booleans(), off=st.booleans())
    def arrives(self, service: str, starred: bool, off: bool) -> ContactId:
        return self._comes(service, starred, off)

    def _comes(self, service: str, starred: bool, off: bool = False) -> ContactId:
        self.count += 1
        new = contact(f"c{self.count}", self.room.now, service)
        if starred:
            new = replace(new, addressed_to=MARIA)
        if off:
            new = replace(new, offline=True, dissuade_at=None, dissuasion_time=0.0)
        self.records[new.id] = new
        self.hears(ContactChanged(new))
        return new.id

    def _do(self, id: ContactId, kind: DeedKind, agent: AgentName, at: float) -> None:
        self.records[id] = done(self.records[id], kind, at, agent)
        self.hears(ContactChanged(self.records[id]))

    @rule(id=contacts, agent=AGENTS)
    def is_accepted(self, id: ContactId, agent: AgentName) -> None:
        record = self.records[id]
        if record.status is Status.PENDING and record.addressed_to in (NOBODY, agent):
            self._do(id, DeedKind.ACCEPT, agent, self.room.now)

    @rule(id=contacts)
    def is_given_back(self, id: ContactId) -> None:
        record = self.records[id]
        if record.status is Status.ASSIGNED:
            self.room.now += 0.25
            self._do(id, DeedKind.GIVE_BACK, record.agent, self.room.now)

    @rule(id=consumes(contacts))
    def leaves(self, id: ContactId) -> None:
        if self.records[id].status is not Status.ENDED:
            self._do(id, DeedKind.LEAVE, AgentName(""), self.room.now)

    @rule(id=contacts)
    def is_dissuaded(self, id: ContactId) -> None:
        record = self.records[id]
        if record.status is Status.PENDING and record.dissuade_at is not None:
            self.room.now = max(self.room.now, record.dissuade_at)
            self._do(id, DeedKind.TIME_UP, AgentName(""), self.room.now)

    @rule(id=contacts)
    def writes(self, id: ContactId) -> None:
        record = self.records[id]
        if record.status is Status.ASSIGNED:
            record = self.records[id] = with_last(record, record.last_seq + 1)
            self.hears(ContactChanged(record), MessageAppended(message(record, record.last_seq)))

    @rule(id=contacts)
    def its_history_is_read(self, id: ContactId) -> None:
        record = self.records[id]
        self.hears(HistoryRead(id, tuple(message(record, seq + 1) for seq in range(record.last_seq))))

    @rule(id=contacts, to=AGENTS)
    def is_passed_on(self, id: ContactId, to: AgentName) -> None:
        record = self.records[id]
        if record.status is Status.ASSIGNED and record.agent != to:
            self.room.now += 0.25
            deed = Deed(DeedKind.TRANSFER, f"p{self.room.now}", record.agent, to=to, seconds=60.0)
            after = apply(record, deed, self.room.now)
            assert isinstance(after, Contact)
            self.records[id] = after
            self.hears(ContactChanged(after))

    @rule(id=contacts)
    def is_declined(self, id: ContactId) -> None:
        record = self.records[id]
        if record.status is Status.PENDING and record.addressed_to != NOBODY:
            self.room.now += 0.25
            self._do(id, DeedKind.DECLINE, record.addressed_to, self.room.now)

    @rule(id=contacts)
    def is_not_accepted_in_time(self, id: ContactId) -> None:
        record = self.records[id]
        if record.status is Status.PENDING and record.return_at is not None:
            self.room.now = max(self.room.now, record.return_at)
            self._do(id, DeedKind.RETURN_DUE, AgentName(""), self.room.now)

    @initialize(most=st.integers(0, 1))
    def she_begins_with_a_most_of_chats(self, most: int) -> None:
        self._sets(agent={"max_chats": most})

    @rule(most=st.integers(0, 2))
    def the_most_chats_are_set(self, most: int) -> None:
        self._sets(agent={"max_chats": most})

    @rule(target=contacts)
    def she_takes_one_and_another_comes(self) -> ContactId:
        waiting = [record for record in self.records.values() if may_take(record, MARIA)]
        if waiting:
            self._do(waiting[0].id, DeedKind.ACCEPT, MARIA, self.room.now)
        return self._comes("Sales", False)

    # what the terminal, the agent and the clock do

    @rule(focused=st.booleans())
    def focus_is_reported(self, focused: bool) -> None:
        self.hears(FocusReported(focused))

    @rule(trust=st.sampled_from(list(Trust)))
    def trust_is_learned(self, trust: Trust) -> None:
        self.hears(FocusTrustLearned(trust, "asked"))

    @rule()
    def a_key_comes(self) -> None:
        self.hears(InputSeen())

    @rule(stalled=st.booleans())
    def the_screen_stalls(self, stalled: bool) -> None:
        self.hears(ScreenStalled(stalled))

    @rule()
    def is_silenced(self) -> None:
        for id in self.room.memory.ringing:
            self.silenced.add((id, self.room.desk.pending[id].pending_since))
        self.hears(RingSilenced())

    @rule(trial=st.sampled_from([ToneTested(), ToneTested(True), TonePreviewed("bells"), PopupTested(True)]))
    def something_is_tried_out(self, trial: ToneTested | TonePreviewed | PopupTested) -> None:
        self.hears(trial)
        self.tones_before = self.room.tones()  # a trial sounds in any quiet

    @rule(paused=st.booleans())
    def pauses(self, paused: bool) -> None:
        self.hears(PauseSet(paused))

    @rule(
        block=st.sampled_from(["audio", "audio_pending", "desktop", "desktop_pending"]),
        key=st.sampled_from(["enabled", "when_focused", "loop"]),
        on=st.booleans(),
    )
    def a_setting_changes(self, block: str, key: str, on: bool) -> None:
        if (key == "loop" and block != "audio_pending") or ("_" not in block and key != "enabled"):
            return
        self._sets(**{block: {key: on}})

    def _sets(self, **blocks: Mapping[str, object]) -> None:
        self.rang_before = self.room.memory.ringing
        self.tones_before = self.room.tones()
        self.room.sets(**blocks)
        self.looked_at = self.room.now

    @rule(seconds=st.sampled_from([None, -1.0, 1.0, 30.0]))
    def mutes(self, seconds: float | None) -> None:
        self.hears(MuteSet(None if seconds is None else self.room.now + seconds))

    @rule(hours=st.sampled_from(HOURS), pierces=st.booleans())
    def quiet_hours_are_set(self, hours: str, pierces: bool) -> None:
        quiet_hours = QuietHours(thursday=hours, starred_pierces=pierces)
        self.room.settings = replace(self.room.settings, quiet_hours=quiet_hours)
        self._sets()
        self.hears(TimePassed())

    @rule(on=st.booleans())
    def escalation_is_switched(self, on: bool) -> None:
        self.room.settings = replace(self.room.settings, escalation=replace(LOUD, enabled=on))
        self._sets()
        self.hears(TimePassed())

    @rule(seconds=st.sampled_from([0.1, 1.0, 15.0, 25.0]))
    def time_passes(self, seconds: float) -> None:
        self.rang_before = self.room.memory.ringing
        self.tones_before = self.room.tones()
        self.room.waits(seconds)
        self.looked_at = self.room.now

    @rule()
    def everything_comes_again_by_a_resync(self) -> None:
        alive = tuple(record for record in self.records.values() if record.status is not Status.ENDED)
        messages = tuple(
            message(record, seq + 1)
            for record in alive
            if record.status is Status.ASSIGNED
            for seq in range(record.last_seq)
        )
        before = (self.room.memory.ringing, self.room.tones(), self.room.popups())
        behind = any(chat.behind for chat in self.room.desk.chats.values())
        self.hears(Snapshot(alive, messages))
        assert self.room.memory.ringing == before[0]
        if not behind:  # else the snapshot brings a message that was not heard of yet, and it chimes rightly
            assert (self.room.memory.ringing, self.room.tones(), self.room.popups()) == before

    @rule(name=st.sampled_from([ChannelName.AUDIO, ChannelName.DESKTOP]), state=st.sampled_from(ChannelState))
    def a_channel_breaks_or_heals(self, name: ChannelName, state: ChannelState) -> None:
        self.room.breaks(name, state)

    @precondition(lambda self: self.room.plan.popups)
    @rule(shown=st.booleans())
    def a_popup_is_shown_or_closed(self, shown: bool) -> None:
        popup = self.room.plan.popups[0]
        self.hears((PopupShown if shown else PopupEnded)(popup.key, popup.number))

    # what must be true after each of them

    def _hushed(self, record: Contact) -> bool:
        """Whether a mute or the quiet hours hold for this contact now."""
        hours = self.room.settings.quiet_hours
        quiet = quiet_at(self.room.memory.muted_until, hours, self.room.now, self.room.zone)
        return quiet is not None and not (hours.starred_pierces and record.addressed_to == MARIA)

    @invariant()
    def it_rings_if_and_only_if_the_ringing_set_is_not_empty(self) -> None:
        assert self.room.rings() == bool(self.room.memory.ringing)

    @invariant()
    def the_ringing_set_is_those_whose_stage_is_active(self) -> None:
        memory = self.room.memory
        active = {id for id, entry in memory.rings.items() if entry.stage is Stage.ACTIVE}
        assert memory.ringing == active
        up = {id for id, entry in memory.popups.items() if entry.stage is Stage.ACTIVE}
        assert {id for _, id in memory.up} == up
        assert list(memory.up) == sorted(memory.up)

    @invariant()
    def whoever_left_the_queue_is_out_of_the_set(self) -> None:
        for id in self.room.memory.ringing:
            assert may_take(self.records[id], MARIA)

    @invariant()
    def nobody_who_must_ring_is_missing(self) -> None:
        room = self.room
        audio = room.settings.audio
        focus = focus_at(room.desk.focus, room.now, room.settings.focus.input_counts_for)
        may = audio.enabled and audio.pending.enabled and audio.pending.loop and not room.desk.paused
        if not may or (focus.state is ConsoleFocus.FOCUSED and not audio.pending.when_focused):
            return
        for record in self.records.values():
            if may_take(record, MARIA) and (record.id, record.pending_since) not in self.silenced:
                heard = record.id in room.memory.ringing
                assert heard or self._hushed(record) or self._too_many(record) or self._left_behind(record)

    def _left_behind(self, record: Contact) -> bool:
        """Whether nobody waits at the other end, and nobody hands it to anybody."""
        return record.offline and record.addressed_to == NOBODY and record.return_at is None

    @invariant()
    def who_was_left_offline_calls_nobody(self) -> None:
        assert not any(self._left_behind(self.records[id]) for id in self.room.memory.ringing)

    def _too_many(self, record: Contact) -> bool:
        """Whether it would be one chat too many."""
        most = self.room.settings.agent.max_chats
        mine = [r for r in self.records.values() if r.status is Status.ASSIGNED and r.agent == MARIA]
        return most > 0 and len(mine) >= most and record.addressed_to != MARIA

    @invariant()
    def at_the_most_chats_nobody_alerts_but_who_is_addressed_to_her_alone(self) -> None:
        assert not any(self._too_many(self.records[id]) for id in self.room.memory.ringing)
        up = {id for _, id in self.room.memory.up}
        assert not any(self._too_many(self.records[id]) for id in up)

    @invariant()
    def quiet_is_silent_unless_pierced(self) -> None:
        room = self.room
        assert not any(self._hushed(self.records[id]) for id in room.memory.ringing)
        loud = [record for record in self.records.values() if not self._hushed(record)]
        if self.records and not loud:
            assert not room.rings()
            assert room.popups() == []
            assert room.tones() == self.tones_before

    @invariant()
    def the_ring_has_the_tone_of_a_service_that_rings_and_is_as_urgent_as_the_most_urgent(self) -> None:
        room = self.room
        ring = room.plan.sounding.ring
        if ring is None:
            return
        ringing = [self.records[id] for id in room.memory.ringing]
        urgent = {
            record.id
            for record in ringing
            if record.dissuasion_time and room.now >= record.pending_since + 0.05 * record.dissuasion_time
        }
        if room.settings.escalation.enabled and urgent:
            assert (ring.tone, ring.volume) == (LOUD.ring_tone, LOUD.volume)
            assert room.memory.escalated == urgent
        else:
            assert ring.tone in {TONES[record.service] for record in ringing}
            assert ring.volume == 0.8
            assert not room.memory.escalated

    @invariant()
    def what_was_missed_is_told_when_the_quiet_is_over_and_not_before(self) -> None:
        room = self.room
        quiet = quiet_at(room.memory.muted_until, room.settings.quiet_hours, room.now, room.zone)
        assert (room.memory.spell is not None) == (quiet is not None)
        ended = self.was_quiet and quiet is None
        assert len(room.missed) == self.missed_before + ended
        self.was_quiet, self.missed_before = quiet is not None, len(room.missed)

    @invariant()
    def who_was_silenced_stays_silent(self) -> None:
        for id in self.room.memory.ringing:
            assert (id, self.records[id].pending_since) not in self.silenced

    @invariant()
    def a_focused_console_starts_no_ring(self) -> None:
        room = self.room
        focus = focus_at(room.desk.focus, room.now, room.settings.focus.input_counts_for)
        if focus.state is ConsoleFocus.FOCUSED and not room.settings.audio.pending.when_focused:
            assert room.memory.ringing <= self.rang_before

    @invariant()
    def switched_off_is_silent(self) -> None:
        room = self.room
        if not (room.settings.audio.enabled and room.settings.audio.pending.enabled) or room.desk.paused:
            assert not room.rings()
        if not room.settings.desktop.enabled:
            assert room.popups() == []

    @invariant()
    def there_are_at_most_three_popups_each_for_someone(self) -> None:
        assert len(self.room.popups()) <= 3
        for popup in self.room.plan.popups:
            if popup.key.startswith("pending:") and popup.contact is not None:
                assert may_take(self.records[popup.contact], MARIA)

    @invariant()
    def every_decision_has_a_reason_and_every_ring_a_decision(self) -> None:
        assert all(decision.reason for decision in self.room.decisions)
        for id in self.room.memory.ringing:
            told = [
                decision
                for decision in self.room.decisions
                if decision.contact == id and decision.channel is Channel.AUDIO
            ]
            rung = [decision.verdict for decision in told if decision.verdict is not Verdict.CHIMES]
            assert rung[-1] in (Verdict.RINGS, Verdict.RINGS_LOUDER)


Promise.TestCase.settings = hypothesis_settings(max_examples=150, stateful_step_count=40, deadline=None)
TestPromise = Promise.TestCase
