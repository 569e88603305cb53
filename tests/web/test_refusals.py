"""How the door says no: every error is a problem document that names what is wrong and nothing secret."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.web.desk import Desk, Visit
from tui.desk.lifecycle import DeedKind

GOOD = {"nick": "Anna", "text": "hello"}


async def _problem(answer: aiohttp.ClientResponse, status: int) -> dict[str, Any]:
    assert answer.status == status, await answer.text()
    assert answer.content_type == "application/problem+json"
    told: dict[str, Any] = await answer.json(content_type=None)
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "hello"}, "nick"),
        ({"nick": "", "text": "hello"}, "nick"),
        ({"nick": "\u200b \u2800", "text": "hello"}, "nick"),
        ({"nick": 7, "text": "hello"}, "nick"),
        ({"nick": "x" * 81, "text": "hello"}, "nick"),
        ({"nick": "Anna"}, "text"),
        ({"nick": "Anna", "text": " \n "}, "text"),
        ({"nick": "Anna", "text": "x" * 4001}, "text"),
        ({"nick": "Anna", "text": ["hello"]}, "text"),
        ({**GOOD, "service": "x" * 81}, "service"),
        ({**GOOD, "lang": {}}, "lang"),
        ({**GOOD, "page": "x" * 3000}, "page"),
        ({**GOOD, "serivce": "Sales"}, "serivce"),
    ],
)
async def test_a_wrong_field_is_named(desk: Desk, body: dict[str, object], field: str) -> None:
    async with desk.client.post("/v1/contacts", json=body) as answer:
        assert (await _problem(answer, 400))["field"] == field
    assert await desk.backend.pending() == ()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"nick":' + b"9" * 5_000 + b"}"]
)
async def test_a_body_that_is_no_json_object_is_refused(desk: Desk, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with desk.client.post("/v1/contacts", data=body, headers=headers) as answer:
        await _problem(answer, 400)


async def test_what_is_not_json_is_refused_by_its_type(desk: Desk) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        data = json.dumps(GOOD)
        async with desk.client.post("/v1/contacts", data=data, headers={"Content-Type": kind}) as answer:
            await _problem(answer, 415)


async def test_a_body_beyond_the_limit_is_refused(desk: Desk) -> None:
    headers = {"Content-Type": "application/json"}
    for size in (65_537, 2_000_000):
        async with desk.client.post("/v1/contacts", data=b" " * size, headers=headers) as answer:
            await _problem(answer, 413)

    async def in_chunks() -> Any:
        for _ in range(80):
            yield b" " * 1_000

    async with desk.client.post("/v1/contacts", data=in_chunks(), headers=headers) as answer:
        await _problem(answer, 413)


async def test_unknown_addresses_and_methods_are_refused(desk: Desk) -> None:
    async with desk.client.get("/nothing/here") as answer:
        await _problem(answer, 404)
    async with desk.client.get("/static/../../pyproject.toml") as answer:
        await _problem(answer, 404)
    async with desk.client.put("/v1/contacts", json=GOOD) as answer:
        await _problem(answer, 405)
        assert "POST" in answer.headers["Allow"]


async def _calls(desk: Desk, visit: Visit, headers: dict[str, str]) -> list[tuple[int, dict[str, Any]]]:
    told = []
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/messages"),
        ("POST", "/messages"),
        ("GET", "/stream"),
    ):
        body = {"id": "m", "text": "t"} if method == "POST" else None
        async with desk.client.request(method, visit.path + path, json=body, headers=headers) as answer:
            told.append((answer.status, await answer.json(content_type=None)))
            if answer.status == 401:
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    return told


async def test_contact_calls_need_the_contacts_own_token(desk: Desk) -> None:
    mine, other = await desk.visit(), await desk.visit()
    assert {status for status, _ in await _calls(desk, mine, {})} == {401}
    assert {status for status, _ in await _calls(desk, mine, {"Authorization": "Basic eDp5"})} == {401}
    assert {status for status, _ in await _calls(desk, mine, other.headers)} == {403}
    assert {status for status, _ in await _calls(desk, mine, {"Authorization": "Bearer \u00e9"})} == {403}
    nobody = Visit(type(mine.id)("no-such-contact"), mine.token)
    assert {status for status, _ in await _calls(desk, nobody, mine.headers)} == {404}
    assert len(await desk.backend.history(mine.id)) == 1
    assert len(await desk.backend.pending()) == 2


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "٣", "9" * 16])
async def test_a_wrong_sequence_number_is_refused(desk: Desk, after: str) -> None:
    visit = await desk.visit()
    for path in ("messages", "stream"):
        async with desk.client.get(
            f"{visit.path}/{path}", params={"after": after}, headers=visit.headers
        ) as answer:
            assert (await _problem(answer, 400))["field"] == "after"


@pytest.mark.parametrize("id", ["", "a b", "x" * 65, "a/b", 7, None])
async def test_a_wrong_message_id_is_refused(desk: Desk, id: object) -> None:
    visit = await desk.visit()
    body = {"id": id, "text": "hi"}
    async with desk.client.post(f"{visit.path}/messages", json=body, headers=visit.headers) as answer:
        assert (await _problem(answer, 400))["field"] == "id"


async def test_a_wrong_visitor_name_is_refused(desk: Desk) -> None:
    headers = {"X-Deskbell-Visitor": "me"}
    async with desk.client.post("/v1/contacts", json=GOOD, headers=headers) as answer:
        assert (await _problem(answer, 400))["field"] == "X-Deskbell-Visitor"


async def test_nothing_can_be_said_in_an_ended_contact_but_repeats_are_answered(desk: Desk) -> None:
    visit = await desk.visit()
    path = f"{visit.path}/messages"
    async with desk.client.post(path, json={"id": "m1", "text": "a"}, headers=visit.headers) as answer:
        assert answer.status == 201
    await desk.agent(DeedKind.ACCEPT, visit)
    await desk.agent(DeedKind.END, visit)
    async with desk.client.post(path, json={"id": "m2", "text": "b"}, headers=visit.headers) as answer:
        await _problem(answer, 409)
    async with desk.client.post(path, json={"id": "m1", "text": "a"}, headers=visit.headers) as answer:
        assert answer.status == 200


async def test_new_contacts_are_limited_by_address(desk: Desk) -> None:
    desk.set_web(contacts_per_minute=3)
    for _ in range(3):
        await desk.visit()
    async with desk.client.post("/v1/contacts", json=GOOD) as answer:
        await _problem(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert len(await desk.backend.pending()) == 3


async def test_messages_are_limited_by_contact(desk: Desk) -> None:
    desk.set_web(messages_per_second=2)
    visit, other = await desk.visit(), await desk.visit()
    answers = []
    for number in range(12):
        body = {"id": f"m{number}", "text": "x"}
        async with desk.client.post(f"{visit.path}/messages", json=body, headers=visit.headers) as answer:
            answers.append(answer.status)
            if answer.status == 429:
                assert answer.headers["Retry-After"] == "1"
    assert answers[:2] == [201, 201]
    assert 429 in answers
    async with desk.client.post(
        f"{other.path}/messages", json={"id": "m", "text": "x"}, headers=other.headers
    ) as answer:
        assert answer.status == 201


async def test_a_backend_that_fails_is_told_as_503_without_its_secrets(desk: Desk) -> None:
    visit = await desk.visit()
    desk.backend.fails = True
    async with desk.client.post("/v1/contacts", json=GOOD) as answer:
        await _problem(answer, 503)
        assert int(answer.headers["Retry-After"]) >= 1
        assert "/secret" not in await answer.text()
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        await _problem(answer, 503)


async def test_controls_and_surrogates_never_reach_the_backend(desk: Desk) -> None:
    visit = await desk.visit("A\x1b[31mnna\x9b", "one\r\ntwo\x00\ud800\x1b]52;c;eA==\x07")
    contact = await desk.record(visit)
    (first,) = await desk.backend.history(visit.id)
    assert contact.nick == "A[31mnna"
    assert first.text == "one\ntwo]52;c;eA=="
