"""The port by which screens reach the desk loop. Every call returns at once, whatever the desk loop does."""

from __future__ import annotations

from typing import Protocol

from tui.desk.events import Event
from tui.link.commands import Command
from tui.link.view import View


class DeskPort(Protocol):
    """What the screens may ask of the other loop. Safe to call from the screen loop's thread."""

    def view(self) -> View:
        """The newest view; taking it allows the next one to be announced."""

    def send(self, command: Command) -> None:
        """Wish for something."""

    def tell(self, event: Event) -> None:
        """Report what the agent or his terminal did."""

    def beat(self) -> None:
        """Say that the screen loop is moving; silence for some seconds counts as a standstill."""
