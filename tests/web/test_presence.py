"""Whether the visitor's page is there: silence, the grace for reloads, the lease that survives the door."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.parts.waiting import until_async
from tests.web.desk import Desk, open_desk
from tui.desk.contact import Contact
from tui.web import presence, stream


def _there(contact: Contact) -> bool:
    return contact.silent_since is None and contact.gone_at is not None


def _silent(contact: Contact) -> bool:
    return contact.silent_since is not None


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
        await desk.until_record(visit, "silent", _silent)


async def test_a_page_that_answers_pings_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.2)
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
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


async def test_a_new_door_gives_pages_time_to_come_back_and_only_then_they_are_gone(tmp_path: Path) -> None:
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
        assert contact.gone_at is not None
        grace = contact.gone_at - desk.clock()
        assert desk.settings.web.reload_grace < grace < desk.settings.web.reload_grace + 10
        assert contact.silent_since == lease - presence.LEASE
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
    await until_async(lambda: desk.door._presence._left_at)
    desk.backend.fails = False
    contact = await desk.until_record(visit, "silent", _silent)
    assert contact.gone_at == (contact.silent_since or 0) + desk.settings.web.reload_grace
