"""A real Chromium and the visitor's page in it, for tests from the visitor's side.

Playwright's own interface is within reach (``VisitorPage.page``). Its synchronous interface keeps a loop
running in the calling thread while the browser is open: use it from plain test functions, not from
coroutines. The door's content security policy forbids ``wait_for_function``; wait for locators.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20.0
"""Seconds within which the page must show what is waited for."""


@contextmanager
def launch_browser() -> Iterator[Browser]:
    """A headless Chromium of Debian's; skips the test when it is not installed."""
    if CHROMIUM is None:
        pytest.skip("needs the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class VisitorPage:
    """A visitor at the page of the door, in a browser profile of his own."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        """``url`` is the page's address; ``options`` are Playwright's for a new context (viewport, ...), and
        ``init``, a script that every page of it runs first."""
        init = options.pop("init", "")
        self.context: BrowserContext = browser.new_context(**options)
        if init:
            self.context.add_init_script(init)
        self.context.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        """What the browser's console and the page's scripts complained of (a refused connection excepted)."""
        self.page: Page = self.new_tab(url)

    def new_tab(self, url: str) -> Page:
        """One more tab of the same browser."""
        page = self.context.new_page()
        page.on("console", lambda said: self._complain(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url)
        return page

    def write(self, nick: str, text: str) -> None:
        """Fill in the form and start the chat."""
        self.page.locator("#nick").fill(nick)
        self.page.locator("#text").fill(text)
        self.page.locator("#begin").click()
        self.wait_for_line(text)

    def say(self, text: str) -> None:
        """Write a message and send it by Enter."""
        self.page.locator("#draft").fill(text)
        self.page.locator("#draft").press("Enter")

    def lines(self) -> list[str]:
        """What the transcript shows: messages and notices, oldest first."""
        return self.page.locator("#log .said, #log .notice").all_inner_texts()

    def messages(self) -> list[str]:
        """The messages of the transcript, without the page's own notices."""
        return self.page.locator("#log .said").all_inner_texts()

    def line(self, text: str) -> Locator:
        """The line or notice with exactly this text."""
        return self.page.locator("#log .said, #log .notice").get_by_text(text, exact=True)

    def wait_for_line(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until the transcript shows this text, seconds."""
        expect(self.line(text).first).to_be_visible(timeout=timeout * 1000)

    def wait_until_sent(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until the page says that its message is stored, seconds."""
        line = self.page.locator("#log .line.visitor:not(.unsent)").filter(
            has=self.page.get_by_text(text, exact=True)
        )
        expect(line.first).to_be_visible(timeout=timeout * 1000)

    def status(self) -> str:
        """``pending``, ``assigned``, ``ended``, or empty before the chat."""
        return self.page.locator("#state").get_attribute("data-status") or ""

    def wait_for_status(self, status: str, timeout: float = PATIENCE) -> None:
        """Wait until the page shows this status, seconds."""
        expect(self.page.locator("#state")).to_have_attribute("data-status", status, timeout=timeout * 1000)

    def state(self) -> str:
        """The words under the title: the place in the queue, or with whom one chats."""
        return self.page.locator("#state").inner_text()

    def wait_for_banner(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until the banner over the transcript says this, seconds."""
        expect(self.page.locator("#connection")).to_have_text(text, timeout=timeout * 1000)

    def contact(self) -> str:
        """The id of the contact the page is in."""
        found: str = self.page.evaluate("JSON.parse(localStorage.getItem('deskbell.chat')).id")
        return found

    def close(self) -> None:
        """Close every tab, as a visitor does who goes away."""
        self.context.close()

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "ERR_CONNECTION_REFUSED" not in text:
            self.complaints.append(text)
