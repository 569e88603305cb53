"""Everybody can read the page and the widget: axe-core looks at every state of both, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Frame, expect

from tests.parts.axe import faults
from tests.parts.browser import VisitorPage
from tests.web.browsing import browser, door
from tests.web.door_in_thread import DoorInThread

pytestmark = pytest.mark.e2e
__all__ = ["browser", "door"]

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


WIDGET = "deskbell-chat"


def _look(frame: Frame, state: str, part: str = "") -> None:
    assert faults(frame, part) == [], state


@pytest.mark.parametrize(("scheme", "viewport"), [("light", DESK), ("dark", PHONE), ("dark", DESK)])
def test_every_state_of_the_page_can_be_read(
    door: DoorInThread, browser: Browser, scheme: str, viewport: dict[str, int]
) -> None:
    visitor = VisitorPage(
        browser, door.url, color_scheme=scheme, viewport=viewport, reduced_motion="reduce", locale="de-DE"
    )
    frame = visitor.page.main_frame
    assert frame.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    expect(visitor.page.locator("#ask")).to_be_visible()
    _look(frame, "start")
    visitor.page.locator("#begin").click()
    expect(visitor.page.locator("#nick-error")).not_to_be_empty()
    _look(frame, "start, with what is missing")
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    _look(frame, "waiting")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    door.say(id, "see https://shop.example/a")
    visitor.say("thank you")
    visitor.wait_until_sent("thank you")
    visitor.page.locator("#draft").fill("x" * 4001)
    visitor.page.locator("#draft").press("Enter")
    expect(visitor.page.locator(".line.failed")).to_have_count(1)
    _look(frame, "chatting")
    visitor.page.get_by_role("button", name="Ton").click()
    door.type(id)
    expect(visitor.page.locator("#typing")).not_to_be_empty()
    _look(frame, "agent typing, muted")
    visitor.page.get_by_role("button", name="Verlassen").click()
    expect(visitor.page.locator("#sure")).to_be_visible()
    _look(frame, "asked whether to leave")
    visitor.page.keyboard.press("Escape")
    door.close_door()
    expect(visitor.page.locator("#connection.lost")).to_be_visible()
    visitor.page.locator("#draft").fill("unsent")
    visitor.page.locator("#draft").press("Enter")
    expect(visitor.page.locator(".line.unsent:not(.failed)")).to_have_count(1)
    _look(frame, "lost connection")
    door.open_door()
    expect(visitor.page.locator("#connection.back")).to_be_visible()
    _look(frame, "connected again")
    door.end_contact(id)
    visitor.wait_for_status("ended")
    _look(frame, "ended")
    visitor.page.locator("#again").click()
    visitor.write("Anna", "once more")
    visitor.wait_for_status("pending")
    door.desk.clock.ahead = 301
    door.time_up(visitor.contact())
    visitor.wait_for_status("ended")
    _look(frame, "dissuaded")
    visitor.page.locator("#again").click()
    visitor.write("Anna", "and now?")
    visitor.wait_for_status("pending")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    door.pass_on(id, "Luca")
    expect(visitor.page.locator("#state")).to_have_text("Sie werden weitergegeben")
    _look(frame, "passed on")
    visitor.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forms_that_ask_more_and_letters_can_be_read(
    door: DoorInThread, browser: Browser, scheme: str
) -> None:
    door.desk.set_web(fields=("order number", "Bike model*"))
    visitor = VisitorPage(browser, door.url, color_scheme=scheme, viewport=PHONE, reduced_motion="reduce")
    frame = visitor.page.main_frame
    expect(visitor.page.get_by_label("Bike model")).to_be_visible()
    visitor.page.locator("#begin").hover()
    _look(frame, "optional fields, the button under the mouse")
    door.go_home()
    visitor.page.wait_for_timeout(1100)
    visitor.page.reload()
    expect(visitor.page.get_by_label("E-mail")).to_be_visible()
    visitor.page.locator("#begin").click()
    expect(visitor.page.locator("#questions .error").first).not_to_be_empty()
    _look(frame, "the form when nobody is there, with what is missing")
    visitor.page.get_by_label("E-mail").fill("anna@example.org")
    visitor.page.get_by_label("Bike model").fill("Commuter")
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    _look(frame, "a letter that waits")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    door.pass_on(id, "Luca")
    expect(visitor.page.locator("#state")).to_have_text("Your message is with us")
    _look(frame, "a letter that is passed on")
    visitor.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_widget_can_be_read(door: DoorInThread, browser: Browser, scheme: str) -> None:
    visitor = VisitorPage(browser, f"{door.url}demo", color_scheme=scheme, reduced_motion="reduce")
    site = visitor.page.main_frame
    launcher = visitor.page.locator("deskbell-chat .launcher")
    _look(site, "closed")
    launcher.click()
    inside = visitor.page.frame_locator("deskbell-chat iframe")
    expect(inside.locator("#nick")).to_be_focused()
    frame = next(frame for frame in visitor.page.frames if "embed=1" in frame.url)
    assert frame.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    _look(site, "open", WIDGET)
    _look(frame, "start")
    inside.locator("#nick").fill("Anna")
    inside.locator("#text").fill("hello")
    inside.locator("#begin").click()
    expect(inside.locator("#state")).to_have_attribute("data-status", "pending")
    _look(frame, "waiting")
    (contact,) = door.pending()
    door.accept(contact.id)
    door.say(contact.id, "good morning")
    expect(inside.get_by_text("good morning")).to_be_visible()
    _look(frame, "chatting")
    launcher.click()
    door.say(contact.id, "are you there?")
    expect(visitor.page.locator("deskbell-chat .badge")).to_have_text("1")
    _look(site, "closed, one unread")
    launcher.click()
    door.end_contact(contact.id)
    expect(inside.locator("#state")).to_have_attribute("data-status", "ended")
    _look(frame, "ended")
    visitor.close()
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_widget_on_a_phone_can_be_read(door: DoorInThread, browser: Browser, scheme: str) -> None:
    visitor = VisitorPage(
        browser, f"{door.url}demo", color_scheme=scheme, viewport=PHONE, reduced_motion="reduce"
    )
    _look(visitor.page.main_frame, "closed")
    visitor.page.locator("deskbell-chat .launcher").click()
    inside = visitor.page.frame_locator("deskbell-chat iframe")
    expect(inside.locator("#nick")).to_be_focused()
    _look(visitor.page.main_frame, "open", WIDGET)
    _look(next(frame for frame in visitor.page.frames if "embed=1" in frame.url), "start")
    visitor.close()
