"""By which names the door is reached: addresses and localhost, else only what the settings name."""

from __future__ import annotations

import asyncio
import json
import logging

import aiohttp
import pytest

from tests.web.desk import Desk, new_door
from tui.link.hosts import RefusedNames
from tui.web.door import PortTaken

GOOD = {"nick": "Anna", "text": "hello"}
PATHS = (
    "/",
    "/demo",
    "/widget.js",
    "/static/chat.js",
    "/v1/desk",
    "/v1/contacts/x",
    "/nothing",
    "/healthz/x",
)


async def status(desk: Desk, path: str, host: str, method: str = "GET", **headers: str) -> int:
    async with desk.client.request(method, path, headers={"Host": host, **headers}) as answer:
        await answer.read()
        return answer.status


async def raw(desk: Desk, head: str) -> bytes:
    """What is answered to these lines, sent as they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.bound.port)
    writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.close()
    return answer


async def test_a_page_that_gave_its_name_to_this_machine_gets_nothing(desk: Desk) -> None:
    evil = f"evil.example:{desk.bound.port}"
    headers = {"Host": evil, "Origin": f"http://{evil}"}
    async with desk.client.post("/v1/contacts", json=GOOD, headers=headers) as answer:
        assert answer.status == 421
        assert answer.content_type == "application/problem+json"
        assert (await answer.json(content_type=None))["status"] == 421
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert await desk.backend.pending() == ()
    assert [await status(desk, path, evil) for path in PATHS] == [421] * len(PATHS)
    assert await status(desk, "/v1/contacts", evil, "OPTIONS") == 421
    assert await status(desk, "/healthz", evil) == 200


async def test_a_stream_by_an_unknown_name_is_refused(desk: Desk) -> None:
    visit = await desk.visit()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await desk.client.ws_connect(
            f"{visit.path}/stream", headers={**visit.headers, "Host": "evil.example"}
        )
    assert refused.value.status == 421


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8765",
        "192.0.2.9",
        "[::1]",
        "[::1]:8765",
        "[2001:DB8::7]:80",
        "localhost",
        "LocalHost:1",
        "localhost.",
        "shop.localhost",
        "a.b.localhost:3000",
    ],
)
async def test_addresses_and_localhost_need_no_setting(desk: Desk, host: str) -> None:
    assert await status(desk, "/v1/desk", host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "notlocalhost",
        "x@127.0.0.1",
        "[::1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "127.0.0.1, evil.example",
        "[::1].evil.example",
        "[::1]x",
        "a b",
        "evil.example:80:80",
        "127.0.0.1:x",
        ".localhost",
        "[evil.example]",
        "localhost..",
        "*",
    ],
)
async def test_nothing_else_passes_for_an_address(desk: Desk, host: str) -> None:
    assert await status(desk, "/v1/desk", host) == 421


async def test_a_missing_host_passes_where_http_allows_it_and_two_do_not(desk: Desk) -> None:
    assert b" 200 " in (await raw(desk, "GET /v1/desk HTTP/1.1\nHost:"))
    assert b" 400 " in (await raw(desk, "GET /v1/desk HTTP/1.1"))
    assert b" 200 " in (await raw(desk, "GET /v1/desk HTTP/1.0"))
    told = await raw(desk, "GET /v1/desk HTTP/1.1\nHost: localhost\nHost: localhost")
    assert b" 400 " in told


@pytest.mark.parametrize(
    "head",
    [
        "GET http://evil.example/v1/desk HTTP/1.1\nHost: 127.0.0.1",
        "GET http://127.0.0.1/v1/desk HTTP/1.1\nHost: evil.example",
        "GET http://localhost@evil.example/v1/desk HTTP/1.1\nHost: 127.0.0.1",
        "GET HTTP://EVIL.example/v1/desk HTTP/1.1\nHost: 127.0.0.1",
        "GET /v1/desk HTTP/1.1\nHost: evil.example\nX-Forwarded-Host: 127.0.0.1",
        "GET /v1/desk HTTP/1.0\nHost: evil.example",
    ],
)
async def test_no_other_place_for_a_host_goes_around_it(desk: Desk, head: str) -> None:
    desk.set_web(trusted_proxies=("127.0.0.1",))
    assert b" 421 " in await raw(desk, head)


async def test_a_forwarded_host_changes_nothing(desk: Desk) -> None:
    head = "GET /v1/desk HTTP/1.1\nHost: 127.0.0.1\nX-Forwarded-Host: evil.example"
    assert b" 200 " in await raw(desk, head)


async def test_a_host_that_is_set_passes_at_once_and_no_longer_than_it_is(desk: Desk) -> None:
    for host in ("chat.example.org", "Chat.Example.org:8443", "chat.example.org."):
        assert await status(desk, "/", host) == 421
        desk.set_web(hosts=("chat.example.org",))
        assert await status(desk, "/", host) == 200
        assert await status(desk, "/", f"x.{host}") == 421
        desk.set_web(hosts=())


async def test_the_name_the_door_listens_on_passes(desk: Desk) -> None:
    desk.set_web(host="desk.lan", origins=("https://shop.example",))
    assert await status(desk, "/", "desk.lan:8765") == 200
    assert await status(desk, "/", "shop.example") == 421
    desk.set_web(host="127.0.0.1")
    assert await status(desk, "/", "desk.lan") == 421
    desk.door._hall.listens_on = "desk.lan"
    assert await status(desk, "/", "desk.lan") == 200


async def test_what_was_refused_is_logged_once_a_name_with_the_cure(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.set_web(hosts=("a.example",))
    for _ in range(3):
        await status(desk, "/", "chat.example.org:443")
    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert 'hosts = ["a.example", "chat.example.org"]' in line
    for number in range(200):
        await status(desk, "/", f"n{number}.example")
    assert len(caplog.records) < 80


async def test_the_console_is_told_until_it_is_set(desk: Desk) -> None:
    await status(desk, "/", "chat.example.org")
    await status(desk, "/", "[x]\x1b[31m/<b>".replace("\x1b", "%1b"))
    told = desk.door.refused_hosts()
    assert told.line == 'hosts = ["chat.example.org"]'
    assert len(told.names) == 2
    desk.set_web(hosts=("chat.example.org",))
    assert desk.door.refused_hosts().line == ""


async def test_a_flood_of_names_does_not_drive_out_the_one_that_is_wanted(desk: Desk) -> None:
    for _ in range(3):
        await status(desk, "/", "chat.example.org")
    for number in range(60):
        await status(desk, "/", f"n{number}.example")
    told = desk.door.refused_hosts()
    assert told.names[0] == "chat.example.org"
    assert len(told.names) <= 16


async def test_only_who_asks_on_this_machine_learns_the_names(desk: Desk) -> None:
    await status(desk, "/", "chat.example.org")
    for headers in ({}, {"X-Forwarded-For": "203.0.113.1"}, {"Host": "other.example"}, {"Via": "1.1 x"}):
        async with desk.client.get("/healthz", headers=headers) as answer:
            told = await answer.json()
        assert told["desk"] == await desk.backend.desk_id()
        assert ("refused_hosts" in told) == (not headers)


async def test_another_console_that_shares_the_door_learns_them(desk: Desk) -> None:
    await status(desk, "/", "chat.example.org")
    with pytest.raises(PortTaken) as taken:
        await (await new_door(desk)).start("127.0.0.1", desk.bound.port)
    assert taken.value.refused.line == 'hosts = ["chat.example.org"]'


@pytest.mark.parametrize("told", [None, 7, "x", {"a": 1}, [1, None], ["\x1b[31mx"] * 99, ["x" * 9_999]])
def test_what_another_process_tells_may_be_anything(told: object) -> None:
    names = RefusedNames.of(json.loads(json.dumps({"refused_hosts": told, "hosts": told})))
    assert len(names.names) <= 16
    assert all("\x1b" not in name and len(name) <= 253 for name in (*names.names, names.line))
