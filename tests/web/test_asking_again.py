"""One press of "Start chat" is one contact, whatever the line does, in a real browser."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.parts.lying_proxy import Call, Lie, LyingProxy
from tests.parts.waiting import until
from tests.web.behind_a_liar import Room
from tests.web.behind_a_liar import door as door
from tests.web.behind_a_liar import proxy as proxy
from tests.web.behind_a_liar import room as room
from tests.web.browsing import browser as browser
from tests.web.door_in_thread import DoorInThread
from tui.desk.contact import Status

pytestmark = pytest.mark.e2e

CONTACTS = "/v1/contacts"
SLOW = "No answer yet. We are still trying; you can also press the button again."
UNREACHABLE = "The desk cannot be reached. Please check your connection and try again."


def first_only(times: int, what: Any) -> Any:
    """Do this with the first ``times`` requests for a contact, and pass the rest on."""
    left = [times]

    def answer(call: Call) -> Any:
        if call.method != "POST" or call.path != CONTACTS or not left[0]:
            return None
        left[0] -= 1
        return what

    return answer


def keys(proxy: LyingProxy) -> list[str]:
    return [call.header("Idempotency-Key") for call in proxy.asked("POST", CONTACTS)]


def test_a_request_that_the_browser_sends_again_by_itself_makes_one_contact(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1, "abort")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    room.until_begun("The invoice is wrong")
    assert len(keys(proxy)) == 2  # the browser's own doing
    (contact,) = door.pending()
    assert door.stored(contact.id) == ["The invoice is wrong"]
    assert len(set(keys(proxy))) == 1
    assert len(keys(proxy)[0]) == 64


def test_what_is_broken_off_again_and_again_is_pressed_again_with_the_same_key(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1_000, "abort")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    expect(room.part("#ask-error")).to_have_text(UNREACHABLE, timeout=20_000)
    expect(room.part("#text")).to_have_value("The invoice is wrong")
    proxy.answer = lambda call: None
    room.part("#begin").click()
    room.until_begun("The invoice is wrong")
    (contact,) = door.pending()
    assert door.stored(contact.id) == ["The invoice is wrong"]
    assert len(set(keys(proxy))) == 1


@pytest.mark.parametrize("manner", ["swallow", "mute"])
def test_a_dead_line_is_told_within_ten_seconds_and_the_button_can_be_pressed_again(
    room: Room, door: DoorInThread, proxy: LyingProxy, manner: str
) -> None:
    """Whether or not the desk has heard it."""
    proxy.answer = first_only(1, manner)
    expect(room.part("#ask")).to_be_visible()
    pressed = time.monotonic()
    room.ask("The invoice is wrong")
    expect(room.part("#begin")).to_be_disabled()
    expect(room.part("#ask-error")).to_have_text(SLOW, timeout=10_000)
    assert time.monotonic() - pressed < 10
    expect(room.part("#begin")).to_be_enabled()
    assert len(door.pending()) == (manner == "mute")
    room.part("#begin").click()
    room.until_begun("The invoice is wrong")
    (contact,) = door.pending()
    assert door.stored(contact.id) == ["The invoice is wrong"]
    assert len(keys(proxy)) == 2
    assert len(set(keys(proxy))) == 1


def test_an_answer_that_comes_late_begins_the_chat_and_what_was_written_meanwhile_is_kept(
    room: Room, door: DoorInThread
) -> None:
    expect(room.part("#ask")).to_be_visible()

    def hold(route: Route) -> None:
        room.page.wait_for_timeout(8_600)
        route.continue_()

    room.page.route("**/v1/contacts", hold)
    room.ask("The invoice is wrong")
    expect(room.part("#ask-error")).to_have_text(SLOW, timeout=10_000)
    room.part("#text").fill("The invoice is wrong, number 4711")
    room.until_begun("The invoice is wrong")
    expect(room.part("#draft")).to_have_value("The invoice is wrong, number 4711")
    assert len(door.pending()) == 1


def test_a_reload_during_the_request_asks_with_the_same_key(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1, "mute")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    until(lambda: door.pending(), what="the desk has heard it")
    room.page.reload()
    room.until_begun("The invoice is wrong")
    (contact,) = door.pending()
    assert door.stored(contact.id) == ["The invoice is wrong"]
    assert len(keys(proxy)) == 2
    assert len(set(keys(proxy))) == 1


def test_words_written_and_not_sent_are_there_after_a_reload_and_nothing_is_asked(
    room: Room, proxy: LyingProxy
) -> None:
    room.part("#nick").fill("Anna")
    room.part("#text").fill("half a question")
    room.page.reload()
    expect(room.part("#text")).to_have_value("half a question")
    expect(room.part("#nick")).to_have_value("Anna")
    assert keys(proxy) == []


def test_words_mended_after_the_desk_had_heard_them_are_said_in_the_same_contact(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1, "mute")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    expect(room.part("#ask-error")).to_have_text(SLOW, timeout=10_000)
    room.part("#text").fill("The invoice 4711 is wrong")
    room.part("#begin").click()
    room.until_begun("The invoice is wrong")
    (contact,) = door.pending()
    door.until_stored(contact.id, ["The invoice is wrong", "The invoice 4711 is wrong"])
    assert len(set(keys(proxy))) == 1
    expect(room.part("#text")).to_have_value("")
    room.visitor.complaints.clear()  # the browser notes the 422 that the page has understood


def test_words_mended_before_the_desk_has_heard_any_are_the_first(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1, "swallow")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    expect(room.part("#ask-error")).to_have_text(SLOW, timeout=10_000)
    room.part("#text").fill("The invoice 4711 is wrong")
    room.part("#begin").click()
    room.until_begun("The invoice 4711 is wrong")
    (contact,) = door.pending()
    assert door.stored(contact.id) == ["The invoice 4711 is wrong"]


def test_who_comes_back_when_the_contact_has_ended_unheard_is_heard_anew(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    proxy.answer = first_only(1, "mute")
    expect(room.part("#ask")).to_be_visible()
    room.ask("The invoice is wrong")
    (lost,) = until(lambda: door.pending(), what="the desk has heard it")
    expect(room.part("#ask-error")).to_have_text(SLOW, timeout=10_000)
    door.leave(lost.id)
    room.part("#begin").click()
    room.until_begun("The invoice is wrong")
    (contact,) = door.pending()
    assert contact.id != lost.id
    assert door.contact(lost.id).status is Status.ENDED
    assert len(set(keys(proxy))) == 2


def test_the_next_form_has_a_key_of_its_own(room: Room, door: DoorInThread, proxy: LyingProxy) -> None:
    expect(room.part("#ask")).to_be_visible()
    for text in ("one question", "another question"):
        room.ask(text)
        room.until_begun(text)
        (contact,) = door.pending()
        door.accept(contact.id)
        door.end_contact(contact.id)
        room.part("#again").click()
    assert len(set(keys(proxy))) == 2


NOT_THE_DESKS = {
    "a page": Lie(200),
    "somebody's JSON": Lie(200, "application/json", "{}"),
    "half an answer": Lie(201, "application/json", json.dumps({"id": "x", "token": ""})),
    "a login": Lie(302, headers=("Location: /login",)),
    "401": Lie(401, headers=('WWW-Authenticate: Basic realm="staff"',)),
    "403": Lie(403),
    "404": Lie(404),
    "502": Lie(502),
}


def test_an_answer_that_is_not_the_desks_begins_no_chat_and_costs_no_word(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    expect(room.part("#ask")).to_be_visible()
    for what, lie in NOT_THE_DESKS.items():
        proxy.answer = first_only(1_000, lie)
        asked = len(keys(proxy))
        room.ask("The invoice is wrong")
        until(lambda asked=asked: len(keys(proxy)) > asked, what=what)  # type: ignore[misc]
        expect(room.part("#ask-error")).to_have_text(UNREACHABLE)
        expect(room.part("#text")).to_have_value("The invoice is wrong")
        expect(room.part("#begin")).to_be_enabled()
    assert door.pending() == ()
    proxy.answer = lambda call: None
    room.part("#begin").click()
    room.until_begun("The invoice is wrong")
    assert len(set(keys(proxy))) == 1
    room.visitor.complaints.clear()  # the browser notes the lies
