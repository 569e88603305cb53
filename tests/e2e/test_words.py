"""What the agent types, from the key in a terminal to the visitor's ear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shift import Shift, Visitor
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

TEXTS = '''
[abbreviations]
_wm = "Welcome {nick}, I am {agent}."

[languages.it.abbreviations]
_wm = """
Benvenuta {nick},
sono {agent}."""
'''


def chat(shift: Shift, **asked: str) -> Visitor:
    """The console, with a visitor's chat open in it."""
    shift.config.write_text(shift.config.read_text() + TEXTS)
    shift.start()
    shift.look()
    visitor = shift.visitor(**asked)
    shift.stage.wait_for("1 waiting")
    shift.stage.keys("F2")
    shift.stage.wait_for("Write to the visitor")
    return visitor


def heard(visitor: Visitor) -> list[str]:
    return [message["text"] for message in visitor.hears()][1:]


@pytest.mark.parametrize(
    ("lang", "welcome"), [("en", "Welcome Anna, I am Maria."), ("it-CH", "Benvenuta Anna,\nsono Maria.")]
)
def test_an_abbreviation_tab_and_enter_are_heard_by_the_visitor(
    tmp_path: Path, lang: str, welcome: str
) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        visitor = chat(shift, lang=lang)
        shift.stage.text("_wm")
        shift.stage.keys("Tab")
        shift.stage.wait_for(welcome.split("\n")[0])
        shift.stage.keys("Enter")
        until(lambda: heard(visitor) == [welcome], 20)


def test_one_written_in_the_console_is_in_the_file_and_is_sent_at_once(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        visitor = chat(shift)
        shift.stage.keys("M-i")
        shift.stage.wait_for("type to find")
        shift.stage.keys("C-n")
        shift.stage.wait_for("New abbreviation")
        shift.stage.text("bye")
        shift.stage.keys("Tab", "Tab")
        shift.stage.text("Good bye {nick}.")
        shift.stage.keys("Enter")
        shift.stage.text("Come again.")
        shift.stage.keys("C-s")
        shift.stage.wait_for("Good bye Anna.")
        until(
            lambda: '_bye = """Good bye {nick}.\nCome again."""' in (tmp_path / "config.toml").read_text(), 20
        )
        shift.stage.keys("M-Enter")
        until(lambda: heard(visitor) == ["Good bye Anna.\nCome again."], 20)


def test_slash_commands_act_and_are_not_sent(tmp_path: Path) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        visitor = chat(shift)
        shift.stage.text("/mute 15")
        shift.stage.keys("Enter")
        shift.stage.wait_for("14:5")
        shift.stage.text("/ende")
        shift.stage.keys("Enter")
        shift.stage.wait_for("is no command")
        shift.stage.keys("C-u")
        shift.stage.text("/etc/hosts")
        shift.stage.keys("Enter")
        until(lambda: heard(visitor) == ["/etc/hosts"], 20)
        shift.stage.text("/end")
        shift.stage.keys("Enter")
        shift.stage.wait_for("End Anna?")
        shift.stage.answers("y")
        until(lambda: visitor.status()["status"] == "ended", 20)
        assert heard(visitor) == ["/etc/hosts"]
