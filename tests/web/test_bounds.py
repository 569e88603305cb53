"""What one stranger can ask of the door is bounded: pages, calls, streams, frames, places in the queue."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest

from tests.parts.waiting import until_async
from tests.web.desk import Desk, Json, Visit
from tui.backends.contract import Appended
from tui.desk.contact import ChatMessage, ContactId, MessageId, Sender, Status
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText
from tui.web.limits import Places, networks_of

GOOD = {"nick": "Anna", "text": "hello"}


async def fill(desk: Desk, visit: Visit, count: int, length: int = 5) -> None:
    """That many messages more, all stored."""

    async def one(number: int) -> None:
        text = RemoteText(f"{number:05}".ljust(length, "x"))
        id = MessageId(f"filled-{visit.id}-{number}")
        assert isinstance(
            await desk.backend.append(visit.id, id, Sender.AGENT, RemoteText("M"), text), Appended
        )

    for begin in range(0, count, 100):
        await asyncio.gather(*(one(number) for number in range(begin, min(count, begin + 100))))


async def pages(desk: Desk, visit: Visit, path: str = "") -> list[list[Json]]:
    """All pages of the transcript, by the links from one to the next."""
    found: list[list[Json]] = []
    url = path or f"{visit.path}/messages"
    while url:
        async with desk.client.get(url, headers=visit.headers) as answer:
            assert answer.status == 200
            found.append(await answer.json())
            following = re.fullmatch(r'<(/v1/.*)>; rel="next"', answer.headers.get("Link", ""))
            url = following[1] if following else ""
    return found


async def test_a_transcript_comes_in_pages_with_a_link_to_the_next(desk: Desk) -> None:
    visit = await desk.visit()
    await fill(desk, visit, 1_000)
    found = await pages(desk, visit)
    assert [len(page) for page in found] == [200, 200, 200, 200, 200, 1]
    assert [message["seq"] for page in found for message in page] == list(range(1, 1_002))
    async with desk.client.get(f"{visit.path}/messages?after=801", headers=visit.headers) as answer:
        assert len(await answer.json()) == 200
        assert "Link" not in answer.headers
    (empty,) = await pages(desk, visit, f"{visit.path}/messages?after=5000")
    assert empty == []


async def test_a_page_on_which_nothing_is_for_visitors_still_leads_on(desk: Desk) -> None:
    visit = await desk.visit()
    for _ in range(5):
        await asyncio.gather(*(desk.agent_notes(visit, "between us") for _ in range(50)))
    await desk.agent_says(visit, "hello Anna")
    found = await pages(desk, visit, f"{visit.path}/messages?after=1")
    assert [[message["text"] for message in page] for page in found] == [[], ["hello Anna"]]


async def test_long_messages_make_shorter_pages_and_little_is_loaded_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await desk.visit()
    await fill(desk, visit, 300, 4_000)
    history = desk.backend.history
    held = most = 0

    async def counted(contact: ContactId, after: int = 0, limit: int = 10_000) -> tuple[ChatMessage, ...]:
        nonlocal held, most
        held += limit
        most = max(most, held)
        try:
            return await history(contact, after, limit)
        finally:
            held -= limit

    monkeypatch.setattr(desk.backend, "history", counted)
    all_pages = await asyncio.gather(*(pages(desk, visit) for _ in range(20)))
    for found in all_pages:
        assert [m["seq"] for page in found for m in page] == list(range(1, 302))
        assert max(sum(len(m["text"]) for m in page) for page in found) <= 131_072
    assert most <= 4 * 51
    async with desk.page(visit) as page:
        while page.frames[-1:] == [] or page.frames[-1].get("seq") != 301:
            await page.next("message")
    assert most <= 5 * 51


async def test_of_handshakes_at_once_only_so_many_become_streams(desk: Desk) -> None:
    visit = await desk.visit()

    async def shake() -> aiohttp.ClientWebSocketResponse | int:
        try:
            return await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status

    answers = await asyncio.gather(*(shake() for _ in range(80)))
    sockets = [answer for answer in answers if not isinstance(answer, int)]
    assert len(sockets) == 10
    assert {answer for answer in answers if isinstance(answer, int)} == {429}
    for socket in sockets:
        await socket.close()
    await until_async(lambda: desk.door._hall.streams.total == 0)
    async with desk.page(visit) as page:
        await page.next("status")


async def test_a_handshake_that_is_refused_holds_no_place(desk: Desk) -> None:
    visit = await desk.visit()
    for headers in ({"Upgrade": "websocket", "Connection": "Upgrade"}, {}):
        for _ in range(12):
            async with desk.client.get(f"{visit.path}/stream", headers=visit.headers | headers) as answer:
                assert answer.status in (400, 426)
    assert desk.door._hall.streams.total == 0


@pytest.mark.parametrize("kind", ["ping", "pong"])
async def test_a_flood_of_pings_or_pongs_ends_the_stream(desk: Desk, kind: str) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status")
        for _ in range(200):
            await getattr(page.socket, kind)(b"x")
        assert await page.closed() in (aiohttp.WSCloseCode.POLICY_VIOLATION, 1006, None)
    await until_async(lambda: desk.door._hall.streams.total == 0)


async def test_pings_are_answered_and_pongs_taken(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit, autoping=False) as page:
        await page.next("status")
        await page.socket.pong(b"unasked")
        await page.socket.ping(b"are you there")
        frame = await page.socket.receive(timeout=5)
        assert (frame.type, bytes(frame.data)) == (aiohttp.WSMsgType.PONG, b"are you there")


async def test_calls_about_a_contact_are_limited_by_whoever_holds_its_token(desk: Desk) -> None:
    desk.set_web(calls_per_contact=1)
    visit, other = await desk.visit(), await desk.visit()
    for path in ("", "/messages"):
        for _ in range(20):  # without its token nobody can use up what it has
            async with desk.client.get(visit.path + path, headers=other.headers) as answer:
                assert answer.status == 403
    answers = []
    for number in range(15):
        path = ("", "/messages", "/stream")[number % 3]
        async with desk.client.get(visit.path + path, headers=visit.headers) as answer:
            answers.append(answer.status)
            if answer.status == 429:
                assert answer.content_type == "application/problem+json"
                assert answer.headers["Retry-After"] == "1"
    assert answers.index(429) == 10
    async with desk.client.get(other.path, headers=other.headers) as answer:
        assert answer.status == 200


async def test_calls_of_every_kind_are_limited_by_address(desk: Desk) -> None:
    desk.set_web(calls_per_second=1, trusted_proxies=("127.0.0.1",))
    paths = ("/", "/widget.js", "/v1/desk", "/v1/contacts/x", "/nothing", "/healthz")
    answers = []
    for number in range(40):
        headers = {"X-Forwarded-For": "203.0.113.1"}
        async with desk.client.get(paths[number % len(paths)], headers=headers) as answer:
            answers.append(answer.status)
    assert answers.count(429) == 40 - 30 - 6
    assert not [status for number, status in enumerate(answers) if number % 6 == 5 and status != 200]
    for fine in ({"X-Forwarded-For": "203.0.113.2"}, {}):
        async with desk.client.get("/v1/desk", headers=fine) as answer:
            assert answer.status == 200


async def test_streams_under_way_count_for_their_address_behind_a_proxy(desk: Desk) -> None:
    desk.set_web(connections_per_address=3, trusted_proxies=("127.0.0.1",))
    visit = await desk.visit()
    mine = {"X-Forwarded-For": "203.0.113.1"}
    sockets = [
        await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers | mine) for _ in range(3)
    ]
    async with desk.client.get("/v1/desk", headers=mine) as answer:
        assert answer.status == 429
    for other in ({"X-Forwarded-For": "203.0.113.2"}, {}):
        async with desk.client.get("/v1/desk", headers=other) as answer:
            assert answer.status == 200
    for socket in sockets:
        await socket.close()
    await until_async(lambda: desk.door._hall.callers.total == 0)


async def knock(desk: Desk, address: str = "") -> tuple[int, Json]:
    """Somebody comes from this address, by the proxy."""
    headers = {"X-Forwarded-For": address} if address else {}
    async with desk.client.post("/v1/contacts", json=GOOD, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_only_so_many_wait_from_one_network(desk: Desk) -> None:
    desk.set_web(pending_per_address=2, trusted_proxies=("127.0.0.1",))
    one, two = await knock(desk, "203.0.113.1"), await knock(desk, "203.0.113.1")
    status, told = await knock(desk, "203.0.113.1")
    assert (one[0], two[0], status) == (201, 201, 429)
    assert told["retry_after"] == 30
    assert (await knock(desk, "203.0.113.2"))[0] == 201
    for _ in range(4):  # the proxy itself may be anybody
        assert (await knock(desk))[0] == 201
    await desk.agent(DeedKind.ACCEPT, Visit(ContactId(one[1]["id"]), ""))
    await until_async(lambda: desk.door._hub.contacts[one[1]["id"]].status is Status.ASSIGNED, 10)
    assert (await knock(desk, "203.0.113.1"))[0] == 201


async def test_an_ipv6_network_counts_as_one_however_many_addresses_it_has(desk: Desk) -> None:
    desk.set_web(pending_per_address=3, trusted_proxies=("127.0.0.1",))
    answers = [(await knock(desk, f"2001:db8:7:{number:x}::{number:x}"))[0] for number in range(5)]
    assert answers == [201, 201, 201, 429, 429]
    assert (await knock(desk, "2001:db8:8::1"))[0] == 201


async def test_only_so_many_wait_in_all_and_who_come_at_once_are_counted(desk: Desk) -> None:
    desk.set_web(pending=5)
    answers = await asyncio.gather(*(knock(desk) for _ in range(20)))
    assert sorted(status for status, _ in answers) == [201] * 5 + [503] * 15
    refused = next(told for status, told in answers if status == 503)
    assert (refused["field"], refused["retry_after"]) == ("queue", 60)
    assert len(await desk.backend.pending()) == 5


async def test_a_contact_that_could_not_be_stored_holds_no_place(desk: Desk) -> None:
    desk.set_web(pending=2)
    desk.backend.fails = True
    assert [(await knock(desk))[0] for _ in range(4)] == [503] * 4
    desk.backend.fails = False
    assert [(await knock(desk))[0] for _ in range(3)] == [201, 201, 503]


async def test_what_was_refused_is_counted_in_the_log_and_not_told_one_by_one(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.set_web(contacts_per_minute=1)
    answers = [(await knock(desk))[0] for _ in range(50)]
    assert answers == [201] + [429] * 49
    await desk.door.close()
    said = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert len(said) == 2
    assert "48 Too many new contacts from this address" in said[1]


async def test_a_proxy_that_is_not_known_as_one_is_hinted_at(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.set_web(contacts_per_minute=1)
    assert [(await knock(desk, f"203.0.113.{number}"))[0] for number in (1, 2)] == [201, 429]
    assert "by a proxy that is not in trusted_proxies" in caplog.text


def test_places_are_forgotten_when_nobody_holds_them() -> None:
    places = Places()
    assert [places.enter("a", 2) for _ in range(3)] == [True, True, False]
    assert places.enter("b", 2)
    assert places.total == 3
    for key in ("a", "a", "b"):
        places.leave(key)
    assert (places["a"], places.total, len(places._held)) == (0, 0, 0)


def test_an_ipv6_address_belongs_to_its_64_and_its_48() -> None:
    assert networks_of("2001:db8:1:2::3") == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert networks_of("::ffff:192.0.2.1") == networks_of("192.0.2.1") == ("192.0.2.1",)
    assert networks_of("fe80::1%eth0")[0] == "fe80::/64"
    assert networks_of("") == ()
