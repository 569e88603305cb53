"""The main job on real parts: heard, seen, taken, answered, ended; and nothing rings on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shift import CHIME_PITCH, RING_PITCH, TONE_SECONDS, Shift, call, now
from tests.parts.terminal import TmuxStage
from tests.parts.waiting import stays, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

STOPS_WITHIN = 0.5
"""Seconds from the cause to silence, as promised."""


def test_a_visitor_rings_and_pops_up_while_the_console_is_away(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look_away()
        asked = now()
        shift.visitor("Anna", "my invoice is wrong", service="Sales")
        heard = shift.rings(asked)
        assert heard - asked < 0.5
        popup = shift.desktop.wait_for_popup("Anna (Sales)")
        assert "my invoice is wrong" in popup.body
        assert "Anna" in shift.stage.wait_for("1 waiting")


def test_the_ring_goes_on_until_accepted_then_both_talk_and_the_agent_ends(tmp_path: Path) -> None:
    with Shift(tmp_path, popup="close_after = 0") as shift:
        shift.start()
        shift.look_away()
        asked = now()
        visitor = shift.visitor()
        shift.rings(asked)
        popup = shift.desktop.wait_for_popup("Anna")
        far = asked + 5 * TONE_SECONDS + 1
        until(lambda: shift.heard.recorded_until > far + 0.5, 20)
        assert shift.heard.level(RING_PITCH, far, far + 0.5) > 0.2

        shift.look()
        pressed = now()
        shift.stage.keys("F2")
        assert shift.falls_silent(pressed) < STOPS_WITHIN
        shift.desktop.wait_for_withdrawal(popup)
        shift.stage.wait_for("my invoice is wrong")
        shift.stage.text("Good morning, let me look.")
        shift.stage.keys("Enter")
        until(lambda: [m["text"] for m in visitor.hears()][1:] == ["Good morning, let me look."], 20)
        assert visitor.status() == {"status": "assigned", "agent": "Maria"}
        assert visitor.says("m1", "thank you") == 201
        shift.stage.wait_for("thank you")
        shift.ends_the_chat()
        until(lambda: visitor.status()["status"] == "ended", 20)
        assert visitor.status()["outcome"] == "completed"


@pytest.mark.parametrize("leaving", ["pane", "window", "session"])
def test_a_focused_console_is_silent_and_leaving_it_rings(tmp_path: Path, leaving: str) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look()
        asked = now()
        shift.visitor()
        shift.stage.wait_for("1 waiting")
        shift.heard.must_stay_silent(2.0, asked)
        assert shift.desktop.asked == []
        left = now()
        if leaving == "pane":
            shift.stage.tmux("split-window", "-t", "stage:", "exec cat")
        elif leaving == "window":
            shift.stage.other_window()
        else:
            shift.stage.detach(shift.client)
        assert shift.rings(left) - left < 1.0
        shift.desktop.wait_for_popup("Anna")
        reasons = [(line["decision"], line["reason"]) for line in shift.decisions()]
        assert ("silent", "console focused") in reasons
        assert ("rings", "Anna pending, console away") in reasons


def test_when_focused_rings_at_once(tmp_path: Path) -> None:
    with Shift(tmp_path, pending="when_focused = true") as shift:
        shift.start()
        shift.look()
        asked = now()
        shift.visitor()
        assert shift.rings(asked) - asked < 0.5


def test_of_two_contacts_accepting_one_does_not_stop_the_ring_the_other_leaving_does(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look_away()
        asked = now()
        shift.visitor("Anna")
        second = shift.visitor("Bruno")
        shift.rings(asked)
        shift.stage.wait_for("2 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("1 waiting")
        accepted = now()
        until(lambda: shift.heard.recorded_until > accepted + 1.5, 20)
        assert shift.heard.level(RING_PITCH, accepted + 0.7, accepted + 1.5) > 0.2
        left = now()
        second.leaves()
        assert shift.falls_silent(left) < STOPS_WITHIN


def test_a_second_console_that_accepts_stops_the_ring(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, TmuxStage(columns=100, rows=30) as elsewhere:
        shift.start()
        shift.look_away()
        luca = shift.write_config("luca.toml", "Luca")
        luca.write_text(luca.read_text().replace("[audio]", "[audio]\nenabled = false"))
        shift.start(stage=elsewhere, config=luca, port=shift.port)
        asked = now()
        visitor = shift.visitor()
        shift.rings(asked)
        elsewhere.wait_for("1 waiting")
        pressed = now()
        elsewhere.keys("F2")
        assert shift.falls_silent(pressed) < STOPS_WITHIN
        assert visitor.status() == {"status": "assigned", "agent": "Luca"}
        shift.stage.wait_for("accepted by Luca")


def test_the_dissuasion_time_stops_the_ring_and_tells_the_visitor(tmp_path: Path) -> None:
    with Shift(
        tmp_path, queue='dissuasion_time = 3\ndissuasion_message = "Nobody is free; call us."'
    ) as shift:
        shift.start()
        shift.look_away()
        asked = now()
        visitor = shift.visitor()
        shift.rings(asked)
        assert 2.5 < shift.falls_silent(asked, 8) < 3 + STOPS_WITHIN + 0.3
        assert visitor.status()["outcome"] == "dissuaded"
        until(lambda: visitor.hears()[-1]["text"] == "Nobody is free; call us.", 20)


def test_without_loop_it_sounds_exactly_once_a_contact(tmp_path: Path) -> None:
    with Shift(tmp_path, pending="loop = false") as shift:
        shift.start()
        shift.look_away()
        asked = now()
        shift.visitor("Anna")
        first = shift.rings(asked)
        until(lambda: shift.heard.recorded_until > first + 4 * TONE_SECONDS, 20)
        sounds = shift.heard.sounds_between(asked, first + 4 * TONE_SECONDS, gap=0.2)
        assert len(sounds) == 1
        assert sounds[0][1] - sounds[0][0] == pytest.approx(TONE_SECONDS, abs=0.2)
        again = now()
        shift.visitor("Bruno")
        second = shift.rings(again)
        until(lambda: shift.heard.recorded_until > second + 3 * TONE_SECONDS, 20)
        assert len(shift.heard.sounds_between(again, second + 3 * TONE_SECONDS, gap=0.2)) == 1


def test_audio_off_is_silent_with_the_popup_and_popups_off_the_reverse(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look()
        shift.stage.keys("F6")
        shift.stage.wait_for("♪ off")
        shift.look_away()
        asked = now()
        visitor = shift.visitor("Anna")
        shift.desktop.wait_for_popup("Anna")
        shift.heard.must_stay_silent(1.5, asked)
        visitor.leaves()
        shift.stage.wait_for("0 waiting")
        shift.look()
        shift.stage.keys("F6", "F7")
        shift.stage.wait_for("▣ off")
        shift.stage.wait_for("♪ on")
        shift.look_away()
        asked = now()
        shift.visitor("Bruno")
        shift.rings(asked)
        shift.stage.wait_for("Bruno")
        assert not any("Bruno" in title for title in shift.desktop.asked)
        assert "enabled = false" in shift.config.read_text()


@pytest.mark.parametrize("setting", ["show", "accept", "nothing"])
def test_a_click_on_the_popup_does_what_is_set(tmp_path: Path, setting: str) -> None:
    with Shift(tmp_path, popup=f'on_click = "{setting}"\nclose_after = 0') as shift:
        shift.start()
        shift.look_away()
        shift.visitor("Anna")
        visitor = shift.visitor("Bruno", "I am the second")
        popup = shift.desktop.wait_for_popup("Bruno")
        shift.desktop.click(popup)
        shift.desktop.wait_for_withdrawal(popup)
        if setting == "nothing":
            stays(lambda: shift.stage.ask("window_active") == "0", 0.7, "the agent stays where he is")
        else:
            until(lambda: shift.stage.ask("window_active") == "1", 20, "the console comes forward")
        if setting == "accept":
            shift.stage.wait_for("1 Bruno")
            assert visitor.status()["agent"] == "Maria"
        else:
            assert visitor.status()["status"] == "pending"
        if setting == "show":
            row = until(
                lambda: next((line for line in shift.stage.screen().splitlines() if "▸" in line), ""), 20
            )
            until(
                lambda: any("▸" in line and "Bruno" in line for line in shift.stage.screen().splitlines()),
                20,
                f"the cursor is on Bruno, not {row}",
            )


def test_a_message_chimes_and_pops_up_while_away(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look()
        visitor = shift.visitor()
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("1 Anna")
        shift.look_away()
        asked = now()
        visitor.says("m1", "are you still there?")
        heard = shift.rings(asked)
        assert shift.heard.level(CHIME_PITCH, heard, heard + 0.15) > 0.2
        popup = shift.desktop.wait_for_popup("Anna wrote")
        assert "still there" in popup.body


def test_two_consoles_of_one_desk_share_its_door_and_the_second_takes_it_over(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, TmuxStage(columns=120, rows=30) as elsewhere:
        first = shift.start()
        port = shift.port
        shift.start(stage=elsewhere, port=port)
        elsewhere.wait_for("(shared)")
        shift.kill(first)
        until(lambda: "(shared)" not in elsewhere.screen(), 20, "the second console has the door")
        until(lambda: call(f"http://127.0.0.1:{port}/healthz")[0] == 200, 20)
        shift.visitor("Anna")
        elsewhere.wait_for("1 waiting")
