"""Subjects for the doctor: a place of the test's own and a terminal as told."""

from __future__ import annotations

from pathlib import Path

from tui.doctor.subject import Subject, Surroundings
from tui.link.findings import Finding, State
from tui.outputs.terminal_facts import TerminalFacts

GOOD_TERMINAL = TerminalFacts(
    name="foot", version="1.16", reports_focus=True, focus_trusted=True, osc9=True, osc777=True, answered=True
)
XTERM = {"TERM": "xterm-256color"}


def subject(
    folder: Path,
    terminal: TerminalFacts = GOOD_TERMINAL,
    *,
    env: dict[str, str] | None = None,
    size: tuple[int, int] | None = (100, 30),
    encoding: str = "utf-8",
    port: int | None = 0,
) -> Subject:
    """A desk in this folder."""
    around = Surroundings(XTERM if env is None else env, size is not None, size, encoding)
    return Subject(
        folder / "config.toml", folder / "data", folder / "data" / "deskbell.db", terminal, around, port=port
    )


def only(found: list[Finding], id: str) -> Finding:
    """The finding of this name."""
    named = [one for one in found if one.id == id]
    assert len(named) == 1, [(one.id, one.state) for one in found]
    return named[0]


def states(found: list[Finding]) -> dict[str, State]:
    """States by name."""
    return {one.id: one.state for one in found}
