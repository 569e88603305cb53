"""The plain console: reads lines, says lines. The same desk, port and commands as the screens have."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from tui.desk.contact import ContactId, MessageId
from tui.desk.events import ChatShown, InputSeen
from tui.desk.focus import ConsoleFocus
from tui.link.commands import Accept, MarkRead, Send
from tui.link.port import DeskPort
from tui.plain.answers import expanded
from tui.plain.deeds import Deeds
from tui.plain.news import News, greeting
from tui.plain.table import meaning
from tui.plain.words import one_line
from tui.text import NotAdmitted, admit
from tui.typed.slash import Order, Refusal, Words, WrongArgument

ACCEPT_WITHIN = 2.0
"""Seconds in which a contact that was asked for must come; what is typed meanwhile waits for it."""
KEPT = 200
"""Lines kept for ``again``."""


class PlainConsole:
    """One agent at one terminal. Not bound to any: lines come in by ``typed`` and go out by ``write``."""

    def __init__(self, port: DeskPort, write: Callable[[str], None]) -> None:
        self.port = port
        self._write = write
        self.view = port.view()
        self.news = News(self.view)
        self._said: list[str] = []
        self._block = 0
        """How many of the lines said last belong together."""
        self._deeds = Deeds(self)
        self._held: list[str] = []
        self._accepting_until = 0.0
        self._before_accept: frozenset[ContactId] = frozenset()
        """The chats there were when a contact was last asked for."""
        self._marked: dict[ContactId, int] = {}
        self._summons = self.view.summons.number if self.view.summons else 0
        self.leaving = False

    # what is said

    def say(self, *lines: str) -> None:
        """Say these lines; they belong together."""
        if not lines:
            return
        for line in lines:
            self._write(line)
        self._said = [*self._said, *lines][-KEPT:]
        self._block = len(lines)

    def repeat(self, count: int | None) -> None:
        """Say the last lines once more: those that belonged together, or so many."""
        for line in self._said[-(count or self._block) :] if self._said else ["Nothing was said yet."]:
            self._write(line)

    def begin(self) -> None:
        """Greet."""
        self.say(*greeting(self.view))
        self._keep_current()

    # what happens

    def look(self) -> None:
        """There may be a new view: say what is new."""
        view = self.port.view()
        if view is not self.view:
            self.view = view
            self.say(*self.news.of(view))
            self._keep_current()
            self._heed_summons()
            self._mark_read()
        self.say(*self.news.last_calls(time.time()))
        self._release()

    def beat(self) -> None:
        """Say that this loop moves."""
        self.port.beat()

    def typed(self, line: str) -> None:
        """The agent typed this line."""
        self.port.tell(InputSeen())
        if self._held or time.monotonic() < self._accepting_until:
            self._held.append(line)  # words for the new visitor must not go to the one before
        else:
            self._do(line)

    @property
    def busy(self) -> bool:
        """Whether something typed is not done yet."""
        outgoing = any(
            out for chat in self.view.desk.chats.values() for out in chat.outgoing if not out.stuck
        )
        return bool(self._held) or time.monotonic() < self._accepting_until or outgoing

    def _release(self) -> None:
        """Go on with what was typed while a contact was waited for."""
        while self._held and time.monotonic() >= self._accepting_until:
            self._do(self._held.pop(0))

    def _do(self, line: str) -> None:
        if not line.strip():
            return
        match meaning(line):
            case Words(text):
                self.send(text)
            case Order(id, argument):
                try:
                    self._deeds.do(id, argument)
                except WrongArgument as wrong:
                    self.say(wrong.reason)
            case Refusal(reason):
                self.say(reason)

    # what deeds need

    def send(self, text: str) -> None:
        """To the visitor of the current chat."""
        id = self.current()
        if id is None:
            self.say("Not sent: no chat is open. accept takes the longest waiting.")
            return
        chat = self.view.desk.chats[id]
        if chat.ended:
            self.say("Not sent: this chat is over. end puts it away.")
            return
        written_out = expanded(self.view, id, text)
        try:
            admitted = admit(written_out)
        except NotAdmitted as why:
            self.say(f"Not sent: {why}")
            return
        self.port.send(Send(id, MessageId(uuid.uuid4().hex), admitted))
        if written_out != text:
            self.say(f"me: {one_line(written_out)}")

    def current(self) -> ContactId | None:
        """The chat that words go to."""
        current = self.view.desk.current
        return current if current in self.view.desk.chats else None

    def accept(self, contact: ContactId | None) -> None:
        """Ask for a contact, and let what is typed wait for it."""
        self.port.send(Accept(contact))
        if self.view.desk.pending:
            self._before_accept = frozenset(self.view.desk.chats)
            self._accepting_until = time.monotonic() + ACCEPT_WITHIN

    # what goes on by itself

    def _keep_current(self) -> None:
        """Some chat is the current one while there are any; a new one ends the waiting for it."""
        chats = self.view.desk.chats
        if self._accepting_until and self.view.desk.current in chats.keys() - self._before_accept:
            self._accepting_until = 0.0
        if chats and self.current() is None:
            self.port.tell(ChatShown(list(chats)[-1]))

    def _heed_summons(self) -> None:
        """A popup was clicked: that contact."""
        summons = self.view.summons
        if summons is None or summons.number == self._summons:
            return
        self._summons = summons.number
        if summons.contact in self.view.desk.chats:
            self.port.tell(ChatShown(summons.contact))

    def _mark_read(self) -> None:
        """What was read out in the current chat while he sits here is read."""
        id = self.current()
        if id is None or self.view.focus.state is not ConsoleFocus.FOCUSED:
            return
        chat = self.view.desk.chats[id]
        if chat.unread and self._marked.get(id, 0) < chat.last_seq:
            self._marked[id] = chat.last_seq
            self.port.send(MarkRead(id, chat.last_seq))
