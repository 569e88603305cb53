"""Watching: a snapshot, then what happens, whoever did it; and it comes out the same after a resync."""

from __future__ import annotations

import asyncio

import pytest

from tests.backends.desks import (
    LUCA,
    MARIA,
    DeskUnderTest,
    Fold,
    accept,
    deed,
    next_event,
    say,
    snapshot_of,
    soon,
)
from tui.backends.contract import Backend, MessageAppended, Snapshot
from tui.desk.contact import Sender, Status
from tui.desk.lifecycle import DeedKind


async def test_a_watch_begins_with_everything_that_is_not_ended(
    desk: DeskUnderTest, backend: Backend
) -> None:
    pending = await backend.create(desk.visitor())
    desk.clock.now += 1
    assigned = await backend.create(desk.visitor())
    ended = await backend.create(desk.visitor())
    await accept(backend, assigned.id, MARIA)
    await say(backend, assigned.id, "m1")
    await backend.perform(ended.id, deed(DeedKind.LEAVE))
    first = await snapshot_of(backend)
    assert {contact.id for contact in first.contacts} == {pending.id, assigned.id}
    assert await backend.contact(assigned.id) in first.contacts
    assert first.messages == await backend.history(assigned.id)


async def test_the_watch_of_an_empty_desk_begins_with_an_empty_snapshot(backend: Backend) -> None:
    assert await snapshot_of(backend) == Snapshot((), ())


@pytest.mark.parametrize("own", [True, False])
async def test_a_watch_tells_of_contacts_and_messages_whichever_console_made_them(
    desk: DeskUnderTest, backend: Backend, own: bool
) -> None:
    other = backend if own else await desk.console()
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    new = desk.visitor()
    await other.create(new)
    await fold.until(lambda fold: new.id in fold.contacts)
    assert fold.contacts[new.id] == await backend.contact(new.id)
    await accept(other, new.id, LUCA)
    await fold.until(lambda fold: fold.contacts[new.id].status is Status.ASSIGNED)
    await say(other, new.id, "m1")
    await fold.until(lambda fold: any(m.id == "m1" for m in fold.messages.get(new.id, ())))
    assert fold.contacts[new.id] == await backend.contact(new.id)
    await fold.agrees_with(backend)


async def test_a_watch_sees_a_contact_end(desk: DeskUnderTest, backend: Backend) -> None:
    fold = Fold(backend.watch())
    id = (await backend.create(desk.visitor())).id
    await fold.until(lambda fold: id in fold.open())
    await (await desk.console()).perform(id, deed(DeedKind.LEAVE))
    await fold.until(lambda fold: id not in fold.open())


async def test_marks_and_silence_are_told_as_changes_of_the_contact(
    desk: DeskUnderTest, backend: Backend
) -> None:
    other = await desk.console()
    fold = Fold(backend.watch())
    id = (await backend.create(desk.visitor())).id
    await other.mark(id, agent_seen=1)
    await other.set_silence(id, 5.0, 13.0)
    await fold.until(lambda fold: id in fold.contacts and fold.contacts[id].gone_at == 13.0)
    assert fold.contacts[id].agent_seen == 1


async def test_typing_is_told_to_every_watch(desk: DeskUnderTest, backend: Backend) -> None:
    other = await desk.console()
    id = (await backend.create(desk.visitor())).id
    folds = [Fold(backend.watch()), Fold(other.watch())]
    for fold in folds:
        fold.take(await next_event(fold.watch))
    for typing in (True, False):
        await other.tell_typing(id, Sender.VISITOR, typing)
        for fold in folds:
            await fold.until(
                lambda fold, typing=typing: bool(fold.typing) and fold.typing[-1].typing is typing  # type: ignore[misc]
            )
            told = fold.typing[-1]
            assert (told.contact, told.sender, told.at) == (id, Sender.VISITOR, desk.clock.now)


async def test_a_message_comes_after_the_typing_that_came_before_it(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = (await backend.create(desk.visitor())).id
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    await asyncio.gather(backend.tell_typing(id, Sender.VISITOR, True), say(backend, id, "m1"))
    await fold.until(lambda fold: fold.contacts[id].last_seq == 2)
    if not isinstance(fold.events[-1], Snapshot):  # a resync may leave both out
        await fold.until(lambda fold: bool(fold.messages))
        assert fold.typing
        assert isinstance(fold.events[-1], MessageAppended)


async def test_nobody_types_in_an_ended_contact(desk: DeskUnderTest, backend: Backend) -> None:
    id = (await backend.create(desk.visitor())).id
    await backend.perform(id, deed(DeedKind.LEAVE))
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    await backend.tell_typing(id, Sender.VISITOR, True)
    other = await backend.create(desk.visitor())
    await fold.until(lambda fold: other.id in fold.contacts)
    assert not fold.typing


async def test_messages_come_in_sequence_order_after_their_contact_while_many_write(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, await desk.console()]
    folds = [Fold(console.watch()) for console in consoles]

    async def chat(writer: int) -> None:
        id = (await consoles[writer % 2].create(desk.visitor())).id
        await accept(consoles[writer % 2], id, MARIA)
        for i in range(15):
            await say(consoles[(writer + i) % 2], id, f"{writer}:{i}")

    await asyncio.gather(*(chat(writer) for writer in range(20)))
    for fold in folds:
        await fold.agrees_with(backend)
        assert len(fold.open()) == 20


async def test_several_watches_of_one_console_hear_the_same(desk: DeskUnderTest, backend: Backend) -> None:
    early = Fold(backend.watch())
    ids = [(await backend.create(desk.visitor())).id for _ in range(3)]
    late = Fold(backend.watch())
    await accept(backend, ids[0], MARIA)
    for fold in (early, late):
        await fold.agrees_with(backend)


async def test_a_listener_who_does_not_listen_for_a_while_comes_out_the_same(
    desk: DeskUnderTest, backend: Backend
) -> None:
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    ids = [(await backend.create(desk.visitor())).id for _ in range(10)]
    for id in ids:
        await accept(backend, id, MARIA)
        await asyncio.gather(*(say(backend, id, f"{id}:{i}") for i in range(10)))
    for id in ids[:5]:
        await backend.perform(id, deed(DeedKind.END, MARIA))
    await fold.agrees_with(backend)
    assert len(fold.open()) == 5


async def test_waiting_for_an_event_may_be_given_up_and_taken_up_again(
    desk: DeskUnderTest, backend: Backend
) -> None:
    fold = Fold(backend.watch())
    fold.take(await next_event(fold.watch))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(fold.watch), 0.05)
    id = (await backend.create(desk.visitor())).id
    await fold.until(lambda fold: id in fold.contacts)


async def test_every_watch_ends_when_the_engine_closes(desk: DeskUnderTest, backend: Backend) -> None:
    fresh, waiting = backend.watch(), backend.watch()
    await next_event(waiting)

    async def listen() -> None:
        async for _ in waiting:
            pass

    listener = asyncio.create_task(listen())
    await asyncio.sleep(0)
    await soon(backend.close())
    await soon(listener)
    with pytest.raises(StopAsyncIteration):
        await soon(anext(fresh))


async def test_a_watch_goes_on_when_another_console_closes(desk: DeskUnderTest, backend: Backend) -> None:
    other = await desk.console()
    fold = Fold(backend.watch())
    await other.create(desk.visitor())
    await other.close()
    id = (await backend.create(desk.visitor())).id
    await fold.until(lambda fold: id in fold.contacts)
    await fold.agrees_with(backend)


async def test_a_record_told_is_the_record_kept(desk: DeskUnderTest, backend: Backend) -> None:
    fold = Fold(backend.watch())
    created = await backend.create(desk.visitor(visitor="v1", dissuasion_time=60.0))
    await fold.until(lambda fold: created.id in fold.contacts)
    assert fold.contacts[created.id] == created
