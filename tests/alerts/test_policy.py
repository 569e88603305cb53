"""The alert rules of the design, one sentence each."""

from __future__ import annotations

import pytest

from tests.alerts.room import Room
from tests.parts_of_desk import LUCA, MARIA, contact, done, message, with_last
from tui.alerts.plan import Channel
from tui.alerts.stages import NEXT, Leave, Medium, Stage
from tui.desk.events import (
    ChannelName,
    ChannelState,
    ContactChanged,
    InputSeen,
    MessageAppended,
    PauseSet,
    PopupEnded,
    PopupLost,
    PopupShown,
    RingSilenced,
    ScreenStalled,
    Snapshot,
)
from tui.desk.lifecycle import DeedKind

ANNA = contact("Anna", 1000.0)
BRUNO = contact("Bruno", 1001.0)


def test_the_table_answers_every_case() -> None:
    for medium in Medium:
        assert set(NEXT[medium]) == {(stage, leave) for stage in Stage for leave in Leave}


@pytest.mark.parametrize("medium", list(Medium))
def test_nothing_starts_while_it_may_not(medium: Medium) -> None:
    for leave in (Leave.BARRED, Leave.WATCHED):
        assert NEXT[medium][Stage.HELD, leave] is Stage.HELD


def test_a_contact_that_arrives_while_the_console_is_away_rings_and_pops_up() -> None:
    room = Room()
    room.looks(False)
    room.hears(ContactChanged(ANNA))
    assert room.rings()
    assert room.popups() == ["pending:Anna"]
    assert room.said(ANNA.id) == ["rings: Anna (Sales) pending, console away"]
    assert room.said(ANNA.id, Channel.DESKTOP) == ["pops up: Anna (Sales) pending, console away"]


def test_unknown_focus_rings() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    assert room.rings()
    assert room.said(ANNA.id) == ["rings: Anna (Sales) pending, console focus unknown"]


def test_a_focused_console_stays_silent_and_says_why() -> None:
    room = Room()
    room.looks(True)
    room.hears(ContactChanged(ANNA))
    assert not room.rings()
    assert room.popups() == []
    assert room.said(ANNA.id) == ["silent: console focused"]


def test_leaving_the_console_with_a_contact_pending_rings() -> None:
    room = Room()
    room.looks(True)
    room.hears(ContactChanged(ANNA))
    room.looks(False)
    assert room.rings()
    assert room.popups() == ["pending:Anna"]


def test_when_focused_rings_at_once() -> None:
    room = Room()
    room.sets(audio_pending={"when_focused": True})
    room.looks(True)
    room.hears(ContactChanged(ANNA))
    assert room.rings()
    assert room.popups() == []


def test_a_standing_screen_counts_as_unknown_focus() -> None:
    room = Room()
    room.looks(True)
    room.hears(ContactChanged(ANNA))
    room.hears(ScreenStalled(True))
    assert room.rings()


def test_coming_back_does_not_stop_the_ring() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.looks(True)
    room.hears(InputSeen())
    assert room.rings()


def test_accepting_one_of_two_does_not_stop_the_ring_the_second_leaving_does() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA), ContactChanged(BRUNO))
    room.hears(ContactChanged(done(ANNA, DeedKind.ACCEPT, room.now, MARIA)))
    assert room.rings()
    room.hears(ContactChanged(done(BRUNO, DeedKind.LEAVE, room.now + 60)))
    assert not room.rings()
    assert room.said(ANNA.id)[-1] == "stopped: accepted by you"
    assert room.said(BRUNO.id)[-1] == "stopped: the visitor left (abandoned)"


@pytest.mark.parametrize(
    ("kind", "agent", "after", "why"),
    [
        (DeedKind.ACCEPT, LUCA, 5, "accepted by Luca"),
        (DeedKind.LEAVE, "", 5, "the visitor left (cancelled)"),
        (DeedKind.TIME_UP, "", 300, "dissuasion time ran out"),
    ],
)
def test_whoever_empties_the_queue_stops_the_ring(kind: DeedKind, agent: str, after: int, why: str) -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.hears(ContactChanged(done(ANNA, kind, ANNA.pending_since + after, agent)))  # type: ignore[arg-type]
    assert not room.rings()
    assert room.popups() == []
    assert room.said(ANNA.id)[-1] == f"stopped: {why}"


def test_a_snapshot_without_the_contact_stops_the_ring() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.hears(Snapshot((), ()))
    assert not room.rings()


def test_a_contact_given_back_alerts_anew() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA), RingSilenced())
    taken = done(ANNA, DeedKind.ACCEPT, room.now, LUCA)
    room.hears(ContactChanged(taken))
    assert not room.rings()
    room.now += 10
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now, LUCA)))
    assert room.rings()


def test_a_contact_given_back_alerts_anew_even_when_nothing_was_heard_in_between() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA), RingSilenced())
    room.now += 10
    taken = done(ANNA, DeedKind.ACCEPT, room.now, LUCA)
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now, LUCA)))
    assert room.rings()


def test_a_ring_that_ends_because_its_contact_waits_anew_is_told_of() -> None:
    room = Room()
    room.looks(False)
    room.hears(ContactChanged(ANNA))
    room.looks(True)
    assert room.rings()
    room.now += 10
    taken = done(ANNA, DeedKind.ACCEPT, room.now, LUCA)
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now, LUCA)))
    assert not room.rings()
    assert room.said(ANNA.id)[-2:] == ["stopped: waits anew", "silent: console focused"]


def test_a_ring_that_goes_on_while_its_contact_waits_anew_is_not_told_to_have_stopped() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    taken = done(ANNA, DeedKind.ACCEPT, room.now, LUCA)
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now + 1, LUCA)))
    assert room.rings()
    assert not any(said.startswith("stopped") for said in room.said(ANNA.id))


def test_a_popup_lost_with_its_daemon_is_raised_anew() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    first = room.plan.popups[0].number
    room.hears(PopupShown("pending:Anna", first), PopupLost("pending:Anna", first))
    assert room.popups() == ["pending:Anna"]
    assert room.plan.popups[0].number > first


def test_silence_is_for_those_who_ring_now_and_a_new_contact_rings_again() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.hears(RingSilenced())
    assert not room.rings()
    room.waits(30)
    assert not room.rings()
    room.hears(ContactChanged(BRUNO))
    assert room.memory.ringing == {BRUNO.id}


def test_without_loop_it_sounds_once_a_contact_and_arrivals_within_a_second_sound_once() -> None:
    room = Room()
    room.sets(audio_pending={"loop": False})
    room.hears(ContactChanged(ANNA))
    room.now += 0.5
    room.hears(ContactChanged(BRUNO))
    assert (room.rings(), room.tones()) == (False, 1)
    room.waits(60)
    assert room.tones() == 1
    room.hears(ContactChanged(contact("Chen", room.now)))
    assert room.tones() == 2


def test_audio_off_stops_the_ring_and_on_again_rings_what_still_waits() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.sets(audio={"enabled": False})
    assert not room.rings()
    assert room.popups() == ["pending:Anna"]
    assert room.said(ANNA.id)[-1] == "stopped: audio off (agent menu)"
    room.sets(audio={"enabled": True})
    assert room.rings()


def test_audio_switched_on_while_focused_starts_nothing() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.sets(audio={"enabled": False})
    room.looks(True)
    room.sets(audio={"enabled": True})
    assert not room.rings()


def test_a_volume_of_nothing_is_silence_and_says_so() -> None:
    room = Room()
    room.sets(audio={"volume": 0.0})
    room.looks(False)
    room.hears(ContactChanged(ANNA))
    assert not room.rings()
    assert room.said(ANNA.id) == ["silent: volume is 0 (settings)"]


def test_popups_off_leave_the_ring_alone() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.sets(desktop={"enabled": False})
    assert room.rings()
    assert room.popups() == []


def test_a_paused_agent_is_not_rung_for() -> None:
    room = Room()
    room.hears(PauseSet(True), ContactChanged(ANNA))
    assert not room.rings()
    assert room.said(ANNA.id) == ["silent: you are paused"]
    room.hears(PauseSet(False))
    assert room.rings()


def test_a_popup_is_withdrawn_when_its_time_has_run_from_its_showing() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.waits(9)
    number = room.plan.popups[0].number
    room.hears(PopupShown("pending:Anna", number))
    room.waits(9.9)
    assert room.popups() == ["pending:Anna"]
    room.waits(0.2)
    assert room.popups() == []
    room.waits(60)
    assert room.popups() == []
    assert room.rings()


def test_close_after_zero_stays_until_the_contact_leaves() -> None:
    room = Room()
    room.sets(desktop_pending={"close_after": 0})
    room.hears(ContactChanged(ANNA))
    room.hears(PopupShown("pending:Anna", room.plan.popups[0].number))
    room.waits(100_000)
    assert room.popups() == ["pending:Anna"]


def test_a_popup_dismissed_does_not_come_back() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.hears(PopupEnded("pending:Anna", room.plan.popups[0].number))
    room.waits(5)
    assert room.popups() == []


def test_at_most_three_popups_and_the_last_sums_up_the_rest() -> None:
    room = Room()
    for at in range(9):
        room.hears(ContactChanged(contact(f"v{at}", 1000.0 + at)))
    room.waits(2)
    assert room.popups() == ["pending:v0", "pending:v1", "rest"]
    assert "7 contacts waiting" in room.plan.popups[-1].title


def test_a_message_in_my_chat_chimes_once_a_second_and_pops_up() -> None:
    room = Room()
    mine = done(ANNA, DeedKind.ACCEPT, 1002, MARIA)
    room.hears(Snapshot((mine,), (message(mine, 1),)))
    assert room.tones() == 0
    for seq in (2, 3, 4):
        room.hears(ContactChanged(with_last(mine, seq)), MessageAppended(message(mine, seq)))
    assert room.tones() == 1
    assert room.popups() == ["message:Anna"]
    assert not room.rings()
    room.waits(1.1)
    room.hears(ContactChanged(with_last(mine, 5)), MessageAppended(message(mine, 5)))
    assert room.tones() == 2


def test_a_message_while_the_console_is_focused_does_not_chime() -> None:
    room = Room()
    mine = done(ANNA, DeedKind.ACCEPT, 1002, MARIA)
    room.hears(Snapshot((mine,), (message(mine, 1),)))
    room.looks(True)
    room.hears(ContactChanged(with_last(mine, 2)), MessageAppended(message(mine, 2)))
    assert room.tones() == 0
    assert room.said(ANNA.id) == ["silent: console focused"]


def test_a_resync_neither_chimes_twice_nor_swallows_a_chime() -> None:
    room = Room()
    mine = done(ANNA, DeedKind.ACCEPT, 1002, MARIA)
    room.hears(Snapshot((mine,), (message(mine, 1),)))
    room.hears(ContactChanged(with_last(mine, 2)), MessageAppended(message(mine, 2)))
    snapshot = Snapshot((with_last(mine, 2),), (message(mine, 1), message(mine, 2)))
    room.now += 5
    room.hears(snapshot, snapshot)
    assert room.tones() == 1
    room.hears(Snapshot((with_last(mine, 3),), (message(mine, 1), message(mine, 2), message(mine, 3))))
    assert room.tones() == 2


def test_a_dead_speaker_is_replaced_by_the_bell_for_as_long_as_it_would_ring() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    assert room.plan.terminal.bells == 0
    room.breaks(ChannelName.AUDIO)
    assert room.plan.terminal.bells == 1
    for _ in range(6):
        room.waits(1)
    assert room.plan.terminal.bells == 3
    room.breaks(ChannelName.AUDIO, ChannelState.WORKS)
    room.waits(30)
    assert room.plan.terminal.bells == 3


def test_a_single_tone_the_speaker_could_not_play_is_belled() -> None:
    room = Room()
    room.sets(audio_pending={"loop": False})
    room.hears(ContactChanged(ANNA))
    room.waits(2)
    room.breaks(ChannelName.AUDIO)
    assert room.plan.terminal.bells == 1
    room.waits(30)
    assert room.plan.terminal.bells == 1


def test_popups_that_cannot_be_shown_are_told_by_the_terminal_once() -> None:
    room = Room()
    room.hears(ContactChanged(ANNA))
    room.breaks(ChannelName.DESKTOP)
    room.waits(1)
    room.waits(1)
    assert [title for _, title, _ in room.plan.terminal.notices] == ["Anna (Sales) is waiting"]


def test_the_title_counts_who_waits() -> None:
    room = Room()
    assert room.plan.terminal.title == "Deskbell"
    room.hears(ContactChanged(ANNA), ContactChanged(BRUNO))
    assert room.plan.terminal.title == "(2 waiting) Deskbell"


def test_a_popup_shows_no_more_of_the_words_than_allowed() -> None:
    room = Room()
    room.sets(desktop_pending={"show_text": False})
    room.hears(ContactChanged(ANNA))
    assert "hello" not in room.plan.popups[0].body
