"""widget.js on a site of another origin, with a strict policy of its own, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.parts.browser import VisitorPage, launch_browser
from tests.parts.waiting import until
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings

pytestmark = pytest.mark.e2e


class Site(ThreadingHTTPServer):
    """Somebody's site: each address is a small page that embeds the widget, under a strict policy."""

    door = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _SitePage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        door = self.server.door.rstrip("/")
        script = f'<script src="{door}/widget.js" data-service="Sales"></script>'
        page = f"<!doctype html><title>Shop</title><h1>{self.path[:5]}</h1><button>Buy</button>{script}"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src {door}; frame-src {door}; style-src 'self'; img-src 'self'",
        )
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site(("127.0.0.1", 0), _SitePage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def door(tmp_path: Path, site: Site) -> Iterator[DoorInThread]:
    opened = DoorInThread(tmp_path, Settings(web=ROOMY))
    opened.desk.set_web(origins=(site.origin,))
    site.door = opened.url
    yield opened
    opened.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch_browser() as launched:
        yield launched


@pytest.fixture
def visitor(browser: Browser, door: DoorInThread, site: Site) -> Iterator[VisitorPage]:
    page = VisitorPage(browser, f"{site.origin}/one?secret=1#here")
    yield page
    page.close()
    assert page.complaints == []


def _inside(page: Page) -> FrameLocator:
    return page.frame_locator("deskbell-chat iframe")


def _start(visitor: VisitorPage, text: str) -> FrameLocator:
    visitor.page.get_by_role("button", name="Chat with us").click()
    inside = _inside(visitor.page)
    expect(inside.locator("#nick")).to_be_focused()
    inside.locator("#nick").fill("Anna")
    inside.locator("#text").fill(text)
    inside.locator("#begin").click()
    expect(inside.locator("#state")).to_have_attribute("data-status", "pending")
    return inside


def test_a_visitor_chats_from_a_foreign_site(door: DoorInThread, site: Site, visitor: VisitorPage) -> None:
    inside = _start(visitor, "from the shop")
    (contact,) = door.pending()
    assert (contact.service, contact.first_words) == ("Sales", "from the shop")
    assert contact.page == f"{site.origin}/one"
    door.accept(contact.id)
    door.say(contact.id, "good morning")
    expect(inside.get_by_text("good morning")).to_be_visible()
    until(lambda: door.contact(contact.id).visitor_seen == 2, what="seen")


def test_the_window_opens_and_closes_by_keyboard_and_focus_follows(visitor: VisitorPage) -> None:
    keys = visitor.page.keyboard
    launcher = visitor.page.locator("deskbell-chat .launcher")
    keys.press("Tab")
    keys.press("Tab")
    expect(launcher).to_be_focused()
    keys.press("Enter")
    expect(launcher).to_have_attribute("aria-expanded", "true")
    expect(_inside(visitor.page).locator("#nick")).to_be_focused()
    keys.press("Escape")
    expect(visitor.page.locator("deskbell-chat iframe")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(launcher).to_have_accessible_name("Chat with us")


def test_what_the_agent_says_while_the_window_is_closed_is_counted_and_not_seen(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    inside = _start(visitor, "hello")
    (contact,) = door.pending()
    door.accept(contact.id)
    expect(inside.locator("#state")).to_have_attribute("data-status", "assigned")
    inside.get_by_role("button", name="Close chat window").click()
    door.say(contact.id, "are you there?")
    launcher = visitor.page.locator("deskbell-chat .launcher")
    expect(visitor.page.locator("deskbell-chat .badge")).to_have_text("1")
    expect(launcher).to_have_accessible_name("Chat with us, 1 unread message")
    assert door.contact(contact.id).visitor_seen < 2
    launcher.click()
    until(lambda: door.contact(contact.id).visitor_seen == 2, what="seen once open")
    expect(visitor.page.locator("deskbell-chat .badge")).to_be_hidden()


def test_the_chat_goes_on_from_page_to_page_open_or_closed(
    door: DoorInThread, site: Site, visitor: VisitorPage
) -> None:
    _start(visitor, "hello")
    (contact,) = door.pending()
    visitor.page.goto(f"{site.origin}/two")
    inside = _inside(visitor.page)
    expect(inside.locator("#log .said")).to_have_text(["hello"])
    inside.get_by_role("button", name="Close chat window").click()
    expect(visitor.page.locator("deskbell-chat iframe")).to_be_hidden()
    visitor.page.goto(f"{site.origin}/three")
    expect(visitor.page.locator("deskbell-chat iframe")).to_be_hidden()
    until(lambda: door.contact(contact.id).silent_since is None, what="there though closed")
    door.accept(contact.id)
    door.say(contact.id, "still here?")
    expect(visitor.page.locator("deskbell-chat .badge")).to_have_text("1")


def test_a_site_that_is_not_listed_cannot_frame_the_page(
    door: DoorInThread, browser: Browser, site: Site
) -> None:
    door.desk.set_web(origins=())
    visitor = VisitorPage(browser, f"{site.origin}/one")
    visitor.page.get_by_role("button", name="Chat with us").click()
    until(lambda: any("frame-ancestors" in said for said in _pumped(visitor)), what="refused")
    expect(_inside(visitor.page).locator("#ask")).to_have_count(0)
    visitor.close()


def _pumped(visitor: VisitorPage) -> list[str]:
    visitor.page.wait_for_timeout(20)
    return visitor.complaints


def test_the_demonstration_uses_the_widget_as_a_site_would(door: DoorInThread, browser: Browser) -> None:
    visitor = VisitorPage(browser, f"{door.url}demo")
    _start(visitor, "from the demonstration")
    assert door.pending()[0].first_words == "from the demonstration"
    visitor.close()
    assert visitor.complaints == []
