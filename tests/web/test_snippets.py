"""The snippets for a site in docs/ and the README, in a page of another origin, in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.parts.browser import VisitorPage
from tests.parts.documents import ROOT, all_blocks
from tests.web.browsing import browser
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings
from tui.desk.contact import Contact

pytestmark = pytest.mark.e2e
__all__ = ["browser"]

SNIPPETS = [block.text for block in all_blocks("html")]
IN_README = re.findall(r"^    (<script .*</script>)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
DOOR = re.compile(r"https://chat\.(?:shop\.)?example(?:\.org)?")
"""The door's address, as the documents have it."""


class Site(ThreadingHTTPServer):
    """Somebody's site: one page with a snippet in it."""

    page = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _SitePage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

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
    opened.desk.set_web(origins=(site.origin,))
    yield opened
    opened.end()


def chat(browser: Browser, site: Site, door: DoorInThread, snippet: str) -> tuple[str, Contact]:
    """Write to the desk from a page with the snippet; what its button is called, and the contact."""
    assert DOOR.search(snippet)
    site.page = f"<!doctype html><title>Shop</title><h1>Shop</h1>{DOOR.sub(door.url.rstrip('/'), snippet)}"
    visitor = VisitorPage(browser, site.origin)
    try:
        launcher = visitor.page.locator("deskbell-chat .launcher")
        label = launcher.get_attribute("aria-label") or ""
        launcher.click()
        inside = visitor.page.frame_locator("deskbell-chat iframe")
        inside.locator("#nick").fill("Anna")
        inside.locator("#text").fill("hello")
        inside.locator("#begin").click()
        expect(inside.locator("#state")).to_have_attribute("data-status", "pending")
        (contact,) = door.pending()
        assert visitor.complaints == []
        return label, contact
    finally:
        visitor.close()


@pytest.mark.parametrize("snippet", [*SNIPPETS, *IN_README])
def test_a_snippet_brings_the_chat_to_a_site(
    browser: Browser, site: Site, door: DoorInThread, snippet: str
) -> None:
    _, contact = chat(browser, site, door, snippet)
    service = re.search(r'data-service="([^"]*)"', snippet)
    assert contact.service == (service[1] if service else "")


def test_the_snippet_with_everything_tells_everything(
    browser: Browser, site: Site, door: DoorInThread
) -> None:
    (whole,) = (snippet for snippet in SNIPPETS if "window.deskbell" in snippet)
    label, contact = chat(browser, site, door, whole)
    assert label == "Ask us"
    assert (contact.service, contact.lang) == ("Sales", "it")
    told = {"customer": "K-1042", "plan": "gold", "since": "2019", "order number": "2026-118"}
    assert dict(contact.data) == told


def test_there_are_snippets_to_be_tested() -> None:
    assert len(SNIPPETS) == 2
    assert len(IN_README) == 1
