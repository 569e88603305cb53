"""Whether the visitor's page is there: silence, the grace for reloads, the lease that survives the door."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.parts.waiting import until_async
from tests.web.desk import Desk, Page, open_desk
from tui.desk.contact import Contact
from tui.desk.lifecycle import DeedKind
from tui.desk.presence import LEASE, Patience, away_since, gone_at
from tui.web import presence, stream

PATIENCE = Patience(in_queue=120.0, in_chat=600.0)


def _there(contact: Contact) -> bool:
    return contact.silent_since is None and contact.gone_at is not None


def _silent(contact: Contact) -> bool:
    return contact.silent_since is not None


def _away(contact: Contact) -> bool:
    return contact.silent_since is not None and contact.gone_at is None


def _leaving(contact: Contact) -> bool:
    return contact.silent_since is not None and contact.gone_at is not None


def break_line(page: Page) -> None:
    """The connection is gone, without a word."""
    connection = page.socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.abort()


async def test_a_contact_opened_by_plain_http_never_counts_as_gone(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers):
        pass
    await desk.reopen()
    contact = await desk.record(visit)
    assert (contact.silent_since, contact.gone_at) == (None, None)


async def test_an_open_page_holds_a_lease_that_is_renewed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "RENEW_EVERY", 0.1)
    await desk.reopen()
    visit = await desk.visit()
    async with desk.page(visit):
        first = (await desk.until_record(visit, "there", _there)).gone_at
        assert first is not None
        assert first - desk.clock() > 50
        await desk.until_record(visit, "renewed", lambda c: (c.gone_at or 0) > first)


async def test_the_last_page_that_closes_starts_the_grace_and_coming_back_ends_it(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit):
        async with desk.page(visit):
            await desk.until_record(visit, "there", _there)
        await desk.visit("Somebody else")
        assert not _silent(await desk.record(visit))
    contact = await desk.until_record(visit, "silent", _silent)
    assert contact.silent_since is not None
    assert contact.gone_at == contact.silent_since + desk.settings.web.reload_grace
    assert abs(contact.silent_since - desk.clock()) < 3
    async with desk.page(visit):
        await desk.until_record(visit, "there again", _there)


async def test_quick_reloads_never_leave_an_open_page_silent(desk: Desk) -> None:
    visit = await desk.visit()
    for _ in range(15):
        async with desk.page(visit):
            pass
    async with desk.page(visit):
        await desk.until_record(visit, "there", _there)
        await desk.door._presence._backend.mark(visit.id, visitor_seen=1)
        await until_async(lambda: not desk.door._presence._to_write)
        assert _there(await desk.record(visit))


async def test_a_page_that_vanished_without_a_word_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.4)
    visit = await desk.visit()
    async with desk.page(visit, autoping=False):
        await desk.until_record(visit, "there", _there)
        monkeypatch.setattr(stream, "UNHEARD", 0.6)
        noticed = await desk.until_record(visit, "away", _away)
        assert noticed.silent_since is not None
        assert desk.clock() - noticed.silent_since > 0.6, (
            "silent since it was last heard, not since that was noticed"
        )


async def test_a_page_that_answers_pings_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.6)
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await page.next("message", text="never said")
        assert _there(await desk.record(visit))


async def test_a_page_that_announced_itself_but_never_came_counts_as_gone_some_day(desk: Desk) -> None:
    body = {"nick": "Anna", "text": "hello"}
    async with desk.client.post("/v1/contacts", json=body, headers={"X-Deskbell-Page": "open"}) as answer:
        assert answer.status == 201
    (contact,) = await desk.backend.pending()
    assert _there(contact)


async def test_closing_the_door_tells_pages_to_come_back_and_is_quick(desk: Desk) -> None:
    visits = [await desk.visit(f"V{number}") for number in range(20)]
    sockets = [
        await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers, autoclose=False)
        for visit in visits
    ]
    await until_async(lambda: len(desk.door._hub.everybody()) == 20)
    started = asyncio.get_running_loop().time()
    await desk.door.close()
    assert asyncio.get_running_loop().time() - started < 1.0
    for socket in sockets:
        while (frame := await socket.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert (frame.type, frame.data) == (aiohttp.WSMsgType.CLOSE, 1001)
    for visit in visits:
        assert not _silent(await desk.record(visit))


async def test_a_page_that_was_open_when_the_door_died_is_away_and_waited_for_anew(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        visit = await desk.visit()
        socket = await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers)
        lease = (await desk.until_record(visit, "there", _there)).gone_at
        assert lease is not None
        await desk.door.close()
        await socket.close()
    async with open_desk(tmp_path) as desk:
        desk.clock.ahead = 3600
        await desk.reopen()
        contact = await desk.record(visit)
        assert away_since(contact, desk.clock()) == lease - LEASE
        opened = desk.clock()
        assert gone_at(contact, PATIENCE, opened) == opened + PATIENCE.in_queue
        async with desk.page(visit):
            await desk.until_record(visit, "there again", _there)


async def test_a_second_door_of_the_desk_does_not_make_our_pages_silent(desk: Desk, tmp_path: Path) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await desk.until_record(visit, "there", _there)
        async with open_desk(tmp_path):
            await desk.until_record(visit, "there still", _there)
            await page.send(type="message", id="m", text="x")
            await page.next("ack")
            await until_async(lambda: not desk.door._presence._to_write)
            await desk.until_record(visit, "there still", _there)


async def test_what_could_not_be_written_down_is_written_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "TRY_AGAIN_AFTER", 0.05)
    visit = await desk.visit()
    async with desk.page(visit):
        await desk.until_record(visit, "there", _there)
        desk.backend.fails = True
    await until_async(lambda: desk.door._presence._silences)
    desk.backend.fails = False
    contact = await desk.until_record(visit, "silent", _silent)
    assert contact.gone_at == (contact.silent_since or 0) + desk.settings.web.reload_grace


async def test_a_connection_that_breaks_is_an_absence_and_no_goodbye(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await desk.until_record(visit, "there", _there)
        break_line(page)
        await desk.until_record(visit, "away", _away)
    async with desk.page(visit):
        await desk.until_record(visit, "there again", _there)


@pytest.mark.parametrize(("code", "said"), [(1000, _leaving), (1001, _leaving), (4000, _away), (1011, _away)])
async def test_the_code_of_the_close_tells_a_page_that_is_left_from_one_that_comes_back(
    desk: Desk, code: int, said: Any
) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await desk.until_record(visit, "there", _there)
        await page.socket.close(code=code)
        await desk.until_record(visit, "as said", said)


async def test_of_two_tabs_the_goodbye_of_one_ends_nothing_while_the_other_is_there_or_in_a_tunnel(
    desk: Desk,
) -> None:
    visit = await desk.visit()
    async with desk.page(visit, tab="one") as one, desk.page(visit, tab="two") as two:
        await until_async(lambda: desk.door._hub.listeners(visit.id) == 2)
        break_line(two)
        await until_async(lambda: desk.door._hub.listeners(visit.id) == 1)
        assert _there(await desk.record(visit))
        await one.socket.close()
        await desk.until_record(visit, "away", _away)
    async with desk.page(visit, tab="two"):
        await desk.until_record(visit, "there again", _there)
    await desk.until_record(visit, "now everybody has left", _leaving)


async def test_a_goodbye_by_http_counts_when_no_stream_is_open(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit, tab="one") as page:
        await desk.until_record(visit, "there", _there)
        break_line(page)
        away = await desk.until_record(visit, "away", _away)
    assert await desk.leave_page(visit, "one") == 204
    leaving = await desk.until_record(visit, "leaving", _leaving)
    assert leaving.silent_since == away.silent_since, "silent since the line broke"
    assert leaving.gone_at is not None
    assert leaving.gone_at - desk.clock() > desk.settings.web.reload_grace - 3


async def test_a_goodbye_by_http_closes_the_stream_of_that_page_alone(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit, tab="old") as old, desk.page(visit, tab="new") as new:
        await until_async(lambda: desk.door._hub.listeners(visit.id) == 2)
        assert await desk.leave_page(visit, "old") == 204
        await old.closed()
        assert desk.door._hub.listeners(visit.id) == 1
        await new.send(type="ping")
        await new.next("pong")
        assert _there(await desk.record(visit))
        assert await desk.leave_page(visit, "new") == 204
    await desk.until_record(visit, "leaving", _leaving)
    assert await desk.leave_page(visit, "no such !") == 400


async def test_who_is_away_and_writes_by_plain_http_is_there(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await desk.until_record(visit, "there", _there)
        break_line(page)
        await desk.until_record(visit, "away", _away)
    said = {"id": "m", "text": "my stream is blocked here"}
    async with desk.client.post(f"{visit.path}/messages", json=said, headers=visit.headers) as answer:
        assert answer.status == 201
    await desk.until_record(visit, "there", _there)


async def test_who_comes_back_gets_once_and_in_order_what_was_written_meanwhile(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("message", text="hello")
        break_line(page)
        await desk.until_record(visit, "away", _away)
    for number in range(5):
        await desk.agent_says(visit, f"answer {number}")
    async with desk.page(visit, after=1) as page:
        await page.next("message", text="answer 4")
        assert page.texts() == [f"answer {number}" for number in range(5)]


async def test_a_goodbye_before_the_door_was_closed_is_heard_by_the_next_one(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit):
        await desk.until_record(visit, "there", _there)
    await desk.until_record(visit, "leaving", _leaving)
    desk.clock.ahead = 3600
    await desk.reopen()
    contact = await desk.record(visit)
    assert contact.gone_at is not None
    grace = contact.gone_at - desk.clock()
    assert desk.settings.web.reload_grace < grace < desk.settings.web.reload_grace + 10
