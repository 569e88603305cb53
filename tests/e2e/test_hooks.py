"""Scripts of the agent's own, run by the real console for real visitors, friendly and hostile."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.shift import Shift
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

HOSTILE = ["; touch x", "$(touch x)", "`touch x`", "-rf", "@/etc/passwd", "{id}"]

NOTE = """import json, sys
with open(sys.argv[1], "a") as file:
    file.write(json.dumps(sys.argv[2:]) + "\\n")
print("noted", sys.argv[2])
"""


def test_scripts_run_for_contacts_messages_and_the_ring_and_no_name_bends_them(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        noted = tmp_path / "noted"
        script = tmp_path / "note.py"
        script.write_text(NOTE)
        command = [sys.executable, str(script), str(noted)]
        hooks = {
            "on_pending": [*command, "pending", "{name}", "{service}", "{text}", "{agent}"],
            "on_message": [*command, "message", "{name}", "{text}"],
            "on_ring_start": [*command, "ring", "{reason}"],
            "on_ring_stop": [str(tmp_path / "missing"), "{reason}"],
        }
        lines = [f"{name} = {json.dumps(argv)}" for name, argv in hooks.items()]
        shift.config.write_text(shift.config.read_text() + "\n[hooks]\n" + "\n".join(lines) + "\n")

        def calls(kind: str) -> list[list[str]]:
            if not noted.exists():
                return []
            found = [json.loads(line) for line in noted.read_text().splitlines()]
            return [call[1:] for call in found if call[0] == kind]

        shift.start()
        shift.look_away()
        visitor = shift.visitor("Anna", "my invoice\nis wrong", service="Sales")
        until(lambda: calls("pending"), 20)
        assert calls("pending") == [["Anna", "Sales", "my invoice is wrong", "Maria"]]
        until(lambda: calls("ring"), 20)
        assert calls("ring")[0][0].startswith("Anna (Sales) pending")

        shift.stage.keys("F2")
        shift.stage.wait_for("1 Anna")
        shift.stage.wait_for("Script failing")
        visitor.says("m1", "are you there?")
        until(lambda: calls("message") == [["Anna", "are you there?"]], 20)

        hostile = [shift.visitor(name) for name in HOSTILE]
        until(lambda: len(calls("pending")) == 1 + len(hostile), 20)
        said = sorted(call[0].strip() for call in calls("pending")[1:])
        assert said == sorted(HOSTILE)
        assert not any(call[0].startswith(("-", "@")) for call in calls("pending"))
        assert not (Path.cwd() / "x").exists()
        assert "on_pending: noted pending" in (shift.data / "deskbell.log").read_text()
