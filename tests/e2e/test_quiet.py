"""Quiet that ends by itself, a tone a service, escalation: measured on what is heard and shown."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.e2e.shift import RING_PITCH, TONE_SECONDS, Shift, now
from tests.parts.sound import write_tone
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

SALES_PITCH = 1100.0


def test_a_mute_silences_ring_and_popup_and_both_come_back_when_it_ends(tmp_path: Path) -> None:
    # typing at the console counts as looking at it: here it alerts all the same
    always = "when_focused = true"
    with Shift(tmp_path, pending=always, popup=f"{always}\nclose_after = 0") as shift:
        shift.start()
        asked = now()
        shift.visitor("Anna")
        shift.rings(asked)
        first = shift.desktop.wait_for_popup("Anna")
        shift.stage.keys("C-s")
        shift.stage.wait_for("Mute")
        ends = int(time.time()) + 7
        shift.stage.text(time.strftime("%H:%M:%S", time.localtime(ends)))
        pressed = now()
        shift.stage.keys("Enter")
        assert shift.falls_silent(pressed) < 0.5
        shift.desktop.wait_for_withdrawal(first)
        shift.stage.wait_for("muted 0:0")
        shown = len(shift.desktop.asked)
        shift.visitor("Bruno")
        shift.stage.wait_for("2 waiting")
        over = now() + ends - time.time()
        shift.heard.must_stay_silent(over - now() - 0.3, now())
        assert len(shift.desktop.asked) == shown
        assert shift.rings(over - 0.3) - over < 1.0
        until(lambda: len(shift.desktop.asked) >= shown + 2, 20, "both popups are up again")
        shift.stage.wait_for("While it was quiet: 2 contacts")
        said = [(line["decision"], line["reason"].split(" until ")[0]) for line in shift.decisions()]
        assert ("stopped", "muted") in said
        assert ("silent", "muted") in said


def test_quiet_hours_written_into_the_file_silence_at_once_and_taken_out_it_rings_again(
    tmp_path: Path,
) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    with Shift(tmp_path) as shift:
        shift.start()
        shift.look_away()
        asked = now()
        shift.visitor("Anna")
        shift.rings(asked)
        before = shift.config.read_text()
        shift.config.write_text(
            before + "\n[quiet_hours]\n" + "\n".join(f'{day} = "00:00-24:00"' for day in days) + "\n"
        )
        shift.stage.wait_for("quiet hours")
        quiet = now()
        shift.heard.wait_for_silence(1.0, 3.0, quiet)
        shift.config.write_text(before)
        shift.rings(now())


def test_a_service_has_its_own_tone_and_a_long_wait_makes_it_louder(tmp_path: Path) -> None:
    queue = "dissuasion_time = 40"
    with Shift(tmp_path, pending="volume = 0.25", queue=queue) as shift:
        own = write_tone(tmp_path / "sales.wav", SALES_PITCH, TONE_SECONDS)
        shift.config.write_text(
            shift.config.read_text()
            + f'\n[services."Sales"]\nring_tone = "{own}"\n\n[escalation]\nenabled = true\nafter = 0.1\n'
        )
        shift.start()
        shift.look_away()
        asked = now()
        visitor = shift.visitor("Anna", service="Sales")
        heard = shift.rings(asked)
        calm = shift.heard.level(SALES_PITCH, heard + 0.7, heard + 1.7)
        assert calm > 10 * shift.heard.level(RING_PITCH, heard + 0.7, heard + 1.7)
        louder = shift.heard.level(SALES_PITCH, asked + 5.5, asked + 6.5)
        assert louder / calm == pytest.approx(4.0, rel=0.2)
        left = now()
        visitor.leaves()
        shift.falls_silent(left)
        asked = now()
        shift.visitor("Bruno", service="Support")
        heard = shift.rings(asked)
        level = shift.heard.level(RING_PITCH, heard + 0.7, heard + 1.7)
        assert level == pytest.approx(calm, rel=0.2)
        assert level > 10 * shift.heard.level(SALES_PITCH, heard + 0.7, heard + 1.7)
        louder_said = [line for line in shift.decisions() if line["decision"] == "rings louder"]
        assert len(louder_said) == 1
        assert louder_said[0]["reason"] == "Anna has waited 4 s of 40 s"
