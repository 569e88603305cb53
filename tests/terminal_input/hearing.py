"""What bytes with their times of arrival become, short enough for a table."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.terminal_input.bursts import LinesAtOnce
from tui.terminal_input.keys import KeyAfterEscape, RepeatedKey
from tui.terminal_input.terminal_input import TerminalInput


def told(message: Message) -> str:
    """An event in a word."""
    match message:
        case RepeatedKey():
            return f"{message.key} again"
        case KeyAfterEscape():
            return f"{message.key} or {message.alt.key}"
        case events.Key():
            assert "+" not in message.key or not message.is_printable, "a key with a modifier writes"
            return message.character or "" if message.is_printable else message.key
        case LinesAtOnce():
            return f"lines {message.text!r} of {message.lines}"
        case events.Paste():
            return f"paste {message.text!r}"
        case _:
            return type(message).__name__


def heard(*sent: bytes | str | float, encoding: str = "utf-8", lines_at_once: bool = True) -> list[str]:
    """The events of pieces of input; a number between them is how many seconds pass."""
    terminal = TerminalInput(encoding, lines_at_once=lines_at_once)
    now, given = 100.0, list[Message]()
    for piece in sent:
        if isinstance(piece, float):
            now = passed(terminal, now, piece, given)
        else:
            given += terminal.feed(piece.encode() if isinstance(piece, str) else piece, now)
    passed(terminal, now, 5.0, given)
    assert terminal.deadline is None
    return [told(message) for message in given]


def passed(terminal: TerminalInput, now: float, seconds: float, given: list[Message]) -> float:
    """Time passes as it does in the driver: each deadline is heeded when it comes."""
    until = now + seconds
    while terminal.deadline is not None and terminal.deadline < until:
        now = max(now, terminal.deadline) + 0.001
        given += terminal.expire(now)
    return until
