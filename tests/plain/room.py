"""A plain console on a still desk, for tests of what is said and of what a typed line does."""

from __future__ import annotations

import time

from tests.parts_of_desk import done
from tests.screens.still_desk import StillDesk
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.desk.lifecycle import DeedKind
from tui.link.commands import Command, MarkRead, Send
from tui.plain.console import PlainConsole


class Room:
    """A plain console on a still desk."""

    def __init__(self, too_soon: float = 0.0) -> None:
        self.desk = StillDesk()
        self.lines: list[str] = []
        self.now = 1_000.0
        self.console = PlainConsole(self.desk, self.lines.append, too_soon=too_soon, clock=lambda: self.now)

    def news(self) -> list[str]:
        """What is said about what has happened since the last call, with nothing typed meanwhile."""
        del self.lines[:]
        self.console.look(begun=False)
        return list(self.lines)

    def type(self, line: str) -> list[str]:
        """Type a line; returns what is said."""
        del self.lines[:]
        self.console.look()
        self.console.typed(line)
        self.console.look()
        return list(self.lines)

    def sends(self) -> list[tuple[str, str]]:
        """To whom words were sent since the last call, and which."""
        return [(one.contact, one.text) for one in self.sent() if isinstance(one, Send)]

    def with_chats(self, *names: str) -> None:
        """These are Maria's visitors, and she has heard of them; she works in the first one's chat."""
        for name in names:
            self.desk.is_mine(name, "hello")
        self.news()
        self.type("/chat 1")
        self.sent()

    def taken_away(self, name: str) -> None:
        """Another console of Maria's ends this chat."""
        self.desk.is_ended(name)

    def sent(self) -> list[Command]:
        """The commands sent since the last call, but for what was marked as read."""
        commands, self.desk.commands = self.desk.commands, []
        return [command for command in commands if not isinstance(command, MarkRead)]


def taken(desk: StillDesk, name: str, agent: object) -> None:
    """A pending contact is accepted by somebody."""
    record = desk.keeper.desk.pending[ContactId(name)]
    desk.keeper.take(ContactChanged(done(record, DeedKind.ACCEPT, time.time(), agent)))  # type: ignore[arg-type]
