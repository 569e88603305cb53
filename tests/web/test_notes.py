"""What agents write for each other never leaves the door: no note, none of its words, not its author."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.web.desk import Desk, Visit
from tui.desk.contact import ChatMessage, ContactId, MessageId, Sender
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText
from tui.web import frames

SECRET = "the customer lies about his invoice"
GUARDED = (SECRET, "lies", "Luca", "note")


def _is_clean(said: object) -> None:
    raw = said if isinstance(said, str) else json.dumps(said)
    for word in GUARDED:
        assert word not in raw


async def _chat_with_notes(desk: Desk) -> Visit:
    """hello 1, a note 2, an answer 3, notes 4 and 5."""
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    await desk.agent_notes(visit, SECRET)
    await desk.agent_says(visit, "good morning")
    await desk.agent_notes(visit, SECRET)
    await desk.agent_notes(visit, SECRET)
    return visit


async def test_the_history_leaves_notes_out_and_reads_on_behind_them(desk: Desk) -> None:
    visit = await _chat_with_notes(desk)
    for after, seqs in ((0, [1, 3]), (1, [3]), (2, [3]), (3, []), (5, [])):
        async with desk.client.get(f"{visit.path}/messages?after={after}", headers=visit.headers) as answer:
            raw = await answer.text()
            _is_clean(raw)
            assert [message["seq"] for message in json.loads(raw)] == seqs
    await desk.agent_says(visit, "behind the notes")
    async with desk.client.get(f"{visit.path}/messages?after=3", headers=visit.headers) as answer:
        assert [message["text"] for message in await answer.json()] == ["behind the notes"]


async def test_the_status_says_nothing_of_a_note_before_and_after_the_end(desk: Desk) -> None:
    visit = await _chat_with_notes(desk)
    for deed in (None, DeedKind.END):
        if deed is not None:
            await desk.agent(deed, visit)
            await desk.agent_notes(visit, SECRET)
        async with desk.client.get(visit.path, headers=visit.headers) as answer:
            _is_clean(await answer.text())


async def test_a_stream_tells_no_note_neither_caught_up_nor_live_nor_after_a_resync(desk: Desk) -> None:
    visit = await _chat_with_notes(desk)
    async with desk.page(visit) as page:
        await page.next("status")
        assert page.texts() == ["hello", "good morning"]
        await desk.agent_notes(visit, SECRET)
        await desk.agent_says(visit, "live")
        await page.next("message", text="live", seq=7)
        desk.door._hub._start_afresh(tuple(desk.door._hub.contacts.values()))
        await desk.agent_notes(visit, SECRET)
        await desk.agent_says(visit, "after the resync")
        await page.next("message", text="after the resync", seq=9)
        for kind, seq in (("received", 8), ("seen", 9)):
            await page.send(type=kind, seq=seq)
        await page.send(type="message", id="m1", text="thank you")
        assert (await page.next("ack"))["seq"] == 10
        await desk.until_record(visit, "marks across notes", lambda record: record.visitor_seen == 9)
        await desk.agent(DeedKind.END, visit)
        await desk.agent_notes(visit, SECRET)
        assert await page.closed() == 1000
        _is_clean(page.frames)
        assert page.texts() == ["hello", "good morning", "live", "after the resync", "thank you"]


@pytest.mark.parametrize("after", range(7))
async def test_a_page_comes_back_at_any_cursor_and_misses_and_doubles_nothing(desk: Desk, after: int) -> None:
    visit = await _chat_with_notes(desk)
    async with desk.page(visit, after=after) as page:
        await page.next("status")
        await desk.agent_says(visit, "now")
        await page.next("message", text="now")
        known = [text for seq, text in ((1, "hello"), (3, "good morning")) if seq > after]
        assert page.texts() == [*known, "now"]
        _is_clean(page.frames)


async def test_a_slow_page_that_missed_hundreds_of_notes_is_told_the_rest(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status")
        await asyncio.gather(*(desk.agent_notes(visit, SECRET) for _ in range(400)))
        await desk.agent_says(visit, "the end of it")
        await page.next("message", text="the end of it", seq=402)
        _is_clean(page.frames)


async def test_a_visitor_who_guesses_a_notes_id_learns_nothing_by_sending_it_again(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    stored = MessageId(f"{visit.id}/guessed")
    await desk.backend.append(visit.id, stored, Sender.NOTE, RemoteText("Luca"), RemoteText(SECRET))
    async with desk.client.post(
        f"{visit.path}/messages", json={"id": "guessed", "text": "x"}, headers=visit.headers
    ) as answer:
        assert answer.status == 409
        _is_clean(await answer.text())
    async with desk.page(visit) as page:
        await page.send(type="message", id="guessed", text="x")
        assert (await page.next("error"))["status"] == 409
        _is_clean(page.frames)


def test_no_call_can_put_a_note_into_a_frame() -> None:
    note = ChatMessage(
        ContactId("c"), MessageId("m"), 2, Sender.NOTE, RemoteText("Luca"), RemoteText(SECRET), 1.0
    )
    with pytest.raises(ValueError, match="not for visitors"):
        frames.message(note)
    assert not frames.is_for_visitor(note)


async def test_a_note_is_no_sign_of_typing_and_gives_no_frame_at_all(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    async with desk.page(visit) as page:
        await page.next("status", status="assigned")
        before = len(page.frames)
        await desk.agent_notes(visit, SECRET)
        await desk.agent_says(visit, "answer")
        await page.next("message", text="answer")
        assert [frame["type"] for frame in page.frames[before:]] == ["message"]
