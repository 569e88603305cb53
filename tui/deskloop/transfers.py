"""Watches contacts on their way between two agents: tells what became of them, and pauses who missed one.

Where a contact goes is in ``tui.desk.lifecycle``; here only what follows from it for this console's agent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from tui.alerts.plan import Decision
from tui.desk.contact import Contact, Returned, Status
from tui.desk.events import ContactChanged, Event, PauseSet, Snapshot
from tui.deskloop.keeper import Keeper, Moment
from tui.link.view import Severity
from tui.text import clean_line


class TransferWatch:
    """An observer of the keeper's. What it takes in itself, it takes in ``later``."""

    def __init__(self, keeper: Keeper, later: Callable[[Callable[[], None]], object]) -> None:
        self._keeper = keeper
        self._later = later

    def observe(self, event: Event, was: Moment, now: Moment, decisions: tuple[Decision, ...]) -> None:
        """Look at what an event has changed."""
        match event:
            case ContactChanged(contact):
                changed: Iterable[Contact] = (contact,)
            case Snapshot(contacts):
                changed = contacts
            case _:
                return
        for contact in changed:
            if contact.id in was.desk.passed and contact.id not in now.desk.passed:
                self._later(partial(self._tell, was.desk.passed[contact.id], contact))
            if _missed(contact, was.desk.pending.get(contact.id), now):
                self._later(partial(self._pause, contact))

    def _tell(self, before: Contact, after: Contact) -> None:
        nick = after.nick
        to = before.addressed_to or f"the group {before.addressed_group}"
        if after.status is Status.ASSIGNED:
            self._keeper.tell("Passed on", f"{after.agent} has accepted {nick}.")
        elif after.status is Status.ENDED:
            self._keeper.tell("Passed on", f"{nick} has gone before anybody accepted.")
        elif after.returned is Returned.DECLINED:
            why = f": {after.return_reason}" if after.return_reason else ""
            self._keeper.tell("Declined", f"{to} declined {nick}{why}.", Severity.WARNING)
        else:
            said = f"{to} did not accept {nick} in time: waits for {'you' if after.addressed_to else 'all'}."
            self._keeper.tell("Not accepted", said, Severity.WARNING)

    def _pause(self, contact: Contact) -> None:
        """Pause the agent who let a contact of his own wait; but never the last one who is there: then
        it would ring for nobody."""
        keeper = self._keeper
        others = any(not colleague.paused for colleague in keeper.colleagues)
        if keeper.settings.agent.pause_when_missed and not keeper.desk.paused and others:
            nick = clean_line(contact.nick)
            keeper.take(PauseSet(True, f"{nick} was not accepted in time", auto=True))


def _missed(after: Contact, before: Contact | None, now: Moment) -> bool:
    """Whether the time of a contact addressed to this agent alone has just run out."""
    me = now.desk.me
    mine = before is not None and before.addressed_to == me and before.version < after.version
    return mine and after.returned is Returned.EXPIRED and after.returned_by == me
