"""Who has the port: us, another desk, a stranger, nobody."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.web.desk import Desk, new_door, open_desk
from tui.web.door import DoorError, PortTaken


@asynccontextmanager
async def stranger(answer: bytes) -> AsyncIterator[int]:
    """A program that answers everything with the same bytes, or with nothing when there are none."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer:
            writer.write(answer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def test_a_port_held_by_our_own_desk_is_recognised(desk: Desk) -> None:
    with pytest.raises(PortTaken) as taken:
        await (await new_door(desk)).start("127.0.0.1", desk.bound.port)
    assert taken.value.by_us
    async with desk.client.get("/healthz") as answer:
        assert answer.status == 200


async def test_our_own_door_is_recognised_even_while_its_backend_fails(desk: Desk) -> None:
    desk.backend.fails = True
    with pytest.raises(PortTaken) as taken:
        await (await new_door(desk)).start("127.0.0.1", desk.bound.port)
    assert taken.value.by_us


async def test_our_own_door_is_recognised_even_while_its_database_is_locked(desk: Desk) -> None:
    other_program = sqlite3.connect(desk.backend.path, isolation_level=None)
    other_program.execute("BEGIN IMMEDIATE")
    with pytest.raises(PortTaken) as taken:
        await (await new_door(desk)).start("127.0.0.1", desk.bound.port)
    other_program.close()
    assert taken.value.by_us


async def test_a_port_held_by_another_desk_is_not_ours(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    async with open_desk(tmp_path / "other") as other:
        with pytest.raises(PortTaken, match="--port") as taken:
            await (await new_door(desk)).start("127.0.0.1", other.bound.port)
        assert not taken.value.by_us


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"desk": [1]}  ',
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
async def test_a_port_held_by_a_stranger_is_said_with_the_cure(desk: Desk, answer: bytes) -> None:
    async with stranger(answer) as port:
        with pytest.raises(PortTaken, match="--port") as taken:
            await (await new_door(desk)).start("127.0.0.1", port)
        assert not taken.value.by_us


async def test_of_two_doors_opened_at_once_exactly_one_gets_the_port(desk: Desk) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    doors = [await new_door(desk) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(door.start("127.0.0.1", port) for door in doors), return_exceptions=True
    )
    assert sum(isinstance(outcome, PortTaken) for outcome in outcomes) == 1
    for door in doors:
        await door.close()


async def test_a_closed_door_frees_its_port_at_once(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers)
    await desk.reopen()
    async with desk.client.get("/healthz") as answer:
        assert answer.status == 200


async def test_an_address_that_is_not_ours_is_a_door_error_with_the_cure(desk: Desk) -> None:
    with pytest.raises(DoorError, match="--host") as error:
        await (await new_door(desk)).start("192.0.2.1", 0)
    assert not isinstance(error.value, PortTaken)


async def test_the_door_says_where_it_listens(desk: Desk) -> None:
    assert desk.bound.port > 0
    assert desk.bound.url == f"http://127.0.0.1:{desk.bound.port}/"
    async with aiohttp.ClientSession() as client, client.get(desk.bound.url) as page:
        assert page.content_type == "text/html"
