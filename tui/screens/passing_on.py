"""Passing on, declining and pausing from the main screen: dialogs, or what was typed behind the command."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from textual.screen import Screen

from tui.desk.contact import NOBODY, Contact, ContactId
from tui.desk.events import PauseSet
from tui.desk.state import queue
from tui.link.commands import Decline, Transfer
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.overlay import Dialog
from tui.screens.reason_screen import ReasonScreen
from tui.screens.targets import meant, targets
from tui.screens.transfer_screen import TransferScreen
from tui.text import NotAdmitted, RemoteText, admit, clean_line
from tui.typed.slash import WrongArgument

T = TypeVar("T")

NOTE_LIMIT = 1_000
"""Characters of a note or a reason."""

READY_WORDS = ("off", "ready")
"""Typed behind /pause, they end it."""


class PassingOn:
    """What the main screen does about colleagues. Each takes what was typed behind the command, or asks."""

    def __init__(self, screen: Screen[None], port: DeskPort, part: Callable[[Transfer], None]) -> None:
        """``part`` carries a transfer out, having asked about words not sent."""
        self._screen = screen
        self._port = port
        self._part = part

    def transfer(self, id: ContactId, typed: str) -> None:
        """Pass on the contact of a chat: to whom, and with what note."""
        view = self._port.view()
        chat = view.desk.chats.get(id)
        if chat is None or chat.ended:
            raise WrongArgument("This chat has ended; it cannot be passed on.")
        if typed:
            target, note = meant(targets(view, time.time()), typed)
            self._part(Transfer(id, target.agent, target.group, _admitted(note)))
        else:
            self._ask(TransferScreen(chat.contact, self._port.view), self._part)

    def decline(self, cursor: ContactId | None, typed: str) -> None:
        """Say no to what is addressed to me alone: why; then it goes back."""
        contact = to_decline(self._port.view(), cursor)

        def answered(reason: str) -> None:
            self._port.send(Decline(contact.id, _admitted(reason)))

        if typed:
            answered(typed)
            return
        nick, back = clean_line(contact.nick), clean_line(contact.transferred_by)
        if not back or contact.transferred_by == contact.addressed_to:
            state = f"{nick} then waits for everybody."
        else:
            state = f"{nick} goes back to {back}, who is told why."
        reasons = self._port.view().settings.agent.decline_reasons
        self._ask(ReasonScreen(f"Decline {nick}", state, reasons, "Decline, no reason"), answered)

    def pause(self, typed: str) -> None:
        """Pause, or be ready again."""
        if typed:
            ready = typed.casefold() in READY_WORDS
            self._port.tell(PauseSet(False) if ready else PauseSet(True, str(_admitted(typed))))
        else:
            self._port.tell(PauseSet(not self._port.view().desk.paused))

    def pause_because(self) -> None:
        """Pause for a reason; when paused already, that is the reason from now on."""
        state = "No pending contact rings or pops up for you until you are ready again; your chats still do."
        reasons = self._port.view().settings.agent.pause_reasons
        dialog = ReasonScreen("Pause", state, reasons, "Pause, no reason")
        self._ask(dialog, lambda why: self._port.tell(PauseSet(True, str(_admitted(why)))))

    def _ask(self, dialog: Dialog[T | None], deed: Callable[[T], None]) -> None:
        """Open a dialog; without an answer nothing is done."""

        def answered(answer: T | None) -> None:
            if answer is not None:
                deed(answer)

        self._screen.app.clear_notifications()
        self._screen.app.push_screen(dialog, answered)


def to_decline(view: View, cursor: ContactId | None) -> Contact:
    """The contact that "decline" is about: the one under the cursor, or the only one addressed to the agent
    alone. Raises WrongArgument when there is none, or more than one."""
    under = view.desk.pending.get(cursor) if cursor is not None else None
    if under is not None and under.addressed_to != NOBODY:
        return under
    mine = [contact for contact in queue(view.desk) if contact.addressed_to != NOBODY]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise WrongArgument("Several are addressed to you alone: put the queue's cursor on one of them.")
    if under is not None and under.addressed_group:
        nick, group = clean_line(under.nick), clean_line(under.addressed_group)
        raise WrongArgument(f"{nick} is for the group {group}: one of it cannot decline for all.")
    raise WrongArgument("Nobody who waits is addressed to you alone; only such a contact can be declined.")


def _admitted(text: str) -> RemoteText:
    """What may be stored of what was typed. Raises WrongArgument when it is too long."""
    try:
        return admit(text.strip(), NOTE_LIMIT, what="it", blank_allowed=True)
    except NotAdmitted as error:
        raise WrongArgument(f"{error}.".capitalize()) from error
