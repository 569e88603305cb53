"""Carries out the agent's wishes on the backend, and sees to it that what he wrote is stored, once."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from tui.alerts.limit import refusal
from tui.backends.contract import (
    Appended,
    Backend,
    BackendError,
    DeedResult,
    Gone,
    LostTo,
    Refused,
    Unknown,
    Won,
)
from tui.desk.contact import AgentName, ContactId, MessageId, Sender
from tui.desk.events import (
    ChatClosed,
    ChatShown,
    ContactChanged,
    MessageAppended,
    MessageDropped,
    MessageQueued,
    MessageStuck,
)
from tui.desk.letter import why_unanswerable
from tui.desk.lifecycle import Deed, DeedKind, Labels
from tui.desk.state import longest_waiting
from tui.deskloop.keeper import Keeper
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
from tui.link.view import AcceptAnswer, Severity
from tui.text import RemoteText

log = logging.getLogger(__name__)

RETRY_FIRST, RETRY_MOST = 0.5, 5.0
"""Seconds before a message that could not be stored is tried again, doubling."""

UNKNOWN_TRIES = 5
"""How often a deed with an unknown result is asked again before the agent is told."""

T = TypeVar("T")


ClerksCommand = (
    Accept | GiveBack | End | Transfer | Decline | Label | Send | WriteNote | TellTyping | MarkRead
)


@dataclass(frozen=True, slots=True)
class _Written:
    """Something the agent wrote that is to be stored."""

    id: MessageId
    text: RemoteText
    sender: Sender = Sender.AGENT


class Clerk:
    """Does on the backend what the agent wishes."""

    def __init__(self, backend: Backend, keeper: Keeper) -> None:
        self._backend = backend
        self._keeper = keeper
        self._posts: dict[ContactId, asyncio.Queue[_Written]] = {}
        self._delivering: dict[ContactId, asyncio.Task[None]] = {}
        """Who stores what was written in a contact, until there is nothing more to store."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._labels: dict[ContactId, str] = {}
        """The token of the newest label that is not stored yet."""
        self._accepting = 0
        """How many contacts are being accepted now."""

    def do(self, command: ClerksCommand) -> None:
        """Begin to carry a wish out; the answer comes to the desk as an event."""
        match command:
            case Accept(contact, wish):
                self._start(self._accept(contact, wish))
            case GiveBack(contact):
                self._start(self._after_words(contact, self._give_back(contact)))
            case End(contact):
                self._start(self._after_words(contact, self._end(contact)))
            case Transfer(contact, to, group, note):
                self._start(self._after_words(contact, self._transfer(contact, to, group, note)))
            case Decline(contact, reason):
                deed = self._new_deed(DeedKind.DECLINE, note=reason)
                self._start(self._deed(contact, deed, "declined"))
            case Label(contact, tags, colour, resolution):
                labels = Labels(tags, colour, resolution)
                self._keeper.unstored_labels[contact] = labels
                self._start(self._label(contact, self._new_deed(DeedKind.LABEL, labels=labels)))
            case Send(contact, id, text):
                self._send(contact, _Written(id, text))
            case WriteNote(contact, id, text):
                self._post(contact, _Written(id, text, Sender.NOTE))
            case TellTyping(contact, typing) if not self._unanswerable(contact):
                self._start(self._quietly(self._backend.tell_typing(contact, Sender.AGENT, typing)))
            case MarkRead(contact, seq):
                self._start(self._quietly(self._backend.mark(contact, agent_seen=seq)))

    async def close(self) -> None:
        """Let go of what is under way; unsent messages have been kept trying until now."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def unsent(self) -> int:
        """How many messages are not stored yet."""
        return sum(1 for chat in self._keeper.desk.chats.values() for out in chat.outgoing if not out.lost)

    async def _after_words(self, contact: ContactId, parting: Awaitable[None]) -> None:
        """Part from a contact once what was written in it before is stored: nothing could be after that."""
        delivering = self._delivering.get(contact)
        if delivering is not None:
            await asyncio.wait([delivering])
        await parting

    def _start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def run() -> None:
            try:
                await work
            except BackendError as error:
                self._keeper.tell("That did not work", str(error), Severity.ERROR)
            except Exception:  # the border of a wish: said, and the next one is carried out all the same
                log.exception("a wish failed")
                self._keeper.tell("Internal error", "That did not work; see deskbell.log.", Severity.ERROR)

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accept(self, wanted: ContactId | None, wish: str) -> None:
        """Accept, unless that would be one chat too many; of two asked for at once, both count."""
        desk = self._keeper.desk
        contact = longest_waiting(desk) if wanted is None else desk.pending.get(wanted)
        refused = refusal(self._keeper.settings, desk, contact, self._accepting)
        if refused:
            self._not_accepted("Not accepted", refused, wish, Severity.WARNING)
            return
        self._accepting += 1
        why = "It could not be done; see deskbell.log."
        try:
            await self._try_to_accept(wanted, wish)
            why = ""
        except BackendError as error:
            why = f"It could not be done: {error}."
            raise
        finally:
            self._accepting -= 1
            if why:
                self._keeper.accept_answered(AcceptAnswer(wish, why=why))

    def _not_accepted(
        self, title: str, why: str, wish: str, severity: Severity = Severity.INFORMATION
    ) -> None:
        """Say why a wish came to nothing, to the agent and to who has it."""
        self._keeper.tell(title, why, severity)
        self._keeper.accept_answered(AcceptAnswer(wish, why=why))

    async def _try_to_accept(self, wanted: ContactId | None, wish: str) -> None:
        """Accept the contact; without one the longest waiting, and the next if a colleague was quicker."""
        tried: set[ContactId] = set()
        said = "The pending queue is empty."
        while True:
            contact = longest_waiting(self._keeper.desk)
            id = wanted or (contact.id if contact is not None else None)
            if id is None:
                self._not_accepted("Nobody is waiting", said, wish)
                return
            if id in tried:
                said = f"{self._name(id)} cannot be accepted now."
                self._not_accepted("Not accepted", said, wish, Severity.WARNING)
                return
            tried.add(id)
            name = self._name(id)
            deed = self._new_deed(DeedKind.ACCEPT, groups=self._keeper.desk.groups)
            result = await self._perform(id, deed)
            match result:
                case Won(won):
                    self._keeper.accept_answered(AcceptAnswer(wish, won.id))
                    self._keeper.take(ContactChanged(won), ChatShown(won.id))
                    return
                case LostTo(agent):
                    said = f"{agent} was quicker and has {name}."
                case Gone():
                    said = f"{name} is no longer waiting."
                case Refused(why):
                    said = f"{name}: {why}."
                case Unknown():
                    said = f"It is not known whether {name} was accepted; the queue will show it."
            fresh = await self._backend.contact(id)
            if fresh is not None:
                self._keeper.take(ContactChanged(fresh))
            if wanted is not None or isinstance(result, Unknown):
                self._not_accepted("Not accepted", said, wish, Severity.WARNING)
                return

    async def _give_back(self, id: ContactId) -> None:
        await self._deed(id, self._new_deed(DeedKind.GIVE_BACK), "given back")

    async def _transfer(self, id: ContactId, to: AgentName, group: str, note: RemoteText) -> None:
        seconds = float(self._keeper.settings.chats.transfer_time)
        deed = self._new_deed(DeedKind.TRANSFER, to=to, to_group=group, note=note, seconds=seconds)
        await self._deed(id, deed, "passed on")

    async def _end(self, id: ContactId) -> None:
        chat = self._keeper.desk.chats.get(id)
        if chat is None:
            return
        if chat.ended:
            self._keeper.take(ChatClosed(id))
            return
        await self._deed(id, self._new_deed(DeedKind.END), "ended")

    async def _deed(self, id: ContactId, deed: Deed, done: str) -> None:
        name = self._name(id)
        match await self._perform(id, deed):
            case Won(contact):
                self._keeper.take(ContactChanged(contact))
            case LostTo(agent):
                self._keeper.tell(f"Not {done}", f"{agent} has {name} now.", Severity.WARNING)
            case Gone():
                fresh = await self._backend.contact(id)
                if fresh is not None:
                    self._keeper.take(ContactChanged(fresh))
            case Refused(why):
                self._keeper.tell(f"Not {done}", f"{name}: {why}.", Severity.WARNING)
            case Unknown():
                self._keeper.tell(f"Perhaps not {done}", f"{name}: please look again.", Severity.WARNING)

    def _new_deed(self, kind: DeedKind, **more: Any) -> Deed:
        return Deed(kind, uuid.uuid4().hex, self._keeper.desk.me, **more)

    async def _perform(self, id: ContactId, deed: Deed) -> DeedResult:
        for _ in range(UNKNOWN_TRIES):
            result = await self._backend.perform(id, deed)
            if not isinstance(result, Unknown):
                return result
            await asyncio.sleep(RETRY_FIRST)
        return Unknown()

    def _name(self, id: ContactId) -> str:
        desk = self._keeper.desk
        if id in desk.pending:
            return desk.pending[id].nick
        return desk.chats[id].contact.nick if id in desk.chats else "the visitor"

    async def _label(self, contact: ContactId, deed: Deed) -> None:
        """What an agent said of a contact is kept until the desk has it; the deed's token keeps it single."""
        pause, told = RETRY_FIRST, False
        self._labels[contact] = deed.token
        while self._labels.get(contact) == deed.token:  # else he has said something else since
            try:
                await self._deed(contact, deed, "labelled")
                if self._labels.get(contact) == deed.token:
                    del self._labels[contact]
                    del self._keeper.unstored_labels[contact]
                return
            except BackendError as error:
                if not told:
                    told = True
                    said = (
                        f"What you said of {self._name(contact)} is kept, and stored once the desk is back."
                    )
                    self._keeper.tell("Not stored yet", f"{said} {error}", Severity.WARNING)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_MOST)

    def _unanswerable(self, contact: ContactId) -> str:
        """Why nobody would read what is written to this visitor; empty when somebody may."""
        chat = self._keeper.desk.chats.get(contact)
        return why_unanswerable(chat.contact) if chat is not None else ""

    def _send(self, contact: ContactId, written: _Written) -> None:
        """Write to the visitor, whichever way the wish came; where nobody can read it, keep it as lost."""
        why = self._unanswerable(contact)
        if why:
            dropped = MessageDropped(contact, written.id)
            self._keeper.take(MessageQueued(contact, written.id, written.text), dropped)
            self._keeper.tell("Not sent", f"{why}.", Severity.WARNING)
        else:
            self._post(contact, written)

    def _post(self, contact: ContactId, written: _Written) -> None:
        note = written.sender is Sender.NOTE
        self._keeper.take(MessageQueued(contact, written.id, written.text, note))
        if contact not in self._posts:
            self._posts[contact] = asyncio.Queue()
            self._delivering[contact] = self._start(self._deliver(contact, self._posts[contact]))
        self._posts[contact].put_nowait(written)

    async def _deliver(self, contact: ContactId, post: asyncio.Queue[_Written]) -> None:
        """Store this contact's messages in order, each tried until it is stored or never can be."""
        try:
            await self._deliver_all(contact, post)
        finally:
            self._posts.pop(contact, None)
            self._delivering.pop(contact, None)

    async def _deliver_all(self, contact: ContactId, post: asyncio.Queue[_Written]) -> None:
        while not post.empty():
            one = post.get_nowait()
            author = RemoteText(self._keeper.desk.me)
            store = partial(self._backend.append, contact, one.id, one.sender, author, one.text)
            stored = await self._insist(contact, one.id, store)
            if not isinstance(stored, Appended):
                self._keeper.take(MessageDropped(contact, one.id))
                why = stored.why if isinstance(stored, Refused) else f"{self._name(contact)} has gone"
                self._keeper.tell("Not sent", f"{why}; your text is kept.", Severity.WARNING)
            else:
                self._keeper.take(MessageAppended(stored.message))

    async def _insist(self, contact: ContactId, id: MessageId, work: Callable[[], Awaitable[T]]) -> T:
        pause = RETRY_FIRST
        while True:
            try:
                return await work()
            except BackendError as error:
                self._keeper.take(MessageStuck(contact, id, str(error)))
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_MOST)

    @staticmethod
    async def _quietly(work: Awaitable[None]) -> None:
        """For what is ephemeral: typing and read marks are not worth a word when they fail."""
        try:
            await work
        except BackendError as error:
            log.info("not told: %s", error)
