"""What is tried out is heard and seen whatever the switches say, and no contact rings by it."""

from __future__ import annotations

import pytest

from tests.alerts.room import Room
from tests.parts_of_desk import contact
from tui.alerts.plan import AlertEvent
from tui.alerts.trials import LOOP_AT_MOST
from tui.config.schema import OnClick
from tui.desk.events import (
    ChannelName,
    ContactChanged,
    PopupEnded,
    PopupShown,
    PopupTested,
    RingSilenced,
    TonePreviewed,
    ToneTested,
)


def test_a_test_in_loop_mode_goes_on_until_it_is_asked_for_again() -> None:
    room = Room()
    plan = room.hears(ToneTested())
    assert plan.sounding.test is not None
    assert plan.sounding.test.tone == room.settings.audio.pending.ring_tone
    assert not room.rings()
    assert room.memory.ringing == frozenset()
    assert room.waits(LOOP_AT_MOST - 1).sounding.test is not None
    assert room.hears(ToneTested()).sounding.test is None


def test_a_test_in_loop_mode_ends_by_itself_after_a_minute() -> None:
    room = Room()
    room.hears(ToneTested())
    assert room.waits(LOOP_AT_MOST).sounding.test is None


def test_a_test_goes_by_the_settings_as_they_are_at_each_moment() -> None:
    room = Room()
    room.hears(ToneTested())
    plan = room.sets(audio={"volume": 0.5}, audio_pending={"volume": 0.5, "ring_tone": "bells"})
    assert plan.sounding.test is not None
    assert (plan.sounding.test.tone, plan.sounding.test.volume) == ("bells", 0.25)
    assert room.sets(audio_pending={"loop": False}).sounding.test is None


def test_without_loop_the_tone_sounds_once_and_asked_for_again_it_is_cut() -> None:
    room = Room()
    room.sets(audio_pending={"loop": False})
    plan = room.hears(ToneTested())
    assert [tone.number for tone in plan.sounding.tones] == [1]
    plan = room.hears(ToneTested())
    assert plan.sounding.tones == ()
    assert plan.sounding.hushed == 1
    assert [tone.number for tone in room.hears(ToneTested()).sounding.tones] == [2]


def test_a_test_is_heard_though_audio_is_off_and_cut_when_it_is_switched_off_meanwhile() -> None:
    room = Room()
    room.sets(audio={"enabled": False}, audio_pending={"enabled": False})
    assert room.hears(ToneTested()).sounding.test is not None
    room.sets(audio={"enabled": True})
    room.hears(ToneTested(chime=True))
    assert len(room.plan.sounding.tones) == 1
    plan = room.sets(audio={"enabled": False})
    assert (plan.sounding.tones, plan.sounding.hushed) == ((), room.tones())


def test_a_previewed_tone_takes_the_place_of_the_one_before_and_none_is_silence() -> None:
    room = Room()
    room.hears(TonePreviewed("bells"))
    plan = room.hears(TonePreviewed("harp"))
    assert [tone.tone for tone in plan.sounding.tones] == ["harp"]
    assert plan.sounding.hushed == 1
    plan = room.hears(TonePreviewed(None))
    assert (plan.sounding.tones, plan.sounding.hushed) == ((), 2)


def test_the_end_of_a_preview_does_not_cut_a_tone_that_sounds_for_a_visitor() -> None:
    room = Room()
    room.sets(audio_pending={"loop": False})
    room.hears(TonePreviewed("bells"))
    room.hears(ContactChanged(contact("Anna", room.now)))
    assert room.tones() == 2
    plan = room.hears(TonePreviewed(None))
    assert [tone.number for tone in plan.sounding.tones] == [2]
    assert plan.sounding.hushed == 1
    before = room.plan.sounding.hushed
    assert room.hears(TonePreviewed(None)).sounding.hushed == before


def test_silencing_cuts_what_has_begun_to_sound_and_what_is_tried_out() -> None:
    room = Room()
    room.hears(ToneTested())
    room.hears(TonePreviewed("bells"))
    plan = room.hears(RingSilenced())
    assert (plan.sounding.test, plan.sounding.tones, plan.sounding.hushed) == (None, (), room.tones())


def test_a_contact_that_comes_meanwhile_rings_and_the_test_is_only_beside_it() -> None:
    room = Room()
    room.hears(ToneTested())
    plan = room.hears(ContactChanged(contact("Anna", room.now)))
    assert plan.sounding.ring is not None
    assert room.memory.ringing == {"Anna"}


@pytest.mark.parametrize("message", [False, True])
def test_a_popup_is_tried_out_as_it_is_set_whatever_the_switches_say(message: bool) -> None:
    room = Room()
    block = "desktop_message" if message else "desktop_pending"
    room.sets(desktop={"enabled": False}, **{block: {"close_after": 3, "show_text": False}})
    popup = room.hears(PopupTested(message)).popups[0]
    assert (popup.event is AlertEvent.MESSAGE, popup.contact, popup.close_after) == (message, None, 3)
    assert "invoice" not in popup.body
    assert room.waits(60).popups == (popup,), "its time counts from when it was shown"
    room.hears(PopupShown(popup.key, popup.number))
    assert room.waits(2.9).popups == (popup,)
    assert room.waits(0.1).popups == ()


def test_a_tested_popup_goes_when_it_is_closed_or_tested_again_and_comes_anew_under_another_number() -> None:
    room = Room()
    first = room.hears(PopupTested()).popups[0]
    assert room.hears(PopupTested()).popups == ()
    second = room.hears(PopupTested()).popups[0]
    assert second.number > first.number
    assert room.hears(PopupEnded(second.key, second.number)).popups == ()


def test_a_test_popup_for_messages_never_accepts() -> None:
    room = Room()
    room.sets(desktop_message={"on_click": OnClick.ACCEPT})
    popup = room.hears(PopupTested(True)).popups[0]
    assert (popup.on_click, popup.can_accept) == (OnClick.SHOW, False)


def test_a_test_leaves_no_decision_in_the_log() -> None:
    room = Room()
    room.hears(ToneTested(), TonePreviewed("bells"), PopupTested())
    assert room.decisions == []


def test_a_test_that_the_speaker_cannot_play_is_a_bell() -> None:
    room = Room()
    room.breaks(ChannelName.AUDIO)
    before = room.plan.terminal.bells
    assert room.hears(TonePreviewed("bells")).terminal.bells == before + 1
