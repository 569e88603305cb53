"""Several processes on one desk: races, sudden death, and how soon one sees what another did."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backends.crowd import Crowd
from tests.backends.desks import DeskUnderTest, snapshot_of
from tests.backends.engines import ENGINES, SHARED
from tui.desk.contact import MessageId, Status


@pytest.fixture(params=SHARED)
async def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Crowd]:
    """No process yet, on each engine that several processes share."""
    engine = ENGINES[request.param]
    crowd = Crowd(DeskUnderTest(engine, engine.address(tmp_path)))
    yield crowd
    await crowd.close()
    await crowd.desk.close()


async def test_of_six_processes_exactly_one_wins_each_contact_and_the_others_know_who(crowd: Crowd) -> None:
    agents = [f"agent-{i}" for i in range(6)]
    backend = await crowd.desk.console()
    made = await asyncio.gather(*(backend.create(crowd.desk.visitor()) for _ in range(400)))
    workers = await crowd.start(*(("claim", agent, "8") for agent in agents))
    for worker in workers:
        await worker.go()
    answers = [(await worker.heard())["answers"] for worker in workers]
    taken = 0
    for contact in made:
        record = await backend.contact(contact.id)
        assert record is not None
        assert record.status is Status.ASSIGNED
        for agent, answer in zip(agents, answers, strict=True):
            won = record.agent == agent
            assert answer[contact.id] == (agent if won else f"lost to {record.agent}")
            taken += won
    assert taken == len(made)
    assert len({record.agent for record in (await snapshot_of(backend)).contacts}) > 1, "there was no race"


async def test_every_acknowledged_message_of_a_process_that_was_killed_is_there(crowd: Crowd) -> None:
    backend = await crowd.desk.console()
    contact = await backend.create(crowd.desk.visitor())
    acknowledged: dict[str, int] = {}
    for round in range(2):
        doomed, witness = await crowd.start(*(("write", f"{name}{round}", contact.id, "10") for name in "dw"))
        await doomed.go()
        await witness.go()
        told = [await doomed.heard() for _ in range(150)]
        told += await doomed.kill()
        told += [await witness.heard() for _ in range(20)]  # whoever lives goes on
        told += await witness.kill()
        acknowledged |= dict(told)
    history = await backend.history(contact.id)
    stored = {message.id: message.seq for message in history}
    assert {id: stored.get(MessageId(id)) for id in acknowledged} == acknowledged
    assert [message.seq for message in history] == list(range(1, len(history) + 1))
    await crowd.desk.close()
    reopened = await crowd.desk.console()
    assert await reopened.history(contact.id) == history
    record = await reopened.contact(contact.id)
    assert record is not None
    assert record.last_seq == len(history)


async def test_a_watch_sees_within_200_ms_what_another_process_wrote(crowd: Crowd) -> None:
    backend = await crowd.desk.console()
    contact = await backend.create(crowd.desk.visitor())
    watcher, poster = await crowd.start(("watch",), ("post", contact.id, "20", "0.03"))
    await watcher.go()
    await poster.go()
    stored = dict([await poster.heard() for _ in range(20)])
    seen = dict([await watcher.heard() for _ in range(20)])
    delays = sorted(seen[id] - stored[id] for id in stored)
    assert statistics.median(delays) < 0.2
    assert delays[-2] < 0.2, "one of twenty may meet a busy machine"
