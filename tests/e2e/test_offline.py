"""Over night: the door is served alone, a visitor leaves word in a browser, and the next shift finds it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.shift import Shift
from tests.parts.browser import VisitorPage, launch_browser
from tests.parts.processes import base_env, start, stop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

NOBODY = "Nobody is here right now. Leave us a message: it is kept, and read as soon as somebody is here."


def test_word_left_while_the_door_is_served_alone_is_a_letter_for_the_next_shift(tmp_path: Path) -> None:
    with Shift(tmp_path, desktop=False, sound=False, queue="dissuasion_time = 1") as shift:
        argv = shift.argv()
        serving = start([*argv[:3], "serve", *argv[3:]], base_env(), stdout=subprocess.PIPE)
        try:
            assert serving.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", serving.stdout.readline().decode())
            assert found is not None
            with launch_browser() as browser:
                page = VisitorPage(browser, f"{found.group()}/?service=Sales")
                expect(page.page.locator("#lead")).to_have_text(NOBODY)
                page.page.get_by_label("E-mail").fill("anna@example.org")
                page.write("Anna", "my bell does not ring")
                page.wait_for_status("pending")
                page.page.goto("about:blank")
                page.page.wait_for_timeout(4000)  # beyond dissuasion time and the grace for reloads

                shift.start(port=int(found[1]) + 1)
                shift.stage.wait_for("letter “my be")
                shift.stage.keys("F2")
                shift.stage.wait_for("1 Anna")
                page.page.goto(found.group())
                page.wait_for_line("my bell does not ring")
                page.wait_for_status("assigned")
                assert page.state() == "Your message is being read"
                shift.stage.wait_for("write to anna@example.org")
                shift.stage.wait_for("✉ letter")
                shift.stage.text("Good morning Anna.")
                shift.stage.keys("Enter")
                shift.stage.wait_for("Not sent: Anna left no way to be answered here")
                assert "Good morning" not in " ".join(page.lines())

                other = VisitorPage(browser, found.group())
                expect(other.page.locator("#begin")).to_have_text("Start chat")
                assert page.complaints == other.complaints == []
        finally:
            stop(serving)
