"""A desk without a loop: the real state, policy and views, driven by hand, for tests of the screens."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.parts_of_desk import MARIA, contact, done, message, with_last
from tui.alerts.plan import TerminalAlert
from tui.config.schema import Settings
from tui.desk.contact import ContactId, Sender
from tui.desk.events import ContactChanged, Event, HistoryRead, MessageAppended, Snapshot
from tui.desk.lifecycle import DeedKind
from tui.deskloop.keeper import Keeper
from tui.link.commands import Command
from tui.link.view import View
from tui.screens.app import ConsoleApp
from tui.screens.doctor_screen import Examine


class StillDesk:
    """A ``DeskPort`` that notes the commands it is sent; events are taken in at once."""

    def __init__(self, settings: Settings | None = None, *, known: bool = True) -> None:
        """``known``: the desk has been read; without, no snapshot has come yet."""
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.wake: Callable[[], None] = lambda: None
        self.keeper = Keeper(
            MARIA,
            settings or Settings(),
            Path("config.toml"),
            time.time,
            lambda plan: None,
            lambda decision: None,
            lambda: self.wake(),
        )
        if known:
            self.keeper.take(Snapshot((), ()))

    def view(self) -> View:
        return self.keeper.view()

    def send(self, command: Command) -> None:
        self.commands.append(command)

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.keeper.take(event)

    def beat(self) -> None:
        pass

    # histories

    def arrives(self, name: str, words: str = "hello", ago: float = 5.0) -> None:
        """A contact enters the queue."""
        from dataclasses import replace

        from tui.text import RemoteText

        new = contact(name, time.time() - ago)
        self.keeper.take(
            ContactChanged(replace(new, first_words=RemoteText(words), last_words=RemoteText(words)))
        )

    def leaves(self, name: str) -> None:
        """The visitor of a pending contact goes."""
        record = self.keeper.desk.pending[ContactId(name)]
        self.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))

    def chat_is_left(self, name: str) -> None:
        """The visitor of one of Maria's chats goes."""
        record = self.keeper.desk.chats[ContactId(name)].contact
        self.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))

    def is_ended(self, name: str) -> None:
        """Maria ends one of her chats."""
        record = self.keeper.desk.chats[ContactId(name)].contact
        self.keeper.take(ContactChanged(done(record, DeedKind.END, time.time(), MARIA)))

    def is_mine(self, name: str, *texts: str) -> None:
        """A contact of Maria's, with these texts, the visitor's and hers by turns."""
        mine = done(contact(name, time.time() - 100), DeedKind.ACCEPT, time.time() - 90, MARIA)
        mine = with_last(mine, len(texts))
        senders = (Sender.VISITOR, Sender.AGENT)
        messages = tuple(
            message(mine, seq, text, senders[(seq - 1) % 2]) for seq, text in enumerate(texts, 1)
        )
        self.keeper.take(ContactChanged(mine), HistoryRead(mine.id, messages))

    def says(self, name: str, text: str) -> None:
        """The visitor of one of Maria's chats writes."""
        chat = self.keeper.desk.chats[ContactId(name)]
        longer = with_last(chat.contact, chat.contact.last_seq + 1)
        self.keeper.take(ContactChanged(longer), MessageAppended(message(longer, longer.last_seq, text)))

    def replies(self, name: str, text: str) -> None:
        """Maria's answer is stored."""
        chat = self.keeper.desk.chats[ContactId(name)]
        longer = with_last(chat.contact, chat.contact.last_seq + 1)
        stored = message(longer, longer.last_seq, text, Sender.AGENT)
        self.keeper.take(ContactChanged(longer), MessageAppended(stored))


def console(desk: StillDesk, examine: Examine | None = None) -> ConsoleApp:
    """The application on this desk."""

    def owed(alert: TerminalAlert) -> str:
        return ""

    app = ConsoleApp(desk, owed, examine)
    desk.wake = app.wake
    return app
