"""Words and their visitor: what is typed for somebody who is being accepted, or whose chat has gone.

They go to the visitor they were written for, or stay where they can be seen, with the reason; never to
another. Which visitor a key is for is decided here and in ``Accepting``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.alerts.limit import refusal
from tui.desk.contact import Contact, ContactId, Status
from tui.desk.state import longest_waiting
from tui.link.commands import Accept
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.accepting import Accepting, Arrived, Typed
from tui.screens.choose import Choice, ChooseScreen, ask
from tui.screens.pane import ChatPane
from tui.text import clean_line
from tui.widgets.kept_words import Kept, KeptWords
from tui.widgets.late_keys import keys_waiting, words_of

if TYPE_CHECKING:
    from tui.screens.desk_screen import DeskScreen

SHOWN_AFTER = 0.3
"""Seconds after a wish from which it is said that somebody is being accepted: mostly they are here sooner."""
OWN_FOR = 60.0
"""Seconds after the agent's wish to part from a chat in which its going is their own doing."""


class DraftDeeds:
    """What the main screen does with words whose visitor is not here yet, or any more."""

    def __init__(self, screen: DeskScreen, port: DeskPort) -> None:
        self._screen = screen
        self._port = port
        self.kept = KeptWords(self.leave_kept, self.what_now)
        self.accepting = Accepting(self.kept, screen.command_of)
        self._parting: dict[ContactId, float] = {}
        """When the agent wished to part from a chat, by the steady clock."""

    # accepting

    def accept(self, view: View, id: ContactId | None) -> None:
        """Ask for a contact. What is typed from now on is for them."""
        wanted = longest_waiting(view.desk) if id is None else view.desk.pending.get(id)
        refused = refusal(view.settings, view.desk, wanted)
        named = wanted if id is not None else None
        wish = self.accepting.begin(view, named, refused=refused)
        if refused:
            self._screen.say(refused)
            self._screen.app.call_later(self._screen.draw_again)
        else:
            self._port.send(Accept(id, wish))
        self._listen()

    def accepted_elsewhere(self, view: View, id: ContactId, wish: str) -> None:
        """A popup's button was pressed: that contact is being accepted, and is who is written to next."""
        contact = view.desk.pending.get(id)
        self.accepting.begin(view, contact, id=wish)
        self._listen()

    def _listen(self) -> None:
        self._screen.set_focus(None)
        self._screen.set_timer(SHOWN_AFTER, self.accepting.show)

    def holds(self, event: Typed) -> bool:
        """Whether a key is for who is being accepted: then it is kept for them."""
        if not self.accepting.holds(event):
            return False
        if self.kept.display:
            self.accepting.show()
        return True

    def stop_listening(self) -> None:
        """The agent does not wait for who is being accepted; what was typed for them stays theirs."""
        if self.accepting.listens:
            self.accepting.leave()

    def typed_behind(self, late: list[Typed]) -> None:
        """What was typed behind a command that has taken the keyboard elsewhere: it is for there."""
        if self.accepting.listens:
            self.accepting.hold(late)
            return
        self._screen.app.call_later(self._screen.give_again, late)

    async def settle(self, view: View) -> None:
        """Give those who are here what was typed for them."""
        for arrived in self.accepting.settle(view):
            pane = self._screen.row.panes.get(arrived.contact)
            if pane is not None:
                await self._deliver(pane, arrived)
        self._bring_back(view)

    async def _deliver(self, pane: ChatPane, arrived: Arrived) -> None:
        if arrived.keyboard:
            self._screen.show_chat(arrived.contact)
            await self._screen.give_again(arrived.typed)
            return
        *sent, begun = arrived.lines
        if arrived.note and begun.strip():
            pane.composer.note = True
        for line in sent:
            if line.strip():
                pane.composer.send_words(line)
        if begun.strip():
            pane.composer.write(begun)
            self._screen.say(f"What you began to write to {pane.nick} is in their chat, not sent.")

    # chats that go

    def parts(self, id: ContactId) -> None:
        """The agent wishes to part from a chat."""
        self._parting[id] = time.monotonic()

    def gone(self, pane: ChatPane, view: View) -> bool:
        """A chat has gone. What was written there is kept; whether the keyboard is with it now.

        Where the agent did not do it themselves, the keyboard does not go on to the next chat: who writes has
        not seen it yet."""
        id, had = pane.contact, pane.has_focus_within
        own = time.monotonic() < self._parting.pop(id, float("-inf")) + OWN_FOR
        written = pane.composer.draft + words_of(keys_waiting(pane.composer))
        note = pane.composer.note
        kept = Kept(pane.nick, why_gone(view, id), written, id, note)
        if not written.strip() and (own or not had):
            return False
        self.kept.keep(kept, keyboard=had and not self.accepting.listens)
        return had

    def _bring_back(self, view: View) -> None:
        """Words of a visitor whose chat is here again go back into it."""
        here = self.kept.is_here
        for kept in self.kept.kept:
            pane = self._screen.row.panes.get(kept.contact) if kept.contact is not None else None
            if pane is None or kept.contact is None or view.desk.chats[kept.contact].ended:
                continue
            was_shown = self.kept.shown is kept
            self.kept.take_back(kept.contact)
            pane.composer.note = kept.note
            pane.composer.write(kept.text)
            if here and was_shown:
                self._screen.show_chat(kept.contact)

    def write(self, id: ContactId, text: str) -> None:
        """Put words into the draft of a chat, wherever that is now."""
        pane = self._screen.row.panes.get(id)
        if pane is not None:
            pane.composer.write(text)
        elif not self.kept.add(id, text):
            self.kept.keep(Kept("", "this chat is not among yours any more.", text, id), keyboard=True)

    # what is kept

    def leave_kept(self) -> None:
        """Go from the kept words to the open chat, or to the queue; those with something in them stay."""
        self.kept.leave()
        self._screen.enter_current()

    def what_now(self) -> None:
        """Ask what to do with the words that are shown."""
        shown = self.kept.shown
        if shown is None:
            return
        open_chat = self._screen.open_chat()
        choices = [Choice("copy", "Copy", "if the terminal can")]
        if open_chat is not None:
            nick = open_chat.nick
            choices.append(Choice("use", f"Put into the chat with {nick}", "to be sent there by you"))
        choices.append(Choice("away", "Throw away", "they are gone then"))
        if len(self.kept.kept) > 1:
            choices.append(Choice("next", "Show the next that are kept"))
        whom = f" for {shown.whom}" if shown.whom else ""
        title = f"Words not sent{whom}"
        ask(self._screen.app, ChooseScreen(title, choices, placeholder="choose"), self._do)

    def _do(self, what: str) -> None:
        shown = self.kept.shown
        if shown is None:
            return
        if what == "copy":
            self._screen.app.copy_to_clipboard(shown.text)
            self._screen.say("Copied, if the terminal allows it.")
        elif what == "next":
            self.kept.show_next()
        elif what == "away":
            self.kept.throw_away()
        elif what == "use":
            self._use(shown)
        if self.kept.shown is None:
            self._screen.enter_current()

    def _use(self, shown: Kept) -> None:
        pane = self._screen.open_chat()
        if pane is None:
            self._screen.say("No chat is open.")
            return
        self.kept.throw_away()
        if shown.note:
            pane.composer.note = True
        pane.composer.write(shown.text)
        self._screen.show_chat(pane.contact)


def why_gone(view: View, id: ContactId) -> str:
    """What has become of a chat that the agent does not have any more, in a sentence."""
    contact: Contact | None = view.desk.pending.get(id) or view.desk.parted.get(id)
    if contact is None or (contact.status is Status.ASSIGNED and contact.agent == view.desk.me):
        return "this chat is not among yours any more."
    if contact.status is Status.ASSIGNED:
        return f"{clean_line(contact.agent)} has this chat now."
    if contact.status is Status.ENDED:
        return (
            "this chat has ended, at a console of yours."
            if contact.agent == view.desk.me
            else "it has ended."
        )
    if contact.addressed_to and contact.addressed_to != view.desk.me:
        return f"passed on to {clean_line(contact.addressed_to)}."
    if contact.addressed_group:
        return f"passed on to the group {clean_line(contact.addressed_group)}."
    return "back in the pending queue."
