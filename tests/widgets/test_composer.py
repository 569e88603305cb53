"""Where the agent writes."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot

from tests.widgets.stage import Stage, staged, until
from tui.widgets.composer import Composer


class Hasty(Composer):
    """Stops typing soon, so that a test need not wait long."""

    typing_ends_after = 0.3
    typing_said_every = 0.2


def typing(app: Stage) -> list[bool]:
    return [message.typing for message in app.all(Composer.TypingChanged)]


def sent(app: Stage) -> list[str]:
    return [message.text for message in app.all(Composer.Sent)]


async def write(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if sign == " " else sign for sign in text))


async def paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def test_enter_sends_and_empties_and_nothing_is_not_sent() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await pilot.press("enter", "space", "enter")
        composer.draft = ""
        await write(pilot, "good day")
        await pilot.press("enter")
        assert sent(app) == ["good day"]
        assert composer.draft == ""


@pytest.mark.parametrize("key", ["shift+enter", "alt+enter", "ctrl+j", "ctrl+enter"])
async def test_other_enters_break_the_line(key: str) -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await pilot.press("a", key, "b", "enter")
        assert sent(app) == ["a\nb"]


@pytest.mark.parametrize("sequence", ["\x1b\r", "\n", "\x1b[13;2u", "\x1b[13;3u", "\x1b[27;2;13~"])
async def test_what_terminals_send_for_other_enters_is_never_taken_for_enter(sequence: str) -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        parser = XTermParser()
        for event in [*parser.feed("a"), *parser.feed(sequence), *parser.feed("b")]:
            app.post_message(event)
        await until(pilot, lambda: composer.text == "a\nb", "two lines")
        assert not sent(app)


async def test_pasted_lines_stay_lines_and_nothing_is_sent() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await paste(pilot, "one\r\ntwo\rthree\x1b[31m\tend\n")
        assert composer.draft == "one\ntwo\nthree[31m    end\n"
        assert not sent(app)
        await pilot.press("enter")
        assert sent(app) == ["one\ntwo\nthree[31m    end"]


async def test_it_grows_from_one_line_to_six_and_then_scrolls() -> None:
    composer = Composer()
    async with staged(composer) as (_app, pilot):
        heights = []
        for _ in range(8):
            heights.append(composer.content_size.height)
            await pilot.press("x", "ctrl+j")
            await pilot.pause()
        assert heights == [1, 2, 3, 4, 5, 6, 6, 6]
        await pilot.press("enter")
        await pilot.pause()
        assert composer.content_size.height == 1


async def test_up_brings_back_what_was_sent_and_down_leads_back_to_the_draft() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        for text in ("one", "two", "two"):
            await write(pilot, text)
            await pilot.press("enter")
        await pilot.press("up")
        assert composer.text == "two"
        assert composer.draft == ""
        await pilot.press("up", "up", "up")
        assert composer.text == "one"
        await pilot.press("down")
        assert composer.text == "two"
        await pilot.press("down", "down")
        assert composer.text == ""
        await pilot.press("up", "up", "enter")
        assert sent(app)[-1] == "one"
        assert composer.sent == ("one", "two", "one")


async def test_a_draft_is_kept_while_browsing_and_up_first_goes_to_its_beginning() -> None:
    composer = Composer()
    composer.sent = ("older", "newer")
    async with staged(composer) as (_app, pilot):
        await write(pilot, "half a")
        await pilot.press("up")
        assert composer.text == "half a"
        await pilot.press("up")
        assert (composer.text, composer.draft) == ("newer", "half a")
        await pilot.press("down")
        assert (composer.text, composer.draft) == ("half a", "half a")


async def test_up_and_down_move_within_a_text_of_several_lines() -> None:
    composer = Composer()
    composer.sent = ("first\nsecond", "last")
    async with staged(composer) as (_app, pilot):
        await pilot.press("up", "up", "up")
        assert composer.text == "first\nsecond"
        assert composer.cursor_location[0] == 0
        await pilot.press("down")
        assert composer.cursor_location[0] == 1
        await pilot.press("down")
        assert composer.text == "last"


async def test_what_was_brought_back_and_changed_is_a_draft() -> None:
    composer = Composer()
    composer.sent = ("older",)
    async with staged(composer) as (_app, pilot):
        await pilot.press("up", "!")
        assert composer.draft == "older!"
        await pilot.press("down")
        assert composer.text == "older!"


async def test_undo_takes_back_what_was_written() -> None:
    composer = Composer()
    async with staged(composer) as (_app, pilot):
        await paste(pilot, "one ")
        await paste(pilot, "two")
        await pilot.press("ctrl+z")
        assert composer.text == "one "
        await pilot.press("ctrl+y")
        assert composer.text == "one two"


async def test_typing_is_told_at_the_first_key_again_while_it_goes_on_and_once_when_it_ends() -> None:
    composer = Hasty()
    async with staged(composer) as (app, pilot):
        await pilot.press("a", "b", "c")
        assert typing(app)[:1] == [True]
        await until(pilot, lambda: typing(app)[-1] is False, "typing to end by itself")
        assert typing(app).count(False) == 1
        said = len(typing(app))
        await pilot.press("d")
        while len(typing(app)) < said + 2:
            await pilot.press("e")
        assert typing(app)[said:] == [True, True]


async def test_typing_ends_when_the_text_is_sent_or_deleted() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await pilot.press("a", "b", "enter")
        assert typing(app) == [True, False]
        await pilot.press("a", "backspace")
        assert typing(app) == [True, False, True, False]


async def test_a_draft_that_is_put_in_is_not_typing() -> None:
    composer = Composer()
    composer.sent = ("older",)
    async with staged(composer) as (app, pilot):
        composer.draft = "half a sentence"
        await pilot.pause()
        await pilot.press("left")
        composer.draft = ""
        await pilot.press("up", "down")
        assert typing(app) == []


async def test_near_the_limit_the_count_is_shown_and_beyond_it_nothing_is_sent() -> None:
    composer = Composer(max_characters=20)
    async with staged(composer) as (app, pilot):
        await paste(pilot, "x" * 17)
        assert composer.border_title in (None, "")
        await pilot.press("x")
        assert composer.border_title == "18 of 20"
        await pilot.press("x", "x", "x")
        assert composer.border_title == "21 of 20: too long to send"
        await pilot.press("enter")
        assert not sent(app)
        assert [(message.length, message.limit) for message in app.all(Composer.TooLong)] == [(21, 20)]
        await pilot.press("backspace", "enter")
        assert sent(app) == ["x" * 20]


async def test_a_huge_paste_is_refused_whole() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await paste(pilot, "x" * 60_000)
        assert composer.text == ""
        assert app.all(Composer.TooLong)[0].length == 60_000


async def test_page_keys_are_handed_on_for_the_transcript() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await pilot.press("pageup", "pagedown")
        assert [message.by for message in app.all(Composer.PageAsked)] == [-1, 1]


class Keyed(App[None]):
    """An application with keys of its own, none of them with priority."""

    ENABLE_COMMAND_PALETTE = False
    KEYS = "f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,ctrl+q,ctrl+p,ctrl+g,ctrl+o,ctrl+t,ctrl+n,ctrl+l,ctrl+r"
    BINDINGS = [Binding(key, f"heard('{key}')") for key in KEYS.split(",")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield Composer()
        yield Composer(id="second")

    def action_heard(self, key: str) -> None:
        self.heard.append(key)


async def test_the_application_s_keys_come_through() -> None:
    app = Keyed()
    async with app.run_test() as pilot:
        app.query_one("#second").focus()
        await pilot.press("a", *Keyed.KEYS.split(","))
        assert app.heard == Keyed.KEYS.split(",")
        assert app.query_one("#second", Composer).text == "a"


async def test_tab_leads_on_and_is_not_written() -> None:
    app = Keyed()
    async with app.run_test() as pilot:
        app.query_one(Composer).focus()
        await pilot.press("tab")
        assert app.focused is app.query_one("#second")
        assert app.query_one(Composer).text == ""


async def test_keys_that_come_in_a_burst_act_in_their_order() -> None:
    composer = Composer()
    async with staged(composer) as (app, pilot):
        await write(pilot, "wrong")
        burst = [
            ("ctrl+u", None),
            ("a", "a"),
            ("b", "b"),
            ("backspace", None),
            ("c", "c"),
            ("left", None),
            ("x", "x"),
        ]
        for key, sign in burst:
            app.post_message(events.Key(key, sign))
        await until(pilot, lambda: "x" in composer.text, "the last key")
        await pilot.pause()
        assert composer.text == "axc"
