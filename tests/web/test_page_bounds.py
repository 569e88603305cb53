"""The visitor's page at the door's bounds: long transcripts come whole, refusals are told in words."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.parts.browser import VisitorPage
from tests.web.browsing import browser
from tests.web.desk import ROOMY, Visit
from tests.web.door_in_thread import DoorInThread
from tests.web.test_bounds import fill
from tui.config.schema import Settings
from tui.desk.contact import ContactId

pytestmark = pytest.mark.e2e
__all__ = ["browser"]


@pytest.fixture
def door(tmp_path: Path) -> DoorInThread:
    return DoorInThread(tmp_path, Settings(web=ROOMY))


def test_a_transcript_of_a_thousand_messages_arrives_whole(browser: Browser, door: DoorInThread) -> None:
    visitor = VisitorPage(browser, door.url)
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    contact = visitor.contact()
    door.accept(contact)
    asyncio.run_coroutine_threadsafe(
        fill(door.desk, Visit(ContactId(contact), ""), 1_000), door._loop
    ).result(60)
    visitor.page.reload()
    visitor.wait_for_status("assigned")
    said = visitor.page.locator(".line .said")
    expect(said).to_have_count(1_001)
    texts = [text[:5] for text in said.all_inner_texts()]
    assert texts == ["hello", *(f"{number:05}" for number in sorted(int(text) for text in texts[1:]))]
    assert len(set(texts)) == 1_001
    visitor.close()
    door.end()


@pytest.mark.parametrize("limit", ["pending", "pending_per_address"])
def test_a_full_queue_is_told_in_words_with_the_time_to_wait(
    browser: Browser, door: DoorInThread, limit: str
) -> None:
    door.desk.set_web(**{limit: 1})
    for nick in ("Anna", "Bruno"):
        visitor = VisitorPage(browser, door.url)
        visitor.page.locator("#nick").fill(nick)
        visitor.page.locator("#text").fill("hello")
        visitor.page.locator("#begin").click()
        if nick == "Anna":
            visitor.wait_for_status("pending")
        else:
            told = visitor.page.locator("#ask-error")
            expect(told).to_have_text(
                re.compile(r"There are many questions at the moment. Please try again in \d+ seconds.")
            )
            assert visitor.page.locator("#text").input_value() == "hello"
    assert [contact.nick for contact in door.pending()] == ["Anna"]
    door.end()


def test_a_page_waits_as_long_as_the_desk_asks_before_it_connects_again(
    browser: Browser, door: DoorInThread
) -> None:
    visitor = VisitorPage(browser, door.url)
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        headers = {"Retry-After": "60", "Content-Type": "application/problem+json"}
        route.fulfill(status=429, headers=headers, body='{"status": 429, "detail": "Too many."}')

    visitor.page.route(re.compile(r"/v1/contacts/[^/]+$"), busy)
    streams: list[str] = []
    visitor.page.on("websocket", lambda socket: streams.append(socket.url))
    door.close_door()
    expect(visitor.page.locator("#connection")).to_contain_text("Connection lost")
    while not asked:
        visitor.page.wait_for_timeout(50)
    tried = len(streams)
    visitor.page.wait_for_timeout(6_000)
    assert len(streams) == tried
    visitor.close()
    door.end()
