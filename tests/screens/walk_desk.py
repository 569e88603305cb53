"""A desk for the random walk: it carries out what it is asked, and things happen on it by themselves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from tests.parts_of_desk import LUCA, MARIA, contact, message, with_last
from tests.screens.settings_room import SettingsRoom
from tui.desk.contact import NOBODY, ChatMessage, Contact, ContactId, MessageId, Sender, Visit
from tui.desk.events import (
    ChatClosed,
    ChatShown,
    ContactChanged,
    FocusReported,
    HistoryRead,
    MessageAppended,
    MessageDropped,
    MessageQueued,
    MessageStuck,
    PauseSet,
    Snapshot,
    TimePassed,
    TypingSeen,
)
from tui.desk.found import Found, SearchResult
from tui.desk.lifecycle import Deed, DeedKind, apply
from tui.desk.state import longest_waiting
from tui.link.archive import (
    EarlierView,
    PastView,
    ReadEarlier,
    ReadPast,
    SearchPast,
    SearchView,
)
from tui.link.commands import (
    Accept,
    Command,
    Decline,
    End,
    GiveBack,
    Label,
    MarkRead,
    Send,
    Transfer,
    WriteNote,
)
from tui.text import RemoteText

HOSTILE = (
    "",
    "hello",
    "one\ntwo\n\nfour",
    "[/x] [@click=app.quit]y[/] \x1b]0;owned\x07 \u202eevil <b>",
    "x" * 3000,
    "word " * 300,
    "日本語のテキスト" * 40,
    "e" + "\u0301" * 300,
    "\U0001f3f3\ufe0f\u200d\U0001f308" * 50,
    "https://shop.example/" + "a" * 500 + " and www.shop.example",
    "\ud800 lone \u2028 line \u0085 next",
    "\n" * 60,
    "\t\t\tindented",
    "\u200b" * 200,
    "ﷺ" * 100,
)
NAMES = (
    "Anna",
    "Bruno",
    "Chen",
    "Dora",
    "Emil",
    "日本",
    "[b]Fanny[/b]",
    "G" * 200,
    "\x1b[31mHugo",
    "",
    "\u202eI",
)
SEVERAL = 16
"""Contacts there are at most at a time."""


class WalkDesk(SettingsRoom):
    """What the screens ask is done at once; what else happens is chosen by ``chance``."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        super().__init__(
            folder,
            '[links]\ndocs = "https://shop.example/help"\n'
            '[abbreviations]\n_wm = "Welcome {nick},\\nI am {agent}."\n_x = "[/x]"\n',
        )
        self.chance = chance
        self._number = 0
        self._records: dict[ContactId, Contact] = {}

    # what the screens ask

    def send(self, command: Command) -> None:
        super().send(command)
        self._carry_out(command)
        del self.commands[:-20]
        del self.events[:-20]

    def _carry_out(self, command: Command) -> None:
        match command:
            case Accept(id):
                longest = longest_waiting(self.keeper.desk)
                if longest is not None:
                    self._accept(id or longest.id)
            case End(id):
                self._do(id, DeedKind.END, MARIA)
                self.keeper.take(ChatClosed(id))
            case GiveBack(id) | Transfer(id):
                self._do(id, DeedKind.GIVE_BACK, MARIA)
            case Send(id, message_id, text):
                self._written(id, message_id, text, note=False)
            case WriteNote(id, message_id, text):
                self._written(id, message_id, text, note=True)
            case Decline(id, _):
                self._changed(id, addressed_to="")
            case Label() | MarkRead():
                self._noted(command)
            case SearchPast() | ReadPast() | ReadEarlier():
                self._answer(command)

    def _noted(self, command: Label | MarkRead) -> None:
        match command:
            case Label(id, tags, colour, resolution):
                self._changed(id, tags=tags, colour=colour, resolution=resolution)
            case MarkRead(id, seq):
                self._changed(id, agent_seen=seq)

    def _answer(self, asked: SearchPast | ReadPast | ReadEarlier) -> None:
        if self.chance.random() < 0.2:
            return  # it takes its time
        one = with_last(contact("Old", 1000.0), 30)
        said = tuple(message(one, seq, self._text()) for seq in range(1, 30))
        archive = self.keeper.archive
        match asked:
            case SearchPast(number, words, _):
                found = tuple(Found(one, each) for each in said)
                archive = replace(archive, search=SearchView(number, words, SearchResult(found)))
            case ReadPast(number, _):
                archive = replace(archive, past=PastView(number, one, said))
            case ReadEarlier(number, _, _):
                archive = replace(archive, earlier=EarlierView(number, None, (one,) * 3))
        self.keeper.archive_is(archive)

    # what happens

    def happen(self) -> str:
        """Something; answers what."""
        name = self.chance.choice(list(self._happenings))
        self._happenings[name](self)
        return name

    def _text(self) -> RemoteText:
        return RemoteText(self.chance.choice(HOSTILE))

    def _pending(self) -> ContactId | None:
        return self.chance.choice([*self.keeper.desk.pending, None])

    def _mine(self) -> ContactId | None:
        return self.chance.choice([*self.keeper.desk.chats, None])

    def _record(self, id: ContactId) -> Contact:
        desk = self.keeper.desk
        return desk.chats[id].contact if id in desk.chats else desk.pending[id]

    def _known(self, id: ContactId) -> bool:
        return id in self.keeper.desk.chats or id in self.keeper.desk.pending

    def _do(self, id: ContactId, kind: DeedKind, agent: str = "") -> None:
        if self._known(id):
            self._number += 1
            after = apply(self._record(id), Deed(kind, f"walk{self._number}", agent), time.time())  # type: ignore[arg-type]
            if isinstance(after, Contact):
                self.keeper.take(ContactChanged(after))

    def _accept(self, id: ContactId) -> None:
        if self.chance.random() < 0.1:
            return  # somebody else was faster, or the engine is slow
        self._do(id, DeedKind.ACCEPT, MARIA)
        if id in self.keeper.desk.chats:
            self.keeper.take(ChatShown(id))

    def _changed(self, id: ContactId, **more: object) -> None:
        if self._known(id):
            record = self._record(id)
            self.keeper.take(ContactChanged(replace(record, version=record.version + 1, **more)))  # type: ignore[arg-type]

    def _written(self, id: ContactId, message_id: MessageId, text: RemoteText, *, note: bool) -> None:
        if id not in self.keeper.desk.chats:
            return
        self.keeper.take(MessageQueued(id, message_id, text, note))
        fate = self.chance.random()
        if fate < 0.15:
            self.keeper.take(MessageStuck(id, message_id, "the engine is locked"))
        elif fate < 0.25:
            self.keeper.take(MessageDropped(id, message_id))
        elif fate < 0.9:
            self._append(id, text, Sender.NOTE if note else Sender.AGENT, message_id)

    def _append(
        self, id: ContactId, text: RemoteText, sender: Sender, message_id: MessageId | None = None
    ) -> None:
        record = self._record(id)
        longer = replace(
            record, last_seq=record.last_seq + 1, last_at=time.time(), last_words=RemoteText(text[:200])
        )
        stored = message(longer, longer.last_seq, text, sender)
        stored = replace(stored, at=time.time(), id=message_id or MessageId(f"{id}-{longer.last_seq}"))
        self.keeper.take(ContactChanged(longer), MessageAppended(stored))

    def _arrives(self) -> None:
        if len(self.keeper.desk.pending) + len(self.keeper.desk.chats) >= SEVERAL:
            return
        self._number += 1
        ago = self.chance.choice((0.0, 5.0, 100.0, 290.0))
        new = contact(f"C{self._number}", time.time() - ago)
        new = replace(
            new,
            nick=RemoteText(self.chance.choice(NAMES)),
            first_words=self._text(),
            last_words=self._text(),
            visitor=self.chance.choice(("", "v1", "v2")),
            page=self._text(),
            data=((RemoteText("plan"), self._text()),),
            trail=tuple(Visit(self._text(), time.time()) for _ in range(self.chance.randrange(4))),
            addressed_to=self.chance.choice((NOBODY, NOBODY, MARIA)),
            transferred_by=self.chance.choice((NOBODY, NOBODY, LUCA)),
            transfer_note=self._text(),
            offline=self.chance.random() < 0.1,
            tags=self.chance.choice(((), ("vip", "late"))),
            colour=self.chance.choice(("", "red")),
        )
        self.keeper.take(ContactChanged(new))

    def _is_accepted(self) -> None:
        if (id := self._pending()) is not None:
            self._accept(id)
            self._reads(self.chance.choice((1, 3, 40, 400)))

    def _accepted_elsewhere(self) -> None:
        if (id := self._pending()) is not None:
            self._do(id, DeedKind.ACCEPT, LUCA)

    def _leaves(self) -> None:
        if (id := self.chance.choice([self._pending(), self._mine()])) is not None:
            self._do(id, DeedKind.LEAVE)

    def _given_back(self) -> None:
        if (id := self._mine()) is not None:
            self._do(id, DeedKind.GIVE_BACK, MARIA)

    def _is_put_away(self) -> None:
        ended = [id for id, chat in self.keeper.desk.chats.items() if chat.ended]
        if ended:
            self.keeper.take(ChatClosed(self.chance.choice(ended)))

    def _says(self) -> None:
        if (id := self._mine()) is not None:
            for _ in range(self.chance.choice((1, 1, 1, 5))):
                self._append(id, self._text(), Sender.VISITOR)

    def _replies(self) -> None:
        if (id := self._mine()) is not None:
            self._append(id, self._text(), self.chance.choice((Sender.AGENT, Sender.NOTE, Sender.SYSTEM)))

    def _reads(self, count: int = 30) -> None:
        """The whole transcript again, as after a resync."""
        if (id := self._mine()) is not None:
            record = self._record(id)
            record = replace(with_last(record, max(count, record.last_seq)), version=record.version + 1)
            senders = (Sender.VISITOR, Sender.AGENT, Sender.NOTE)
            read: list[ChatMessage] = [
                message(record, seq, self._text(), senders[seq % 3]) for seq in range(1, record.last_seq + 1)
            ]
            self.keeper.take(ContactChanged(record), HistoryRead(id, tuple(read)))

    def _marks(self) -> None:
        if (id := self._mine()) is not None:
            last = self._record(id).last_seq
            kind = self.chance.choice(("visitor_seen", "visitor_received", "agent_seen"))
            self._changed(id, **{kind: self.chance.randint(0, last)})

    def _away(self) -> None:
        if (id := self.chance.choice([self._pending(), self._mine()])) is not None:
            since = self.chance.choice((None, time.time() - 100))
            self._changed(id, silent_since=since, gone_at=self.chance.choice((None, since)))

    def _types(self) -> None:
        if (id := self._mine()) is not None:
            self.keeper.take(TypingSeen(id, Sender.VISITOR, self.chance.random() < 0.7, time.time()))

    def _resync(self) -> None:
        desk = self.keeper.desk
        chats = [chat for chat in desk.chats.values() if not chat.ended]
        kept = [chat for chat in chats if self.chance.random() < 0.9]
        contacts = (*desk.pending.values(), *(chat.contact for chat in kept))
        messages = tuple(each for chat in kept for each in chat.messages[-20:])
        self.keeper.take(Snapshot(contacts, messages))

    def _shown(self) -> None:
        self.keeper.take(ChatShown(self._mine()))

    def _summons(self) -> None:
        self.keeper.summon(self.chance.choice([self._pending(), self._mine()]))

    def _paused(self) -> None:
        paused = self.chance.random() < 0.5
        self.keeper.take(PauseSet(paused, "lunch [/x]" if paused else ""))

    def _focus(self) -> None:
        self.keeper.take(FocusReported(self.chance.random() < 0.5))

    def _told(self) -> None:
        self.keeper.take(TimePassed())

    def _settings(self) -> None:
        signs = self.chance.choice(("ascii", "unicode", "auto"))
        density = self.chance.choice(("compact", "comfortable"))
        theme = self.chance.choice(("deskbell-light", "deskbell-dark", "ansi-dark", "no-such-theme"))
        panes = self.chance.randint(1, 4)
        self.edited(
            f'[appearance]\nsigns = "{signs}"\ndensity = "{density}"\ntheme = "{theme}"\n'
            f'[chats]\npanes = {panes}\n[links]\ndocs = "https://shop.example/help"\n'
            '[abbreviations]\n_wm = "Welcome {nick},\\nI am {agent}."\n'
        )

    _happenings: ClassVar[dict[str, Callable[[WalkDesk], None]]] = {
        "arrives": _arrives,
        "arrives too": _arrives,
        "accepted": _is_accepted,
        "accepted elsewhere": _accepted_elsewhere,
        "leaves": _leaves,
        "given back": _given_back,
        "put away": _is_put_away,
        "says": _says,
        "says more": _says,
        "replies": _replies,
        "history": _reads,
        "marks": _marks,
        "marks too": _marks,
        "away": _away,
        "types": _types,
        "resync": _resync,
        "shown": _shown,
        "summons": _summons,
        "paused": _paused,
        "focus": _focus,
        "time": _told,
        "settings": _settings,
    }
