"""An answer that comes while the visitor looks elsewhere is heard, counted in the title, and can be muted."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.parts.browser import VisitorPage
from tests.parts.waiting import until
from tests.web.browsing import LOOK_AWAY, browser, door, look_away, tones
from tests.web.door_in_thread import DoorInThread

pytestmark = pytest.mark.e2e
__all__ = ["browser", "door"]

A_CHIME = 2
"""Tones of one chime."""


@pytest.fixture
def visitor(browser: Browser, door: DoorInThread) -> Iterator[VisitorPage]:
    page = VisitorPage(browser, door.url, init=LOOK_AWAY)
    yield page
    page.close()
    assert page.complaints == []


def _chatting(door: DoorInThread, visitor: VisitorPage) -> str:
    visitor.write("Anna", "hello")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    return id


def test_an_answer_is_heard_and_counted_only_while_nobody_looks(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    id = _chatting(door, visitor)
    door.say(id, "while you look")
    visitor.wait_for_line("while you look")
    assert tones(visitor) == 0
    until(lambda: door.contact(id).visitor_seen == 2, what="seen while it is looked at")
    look_away(visitor)
    door.say(id, "one")
    expect(visitor.page).to_have_title("(1) Chat with us")
    until(lambda: tones(visitor) == A_CHIME, what="the chime")
    door.say(id, "two")
    expect(visitor.page).to_have_title("(2) Chat with us")
    assert tones(visitor) == A_CHIME, "a burst sounds once"
    assert door.contact(id).visitor_seen == 2
    look_away(visitor, False)
    expect(visitor.page).to_have_title("Chat with us")
    until(lambda: door.contact(id).visitor_seen == 4, what="seen")


def test_the_mute_button_silences_and_is_remembered(door: DoorInThread, visitor: VisitorPage) -> None:
    id = _chatting(door, visitor)
    mute = visitor.page.get_by_role("button", name="Sound")
    expect(mute).to_have_attribute("aria-pressed", "true")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "false")
    visitor.page.reload()
    visitor.wait_for_status("assigned")
    expect(mute).to_have_attribute("aria-pressed", "false")
    visitor.page.locator("#draft").click()
    look_away(visitor)
    door.say(id, "unheard")
    expect(visitor.page).to_have_title("(1) Chat with us")
    assert tones(visitor) == 0
    mute.click()
    door.say(id, "heard")
    until(lambda: tones(visitor) == A_CHIME, what="the chime")


def test_a_page_that_was_never_touched_tries_no_sound(door: DoorInThread, visitor: VisitorPage) -> None:
    id = _chatting(door, visitor)
    visitor.page.close()
    # Playwright's every question to a page counts as a touch: this one is asked only when all is over.
    visitor.context.add_init_script("lookAway(true)")
    visitor.page = untouched = visitor.context.new_page()
    untouched.on("console", lambda said: visitor.complaints.append(said.text))
    frames: list[str] = []
    untouched.on("websocket", lambda socket: socket.on("framereceived", lambda raw: frames.append(str(raw))))
    untouched.goto(door.url)
    door.say(id, "no touch yet")
    deadline = time.monotonic() + 10
    while not any("no touch yet" in frame for frame in frames):
        assert time.monotonic() < deadline
        untouched.wait_for_timeout(50)
    untouched.wait_for_timeout(200)
    expect(untouched).to_have_title("(1) Chat with us")
    assert tones(visitor) == 0


def test_after_a_reload_only_what_was_not_seen_is_counted_and_nothing_sounds_again(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    id = _chatting(door, visitor)
    door.say(id, "seen")
    until(lambda: door.contact(id).visitor_seen == 2, what="seen")
    look_away(visitor)
    door.say(id, "not seen")
    until(lambda: tones(visitor) == A_CHIME, what="the chime")
    visitor.page.add_init_script("lookAway(true)")
    visitor.page.reload()
    expect(visitor.page).to_have_title("(1) Chat with us")
    assert tones(visitor) == 0


def test_a_closed_widget_sounds_once_the_site_was_touched(door: DoorInThread, browser: Browser) -> None:
    visitor = VisitorPage(browser, f"{door.url}demo", init=LOOK_AWAY)
    launcher = visitor.page.locator("deskbell-chat .launcher")
    launcher.click()
    inside = visitor.page.frame_locator("deskbell-chat iframe")
    inside.locator("#nick").fill("Anna")
    inside.locator("#text").fill("hello")
    inside.locator("#begin").click()
    expect(inside.locator("#state")).to_have_attribute("data-status", "pending")
    (contact,) = door.pending()
    door.accept(contact.id)
    launcher.click()
    visitor.page.goto(f"{door.url}demo?repairs")  # a new page of the site: its frame is never touched
    until(lambda: door.contact(contact.id).silent_since is None, what="there again")
    frame = next(frame for frame in visitor.page.frames if "embed=1" in frame.url)
    door.say(contact.id, "before the first touch")
    expect(visitor.page.locator("deskbell-chat .badge")).to_have_text("1")
    assert frame.evaluate("sounded") == 0
    visitor.page.get_by_role("heading", level=1).click()
    door.say(contact.id, "after it")
    expect(visitor.page.locator("deskbell-chat .badge")).to_have_text("2")
    until(lambda: frame.evaluate("sounded") == A_CHIME, what="the chime")
    visitor.close()
    assert visitor.complaints == []
