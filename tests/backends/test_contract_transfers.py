"""Contacts passed on, labelled and noted in: every engine keeps all that the deeds say."""

from __future__ import annotations

import asyncio
import itertools

from tests.backends.desks import LUCA, MARIA, DeskUnderTest, accept, say
from tui.backends.contract import Appended, Backend, ConsoleBeat, Gone, LostTo, Refused, Won
from tui.desk.contact import NOBODY, AgentName, Contact, ContactId, Returned, Sender, Status
from tui.desk.lifecycle import Deed, DeedKind, Labels
from tui.text import RemoteText

PAOLO = AgentName("Paolo")
_tokens = itertools.count()


async def does(backend: Backend, id: ContactId, kind: DeedKind, agent: AgentName, **more: object) -> Contact:
    result = await tries(backend, id, kind, agent, **more)
    assert isinstance(result, Won), result
    assert result.contact == await backend.contact(id), "what is answered is what is kept"
    return result.contact


async def tries(backend: Backend, id: ContactId, kind: DeedKind, agent: AgentName, **more: object) -> object:
    deed = Deed(kind, f"transfer {next(_tokens)}", agent, **more)  # type: ignore[arg-type]
    return await backend.perform(id, deed)


async def passed(desk: DeskUnderTest, backend: Backend, **to: object) -> ContactId:
    """A contact of Maria's on its way to Paolo, or to whom is said."""
    id = (await backend.create(desk.visitor(dissuasion_time=300.0))).id
    await accept(backend, id, MARIA)
    await does(backend, id, DeedKind.TRANSFER, MARIA, **({"to": PAOLO} | to), seconds=60.0, note="look")
    return id


async def test_a_transfer_comes_back_declined_and_is_taken_again(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await passed(desk, backend)
    sent = (await backend.pending())[0]
    assert (sent.addressed_to, sent.transferred_by, sent.transfer_note) == (PAOLO, MARIA, "look")
    assert sent.return_at == desk.clock.now + 60.0
    back = await does(backend, id, DeedKind.DECLINE, PAOLO, note="at lunch")
    assert (back.addressed_to, back.returned, back.return_reason) == (MARIA, Returned.DECLINED, "at lunch")
    taken = await does(backend, id, DeedKind.ACCEPT, MARIA)
    assert (taken.agent, taken.addressed_to, taken.returned) == (MARIA, NOBODY, None)


async def test_a_transfer_nobody_takes_goes_back_when_its_time_is_up(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await passed(desk, backend)
    assert isinstance(await tries(backend, id, DeedKind.RETURN_DUE, NOBODY), Refused)
    desk.clock.now += 60.0
    back = await does(backend, id, DeedKind.RETURN_DUE, NOBODY)
    assert (back.addressed_to, back.returned, back.returned_by) == (MARIA, Returned.EXPIRED, PAOLO)


async def test_accepting_and_running_out_at_once_have_one_winner(
    desk: DeskUnderTest, backend: Backend
) -> None:
    other = await desk.console()
    for _ in range(20):
        id = await passed(desk, backend)
        desk.clock.now += 60.0
        accepted, returned = await asyncio.gather(
            tries(backend, id, DeedKind.ACCEPT, PAOLO), tries(other, id, DeedKind.RETURN_DUE, NOBODY)
        )
        record = await backend.contact(id)
        assert record is not None
        if isinstance(accepted, Won):
            assert returned == LostTo(PAOLO)
            assert (record.status, record.agent) == (Status.ASSIGNED, PAOLO)
        else:
            assert isinstance(returned, Won)
            assert (record.status, record.addressed_to) == (Status.PENDING, MARIA)


async def test_a_group_is_one_place_and_the_first_of_it_has_it(desk: DeskUnderTest, backend: Backend) -> None:
    id = await passed(desk, backend, to=NOBODY, to_group="Billing")
    assert isinstance(await tries(backend, id, DeedKind.ACCEPT, LUCA), Refused)
    await does(backend, id, DeedKind.ACCEPT, LUCA, groups=("Billing",))
    assert await tries(backend, id, DeedKind.ACCEPT, PAOLO, groups=("Billing",)) == LostTo(LUCA)


async def test_labels_are_kept_also_after_the_end(desk: DeskUnderTest, backend: Backend) -> None:
    id = (await backend.create(desk.visitor())).id
    await accept(backend, id, MARIA)
    await does(backend, id, DeedKind.END, MARIA)
    labels = Labels(("billing", 'with "quotes", and commas'), "red", RemoteText("gelöst ✓"))
    after = await does(backend, id, DeedKind.LABEL, MARIA, labels=labels)
    assert Labels(after.tags, after.colour, after.resolution) == labels


async def test_a_note_is_in_the_transcript_and_is_not_the_contacts_last_word(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = (await backend.create(desk.visitor(text="hello"))).id
    noted = await say(backend, id, "n1", "mind the tone", Sender.NOTE)
    assert isinstance(noted, Appended)
    record = await backend.contact(id)
    assert record is not None
    assert (record.last_seq, record.last_spoken, record.last_words) == (2, 1, "hello")
    assert [message.sender for message in await backend.history(id)] == [Sender.VISITOR, Sender.NOTE]


async def test_a_note_may_come_after_the_end_and_a_message_may_not(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = (await backend.create(desk.visitor())).id
    await does(backend, id, DeedKind.LEAVE, NOBODY)
    assert isinstance(await say(backend, id, "n1", "rude", Sender.NOTE), Appended)
    assert await say(backend, id, "m1", "wait!", Sender.AGENT) == Gone()


async def test_what_a_console_says_of_its_agent_is_heard_by_the_others(
    desk: DeskUnderTest, backend: Backend
) -> None:
    beat = ConsoleBeat(
        *("one", MARIA, 1.0, desk.clock.now, "pid 1", False, False),
        *(True, 5.0, "lunch", 3, 4, ("Billing", "Tech")),
    )
    await backend.beat(beat)
    assert await (await desk.console()).consoles() == (beat,)
