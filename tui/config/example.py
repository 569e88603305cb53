"""The text of config.example.toml, from the schema; ``python -m tui.config.example [FILE]`` writes it."""

from __future__ import annotations

import sys
import textwrap
from enum import StrEnum
from pathlib import Path
from typing import cast

from tui.config.fields import Setting, allowed, every_setting, explain
from tui.config.layout import KeyPath, join_key

WIDTH = 100

_TOP = """\
# Settings of Deskbell, all at their defaults. Copy what you want to change into your own config.toml;
# a running console reads it again as soon as you save it. A key left out stands at its default.
"""

_SERVICE = """
# What a service (the line a visitor came in by) has of its own; everything may be left out.
# [services."Sales"]
"""

_SALES = {
    "language": '"it"',
    "colour": '"green"',
    "dissuasion_time": "120",
    "dissuasion_message": '"Sales is closed for today. We are back tomorrow at nine."',
    "ring_tone": '"bells"',
}

_ABBREVIATIONS = """
# {why}
# [abbreviations]
# _wm = "Welcome {{nick}}, I am {{agent}}. How can I help you?"

# {language}
# [languages.it.abbreviations]
# _wm = "Benvenuto {{nick}}, sono {{agent}}. Come posso aiutarla?"

# {service}
# [services."Sales".abbreviations]
# _wm = "Welcome to {{service}}, {{nick}}."
"""

_LINKS = """
# A page that is sent to visitors often, by a short name.
# [links]
# docs = "https://shop.example/help"
"""

_KEYS = """
# A command by its id, and one or more keys for it, separated by commas.
# [keys]
# accept-longest = "f2,alt+a"
"""


def example() -> str:
    """Every setting with its explanation, default and allowed values; parses to the defaults."""
    parts = [_TOP]
    section: KeyPath = ()
    for setting in every_setting():
        if setting.path[:-1] != section:
            if section == ("queue",):
                parts.append(_SERVICE)
                parts += [_of_service(name, value) for name, value in _SALES.items()]
            section = setting.path[:-1]
            parts.append(f"\n[{join_key(section)}]\n")
        parts.append(_described(setting))
    parts.append(_ABBREVIATIONS.format(**_abbreviations_explained()))
    parts += [_LINKS, _KEYS]
    return "".join(parts)


def _of_service(name: str, value: str) -> str:
    """A line of the service shown, commented out, with its explanation above it."""
    return f"#   {explain(('services', 'Sales', name))}\n# {name} = {value}\n"


def _abbreviations_explained() -> dict[str, str]:
    """The three tables of abbreviations, the widest first."""
    places = {"why": (), "language": ("languages", "it"), "service": ("services", "Sales")}
    return {name: explain((*place, "abbreviations", "_wm")) for name, place in places.items()}


def _described(setting: Setting) -> str:
    lines = textwrap.wrap(setting.explanation, WIDTH, initial_indent="# ", subsequent_indent="# ")
    assignment = f"{setting.path[-1]} = {_toml(setting.default)}"
    if isinstance(setting.default, int | float | StrEnum) and not isinstance(setting.default, bool):
        assignment += f"  # {allowed(setting.hint)}"
    return "\n".join([*lines, assignment]) + "\n"


def _toml(value: object) -> str:
    import tomlkit

    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    plain = str(value) if isinstance(value, str) else cast(int, value)
    return tomlkit.item(plain).as_string()


def main(arguments: list[str]) -> None:
    """Write the file named, config.example.toml here when none is."""
    target = Path(arguments[0] if arguments else "config.example.toml")
    target.write_bytes(example().encode("utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
