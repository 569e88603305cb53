"""Visitors behind a proxy that lies, on the page and in the widget: import the fixtures you use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.parts.browser import VisitorPage
from tests.parts.lying_proxy import LyingProxy
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tests.web.test_widget import Site, _SitePage
from tui.config.schema import Settings


@pytest.fixture
def door(tmp_path: Path) -> Iterator[DoorInThread]:
    opened = DoorInThread(tmp_path, Settings(web=ROOMY))
    yield opened
    opened.end()


@pytest.fixture
def proxy(door: DoorInThread) -> Iterator[LyingProxy]:
    """Between visitors and door."""
    between = LyingProxy(door.bound.port)
    yield between
    between.end()


class Room:
    """The visitor's page, alone or in the widget on somebody's site, behind the proxy."""

    def __init__(self, kind: str, browser: Browser, door: DoorInThread, proxy: LyingProxy) -> None:
        self.kind = kind
        self._site: Site | None = None
        if kind == "page":
            self.visitor = VisitorPage(browser, proxy.url)
            return
        self._site = Site(("127.0.0.1", 0), _SitePage)
        threading.Thread(target=self._site.serve_forever, daemon=True).start()
        self._site.door = proxy.url
        door.desk.set_web(origins=(self._site.origin,))
        self.visitor = VisitorPage(browser, f"{self._site.origin}/shop")
        self.page.get_by_role("button", name="Chat with us").click()

    @property
    def page(self) -> Page:
        """The tab."""
        return self.visitor.page

    def part(self, selector: str) -> Locator:
        """A part of the page, wherever that is."""
        if self.kind == "page":
            return self.page.locator(selector)
        return self.page.frame_locator("deskbell-chat iframe").locator(selector)

    def ask(self, text: str) -> None:
        """Fill in the form and press "Start chat"."""
        self.part("#nick").fill("Anna")
        self.part("#text").fill(text)
        self.part("#begin").click()

    def say(self, text: str) -> None:
        self.part("#draft").fill(text)
        self.part("#draft").press("Enter")

    def until_begun(self, text: str) -> None:
        """The chat has begun with these words, and nobody is before its visitor."""
        expect(self.part("#log .said").first).to_have_text(text)
        expect(self.part("#state")).to_have_text("You are next in line", timeout=20_000)

    def until_banner(self, text: str) -> None:
        expect(self.part("#connection")).to_have_text(text, timeout=30_000)

    def end(self) -> None:
        self.visitor.close()
        if self._site is not None:
            self._site.shutdown()
            self._site.server_close()


@pytest.fixture(params=["page", "widget"])
def room(
    request: pytest.FixtureRequest, browser: Browser, door: DoorInThread, proxy: LyingProxy
) -> Iterator[Room]:
    """Once on each."""
    opened = Room(request.param, browser, door, proxy)
    yield opened
    opened.end()
