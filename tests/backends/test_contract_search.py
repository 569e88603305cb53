"""Searching all contacts, and finding a visitor's earlier ones: every engine finds the same."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.backends.desks import MARIA, DeskUnderTest, accept, deed, say
from tests.backends.engines import ENGINES
from tui.backends.contract import Backend
from tui.desk.contact import Sender, Status
from tui.desk.lifecycle import DeedKind
from tui.text.seek import sought


async def found(backend: Backend, words: str, limit: int = 50) -> list[str]:
    """The texts of the messages found."""
    return [one.message.text for one in (await backend.search(words, limit)).found]


async def test_a_word_is_found_by_its_beginning_whatever_its_case_and_accents(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await backend.create(desk.visitor("Anna", "Où est la Crème brûlée?"))
    await backend.create(desk.visitor("Bruno", "the invoice"))
    for words in ("crème", "CREME", "cre", "brulee crem", "la creme"):
        assert await found(backend, words) == ["Où est la Crème brûlée?"], words
    assert await found(backend, "reme") == []


async def test_all_the_words_must_be_there_in_any_order(desk: DeskUnderTest, backend: Backend) -> None:
    await backend.create(desk.visitor("Anna", "the invoice shows the wrong address"))
    await backend.create(desk.visitor("Bruno", "the wrong size"))
    assert await found(backend, "address wrong") == ["the invoice shows the wrong address"]
    assert await found(backend, "wrong") == ["the wrong size", "the invoice shows the wrong address"]
    assert await found(backend, "wrong colour") == []


async def test_names_of_visitor_and_agent_are_found_together_with_what_was_said(
    desk: DeskUnderTest, backend: Backend
) -> None:
    anna = await backend.create(desk.visitor("Anna Rossi", "hello"))
    await say(backend, anna.id, "m1", "the invoice is on its way", Sender.AGENT)
    await backend.create(desk.visitor("Bruno", "my invoice"))
    assert await found(backend, "rossi invoice") == ["the invoice is on its way"]
    assert await found(backend, "agent invoice") == ["the invoice is on its way"]


async def test_a_contact_is_found_once_by_its_newest_message_with_the_words_the_newest_contact_first(
    desk: DeskUnderTest, backend: Backend
) -> None:
    anna = await backend.create(desk.visitor("Anna", "invoice one"))
    await backend.create(desk.visitor("Bruno", "invoice two"))
    await say(backend, anna.id, "m1", "invoice three")
    await say(backend, anna.id, "m2", "something else")
    result = await backend.search("invoice", 50)
    assert [one.message.text for one in result.found] == ["invoice three", "invoice two"]
    assert result.found[0].contact == await backend.contact(anna.id)
    assert result.found[0].message in await backend.history(anna.id)
    assert not result.more


async def test_no_more_than_asked_for_are_found_and_it_is_said_that_there_are_more(
    desk: DeskUnderTest, backend: Backend
) -> None:
    for number in range(5):
        await backend.create(desk.visitor("Anna", f"invoice {number}"))
    result = await backend.search("invoice", 3)
    assert [one.message.text for one in result.found] == ["invoice 4", "invoice 3", "invoice 2"]
    assert result.more
    assert not (await backend.search("invoice", 5)).more


async def test_ended_contacts_and_those_of_other_consoles_are_found(
    desk: DeskUnderTest, backend: Backend
) -> None:
    other = await desk.console()
    anna = await other.create(desk.visitor("Anna", "an invoice"))
    await accept(other, anna.id, MARIA)
    await other.perform(anna.id, deed(DeedKind.END, MARIA))
    (one,) = (await backend.search("invoice", 10)).found
    assert one.contact.status is Status.ENDED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("昨日注文した商品が届きません", ["注文", "注", "商品が", "届きません", "ん", "昨日 商品"]),
        ("我的发票地址不对", ["发票", "票", "地址不对"]),
        ("ฉันต้องการใบเสร็จ", ["ใบเสร็จ", "ต้องการ"]),
        ("주문한 상품이 안 왔어요", ["주문", "상품이"]),
        ("Мой счёт неверен", ["счет", "СЧЁТ", "мои"]),
        ("Ich möchte die Straße ändern", ["strasse", "STRASSE", "andern", "ände"]),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["full width"]),
        ("order no. 2024-117/b at shop.example", ["2024-117", "117/b", "shop.example", "no."]),
        ('she said "it\'s" OR nothing*', ['"it\'s"', "OR", "nothing*", "it's OR"]),
    ],
)
async def test_every_script_and_every_sign_is_found_as_it_was_written(
    desk: DeskUnderTest, backend: Backend, text: str, words: list[str]
) -> None:
    await backend.create(desk.visitor("x", text))
    await backend.create(desk.visitor("x", "quite another thing: 別のこと"))
    for one in words:
        assert await found(backend, one) == [text], one


async def test_parts_of_a_word_must_follow_one_another(desk: DeskUnderTest, backend: Backend) -> None:
    await backend.create(desk.visitor("x", "shop, for example"))
    await backend.create(desk.visitor("x", "文を注ぐ"))
    assert await found(backend, "shop.example") == []
    assert await found(backend, "注文") == []


@pytest.mark.parametrize("words", ["", " ", "?!", '"', "*", "👍", "\x00", "\ud800"])
async def test_a_question_without_a_word_finds_nothing(
    desk: DeskUnderTest, backend: Backend, words: str
) -> None:
    await backend.create(desk.visitor("Anna", "hello"))
    assert await found(backend, words) == []


async def test_a_visitors_contacts_are_told_newest_first(desk: DeskUnderTest, backend: Backend) -> None:
    made = []
    for visitor in ("v1", "v2", "v1", "v1", ""):
        made.append(await backend.create(desk.visitor("Anna", visitor=visitor)))
        desk.clock.now += 60
    await accept(backend, made[0].id, MARIA)
    earlier = await backend.earlier("v1", 10)
    assert [one.id for one in earlier] == [made[3].id, made[2].id, made[0].id]
    assert earlier[-1].status is Status.ASSIGNED
    assert [one.id for one in await backend.earlier("v1", 2)] == [made[3].id, made[2].id]
    assert await backend.earlier("", 10) == ()
    assert await backend.earlier("unknown", 10) == ()


written = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aAéß \"'*()-:^+注文が\u0301\u3099")),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("name", ["memory", "sqlite"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(texts=st.lists(written, min_size=1, max_size=5), questions=st.lists(st.text(max_size=40), max_size=5))
def test_no_question_raises_and_what_was_written_is_found_on_every_engine_alike(
    name: str, texts: list[str], questions: list[str]
) -> None:
    asyncio.run(search_all(name, texts, questions))


async def search_all(name: str, texts: list[str], questions: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = DeskUnderTest(ENGINES[name], ENGINES[name].address(Path(folder)))
        model = DeskUnderTest(ENGINES["memory"], f"model of {folder}")
        try:
            backend, other = await desk.console(), await model.console()
            for number, text in enumerate(texts):
                new = desk.visitor("x", text, id=f"c{number}")
                await backend.create(new)
                await other.create(new)
            for text in texts:
                if sought(text):
                    assert text in await found(backend, text)
            for question in [*texts, *questions, *(text[: len(text) // 2] for text in texts)]:
                assert await found(backend, question) == await found(other, question)
        finally:
            await desk.close()
            await model.close()


async def test_the_search_of_a_closed_desk_is_refused(desk: DeskUnderTest, backend: Backend) -> None:
    from tui.backends.contract import BackendError

    await backend.close()
    desk.backends.clear()
    with pytest.raises(BackendError):
        await backend.search("x", 1)
    with pytest.raises(BackendError):
        await backend.earlier("v", 1)
