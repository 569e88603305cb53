"""The visitor's WebSocket: replay, both ways, places in the queue, the end, and what goes wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from tests.parts.waiting import until_async
from tests.web.desk import MARIA, Desk
from tui.backends.contract import BackendError, TypingSeen
from tui.config.schema import ServiceSettings
from tui.desk.contact import MessageId, Sender, Status
from tui.desk.lifecycle import DeedKind
from tui.text import NO_TEXT, RemoteText
from tui.web import hub, stream


async def test_a_page_is_told_what_it_missed_and_then_where_it_stands(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    for number in range(3):
        await desk.agent_says(visit, f"words {number}")
    async with desk.page(visit) as page:
        await page.next("status", status="assigned", agent=MARIA)
        assert page.texts() == ["hello", "words 0", "words 1", "words 2"]
    async with desk.page(visit, after=2) as page:
        await page.next("status")
        assert page.texts() == ["words 1", "words 2"]


async def test_a_page_that_claims_to_know_the_future_misses_nothing(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit, after=999) as page:
        await page.next("status")
        await desk.agent_says(visit, "now")
        assert (await page.next("message"))["text"] == "now"


async def test_words_go_both_ways_and_are_acknowledged(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit, after=1) as page, desk.page(visit, after=1) as other_tab:
        await page.send(type="message", id="m1", text="from the page")
        assert (await page.next("ack"))["seq"] == 2
        told = await other_tab.next("message")
        assert (told["id"], told["from"], told["text"], told["seq"]) == ("m1", "visitor", "from the page", 2)
        said = await desk.agent_says(visit, "from the agent")
        for side in (page, other_tab):
            heard = await side.next("message", id=f"desk/{said.id}")
            assert (heard["from"], heard["seq"], heard["ts"]) == ("agent", 3, said.at)


async def test_a_message_sent_again_is_acknowledged_again_and_stored_once(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        for _ in range(2):
            await page.send(type="message", id="m1", text="once")
            assert (await page.next("ack", id="m1"))["seq"] == 2
    assert len(await desk.backend.history(visit.id)) == 2


async def test_no_id_a_page_chooses_is_the_desks_own(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    said = await desk.agent_says(visit, "good morning")
    ours = ("first", "dissuaded", f"{visit.id}:first", f"{visit.id}:dissuaded", said.id)
    async with desk.page(visit) as page:
        for number, chosen in enumerate(ours, 3):
            await page.send(type="message", id=chosen, text=f"my card was charged twice {number}")
            told = await page.next("message", id=chosen)
            assert (told["seq"], told["text"]) == (number, f"my card was charged twice {number}")
        for too_long in ("x" * 65, "fіrst", "desk/first", "first\n"):
            await page.send(type="message", id=too_long, text="?")
            refusal = await page.next("error", status=400, field="id")
            assert refusal.get("id") in (None, too_long)
    stored = [message.text for message in await desk.backend.history(visit.id)]
    assert stored == ["hello", "good morning", *(f"my card was charged twice {n}" for n in range(3, 8))]


async def test_a_token_may_travel_as_a_subprotocol_and_is_never_sent_back(desk: Desk) -> None:
    visit = await desk.visit()
    offered = ("deskbell.v1", f"bearer.{visit.token}")
    async with desk.client.ws_connect(f"{visit.path}/stream", protocols=offered) as socket:
        assert socket.protocol == "deskbell.v1"
    for refused in (("deskbell.v1",), ("deskbell.v1", "bearer.wrong"), (f"bearer.{visit.token}",)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as error:
            await desk.client.ws_connect(f"{visit.path}/stream", protocols=refused)
        assert error.value.status in (400, 401, 403)


async def test_plain_http_is_told_to_upgrade(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.client.get(f"{visit.path}/stream", headers=visit.headers) as answer:
        assert answer.status == 426
        assert answer.headers["Upgrade"] == "websocket"


async def test_the_place_in_the_queue_follows_those_who_leave(desk: Desk) -> None:
    first, second, third = [await desk.visit(nick) for nick in ("Anna", "Bruno", "Chen")]
    async with desk.page(third) as page:
        await page.next("status", status="pending", position=3)
        async with desk.client.delete(first.path, headers=first.headers):
            pass
        await page.next("status", position=2)
        await desk.agent(DeedKind.ACCEPT, second)
        await page.next("status", position=1)
        await desk.agent(DeedKind.GIVE_BACK, second)
        async with desk.page(second) as behind:
            await behind.next("status", position=2)


async def test_typing_is_told_both_ways(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    seen: list[TypingSeen] = []

    async def watch() -> None:
        async for event in desk.backend.watch():
            if isinstance(event, TypingSeen):
                seen.append(event)

    watching = asyncio.create_task(watch())
    async with desk.page(visit) as page:
        await page.next("status")
        await page.send(type="typing", on=True)
        await until_async(lambda: [e for e in seen if e.sender is Sender.VISITOR and e.typing])
        await desk.backend.tell_typing(visit.id, Sender.AGENT, True)
        assert (await page.next("typing", on=True))["from"] == "agent"
        await desk.agent_says(visit, "there")
        await page.next("typing", on=False)
        assert page.texts()[-1] == "there"
    watching.cancel()


async def test_what_the_page_has_shown_is_marked_but_never_more_than_it_was_sent(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    await desk.agent_says(visit, "look")
    async with desk.page(visit) as page:
        await page.next("status")
        await page.send(type="seen", seq=1)
        await desk.until_record(visit, "seen 1", lambda c: c.visitor_seen == 1)
        await page.send(type="seen", seq=10**9)
        await desk.until_record(visit, "seen 2", lambda c: c.visitor_seen == 2)


async def test_the_page_hears_the_end_and_the_desks_last_words_and_is_closed(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status")
        await desk.agent_says(visit, "bye")
        await desk.agent(DeedKind.END, visit)
        told = await page.next("status", status="ended")
        assert (told["outcome"], told["by"], told["agent"]) == ("completed", "agent", MARIA)
        assert page.texts()[-1] == "bye"
        await desk.backend.append(
            visit.id, MessageId("last"), Sender.SYSTEM, NO_TEXT, RemoteText("closed for today")
        )
        assert (await page.next("message", id="desk/last"))["from"] == "system"
        assert await page.closed() == 1000


async def test_a_dissuaded_visitor_is_given_the_message_of_the_settings(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status")
        desk.clock.ahead = 301
        await desk.agent(DeedKind.TIME_UP, visit)
        told = await page.next("status", status="ended")
        assert told["outcome"] == "dissuaded"
        assert told["text"] == desk.settings.queue.dissuasion_message


async def test_a_dissuaded_visitor_is_given_the_message_of_his_service(desk: Desk) -> None:
    own = ServiceSettings(dissuasion_message="Sales is closed.")
    desk.settings = replace(desk.settings, services={"Sales": own})
    visit = await desk.visit(service="Sales")
    async with desk.page(visit) as page:
        await page.next("status")
        desk.clock.ahead = 301
        await desk.agent(DeedKind.TIME_UP, visit)
        assert (await page.next("status", status="ended"))["text"] == "Sales is closed."


async def test_a_visitor_can_leave_by_frame(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.send(type="leave")
        assert (await page.next("status", status="ended"))["by"] == "visitor"
    assert (await desk.record(visit)).status is Status.ENDED


@pytest.mark.parametrize(
    ("frame", "status", "field"),
    [
        ("not json", 400, None),
        ("[]", 400, None),
        ('{"type":"dance"}', 400, "type"),
        ('{"type":"message","id":"m","text":""}', 400, "text"),
        ('{"type":"message","id":"a b","text":"x"}', 400, "id"),
        ('{"type":"message","text":"x"}', 400, "id"),
        ('{"type":"typing","on":"yes"}', 400, "on"),
        ('{"type":"seen","seq":-1}', 400, "seq"),
        ('{"type":"seen","seq":true}', 400, "seq"),
    ],
)
async def test_a_wrong_frame_is_refused_and_the_stream_goes_on(
    desk: Desk, frame: str, status: int, field: str | None
) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.socket.send_str(frame)
        told = await page.next("error")
        assert (told["status"], told.get("field")) == (status, field)
        await page.send(type="message", id="m2", text="still here")
        await page.next("ack", id="m2")


async def test_too_many_messages_at_once_are_refused_with_the_time_to_wait(desk: Desk) -> None:
    desk.set_web(messages_per_second=2)
    visit = await desk.visit()
    async with desk.page(visit) as page:
        for number in range(4):
            await page.send(type="message", id=f"m{number}", text="x")
        told = await page.next("error", status=429)
        assert told["id"] == "m2"
        assert 0 < told["retry_after"] <= 1


async def test_a_flood_of_frames_ends_the_stream_but_not_the_contact(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        for _ in range(200):
            await page.send(type="seen", seq=0)
        assert await page.closed() == aiohttp.WSCloseCode.POLICY_VIOLATION
    await until_async(lambda: desk.door._hub.listeners(visit.id) == 0, 20)
    assert (await desk.record(visit)).status is Status.PENDING


async def test_a_frame_beyond_the_limit_ends_the_stream(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.socket.send_str("x" * 70_000)
        assert await page.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_one_contact_holds_only_so_many_streams(desk: Desk) -> None:
    visit = await desk.visit()
    sockets = [await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers) for _ in range(10)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers)
    assert error.value.status == 429
    for socket in sockets:
        await socket.close()


async def test_a_failing_backend_is_told_and_overcome(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status")
        desk.backend.fails = True
        await page.send(type="message", id="m1", text="kept by the page")
        told = await page.next("error", id="m1")
        assert told["status"] == 503
        assert "/secret" not in str(told)
        desk.backend.fails = False
        await page.send(type="message", id="m1", text="kept by the page")
        await page.next("ack", id="m1")


async def test_one_watch_serves_every_stream(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    watches = []
    watch = desk.backend.watch

    def counted() -> Any:
        watches.append(1)
        return watch()

    monkeypatch.setattr(desk.backend, "watch", counted)
    await desk.reopen()
    visits = [await desk.visit(f"V{number}") for number in range(5)]
    pages = [
        await desk.client.ws_connect(f"{visit.path}/stream", headers=visit.headers)
        for visit in visits
        for _ in range(2)
    ]
    await until_async(lambda: len(desk.door._hub.everybody()) == 10)
    assert len(watches) == 1
    for page in pages:
        await page.close()


async def test_a_watch_that_fails_and_comes_back_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "WATCH_AGAIN_AFTER", 0.05)
    watch = desk.backend.watch
    broken = asyncio.Event()

    async def breaks_once() -> Any:
        async for event in watch():
            yield event
            if broken.is_set():
                broken.clear()
                raise BackendError("gone for a moment")

    monkeypatch.setattr(desk.backend, "watch", breaks_once)
    await desk.reopen()
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status", status="assigned")
        broken.set()
        texts = ["hello"]
        for number in range(20):
            texts.append(f"words {number}")
            await desk.agent_says(visit, texts[-1])
        while page.texts() != texts:
            assert (await page.next("message"))["text"] == texts[len(page.texts()) - 1]
        broken.set()
        await desk.agent(DeedKind.END, visit)
        await page.next("status", status="ended")
        assert page.texts() == texts


async def test_a_slow_page_reads_from_the_history_what_did_not_fit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_INBOX", 2)
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status")
        said = await asyncio.gather(*(desk.agent_says(visit, f"words {number}") for number in range(60)))
        in_order = ["hello"] + [m.text for m in sorted(said, key=lambda m: m.seq)]
        while len(page.texts()) < len(in_order):
            await page.next("message")
        assert page.texts() == in_order
