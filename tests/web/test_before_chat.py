"""What a page asks and tells before the chat: who is there, data, the trail, and words left offline."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.web.desk import MARIA, Desk, Json, until_true
from tui.backends.contract import BackendError, ConsoleBeat, Refused
from tui.config.schema import ServiceSettings
from tui.desk.contact import MessageId, Sender, Status
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText
from tui.web import staff

GOOD = {"nick": "Anna", "text": "hello"}


async def _asked(desk: Desk) -> Json:
    async with desk.client.get("/v1/desk") as answer:
        assert answer.status == 200
        told: Json = await answer.json()
        return told


async def _is_open(desk: Desk) -> bool:
    return bool((await _asked(desk))["open"])


async def _console(desk: Desk, id: str = "a", *, at: float | None = None, paused: bool = False) -> None:
    beat_at = time.time() if at is None else at
    await desk.backend.beat(ConsoleBeat(id, MARIA, beat_at, beat_at, paused=paused))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "TOLD_FOR", 0.0)
    monkeypatch.setattr(staff, "LOOK_TWICE_AFTER", 0.2)


async def test_the_desk_is_open_while_a_console_lives_whose_agent_has_not_paused(desk: Desk) -> None:
    assert not await _is_open(desk)
    await _console(desk)
    assert await _is_open(desk)
    await _console(desk, paused=True)
    assert not await _is_open(desk)
    await _console(desk, "b")
    assert await _is_open(desk)
    await _console(desk, "b", at=0.0)
    assert not await _is_open(desk), "the other one took leave"


async def test_a_console_that_died_without_a_farewell_is_not_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff, "ALIVE_FOR", 1.5)
    await _console(desk)
    assert await _is_open(desk)
    await asyncio.sleep(1.55)
    assert not await _is_open(desk)


async def test_a_dead_consoles_last_beat_does_not_open_a_desk_that_is_served_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _console(desk, at=time.time() - 30)
    assert not await _is_open(desk)
    monkeypatch.setattr(staff, "LOOK_TWICE_AFTER", 60.0)
    async with asyncio.timeout(20):  # known to be dead: nobody waits for it again
        assert not await _is_open(desk)


async def test_a_console_whose_clock_is_wrong_is_there_once_it_has_beaten_twice(desk: Desk) -> None:
    await _console(desk, at=time.time() + 50)

    async def beat() -> None:
        await asyncio.sleep(0.05)
        await _console(desk, at=time.time() + 51)

    beating = asyncio.create_task(beat())
    assert await _is_open(desk)
    await beating


async def test_the_desk_tells_what_the_form_asks(desk: Desk) -> None:
    desk.set_web(fields=("email*", "order number", "*"), text_limit=500)
    assert await _asked(desk) == {
        "open": False,
        "fields": [
            {"name": "email", "required": True},
            {"name": "order number", "required": False},
        ],
        "text_limit": 500,
    }


async def test_foreign_pages_may_not_ask_for_the_desk(desk: Desk) -> None:
    async with desk.client.get("/v1/desk", headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    desk.set_web(origins=("https://shop.example",))
    async with desk.client.get("/v1/desk", headers={"Origin": "https://shop.example"}) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


async def test_data_and_trail_reach_the_contact_stripped_of_what_can_never_be_meant(desk: Desk) -> None:
    visit = await desk.visit(
        data={"order\x1b number": " 47\x0711 ", "seats": 3, "vip": True, "empty": " ", "none": None},
        trail=[
            "https://shop.example/",
            {"page": "https://shop.example/cart\x1b]52;", "ago": 90},
            {"page": "https://shop.example/cart]52;", "ago": 1},
            {"page": "https://shop.example/pay", "ago": 0.5},
        ],
    )
    contact = await desk.record(visit)
    assert contact.data == (("order number", "4711"), ("seats", "3"), ("vip", "true"))
    assert [step.page for step in contact.trail] == [
        "https://shop.example/",
        "https://shop.example/cart]52;",
        "https://shop.example/pay",
    ]
    ago = [contact.created - step.at for step in contact.trail]
    assert ago == pytest.approx([0, 90, 0.5], abs=0.3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", []),
        ("data", "x"),
        ("data", {f"name {i}": "x" for i in range(21)}),
        ("data", {"x" * 41: "x"}),
        ("data", {" ": "x"}),
        ("data", {"x": "x" * 501}),
        ("data", {"x": ["x"]}),
        ("trail", {}),
        ("trail", ["https://shop.example/"] * 41),
        ("trail", ["x" * 1001]),
        ("trail", [7]),
        ("trail", [""]),
        ("trail", [{"page": 7}]),
        ("trail", [{"page": "https://shop.example/", "ago": -1}]),
        ("trail", [{"page": "https://shop.example/", "ago": "1"}]),
        ("trail", [{"page": "https://shop.example/", "at": [1]}]),
        ("trail", [{"page": "https://shop.example/", "at": 10**400}]),
        ("offline", "yes"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(desk: Desk, name: str, value: Any) -> None:
    async with desk.client.post("/v1/contacts", json={**GOOD, name: value}) as answer:
        assert answer.status == 400
        assert (await answer.json(content_type=None))["field"] == name
    assert await desk.backend.pending() == ()


async def test_a_server_may_say_when_a_page_was_visited_but_not_in_the_future(desk: Desk) -> None:
    now = time.time()
    visit = await desk.visit(
        trail=[{"page": "a", "at": now - 3600}, {"page": "b", "at": now + 3600}, {"page": "c", "at": 0}]
    )
    contact = await desk.record(visit)
    ago = [contact.created - step.at for step in contact.trail]
    assert ago == pytest.approx([3600, 0, 30 * 86_400], abs=0.5)


async def test_numbers_that_are_none_are_refused(desk: Desk) -> None:
    body = b'{"nick": "A", "text": "b", "trail": [{"page": "x", "ago": 1e999}]}'
    headers = {"Content-Type": "application/json"}
    async with desk.client.post("/v1/contacts", data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_a_page_tells_where_the_visitor_goes_during_the_chat(desk: Desk) -> None:
    visit = await desk.visit(trail=["https://shop.example/"])
    async with desk.page(visit) as page:
        for address in ("https://shop.example/", "https://shop.example/cart", "https://shop.example/cart"):
            await page.send(type="page", page=address)
        contact = await desk.until_record(visit, "the step", lambda record: len(record.trail) == 2)
        assert [step.page for step in contact.trail] == [
            "https://shop.example/",
            "https://shop.example/cart",
        ]
        await page.send(type="page", page="x" * 1001)
        assert (await page.next("error"))["field"] == "page"


async def test_who_hurries_through_the_site_fills_no_disk(desk: Desk) -> None:
    visit = await desk.visit()
    async with desk.page(visit) as page:
        for number in range(25):
            await page.send(type="page", page=f"https://shop.example/{number}")
        await page.send(type="typing", on="no")
        await page.next("error")
    assert 5 <= len((await desk.record(visit)).trail) <= 12


async def test_a_word_left_offline_waits_though_the_page_is_closed_and_the_night_is_long(desk: Desk) -> None:
    headers = {"X-Deskbell-Page": "open"}
    visit = await desk.visit(offline=True, data={"email": "anna@example.org"})
    async with desk.client.post("/v1/contacts", json={**GOOD, "offline": True}, headers=headers) as answer:
        assert answer.status == 201
    async with desk.page(visit) as page:
        assert await page.next("status") == {"type": "status", "status": "pending", "offline": True}
    desk.clock.ahead = 12 * 3600
    await desk.reopen()
    for contact in await desk.backend.pending():
        assert (contact.offline, contact.dissuade_at, contact.gone_at) == (True, None, None)
        assert contact.status is Status.PENDING
    assert len(await desk.backend.pending()) == 2


async def test_nobody_stands_in_line_behind_a_word_left_offline(desk: Desk) -> None:
    await desk.visit(offline=True)
    visit = await desk.visit()
    async with desk.page(visit) as page:
        await page.next("status", position=1)


async def test_a_word_left_offline_stays_one_when_an_agent_takes_it_and_can_be_added_to(desk: Desk) -> None:
    visit = await desk.visit(offline=True)
    async with desk.page(visit) as page:
        await page.next("status", status="pending")
        await desk.agent(DeedKind.ACCEPT, visit)
        await page.next("status", status="assigned", agent=MARIA, offline=True)
        answer = (visit.id, MessageId("a"), Sender.AGENT, RemoteText(MARIA), RemoteText("good morning"))
        assert isinstance(await desk.backend.append(*answer), Refused)
        await page.send(type="message", id="m1", text="one more thing")
        assert (await page.next("message", text="one more thing"))["from"] == "visitor"


async def test_a_chat_that_is_passed_on_says_so_to_the_visitor(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status", status="assigned")
        await desk.transfer(visit, "Luca", "an awkward one")
        told = await page.next("status", status="pending")
        assert told == {"type": "status", "status": "pending", "transfer": True}
        async with desk.client.get(visit.path, headers=visit.headers) as answer:
            assert await answer.json() == {"status": "pending", "transfer": True}


async def test_who_is_dissuaded_is_told_what_his_service_says(desk: Desk) -> None:
    services = {"Sales": ServiceSettings(dissuasion_message="Call 0800 1234.")}
    desk.settings = replace(desk.settings, services=services)
    visits = [await desk.visit(service=service) for service in ("Sales", "Other")]
    desk.clock.ahead = 301
    for visit in visits:
        await desk.agent(DeedKind.TIME_UP, visit)
    told = []
    for visit in visits:
        async with desk.client.get(visit.path, headers=visit.headers) as answer:
            told.append((await answer.json())["text"])
    assert told == ["Call 0800 1234.", desk.settings.queue.dissuasion_message]


async def test_what_is_handed_over_counts_as_received_apart_from_seen(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    for number in range(3):
        await desk.agent_says(visit, f"words {number}")

    async def marks() -> tuple[int, int]:
        record = await desk.record(visit)
        return record.visitor_received, record.visitor_seen

    async with desk.page(visit) as page:
        await page.next("status")
        await page.send(type="received", seq=2)
        await until_true(lambda: _equals(marks(), (2, 0)), "received")
        await page.send(type="received", seq=99)
        await until_true(lambda: _equals(marks(), (4, 0)), "never more than it was sent")
        await page.send(type="seen", seq=3)
        await until_true(lambda: _equals(marks(), (4, 3)), "seen")
    await desk.agent_says(visit, "one more")
    async with desk.client.get(f"{visit.path}/messages?after=4", headers=visit.headers) as answer:
        assert len(await answer.json()) == 1
    assert await marks() == (5, 3)


async def _equals(found: Any, wanted: object) -> bool:
    return bool(await found == wanted)


async def test_an_engine_that_cannot_note_a_mark_still_hands_the_transcript_over(desk: Desk) -> None:
    visit = await desk.visit()
    calls = []

    async def failing(*_: object, **marks: object) -> None:
        calls.append(marks)
        raise BackendError("disk full")

    desk.backend.mark = failing  # type: ignore[method-assign]
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        assert answer.status == 200
        assert len(await answer.json()) == 1
    assert calls


async def test_the_number_of_questions_has_an_end(desk: Desk) -> None:
    desk.settings = replace(
        desk.settings, web=replace(desk.settings.web, fields=tuple(f"question {i}" for i in range(30)))
    )
    assert len((await _asked(desk))["fields"]) == 8


async def test_the_desk_answers_a_call_about_itself_without_a_backend_with_503(desk: Desk) -> None:
    async def failing() -> tuple[ConsoleBeat, ...]:
        raise BackendError("disk full")

    desk.backend.consoles = failing  # type: ignore[method-assign]
    async with desk.client.get("/v1/desk") as answer:
        assert answer.status == 503
        assert "disk" not in await answer.text()
