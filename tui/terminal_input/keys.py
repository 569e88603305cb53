"""Keys as terminals send them, where Textual 8.2 reads something else. Importing this sets it right.

An Alt with a key is sent as ESC and the key. Textual takes ESC and a digit for what a Mac's Option key writes
(``¢`` for 4); such a terminal sends the character itself, so nothing is lost by reading Alt and the digit.
ESC and a letter it knows only by the silence after it: for a tenth of a second all that comes is held back,
and when that is another key, or the mouse, ``^`` and the letter are written into the text. Nothing longer
begins with ESC and a letter or a digit (but ``ESC O`` and some capitals), so they are read at once. With Caps
Lock the letter is a capital: the same command.
ESC b and ESC f stay what Option with an arrow sends, a step by words: no command has Alt+B or Alt+F.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any, cast

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys


class RepeatedKey(events.Key):
    """A key that is being held: the terminal itself says that this is no new press (kitty's event type 2).

    Handlers of ``Key`` get it as any key. Most terminals do not tell it: repeats are plain ``Key`` events.
    """


class KeyAfterEscape(events.Key):
    """A letter, a digit or Enter so soon after an Escape that a slow line may have torn a key with Alt.

    Handlers of ``Key`` get it as the key alone; who knows what that Escape did decides.
    """

    def __init__(self, key: str, character: str | None, alt: events.Key) -> None:
        """``alt``: the key it was if the two are one."""
        super().__init__(key, character)
        self.alt = alt


for _kind in (RepeatedKey, KeyAfterEscape):  # else only handlers of these very names would get them
    _kind.handler_name = events.Key.handler_name


@dataclass(frozen=True, slots=True)
class _Alt:
    """A key with Alt, in the form of Textual's own ``Keys``."""

    value: str


_BEGIN_MORE = "OPX"
"""Capitals with which a longer sequence may begin, behind an ESC."""


def _set_right() -> None:
    if not isinstance(ANSI_SEQUENCES_KEYS, dict):
        return
    sequences = cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)
    for digit in string.digits:
        sequences.pop(f"\x1b{digit}", None)
    for key in string.ascii_lowercase + string.digits:
        sequences.setdefault(f"\x1b{key}", (_Alt(f"alt+{key}"),))
    for key in string.ascii_uppercase:
        if key not in _BEGIN_MORE:
            sequences.setdefault(f"\x1b{key}", sequences[f"\x1b{key.lower()}"])
    # Most terminals send ESC CR for Alt+Enter. Textual reads that as Enter, and half a message would be sent.
    ANSI_SEQUENCES_KEYS.setdefault("\x1b\r", (Keys.ControlJ,))


_set_right()
