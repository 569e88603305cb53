"""To whom the agent's words go in plain mode: the chat that *they* have chosen, not the one in front.

The current chat changes without the agent too: a colleague takes it over, another console of theirs ends it,
a popup is clicked. Whoever is current then was not in mind when the line was begun. So such a change leaves a
doubt, and while there is one nothing is written to anybody before the agent has said so.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.desk.contact import ContactId
from tui.desk.events import ChatShown
from tui.desk.state import Chat
from tui.link.port import DeskPort
from tui.link.view import View
from tui.plain import words
from tui.text import clean_line

ACCEPT_WITHIN = 2.0
"""Seconds in which a contact that was asked for must come; what is typed meanwhile waits for it."""
PARTED_WITHIN = 5.0
"""Seconds in which a chat that the agent parts from goes; what goes later goes by somebody else."""
NOBODY_CAME = "Nobody has come since you accepted."
TURNED = "The current chat has changed."
NONE_BEFORE = "No chat was open when you began."


class Addressee:
    """The chat that words go to, and whether that is certain. Times are of one steady clock, in seconds."""

    def __init__(self, port: DeskPort) -> None:
        self._port = port
        self.id: ContactId | None = None
        self.doubt = ""
        """Why the agent may have somebody else in mind, as a sentence; empty when they cannot."""
        self._nick = ""
        self._choices = 0
        self._front: ContactId | None = None
        """The chat that the desk had in front when it was last looked at."""
        self._parted: dict[ContactId, float] = {}
        self._accepting_until = float("-inf")
        self._before_accept: frozenset[ContactId] = frozenset()
        self._wish = ""

    def choose(self, id: ContactId) -> None:
        """The agent has chosen this chat, or said that words may go there."""
        self.doubt = ""
        self._show(id)

    def parts(self, id: ContactId, now: float) -> None:
        """The agent parts from this chat: that it goes will be no surprise."""
        self._parted[id] = now

    def accepts(self, view: View, now: float, wish: str) -> None:
        """The agent has asked for a contact by this wish: the next line is for that visitor."""
        if view.desk.pending:
            self._wish = wish
            self._before_accept = frozenset(view.desk.chats)
            self._accepting_until = now + ACCEPT_WITHIN

    def awaited(self, now: float) -> bool:
        """Whether a contact that was asked for may still come."""
        return now < self._accepting_until

    @property
    def awaits(self) -> bool:
        """Whether it has neither come nor been given up."""
        return self._accepting_until > float("-inf")

    def gives_up(self) -> None:
        """It has not come: what was typed for it is not for anybody else."""
        if self.awaits:
            self._accepting_until, self.doubt = float("-inf"), NOBODY_CAME

    def summoned(self, view: View, id: ContactId) -> Iterator[str]:
        """A popup was clicked: the chat it told of. Words that were begun before are not for it."""
        if id != self.id:
            self.doubt = TURNED if self.id is not None else ""
            self._show(id)
            yield f"Current: chat {words.chat_name(view.desk.chats[id])}"

    def follow(self, view: View, now: float, *, begun: bool) -> Iterator[str]:
        """Take in a new view; says who is current if that changed. ``begun``: a line may be half typed."""
        chats, front = view.desk.chats, view.desk.current
        ours = view.desk.shown < self._choices  # the desk has not heard our own choice yet
        turned = not ours and front != self._front and front in chats and front != self.id
        before = self.id
        if not ours:
            self._front = front
        if turned and front is not None:
            self._turn(view, front, begun)
        elif self.id is not None and self.id not in chats:
            by_the_agent = now - self._parted.pop(self.id, float("-inf")) < PARTED_WITHIN
            if begun or not by_the_agent:
                self.doubt = f"{clean_line(self._nick)}'s chat has gone."
            self._fall_back(view)
        elif self.id is None and chats:
            self.doubt = self.doubt or (NONE_BEFORE if begun else "")
            self._fall_back(view)
        chat = chats.get(self.id) if self.id is not None else None
        if chat is not None:
            self._nick = chat.contact.nick
            if self.id != before and (before is not None or len(chats) > 1 or self.doubt):
                yield f"Current: chat {words.chat_name(chat)}"

    def turned_since(self, id: ContactId | None) -> None:
        """What is to be written was begun when this chat was the current one."""
        if id != self.id and not self.doubt:
            self.doubt = TURNED

    def _turn(self, view: View, front: ContactId, begun: bool) -> None:
        """Another chat has come to the front: the one that was asked for, or one that was not, as when its
        popup was clicked meanwhile."""
        otherwise = any(one.contact == front and one.wish != self._wish for one in view.accept_answers)
        if self.awaits and front not in self._before_accept and not otherwise:
            self._accepting_until, self.doubt = float("-inf"), ""
        elif self.id is not None or self.awaits:
            self.doubt = TURNED
        elif begun:
            self.doubt = NONE_BEFORE
        self.id = front

    def _fall_back(self, view: View) -> None:
        """Some chat is the current one while there are any."""
        chats, front = view.desk.chats, view.desk.current
        if not chats:
            self.id = None
        elif front in chats:
            self.id = front
        else:
            self._show(list(chats)[-1])

    def _show(self, id: ContactId) -> None:
        self.id = id
        self._choices += 1
        self._port.tell(ChatShown(id, number=self._choices))


def named(chat: Chat, view: View) -> str:
    """Whose chat it is, with its number where there are several: two visitors may have one name."""
    nick = clean_line(chat.contact.nick)
    return f"{nick}, chat {chat.number}" if len(view.desk.chats) > 1 else str(nick)
