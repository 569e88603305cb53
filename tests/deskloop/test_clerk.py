"""Wishes for one contact are carried out in the order in which they were wished."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from tests.parts.memory_backend import MemoryBackend
from tests.parts.waiting import until_async
from tests.parts_of_desk import LUCA, MARIA
from tui.backends.contract import BackendError, NewContact
from tui.config.schema import Settings
from tui.desk.contact import ContactId, MessageId, Outcome, Status
from tui.desk.events import ContactChanged
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop import clerk as clerks
from tui.deskloop.clerk import Clerk
from tui.deskloop.keeper import Keeper
from tui.link.commands import End, GiveBack, Label, Send, TellTyping, Transfer, WriteNote
from tui.text import RemoteText

ANNA = ContactId("anna")


class SometimesLocked(MemoryBackend):
    """An engine whose writes can be made to fail."""

    locked = False

    async def append(self, *words: Any) -> Any:
        await asyncio.sleep(0.01)
        if self.locked:
            raise BackendError("another program has locked it")
        return await super().append(*words)

    async def perform(self, contact: ContactId, deed: Deed) -> Any:
        if self.locked:
            raise BackendError("another program has locked it")
        return await super().perform(contact, deed)


async def room() -> tuple[SometimesLocked, Clerk]:
    backend = SometimesLocked()
    await backend.open()
    await backend.create(NewContact(ANNA, RemoteText("Anna"), RemoteText("hello"), MessageId("first")))
    await backend.perform(ANNA, Deed(DeedKind.ACCEPT, "t", MARIA))
    keeper = Keeper(
        *(MARIA, Settings(), Path("config.toml"), time.time),
        *(lambda plan: None, lambda decision: None, lambda: None),
    )
    record = await backend.contact(ANNA)
    assert record is not None
    keeper.take(ContactChanged(record))
    return backend, Clerk(backend, keeper)


@pytest.mark.parametrize(
    ("parting", "status"),
    [
        (End(ANNA), Status.ENDED),
        (GiveBack(ANNA), Status.PENDING),
        (Transfer(ANNA, to=LUCA), Status.PENDING),
    ],
)
async def test_what_was_written_before_parting_from_a_contact_is_stored_before_it(
    monkeypatch: pytest.MonkeyPatch, parting: End | GiveBack | Transfer, status: Status
) -> None:
    monkeypatch.setattr(clerks, "RETRY_FIRST", 0.05)
    backend, clerk = await room()
    backend.locked = True
    clerk.do(Send(ANNA, MessageId("one"), RemoteText("thank you")))
    clerk.do(WriteNote(ANNA, MessageId("note"), RemoteText("a nice one")))
    clerk.do(Send(ANNA, MessageId("two"), RemoteText("good-bye")))
    clerk.do(parting)
    await asyncio.sleep(0.1)
    backend.locked = False

    async def parted() -> bool:
        record = await backend.contact(ANNA)
        return record is not None and record.status is status

    end = time.monotonic() + 5
    while not await parted():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)
    told = [message.text for message in await backend.history(ANNA)]
    assert told == ["hello", "thank you", "a nice one", "good-bye"]
    record = await backend.contact(ANNA)
    assert record is not None
    assert record.outcome in (None, Outcome.COMPLETED)
    await clerk.close()


async def test_with_nothing_to_store_a_contact_is_parted_from_at_once() -> None:
    backend, clerk = await room()
    clerk.do(End(ANNA))
    await until_async(lambda: not clerk._tasks)
    record = await backend.contact(ANNA)
    assert record is not None
    assert record.outcome is Outcome.NO_INTERACTION
    await clerk.close()


async def test_what_was_said_of_a_contact_is_kept_until_it_can_be_stored_and_the_last_word_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clerks, "RETRY_FIRST", 0.05)
    backend, clerk = await room()
    backend.locked = True
    clerk.do(Label(ANNA, ("billing",), "red", RemoteText("solved")))
    clerk.do(Label(ANNA, ("old",), "red", RemoteText("solved")))
    await asyncio.sleep(0.1)
    view = clerk._keeper.view()
    assert view.desk.chats[ANNA].contact.tags == ()
    assert view.labelled(view.desk.chats[ANNA].contact).tags == ("old",)
    backend.locked = False
    await until_async(lambda: not clerk._tasks)
    record = await backend.contact(ANNA)
    assert record is not None
    assert record.tags == ("old",)
    assert not clerk._keeper.view().unstored_labels
    backend.locked = True
    clerk.do(Label(ANNA, ("older",), "red", RemoteText("solved")))
    await asyncio.sleep(0.1)
    backend.locked = False
    clerk.do(Label(ANNA, ("vip",), "", RemoteText("spam")))
    await until_async(lambda: not clerk._tasks)
    await asyncio.sleep(0.2)
    record = await backend.contact(ANNA)
    assert record is not None
    assert (record.tags, record.colour, record.resolution) == (("vip",), "", "spam")
    await clerk.close()


async def test_words_for_who_left_a_letter_are_not_sent_whichever_way_they_come() -> None:
    backend, clerk = await room()
    left = ContactId("left")
    await backend.create(
        NewContact(
            *(left, RemoteText("Lea"), RemoteText("hello"), MessageId("lea-first")),
            data=((RemoteText("email"), RemoteText("lea@example.org")),),
            offline=True,
        )
    )
    await backend.perform(left, Deed(DeedKind.ACCEPT, "u", MARIA))
    record = await backend.contact(left)
    assert record is not None
    clerk._keeper.take(ContactChanged(record))
    clerk.do(TellTyping(left, typing=True))
    clerk.do(Send(left, MessageId("one"), RemoteText("are you there?")))
    (lost,) = clerk._keeper.desk.chats[left].outgoing
    assert (lost.text, lost.lost) == ("are you there?", True), "it can be read and copied"
    clerk.do(WriteNote(left, MessageId("two"), RemoteText("answered by mail")))
    clerk.do(End(left))

    async def ended() -> bool:
        record = await backend.contact(left)
        return record is not None and record.status is Status.ENDED

    end = time.monotonic() + 5
    while not await ended():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)
    assert [message.text for message in await backend.history(left)] == ["hello", "answered by mail"]
    told = clerk._keeper.view().told[-1]
    assert told.title == "Not sent"
    assert told.text == "Lea left no way to be answered here; write to lea@example.org."
    await clerk.close()
    await backend.close()
