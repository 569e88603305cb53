"""Each row of the door's table (section 5 of the design), by HTTP."""

from __future__ import annotations

import uuid
from dataclasses import replace

from tests.web.desk import MARIA, Desk, Visit
from tui.config.schema import ServiceSettings
from tui.desk.contact import ContactId, Outcome, Sender, Status
from tui.desk.lifecycle import DeedKind


async def test_a_visitor_who_asks_for_help_becomes_a_pending_contact(desk: Desk) -> None:
    visit = await desk.visit(
        "Anna", "hello\nthere", service="Sales", lang="en-GB", page="https://shop.example/cart"
    )
    contact = await desk.record(visit)
    assert (contact.nick, contact.service, contact.lang) == ("Anna", "Sales", "en-GB")
    assert contact.page == "https://shop.example/cart"
    assert contact.status is Status.PENDING
    assert contact.gone_at is None
    (first,) = await desk.backend.history(visit.id)
    assert (first.text, first.sender, first.seq) == ("hello\nthere", Sender.VISITOR, 1)


async def test_a_contact_carries_the_dissuasion_time_of_its_service(desk: Desk) -> None:
    desk.settings = replace(desk.settings, services={"Sales": ServiceSettings(dissuasion_time=42)})
    assert (await desk.record(await desk.visit(service="Sales"))).dissuasion_time == 42
    assert (await desk.record(await desk.visit(service="Other"))).dissuasion_time == 300


async def test_a_contact_without_a_language_has_that_of_its_service(desk: Desk) -> None:
    desk.settings = replace(desk.settings, services={"Vendite": ServiceSettings(language="it")})
    assert (await desk.record(await desk.visit(service="Vendite"))).lang == "it"
    assert (await desk.record(await desk.visit(service="Vendite", lang="de"))).lang == "de"
    assert (await desk.record(await desk.visit(service="Other"))).lang == ""


async def test_only_a_hash_of_the_token_is_stored(desk: Desk) -> None:
    visit = await desk.visit()
    stored = b"".join(part.read_bytes() for part in desk.backend.path.parent.iterdir())
    assert visit.id.encode() in stored
    assert visit.token.encode() not in stored
    assert len(visit.token) >= 43


async def test_the_same_browser_is_known_as_a_returning_visitor(desk: Desk) -> None:
    headers = {"X-Deskbell-Visitor": str(uuid.uuid4())}
    returning = []
    for _ in range(2):
        async with desk.client.post(
            "/v1/contacts", json={"nick": "A", "text": "hi"}, headers=headers
        ) as answer:
            told = await answer.json()
            returning.append((await desk.record(Visit(ContactId(told["id"]), ""))).returning)
    assert returning == [False, True]


async def test_a_message_is_stored_and_sending_it_again_changes_nothing(desk: Desk) -> None:
    visit = await desk.visit()
    told = []
    for text in ("one more thing", "another text under the same id"):
        async with desk.client.post(
            f"{visit.path}/messages", json={"id": "m1", "text": text}, headers=visit.headers
        ) as answer:
            told.append((answer.status, await answer.json()))
    assert [status for status, _ in told] == [201, 200]
    assert told[0][1] == told[1][1]
    history = await desk.backend.history(visit.id)
    assert [message.text for message in history] == ["hello", "one more thing"]
    assert history[1].author == "Anna"


async def test_two_visitors_may_choose_the_same_message_id(desk: Desk) -> None:
    one, two = await desk.visit(text="secret of one"), await desk.visit("Bruno", "of two")
    for visit, text in ((one, "more of one"), (two, "more of two")):
        async with desk.client.post(
            f"{visit.path}/messages", json={"id": "1", "text": text}, headers=visit.headers
        ) as answer:
            assert answer.status == 201
            assert (await answer.json())["text"] == text


async def test_no_id_a_client_chooses_is_the_desks_own(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    said, note = await desk.agent_says(visit, "good morning"), await desk.agent_notes(visit, "a note")
    ours = ("first", "dissuaded", f"{visit.id}:first", f"{visit.id}:dissuaded", said.id, note.id)
    for number, chosen in enumerate(ours, 4):
        body = {"id": chosen, "text": f"my card was charged twice {number}"}
        async with desk.client.post(f"{visit.path}/messages", json=body, headers=visit.headers) as answer:
            assert answer.status == 201, chosen
            told = await answer.json()
            assert (told["seq"], told["id"], told["text"]) == (number, chosen, body["text"])
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        messages = await answer.json()
    ids = [message["id"] for message in messages]
    assert ids == ["desk/first", f"desk/{said.id}", *ours]
    assert [message["text"] for message in messages][2:] == [
        f"my card was charged twice {n}" for n in range(4, 10)
    ]


async def test_the_transcript_is_read_from_a_sequence_number(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    said = await desk.agent_says(visit, "good morning")
    async with desk.client.get(f"{visit.path}/messages?after=1", headers=visit.headers) as answer:
        assert answer.status == 200
        assert await answer.json() == [
            {"seq": 2, "id": f"desk/{said.id}", "from": "agent", "text": "good morning", "ts": said.at}
        ]
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        assert [message["seq"] for message in await answer.json()] == [1, 2]


async def _status(desk: Desk, visit: Visit) -> dict[str, object]:
    async with desk.client.get(visit.path, headers=visit.headers) as answer:
        assert answer.status == 200
        told: dict[str, object] = await answer.json()
        return told


async def test_the_status_tells_place_agent_and_outcome(desk: Desk) -> None:
    first, second = await desk.visit(), await desk.visit("Bruno")
    await desk.until_record(second, "both are known", lambda _: len(desk.door._hub.contacts) == 2)
    assert await _status(desk, first) == {"status": "pending", "position": 1}
    assert await _status(desk, second) == {"status": "pending", "position": 2}
    await desk.agent(DeedKind.ACCEPT, first)
    assert await _status(desk, first) == {"status": "assigned", "agent": MARIA}
    await desk.agent(DeedKind.END, first)
    told = await _status(desk, first)
    assert (told["status"], told["outcome"], told["by"]) == ("ended", "no_interaction", "agent")


async def test_a_visitor_can_leave_and_leaving_twice_is_no_error(desk: Desk) -> None:
    visit = await desk.visit()
    for _ in range(2):
        async with desk.client.delete(visit.path, headers=visit.headers) as answer:
            assert answer.status == 204
    contact = await desk.record(visit)
    assert (contact.status, contact.outcome) == (Status.ENDED, Outcome.CANCELLED)


async def test_health_names_program_and_desk(desk: Desk) -> None:
    async with desk.client.get("/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"deskbell": "1.2.3", "desk": await desk.backend.desk_id()}
    desk.backend.fails = True
    async with desk.client.get("/healthz") as answer:
        assert answer.status == 503
        assert (await answer.json())["desk"] == await desk.backend.desk_id()
