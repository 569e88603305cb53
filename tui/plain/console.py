"""The plain console: reads lines, says lines. The same desk, port and commands as the screens have."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence

from tui.desk.contact import ContactId
from tui.desk.events import InputSeen
from tui.desk.focus import ConsoleFocus
from tui.link.commands import Accept, MarkRead
from tui.link.port import DeskPort
from tui.plain.addressee import Addressee
from tui.plain.deeds import Deeds
from tui.plain.news import News, greeting
from tui.plain.questions import Questions
from tui.plain.reading import Reading
from tui.plain.sending import Sending
from tui.plain.words import chat_name

KEPT = 200
"""Lines kept for ``again``."""
AT_ONCE = 0.03
"""Seconds within which a line follows another only if both came in one go, as from a paste."""
HELD_KEY = 1.0
"""Seconds between two Ctrl+C, or ends of input, below which they are one key held down."""


class Left(BaseException):
    """Whatever is being read or written is given up: the console ends."""


class PlainConsole:
    """One agent at one terminal. Not bound to any: lines come in by ``typed`` and go out by ``write``."""

    def __init__(
        self,
        port: DeskPort,
        write: Callable[[str], None],
        *,
        too_soon: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``too_soon`` as in ``Questions``; ``clock`` is steady, in seconds."""
        self.port = port
        self._write, self._clock = write, clock
        self.view = port.view()
        self.news = News(self.view)
        self.addressee = Addressee(port)
        self.questions = Questions(self.say, clock, too_soon)
        self._said: list[str] = []
        self._block = 0
        """How many of the lines said last belong together."""
        self._sending = Sending(self)
        self._deeds = Deeds(self)
        self._reading = Reading(self, self._sending, self._deeds)
        self._held: list[tuple[str, ...]] = []
        """What was typed while a contact that was asked for had not come."""
        self._marked: dict[ContactId, int] = {}
        self._summons = self.view.summons.number if self.view.summons else 0
        self._urged_at = float("-inf")
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
        """Greet, and say which chat is the current one."""
        told = [*self.addressee.follow(self.view, self._clock(), begun=False)]
        current = self.current()
        if current is not None and not told:
            told = [f"Current: chat {chat_name(self.view.desk.chats[current])}"]
        self.say(*greeting(self.view), *told)

    # what happens

    def look(self, *, begun: bool = True) -> None:
        """There may be a new view: say what is new. ``begun``: the agent may have typed half a line."""
        view = self.port.view()
        if view is not self.view:
            self.view = view
            turned = [*self.addressee.follow(view, self._clock(), begun=begun)]
            self.say(*self.news.of(view, self.current()), *turned)
            self._heed_summons()
            self._mark_read()
        now = time.time()
        self.say(*self.news.absences(now), *self.news.last_calls(now))
        self._release()

    def beat(self) -> None:
        """Say that this loop moves."""
        self.port.beat()

    def typed(self, line: str) -> None:
        """The agent typed this line."""
        self._came((line,))

    def typed_at_once(self, lines: Sequence[str]) -> None:
        """So many lines came at a terminal at once, as from a paste: one message, if that is meant."""
        meant = [line for line in lines if line.strip()]
        self._came(tuple(lines) if len(meant) > 1 else tuple(meant or ("",)))

    def _came(self, lines: tuple[str, ...]) -> None:
        self.port.tell(InputSeen())
        if self._held or self.addressee.awaited(self._clock()):
            self._held.append(lines)  # words for the new visitor must not go to the one before
        else:
            self._take(lines)

    def _take(self, lines: Sequence[str], why: str = "came at once") -> None:
        if len(lines) == 1:
            self._reading.take(lines[0])
            return
        self.questions.lapse()
        count = sum(bool(line.strip()) for line in lines)
        self._reading.together("\n".join(lines).strip("\n"), f"{count} lines {why}.")

    def urged_to_leave(self, *, input_over: bool = False) -> None:
        """Ctrl+C, or the end of input at a terminal: asks, the latter only while chats are open. A second
        press answers; a key that is held down does not."""
        now = self._clock()
        held, self._urged_at = now - self._urged_at < HELD_KEY, now
        if held:
            return
        standing = self.questions.standing
        if standing is not None and standing.leave:
            self.leaving = True
        else:
            self._deeds.partings.quit(always_ask=not input_over)

    def no_more_input(self) -> None:
        """Nobody can answer any more."""
        self.questions.lapse()
        if still_open := self._deeds.partings.open_words():
            self.say(still_open)

    @property
    def busy(self) -> bool:
        """Whether something typed is not done yet."""
        outgoing = any(
            out for chat in self.view.desk.chats.values() for out in chat.outgoing if not out.stuck
        )
        return bool(self._held) or self.addressee.awaited(self._clock()) or outgoing

    def _release(self) -> None:
        """Go on with what was typed while a contact was waited for; it came, or it did not."""
        if self.addressee.awaited(self._clock()):
            return
        self.addressee.gives_up()
        held, self._held = self._held, []
        if len(held) > 1 and self.addressee.doubt:
            self._take([line for lines in held for line in lines], "were typed for who was to come")
            return
        while held and not self.addressee.awaited(self._clock()):
            self._take(held.pop(0))
        self._held = held

    # what deeds need

    def send(self, text: str) -> None:
        """To the visitor of the current chat."""
        self._sending.send(text)

    def current(self) -> ContactId | None:
        """The chat that words go to."""
        id = self.addressee.id
        return id if id in self.view.desk.chats else None

    def accept(self, contact: ContactId | None) -> None:
        """Ask for a contact, and let what is typed wait for it."""
        wish = uuid.uuid4().hex
        self.port.send(Accept(contact, wish))
        self.addressee.accepts(self.view, self._clock(), wish)

    def parts(self, id: ContactId, how: str) -> None:
        """The agent parts from this chat: it is said how when it is gone."""
        self.news.parting[id] = how
        self.addressee.parts(id, self._clock())

    # what goes on by itself

    def _heed_summons(self) -> None:
        """A popup was clicked: that contact."""
        summons = self.view.summons
        if summons is None or summons.number == self._summons:
            return
        self._summons = summons.number
        if summons.contact is not None and summons.contact in self.view.desk.chats:
            self.say(*self.addressee.summoned(self.view, summons.contact))

    def _mark_read(self) -> None:
        """What was read out in the current chat while they sit here is read."""
        id = self.current()
        if id is None or self.view.focus.state is not ConsoleFocus.FOCUSED:
            return
        chat = self.view.desk.chats[id]
        if chat.unread and self._marked.get(id, 0) < chat.last_seq:
            self._marked[id] = chat.last_seq
            self.port.send(MarkRead(id, chat.last_seq))
