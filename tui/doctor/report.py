"""The report on the command line: aligned text, or one JSON object. Decides nothing."""

from __future__ import annotations

import json
import textwrap
import time

from tui.link.findings import Area, Finding, Findings, State

COLOURS = {
    State.OK: "32",
    State.WARNING: "33",
    State.FAULT: "1;31",
    State.OFF: "2",
    State.UNKNOWN: "36",
}
"""SGR parameters; the state is always said in words as well."""

_STATE_CELLS, _TITLE_CELLS = 9, 16
_INDENT = 2 + _STATE_CELLS + _TITLE_CELLS
_NARROWEST, _WIDEST = 60, 110


def as_text(
    found: Findings, version: str, *, width: int = 80, colour: bool = False, plain: bool = False
) -> str:
    """For people: lines of at most ``width`` columns. ``plain``: in ASCII, but for what was quoted."""
    width = max(_NARROWEST, min(width, _WIDEST))
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.at))
    head = f"deskbell {version} doctor"
    lines = [f"{head}{when:>{width - len(head)}}"]
    for area in Area:
        here = [one for one in found.all if one.area is area]
        if here:
            lines += ["", _bold(area.value.upper(), colour)]
            for one in here:
                lines += _lines(one, width, colour, "->" if plain else "→")
    lines += ["", _painted(found.summary, State.OK if found.ok else State.FAULT, colour)]
    return "\n".join(lines)


def _lines(one: Finding, width: int, colour: bool, arrow: str) -> list[str]:
    room = width - _INDENT
    state = _painted(f"{one.state:<{_STATE_CELLS}}", one.state, colour)
    told = _wrapped(one.says, room) or [""]
    lines = [f"  {state}{one.title:<{_TITLE_CELLS - 1}} {told[0]}"]
    lines += [" " * _INDENT + line for line in told[1:]]
    if one.cure:
        cure = _wrapped(one.cure, room - len(arrow) - 1)
        lines.append(f"{' ' * _INDENT}{arrow} {cure[0]}")
        lines += [" " * (_INDENT + len(arrow) + 1) + line for line in cure[1:]]
    if one.line:
        lines.append(f"{' ' * (_INDENT + len(arrow) + 3)}{one.line}")
    return lines


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_on_hyphens=False)


def _painted(text: str, state: State, colour: bool) -> str:
    return f"\x1b[{COLOURS[state]}m{text}\x1b[0m" if colour else text


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def as_json(found: Findings, version: str) -> str:
    """For scripts: one object."""
    return json.dumps(
        {
            "deskbell": version,
            "ok": found.ok,
            "summary": found.summary,
            "at": round(found.at, 3),
            "took": found.took,
            "findings": [
                {
                    "id": one.id,
                    "area": one.area.name.lower(),
                    "state": one.state.value,
                    "title": one.title,
                    "says": one.says,
                    "do": one.cure,
                    "line": one.line,
                    "facts": dict(one.facts),
                }
                for one in found.all
            ],
        },
        indent=2,
        ensure_ascii=True,
    )


def exit_status(found: Findings) -> int:
    """0 when all that is switched on works, else 1."""
    return 0 if found.ok else 1
