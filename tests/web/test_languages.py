"""The visitor's page and the widget speak the visitor's language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.parts.browser import VisitorPage
from tests.web.browsing import browser, door, visitor
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import QueueSettings

pytestmark = pytest.mark.e2e
__all__ = ["browser", "door", "visitor"]

BEGIN = {
    "en": "Start chat",
    "it": "Inizia la chat",
    "de": "Chat beginnen",
    "fr": "Commencer le chat",
    "es": "Iniciar chat",
}


@pytest.mark.parametrize("lang", BEGIN)
def test_the_page_speaks_the_browsers_language_and_tells_the_desk(
    door: DoorInThread, browser: Browser, lang: str
) -> None:
    page = VisitorPage(browser, door.url, locale=f"{lang}-{'GB' if lang == 'en' else lang.upper()}")
    expect(page.page.locator("html")).to_have_attribute("lang", lang)
    expect(page.page.locator("#begin")).to_have_text(BEGIN[lang])
    page.write("Anna", "?")
    page.wait_for_status("pending")
    assert door.pending()[0].lang.startswith(f"{lang}-")
    page.close()
    assert page.complaints == []


def test_an_address_may_name_the_language_and_one_that_is_not_spoken_falls_back(
    door: DoorInThread, browser: Browser
) -> None:
    asked = VisitorPage(browser, f"{door.url}?lang=fr", locale="it-IT")
    expect(asked.page.locator("#begin")).to_have_text(BEGIN["fr"])
    asked.write("Anna", "bonjour")
    assert door.pending()[0].lang == "fr"
    asked.page.goto(f"{door.url}?lang=tlh")
    expect(asked.page.locator("html")).to_have_attribute("lang", "it")
    asked.close()
    other = VisitorPage(browser, door.url, locale="ja-JP")
    expect(other.page.locator("#begin")).to_have_text(BEGIN["en"])
    other.write("Hana", "konnichiwa")
    assert {contact.lang for contact in door.pending()} == {"fr", "ja-JP"}
    other.close()


def _words(page: Page, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "lang => import(`/static/words-${lang}.js`).then(m => m.default)", lang
    )
    return found


def test_every_language_says_everything_with_the_same_gaps(visitor: VisitorPage) -> None:
    english = _words(visitor.page, "en")
    for lang in BEGIN:
        words = _words(visitor.page, lang)
        assert list(words) == list(english)
        for name, said in words.items():
            counted = isinstance(english[name], dict)
            assert isinstance(said, dict) is counted
            for form in said.values() if counted else [said]:
                assert form.strip()
                gaps = set(re.findall(r"\{\w+\}", str(english[name]["other"] if counted else english[name])))
                assert set(re.findall(r"\{\w+\}", form)) <= gaps
                if not counted:
                    assert set(re.findall(r"\{\w+\}", form)) == gaps
            if lang != "en" and len(str(english[name])) > 12:
                assert said != english[name], f"{name} is not translated"


def test_what_the_desk_says_by_itself_is_said_in_the_visitors_language_unless_it_was_changed(
    door: DoorInThread, browser: Browser
) -> None:
    page = VisitorPage(browser, door.url, locale="it-IT")
    assert _words(page.page, "en")["nobodyFree"] == QueueSettings().dissuasion_message
    page.write("Anna", "ciao")
    page.wait_for_status("pending")
    door.desk.clock.ahead = 301
    door.time_up(page.contact())
    page.wait_for_line("Al momento nessuno è libero per rispondere. Riprova più tardi, per favore.")
    page.close()


def test_refusals_are_told_in_the_visitors_language_with_the_right_plural(
    door: DoorInThread, browser: Browser
) -> None:
    page = VisitorPage(browser, door.url, locale="de-DE")
    page.page.locator("#begin").click()
    expect(page.page.locator("#nick-error")).to_have_text("Bitte sagen Sie uns Ihren Namen.")
    page.page.locator("#nick").fill("Anna")
    page.page.locator("#text").fill("x" * 4001)
    page.page.locator("#begin").click()
    expect(page.page.locator("#text-error")).to_have_text("Bitte höchstens 4000 Zeichen.")
    page.page.locator("#text").fill("hallo")
    retry = 1

    def too_many(route: Route) -> None:
        route.fulfill(status=429, json={"status": 429, "detail": "Too many.", "retry_after": retry})

    page.page.route("**/v1/contacts", too_many)
    for retry, words in ((1, "in einer Sekunde noch einmal"), (30, "in 30 Sekunden noch einmal")):  # noqa: B007
        page.page.locator("#begin").click()
        expect(page.page.locator("#ask-error")).to_contain_text(words)
    page.page.unroute("**/v1/contacts")
    page.write("Anna", "hallo")
    page.wait_for_status("pending")
    page.page.locator("#draft").fill("x" * 4001)
    page.page.locator("#draft").press("Enter")
    expect(page.page.locator(".line.failed .when")).to_have_text("Nicht gesendet: zu lang")
    page.close()


def test_the_widget_speaks_the_language_of_the_browser_and_its_frame_the_same(
    door: DoorInThread, browser: Browser
) -> None:
    page = VisitorPage(browser, f"{door.url}demo", locale="es-ES")
    launcher = page.page.locator("deskbell-chat .launcher")
    expect(launcher).to_have_accessible_name("Escríbenos")
    launcher.click()
    expect(launcher).to_have_accessible_name("Cerrar el chat")
    frame = page.page.frame_locator("deskbell-chat iframe")
    expect(frame.locator("#begin")).to_have_text(BEGIN["es"])
    page.page.frame_locator("deskbell-chat iframe").locator("#nick").fill("Ana")
    frame.locator("#text").fill("hola")
    frame.locator("#begin").click()
    expect(frame.locator("#state")).to_have_attribute("data-status", "pending")
    (contact,) = door.pending()
    door.accept(contact.id)
    launcher.click()
    for number, words in ((1, "1 mensaje sin leer"), (2, "2 mensajes sin leer")):
        door.say(contact.id, f"answer {number}")
        expect(launcher).to_have_accessible_name(f"Escríbenos, {words}")
    page.close()
    assert page.complaints == []
