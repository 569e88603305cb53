"""The agent at the real program: sees its screen, presses its keys, in a tmux of its own.

He takes one contact at a time, and those addressed to him alone on top; the newest is the one he works in.
What he cannot see on the screen (whose chat it is that a key has brought) he is told by the witness.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.parts.terminal import TmuxStage
from tests.shift.journal import Journal
from tests.shift.manner import HAND, LEAVES_BY_HIMSELF, VISITOR_SAYS_NO_MORE
from tests.shift.plan import GROUPS, NOBODY_HOME, TYPIST, Leaves, Plan, Reception, Stage, Then
from tests.shift.witness import Witness
from tui.desk.contact import NOBODY, AgentName, Contact, ContactId, Sender, Status
from tui.desk.state import may_take

COLUMNS, ROWS = 200, 100
"""So large that the whole transcript of a chat is on the screen."""

TOKEN = re.compile(r"c\d{3}-\w+-\w+")
"""What every line said in a shift begins with."""

LISTS = COLUMNS // 4 + 2
"""Columns at the left that belong to the queue and the list of chats."""

TOASTS_GO = 8.0
"""Seconds in which a toast that lies over a chat has gone."""

PASSED = (Then.AGENT, Then.GROUP)

SAID = ("certo", "one moment", "schöne Grüße", "[/x] <b>", "thank you", "100%", "let me look")


EMPTY_FOR = 0.8
"""Seconds for which the composer must have been empty for Ctrl+D to end a chat, and a little more."""
ANSWERED_FROM = 0.6
"""Seconds for which a question must have stood for a letter to answer it, and a little more."""


@dataclass
class Desk:
    """One chat he has."""

    id: ContactId
    stage: Stage
    number: int
    """Which stage it is."""
    written: int = 0
    next_at: float = 0.0
    done_at: float = 0.0


class Typist:
    """Works by keys until told to stop."""

    def __init__(self, plan: Plan, stage: TmuxStage, witness: Witness, journal: Journal) -> None:
        self._plan, self._stage, self._witness, self._journal = plan, stage, witness, journal
        self._rng = random.Random(f"{plan.seed}/{TYPIST}")
        self._chats: list[Desk] = []
        self._lines = 0
        self._given: set[ContactId] = set()

    async def run(self) -> None:
        """Until cancelled, between two deeds."""
        while True:
            await asyncio.sleep(0.1)
            if self._wants_another():
                await self._accept()
            elif self._chats:
                await self._work(self._chats[-1])

    @property
    def idle(self) -> bool:
        """Whether he has nothing open."""
        return not self._chats

    async def _press(self, *keys: str) -> None:
        await asyncio.to_thread(self._stage.keys, *keys)

    async def screen(self) -> str:
        """What he sees."""
        return await asyncio.to_thread(self._stage.screen)

    async def _until(self, true: Callable[[], bool], within: float) -> bool:
        end = time.monotonic() + within
        while not true() and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return true()

    # the queue

    def _first_waiting(self) -> Contact | None:
        groups = GROUPS[TYPIST]
        mine = [c for c in self._witness.open() if may_take(c, AgentName(TYPIST), groups)]
        order = sorted(mine, key=lambda c: (c.addressed_to == NOBODY, c.waiting_since, c.id))
        return order[0] if order else None

    def _wants_another(self) -> bool:
        first = self._first_waiting()
        if first is None:
            return False
        if first.addressed_to == TYPIST:
            return True
        visit = self._plan.visit(first.nick)
        # He leaves to others whom nobody takes, and who is to come back from a colleague.
        shunned = visit is not None and (
            visit.service == NOBODY_HOME
            or visit.stages[0].reception not in (Reception.ACCEPT, Reception.DECLINE)
        )
        return not self._chats and not shunned and time.time() > first.pending_since + 0.3

    def _mine(self) -> set[ContactId]:
        return {c.id for c in self._witness.open() if c.agent == TYPIST and c.status is Status.ASSIGNED}

    async def _accept(self) -> None:
        known = {chat.id for chat in self._chats}
        self._journal.add("accepts", any=True)
        await self._press("F2")
        if not await self._until(lambda: bool(self._mine() - known), 2.0):
            return  # a colleague was quicker
        id = next(iter(self._mine() - known))
        contact = self._witness.contacts[id]
        visit = self._plan.visit(contact.nick)
        messages = self._witness.messages.get(id, [])
        number = sum(f"-{HAND}-" in m.text for m in messages)
        stages = visit.stages if visit is not None else ()
        stage = stages[number] if number < len(stages) else Stage(1)
        self._journal.add("has", c=id, nick=contact.nick)
        self._chats.append(Desk(id, stage, number, next_at=time.time() + 0.4))
        end = time.monotonic() + TOASTS_GO
        while not tokens(await self.screen(), contact.nick[1:4]) and time.monotonic() < end:
            await asyncio.sleep(0.1)  # nobody writes into a chat that he does not see

    # the chat he works in

    async def _work(self, chat: Desk) -> None:
        contact = self._witness.contacts[chat.id]
        now = time.time()
        if contact.status is Status.ENDED:
            await self._put_away(chat)
        elif now < chat.next_at:
            return
        elif chat.written < chat.stage.lines:
            await self._write(chat)
        else:
            chat.done_at = chat.done_at or now
            if self._may_part(chat, contact, now):
                await self._part(chat)

    def _may_part(self, chat: Desk, contact: Contact, now: float) -> bool:
        visit = self._plan.visit(contact.nick)
        if chat.stage.then is not Then.END or visit is None:
            return True
        if visit.leaves in (Leaves.CHAT, Leaves.CLOSES_CHAT):
            return now > chat.done_at + LEAVES_BY_HIMSELF
        said = sum(m.sender is Sender.VISITOR for m in self._witness.messages[chat.id])
        return said > visit.lines or now > max(contact.last_at, chat.done_at) + VISITOR_SAYS_NO_MORE

    async def _write(self, chat: Desk) -> None:
        contact = self._witness.contacts[chat.id]
        visit = self._plan.visit(contact.nick)
        number = visit.number if visit is not None else 999
        self._lines += 1
        said = self._rng.choice(SAID)
        if chat.stage.then in PASSED and chat.written == chat.stage.lines - 1:
            said = f"a colleague will help you, c-{HAND}-{chat.number}"
        text = f"c{number:03}-T1-{self._lines:04} {said}"
        self._journal.add("writes", c=chat.id, text=text)
        await asyncio.to_thread(self._stage.text, text)
        await self._press("Enter")
        chat.written += 1
        chat.next_at = time.time() + self._rng.uniform(0.3, 1.2) * (visit.pace if visit is not None else 0.5)
        if not await self._until(lambda: self._stored(chat.id, text), 12.0):
            self._journal.add("not_stored_yet", c=chat.id, text=text)

    def _stored(self, id: ContactId, text: str) -> bool:
        ended = self._witness.contacts[id].status is Status.ENDED
        return ended or any(m.text == text for m in self._witness.messages[id])

    async def _part(self, chat: Desk) -> None:
        await self._sees(chat.id)
        if chat.stage.then in PASSED and await self._passes_on(chat):
            return
        give_back = chat.stage.then is Then.GIVE_BACK and chat.id not in self._given
        if give_back:
            self._given.add(chat.id)
        self._journal.add("gives_back" if give_back else "ends", c=chat.id)
        await self._answer_yes("C-r" if give_back else "C-d")
        if await self._until(lambda: chat.id not in self._mine(), 20.0):
            self._journal.add("has_no_more", c=chat.id)
            ended = self._witness.contacts[chat.id]
            if give_back or ended.ended_by is Sender.AGENT:
                self._chats.remove(chat)
                await asyncio.sleep(0.2)

    async def _answer_yes(self, key: str) -> None:
        """Press a key that is asked about, and mean it; nothing is asked when the visitor has just gone."""
        await asyncio.sleep(EMPTY_FOR)
        await self._press(key)
        end = time.monotonic() + 3.0
        while "Stay (N)" not in await self.screen():
            if time.monotonic() > end:
                return
            await asyncio.sleep(0.05)
        await asyncio.sleep(ANSWERED_FROM)
        await self._press("y")

    async def _passes_on(self, chat: Desk) -> bool:
        """By a slash command; False when nobody is there, or the command did not do."""
        ready = await self._witness.ready() - {TYPIST}
        group = chat.stage.to if chat.stage.then is Then.GROUP else ""
        agent = "" if group else chat.stage.to if chat.stage.to in ready else min(ready, default="")
        if not agent and not group:
            return False
        note = f"{chat.stage.reception} {self._rng.choice(SAID)}"
        self._journal.add("transfers", c=chat.id, to=agent, group=group, note=note)
        await asyncio.to_thread(self._stage.text, f"/transfer {agent or group} {note}")
        await self._press("Enter")
        if not await self._until(lambda: chat.id not in self._mine(), 20.0):
            self._journal.add("not_passed_on", c=chat.id, screen=await self.screen())
            await self._press("C-u")
            return False
        self._journal.add("has_no_more", c=chat.id)
        if self._witness.contacts[chat.id].status is Status.ENDED:
            await self._press("C-u")  # the visitor was quicker: the command has not been carried out
        else:
            self._chats.remove(chat)
        return True

    async def _put_away(self, chat: Desk) -> None:
        """The visitor has ended it; the chat stays on the screen until he says so."""
        await self._sees(chat.id)
        number = self._witness.contacts[chat.id].nick[1:4]
        self._journal.add("puts_away", c=chat.id)
        await asyncio.sleep(EMPTY_FOR)
        await self._press("C-d")
        end = time.monotonic() + 3.0
        while time.monotonic() < end:
            if not tokens(await self.screen(), number):
                self._chats.remove(chat)
                return
            await asyncio.sleep(0.1)

    async def _sees(self, id: ContactId) -> None:
        """Read the chat on the screen; wait a little for what has just been said."""
        end = time.monotonic() + TOASTS_GO
        number = self._witness.contacts[id].nick[1:4]
        while True:
            told = [m for m in self._witness.messages[id] if TOKEN.match(m.text)]
            seen = tokens(await self.screen(), number)
            last = told[-1].seq if told else 0
            if seen == [token(m.text) for m in told] or time.monotonic() > end:
                break
            await asyncio.sleep(0.1)
        self._journal.add("screen", c=id, seen=seen, last=last)


def token(text: str) -> str:
    """What a line begins with."""
    found = TOKEN.match(text)
    return found.group() if found else ""


def tokens(screen: str, number: str) -> list[str]:
    """The lines of one visitor's chat on a screen, by what they begin with, from top to bottom."""
    seen: list[str] = []
    for row in screen.splitlines():
        for found in TOKEN.finditer(row):
            if found.start() >= LISTS and found.group().startswith(f"c{number}-"):
                seen.append(found.group())
    return seen
