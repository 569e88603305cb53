"""Connections are bounded in number and in time, and no flood on one makes the desk loop stand still."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import psutil
import pytest

from tests.parts.processes import base_env, start, stop
from tests.parts.waiting import until, until_async
from tests.web.desk import ROOMY, Desk
from tests.web.floods import Line, Standstill, frame, handshake, lines, pour, request
from tests.web.test_behind_a_proxy import free_port
from tui.backends.contract import NewContact
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId, MessageId, Sender
from tui.text import RemoteText
from tui.web import connections, fields
from tui.web.guards import hash_of

STILL = 0.7
"""Seconds of work for which the loop may not come round in a flood."""


def problem(answer: bytes) -> tuple[int, str]:
    """Status and words of a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer
    return int(head.split()[1]), json.loads(body)["detail"]


async def works(line: Line) -> bool:
    line.send(request())
    return b" 200 " in await line.head()


async def test_an_address_has_only_so_many_connections(desk: Desk) -> None:
    desk.set_web(connections_per_address=3)
    async with lines(desk, 3, "127.0.0.2") as mine, lines(desk, 1, "127.0.0.2") as (more,):
        assert problem(await more.answer()) == (429, "Too many connections from this address.")
        async with lines(desk, 1, "127.0.0.3") as (other,):
            assert await works(other)
        assert all([await works(line) for line in mine])
        mine[0].close()
        await until_async(lambda: desk.door._connections._by_network["127.0.0.2"] == 2)
        async with lines(desk, 1, "127.0.0.2") as (again,):
            assert await works(again)
    await until_async(lambda: desk.door._connections._by_network.total == 0)


async def test_the_door_has_only_so_many_connections_in_all(desk: Desk) -> None:
    desk.set_web(connections=10)
    async with (
        lines(desk, 5, "127.0.0.2"),
        lines(desk, 5, "127.0.0.3"),
        lines(desk, 1, "127.0.0.4") as (more,),
    ):
        assert problem(await more.answer()) == (503, "Too many connections.")


async def test_a_proxy_of_ours_is_not_one_visitor(desk: Desk) -> None:
    desk.set_web(connections_per_address=2, trusted_proxies=("127.0.0.2",))
    async with lines(desk, 8, "127.0.0.2") as of_proxy:
        assert all([await works(line) for line in of_proxy])


async def test_what_never_becomes_a_request_is_closed_in_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.4)
    visit = await desk.visit()
    async with lines(desk, 4) as (mute, slow, idle, shaking):
        assert await works(idle)
        shaking.send(handshake(visit)[:-2])

        async def drip() -> None:
            for letter in request(X="y" * 500):
                slow.send(letter)
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        for line in (mute, slow, idle, shaking):
            await line.answer(5)
        dripping.cancel()
    await until_async(lambda: desk.door._hall.streams.total == 0)


async def test_a_proxy_may_keep_its_connections(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.2)
    desk.set_web(trusted_proxies=("127.0.0.2",))
    async with lines(desk, 1, "127.0.0.2") as (kept,), lines(desk, 1, "127.0.0.3") as (other,):
        assert await works(kept)
        assert await other.answer(5) == b""
        assert await works(kept)


async def test_a_body_that_does_not_come_is_waited_for_in_bounds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "BODY_WITHIN", 0.3)
    monkeypatch.setattr(connections, "LINGER", 0.2)
    async with lines(desk, 1) as (line,):
        line.send(
            request("/v1/contacts", "POST", '{"nick"', Content_Type="application/json", Content_Length="99")
        )
        assert problem(await line.answer()) == (408, "The body did not come in time.")
    assert await desk.backend.pending() == ()


async def test_who_does_not_take_an_answer_is_let_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "TAKEN_WITHIN", 0.5)
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.1)
    await desk.reopen()
    visit = await desk.visit()
    for number in range(40):
        await desk.agent_says(visit, f"{number}".ljust(4_000, "x"))
    async with lines(desk, 1) as (line,):
        asked = request(f"{visit.path}/messages", Authorization=f"Bearer {visit.token}")
        line.writer.get_extra_info("socket").setsockopt(1, 8, 4_096)
        line.reader._transport.pause_reading()  # type: ignore[attr-defined]
        line.send(asked * 30)
        await until_async(lambda: any(c._stuck for c in desk.door._connections.open), 10)
        await until_async(lambda: not any(c._stuck for c in desk.door._connections.open), 10)
    await until_async(lambda: desk.door._hall.callers.total == 0, 10)


@pytest.mark.parametrize(
    "data",
    [
        frame(9) * 20_000,
        frame(10, b"x") * 20_000,
        frame(0, fin=False) * 40_000,
        frame(1, b'{"type":"ping"}') * 6_000,
        frame(2, b"x" * 60_000) * 8,
        b"\xff" * 200_000,
    ],
    ids=["pings", "pongs", "fragments", "texts", "binary", "garbage"],
)
async def test_a_flood_on_streams_is_cut_off_while_the_loop_goes_on(desk: Desk, data: bytes) -> None:
    visit = await desk.visit()
    opening = handshake(visit)
    if data.startswith(b"\x00"):
        opening += frame(1, fin=False).decode("latin-1")
    still = Standstill()
    async with still.measured():
        floods = [asyncio.to_thread(pour, desk.bound.port, opening, data, 40) for _ in range(4)]
        sent = await asyncio.gather(*floods)
    assert still.longest < STILL
    assert max(sent) < 40 * len(data)
    await until_async(lambda: desk.door._hall.streams.total == 0)
    async with desk.page(visit) as page:
        await page.next("status")


async def test_many_readers_of_a_long_transcript_do_not_hold_the_loop_up(desk: Desk) -> None:
    visit = await desk.visit()
    for _ in range(6):
        await asyncio.gather(*(desk.agent_says(visit, "ä" * 4_000) for _ in range(50)))
    still = Standstill()

    async def read() -> int:
        answers = 0
        for _ in range(5):
            async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
                answers += answer.status == 200 and bool(await answer.read())
        return answers

    async with still.measured():
        assert await asyncio.gather(*(read() for _ in range(20))) == [5] * 20
    assert still.longest < STILL


@pytest.mark.timeout(180)
async def test_readers_of_a_thousand_long_messages_cost_the_door_little_memory(tmp_path: Path) -> None:
    """In a process of its own, with readers that take nothing of what they ask for."""
    backend = SqliteBackend(tmp_path / "deskbell.db")
    await backend.open()
    contact, token = ContactId("long"), "secret"
    text = RemoteText("\U0001f600" * 4_000)
    await backend.create(
        NewContact(contact, RemoteText("Anna"), text, MessageId("1"), secret_hash=hash_of(token))
    )
    for begin in range(0, 1_000, 50):
        await asyncio.gather(
            *(
                backend.append(contact, MessageId(f"m{begin + n}"), Sender.AGENT, RemoteText("M"), text)
                for n in range(50)
            )
        )
    await backend.close()
    port = free_port()
    serve = [sys.executable, "-m", "tui", "serve", "--port", str(port), "--data", str(tmp_path)]
    door = start([*serve, "--config", str(tmp_path / "config.toml")], base_env(HOME=str(tmp_path)))
    try:
        opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

        async def knock() -> bool:
            try:
                opened.append(await asyncio.open_connection("127.0.0.1", port, limit=1_024))
            except OSError:
                return False
            return True

        await until_true_(knock)
        asked = request(f"/v1/contacts/{contact}/messages", Authorization=f"Bearer {token}").encode()
        opened[0][1].write(asked)
        await opened[0][0].readexactly(100)
        memory = psutil.Process(door.pid).memory_info
        before = memory().rss
        for _ in range(20):
            await knock()
            opened[-1][1].write(asked * 5)
        most = 0
        for _ in range(60):
            await asyncio.sleep(0.05)
            most = max(most, memory().rss - before)
        assert most < 60_000_000, f"{most / 1e6:.0f} MB"
        for _, writer in opened:
            writer.close()
    finally:
        stop(door)


async def until_true_(look: object) -> None:
    """The door has come up."""
    async with asyncio.timeout(20):
        while not await look():  # type: ignore[operator]
            await asyncio.sleep(0.05)


def test_the_defaults_suit_an_office_behind_one_address() -> None:
    limits = type(ROOMY)()
    people, tabs, files = 50, 2, 30
    assert limits.connections_per_address >= people * (tabs + 2)
    assert limits.calls_allowed * 30 >= people * files
    assert limits.waiting_allowed >= people
    until(lambda: connections._files_allowed() > 0, 1)
