"""Quiet that ends by itself: mute, quiet hours, who pierces them, and what is told when they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from tests.alerts.room import Room
from tests.parts_of_desk import LUCA, MARIA, contact, done, message, with_last
from tui.alerts.plan import Channel
from tui.alerts.quiet import clock_words, next_time_of_day, quiet_at
from tui.alerts.standing import Standing
from tui.config.schema import QuietHours
from tui.desk.events import ContactChanged, MessageAppended, MuteSet, PauseSet
from tui.desk.lifecycle import DeedKind

ANNA = contact("Anna", 1000.0)
BRUNO = contact("Bruno", 1001.0)
STARRED = replace(contact("Dora", 1002.0), addressed_to=MARIA)


def away(**blocks: dict[str, object]) -> Room:
    room = Room()
    room.looks(False)
    if blocks:
        room.sets(**blocks)
    return room


def at(text: str, zone: tzinfo = UTC) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def rome() -> tzinfo:
    try:
        return ZoneInfo("Europe/Rome")
    except ZoneInfoNotFoundError:
        pytest.skip("no time zones on this machine")


# the mute


def test_while_muted_nothing_rings_chimes_or_pops_up_and_the_reason_says_until_when() -> None:
    room = away()
    mine = done(ANNA, DeedKind.ACCEPT, 1000.0, MARIA)
    room.hears(ContactChanged(mine), MuteSet(room.now + 300))
    room.hears(ContactChanged(BRUNO))
    room.hears(ContactChanged(with_last(mine, 2)), MessageAppended(message(mine, 1)))
    room.hears(MessageAppended(message(mine, 2)))
    assert not room.rings()
    assert room.popups() == []
    assert room.tones() == 0
    assert room.said(BRUNO.id) == ["silent: muted until 00:21"]
    assert room.said(BRUNO.id, Channel.DESKTOP) == ["silent: muted until 00:21"]
    assert "silent: muted until 00:21" in room.said(mine.id)


def test_muting_stops_a_ring_and_its_popup() -> None:
    room = away()
    room.hears(ContactChanged(ANNA))
    assert room.rings()
    room.hears(MuteSet(room.now + 300))
    assert not room.rings()
    assert room.popups() == []
    assert room.said(ANNA.id)[-1] == "stopped: muted until 00:21"


def test_when_the_mute_ends_who_is_still_pending_rings_and_pops_up() -> None:
    room = away()
    room.hears(MuteSet(room.now + 300), ContactChanged(replace(ANNA, dissuade_at=None, dissuasion_time=0.0)))
    room.waits(299)
    assert not room.rings()
    room.waits(1)
    assert room.rings()
    assert room.popups() == ["pending:Anna"]
    assert room.said(ANNA.id)[-1] == "rings: Anna (Sales) pending, console away"


def test_unmuting_rings_at_once() -> None:
    room = away()
    room.hears(MuteSet(room.now + 300), ContactChanged(ANNA))
    room.hears(MuteSet(None))
    assert room.rings()


def test_a_mute_until_a_time_that_is_past_is_none() -> None:
    room = away()
    room.hears(MuteSet(room.now - 1), ContactChanged(ANNA))
    assert room.rings()


def test_when_the_mute_ends_while_the_console_is_focused_it_waits_until_he_leaves() -> None:
    room = Room()
    room.looks(True)
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA))
    room.waits(61)
    assert not room.rings()
    room.looks(False)
    assert room.rings()


def test_without_loop_it_sounds_once_when_the_mute_ends() -> None:
    room = away(audio_pending={"loop": False})
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA), ContactChanged(BRUNO))
    room.waits(61)
    assert room.tones() == 1


# what was missed


def test_the_end_tells_what_was_missed() -> None:
    room = away()
    mine = done(contact("Emil", 999.0), DeedKind.ACCEPT, 1000.0, MARIA)
    room.hears(ContactChanged(mine), MessageAppended(message(mine, 1)))
    room.hears(MuteSet(room.now + 300))
    for who in (ANNA, BRUNO, contact("Chen", 1002.0), contact("Fay", 1003.0), contact("Gus", 1003.0)):
        room.hears(ContactChanged(who))
    room.hears(ContactChanged(done(ANNA, DeedKind.TIME_UP, 1300.0)))
    room.hears(ContactChanged(done(BRUNO, DeedKind.TIME_UP, 1301.0)))
    room.hears(ContactChanged(done(contact("Fay", 1003.0), DeedKind.ACCEPT, 1100.0, LUCA)))
    room.hears(ContactChanged(done(contact("Gus", 1003.0), DeedKind.ACCEPT, 1100.0, MARIA)))
    for seq in (2, 3):
        mine = with_last(mine, seq)
        room.hears(ContactChanged(mine), MessageAppended(message(mine, seq)))
    room.waits(300)
    assert room.missed == [
        "While it was quiet: 4 contacts (2 dissuaded, 1 taken by others, 1 still waiting); 2 messages."
    ]


def test_nothing_missed_is_said_too() -> None:
    room = away()
    room.hears(MuteSet(room.now + 60))
    room.waits(61)
    assert room.missed == ["Nothing was missed."]


def test_what_would_not_have_alerted_was_not_missed() -> None:
    room = away()
    room.hears(PauseSet(True), MuteSet(room.now + 60), ContactChanged(ANNA))
    room.waits(61)
    assert room.missed == ["Nothing was missed."]


def test_what_he_has_seen_come_in_was_not_missed() -> None:
    room = Room()
    room.looks(True)
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA))
    room.hears(MuteSet(None))
    assert room.missed == ["Nothing was missed."]


def test_a_ring_that_the_mute_has_stopped_was_missed_even_if_he_looks() -> None:
    room = away()
    room.hears(ContactChanged(ANNA))
    room.looks(True)
    room.hears(MuteSet(room.now + 60))
    room.waits(61)
    assert room.missed == ["While it was quiet: 1 contact (still waiting)."]
    assert not room.rings()
    room.looks(False)
    assert room.rings()


def test_a_contact_taken_and_given_back_waits_again() -> None:
    room = away()
    taken = done(ANNA, DeedKind.ACCEPT, 1001.0, MARIA)
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA), ContactChanged(taken))
    room.hears(ContactChanged(done(taken, DeedKind.GIVE_BACK, 1002.0, MARIA)))
    room.hears(MuteSet(None))
    assert room.missed == ["While it was quiet: 1 contact (still waiting)."]


def test_a_message_read_meanwhile_was_not_missed() -> None:
    room = away()
    mine = done(ANNA, DeedKind.ACCEPT, 1000.0, MARIA)
    room.hears(ContactChanged(mine), MessageAppended(message(mine, 1)), MuteSet(room.now + 60))
    mine = with_last(mine, 2)
    room.hears(ContactChanged(mine), MessageAppended(message(mine, 2)))
    room.hears(ContactChanged(replace(mine, agent_seen=2)))
    room.hears(MuteSet(None))
    assert room.missed == ["Nothing was missed."]


def test_a_mute_that_is_prolonged_is_told_once_at_its_end() -> None:
    room = away()
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA))
    room.waits(50)
    room.hears(MuteSet(room.now + 60))
    room.waits(50)
    assert room.missed == []
    room.waits(50)
    assert room.missed == ["While it was quiet: 1 contact (still waiting)."]


# starred contacts


def test_a_starred_contact_pierces_a_mute_only_if_set_so() -> None:
    room = away()
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA), ContactChanged(STARRED))
    assert not room.rings()
    room.settings = replace(room.settings, quiet_hours=QuietHours(starred_pierces=True))
    room.waits(1)
    assert room.memory.ringing == {STARRED.id}
    assert room.popups() == ["pending:Dora"]
    assert (
        room.said(STARRED.id)[-1]
        == "rings: Dora (Sales) pending, console away, starred though muted until 00:17"
    )


def test_a_starred_contact_that_pierces_was_not_missed() -> None:
    room = away()
    room.settings = replace(room.settings, quiet_hours=QuietHours(starred_pierces=True))
    room.hears(MuteSet(room.now + 60), ContactChanged(STARRED))
    room.hears(MuteSet(None))
    assert room.missed == ["Nothing was missed."]


# the quiet hours

NIGHTS = QuietHours(monday="22:00-07:00", saturday="00:00-24:00", sunday="00:00-24:00")


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-23 21:59:59", None),
        ("2026-11-23 22:00:00", "2026-11-24 07:00"),  # a Monday
        ("2026-11-24 06:59:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00:00", None),
        ("2026-11-23 06:00:00", None),  # Monday's span begins on Monday's evening
        ("2026-11-28 00:00:00", "2026-11-30 00:00"),  # Saturday and Sunday are one
        ("2026-11-29 12:00:00", "2026-11-30 00:00"),
        ("2026-11-30 00:00:00", None),
    ],
)
def test_quiet_hours_belong_to_the_day_they_begin_on(moment: str, until: str | None) -> None:
    quiet = quiet_at(None, NIGHTS, at(moment), UTC)
    assert (quiet.until if quiet else None) == (at(until) if until else None)


def test_quiet_hours_go_by_the_wall_clock_when_summer_time_begins_and_ends() -> None:
    zone = rome()
    nights = QuietHours(saturday="22:00-07:00")
    for day, hours in (("2026-03-28", 8), ("2026-10-24", 10), ("2026-11-07", 9)):
        begin = at(f"{day} 22:00", zone)
        assert quiet_at(None, nights, begin - 1, zone) is None
        quiet = quiet_at(None, nights, begin, zone)
        assert quiet is not None
        assert quiet.until - begin == hours * 3600


def test_hours_that_summer_time_leaves_out_are_no_quiet_hours() -> None:
    zone = rome()
    hours = QuietHours(sunday="02:00-03:00")
    begin = at("2026-03-29 00:00", zone)
    assert all(quiet_at(None, hours, begin + minute * 60, zone) is None for minute in range(0, 600, 5))


def test_two_equal_times_are_no_quiet_hours() -> None:
    hours = QuietHours(thursday="00:00-00:00")
    assert quiet_at(None, hours, 1000.0, UTC) is None


def test_quiet_hours_silence_and_who_is_still_pending_rings_when_they_end() -> None:
    room = away()
    room.settings = replace(room.settings, quiet_hours=QuietHours(thursday="00:00-00:20"))
    room.hears(ContactChanged(ANNA))
    assert not room.rings()
    assert room.said(ANNA.id) == ["silent: quiet hours until 00:20"]
    room.waits(199)
    assert not room.rings()
    room.waits(1)
    assert room.rings()
    assert room.missed == ["While it was quiet: 1 contact (still waiting)."]


def test_a_mute_that_ends_within_the_quiet_hours_ends_with_them() -> None:
    room = away()
    room.settings = replace(room.settings, quiet_hours=QuietHours(thursday="00:00-00:20"))
    room.hears(MuteSet(room.now + 60), ContactChanged(ANNA))
    room.waits(61)
    assert room.said(ANNA.id)[-1] == "silent: quiet hours until 00:20"
    assert room.missed == []
    room.waits(200)
    assert room.missed == ["While it was quiet: 1 contact (still waiting)."]


# words and times of day


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("15:40", "2026-11-23 15:40"),
        ("15:40:30", "2026-11-23 15:40:30"),
        (" 9:05 ", "2026-11-24 09:05"),
        ("14.30", "2026-11-23 14:30"),
        ("14:00", "2026-11-24 14:00"),
        ("24:00", None),
        ("12:60", None),
        ("15", None),
        ("", None),
        ("15:40pm", None),
    ],
)
def test_a_time_of_day_is_the_next_such_moment(text: str, then: str | None) -> None:
    now = at("2026-11-23 14:00")
    assert next_time_of_day(text, now, UTC) == (at(then) if then else None)


def test_a_time_more_than_a_day_ahead_names_its_day() -> None:
    now = at("2026-11-28 10:00")
    assert clock_words(at("2026-11-30 07:00"), now, UTC) == "Monday 07:00"
    assert clock_words(at("2026-11-29 07:00"), now, UTC) == "07:00"


def test_every_pending_contact_can_be_asked_why_it_does_not_ring() -> None:
    room = away()
    room.hears(ContactChanged(ANNA))
    assert Standing(room.memory)[ANNA.id] == "It rings (it began: console away). A popup is asked for."
    room.hears(MuteSet(room.now + 60))
    assert Standing(room.memory)[ANNA.id] == (
        "It does not ring: muted until 00:17. No popup: muted until 00:17."
    )
    room.hears(ContactChanged(done(ANNA, DeedKind.ACCEPT, 1000.0, MARIA)))
    assert dict(Standing(room.memory)) == {}
