"""Keys as terminals send them, where Textual 8.2 reads something else. Importing this sets it right.

An Alt with a key is sent as ESC and the key. Textual takes ESC and a digit for what a Mac's Option key writes
(``¢`` for 4); such a terminal sends the character itself, so nothing is lost by reading Alt and the digit.
ESC b and ESC f stay what Option with an arrow sends, a step by words: no command has Alt+B or Alt+F.
"""

from __future__ import annotations

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys


def _set_right() -> None:
    if not isinstance(ANSI_SEQUENCES_KEYS, dict):
        return
    for digit in "0123456789":
        ANSI_SEQUENCES_KEYS.pop(f"\x1b{digit}", None)
    # Most terminals send ESC CR for Alt+Enter. Textual reads that as Enter, and half a message would be sent.
    ANSI_SEQUENCES_KEYS.setdefault("\x1b\r", (Keys.ControlJ,))


_set_right()
