"""The visitor's page when nobody is there, and what its form asks before the chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.parts.browser import VisitorPage
from tests.parts.waiting import until
from tests.web.browsing import browser, visitor
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings

pytestmark = pytest.mark.e2e
__all__ = ["browser", "visitor"]

NOBODY = "Nobody is here right now. Leave us a message: it is kept, and read as soon as somebody is here."


@pytest.fixture
def door(tmp_path: Path) -> Iterator[DoorInThread]:
    """A desk at which nobody sits."""
    opened = DoorInThread(tmp_path, Settings(web=ROOMY), staffed=False)
    yield opened
    opened.end()


def _letter(visitor: VisitorPage, text: str) -> None:
    expect(visitor.page.locator("#lead")).to_have_text(NOBODY)
    visitor.page.get_by_label("Your name").fill("Anna")
    visitor.page.get_by_label("E-mail").fill("anna@example.org")
    visitor.page.get_by_label("How can we help?").fill(text)
    visitor.page.get_by_role("button", name="Send message").click()
    visitor.wait_for_line(text)


def test_a_word_left_at_night_is_kept_and_read_and_no_answer_is_promised(
    door: DoorInThread, browser: Browser, visitor: VisitorPage
) -> None:
    _letter(visitor, "my bell does not ring")
    visitor.wait_for_status("pending")
    expect(visitor.page.locator("#state")).to_have_text("Your message is with us")
    said = "Thank you. Your message is kept, and will be read as soon as somebody is here."
    expect(visitor.page.locator("#log .notice")).to_contain_text(said)
    expect(visitor.page.locator("#log .notice")).to_contain_text("The address you left: anna@example.org.")
    assert "answer" not in visitor.page.locator("body").inner_text()
    expect(visitor.page.get_by_role("button", name="Leave")).to_be_hidden()
    visitor.say("it is the blue one")
    visitor.wait_until_sent("it is the blue one")
    (contact,) = door.pending()
    assert contact.offline
    assert contact.data == (("email", "anna@example.org"),)
    visitor.page.goto("about:blank")
    door.desk.clock.ahead = 10 * 3600
    door.come()
    door.accept(contact.id)
    visitor.page.goto(door.url)
    visitor.wait_for_line("it is the blue one")
    visitor.wait_for_status("assigned")
    expect(visitor.page.locator("#state")).to_have_text("Your message is being read")
    expect(visitor.page.get_by_role("button", name="Leave")).to_be_hidden()
    assert "chat with" not in visitor.page.locator("#log").inner_text()
    with pytest.raises(AssertionError):
        door.say(contact.id, "good morning")
    door.end_contact(contact.id)
    visitor.wait_for_line("Your message has been read. Thank you for writing.")
    expect(visitor.page.locator("#state")).to_have_text("Your message has been read")
    visitor.page.get_by_role("button", name="Start a new chat").click()
    expect(visitor.page.locator("#begin")).to_have_text("Start chat")


def test_who_left_a_letter_and_comes_back_when_somebody_is_there_can_begin_a_chat(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    _letter(visitor, "my bell does not ring")
    visitor.wait_for_status("pending")
    door.come()
    visitor.page.wait_for_timeout(1100)
    visitor.page.get_by_role("button", name="Start a new chat").click()
    expect(visitor.page.locator("#begin")).to_have_text("Start chat")
    visitor.write("Anna", "are you there?")
    visitor.wait_for_status("pending")
    letter, live = sorted(door.pending(), key=lambda contact: contact.created)
    assert (letter.offline, live.offline) == (True, False), "the letter is kept"
    door.accept(live.id)
    door.say(live.id, "yes")
    visitor.wait_for_line("yes")


@pytest.mark.parametrize("lang", ["en-GB", "it-IT", "de-DE", "fr-FR", "es-ES"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_language_promises_an_answer_and_the_letter_fits(
    door: DoorInThread, browser: Browser, lang: str, width: int
) -> None:
    visitor = VisitorPage(browser, door.url, locale=lang)
    visitor.page.set_viewport_size({"width": width, "height": 640})
    visitor.page.locator("#questions input[type=email]").fill("anna@example.org")
    before = visitor.page.locator("body").inner_text()
    visitor.write("Anna", "hello")
    visitor.wait_for_status("pending")
    expect(visitor.page.locator("#log .notice")).to_contain_text("anna@example.org")
    after = visitor.page.locator("body").inner_text()
    door.accept(door.pending()[0].id)
    visitor.wait_for_status("assigned")
    last = visitor.page.locator("body").inner_text()
    for told in (before, after, last):
        assert not re.search("answer|reply|rispond|risposta|antwort|répon|respond|respuesta", told.lower()), (
            told
        )
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.close()
    assert visitor.complaints == []


def test_who_asks_how_to_be_answered_is_told_what_is_missing(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    visitor.page.get_by_label("Your name").fill("Anna")
    visitor.page.get_by_label("How can we help?").fill("hello")
    send = visitor.page.get_by_role("button", name="Send message")
    send.click()
    mail = visitor.page.get_by_label("E-mail")
    expect(mail).to_be_focused()
    expect(visitor.page.locator("#questions .error")).to_have_text("Please tell us your e-mail address.")
    mail.fill("anna at home")
    send.click()
    expect(visitor.page.locator("#questions .error")).to_have_text(
        "This does not look like an e-mail address."
    )
    assert door.pending() == ()


def test_somebody_who_comes_while_the_letter_is_written_does_not_disturb_it(
    door: DoorInThread, visitor: VisitorPage
) -> None:
    expect(visitor.page.locator("#lead")).to_have_text(NOBODY)
    visitor.page.get_by_label("How can we help?").fill("half a letter")
    door.come()
    visitor.page.wait_for_timeout(1100)
    with visitor.page.expect_response("**/v1/desk") as told:
        visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert told.value.json()["open"] is True
    _letter(visitor, "a whole letter")
    (contact,) = door.pending()
    assert contact.offline
    door.accept(contact.id)
    visitor.wait_for_status("assigned")
    expect(visitor.page.locator("#state")).to_have_text("Your message is being read")


def test_the_form_follows_who_is_there(door: DoorInThread, visitor: VisitorPage) -> None:
    expect(visitor.page.locator("#lead")).to_have_text(NOBODY)
    door.come()
    visitor.page.wait_for_timeout(1100)
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visitor.page.locator("#begin")).to_have_text("Start chat")
    expect(visitor.page.get_by_label("E-mail")).to_have_count(0)
    visitor.page.get_by_label("How can we help?").fill("hello")
    door.go_home()
    visitor.page.wait_for_timeout(1100)
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visitor.page.locator("#begin")).to_have_text("Send message")
    expect(visitor.page.get_by_label("How can we help?")).to_have_value("hello")


def test_the_form_asks_what_the_administrator_wants_to_know(door: DoorInThread, browser: Browser) -> None:
    door.come()
    door.desk.set_web(fields=("order number", "Bike model*", "email"))
    visitor = VisitorPage(browser, door.url, locale="it-IT")
    order = visitor.page.get_by_label("Numero d’ordine (facoltativo)")
    model = visitor.page.get_by_label("Bike model")
    expect(order).to_be_visible()
    expect(visitor.page.get_by_label("E-mail (facoltativo)")).to_have_attribute("type", "email")
    visitor.page.locator("#nick").fill("Anna")
    visitor.page.locator("#text").fill("ciao")
    visitor.page.locator("#begin").click()
    expect(model).to_be_focused()
    expect(visitor.page.locator("#questions .error").nth(1)).to_have_text("Compila questo campo, per favore.")
    order.fill(" 4711 ")
    model.fill("Commuter")
    visitor.page.locator("#begin").click()
    visitor.wait_for_status("pending")
    (contact,) = door.pending()
    assert contact.data == (("order number", "4711"), ("Bike model", "Commuter"))
    assert not contact.offline
    visitor.close()
    assert visitor.complaints == []


def test_an_answer_is_received_though_nobody_looks(door: DoorInThread, browser: Browser) -> None:
    door.come()
    visitor = VisitorPage(browser, door.url)
    visitor.write("Anna", "hello")
    id = visitor.contact()
    door.accept(id)
    visitor.wait_for_status("assigned")
    visitor.page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })"
    )
    door.say(id, "are you there?")
    until(lambda: door.contact(id).visitor_received == 2, what="received")
    assert door.contact(id).visitor_seen == 1
    visitor.close()


def test_hundreds_of_answers_at_once_are_marked_without_the_door_closing_on_the_page(
    door: DoorInThread, browser: Browser
) -> None:
    door.come()
    visitor = VisitorPage(browser, door.url)
    visitor.write("Anna", "hello")
    id = visitor.contact()
    door.accept(id)
    visitor.page.goto("about:blank")
    for number in range(150):
        door.say(id, f"line {number}")
    sockets: list[str] = []
    visitor.page.on("websocket", lambda socket: sockets.append(socket.url))
    visitor.page.goto(door.url)
    visitor.wait_for_line("line 149")
    until(lambda: door.contact(id).visitor_seen == 151, what="seen")
    visitor.page.wait_for_timeout(500)
    assert len(sockets) == 1
    visitor.close()
    assert visitor.complaints == []
