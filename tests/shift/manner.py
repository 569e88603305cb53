"""How a scripted agent works: whom he takes, what he writes, how he parts from a contact.

He goes by the plan and by what his view shows him, as a person would; nothing here knows what is right.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field

from tests.shift.journal import Journal
from tests.shift.plan import (
    LOOKING,
    NOBODY_HOME,
    TYPIST,
    VICTIM,
    Leaves,
    Plan,
    Reception,
    Stage,
    Then,
    Visit,
    words,
)
from tui.desk.contact import AgentName, Contact, ContactId, MessageId, Sender
from tui.desk.events import FocusReported, PauseSet, RingSilenced
from tui.desk.state import Chat, longest_waiting, open_chats
from tui.link.commands import (
    Accept,
    Decline,
    End,
    GiveBack,
    Label,
    MarkRead,
    Send,
    TellTyping,
    Transfer,
    WriteNote,
)
from tui.link.port import DeskPort
from tui.link.view import View
from tui.text import RemoteText

MOST_CHATS = 7
ASK_AGAIN_AFTER = 2.5
PART_AGAIN_AFTER = 7.0
"""Seconds after which a wish that seems to have come to nothing is sent again: the database may be locked."""

LABEL_AGAIN_AFTER = 6.0

VISITOR_SAYS_NO_MORE = 14.0
LEAVES_BY_HIMSELF = 25.0
HAND = "hand"
"""In the words by which one holder tells the next that his stage is done: a note, or the last line."""


@dataclass
class Work:
    """What the agent is doing in one chat."""

    visit: Visit | None
    rng: random.Random
    stage: Stage = Stage(1)  # noqa: RUF009 - frozen
    number: int = -1
    """Which stage it is; -1 until the transcript has been read."""
    written: int = 0
    noted: int = 0
    next_at: float = 0.0
    done_at: float = 0.0
    parted_at: float = 0.0
    handed: bool = False
    labelled_at: float = 0.0
    typing: bool = False
    mine: set[str] = field(default_factory=set)
    """What was sent and not seen in the transcript yet."""
    after_end: int = 0


class Manner:
    """One agent at his console."""

    def __init__(
        self, plan: Plan, name: str, life: int, began: float, port: DeskPort, journal: Journal
    ) -> None:
        self._plan, self._name, self._began = plan, name, began
        self._port, self._journal = port, journal
        self._rng = random.Random(f"{plan.seed}/{name}/{life}")
        self._sign = f"{name[0]}{life}"
        self._works: dict[ContactId, Work] = {}
        self._asked: dict[tuple[ContactId, float], float] = {}
        """When he is to do something about a waiting contact, by stay."""
        self._pauses = [pause for pause in plan.pauses if pause.agent == name]
        self._auto_since = 0.0
        self._looks = False
        self._next_whim = 0.0
        self._lines = 0

    def act(self, view: View) -> None:
        """Do what is next, if anything."""
        now = time.time()
        self._mind_pauses(view, now)
        if self._name == LOOKING:
            self._look_up(now)
        if now > self._next_whim:
            self._next_whim = now + 1.0
            if view.ringing and self._rng.random() < 0.05:
                self._journal.add("silences", who=list(view.ringing))
                self._port.tell(RingSilenced())
        if not view.desk.paused:
            for contact in list(view.desk.pending.values()):
                self._mind_waiting(view, contact, now)
        for id, chat in view.desk.chats.items():
            self._mind_chat(view, id, chat, now)
        for id in self._works.keys() - view.desk.chats.keys():
            del self._works[id]

    # paused, looking

    def _mind_pauses(self, view: View, now: float) -> None:
        desk = view.desk
        if desk.paused and desk.pause_auto:
            self._auto_since = self._auto_since or now
            if now > self._auto_since + 1.5:
                self._auto_since = 0.0
                self._journal.add("resumes", auto=True)
                self._port.tell(PauseSet(False))
            return
        self._auto_since = 0.0
        for pause in list(self._pauses):
            begins = self._began + pause.at
            if now >= begins and not desk.paused and now < begins + pause.seconds:
                self._journal.add("pauses", reason=pause.reason)
                self._port.tell(PauseSet(True, pause.reason))
            elif now >= begins + pause.seconds:
                self._pauses.remove(pause)
                self._journal.add("resumes", auto=False)
                self._port.tell(PauseSet(False))

    def _look_up(self, now: float) -> None:
        into = (now - self._began) % 12.0
        looks = into > 8.0
        if looks != self._looks:
            self._looks = looks
            self._journal.add("looks" if looks else "looks_away")
            self._port.tell(FocusReported(looks))

    # the queue

    def _mind_waiting(self, view: View, contact: Contact, now: float) -> None:
        visit = self._plan.visit(contact.nick)
        stay = (contact.id, contact.pending_since)
        if visit is None or (visit.service == NOBODY_HOME and not contact.transferred_by):
            return
        if self._name == VICTIM and not contact.transferred_by and visit.stages[0].reception is Reception.DIE:
            return  # it is to come to him from another
        if stay not in self._asked:
            delay = 0.0 if visit.race else self._rng.uniform(0.05, 0.9)
            self._asked[stay] = now + delay
        if now < self._asked[stay]:
            return
        what = self._answer(view, contact)
        if what is Reception.ACCEPT:
            self._asked[stay] = now + ASK_AGAIN_AFTER
            first = longest_waiting(view.desk)
            any_will_do = first is not None and first.id == contact.id and self._rng.random() < 0.4
            self._journal.add("accepts", c=contact.id, any=any_will_do)
            self._port.send(Accept(None if any_will_do else contact.id))
        elif what is Reception.DECLINE:
            self._asked[stay] = now + ASK_AGAIN_AFTER
            reason = f"not mine, says {self._name}"
            self._journal.add("declines", c=contact.id, reason=reason)
            self._port.send(Decline(contact.id, RemoteText(reason)))

    def _answer(self, view: View, contact: Contact) -> Reception:
        """What to do about it: told by the note it comes with, once it was passed on."""
        word = contact.transfer_note.partition(" ")[0]
        wish = Reception(word) if word in set(Reception) else Reception.ACCEPT
        mine = contact.addressed_to == self._name
        if mine and contact.returned is None:
            return wish
        if mine:
            return Reception.IGNORE if wish is Reception.ALL_IGNORE else Reception.ACCEPT
        full = open_chats(view.desk) >= MOST_CHATS
        return Reception.IGNORE if full else Reception.ACCEPT

    # the chats

    def _mind_chat(self, view: View, id: ContactId, chat: Chat, now: float) -> None:
        work = self._works.get(id)
        if work is None:
            visit = self._plan.visit(chat.contact.nick)
            work = self._works[id] = Work(visit, random.Random(f"{self._plan.seed}/{self._name}/{id}"))
        stored = {message.id for message in chat.messages}
        lost = {out.id for out in chat.outgoing if out.lost}
        work.mine -= stored | lost
        if chat.unread and self._rng.random() < 0.3:
            self._port.send(MarkRead(id, chat.last_seq))
        if chat.ended:
            self._put_away(id, chat, work, now)
        elif not chat.behind:
            self._converse(view, id, chat, work, now)

    def _converse(self, view: View, id: ContactId, chat: Chat, work: Work, now: float) -> None:
        if work.number < 0:
            self._begin(chat, work, now)
        if work.parted_at:
            if now > work.parted_at + PART_AGAIN_AFTER:
                work.parted_at = 0.0
            return
        if now < work.next_at:
            return
        if work.written < work.stage.lines:
            self._write(id, work, now)
        elif work.noted < work.stage.notes:
            work.noted += 1
            self._note(id, work, f"note {words(work.rng)}")
        elif work.stage.hasty and work.stage.then is Then.END:
            self._part(view, id, chat, work, now)
        elif not work.mine:
            work.done_at = work.done_at or now
            if self._may_part(chat, work, now):
                self._part(view, id, chat, work, now)

    def _begin(self, chat: Chat, work: Work, now: float) -> None:
        """Where the one before has stopped, as the notes tell."""
        number, written = 0, 0
        for message in chat.messages:
            if f"-{HAND}-" in message.text:
                number, written = number + 1, 0
            elif message.sender is Sender.AGENT:
                written += 1
        stages = work.visit.stages if work.visit is not None else ()
        work.number = number
        work.stage = stages[number] if number < len(stages) else Stage(1)
        work.written = min(written, max(0, work.stage.lines - 1))
        work.next_at = now + work.rng.uniform(0.2, 0.8)

    def _write(self, id: ContactId, work: Work, now: float) -> None:
        if not work.typing and work.rng.random() < 0.5:
            work.typing = True
            self._port.send(TellTyping(id, True))
            work.next_at = now + work.rng.uniform(0.1, 0.4)
            return
        work.typing = False
        work.written += 1
        pace = work.visit.pace if work.visit is not None else 0.5
        last = work.written >= work.stage.lines
        work.next_at = now if last and work.stage.hasty else now + work.rng.uniform(0.3, 1.2) * pace
        mid = MessageId(uuid.uuid4().hex)
        text = self._text(work, words(work.rng))
        work.mine.add(mid)
        self._journal.add("writes", c=id, mid=mid, text=text)
        self._port.send(Send(id, mid, RemoteText(text)))

    def _text(self, work: Work, said: str) -> str:
        self._lines += 1
        number = work.visit.number if work.visit is not None else 999
        return f"c{number:03}-{self._sign}-{self._lines:04} {said}"

    def _note(self, id: ContactId, work: Work, said: str) -> None:
        mid = MessageId(uuid.uuid4().hex)
        text = self._text(work, said)
        work.mine.add(mid)
        self._journal.add("notes", c=id, mid=mid, text=text)
        self._port.send(WriteNote(id, mid, RemoteText(text)))

    def _may_part(self, chat: Chat, work: Work, now: float) -> bool:
        """Whether all is said; from a contact that goes on to a colleague he parts at once."""
        visit = work.visit
        if work.stage.then is not Then.END or visit is None:
            return True
        if visit.leaves in (Leaves.CHAT, Leaves.CLOSES_CHAT):
            return now > work.done_at + LEAVES_BY_HIMSELF
        said = sum(message.sender is Sender.VISITOR for message in chat.messages)
        last = max(message.at for message in chat.messages)
        return said > visit.lines or now > max(last, work.done_at) + VISITOR_SAYS_NO_MORE

    def _part(self, view: View, id: ContactId, chat: Chat, work: Work, now: float) -> None:
        stage = work.stage
        there = [each.name for each in view.colleagues if not each.paused]
        if stage.then is Then.END or (stage.then is not Then.GIVE_BACK and not there):
            self._end(id, chat, work, now)
            return
        if not work.handed:
            work.handed = True
            self._note(id, work, f"stage done c-{HAND}-{work.number}")
            return
        work.parted_at = now
        if stage.then is Then.GIVE_BACK:
            self._journal.add("gives_back", c=id, seen=chat.last_seq)
            self._port.send(GiveBack(id))
            return
        to = "" if stage.then is Then.GROUP else stage.to
        able = there if stage.reception is Reception.ACCEPT else [name for name in there if name != TYPIST]
        if to and to not in able:
            to = work.rng.choice(able or there)
        group = stage.to if stage.then is Then.GROUP else ""
        note = f"{stage.reception} {words(work.rng)}"
        self._journal.add("transfers", c=id, to=to, group=group, note=note, seen=chat.last_seq)
        self._port.send(Transfer(id, AgentName(to), group, RemoteText(note)))

    def _end(self, id: ContactId, chat: Chat, work: Work, now: float) -> None:
        if not work.stage.hasty and not self._labelled(id, chat, work, now):
            return
        work.parted_at = now
        self._journal.add("ends", c=id, seen=chat.last_seq)
        self._port.send(End(id))

    def _labelled(self, id: ContactId, chat: Chat, work: Work, now: float) -> bool:
        """Whether the labels are there; sets them, and again when that has come to nothing."""
        visit, contact = work.visit, chat.contact
        wanted = (visit.tags, visit.colour, visit.resolution) if visit is not None else ((), "", "")
        if visit is None or (contact.tags, contact.colour, contact.resolution) == wanted:
            return True
        if now < work.labelled_at + LABEL_AGAIN_AFTER:
            return False
        work.labelled_at = now
        self._journal.add(
            "labels", c=id, tags=list(visit.tags), colour=visit.colour, resolution=visit.resolution
        )
        self._port.send(Label(id, visit.tags, visit.colour, RemoteText(visit.resolution)))
        return False

    def _put_away(self, id: ContactId, chat: Chat, work: Work, now: float) -> None:
        """The visitor has ended it: wrap up, perhaps with a note, and put it away."""
        if chat.behind or work.mine:
            return
        if not self._labelled(id, chat, work, now):
            return
        if work.after_end == 0:
            work.after_end = 1
            if work.rng.random() < 0.4:
                self._note(id, work, f"after the end {words(work.rng)}")
        elif now > work.parted_at + 1.0:
            work.parted_at = now
            self._journal.add("puts_away", c=id, seen=chat.last_seq)
            self._port.send(End(id))
