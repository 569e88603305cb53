"""What an engine keeps of a visitor: what the site told of him, his way through it, what his page has got,
and the word he leaves when nobody is there."""

from __future__ import annotations

from dataclasses import replace

from tests.backends.desks import LUCA, MARIA, DeskUnderTest, Fold, accept, deed, say, soon
from tui.backends.contract import Appended, Backend, Gone, Refused, Won
from tui.backends.records import TRAIL_KEPT
from tui.desk.contact import Contact, ContactId, Outcome, Sender, Status, Visit
from tui.desk.lifecycle import DeedKind
from tui.desk.presence import LEASE, Patience, Presence, presence
from tui.text import RemoteText

HOME = RemoteText("https://shop.example/")
CART = RemoteText("https://shop.example/cart")
PATIENCE = Patience(in_queue=120.0, in_chat=600.0)


async def _record(backend: Backend, id: ContactId) -> Contact:
    contact = await backend.contact(id)
    assert contact is not None
    return contact


async def test_what_the_site_told_and_the_way_before_the_chat_are_kept_in_their_order(
    desk: DeskUnderTest, backend: Backend
) -> None:
    data = ((RemoteText("order number"), RemoteText("4711")), (RemoteText("email"), RemoteText("a@b.c")))
    trail = (Visit(HOME, 100.0), Visit(CART, 160.5))
    new = replace(desk.visitor(), data=data, trail=trail)
    await backend.create(new)
    contact = await _record(await desk.console(), new.id)
    assert (contact.data, contact.trail) == (data, trail)


async def test_pages_are_added_to_the_trail_and_the_page_he_is_on_only_once(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = replace(desk.visitor(), trail=(Visit(HOME, 100.0),))
    before = await backend.create(new)
    await backend.visit(new.id, HOME)
    assert await _record(backend, new.id) == before
    await backend.visit(new.id, CART)
    desk.clock.now += 5
    await backend.visit(new.id, CART)
    await backend.visit(new.id, HOME)
    now = desk.clock.now
    assert (await _record(backend, new.id)).trail == (
        Visit(HOME, 100.0),
        Visit(CART, now - 5),
        Visit(HOME, now),
    )


async def test_of_a_long_way_the_newest_pages_are_kept(desk: DeskUnderTest, backend: Backend) -> None:
    long_way = tuple(Visit(RemoteText(f"https://shop.example/{i}"), float(i)) for i in range(TRAIL_KEPT + 5))
    new = replace(desk.visitor(), trail=long_way)
    await backend.create(new)
    assert (await _record(backend, new.id)).trail == long_way[5:]
    await backend.visit(new.id, CART)
    trail = (await _record(backend, new.id)).trail
    assert len(trail) == TRAIL_KEPT
    assert trail[-1] == Visit(CART, desk.clock.now)


async def test_a_page_is_not_noted_on_an_ended_contact_nor_on_one_that_is_unknown(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.perform(new.id, deed(DeedKind.LEAVE))
    ended = await _record(backend, new.id)
    await backend.visit(new.id, CART)
    assert await _record(backend, new.id) == ended
    await backend.visit(ContactId("nobody"), CART)


async def test_every_console_hears_of_a_page(desk: DeskUnderTest, backend: Backend) -> None:
    new = desk.visitor()
    await backend.create(new)
    other = await desk.console()
    fold = Fold(other.watch())
    await backend.visit(new.id, CART)
    await soon(fold.agrees_with(backend))


async def test_what_the_page_has_got_rises_never_falls_and_is_at_least_what_was_seen(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    for i in range(4):
        await say(backend, new.id, f"m{i}")
    marks = []
    for kind, seq in (("received", 3), ("received", 2), ("seen", 4), ("received", 2**80)):
        if kind == "received":
            await backend.mark(new.id, visitor_received=seq)
        else:
            await backend.mark(new.id, visitor_seen=seq)
        contact = await _record(backend, new.id)
        marks.append((contact.visitor_received, contact.visitor_seen))
    assert marks == [(3, 0), (3, 0), (4, 4), (5, 4)]


async def test_a_word_left_offline_waits_for_the_next_shift_and_is_not_dissuaded(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = replace(desk.visitor(dissuasion_time=60.0), offline=True)
    contact = await backend.create(new)
    assert contact.offline
    assert contact.dissuade_at is None
    desk.clock.now += 16 * 3600
    await backend.perform(new.id, deed(DeedKind.TIME_UP))
    assert [waiting.id for waiting in await backend.pending()] == [new.id]
    assert isinstance(await accept(backend, new.id, MARIA), Won)
    given_back = await backend.perform(new.id, deed(DeedKind.GIVE_BACK, MARIA))
    assert isinstance(given_back, Won)
    assert given_back.contact.dissuade_at is None


async def test_a_page_that_falls_silent_does_not_end_what_was_left_offline(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = replace(desk.visitor(), offline=True)
    before = await backend.create(new)
    await backend.set_silence(new.id, None, desk.clock.now + 60)
    await backend.set_silence(new.id, desk.clock.now, desk.clock.now + 8)
    assert await _record(backend, new.id) == before
    desk.clock.now += 3600
    await backend.perform(new.id, deed(DeedKind.GONE_SILENT))
    assert (await _record(backend, new.id)).status is Status.PENDING


async def test_a_word_left_offline_is_dealt_with_and_ended_and_no_answer_is_stored_that_nobody_reads(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = replace(desk.visitor(), offline=True)
    await backend.create(new)
    await accept(backend, new.id, LUCA)
    before = await _record(backend, new.id)
    for _ in range(2):  # nor when it is tried again
        assert isinstance(await say(backend, new.id, "answer", "hello?", Sender.AGENT), Refused)
    assert await _record(backend, new.id) == before
    assert [message.text for message in await backend.history(new.id)] == [new.text]
    for id, sender in (("n", Sender.NOTE), ("v", Sender.VISITOR), ("s", Sender.SYSTEM)):
        assert isinstance(await say(backend, new.id, id, "one more thing", sender), Appended)
    await backend.perform(new.id, deed(DeedKind.END, LUCA))
    contact = await _record(backend, new.id)
    assert (contact.status, contact.outcome, contact.offline) == (Status.ENDED, Outcome.COMPLETED, True)
    assert await say(backend, new.id, "late", "hello?", Sender.AGENT) == Gone()


async def test_a_word_left_offline_that_nobody_added_to_was_completed_by_the_agent_who_ended_it(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = replace(desk.visitor(), offline=True)
    await backend.create(new)
    await accept(backend, new.id, LUCA)
    await backend.perform(new.id, deed(DeedKind.END, LUCA))
    assert (await _record(backend, new.id)).outcome is Outcome.COMPLETED


async def test_every_console_can_tell_a_goodbye_from_an_absence_and_that_they_are_back(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    other = await desk.console()
    fold = Fold(other.watch())
    now = desk.clock.now
    for silence, where in (
        ((None, now + LEASE), Presence.HERE),
        ((now, None), Presence.AWAY),
        ((now, now + 20.0), Presence.LEAVING),
        ((None, now + LEASE), Presence.HERE),
    ):
        await backend.set_silence(new.id, *silence)
        assert presence(await _record(other, new.id), now, PATIENCE) is where
        await soon(fold.agrees_with(backend))


async def test_an_absence_ends_a_contact_after_the_time_of_where_it_stands_then_and_not_sooner(
    desk: DeskUnderTest, backend: Backend
) -> None:
    waiting, chat = desk.visitor(), desk.visitor()
    for new in (waiting, chat):
        await backend.create(new)
        await backend.set_silence(new.id, desk.clock.now, None)
    desk.clock.now += 119
    await accept(backend, chat.id, MARIA)  # between a look at the clock and the deed it leads to
    desk.clock.now += 1
    result = await backend.perform(waiting.id, deed(DeedKind.GONE_SILENT, patience=PATIENCE))
    assert isinstance(result, Won)
    assert result.contact.outcome is Outcome.CANCELLED  # they never waited: the absence does not count
    gone = deed(DeedKind.GONE_SILENT, patience=PATIENCE)
    assert isinstance(await backend.perform(chat.id, gone), Refused)
    desk.clock.now += 480
    assert isinstance(await backend.perform(chat.id, gone), Won)


async def test_who_is_back_before_the_deed_is_done_has_not_left(
    desk: DeskUnderTest, backend: Backend
) -> None:
    new = desk.visitor()
    await backend.create(new)
    await backend.set_silence(new.id, desk.clock.now, None)
    desk.clock.now += 300
    await backend.set_silence(new.id, None, desk.clock.now + LEASE)
    gone = deed(DeedKind.GONE_SILENT, patience=PATIENCE)
    assert isinstance(await backend.perform(new.id, gone), Refused)
    assert (await _record(backend, new.id)).status is Status.PENDING
