"""What is known of each terminal: one table, and the value in which a probe's findings are handed on.

The table is from terminals that were run or whose sources were read; a terminal that is not in it is taken
for one that can do nothing but ring its bell and show a title. Asking is done in ``terminal_probe``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one kind of terminal can do."""

    focus: bool = False
    """Reports its focus when asked to (mode 1004)."""
    pushes_focus: bool = False
    """Tells its focus at once when mode 1004 is set, not only at the next change."""
    osc9: bool = False
    osc777: bool = False
    osc99: bool = False
    title: bool = True


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """The terminal the console runs in, as found before the screen was taken over."""

    name: str = ""
    """The terminal that draws, such as "kitty"; inside tmux the one around it. Empty when unknown."""
    version: str = ""
    multiplexer: str = ""
    """"tmux", "screen", "zellij", or empty."""
    over_ssh: bool = False
    """Whether the agent sits at another machine: sound and popups would act on this one."""
    reports_focus: bool | None = None
    """Whether every change of focus is reported; None when that could not be found out."""
    focus_reason: str = ""
    """In plain words, with the cure where there is one."""
    focus_trusted: bool = False
    """Whether a report "you have the focus" may be believed from the start."""
    pushes_focus: bool = False
    """Whether the focus is told at once, so that silence after the start means something."""
    passthrough: bool | None = None
    """In tmux: whether it hands on what is wrapped for the terminal around it; None when unknown."""
    osc9: bool = False
    osc777: bool = False
    osc99: bool = False
    has_title: bool = True
    answered: bool = False
    """Whether the terminal answered at all."""


TERMINALS: Mapping[str, Abilities] = {
    "kitty": Abilities(focus=True, osc9=True, osc777=True, osc99=True),
    "ghostty": Abilities(focus=True, pushes_focus=True, osc9=True, osc777=True),
    "foot": Abilities(focus=True, pushes_focus=True, osc9=True, osc777=True),
    "wezterm": Abilities(focus=True, osc9=True, osc777=True),
    "alacritty": Abilities(focus=True),
    "vte": Abilities(focus=True, pushes_focus=True),
    "konsole": Abilities(focus=True, osc777=True),
    "iterm2": Abilities(focus=True, osc9=True),
    "windows terminal": Abilities(focus=True),
    "xterm.js": Abilities(focus=True, pushes_focus=True),
    "xterm": Abilities(focus=True),
    "linux": Abilities(title=False),
}
"""By name in small letters."""

UNKNOWN = Abilities()
"""A terminal that is not in the table."""

_BY_VARIABLE = (
    ("KITTY_WINDOW_ID", "kitty"),
    ("GHOSTTY_RESOURCES_DIR", "ghostty"),
    ("WEZTERM_PANE", "wezterm"),
    ("WT_SESSION", "windows terminal"),
    ("KONSOLE_VERSION", "konsole"),
    ("ALACRITTY_WINDOW_ID", "alacritty"),
    ("ITERM_SESSION_ID", "iterm2"),
    ("VTE_VERSION", "vte"),
)
"""Variables a terminal sets for what runs in it; they do not travel over SSH and may be stale in tmux."""

_BY_PROGRAM = {
    "iterm.app": "iterm2",
    "wezterm": "wezterm",
    "ghostty": "ghostty",
    "vscode": "xterm.js",
    "kitty": "kitty",
}

_BY_TERM = (
    ("xterm-kitty", "kitty"),
    ("xterm-ghostty", "ghostty"),
    ("foot", "foot"),
    ("alacritty", "alacritty"),
    ("wezterm", "wezterm"),
    ("konsole", "konsole"),
    ("linux", "linux"),
)


def name_from_report(report: str) -> tuple[str, str]:
    """Name (in small letters) and version from an XTVERSION answer such as "XTerm(379)" or "foot 1.13"."""
    name, _, version = report.strip().replace("(", " ").replace(")", "").rpartition(" ")
    if not name:
        name, version = version, ""
    return name.strip().lower(), version.strip()


def name_from_term(term: str) -> str:
    """The terminal that a value of TERM stands for; empty for one that many terminals use."""
    return next((name for start, name in _BY_TERM if term.startswith(start)), "")


def name_from_env(env: Mapping[str, str]) -> str:
    """The terminal that set these variables; empty when none is recognised."""
    by_term = name_from_term(env.get("TERM", ""))
    by_program = _BY_PROGRAM.get(env.get("TERM_PROGRAM", "").lower(), "")
    by_variable = next((name for variable, name in _BY_VARIABLE if env.get(variable)), "")
    return by_term or by_program or by_variable
