"""The README says what the program does: keys and dependencies are held against it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tui.screens.command_table import COMMANDS
from tui.screens.keymap import key_label

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_table_of_keys_is_the_command_table() -> None:
    table = README.split("## Keys")[1].split("## Configuration")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)[1:]
    expected = []
    for command in COMMANDS:
        keys = command.keys.split(",")
        shown = ", ".join(map(key_label, keys)) if len(keys) < 5 else "Alt+1 … Alt+9"
        expected.append((shown, command.title, "–" if command.fixed else f"`{command.id}`"))
    assert rows == expected


def test_every_dependency_has_its_reason_and_both_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for requirement in (*project["dependencies"], *extras["test"], *extras["check"]):
        name = re.match(r"[a-z0-9-]+", requirement)
        assert name is not None
        assert name.group() in README.split("## Dependencies")[1]
        assert ">=" in requirement
        assert "<" in requirement


def test_the_system_parts_in_the_readme_are_those_ci_installs() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    parts = set(re.search(r"parts=\((.*?)\)", script, re.DOTALL).group(1).split())  # type: ignore[union-attr]
    told = README.split("--no-install-recommends ")[1].split("\n\n")[0]
    assert set(told.replace("\\", " ").split()) == parts
