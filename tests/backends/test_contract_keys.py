"""What an engine keeps so that a client may ask again: the desk's secret, and what was asked under a key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.backends.desks import DeskUnderTest, snapshot_of, soon
from tests.backends.engines import ENGINES
from tui.backends.contract import SECRET_BYTES, Backend
from tui.desk.contact import ContactId


async def test_the_desks_secret_is_the_same_for_everybody_and_after_a_restart(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, *await asyncio.gather(*(desk.console() for _ in range(4)))]
    secrets = {await console.desk_secret() for console in consoles}
    assert [len(secret) for secret in secrets] == [SECRET_BYTES]
    await desk.close()
    assert {await (await desk.console()).desk_secret()} == secrets


async def test_another_desk_has_another_secret(desk: DeskUnderTest, backend: Backend, tmp_path: Path) -> None:
    engine = ENGINES[desk.engine.name]
    other = engine.connect(engine.address(tmp_path / "other"), desk.clock)
    await other.open()
    desk.backends.append(other)
    assert await other.desk_secret() != await backend.desk_secret()


async def test_neither_the_secret_nor_a_hash_is_in_what_is_told(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await backend.create(replace(desk.visitor(id="c", secret_hash="5e" * 32), request_hash="7a" * 32))
    record = await backend.contact(ContactId("c"))
    told = repr((await snapshot_of(backend), record, await backend.history(ContactId("c"))))
    secret = await backend.desk_secret()
    for hidden in (secret.hex(), repr(secret), "5e" * 32, "7a" * 32):
        assert hidden not in told


async def test_what_was_asked_stays_as_it_was_at_creation(desk: DeskUnderTest, backend: Backend) -> None:
    new = replace(desk.visitor(id="c"), request_hash="one")
    first = await backend.create(new)
    again = await backend.create(replace(desk.visitor(id="c"), request_hash="other", secret_hash="other"))
    assert again == first
    for console in (backend, await desk.console()):
        assert await console.request_hash(new.id) == "one"
        assert await console.secret_hash(new.id) == ""
    assert len(await backend.history(new.id)) == 1


async def test_without_a_key_and_without_a_contact_nothing_was_asked(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await backend.create(desk.visitor(id="c"))
    assert await backend.request_hash(ContactId("c")) == ""
    assert await backend.request_hash(ContactId("nobody")) == ""


async def test_of_two_who_ask_at_once_for_one_contact_both_get_the_one_that_was_made(
    desk: DeskUnderTest, backend: Backend
) -> None:
    consoles = [backend, await desk.console()]
    news = [replace(desk.visitor(id="c", text=f"words {i}"), request_hash=f"{i}") for i in range(20)]
    made = await soon(asyncio.gather(*(consoles[i % 2].create(new) for i, new in enumerate(news))))
    assert len(set(made)) == 1
    stands = {await console.request_hash(ContactId("c")) for console in consoles}
    assert stands == {made[0].first_words.removeprefix("words ")}
    assert len(await backend.pending()) == 1
