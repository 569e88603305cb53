"""The visitor's page in a real browser, from the form to the end of the chat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests.parts.browser import VisitorPage, launch_browser
from tests.parts.waiting import until
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings
from tui.desk.contact import Sender, Status

pytestmark = pytest.mark.e2e

LOST = "Connection lost. Trying again…"
BACK = "Connected again."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch_browser() as launched:
        yield launched


@pytest.fixture
def door(tmp_path: Path) -> Iterator[DoorInThread]:
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


def test_a_visitor_asks_waits_chats_and_is_told_of_the_end(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "The invoice is wrong")
    (contact,) = door.pending()
    assert (contact.nick, contact.service, contact.first_words) == ("Anna", "Sales", "The invoice is wrong")
    assert contact.id == visitor.contact()
    visitor.wait_for_status("pending")
    assert visitor.state() == "You are next in line"
    door.accept(contact.id)
    visitor.wait_for_line("Maria has joined the chat.")
    assert visitor.state() == "You are chatting with Maria"
    door.type(contact.id)
    expect(visitor.page.locator("#typing")).to_contain_text("Maria is typing")
    door.say(contact.id, "Let me look")
    visitor.wait_for_line("Let me look")
    expect(visitor.page.locator("#typing")).to_be_empty()
    visitor.say("Thank you")
    visitor.wait_until_sent("Thank you")
    door.until_stored(contact.id, ["The invoice is wrong", "Let me look", "Thank you"])
    door.end_contact(contact.id)
    visitor.wait_for_line("Maria has ended the chat. Thank you for writing.")
    visitor.wait_for_status("ended")
    expect(visitor.page.locator("#composer")).to_be_hidden()
    visitor.page.get_by_role("button", name="Start a new chat").click()
    expect(visitor.page.locator("#text")).to_be_focused()
    assert visitor.page.locator("#nick").input_value() == "Anna"
    visitor.write("Anna", "One more question")
    (again,) = door.pending()
    assert again.returning


def test_a_reload_resumes_the_chat_as_it_was(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    door.accept(visitor.contact())
    door.say(visitor.contact(), "good morning")
    visitor.wait_for_line("good morning")
    visitor.page.locator("#draft").fill("half a thought")
    visitor.page.reload()
    visitor.wait_for_line("good morning")
    visitor.wait_for_status("assigned")
    assert visitor.messages() == ["hello", "good morning"]
    assert visitor.page.locator("#draft").input_value() == "half a thought"
    until(lambda: door.contact(visitor.contact()).silent_since is None, what="there again")


def test_a_restart_of_the_door_is_shown_and_loses_and_doubles_nothing(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    door.close_door()
    visitor.wait_for_banner(LOST)
    for number in range(5):
        visitor.say(f"while away {number}")
    expect(visitor.page.locator(".line.unsent")).to_have_count(5)
    door.say(id, "from the agent meanwhile")
    door.open_door()
    visitor.wait_for_banner(BACK)
    visitor.wait_until_sent("while away 4")
    visitor.wait_for_line("from the agent meanwhile")
    texts = ["hello", "from the agent meanwhile", *(f"while away {number}" for number in range(5))]
    door.until_stored(id, texts)
    assert visitor.messages() == texts
    visitor.wait_for_banner("")


def test_what_is_unsent_survives_a_reload_while_the_door_is_away(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    id = visitor.contact()
    visitor.page.route("**/stream*", lambda route: route.abort())
    door.close_door()
    visitor.wait_for_banner(LOST)
    visitor.say("do not lose me")
    door.open_door()
    visitor.page.reload()
    visitor.wait_until_sent("do not lose me")
    door.until_stored(id, ["hello", "do not lose me"])
    assert visitor.messages() == ["hello", "do not lose me"]


def test_an_engine_that_fails_for_a_moment_costs_no_message(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    door.desk.backend.fails = True
    visitor.say("first")
    visitor.say("second")
    expect(visitor.page.locator(".line.unsent")).to_have_count(2)
    visitor.page.wait_for_timeout(300)
    door.desk.backend.fails = False
    visitor.wait_until_sent("second")
    door.until_stored(visitor.contact(), ["hello", "first", "second"])


def test_messages_written_faster_than_allowed_arrive_late_but_in_order(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    door.desk.set_web(messages_per_second=4)
    texts = [f"quick {number}" for number in range(10)]
    for text in texts:
        visitor.say(text)
    visitor.wait_until_sent(texts[-1])
    assert visitor.messages() == ["hello", *texts]
    assert door.stored(visitor.contact()) == ["hello", *texts]


def test_who_leaves_before_all_is_sent_loses_nothing(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    door.desk.set_web(messages_per_second=4)
    texts = [f"quick {number}" for number in range(10)]
    for text in texts:
        visitor.say(text)
    visitor.page.get_by_role("button", name="Leave").click()
    visitor.page.get_by_role("button", name="Leave chat").click()
    visitor.wait_for_line("You have left the chat.")
    assert door.stored(visitor.contact()) == ["hello", *texts]
    assert door.contact(visitor.contact()).status is Status.ENDED


def test_who_leaves_while_the_door_is_away_is_heard_to_the_end_when_it_is_back(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    door.close_door()
    visitor.wait_for_banner(LOST)
    visitor.say("one thing more")
    visitor.say("and another")
    visitor.page.get_by_role("button", name="Leave").click()
    visitor.page.get_by_role("button", name="Leave chat").click()
    door.open_door()
    visitor.wait_for_line("You have left the chat.")
    assert door.stored(visitor.contact()) == ["hello", "one thing more", "and another"]


def test_the_place_in_the_queue_is_shown_and_follows(
    door: DoorInThread, browser: Browser, visitor: VisitorPage
) -> None:
    other = VisitorPage(browser, door.url)
    other.write("Bruno", "me first")
    visitor.write("Anna", "hello")
    expect(visitor.page.locator("#state")).to_have_text("You are number 2 in line")
    other.page.get_by_role("button", name="Leave").click()
    other.page.get_by_role("button", name="Leave chat").click()
    other.wait_for_line("You have left the chat.")
    expect(visitor.page.locator("#state")).to_have_text("You are next in line")
    other.close()


def test_a_closed_page_is_noticed_at_once(door: DoorInThread, browser: Browser) -> None:
    visitor = VisitorPage(browser, door.url)
    visitor.write("Anna", "hello")
    id = visitor.contact()
    visitor.wait_for_status("pending")
    visitor.close()
    until(lambda: door.contact(id).silent_since is not None, 10, "silent")


def test_a_dissuaded_visitor_is_told_once(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    id = visitor.contact()
    visitor.wait_for_status("pending")
    door.desk.clock.ahead = 301
    door.time_up(id)
    message = door.desk.settings.queue.dissuasion_message
    visitor.wait_for_status("ended")
    visitor.wait_for_line(message)
    door.say(id, message, Sender.SYSTEM)
    expect(visitor.page.locator(".line.system")).to_have_count(1)
    assert visitor.lines().count(message) == 1


def test_a_chat_given_back_tells_the_visitor(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    door.accept(visitor.contact())
    visitor.wait_for_status("assigned")
    door.give_back(visitor.contact())
    visitor.wait_for_status("pending")
    visitor.wait_for_line("Maria has passed your chat on. Somebody else will answer you.")


def test_only_what_is_on_screen_counts_as_seen(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    id = visitor.contact()
    door.accept(id)
    door.say(id, "look")
    until(lambda: door.contact(id).visitor_seen == 2, what="seen")
    for number in range(40):
        door.say(id, f"more {number}")
    until(lambda: door.contact(id).visitor_seen == 42, what="all seen")
    visitor.page.locator("#log").evaluate("log => { log.scrollTop = 0 }")
    visitor.page.wait_for_timeout(100)
    door.say(id, "below the fold")
    newest = visitor.page.get_by_role("button", name="New messages")
    expect(newest).to_be_visible()
    assert door.contact(id).visitor_seen == 42
    newest.click()
    until(lambda: door.contact(id).visitor_seen == 43, what="seen after the click")


def test_everything_can_be_done_by_keyboard_alone(door: DoorInThread, visitor: VisitorPage) -> None:
    keys = visitor.page.keyboard
    expect(visitor.page.locator("#ask")).to_be_visible()
    keys.press("Tab")
    keys.type("Anna")
    keys.press("Tab")
    keys.type("hello")
    keys.press("Tab")
    keys.press("Enter")
    visitor.wait_for_status("pending")
    expect(visitor.page.locator("#draft")).to_be_focused()
    keys.type("two")
    keys.press("Shift+Enter")
    keys.type("lines")
    keys.press("Enter")
    visitor.wait_until_sent("two\nlines")
    keys.press("Shift+Tab")
    expect(visitor.page.locator("#log")).to_be_focused()
    keys.press("Shift+Tab")
    expect(visitor.page.locator("#leave")).to_be_focused()
    keys.press("Enter")
    keys.press("Escape")
    expect(visitor.page.locator("#sure")).to_be_hidden()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    visitor.wait_for_line("You have left the chat.")
    assert door.contact(visitor.contact()).status is Status.ENDED


def test_the_form_says_what_is_missing_and_goes_there(visitor: VisitorPage) -> None:
    visitor.page.locator("#begin").click()
    expect(visitor.page.locator("#nick")).to_be_focused()
    expect(visitor.page.locator("#nick")).to_have_attribute("aria-invalid", "true")
    expect(visitor.page.locator("#nick-error")).to_have_text("Please tell us your name.")
    visitor.page.locator("#nick").fill("\u2800")
    visitor.page.locator("#text").fill("hello")
    visitor.page.locator("#begin").click()
    expect(visitor.page.locator("#nick-error")).to_have_text("Please tell us your name.")
    visitor.complaints.clear()  # the browser notes the 400 that the page has just explained


def test_a_refused_message_says_why_and_gives_the_words_back(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    for text in ("x" * 4001, "y" * 70_000):
        visitor.page.locator("#draft").fill(text)
        visitor.page.locator("#draft").press("Enter")
        expect(visitor.page.locator(".line.failed .when").last).to_contain_text("Not sent")
        expect(visitor.page.locator("#draft")).to_have_value(text)
    visitor.say("short")
    visitor.wait_until_sent("short")
    assert door.stored(visitor.contact()) == ["hello", "short"]


def test_the_page_tells_a_screen_reader_what_it_is(visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    expect(visitor.page.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    expect(visitor.page.get_by_role("textbox", name="Your message")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Send")).to_be_visible()
    assert visitor.page.locator("#log .who").all_text_contents() == ["You"]
    assert visitor.page.locator("[role=status]").count() == 3


def test_hostile_text_is_shown_as_it_is_written(door: DoorInThread, visitor: VisitorPage) -> None:
    hostile = [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "[bold]x[/bold] {{7*7}} &amp;",
        "https://good.example@evil.example/",
        "data:text/html,<script>alert(1)</script>",
    ]
    dialogs: list[str] = []

    def noted(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    visitor.page.on("dialog", noted)
    visitor.write("<b>Anna</b>", "hello")
    id = visitor.contact()
    door.accept(id)
    for text in hostile:
        door.say(id, text)
        visitor.wait_for_line(text)
    assert visitor.messages() == ["hello", *hostile]
    assert visitor.page.locator("#log a, #log img, #log script").count() == 0
    assert dialogs == []


def test_links_of_the_agent_are_exactly_what_they_show(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    door.accept(visitor.contact())
    door.say(visitor.contact(), "See https://shop.example/a?b=1&c=2. Or (http://x.example/y)!")
    links = visitor.page.locator("#log a")
    expect(links).to_have_count(2)
    assert links.all_inner_texts() == ["https://shop.example/a?b=1&c=2", "http://x.example/y"]
    assert links.first.get_attribute("href") == "https://shop.example/a?b=1&c=2"
    assert links.first.get_attribute("target") == "_blank"
    assert "noopener" in (links.first.get_attribute("rel") or "")


def test_two_tabs_of_one_chat_show_the_same(door: DoorInThread, visitor: VisitorPage) -> None:
    visitor.write("Anna", "hello")
    second = visitor.new_tab(door.url)
    expect(second.locator("#log .said")).to_have_text(["hello"])
    visitor.say("from the first tab")
    expect(second.locator("#log .said")).to_have_text(["hello", "from the first tab"])
    second.locator("#draft").fill("from the second tab")
    second.locator("#draft").press("Enter")
    visitor.wait_for_line("from the second tab")
    second.close()
    visitor.say("still there")
    visitor.wait_until_sent("still there")
    assert door.contact(visitor.contact()).silent_since is None


def test_a_chat_the_desk_does_not_know_leads_back_to_the_form(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.write("Anna", "hello")
    visitor.page.evaluate(
        "localStorage.setItem('deskbell.chat', JSON.stringify({id: 'no-such', token: 'wrong', nick: 'A'}))"
    )
    visitor.page.reload()
    expect(visitor.page.locator("#ask")).to_be_visible()
    visitor.complaints.clear()  # the browser notes the 404 that the page has understood


def test_on_a_phone_nothing_is_wider_than_the_screen(door: DoorInThread, browser: Browser) -> None:
    phone = VisitorPage(browser, door.url, viewport={"width": 360, "height": 640}, has_touch=True)
    phone.write("Anna", "x" * 300)
    door.accept(phone.contact())
    door.say(phone.contact(), "https://shop.example/" + "y" * 300)
    expect(phone.page.locator("#log a")).to_be_visible()
    overflow = "e => e.scrollWidth - e.clientWidth"
    assert phone.page.locator("html").evaluate(overflow) <= 0
    assert phone.page.locator("#log").evaluate(overflow) <= 0
    for button in phone.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert phone.page.locator("#draft").evaluate(size) >= 16
    phone.close()
