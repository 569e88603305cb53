"""What the console says to the terminal beside its screen: bell, window title, the terminal's own notices.

Builders of strings that hold no control characters but their own, and :class:`TerminalOwed`, which knows
what is still due. The screen loop writes them, between two frames. What the terminal can do is found out in
``terminal_probe``.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from tui.alerts.plan import TerminalAlert
from tui.outputs.terminal_facts import TerminalFacts
from tui.text import CleanText, for_either

_ESC = "\x1b"
_ST = "\x1b\\"
_MOST_CELLS = 80
_MOST_BELLS = 3
"""Bells owed by a terminal that stood still ring this often at most when it goes on."""

PUSH_TITLE = "\x1b[22;2t"
"""Puts the window's title aside (where the terminal can)."""
POP_TITLE = "\x1b[23;2t"
"""Takes the title put aside back."""

RESTORE = "".join(
    [
        "\x1b[?2026l",  # show what is drawn
        "\x1b[<u",  # kitty's keyboard back
        *(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048)),
        "\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m",
        POP_TITLE,
    ]
)
"""Everything a console switches on in a terminal, off again: for an exit that cannot wait for Textual."""


def bell() -> str:
    """Rings the terminal's bell. The one thing every terminal and every multiplexer passes on."""
    return "\a"


def set_title(title: CleanText) -> str:
    """Sets the window's title; in tmux the pane's, which ``set-titles`` shows as the window's."""
    return f"{_ESC}]2;{_harmless(title)}{_ST}"


def notice(title: CleanText, body: CleanText, facts: TerminalFacts, number: int = 0) -> str:
    """A notice shown by the terminal itself, over SSH too; empty where the terminal has none.

    ``number`` tells notices apart for terminals that can replace one. Terminals hand them on to the
    desktop's service, some as markup and some not (foot by a program of the agent's choice).
    """
    head, text = _field(for_either(title)), _field(for_either(body))
    if facts.osc99:
        name = f"i=deskbell-{number}"
        made = [f"99;{name}:d=0:p=title;{head}", f"99;{name}:d=1:p=body;{text}"]
    elif facts.osc777:
        made = [f"777;notify;{head};{text}"]
    elif facts.osc9:
        # A name in front: a number there would be taken for one of ConEmu's commands.
        made = [f"9;{_field(CleanText(f'Deskbell: {head} – {text}' if text else f'Deskbell: {head}'))}"]
    else:
        return ""
    return "".join(_through(f"{_ESC}]{one}{_ST}", facts) for one in made)


def _through(sequence: str, facts: TerminalFacts) -> str:
    """Wraps a sequence so that tmux hands it to the terminal around it."""
    if facts.multiplexer != "tmux":
        return sequence
    return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC * 2)}{_ST}"


def _field(text: str) -> str:
    """Text for one field of a sequence whose fields end at a semicolon."""
    return _harmless(text).replace(";", ",")


def _harmless(text: str) -> str:
    """One line of at most 80 cells without controls, whoever forgot to clean it."""
    line = "".join(" " if c in "\n\t" else c for c in text if not _is_control(c) or c in "\n\t")
    if cell_len(line) <= _MOST_CELLS:
        return line
    return set_cell_size(line, _MOST_CELLS - 1).rstrip() + "…"


def _is_control(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in (0x2028, 0x2029)


class TerminalOwed:
    """Remembers what the terminal was told, so that a plan seen twice or missed once does no harm."""

    def __init__(self, facts: TerminalFacts) -> None:
        self.facts = facts
        """May be replaced when more is learned about the terminal."""
        self._bells = 0
        self._title: str | None = None
        self._last_notice = 0

    def due(self, alert: TerminalAlert) -> str:
        """The string to be written now; empty when the terminal is up to date. Counts it as written."""
        parts: list[str] = []
        parts.extend(bell() for _ in range(min(_MOST_BELLS, alert.bells - self._bells)))
        self._bells = max(self._bells, alert.bells)
        if self.facts.has_title and alert.title != self._title:
            parts.append((PUSH_TITLE if self._title is None else "") + set_title(alert.title))
            self._title = alert.title
        for number, title, body in alert.notices:
            if number > self._last_notice:
                # a terminal without notices can still ring
                parts.append(notice(title, body, self.facts, number) or bell())
                self._last_notice = number
        return "".join(parts)

    def settle(self) -> str:
        """What is due at the end: the title that was there before."""
        if self._title is None:
            return ""
        self._title = None
        return POP_TITLE
