"""Messages: stored once, in one order, without gaps."""

from __future__ import annotations

import asyncio

import pytest

from tests.backends.desks import MARIA, DeskUnderTest, accept, deed, say
from tui.backends.contract import Appended, Backend, Gone
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.lifecycle import DeedKind


async def made(desk: DeskUnderTest, backend: Backend) -> ContactId:
    return (await backend.create(desk.visitor())).id


async def test_a_message_gets_the_next_sequence_and_the_time(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    desk.clock.now += 7
    result = await say(backend, id, "m1", "are you there?", Sender.AGENT)
    assert isinstance(result, Appended)
    assert result.new
    message = result.message
    assert (message.contact, message.id, message.seq, message.at) == (id, "m1", 2, desk.clock.now)
    assert (message.sender, message.text) == (Sender.AGENT, "are you there?")
    assert (await backend.history(id))[-1] == message


async def test_a_message_updates_its_contacts_last_words(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    desk.clock.now += 7
    await say(backend, id, "m1", "are you there?", Sender.AGENT)
    contact = await backend.contact(id)
    assert contact is not None
    assert (contact.first_words, contact.last_words) == ("hello", "are you there?")
    assert (contact.last_sender, contact.last_at, contact.last_seq) == (Sender.AGENT, desk.clock.now, 2)


async def test_a_message_sent_again_is_stored_once_and_the_first_text_stands(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    first = await say(backend, id, "m1", "first text")
    before = await backend.contact(id)
    desk.clock.now += 7
    again = await say(backend, id, "m1", "other text")
    assert isinstance(first, Appended)
    assert again == Appended(first.message, new=False)
    assert await backend.contact(id) == before
    assert [message.id for message in await backend.history(id)][1:] == ["m1"]


async def test_the_first_message_of_a_contact_sent_again_is_known_too(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    again = await say(backend, new.id, new.message_id)
    assert isinstance(again, Appended)
    assert (again.new, again.message.seq) == (False, 1)


async def test_a_message_id_is_known_in_every_contact(desk: DeskUnderTest, backend: Backend) -> None:
    one, other = await made(desk, backend), await made(desk, backend)
    first = await say(backend, one, "m1")
    again = await say(backend, other, "m1")
    assert isinstance(first, Appended)
    assert again == Appended(first.message, new=False)
    assert len(await backend.history(other)) == 1


async def test_duplicates_sent_at_once_by_two_consoles_are_stored_once(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, await desk.console()]
    id = await made(desk, backend)
    results = await asyncio.gather(*(say(consoles[i % 2], id, f"m{i // 10}") for i in range(100)))
    stored = [result for result in results if isinstance(result, Appended)]
    assert len(stored) == 100
    assert sum(result.new for result in stored) == 10
    history = await backend.history(id)
    assert [message.seq for message in history] == list(range(1, 12))
    assert {result.message for result in stored} == set(history[1:])


async def test_twenty_parallel_writers_leave_no_gap_and_each_keeps_his_order(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, await desk.console()]
    ids = [await made(desk, backend) for _ in range(2)]

    async def write(writer: int) -> None:
        for i in range(20):
            result = await say(consoles[writer % 2], ids[writer // 2 % 2], f"{writer}:{i}")
            assert isinstance(result, Appended)

    await asyncio.gather(*(write(writer) for writer in range(20)))
    for id in ids:
        history = (await backend.history(id))[1:]
        assert [message.seq for message in history] == list(range(2, 202))
        for writer in range(20):
            own = [message.id for message in history if message.id.startswith(f"{writer}:")]
            assert own in ([], [f"{writer}:{i}" for i in range(20)])


async def test_messages_sent_without_waiting_are_stored_in_the_order_of_sending(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    await asyncio.gather(*(say(backend, id, f"m{i}") for i in range(60)))
    assert [message.id for message in await backend.history(id, 1)] == [f"m{i}" for i in range(60)]


@pytest.mark.parametrize("sender", [Sender.VISITOR, Sender.AGENT])
async def test_neither_side_writes_in_an_ended_contact(
    desk: DeskUnderTest, backend: Backend, sender: Sender
) -> None:
    id = await made(desk, backend)
    await backend.perform(id, deed(DeedKind.LEAVE))
    ended = await backend.contact(id)
    assert await say(backend, id, "m1", sender=sender) == Gone()
    assert await backend.contact(id) == ended
    assert len(await backend.history(id)) == 1


async def test_the_system_has_a_last_word_in_an_ended_contact(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    await backend.perform(id, deed(DeedKind.LEAVE))
    result = await say(backend, id, "m1", "nobody was free", Sender.SYSTEM)
    assert isinstance(result, Appended)
    assert (await backend.history(id))[-1] == result.message


async def test_a_message_stored_before_the_end_is_still_known_after_it(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    await accept(backend, id, MARIA)
    first = await say(backend, id, "m1")
    await backend.perform(id, deed(DeedKind.END, MARIA))
    assert isinstance(first, Appended)
    assert await say(backend, id, "m1") == Appended(first.message, new=False)


async def test_nobody_writes_in_a_contact_that_does_not_exist(backend: Backend) -> None:
    for sender in Sender:
        assert await say(backend, ContactId("nobody"), f"m-{sender}", sender=sender) == Gone()


async def test_a_message_refused_may_be_sent_elsewhere_under_its_id(
    desk: DeskUnderTest, backend: Backend
) -> None:
    assert await say(backend, ContactId("nobody"), "m1") == Gone()
    result = await say(backend, await made(desk, backend), "m1")
    assert isinstance(result, Appended)
    assert result.new


async def test_history_begins_after_the_sequence_and_is_as_long_as_asked(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    for i in range(2, 8):
        await say(backend, id, f"m{i}")

    async def seqs(after: int, limit: int = 100) -> list[int]:
        return [message.seq for message in await backend.history(id, after, limit)]

    assert await seqs(0) == [1, 2, 3, 4, 5, 6, 7]
    assert await seqs(4) == [5, 6, 7]
    assert await seqs(4, 2) == [5, 6]
    assert await seqs(7) == await seqs(2**80) == await seqs(0, 0) == await seqs(0, -1) == []
    assert await seqs(-(2**80), 2**80) == [1, 2, 3, 4, 5, 6, 7]


async def test_a_lone_surrogate_is_refused_or_kept_and_harms_nobody_else(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    results = await asyncio.gather(
        say(backend, id, "m1"),
        say(backend, id, "bad", "\ud800"),
        say(backend, id, "m2"),
        return_exceptions=True,
    )
    assert isinstance(results[0], Appended)
    assert isinstance(results[2], Appended)
    history = await backend.history(id)
    assert [message.seq for message in history] == list(range(1, len(history) + 1))
    assert {MessageId("m1"), MessageId("m2")} <= {message.id for message in history}
