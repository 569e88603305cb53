"""Idempotency-Key: whoever asks again with the same key has the same contact and the same token."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.web.desk import Desk, Visit, new_door, open_desk
from tui.desk.contact import ContactId, Outcome, Status
from tui.desk.lifecycle import DeedKind
from tui.web import keys
from tui.web.guards import hash_of

GOOD = {"nick": "Anna", "text": "hello"}
PAGE = {"X-Deskbell-Page": "open"}


def new_key() -> str:
    return secrets.token_hex(32)


async def ask(
    desk: Desk, key: str | None, body: dict[str, Any] | None = None, *, by_page: bool = False
) -> tuple[int, dict[str, Any]]:
    sent = {} if key is None else {"Idempotency-Key": key}
    sent |= PAGE if by_page else {}
    async with desk.client.post("/v1/contacts", json=body or GOOD, headers=sent) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_the_same_key_gives_the_same_contact_and_token_and_no_second_contact(desk: Desk) -> None:
    key = new_key()
    first, again = await ask(desk, key), await ask(desk, key)
    assert (first[0], again[0]) == (201, 200)
    same = ("id", "token", "desk")
    assert [first[1][name] for name in same] == [again[1][name] for name in same]
    assert again[1]["status"] == "pending"
    assert first[1]["desk"] == await desk.backend.desk_id()
    (contact,) = await desk.backend.pending()
    assert contact.id == first[1]["id"]
    visit = Visit(contact.id, again[1]["token"])
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        assert [message["text"] for message in await answer.json()] == ["hello"]


async def test_contact_and_token_are_made_of_the_key_by_the_desks_secret(desk: Desk) -> None:
    key = new_key()
    _, told = await ask(desk, key)
    secret = await desk.backend.desk_secret()
    assert (told["id"], told["token"]) == (keys.contact_of(secret, key), keys.token_of(secret, key))
    assert str(uuid.UUID(told["id"])) == told["id"]
    assert len(told["token"]) == 43
    assert await desk.backend.secret_hash(ContactId(told["id"])) == hash_of(told["token"])
    other = secrets.token_bytes(32)
    assert keys.contact_of(other, key) != told["id"]
    assert keys.token_of(other, key) != told["token"]


async def test_other_keys_and_no_key_give_other_contacts(desk: Desk) -> None:
    answers = [await ask(desk, key) for key in (new_key(), new_key(), None, None)]
    assert [status for status, _ in answers] == [201] * 4
    assert len({told["id"] for _, told in answers}) == len({told["token"] for _, told in answers}) == 4
    assert len(await desk.backend.pending()) == 4


@pytest.mark.parametrize(
    "body",
    [
        {**GOOD, "text": "hello!"},
        {**GOOD, "nick": "anna"},
        {**GOOD, "service": "Sales"},
        {**GOOD, "lang": "it"},
        {**GOOD, "page": "https://shop.example/"},
        {**GOOD, "data": {"order": "1"}},
        {**GOOD, "offline": True},
        {**GOOD, "offline": False},
    ],
)
async def test_the_same_key_with_another_body_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    key = new_key()
    _, first = await ask(desk, key)
    status, told = await ask(desk, key, body)
    assert (status, told["type"], told["field"]) == (422, "urn:deskbell:key-reused", "Idempotency-Key")
    assert not {"id", "token"} & set(told)
    assert key not in str(told)
    assert len(await desk.backend.history(ContactId(first["id"]))) == 1
    assert len(await desk.backend.pending()) == 1
    assert (await ask(desk, key))[0] == 200


async def test_the_same_request_written_otherwise_is_the_same(desk: Desk) -> None:
    key = new_key()
    body = {**GOOD, "data": {"order": "4711", "plan": "gold"}, "trail": [{"page": "/a", "ago": 3}]}
    status, first = await ask(desk, key, body)
    assert status == 201
    later = {"data": {"plan": "gold", "order": "4711"}, "text": "hello", "nick": "Anna", "service": None}
    for again in (later, {**later, "trail": [{"page": "/a", "ago": 30}]}):
        status, told = await ask(desk, f'"{key}"', again)
        assert (status, told["id"]) == (200, first["id"])


@pytest.mark.parametrize(
    "key",
    [
        "",
        '""',
        "1",
        "order-4711",
        "f" * 64,
        "0" * 31 + "1",
        "00112233445566778899aabbccddeef",  # 31 digits
        "00112233445566778899AABBCCDDEEF",
        "8e03978e-40d5-43dd-bc93-6894a57f9324",  # 122 random bits
        "8E03978E-40D5-43DD-BC93-6894A57F9324",
        "aZ3_-" * 4 + "x",  # 21 characters
        "aZ3_-" * 26,  # 130
        "Zm9vYmFyYmF6cXV4Zm9vYg==",
        "a b" * 20,
        "größer-als-jeder-andere-schlüssel-1234567",
        '"9f1c2e3d4b5a69788796a5b4c3d2e1f0',
    ],
)
async def test_a_key_that_could_be_guessed_is_refused_and_says_what_is_taken(desk: Desk, key: str) -> None:
    status, told = await ask(desk, key)
    assert (status, told["field"]) == (400, "Idempotency-Key")
    assert "128 random bits" in told["detail"]
    assert len(key) < 4 or key not in str(told)
    assert await desk.backend.pending() == ()


async def test_two_keys_in_one_request_are_refused(desk: Desk) -> None:
    headers = [("Idempotency-Key", new_key()), ("Idempotency-Key", new_key())]
    async with desk.client.post("/v1/contacts", json=GOOD, headers=headers) as answer:
        assert answer.status == 400
    assert await desk.backend.pending() == ()


@pytest.mark.parametrize("make", [lambda: secrets.token_hex(16), lambda: secrets.token_hex(64)])
async def test_random_hexadecimal_keys_are_taken(desk: Desk, make: Any) -> None:
    assert [(await ask(desk, make()))[0] for _ in range(20)] == [201] * 20


async def test_random_base64url_keys_are_taken_and_case_counts(desk: Desk) -> None:
    made = [secrets.token_urlsafe(16) for _ in range(20)]
    assert [(await ask(desk, key))[0] for key in made] == [201] * 20
    assert [(await ask(desk, key.swapcase()))[0] for key in made] == [201] * 20


async def test_requests_of_one_key_at_the_same_moment_make_one_contact_at_any_number_of_doors(
    desk: Desk, tmp_path: Path
) -> None:
    """Two doors, each with an engine of its own on the same file, as two processes have them."""
    async with open_desk(tmp_path) as other:
        assert await other.backend.desk_id() == await desk.backend.desk_id()
        for _ in range(10):
            key = new_key()
            answers = await asyncio.gather(*(ask((desk, other)[i % 2], key) for i in range(12)))
            assert {status for status, _ in answers} <= {200, 201}
            assert 1 <= sum(status == 201 for status, _ in answers) <= 2
            assert len({(told["id"], told["token"]) for _, told in answers}) == 1
        pending = await desk.backend.pending()
        assert len(pending) == 10
        assert {contact.last_seq for contact in pending} == {1}


async def test_of_two_bodies_under_one_key_at_the_same_moment_one_is_stored_and_the_other_refused(
    desk: Desk, tmp_path: Path
) -> None:
    async with open_desk(tmp_path) as other:
        for _ in range(10):
            key = new_key()
            bodies = [{**GOOD, "text": f"words {i}"} for i in range(4)]
            answers = await asyncio.gather(
                *(ask((desk, other)[i % 2], key, body) for i, body in enumerate(bodies))
            )
            assert sorted(status for status, _ in answers) == [201, 422, 422, 422]
            (told,) = [told for status, told in answers if status == 201]
            at = [status for status, _ in answers].index(201)
            (first,) = await desk.backend.history(ContactId(told["id"]))
            assert first.text == f"words {at}"


async def test_asking_again_costs_no_arrival_even_at_the_same_moment(desk: Desk) -> None:
    desk.set_web(contacts_per_minute=1)
    key = new_key()
    answers = await asyncio.gather(*(ask(desk, key) for _ in range(8)))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert (await ask(desk, new_key()))[0] == 429
    assert (await ask(desk, None))[0] == 429
    assert (await ask(desk, key))[0] == 200


async def test_what_was_refused_may_be_asked_again_with_the_same_key(desk: Desk) -> None:
    key = new_key()
    assert (await ask(desk, key, {**GOOD, "nick": ""}))[0] == 400
    desk.backend.fails = True
    assert (await ask(desk, key))[0] == 503
    desk.backend.fails = False
    desk.set_web(contacts_per_minute=1)
    await desk.visit()
    assert (await ask(desk, key))[0] == 429
    desk.set_web(contacts_per_minute=100_000)
    assert (await ask(desk, key))[0] == 201
    assert (await ask(desk, key))[0] == 200


async def test_a_contact_that_has_ended_is_given_again_and_says_so(desk: Desk) -> None:
    key = new_key()
    _, first = await ask(desk, key)
    visit = Visit(ContactId(first["id"]), first["token"])
    async with desk.client.delete(visit.path, headers=visit.headers):
        pass
    status, told = await ask(desk, key)
    assert (status, told) == (200, {**first, "status": "ended", "outcome": Outcome.CANCELLED})
    assert await desk.backend.pending() == ()
    other = new_key()
    _, second = await ask(desk, other)
    visit = Visit(ContactId(second["id"]), second["token"])
    await desk.agent(DeedKind.ACCEPT, visit)
    assert (await ask(desk, other))[1]["status"] == Status.ASSIGNED


async def test_a_key_holds_over_a_restart_of_the_door_and_of_the_engine(tmp_path: Path) -> None:
    key = new_key()
    async with open_desk(tmp_path) as desk:
        _, first = await ask(desk, key)
    async with open_desk(tmp_path) as desk:
        status, told = await ask(desk, key)
        assert (status, told["id"], told["token"]) == (200, first["id"], first["token"])


async def test_a_key_means_nothing_at_another_desk(desk: Desk, tmp_path: Path) -> None:
    key = new_key()
    _, here = await ask(desk, key)
    async with open_desk(tmp_path / "other") as other:
        status, there = await ask(other, key)
        assert status == 201
        assert here["id"] != there["id"]
        assert here["token"] != there["token"]


async def test_a_page_that_asks_again_is_waited_for_anew_and_one_that_is_there_is_left_alone(
    desk: Desk,
) -> None:
    key = new_key()
    _, told = await ask(desk, key, by_page=True)
    visit = Visit(ContactId(told["id"]), told["token"])
    lease = (await desk.record(visit)).gone_at
    assert lease is not None
    desk.clock.ahead = 30
    await ask(desk, key, by_page=True)
    renewed = (await desk.record(visit)).gone_at
    assert renewed is not None
    assert renewed >= lease + 29
    await ask(desk, key)
    assert (await desk.record(visit)).gone_at == renewed


async def test_neither_key_nor_token_nor_secret_is_stored_or_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, refused = new_key(), "order-4711-" + "x" * 140
    _, told = await ask(desk, key)
    await ask(desk, key, {**GOOD, "text": "other"})
    await ask(desk, refused)
    desk.backend.fails = True
    await ask(desk, new_key())
    broken = new_key()

    async def explode(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    desk.backend.fails = False
    desk.backend.create = explode  # type: ignore[method-assign,assignment]
    assert (await ask(desk, broken))[0] == 500
    secret = (await desk.backend.desk_secret()).hex()
    assert "a mistake of ours" in caplog.text
    for hidden in (key, refused, broken, told["token"], secret):
        assert hidden not in caplog.text
    files = b"".join(part.read_bytes() for part in desk.backend.path.parent.iterdir())
    assert told["id"].encode() in files
    assert key.encode() not in files
    assert told["token"].encode() not in files


async def test_a_site_of_another_origin_may_send_a_key(desk: Desk) -> None:
    desk.set_web(origins=("https://shop.example",))
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    async with desk.client.options("/v1/contacts", headers=headers) as answer:
        allowed = answer.headers["Access-Control-Allow-Headers"]
    assert "Idempotency-Key" in allowed


async def test_when_the_record_is_gone_so_is_the_key(desk: Desk) -> None:
    key = new_key()
    _, told = await ask(desk, key)
    await desk.door.close()
    await desk.backend.close()
    db = sqlite3.connect(desk.backend.path)
    db.execute("DELETE FROM messages")
    db.execute("DELETE FROM contacts")
    db.commit()
    db.close()
    await desk.backend.open()
    desk.door = await new_door(desk)
    await desk.door.start("127.0.0.1", desk.bound.port)
    status, anew = await ask(desk, key, {**GOOD, "text": "other words"})
    assert (status, anew["id"], anew["token"]) == (201, told["id"], told["token"])
