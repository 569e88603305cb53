"""Several consoles on one desk: an agent is called by one of his, and never by none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shift import RING_PITCH, Shift, now
from tests.parts.terminal import TmuxStage
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

HANDED_OVER_WITHIN = 1.0
FOLLOWED_WITHIN = 3.0
TONE = 0.5
"""Amplitude of the ring tone here; two of them are heard as one that is louder, fainter or beats."""


def only_one_rings(shift: Shift, since: float) -> None:
    """For a second from then on one tone is heard, at its own level."""
    until(lambda: shift.heard.recorded_until > since + 1.0, 20)
    assert shift.heard.level(RING_PITCH, since + 0.1, since + 0.9) == pytest.approx(TONE, rel=0.1)


def test_of_an_agents_two_consoles_the_one_last_used_rings_and_if_it_is_killed_the_other(
    tmp_path: Path,
) -> None:
    with Shift(tmp_path, popup="close_after = 0") as shift, TmuxStage(columns=120, rows=30) as elsewhere:
        first = shift.start()
        elsewhere.attach()
        second = shift.start(stage=elsewhere, port=shift.port)
        elsewhere.wait_for("sounds here")
        shift.stage.wait_for(f"pid {second}, tty")
        elsewhere.other_window()
        elsewhere.wait_for("focus away")
        shift.stage.tmux("select-window", "-t", "stage:other")
        shift.stage.wait_for("focus away")

        asked = now()
        shift.visitor("Anna")
        began = shift.rings(asked)
        assert began - asked < 0.5
        only_one_rings(shift, began)
        assert shift.sound.players() == 1
        shift.desktop.wait_for_popup("Anna")
        shift.stage.wait_for("silent: Anna: sounds on your other console")
        assert len(shift.desktop.asked) == 1, "one popup, and no second by the other"

        used = now()
        shift.look()
        assert shift.falls_silent(used) < HANDED_OVER_WITHIN
        shift.stage.wait_for("sounds here")
        elsewhere.wait_for(f"pid {first}, tty")
        left = now()
        shift.look_away()
        only_one_rings(shift, shift.rings(left) + 0.1)
        until(lambda: len(shift.desktop.open_popups()) == 1, 20, "one popup, the first console's")

        killed = now()
        shift.kill(first)
        fell = shift.heard.wait_for_silence(0.3, 2, killed)
        again = shift.rings(fell + 0.1, FOLLOWED_WITHIN)
        assert again - killed < FOLLOWED_WITHIN
        only_one_rings(shift, again)
        until(lambda: "sounds" not in elsewhere.screen(), 20, "alone, it need not say which")


def test_consoles_of_different_agents_each_ring(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift, TmuxStage(columns=120, rows=30) as elsewhere:
        shift.start()
        shift.look_away()
        shift.start(stage=elsewhere, config=shift.write_config("luca.toml", "Luca"), port=shift.port)
        asked = now()
        shift.visitor("Anna")
        shift.rings(asked)
        until(lambda: shift.sound.players() == 2, 20, "both sound")
        for stage in (shift.stage, elsewhere):
            assert "sounds" not in stage.screen()
