"""Random histories: every engine answers like the model, and a watch knows what a newcomer is told."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.backends.desks import LUCA, MARIA, DeskUnderTest, Fold, say
from tests.backends.engines import ENGINES
from tests.parts.memory_backend import MemoryBackend
from tui.backends.contract import Backend
from tui.desk.contact import NOBODY, AgentName, ContactId, MessageId, Sender
from tui.desk.lifecycle import Deed, DeedKind
from tui.text import RemoteText

CONTACTS = [ContactId(name) for name in ("a", "b", "c")]
CONSOLES = 2


@dataclass(frozen=True)
class Step:
    """Something that one of the consoles does."""

    console: int
    contact: ContactId
    what: str
    kind: DeedKind = DeedKind.ACCEPT
    agent: AgentName = MARIA
    sender: Sender = Sender.VISITOR
    number: int = 0
    """A message's, a token's, a mark's or a number of seconds."""


WHATS = ["create", "create", "deed", "deed", "deed", "say", "say", "say", "mark", "silence", "typing", "wait"]
WHATS += ["visit"]

steps = st.builds(
    Step,
    console=st.integers(0, CONSOLES - 1),
    contact=st.sampled_from(CONTACTS),
    what=st.sampled_from([*WHATS, "compare"]),
    kind=st.sampled_from([DeedKind.ACCEPT, DeedKind.ACCEPT, *DeedKind]),
    agent=st.sampled_from([MARIA, LUCA]),
    sender=st.sampled_from(Sender),
    number=st.integers(0, 12),
)


@pytest.mark.parametrize("name", sorted(ENGINES))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(history=st.lists(steps, min_size=10, max_size=60))
def test_an_engine_answers_like_the_model_and_its_watches_come_out_like_a_fresh_snapshot(
    name: str, history: list[Step]
) -> None:
    asyncio.run(live_through(name, history))


async def live_through(name: str, history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = ENGINES[name]
        desk = DeskUnderTest(engine, engine.address(Path(folder)))
        model = MemoryBackend(clock=desk.clock)
        await model.open()
        try:
            consoles = [await desk.console() for _ in range(CONSOLES)]
            folds = [Fold(console.watch()) for console in consoles]
            for step in [*history, Step(0, CONTACTS[0], "compare")]:
                if step.what == "wait":
                    desk.clock.now += step.number
                elif step.what == "compare":
                    for fold in folds:
                        await fold.agrees_with(consoles[step.console])
                    await compare(consoles[step.console], model)
                else:
                    assert await do(consoles[step.console], step, desk) == await do(model, step, desk)
        finally:
            await desk.close()
            await model.close()


async def do(backend: Backend, step: Step, desk: DeskUnderTest) -> object:
    id, now = step.contact, desk.clock.now
    match step.what:
        case "create":
            visitor = ("", "v1", "v2")[step.number % 3]
            new = desk.visitor(id=id, visitor=visitor, dissuasion_time=float(step.number % 7))
            offline = step.number % 5 == 4
            return await backend.create(replace(new, message_id=MessageId(f"first-of-{id}"), offline=offline))
        case "deed":
            agent = step.agent if step.kind.value in ("accept", "give_back", "end") else NOBODY
            return await backend.perform(id, Deed(step.kind, f"{step.kind}{step.number}", agent))
        case "say":
            return await say(backend, id, f"m{step.number}", f"text {step.console}", step.sender)
        case "mark":
            got = None if step.console else step.number + 1
            await backend.mark(
                id, visitor_seen=step.number, agent_seen=step.number // 2, visitor_received=got
            )
        case "visit":
            await backend.visit(id, RemoteText(f"https://shop.example/{step.number % 3}"))
        case "silence":
            silent = step.number % 2 == 0
            await backend.set_silence(id, now if silent else None, now + 3 if silent else None)
        case _:
            await backend.tell_typing(id, step.sender, step.number % 2 == 0)
    return None


async def compare(backend: Backend, model: Backend) -> None:
    assert await backend.pending() == await model.pending()
    for id in CONTACTS:
        assert await backend.contact(id) == await model.contact(id)
        assert await backend.history(id) == await model.history(id)
