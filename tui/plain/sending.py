"""Words for a visitor in plain mode: to whom they go is said each time, and asked where it is not certain."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from tui.alerts.reasons import away_words
from tui.desk.contact import ContactId, MessageId
from tui.desk.letter import why_unanswerable
from tui.link.commands import Send
from tui.plain.addressee import named
from tui.plain.answers import expanded
from tui.plain.questions import yes_or_no
from tui.plain.words import excerpt, one_line
from tui.text import NotAdmitted, RemoteText, admit, clean_line

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole


class Sending:
    """Sends what the agent writes, or says why not."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console

    def send(self, text: str) -> None:
        """To the visitor of the current chat; asks first where the agent may have another in mind."""
        if self._console.addressee.doubt:
            self.ask(text)
        elif (id := self._open_chat()) is not None:
            self._send_to(id, text)

    def ask(self, text: str, why: str = "", what: str = "this") -> None:
        """Send this only if the agent says so; ``why`` it is asked, where no doubt says it already, and
        ``what`` it is."""
        console = self._console
        id = self._open_chat()
        if id is None or self._written(id, text) is None:
            return
        nick = named(console.view.desk.chats[id], console.view)
        because = " ".join(filter(None, (why, console.addressee.doubt)))
        console.questions.ask(
            yes_or_no(
                f"{because} Send {what} to {nick}? {excerpt(text)}:".lstrip(),
                lambda: self._confirmed(id, text),
                f"Not sent: {excerpt(text)}",
            )
        )

    def _confirmed(self, id: ContactId, text: str) -> None:
        """It was asked about this visitor, and goes to no other."""
        console = self._console
        if id not in console.view.desk.chats:
            console.say(f"Not sent, the chat is no longer yours: {excerpt(text)}")
            return
        if console.current() == id:
            console.addressee.choose(id)
        self._send_to(id, text)

    def _open_chat(self) -> ContactId | None:
        """The current chat if words can go there; says why not."""
        console = self._console
        id = console.current()
        if id is None:
            console.say("Not sent: no chat is open. /accept takes the longest waiting.")
            return None
        if console.view.desk.chats[id].ended:
            console.say("Not sent: this chat is over. /end puts it away.")
            return None
        return id

    def _written(self, id: ContactId, text: str) -> RemoteText | None:
        """The text with abbreviations written out, as it can be stored; says why not, also when nobody
        would read it."""
        if unanswerable := why_unanswerable(self._console.view.desk.chats[id].contact):
            self._console.say(f"Not sent: {unanswerable}.")
            return None
        try:
            return admit(expanded(self._console.view, id, text))
        except NotAdmitted as why:
            self._console.say(f"Not sent: {why}")
            return None

    def _send_to(self, id: ContactId, text: str) -> None:
        console = self._console
        chat = console.view.desk.chats[id]
        if chat.ended:
            console.say(f"Not sent: {clean_line(chat.contact.nick)}'s chat is over.")
            return
        written = self._written(id, text)
        if written is not None:
            console.port.send(Send(id, MessageId(uuid.uuid4().hex), written))
            console.say(f"to {named(chat, console.view)}: {one_line(written)}")
            away = away_words(chat.contact, time.time())
            if away:
                console.say(f"{clean_line(chat.contact.nick)} {away}: this is read on return")
