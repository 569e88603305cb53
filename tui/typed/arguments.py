"""Times and switches as an agent types them after a command."""

from __future__ import annotations

import re

from tui.alerts.quiet import next_time_of_day
from tui.typed.slash import WrongArgument

LONGEST_MUTE = 24 * 60
"""Minutes."""

_SPAN = re.compile(r"(\d{1,5}) ?(m|min|minutes?|h|hours?)?", re.IGNORECASE)


def mute_until(argument: str, now: float) -> float | None:
    """When a mute ends, from ``15``, ``2h`` or ``17:30``; None unmutes. Raises WrongArgument."""
    if argument.casefold() in ("off", "0"):
        return None
    span = _SPAN.fullmatch(argument)
    if span is not None:
        minutes = int(span[1]) * (60 if (span[2] or "").lower().startswith("h") else 1)
        if not 1 <= minutes <= LONGEST_MUTE:
            raise WrongArgument(f"A mute lasts 1 to {LONGEST_MUTE} minutes.")
        return now + minutes * 60
    until = next_time_of_day(argument, now)
    if until is None:
        raise WrongArgument(
            'Mute for how long? Write minutes as "15", hours as "2h", a time as "17:30", or "off".'
        )
    return until


def switch(argument: str, now: bool) -> bool:
    """On or off, as said; the other one when nothing is said. Raises WrongArgument."""
    match argument.casefold():
        case "":
            return not now
        case "on":
            return True
        case "off":
            return False
    raise WrongArgument('Write "on" or "off".')
