"""Only the desk's own word ends a chat for the visitor's page, and nobody's deletes what was not sent yet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.parts.lying_proxy import Answer, Call, Lie, LyingProxy
from tests.parts.waiting import until
from tests.web.behind_a_liar import Room
from tests.web.behind_a_liar import door as door
from tests.web.behind_a_liar import proxy as proxy
from tests.web.behind_a_liar import room as room
from tests.web.browsing import browser as browser
from tests.web.desk import ROOMY
from tests.web.door_in_thread import DoorInThread
from tui.config.schema import Settings
from tui.desk.contact import Status

pytestmark = pytest.mark.e2e

LOST = "Connection lost. Trying again…"
BACK = "Connected again."
FORGOTTEN = "The desk does not know this chat any more. Please start a new one."
KEPT = "What you had not sent is in the form."
PROBLEM = "application/problem+json"
UNKNOWN = "urn:deskbell:unknown-contact"


def problem(status: int, **members: Any) -> Lie:
    return Lie(status, PROBLEM, json.dumps({"status": status, "title": "?", "detail": "?", **members}))


LIES = {
    "401 of a login": Lie(401, headers=('WWW-Authenticate: Basic realm="staff"',)),
    "403 of a firewall": Lie(403),
    "404 of a deploy": Lie(404),
    "302 to a login": Lie(302, headers=("Location: /login",)),
    "302 to elsewhere": Lie(302, headers=("Location: http://127.0.0.1:9/login",)),
    "a captive portal": Lie(200),
    "an empty page": Lie(200, "application/json", ""),
    "502": Lie(502),
    "503": Lie(503, headers=("Retry-After: 1",)),
    "somebody's JSON": Lie(200, "application/json", '{"status": "ok"}'),
    "somebody's null": Lie(200, "application/json", "null"),
    "somebody's 404": Lie(404, "application/json", json.dumps({"type": UNKNOWN, "status": 404})),
    "somebody's problem": problem(404, type="about:blank"),
    "our type without a desk": problem(404, type=UNKNOWN),
    "our type and no desk's name": problem(404, type=UNKNOWN, desk=""),
    "another desk's 404": problem(404, type=UNKNOWN, desk="another-desk"),
    "another desk's 403": problem(403, type=UNKNOWN, desk="another-desk"),
    "another desk's 401": problem(401, type="about:blank", desk="another-desk"),
    "another status in the body": Lie(
        404, PROBLEM, json.dumps({"type": UNKNOWN, "status": 403, "desk": "d"})
    ),
    "our own problem": problem(503, type="about:blank", retry_after=1),
}


def on_calls(lie: Lie | str) -> Answer:
    """Lie about every call, and pass the page's own files on."""
    return lambda call: lie if call.path.startswith("/v1/") else None


def calls_since(proxy: LyingProxy, before: int) -> list[Call]:
    return [call for call in proxy.calls[before:] if call.path.startswith("/v1/contacts/")]


def stored_chat(room: Room) -> dict[str, Any] | None:
    found = room.part("html").evaluate("() => JSON.parse(localStorage.getItem('deskbell.chat'))")
    return None if found is None else dict(found)


def begin(room: Room, door: DoorInThread, text: str = "hello") -> str:
    """A chat that Maria has accepted; the contact's id."""
    expect(room.part("#ask")).to_be_visible()
    room.ask(text)
    room.until_begun(text)
    (contact,) = door.pending()
    door.accept(contact.id)
    expect(room.part("#state")).to_have_text("You are chatting with Maria")
    return contact.id


def test_whatever_a_proxy_says_the_chat_goes_on_when_the_line_is_back(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    id = begin(room, door)
    chat = stored_chat(room)
    assert chat is not None
    assert (chat["id"], chat["desk"]) == (id, door.desk_id())
    texts = ["hello"]
    # In the widget it is the same page: a few of each kind.
    for number, (what, lie) in enumerate(list(LIES.items())[:: 1 if room.kind == "page" else 4]):
        before = len(proxy.calls)
        proxy.lie(on_calls(lie))
        room.until_banner(LOST)
        room.say(f"while {what}")
        texts.append(f"while {what}")
        room.part("#draft").fill(f"half a thought {number}")
        # The handshake is refused, the page asks why, is lied to, and tries again.
        until(lambda before=before: len(calls_since(proxy, before)) >= 4, what=what)  # type: ignore[misc]
        assert stored_chat(room) == chat, what
        expect(room.part("#composer")).to_be_visible()
        proxy.tell_the_truth()
        room.until_banner(BACK)
        door.until_stored(id, texts)
        expect(room.part("#draft")).to_have_value(f"half a thought {number}")
    assert room.part("#log .line.visitor .said").all_inner_texts() == texts
    assert door.contact(id).status is Status.ASSIGNED


@pytest.mark.parametrize("what", ["404 of a deploy", "a captive portal", "another desk's 404", "swallowed"])
def test_a_reload_while_a_proxy_lies_forgets_nothing(
    room: Room, door: DoorInThread, proxy: LyingProxy, what: str
) -> None:
    id = begin(room, door)
    chat = stored_chat(room)
    proxy.lie(on_calls(LIES.get(what, "swallow")))
    room.until_banner(LOST)
    room.say("do not lose me")
    room.part("#draft").fill("nor me")
    room.page.reload()
    expect(room.part("#log .line.unsent .said")).to_have_text("do not lose me")
    expect(room.part("#draft")).to_have_value("nor me")
    assert stored_chat(room) == chat
    proxy.tell_the_truth()
    door.until_stored(id, ["hello", "do not lose me"])
    expect(room.part("#state")).to_have_text("You are chatting with Maria")
    expect(room.part("#draft")).to_have_value("nor me")


@pytest.mark.parametrize("manner", ["elsewhere", "babble"])
def test_a_stream_that_is_not_the_desks_is_a_fault_of_the_line(
    room: Room, door: DoorInThread, proxy: LyingProxy, manner: str
) -> None:
    id = begin(room, door)
    before = len(proxy.calls)
    proxy.lie(
        lambda call: manner if call.is_stream else LIES["a captive portal"] if "/v1/" in call.path else None
    )
    room.until_banner(LOST)
    room.say("do not lose me")
    until(lambda: sum(call.is_stream for call in calls_since(proxy, before)) >= 3, what="tried again")
    expect(room.part("#composer")).to_be_visible()
    proxy.tell_the_truth()
    room.until_banner(BACK)
    door.until_stored(id, ["hello", "do not lose me"])


@pytest.fixture
def other(tmp_path: Path) -> Iterator[DoorInThread]:
    """The door of another desk."""
    opened = DoorInThread(tmp_path / "other", Settings(web=ROOMY))
    yield opened
    opened.end()


def test_another_desk_at_the_same_address_for_a_while_takes_nothing(
    room: Room, door: DoorInThread, proxy: LyingProxy, other: DoorInThread
) -> None:
    id = begin(room, door)
    other.desk.settings = door.desk.settings
    before, own_port = len(proxy.calls), proxy.upstream_port
    proxy.upstream_port = other.bound.port
    proxy.tell_the_truth()
    room.until_banner(LOST)
    room.say("do not lose me")
    until(lambda: len(calls_since(proxy, before)) >= 4, what="the other desk has been asked")
    room.page.reload()
    expect(room.part("#log .line.unsent .said")).to_have_text("do not lose me")
    proxy.upstream_port = own_port
    proxy.tell_the_truth()
    door.until_stored(id, ["hello", "do not lose me"])
    assert other.pending() == ()


def test_who_has_waited_long_enough_for_a_desk_that_is_no_more_begins_anew(
    room: Room, door: DoorInThread, proxy: LyingProxy, other: DoorInThread
) -> None:
    """The visitor's own doing: the words stand in the new form."""
    begin(room, door)
    other.desk.settings = door.desk.settings
    proxy.upstream_port = other.bound.port
    proxy.tell_the_truth()
    room.until_banner(LOST)
    room.say("my card was charged twice")
    expect(room.part("#over")).to_be_hidden()
    room.part("#leave").click()
    room.part("#sure button[value=leave]").click()
    room.part("#again").click()
    expect(room.part("#text")).to_have_value("my card was charged twice")
    room.part("#begin").click()
    room.until_begun("my card was charged twice")
    assert len(other.pending()) == 1
    expect(room.part("#over")).to_be_hidden()


def forget(door: DoorInThread) -> None:
    """The administrator has deleted every contact."""
    door.close_door()
    with sqlite3.connect(door.desk.backend.path) as db:
        db.execute("DELETE FROM messages")
        db.execute("DELETE FROM contacts")
    db.close()


@pytest.mark.parametrize("reloads", [False, True])
def test_when_the_desk_itself_does_not_know_the_chat_the_words_stay_for_a_new_one(
    room: Room, door: DoorInThread, proxy: LyingProxy, reloads: bool
) -> None:
    begin(room, door)
    proxy.lie(on_calls(LIES["502"]))
    forget(door)
    door.open_door()
    room.until_banner(LOST)
    room.say("my card was charged twice")
    room.say("please look")
    room.part("#draft").fill("and half a thought")
    if reloads:
        room.page.reload()
        expect(room.part("#log .line.unsent .said").first).to_have_text("my card was charged twice")
    proxy.tell_the_truth()
    expect(room.part("#ask")).to_be_visible(timeout=20_000)
    expect(room.part("#ask-error")).to_have_text(f"{FORGOTTEN} {KEPT}")
    words = "my card was charged twice\n\nplease look\n\nand half a thought"
    expect(room.part("#text")).to_have_value(words)
    expect(room.part("#nick")).to_have_value("Anna")
    assert stored_chat(room) is None
    room.page.reload()
    expect(room.part("#text")).to_have_value(words)
    room.part("#begin").click()
    room.until_begun(words)
    expect(room.part("#draft")).to_have_value("")


def test_a_chat_that_an_older_page_has_begun_is_believed_by_the_type_alone(
    room: Room, door: DoorInThread
) -> None:
    begin(room, door)
    room.part("html").evaluate(
        "() => { const { desk, ...chat } = JSON.parse(localStorage.getItem('deskbell.chat'));"
        " localStorage.setItem('deskbell.chat', JSON.stringify(chat)); }"
    )
    room.page.reload()
    expect(room.part("#state")).to_have_text("You are chatting with Maria")
    forget(door)
    door.open_door()
    expect(room.part("#ask")).to_be_visible(timeout=20_000)
    expect(room.part("#ask-error")).to_have_text(FORGOTTEN)


@pytest.mark.parametrize("what", ["404 of a deploy", "a captive portal", "another desk's 404"])
def test_who_leaves_while_a_proxy_lies_has_not_left(
    room: Room, door: DoorInThread, proxy: LyingProxy, what: str
) -> None:
    id = begin(room, door)
    chat = stored_chat(room)
    proxy.lie(on_calls(LIES[what]))
    room.until_banner(LOST)
    room.part("#leave").click()
    room.part("#sure button[value=leave]").click()
    until(lambda: proxy.asked("DELETE", f"/v1/contacts/{id}"), what="the page has tried to leave")
    room.until_banner(LOST)
    assert stored_chat(room) == chat
    proxy.tell_the_truth()
    room.until_banner(BACK)
    room.part("#leave").click()
    room.part("#sure button[value=leave]").click()
    expect(room.part("#log .notice").last).to_have_text("You have left the chat.")
    assert door.contact(id).status is Status.ENDED


def test_words_that_no_longer_reached_an_ended_chat_are_there_for_the_next_one(
    room: Room, door: DoorInThread, proxy: LyingProxy
) -> None:
    id = begin(room, door)
    proxy.lie(on_calls(LIES["502"]))
    room.until_banner(LOST)
    room.say("one thing more")
    door.end_contact(id)
    proxy.tell_the_truth()
    expect(room.part("#state")).to_have_text("This chat has ended", timeout=30_000)
    expect(room.part("#log .line.failed .said")).to_have_text("one thing more")
    room.page.reload()
    expect(room.part("#state")).to_have_text("This chat has ended", timeout=30_000)
    expect(room.part("#log .line.failed .said")).to_have_text("one thing more")
    room.part("#again").click()
    expect(room.part("#text")).to_have_value("one thing more")
    room.part("#begin").click()
    room.until_begun("one thing more")
    assert door.stored(id) == ["hello"]


def test_a_refused_message_for_which_the_line_has_no_room_is_kept_over_a_reload(
    room: Room, door: DoorInThread
) -> None:
    id = begin(room, door)
    door.desk.set_web(text_limit=10)
    room.part("#draft").fill("longer than ten characters")
    room.part("#draft").press("Enter")
    expect(room.part("#draft")).to_have_value("longer than ten characters")
    room.page.reload()
    expect(room.part("#draft")).to_have_value("longer than ten characters")
    proxy_free = room.part("#log .line.failed")
    expect(proxy_free).to_have_count(0)
    assert door.stored(id) == ["hello"]
