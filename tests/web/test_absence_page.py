"""Pages that fall silent, and pages that are left, in a real browser: only the first are waited for."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.parts.browser import VisitorPage, launch_browser
from tests.parts.phone_line import PhoneLine, phone_line
from tests.parts.waiting import stays, until
from tests.web.browsing import LOOK_AWAY, look_away
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tests.web.test_widget import Site, site
from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId, Outcome, Status
from tui.desk.presence import Presence, presence
from tui.web import stream
from tui.web.presence import Presence as DoorPresence

pytestmark = pytest.mark.e2e

__all__ = ["site"]

GRACE = 3
"""Seconds after a goodbye."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch_browser() as launched:
        yield launched


@pytest.fixture
def door(tmp_path: Path) -> Iterator[DoorInThread]:
    """A door at which somebody enforces deadlines."""
    opened = DoorInThread(tmp_path, Settings(web=replace(ROOMY, reload_grace=GRACE)))
    opened.mind_deadlines()
    yield opened
    opened.end()


@pytest.fixture
def line(door: DoorInThread) -> Iterator[PhoneLine]:
    with phone_line(door.bound.port) as opened:
        yield opened


@pytest.fixture
def visitor(browser: Browser, line: PhoneLine) -> Iterator[VisitorPage]:
    """A visitor at the other end of the line."""
    page = VisitorPage(browser, line.url)
    yield page
    page.close()


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the door hears of streams, in order: opened, broke, goodbye."""
    told: list[str] = []
    opened, closed = DoorPresence.stream_opened, DoorPresence.stream_closed

    def hear_opened(self: DoorPresence, contact: ContactId, tab: str = "") -> None:
        told.append("opened")
        opened(self, contact, tab)

    def hear_closed(self: DoorPresence, contact: ContactId, tab: str = "", **how: Any) -> None:
        told.append("goodbye" if how["goodbye"] else "broke")
        closed(self, contact, tab, **how)

    monkeypatch.setattr(DoorPresence, "stream_opened", hear_opened)
    monkeypatch.setattr(DoorPresence, "stream_closed", hear_closed)
    return told


def where(contact: Contact) -> Presence:
    return presence(contact, time.time())


def begins(door: DoorInThread, visitor: VisitorPage, accepted: bool = True) -> str:
    """Anna asks, and Maria, if she accepts, is with her."""
    visitor.write("Anna", "hello")
    id = visitor.contact()
    if accepted:
        door.accept(id)
        visitor.wait_for_status("assigned")
    until(lambda: where(door.contact(id)) is Presence.HERE and door.contact(id).gone_at, 20, "she is here")
    return id


def until_presence(door: DoorInThread, id: str, awaited: Presence, deadline: float = 20.0) -> Contact:
    until(lambda: where(door.contact(id)) is awaited, deadline, f"{awaited}", every=0.05)
    return door.contact(id)


@contextmanager
def stopped_browser() -> Iterator[None]:
    """Every process of the browser stands still, as on a phone that is asleep."""
    family = [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]
    assert family
    for child in family:
        child.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for child in reversed(family):
            child.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_phone_that_sleeps_for_longer_than_any_grace_is_away_and_gets_everything_once_in_order(
    door: DoorInThread, visitor: VisitorPage, monkeypatch: pytest.MonkeyPatch, accepted: bool
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 1.0)
    monkeypatch.setattr(stream, "UNHEARD", 1.5)
    id = begins(door, visitor, accepted)
    with stopped_browser():
        until_presence(door, id, Presence.AWAY)
        stays(lambda: where(door.contact(id)) is Presence.AWAY, GRACE + 3.0, "nothing ends")
        for number in range(3) if accepted else ():
            door.say(id, f"answer {number}")
    until_presence(door, id, Presence.HERE)
    assert door.contact(id).status is (Status.ASSIGNED if accepted else Status.PENDING)
    if accepted:
        visitor.wait_for_line("answer 2")
        assert visitor.messages() == ["hello", "answer 0", "answer 1", "answer 2"]


def test_a_stop_as_long_as_once_ended_a_chat_ends_nothing(door: DoorInThread, visitor: VisitorPage) -> None:
    """With every figure as it is set: 25 s of sleep."""
    id = begins(door, visitor)
    with stopped_browser():
        away = until_presence(door, id, Presence.AWAY, 25)
        stays(
            lambda: door.contact(id).status is Status.ASSIGNED, 25 - (time.time() - (away.silent_since or 0))
        )
    until_presence(door, id, Presence.HERE)
    visitor.wait_for_status("assigned")


def test_a_mute_line_is_noticed_by_the_page_sooner_than_by_the_desk(
    door: DoorInThread, line: PhoneLine, visitor: VisitorPage, streams: list[str]
) -> None:
    """The network has changed, and no event said so: old sockets are mute, new ones work at once."""
    id = begins(door, visitor)
    line.fall_mute(new_ones_too=False)
    door.say(id, "are you still there?")
    visitor.wait_for_line("are you still there?", 17.5)  # the desk gives up after 18 s
    until(lambda: "broke" in streams, 20, "the desk misses the old stream")
    assert streams == ["opened", "opened", "broke"], "the new one was open before the old one was missed"
    assert where(door.contact(id)) is Presence.HERE


@pytest.mark.parametrize("event", ["online", "pageshow", "visibilitychange", "resume"])
def test_what_may_have_changed_the_network_makes_the_page_look_at_once(
    door: DoorInThread, line: PhoneLine, visitor: VisitorPage, event: str
) -> None:
    id = begins(door, visitor)
    line.fall_mute(new_ones_too=False)
    door.say(id, "are you still there?")
    target = "document" if event in ("visibilitychange", "resume") else "window"
    visitor.page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    visitor.wait_for_line("are you still there?", 7)


def test_a_line_that_is_cut_is_no_goodbye_and_both_sides_words_arrive_once_in_order(
    door: DoorInThread, line: PhoneLine, visitor: VisitorPage
) -> None:
    id = begins(door, visitor)
    line.fall_mute(new_ones_too=True)
    line.cut()
    until_presence(door, id, Presence.AWAY)
    for number in range(3):
        door.say(id, f"answer {number}")
        visitor.say(f"word {number}")
    stays(lambda: door.contact(id).status is Status.ASSIGNED, GRACE + 2.0)
    line.work_again()
    line.cut()
    until_presence(door, id, Presence.HERE, 40)
    for number in range(3):
        visitor.wait_until_sent(f"word {number}")
    answers, words = [f"answer {n}" for n in range(3)], [f"word {n}" for n in range(3)]
    assert door.stored(id) == ["hello", *answers, *words]
    assert [text for text in visitor.messages() if text in answers] == answers
    assert [text for text in visitor.messages() if text in words] == words


@pytest.mark.parametrize(
    ("accepted", "outcome"), [(True, Outcome.NO_INTERACTION), (False, Outcome.CANCELLED)]
)
def test_a_closed_tab_holds_neither_a_chat_nor_a_place(
    door: DoorInThread, visitor: VisitorPage, accepted: bool, outcome: Outcome
) -> None:
    id = begins(door, visitor, accepted)
    visitor.page.close()
    until_presence(door, id, Presence.LEAVING, 2)
    until(lambda: door.contact(id).status is Status.ENDED, GRACE + 2, "the grace is over")
    assert door.contact(id).outcome is outcome


def test_a_page_left_while_its_stream_is_mute_says_goodbye_by_another_way(
    door: DoorInThread, line: PhoneLine, visitor: VisitorPage
) -> None:
    id = begins(door, visitor)
    line.fall_mute(new_ones_too=False, streams_only=True)
    visitor.page.close()
    until_presence(door, id, Presence.LEAVING, 5)
    until(lambda: door.contact(id).status is Status.ENDED, GRACE + 2, "the grace is over")


def test_a_stream_that_the_page_gives_up_by_itself_is_no_goodbye(
    door: DoorInThread, visitor: VisitorPage, streams: list[str]
) -> None:
    begins(door, visitor)
    visitor.page.evaluate("dispatchEvent(new Event('offline'))")
    until(lambda: streams == ["opened", "broke", "opened"], 20, f"it comes back: {streams}")


def test_a_reload_on_a_slow_line_keeps_the_chat_and_takes_place_within_the_grace(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    id = begins(door, visitor)

    def slowly(route: Route) -> None:
        time.sleep(GRACE - 1.2)
        route.continue_()

    visitor.page.route("**/link.js", slowly)
    visitor.page.reload()
    visitor.wait_for_status("assigned")
    until_presence(door, id, Presence.HERE)
    stays(lambda: door.contact(id).status is Status.ASSIGNED, GRACE + 1.0)


def test_closing_one_of_two_tabs_ends_nothing(
    door: DoorInThread, line: PhoneLine, visitor: VisitorPage
) -> None:
    id = begins(door, visitor)
    second = visitor.new_tab(line.url)
    expect(second.locator("#state")).to_have_attribute("data-status", "assigned")
    second.close()
    stays(lambda: where(door.contact(id)) is Presence.HERE, GRACE + 1.0)
    assert door.contact(id).status is Status.ASSIGNED


def test_a_page_that_comes_back_out_of_the_browsers_cache_goes_on(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    id = begins(door, visitor)
    visitor.page.goto("about:blank")
    until_presence(door, id, Presence.LEAVING)
    door.say(id, "written meanwhile")
    visitor.page.go_back()
    visitor.wait_for_line("written meanwhile")
    until_presence(door, id, Presence.HERE)
    assert visitor.messages() == ["hello", "written meanwhile"]


def test_a_page_that_is_merely_hidden_is_not_left(browser: Browser, door: DoorInThread) -> None:
    visitor = VisitorPage(browser, door.url, init=LOOK_AWAY)
    id = begins(door, visitor)
    look_away(visitor)
    visitor.page.evaluate("document.dispatchEvent(new Event('freeze'))")
    stays(lambda: where(door.contact(id)) is Presence.HERE, 2.0)
    visitor.close()


def test_in_the_widget_another_page_of_the_site_is_no_leaving_and_the_end_of_the_visit_is(
    browser: Browser, door: DoorInThread, site: Site
) -> None:
    door.desk.set_web(origins=(site.origin,))
    site.door = door.url
    page = browser.new_page()
    page.goto(f"{site.origin}/one")
    page.get_by_role("button", name="Chat with us").click()
    frame = page.frame_locator("deskbell-chat iframe")
    frame.locator("#nick").fill("Anna")
    frame.locator("#text").fill("hello")
    frame.locator("#begin").click()
    expect(frame.locator("#state")).to_have_attribute("data-status", "pending")
    (contact,) = door.pending()
    door.accept(contact.id)
    page.goto(f"{site.origin}/two")
    expect(page.frame_locator("deskbell-chat iframe").locator("#state")).to_have_attribute(
        "data-status", "assigned"
    )
    until_presence(door, contact.id, Presence.HERE)
    stays(lambda: door.contact(contact.id).status is Status.ASSIGNED, GRACE + 1.0)
    page.close()
    until_presence(door, contact.id, Presence.LEAVING, 2)
    until(lambda: door.contact(contact.id).status is Status.ENDED, GRACE + 2, "the grace is over")
