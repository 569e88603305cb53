"""Creating contacts, finding them again, and the marks on their records."""

from __future__ import annotations

import asyncio

import pytest

from tests.backends.desks import LUCA, MARIA, DeskUnderTest, accept, deed, say
from tui.backends.contract import Backend, BackendError
from tui.desk.contact import ContactId, Sender, Status
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText


async def test_a_new_contact_is_pending_and_carries_what_the_door_knows(
    desk: DeskUnderTest, backend: Backend
) -> None:
    contact = await backend.create(desk.visitor("Anna", "the invoice", dissuasion_time=60.0, visitor="v1"))
    assert contact.status is Status.PENDING
    assert (contact.nick, contact.service, contact.lang) == ("Anna", "Sales", "it")
    assert (contact.page, contact.visitor) == ("https://shop.example/", "v1")
    assert contact.created == contact.pending_since == desk.clock.now
    assert contact.dissuade_at == desk.clock.now + 60.0
    assert contact.first_words == contact.last_words == "the invoice"
    assert await backend.contact(contact.id) == contact


async def test_the_first_message_of_a_contact_is_stored_with_it(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor("Anna", "the invoice")
    contact = await backend.create(new)
    (message,) = await backend.history(contact.id)
    assert (message.id, message.seq, message.sender) == (new.message_id, 1, Sender.VISITOR)
    assert (message.author, message.text, message.at) == ("Anna", "the invoice", desk.clock.now)
    assert contact.last_seq == 1


async def test_a_contact_without_a_dissuasion_time_may_wait_for_ever(
    desk: DeskUnderTest, backend: Backend
) -> None:
    assert (await backend.create(desk.visitor())).dissuade_at is None


async def test_creating_the_same_contact_again_changes_nothing(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor("Anna", "hello")
    await backend.create(new)
    await accept(backend, new.id, MARIA)
    before = await backend.contact(new.id)
    desk.clock.now += 5
    again = await backend.create(desk.visitor("Bruno", "other words", id=new.id))
    assert again == before == await backend.contact(new.id)
    assert len(await backend.history(new.id)) == 1


async def test_creating_a_contact_many_times_at_once_makes_one(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    other = await desk.console()
    made = await asyncio.gather(*((backend, other)[i % 2].create(new) for i in range(20)))
    assert len(set(made)) == 1
    assert len(await backend.pending()) == 1
    assert len(await backend.history(new.id)) == 1


async def test_a_first_message_whose_id_is_taken_makes_no_contact(
    desk: DeskUnderTest, backend: Backend
) -> None:
    first = desk.visitor()
    await backend.create(first)
    second = desk.visitor()
    await say(backend, first.id, second.message_id)
    with pytest.raises(BackendError):
        await backend.create(second)
    assert await backend.contact(second.id) is None


async def test_a_visitor_who_was_here_before_is_returning(desk: DeskUnderTest, backend: Backend) -> None:
    first = await backend.create(desk.visitor(visitor="v1"))
    await backend.perform(first.id, deed(DeedKind.LEAVE))
    stranger = await backend.create(desk.visitor(visitor="v2"))
    back = await backend.create(desk.visitor(visitor="v1"))
    assert (first.returning, stranger.returning, back.returning) == (False, False, True)


async def test_visitors_whose_browser_is_unknown_are_not_taken_for_each_other(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await backend.create(desk.visitor(visitor=""))
    assert not (await backend.create(desk.visitor(visitor=""))).returning


async def test_pending_holds_who_waits_and_nobody_else_longest_wait_first(
    desk: DeskUnderTest, backend: Backend
) -> None:
    ids = []
    for _ in range(4):
        ids.append((await backend.create(desk.visitor())).id)
        desk.clock.now += 1
    await accept(backend, ids[0], MARIA)
    await accept(backend, ids[1], MARIA)
    await backend.perform(ids[2], deed(DeedKind.LEAVE))
    desk.clock.now += 1
    await backend.perform(ids[0], deed(DeedKind.GIVE_BACK, MARIA))
    assert [contact.id for contact in await backend.pending()] == [ids[3], ids[0]]


async def test_an_ended_contact_can_still_be_looked_up(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.perform(new.id, deed(DeedKind.LEAVE))
    ended = await backend.contact(new.id)
    assert ended is not None
    assert ended.status is Status.ENDED


async def test_what_is_asked_of_a_contact_that_does_not_exist_is_empty(backend: Backend) -> None:
    nobody = ContactId("nobody")
    assert await backend.contact(nobody) is None
    assert await backend.secret_hash(nobody) == ""
    assert await backend.history(nobody) == ()
    await backend.mark(nobody, agent_seen=1)
    await backend.set_silence(nobody, 1.0, 2.0)
    await backend.tell_typing(nobody, Sender.VISITOR, True)
    assert await backend.pending() == ()


async def test_the_secret_hash_is_the_one_given_at_creation(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor(secret_hash="ab" * 32)
    await backend.create(new)
    await backend.create(desk.visitor(id=new.id, secret_hash="cd" * 32))
    assert await backend.secret_hash(new.id) == "ab" * 32


async def test_read_marks_rise_and_never_fall(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    for i in range(4):
        await say(backend, new.id, f"m{i}")
    await backend.mark(new.id, visitor_seen=3, agent_seen=4)
    await backend.mark(new.id, visitor_seen=2)
    await backend.mark(new.id, agent_seen=1)
    contact = await backend.contact(new.id)
    assert contact is not None
    assert (contact.visitor_seen, contact.agent_seen) == (3, 4)


async def test_nobody_has_seen_a_message_that_is_not_written_yet(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.mark(new.id, visitor_seen=2**80, agent_seen=2)
    contact = await backend.contact(new.id)
    assert contact is not None
    assert (contact.visitor_seen, contact.agent_seen) == (1, 1)


async def test_silence_is_noted_and_lifted(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.set_silence(new.id, 10.0, 18.0)
    silent = await backend.contact(new.id)
    await backend.set_silence(new.id, None, None)
    back = await backend.contact(new.id)
    assert silent is not None
    assert back is not None
    assert (silent.silent_since, silent.gone_at) == (10.0, 18.0)
    assert (back.silent_since, back.gone_at) == (None, None)


async def test_silence_is_not_noted_on_an_ended_contact(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.perform(new.id, deed(DeedKind.LEAVE))
    ended = await backend.contact(new.id)
    await backend.set_silence(new.id, 10.0, 18.0)
    assert await backend.contact(new.id) == ended


async def test_what_changes_nothing_is_not_a_change(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    before = await backend.create(new)
    await backend.mark(new.id, visitor_seen=0)
    await backend.set_silence(new.id, None, None)
    assert await backend.contact(new.id) == before


async def test_every_change_of_a_record_counts_its_version_up(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    versions = [(await backend.create(new)).version]

    async def version() -> int:
        contact = await backend.contact(new.id)
        assert contact is not None
        return contact.version

    await say(backend, new.id, "m")
    versions.append(await version())
    await backend.mark(new.id, agent_seen=2)
    versions.append(await version())
    await backend.set_silence(new.id, 1.0, 2.0)
    versions.append(await version())
    await accept(backend, new.id, LUCA)
    versions.append(await version())
    assert versions == sorted(set(versions))


async def test_consoles_on_one_desk_have_one_desk_id_and_it_stays(
    desk: DeskUnderTest, backend: Backend
) -> None:
    mine = await backend.desk_id()
    theirs = await (await desk.console()).desk_id()
    await desk.close()
    assert mine
    assert mine == theirs == await (await desk.console()).desk_id()


async def test_what_was_stored_is_there_after_closing_and_opening_again(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor(secret_hash="ab")
    await backend.create(new)
    await say(backend, new.id, "m1", "still there?")
    contact, history = await backend.contact(new.id), await backend.history(new.id)
    await desk.close()
    again = await desk.console()
    assert await again.contact(new.id) == contact
    assert await again.history(new.id) == history
    assert await again.secret_hash(new.id) == "ab"


@pytest.mark.parametrize(
    "text", ["", "  two\n\nlines\t", "quote ' \" ; --", "nul \0 inside", "ñ 你好 👩‍👩‍👧 \u202e", "x" * 4000]
)
async def test_text_comes_back_as_it_was_written(desk: DeskUnderTest, backend: Backend, text: str) -> None:
    new = desk.visitor(text, text)
    contact = await backend.create(new)
    await say(backend, new.id, "m1", text)
    first, second = await backend.history(new.id)
    assert contact.nick == first.text == first.author == second.text == RemoteText(text)
    assert text.startswith(contact.first_words)


async def test_an_engine_is_healthy_while_it_is_open(desk: DeskUnderTest, backend: Backend) -> None:
    assert await backend.healthy()
    await backend.close()
    assert not await backend.healthy()


async def test_a_closed_engine_says_so_to_every_call(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.close()
    await backend.close()
    for call in (
        backend.create(new),
        accept(backend, new.id, MARIA),
        say(backend, new.id, "m"),
        backend.history(new.id),
        backend.contact(new.id),
        backend.pending(),
        backend.desk_id(),
        backend.secret_hash(new.id),
        backend.mark(new.id, agent_seen=1),
        backend.set_silence(new.id, None, None),
        backend.tell_typing(new.id, Sender.AGENT, True),
    ):
        with pytest.raises(BackendError):
            await call
