"""A contact on its way between two consoles: declined with a reason, missed, and taken at last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shift import Shift, now
from tests.parts.terminal import TmuxStage
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

TIMES = "\n[chats]\ntransfer_time = 5\n"


def test_a_transfer_is_declined_then_missed_and_pauses_who_missed_it_and_is_never_lost(
    tmp_path: Path,
) -> None:
    with Shift(tmp_path, queue=TIMES) as shift, TmuxStage(columns=120, rows=30) as lucas:
        marias = shift.stage
        shift.start()
        lucas.attach()
        shift.start(stage=lucas, config=shift.write_config("luca.toml", "Luca"), port=shift.port)
        anna = shift.visitor("Anna")
        marias.wait_for("1 waiting")
        marias.keys("F2")
        marias.wait_for("my invoice is wrong")
        shift.falls_silent(now())

        marias.keys("M-t")
        marias.wait_for("ready, 0 chats")
        marias.text("luc")
        marias.keys("Enter")
        marias.text("vat, please")
        marias.keys("Enter")
        marias.wait_for("Anna with Luca for 0:0")
        lucas.wait_for("★↪")
        lucas.wait_for("from Maria")
        lucas.wait_for("“vat, please”")
        assert anna.status()["status"] == "pending"

        lucas.keys("M-r")
        lucas.wait_for("Anna goes back to Maria")
        lucas.keys("Down", "Down", "Enter")
        marias.wait_for("Luca declined Anna: at lunch.")
        marias.wait_for("★↩")
        until(lambda: "★" not in lucas.screen(), 20, "Luca has it no more")
        assert "paused" not in lucas.screen()

        marias.keys("F2")
        until(lambda: "★↩" not in marias.screen(), 20, "Maria has it again")
        marias.wait_for("my invoice is wrong")
        marias.keys("M-t")
        marias.wait_for("ready, 0 chats")
        marias.keys("Enter")
        marias.keys("Enter")
        lucas.wait_for("★↪")
        shift.look_away()
        passed_on = now()
        shift.rings(passed_on, within=10)
        lucas.wait_for("○ Paused, F8 when ready: Anna was not accepted in time.")
        lucas.wait_for("○ paused 0")
        marias.wait_for("Luca did not accept Anna")
        marias.wait_for("★↩")
        lucas.keys("F8")
        lucas.wait_for("● ready")
        until(lambda: "not accepted in time" not in lucas.screen(), 20, "the banner has gone")

        shift.look()
        marias.keys("F2")
        until(lambda: anna.status()["status"] == "assigned", 20, "nobody has lost her")
        assert anna.status()["agent"] == "Maria"
