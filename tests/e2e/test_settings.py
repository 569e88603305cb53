"""The settings screen on real parts: what a key does there is heard, popped up, refused, and in the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.e2e.shift import CHIME_PITCH, RING_PITCH, TONE_SECONDS, Shift, now
from tests.parts.sound import write_tone
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def open_settings(shift: Shift) -> None:
    shift.look()
    shift.stage.keys("F9")
    shift.stage.wait_for("search in all settings")


def go_to(shift: Shift, key: str) -> None:
    """The cursor on the row of a setting, found by the search field."""
    if "search in all settings" not in shift.stage.screen():
        shift.stage.keys("Escape")
    shift.stage.wait_for("search in all settings")
    shift.stage.keys("/")
    shift.stage.wait_for("Type to search", 5)
    shift.stage.text(key)
    shift.stage.wait_for(f"\n {key}\n", 5)
    shift.stage.keys("Enter")
    shift.stage.wait_for("Ctrl+Z undo", 5)


def in_file(shift: Shift, key: str) -> object:
    at: object = tomllib.loads(shift.config.read_text())
    for name in key.split("."):
        at = at.get(name) if isinstance(at, dict) else None
    return at


def sets(shift: Shift, key: str, press: str, wanted: object) -> None:
    """Press a key on a setting's row until the file says what is wanted."""
    go_to(shift, key)
    for _ in range(20):
        if in_file(shift, key) == wanted:
            return
        before = in_file(shift, key)
        shift.stage.keys(press)
        until(lambda before=before: in_file(shift, key) != before, 20, f"{key} changes in the file")  # type: ignore[misc]
    raise AssertionError(f"{key} is {in_file(shift, key)}, never {wanted}")


def test_tones_are_tried_out_as_they_are_set(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(80, 24)) as shift:
        (tmp_path / "sounds").mkdir()
        write_tone(tmp_path / "sounds" / "aaa.wav", 1100, 4.0)
        shift.start()
        open_settings(shift)

        go_to(shift, "test.audio.pending")
        began = now()
        shift.stage.keys("Enter")
        first = shift.rings(began)
        shift.stage.wait_for("sounding")
        far = first + 3 * TONE_SECONDS
        loud = shift.heard.level(RING_PITCH, far, far + 0.4)
        assert loud > 0.2, "it loops"

        sets(shift, "audio.volume", "Left", 0.4)
        at = now() + 0.3
        assert shift.heard.level(RING_PITCH, at, at + 0.4) / loud == pytest.approx(0.4, rel=0.25)

        go_to(shift, "test.audio.pending")
        shift.stage.rest()
        pressed = now()
        shift.stage.keys("Enter")
        assert shift.falls_silent(pressed) < 0.5, "pressed again it stops"
        shift.stage.wait_for("stopped")

        sets(shift, "audio.pending.loop", "Left", False)
        shift.stage.keys("F6")
        until(lambda: in_file(shift, "audio.enabled") is False, 20)
        go_to(shift, "test.audio.pending")
        began = now()
        shift.stage.keys("Enter")
        shift.stage.wait_for("played once")
        heard = shift.heard.sounds_between(began, now(), gap=0.2)
        assert len(heard) == 1, "once, and though audio is off"
        assert heard[0][1] - heard[0][0] == pytest.approx(TONE_SECONDS, abs=0.2)

        go_to(shift, "test.audio.message")
        began = now()
        shift.stage.keys("Enter")
        at = shift.rings(began)
        shift.stage.wait_for("played once")
        assert max(shift.heard.level(CHIME_PITCH, at + i / 20, at + i / 20 + 0.1) for i in range(16)) > 0.08

        go_to(shift, "audio.pending.ring_tone")
        shift.stage.keys("Enter")
        shift.stage.wait_for("Enter takes it")
        began = now()
        shift.stage.keys("Down")
        heard_at = shift.rings(began)
        assert shift.heard.level(1100, heard_at + 0.1, heard_at + 0.4) > 0.1, "heard while moving"
        left = now()
        shift.stage.keys("Enter")
        assert shift.falls_silent(left) < 0.5, "and silent when the list is left"
        until(lambda: in_file(shift, "audio.pending.ring_tone") == "aaa", 20)


def test_what_is_set_acts_on_the_next_visitor_and_an_edit_by_hand_appears(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(100, 30)) as shift:
        shift.config.write_text("# my own words\n" + shift.config.read_text())
        shift.start()
        open_settings(shift)
        sets(shift, "audio.pending.when_focused", "Enter", True)
        sets(shift, "desktop.pending.when_focused", "Enter", True)
        sets(shift, "desktop.pending.close_after", "Left", 3)
        sets(shift, "desktop.pending.show_text", "Enter", False)
        sets(shift, "desktop.pending.on_click", "Right", "accept")
        assert shift.config.read_text().startswith("# my own words\n")
        asked = now()
        visitor = shift.visitor("Anna", "a secret word")
        assert shift.rings(asked) - asked < 1.0
        popup = shift.desktop.wait_for_popup("Anna")
        assert "secret" not in popup.body
        shift.desktop.wait_for_withdrawal(popup, 6)
        second = shift.visitor("Bruno", "me too")
        shift.desktop.click(shift.desktop.wait_for_popup("Bruno"))
        until(lambda: second.status().get("agent") == "Maria", 20, "the click accepts")
        shift.stage.wait_for("1 Bruno")
        visitor.leaves()
        open_settings(shift)

        edited = shift.config.read_text().replace("[audio]", "[audio]\nenabled = false", 1)
        shift.config.write_text(edited)
        go_to(shift, "audio.enabled")
        until(
            lambda: any("Audio on" in line and "off" in line for line in shift.stage.screen().splitlines()),
            20,
        )


def test_a_popup_is_tried_out_and_its_fate_is_told(tmp_path: Path) -> None:
    with Shift(tmp_path, popup="close_after = 3", message_popup="close_after = 0") as shift:
        shift.start()
        open_settings(shift)
        go_to(shift, "test.desktop.pending")
        shift.stage.keys("Enter")
        popup = shift.desktop.wait_for_popup("Anna (test) is waiting")
        shift.stage.wait_for("▣ shown")
        shift.stage.wait_for("closed after 3 s", 6)
        shift.desktop.wait_for_withdrawal(popup)

        go_to(shift, "test.desktop.message")
        shift.stage.keys("Enter")
        popup = shift.desktop.wait_for_popup("Anna (test) wrote")
        shift.stage.wait_for("▣ shown")
        shift.desktop.click(popup)
        shift.stage.wait_for("clicked")

        shift.desktop.kill_daemon()
        shift.stage.keys("Enter")
        shift.stage.wait_for("not delivered: no notification daemon", 15)
        shift.stage.keys("Escape")
        shift.stage.wait_for("search in all settings")
        assert shift.visitor("Bruno").status()["status"] == "pending", "nothing was accepted by a test"


def test_popups_are_locked_until_there_is_somebody_to_show_them(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(80, 24)) as shift:
        shift.config.write_text(shift.config.read_text().replace("[desktop]\nenabled = true\n", ""))
        shift.desktop.kill_daemon()
        shift.start()
        open_settings(shift)
        shift.stage.keys("Tab")
        shift.stage.wait_for("▸ Enable desktop notifications")
        assert "Close notification after" not in shift.stage.screen()
        shift.stage.keys("Enter")
        shift.stage.wait_for("Not possible now. no notification daemon")
        assert in_file(shift, "desktop.enabled") is None
        shift.desktop.start_daemon()
        shift.stage.keys("Enter")
        shift.stage.wait_for("Close notification after")
        assert in_file(shift, "desktop.enabled") is True
        shift.stage.keys("F9")
        shift.look_away()
        shift.visitor("Anna")
        shift.desktop.wait_for_popup("Anna")


def test_the_rows_for_messages_act_on_the_next_message(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(100, 30)) as shift:
        shift.start()
        visitor = shift.visitor("Anna", "hello")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        open_settings(shift)
        sets(shift, "audio.message.when_focused", "Enter", True)
        sets(shift, "desktop.message.when_focused", "Enter", True)
        sets(shift, "desktop.message.close_after", "Left", 3)
        sets(shift, "desktop.message.show_text", "Enter", False)
        asked = now()
        visitor.says("m1", "a secret word")
        heard = shift.rings(asked)
        assert shift.heard.level(CHIME_PITCH, heard, heard + 0.15) > 0.1
        popup = shift.desktop.wait_for_popup("Anna wrote")
        assert "secret" not in popup.body
        shift.desktop.wait_for_withdrawal(popup, 6)

        sets(shift, "audio.message.enabled", "Enter", False)
        sets(shift, "desktop.message.enabled", "Enter", False)
        asked, popups = now(), len(shift.desktop.notified)
        visitor.says("m2", "nothing of this is announced")
        shift.heard.must_stay_silent(1.5, asked)
        assert len(shift.desktop.notified) == popups


def test_the_switches_for_pending_contacts_act_on_the_next_visitor(tmp_path: Path) -> None:
    with Shift(tmp_path, size=(100, 30)) as shift:
        shift.start()
        open_settings(shift)
        sets(shift, "audio.pending.enabled", "Enter", False)
        sets(shift, "desktop.pending.when_focused", "Enter", True)
        asked = now()
        anna = shift.visitor("Anna")
        shift.desktop.wait_for_popup("Anna")
        anna.leaves()
        shift.heard.must_stay_silent(1.0, asked)

        sets(shift, "desktop.pending.enabled", "Enter", False)
        sets(shift, "audio.pending.enabled", "Enter", True)
        sets(shift, "audio.pending.when_focused", "Enter", True)
        asked, popups = now(), len(shift.desktop.notified)
        bruno = shift.visitor("Bruno")
        shift.rings(asked)
        bruno.leaves()

        sets(shift, "desktop.pending.enabled", "Enter", True)
        sets(shift, "desktop.enabled", "Enter", False)
        shift.visitor("Chen")
        shift.stage.wait_for("1 waiting")
        assert len(shift.desktop.notified) == popups
