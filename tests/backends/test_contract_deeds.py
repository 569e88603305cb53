"""Deeds: one compare-and-set on one record, and an answer that is never wrong about who has the contact."""

from __future__ import annotations

import asyncio

import pytest

from tests.backends.desks import LUCA, MARIA, DeskUnderTest, accept, deed, say
from tui.backends.contract import Backend, Gone, LostTo, Refused, Won
from tui.desk.contact import NOBODY, AgentName, ContactId, Outcome, Sender, Status
from tui.desk.lifecycle import DeedKind


async def made(desk: DeskUnderTest, backend: Backend, dissuasion_time: float = 0.0) -> ContactId:
    return (await backend.create(desk.visitor(dissuasion_time=dissuasion_time))).id


async def test_who_accepts_a_pending_contact_wins_it(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    desk.clock.now += 3
    result = await accept(backend, id, MARIA)
    assert isinstance(result, Won)
    assert result.contact == await backend.contact(id)
    assert (result.contact.status, result.contact.agent) == (Status.ASSIGNED, MARIA)
    assert result.contact.accepted_at == desk.clock.now


async def test_who_comes_second_is_told_who_has_it(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    await accept(backend, id, MARIA)
    assert await accept(await desk.console(), id, LUCA) == LostTo(MARIA)


async def test_the_same_token_again_has_won_and_changes_nothing(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    first = await accept(backend, id, MARIA, token="t")
    desk.clock.now += 3
    assert await accept(backend, id, MARIA, token="t") == first


async def test_who_accepts_on_a_second_console_what_he_has_is_not_told_that_he_lost(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    first = await accept(backend, id, MARIA)
    assert await accept(await desk.console(), id, MARIA) == first


async def test_nobody_accepts_what_has_ended_or_never_was(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    await backend.perform(id, deed(DeedKind.LEAVE))
    assert await accept(backend, id, MARIA) == Gone()
    assert await accept(backend, ContactId("nobody"), MARIA) == Gone()


async def test_a_contact_given_back_is_pending_again_and_its_time_starts_anew(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend, dissuasion_time=60.0)
    await accept(backend, id, MARIA)
    desk.clock.now += 100
    result = await backend.perform(id, deed(DeedKind.GIVE_BACK, MARIA))
    assert isinstance(result, Won)
    assert (result.contact.status, result.contact.agent) == (Status.PENDING, NOBODY)
    assert result.contact.dissuade_at == desk.clock.now + 60.0
    assert isinstance(await accept(backend, id, LUCA), Won)


async def test_only_the_agent_who_has_a_contact_gives_it_back_or_ends_it(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    assert isinstance(await backend.perform(id, deed(DeedKind.END, LUCA)), Refused)
    won = await accept(backend, id, MARIA)
    assert isinstance(await backend.perform(id, deed(DeedKind.END, LUCA)), Refused)
    assert isinstance(await backend.perform(id, deed(DeedKind.GIVE_BACK, LUCA)), Refused)
    assert isinstance(won, Won)
    assert await backend.contact(id) == won.contact


@pytest.mark.parametrize(("spoken", "outcome"), [(True, Outcome.COMPLETED), (False, Outcome.NO_INTERACTION)])
async def test_an_agent_ends_his_contact_and_its_outcome_says_whether_they_spoke(
    desk: DeskUnderTest, backend: Backend, spoken: bool, outcome: Outcome
) -> None:
    id = await made(desk, backend)
    await accept(backend, id, MARIA)
    if spoken:
        await say(backend, id, "m1", sender=Sender.AGENT)
    result = await backend.perform(id, deed(DeedKind.END, MARIA))
    assert isinstance(result, Won)
    assert (result.contact.status, result.contact.outcome) == (Status.ENDED, outcome)
    assert (result.contact.ended_by, result.contact.ended_at) == (Sender.AGENT, desk.clock.now)
    assert result.contact == await backend.contact(id)


@pytest.mark.parametrize(("waited", "outcome"), [(9.9, Outcome.CANCELLED), (10.0, Outcome.ABANDONED)])
async def test_a_visitor_who_leaves_the_queue_has_cancelled_or_abandoned(
    desk: DeskUnderTest, backend: Backend, waited: float, outcome: Outcome
) -> None:
    id = await made(desk, backend)
    desk.clock.now += waited
    result = await backend.perform(id, deed(DeedKind.LEAVE))
    assert isinstance(result, Won)
    assert result.contact.outcome is outcome


async def test_a_contact_is_dissuaded_when_its_time_is_up_and_not_sooner(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend, dissuasion_time=60.0)
    desk.clock.now += 59.9
    assert isinstance(await backend.perform(id, deed(DeedKind.TIME_UP)), Refused)
    desk.clock.now += 0.1
    result = await backend.perform(id, deed(DeedKind.TIME_UP))
    assert isinstance(result, Won)
    assert (result.contact.outcome, result.contact.ended_by) == (Outcome.DISSUADED, Sender.SYSTEM)
    assert await backend.perform(id, deed(DeedKind.TIME_UP)) == Gone()


async def test_an_accepted_contact_is_not_dissuaded(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend, dissuasion_time=60.0)
    await accept(backend, id, MARIA)
    desk.clock.now += 100
    assert await backend.perform(id, deed(DeedKind.TIME_UP)) == LostTo(MARIA)


async def test_a_visitor_whose_page_is_silent_has_left_when_the_grace_is_over_and_not_sooner(
    desk: DeskUnderTest, backend: Backend
) -> None:
    id = await made(desk, backend)
    assert isinstance(await backend.perform(id, deed(DeedKind.GONE_SILENT)), Refused)
    desk.clock.now += 9
    await backend.set_silence(id, desk.clock.now, desk.clock.now + 8)
    desk.clock.now += 7.9
    assert isinstance(await backend.perform(id, deed(DeedKind.GONE_SILENT)), Refused)
    desk.clock.now += 0.1
    result = await backend.perform(id, deed(DeedKind.GONE_SILENT))
    assert isinstance(result, Won)
    assert result.contact.outcome is Outcome.CANCELLED  # he waited 9 s, the grace does not count
    assert (result.contact.silent_since, result.contact.gone_at) == (None, None)


async def test_a_visitor_whose_page_is_back_has_not_left(desk: DeskUnderTest, backend: Backend) -> None:
    id = await made(desk, backend)
    await backend.set_silence(id, desk.clock.now, desk.clock.now + 8)
    await backend.set_silence(id, None, None)
    desk.clock.now += 100
    assert isinstance(await backend.perform(id, deed(DeedKind.GONE_SILENT)), Refused)


async def test_of_many_agents_on_two_consoles_exactly_one_wins_each_contact(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, await desk.console()]
    contacts = [(await backend.create(desk.visitor())).id for _ in range(40)]
    agents = [AgentName(f"agent-{i}") for i in range(20)]

    async def take_all(i: int, agent: AgentName) -> dict[ContactId, object]:
        return {id: await accept(consoles[i % 2], id, agent) for id in contacts}

    answers = await asyncio.gather(*(take_all(i, agent) for i, agent in enumerate(agents)))
    for id in contacts:
        results = {agent: answer[id] for agent, answer in zip(agents, answers, strict=True)}
        winners = [agent for agent, result in results.items() if isinstance(result, Won)]
        contact = await backend.contact(id)
        assert contact is not None
        assert winners == [contact.agent]
        losers = [result for agent, result in results.items() if agent != contact.agent]
        assert losers == [LostTo(contact.agent)] * (len(agents) - 1)


async def test_of_an_accept_and_the_visitors_leaving_at_once_both_are_told_the_truth(
    desk: DeskUnderTest, backend: Backend
) -> None:
    other = await desk.console()
    for _ in range(30):
        id = await made(desk, backend)
        accepted, left = await asyncio.gather(
            accept(backend, id, MARIA), other.perform(id, deed(DeedKind.LEAVE))
        )
        contact = await backend.contact(id)
        assert contact is not None
        assert isinstance(left, Won)
        assert contact.status is Status.ENDED
        assert isinstance(accepted, Won) == (contact.agent == MARIA)
        assert isinstance(accepted, Won | Gone)
