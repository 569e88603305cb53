"""A browser, a door and a visitor, for the tests that look at the page: import the fixtures you use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.parts.browser import VisitorPage, launch_browser
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings

LOOK_AWAY = """
(() => {
  let away = false;
  Object.defineProperty(document, "visibilityState", { get: () => (away ? "hidden" : "visible") });
  window.lookAway = (on) => { away = on; document.dispatchEvent(new Event("visibilitychange")); };
  window.sounded = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.sounded += 1;
    return start.apply(this, when);
  };
})();
"""
"""Lets a test hide the page, as another tab in front of it does, and counts the tones it sounds."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with launch_browser() as launched:
        yield launched


@pytest.fixture
def door(tmp_path: Path) -> Iterator[DoorInThread]:
    """A door with limits that no test meets by accident."""
    opened = DoorInThread(tmp_path, Settings(web=ROOMY))
    yield opened
    opened.end()


@pytest.fixture
def visitor(browser: Browser, door: DoorInThread) -> Iterator[VisitorPage]:
    """A visitor whose browser must have nothing to complain of."""
    page = VisitorPage(browser, f"{door.url}?service=Sales")
    yield page
    page.close()
    assert page.complaints == []


def look_away(visitor: VisitorPage, on: bool = True) -> None:
    """Hide the visitor's page, or show it again; the context must have been given LOOK_AWAY."""
    visitor.page.evaluate("on => lookAway(on)", on)


def tones(visitor: VisitorPage) -> int:
    """How many tones the page has sounded."""
    sounded: int = visitor.page.evaluate("sounded")
    return sounded
