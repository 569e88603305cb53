"""Keys of terminals that are no plain presses, for whoever must tell them from one."""

from tui.terminal_input.bursts import LinesAtOnce
from tui.terminal_input.keys import KeyAfterEscape, RepeatedKey

__all__ = ["KeyAfterEscape", "LinesAtOnce", "RepeatedKey"]
