"""Keys from the settings: what is heeded, and what is said about the rest."""

import re
from pathlib import Path

import pytest

from tui.screens.keymap import keymap


def test_a_command_can_be_given_other_keys() -> None:
    keys = keymap({"accept-longest": "f14, ctrl+y"})
    assert keys.keys["accept-longest"] == ("f14", "ctrl+y")
    assert keys.label("accept-longest") == "F14"
    assert keys.problems == ()


def test_the_example_in_the_settings_file_can_be_heeded() -> None:
    example = re.search(r'^# ([a-z-]+) = "(f2[^"]*)"$', Path("config.example.toml").read_text(), re.MULTILINE)
    assert example is not None
    keys = keymap({example.group(1): example.group(2)})
    assert keys.problems == ()
    assert keys.keys["accept-longest"] == ("f2", "alt+a")


def test_two_commands_can_change_places() -> None:
    keys = keymap({"silence": "f4", "test-tone": "f5"})
    assert (keys.keys["silence"], keys.keys["test-tone"]) == (("f4",), ("f5",))
    assert keys.problems == ()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"accept-longst": "f14"}, '[keys] accept-longst: no such command; did you mean "accept-longest"?'),
        ({"silence": "f2"}, '[keys] silence: "f2" is the key of accept-longest; give that one another.'),
        ({"silence": "enter"}, '[keys] silence: "enter" is the key of the composer and the lists'),
        ({"silence": "hyperspace"}, '[keys] silence: "hyperspace" is no key'),
        ({"silence": ""}, "[keys] silence: no key is given"),
    ],
)
def test_what_cannot_be_heeded_is_told_and_leaves_the_default(wanted: dict[str, str], said: str) -> None:
    keys = keymap(wanted)
    assert len(keys.problems) == 1
    assert keys.problems[0].startswith(said)
    assert keys.keys["silence"] == ("f5",)
