"""Parting from visitors and from the console in plain mode: asked first while somebody would be left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.desk.contact import ContactId
from tui.desk.state import open_chats
from tui.link.commands import End, GiveBack
from tui.plain import words
from tui.plain.addressee import named
from tui.plain.questions import YES, Question, yes_or_no
from tui.plain.wrap_up import WrapUps
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole


class Partings:
    """Ends chats, gives them back, leaves."""

    def __init__(self, console: PlainConsole, wrap_ups: WrapUps) -> None:
        self._console, self._wrap_ups = console, wrap_ups

    def end(self, id: ContactId) -> None:
        """End this chat, or put it away if it is over."""
        contact = self._console.view.desk.chats[id].contact

        def end() -> None:
            self._console.parts(id, "ended")
            self._console.port.send(End(id))
            self._wrap_ups.ended(contact)

        self._ask_first(id, f"End the chat with {self._nick(id)}?", end, "Not ended.")

    def give_back(self, id: ContactId) -> None:
        """Have the visitor of this chat wait again."""

        def give_back() -> None:
            self._console.parts(id, "given back")
            self._console.port.send(GiveBack(id))

        self._ask_first(id, f"Give {self._nick(id)} back to the queue?", give_back, "Not given back.")

    def _ask_first(self, id: ContactId, text: str, deed: Callable[[], None], undone: str) -> None:
        """Part from a visitor only if the agent says so, while the visitor is still there."""
        console = self._console
        chat = console.view.desk.chats[id]
        if chat.ended or chat.contact.offline:
            deed()
            return

        def go_on() -> None:
            if id not in console.view.desk.chats:
                raise WrongArgument(f"{undone} The chat is no longer yours.")
            deed()

        console.questions.ask(yes_or_no(text, said(console, go_on), undone))

    def open_words(self) -> str:
        """How many chats are open, and that they stay; empty when none is."""
        chats = open_chats(self._console.view.desk)
        if not chats:
            return ""
        verb, stay = ("is", "It stays") if chats == 1 else ("are", "They stay")
        return f"{words.plural(chats, 'chat')} {verb} open. {stay} yours."

    def quit(self, *, always_ask: bool = False) -> None:
        """Leave; asks while chats are open, or always."""
        still_open = self.open_words()
        if still_open or always_ask:
            answers = dict.fromkeys((*YES, "quit", "/quit"), self._leave)
            why = still_open or "Nothing rings here then."
            text = f"{why} Leave? y or quit leaves, n stays."
            self._console.questions.ask(Question(text, answers, "Not left.", leave=True))
        else:
            self._leave()

    def _leave(self) -> None:
        self._console.leaving = True

    def _nick(self, id: ContactId) -> str:
        return named(self._console.view.desk.chats[id], self._console.view)


def said(console: PlainConsole, deed: Callable[[], None]) -> Callable[[], None]:
    """The deed as an answer carries it out: what is wrong with it is said."""

    def answer() -> None:
        try:
            deed()
        except WrongArgument as wrong:
            console.say(wrong.reason)

    return answer
