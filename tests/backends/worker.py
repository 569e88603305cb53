"""A console in a process of its own: ``python -m tests.backends.worker ENGINE ADDRESS ROLE …``.

Says ``ready`` when its backend is open, waits for a line, then plays its role. What it learns it prints,
one JSON value a line.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time

from tests.backends.desks import accept, say
from tests.backends.engines import connect
from tui.backends.contract import Backend, LostTo, MessageAppended, Won
from tui.desk.contact import AgentName, ContactId, Sender


async def claim(backend: Backend, agent: str, in_flight: str, *_: str) -> None:
    """Accept every contact that was pending, in an order of one's own (in the same order, whoever leads keeps
    the lead); tell what became of each."""
    waiting = [contact.id for contact in await backend.pending()]
    random.Random(agent).shuffle(waiting)
    await go()
    answers: dict[str, str] = {}

    async def take(ids: list[ContactId]) -> None:
        for id in ids:
            result = await accept(backend, id, AgentName(agent), token=f"{agent}:{id}")
            match result:
                case Won():
                    answers[id] = agent
                case LostTo(winner):
                    answers[id] = f"lost to {winner}"
                case _:
                    answers[id] = repr(result)

    began = time.monotonic()
    await asyncio.gather(*(take(waiting[i :: int(in_flight)]) for i in range(int(in_flight))))
    tell({"answers": answers, "seconds": time.monotonic() - began})


async def write(backend: Backend, name: str, contact: str, in_flight: str, *_: str) -> None:
    """Write until killed; tell each message's id and sequence once it is acknowledged."""
    await go()

    async def line(number: int) -> None:
        i = 0
        while True:
            id = f"{name}:{number}:{i}"
            result = await say(backend, ContactId(contact), id)
            tell([id, getattr(getattr(result, "message", None), "seq", None)])
            i += 1

    await asyncio.gather(*(line(number) for number in range(int(in_flight))))


async def post(backend: Backend, contact: str, count: str, pause: str, *_: str) -> None:
    """Write now and then; each text is the moment in which it was stored."""
    await go()
    for i in range(int(count)):
        await say(backend, ContactId(contact), f"post-{i}", sender=Sender.AGENT)
        tell([f"post-{i}", time.time()])
        await asyncio.sleep(float(pause))


async def watch(backend: Backend, *_: str) -> None:
    """Tell when each message was seen."""
    events = backend.watch()
    await anext(events)
    await go()
    async for event in events:
        if isinstance(event, MessageAppended):
            tell([event.message.id, time.time()])


async def go() -> None:
    """Wait until everybody is ready."""
    tell("ready")
    await asyncio.to_thread(sys.stdin.readline)


def tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


ROLES = {role.__name__: role for role in (claim, write, post, watch)}


async def main(engine: str, address: str, role: str, *arguments: str) -> None:
    backend = connect(engine, address)
    await backend.open()
    try:
        await ROLES[role](backend, *arguments)
    finally:
        await backend.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
