"""What the widget tells of the visitor, and that nobody but site and door is asked for anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Request, expect

from tests.parts.browser import VisitorPage
from tests.parts.waiting import until
from tests.web.browsing import browser
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings

pytestmark = pytest.mark.e2e
__all__ = ["browser"]


class Site(ThreadingHTTPServer):
    """Somebody's site, which knows its customer."""

    door = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _SitePage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        data = "{ plan: 'gold', seats: 12, cart: ['no'], big: 'x'.repeat(900) }"
        known = f"<script>window.deskbell = {{ data: {data} }}</script>"
        attributes = f'src="{self.server.door}widget.js" data-lang="de" data-info-customer-number="4711"'
        page = f"<!doctype html><title>Shop</title><h1>Shop</h1>{known}<script {attributes}></script>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site(("127.0.0.1", 0), _SitePage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def door(tmp_path: Path, site: Site) -> Iterator[DoorInThread]:
    opened = DoorInThread(tmp_path, Settings(web=ROOMY))
    opened.desk.set_web(origins=(site.origin,), fields=("order number",))
    site.door = opened.url
    yield opened
    opened.end()


@pytest.fixture
def visitor(browser: Browser, door: DoorInThread, site: Site) -> Iterator[VisitorPage]:
    page = VisitorPage(browser, f"{site.origin}/home?secret=1#here", locale="fr-FR")
    yield page
    page.close()
    assert page.complaints == []


def _start(visitor: VisitorPage) -> FrameLocator:
    visitor.page.locator("deskbell-chat .launcher").click()
    inside = visitor.page.frame_locator("deskbell-chat iframe")
    inside.get_by_label("Ihr Name").fill("Anna")
    inside.get_by_label("Bestellnummer (freiwillig)").fill("A-17")
    inside.get_by_label("Wie können wir helfen?").fill("hallo")
    inside.get_by_role("button", name="Chat beginnen").click()
    expect(inside.locator("#state")).to_have_attribute("data-status", "pending")
    return inside


def test_data_of_the_site_and_the_way_before_the_chat_reach_the_contact(
    door: DoorInThread, site: Site, visitor: VisitorPage
) -> None:
    visitor.page.goto(f"{site.origin}/bikes?colour=red")
    visitor.page.goto(f"{site.origin}/bikes?colour=blue")
    visitor.page.goto(f"{site.origin}/cart")
    visitor.page.evaluate("deskbell.data.plan = 'platinum'")
    _start(visitor)
    (contact,) = door.pending()
    assert contact.lang == "de"
    assert dict(contact.data) == {
        "order number": "A-17",
        "customer number": "4711",
        "plan": "platinum",
        "seats": "12",
        "big": "x" * 500,
    }
    assert [step.page for step in contact.trail] == [f"{site.origin}/{p}" for p in ("home", "bikes", "cart")]
    assert contact.trail[0].at <= contact.trail[1].at <= contact.trail[2].at <= contact.created
    assert contact.page == f"{site.origin}/cart"


def test_the_way_during_the_chat_is_told_with_and_without_loading_a_page(
    door: DoorInThread, site: Site, visitor: VisitorPage
) -> None:
    inside = _start(visitor)
    (contact,) = door.pending()
    visitor.page.evaluate("history.pushState(null, '', '/step-two')")
    until(lambda: len(door.contact(contact.id).trail) == 2, what="the step")
    visitor.page.goto(f"{site.origin}/three")
    expect(inside.locator("#log .said")).to_have_text(["hallo"])
    until(lambda: len(door.contact(contact.id).trail) == 3, what="the next page")
    visitor.page.reload()
    expect(inside.locator("#log .said")).to_have_text(["hallo"])
    door.close_door()
    expect(inside.locator("#connection.lost")).to_be_visible()
    door.open_door()
    expect(inside.locator("#connection.back")).to_be_visible()
    pages = [step.page for step in door.contact(contact.id).trail]
    assert pages == [f"{site.origin}/{p}" for p in ("home", "step-two", "three")]


def test_no_cookie_is_set_and_nobody_but_site_and_door_is_asked_for_anything(
    door: DoorInThread, site: Site, browser: Browser
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    visitor = VisitorPage(browser, "about:blank")
    visitor.context.on("request", note)
    visitor.page.on("websocket", lambda socket: asked.append(socket.url))
    visitor.page.goto(f"{site.origin}/home")
    inside = _start(visitor)
    (contact,) = door.pending()
    door.accept(contact.id)
    door.say(contact.id, "see https://elsewhere.example/picture.png")
    expect(inside.get_by_text("elsewhere.example")).to_be_visible()
    visitor.page.goto(door.url)
    expect(visitor.page.locator("#log .said").first).to_be_visible()
    assert {urlsplit(url).netloc for url in asked} == {
        urlsplit(site.origin).netloc,
        urlsplit(door.url).netloc,
    }
    assert len(asked) > 10
    assert visitor.context.cookies() == []
    visitor.close()
