"""Private notes are the agents': no way through the door shows one to a visitor."""

from __future__ import annotations

from tests.web.desk import MARIA, Desk, Visit
from tui.desk.contact import MessageId, Sender
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText


async def note(desk: Desk, visit: Visit, text: str) -> None:
    id = MessageId(f"note-{text}")
    await desk.backend.append(visit.id, id, Sender.NOTE, RemoteText(MARIA), RemoteText(text))


async def test_a_page_is_never_told_a_private_note_and_misses_nothing_around_it(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    await note(desk, visit, "he is angry")
    async with desk.page(visit) as page:
        await page.next("status")
        await desk.agent_says(visit, "one")
        await note(desk, visit, "he lies")
        await desk.agent_says(visit, "two")
        await page.next("message", text="two")
        assert page.texts() == ["hello", "one", "two"]
    async with desk.page(visit, after=3) as page:  # as a page that comes back
        await page.next("status")
        assert page.texts() == ["two"]


async def test_a_transcript_read_by_http_has_no_private_notes(desk: Desk) -> None:
    visit = await desk.visit()
    await desk.agent(DeedKind.ACCEPT, visit)
    await note(desk, visit, "he is angry")
    await desk.agent_says(visit, "one")
    async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
        assert [message["text"] for message in await answer.json()] == ["hello", "one"]
