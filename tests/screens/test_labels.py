"""Private notes, tags, colours, and what is asked when a chat has ended; driven by keys."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from textual import events

from tests.parts_of_desk import LUCA, MARIA, contact, done, message, with_last
from tests.screens.room import line_of, on, parts, rests, text_of, toasts, until, wishes
from tests.screens.still_desk import StillDesk
from tui.config.schema import ChatSettings, Settings, WrapUp
from tui.desk.contact import AgentName, ContactId, Sender
from tui.desk.events import ContactChanged, HistoryRead
from tui.desk.lifecycle import Deed, DeedKind, Labels, apply
from tui.link.commands import Accept, End, Label, Send, TellTyping, WriteNote
from tui.screens.choose import ChooseScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.labels import changed_tags
from tui.screens.wrap_up_screen import WrapUpScreen
from tui.text import RemoteText
from tui.typed.slash import WrongArgument
from tui.widgets import glyphs
from tui.widgets.composer import Composer
from tui.widgets.pane_title import PaneTitle
from tui.widgets.tab_line import TabLine
from tui.widgets.transcript import Transcript

ANNA = ContactId("Anna")


def one_chat(settings: Settings | None = None) -> StillDesk:
    desk = StillDesk(settings)
    desk.is_mine("Anna", "hello", "how can I help?")
    return desk


def bears(desk: StillDesk, name: str = "Anna", **labels: object) -> None:
    """The contact bears these labels now."""
    record = desk.keeper.desk.chats[ContactId(name)].contact
    desk.keeper.take(ContactChanged(replace(record, **labels)))  # type: ignore[arg-type]


# notes


async def test_a_note_is_written_in_a_composer_that_says_so_and_nothing_of_it_goes_to_the_visitor() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+n")
        await until(pilot, lambda: "the visitor never sees this" in text_of(app), "the placeholder")
        assert "private note" in text_of(app)
        await pilot.press(*"rude", "enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert [(note.contact, note.text) for note in wishes(desk, WriteNote)] == [("Anna", "rude")]
        assert not wishes(desk, Send)
        assert not wishes(desk, TellTyping)
        await until(pilot, lambda: "Write to the visitor" in text_of(app), "back to writing")
        await pilot.press(*"hi", "enter")
        await until(pilot, lambda: bool(wishes(desk, Send)), "the message")
        assert len(wishes(desk, WriteNote)) == 1


async def test_the_note_can_be_given_up_by_its_own_key_and_what_is_written_stays() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await pilot.press("alt+n", *"hm", "alt+n", *"m", "enter")
        await until(pilot, lambda: bool(wishes(desk, Send)), "the message")
        assert wishes(desk, Send)[0].text == "hmm"
        assert isinstance(app.focused, Composer)


@pytest.mark.parametrize("key", ["escape", "alt+т", "f13", "alt+shift+n", "ctrl+t", "ctrl+f", "f1", "alt+g"])
async def test_no_other_key_ends_a_note(key: str) -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        composer = app.focused
        assert isinstance(composer, Composer)
        await pilot.press("alt+n", *"she l", key)
        await pilot.pause()
        while app.focused is not composer:  # the keyboard was somewhere else, and comes back
            await pilot.press("escape" if len(app.screen_stack) > 1 or key == "ctrl+f" else "ctrl+t")
            await pilot.pause()
        assert composer.note
        app.post_message(events.AppBlur())
        app.post_message(events.AppFocus())
        await pilot.pause()
        await pilot.press(*"ies", "enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert (wishes(desk, WriteNote)[0].text, wishes(desk, Send)) == ("she lies", [])


async def test_a_note_can_be_typed_behind_a_slash() -> None:
    desk = one_chat()
    async with on(desk) as (_, pilot):
        await pilot.press(*"/note call back", "enter")
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert wishes(desk, WriteNote)[0].text == "call back"
        assert not wishes(desk, Send)


async def test_a_note_stands_in_the_transcript_with_sign_word_and_author() -> None:
    desk = one_chat()
    record = with_last(desk.keeper.desk.chats[ANNA].contact, 3)
    note = replace(message(record, 3, "he is in a hurry", Sender.NOTE), author=RemoteText("Luca"))
    desk.keeper.take(ContactChanged(record), HistoryRead(ANNA, (note,)))
    async with on(desk) as (app, _):
        lines = [strip.text for strip in app.screen.query_one(Transcript).all_strips()]
        (line,) = [line for line in lines if "he is in a hurry" in line]
        assert f"{glyphs.NOTE} note Luca" in line


# tags and colour


def test_tags_are_added_and_taken_off_by_their_names() -> None:
    assert changed_tags(("billing",), "vip #urgent vip") == ("billing", "vip", "urgent")
    assert changed_tags(("billing", "vip"), "-billing -#vip") == ()
    with pytest.raises(WrongArgument, match="no tag x"):
        changed_tags((), "-x")
    with pytest.raises(WrongArgument, match="at most 12"):
        changed_tags((), " ".join(f"t{number}" for number in range(13)))
    with pytest.raises(WrongArgument, match="characters"):
        changed_tags((), "x" * 41)


async def test_tags_are_typed_or_chosen_from_those_of_the_settings_and_of_other_chats() -> None:
    desk = one_chat(replace(Settings(), wrap_up=WrapUp(tags=("billing",))))
    desk.is_mine("Bruno", "hello")
    bears(desk, "Bruno", tags=("vip",))
    bears(desk, "Anna", tags=("old",), colour="red")
    async with on(desk) as (app, pilot):
        await pilot.press("alt+1", "alt+j")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen), "the question")
        assert all(tag in text_of(app) for tag in ("#billing", "#vip", "#old"))
        await pilot.press(*"vi", "enter")
        await until(pilot, lambda: bool(wishes(desk, Label)), "the tag")
        assert wishes(desk, Label) == [Label(ANNA, ("old", "vip"), "red")]
        await pilot.press("alt+j", *"new", "enter")
        await until(pilot, lambda: len(wishes(desk, Label)) == 2, "another")
        assert wishes(desk, Label)[1].tags == ("old", "new")
        await pilot.press(*"/tag -old", "enter")
        await until(pilot, lambda: len(wishes(desk, Label)) == 3, "taken off")
        assert wishes(desk, Label)[2] == Label(ANNA, (), "red")


async def test_a_second_tag_builds_on_a_first_that_is_not_stored_yet() -> None:
    desk = one_chat()
    async with on(desk) as (_, pilot):
        await pilot.press("alt+1", *"/tag vip", "enter")
        await until(pilot, lambda: bool(wishes(desk, Label)), "the first")
        desk.keeper.unstored_labels[ANNA] = Labels(("vip",))
        await pilot.press(*"/tag billing", "enter")
        await until(pilot, lambda: len(wishes(desk, Label)) == 2, "the second")
        assert wishes(desk, Label)[1].tags == ("vip", "billing")
        await pilot.press(*"/colour red", "enter")
        await until(pilot, lambda: len(wishes(desk, Label)) == 3, "the colour")
        assert wishes(desk, Label)[2].tags == ("vip",)


async def test_a_colour_is_chosen_or_typed_and_shown_by_name_sign_and_letter() -> None:
    desk = one_chat()
    desk.is_mine("Bruno", "hello")
    async with on(desk, (120, 30)) as (app, pilot):
        await pilot.press("alt+1", "alt+o", *"gre", "enter")
        await until(pilot, lambda: bool(wishes(desk, Label)), "the colour")
        assert wishes(desk, Label) == [Label(ANNA, (), "green")]
        bears(desk, tags=("vip",), colour="green")
        mark = f"{glyphs.SERVICE}g"
        await until(pilot, lambda: mark in line_of(app.screen.query_one(TabLine)), "in the tab")
        title = next(iter(app.screen.query(PaneTitle)))
        assert "green" in line_of(title)
        assert "#vip" in line_of(title)
        row = next(line for line in text_of(app).splitlines() if "1 Anna" in line[:12])
        assert mark in row[:30]
        assert isinstance(app.screen, DeskScreen)
        with pytest.raises(WrongArgument, match="red, green"):
            app.screen.do("colour", "beige")


async def test_a_chat_passed_on_to_me_says_by_whom_and_why_above_the_transcript() -> None:
    desk = StillDesk()
    his = done(contact("Anna", time.time() - 100), DeedKind.ACCEPT, time.time() - 90, LUCA)
    deed = Deed(DeedKind.TRANSFER, "t", LUCA, to=MARIA, note=RemoteText("she asked for you"), seconds=60.0)
    passed = apply(his, deed, time.time() - 5)
    assert not isinstance(passed, type(None))
    mine = done(passed, DeedKind.ACCEPT, time.time(), MARIA)  # type: ignore[arg-type]
    desk.keeper.take(ContactChanged(mine))
    async with on(desk) as (app, _):
        assert f"{glyphs.TRANSFERRED} from Luca: she asked for you" in text_of(app)


# wrap-up


async def test_ending_asks_ends_and_then_asks_what_came_of_it() -> None:
    desk = one_chat()
    async with on(desk, (80, 24)) as (app, pilot):
        await parts(app, pilot)
        assert wishes(desk, End) == [End(ANNA)]
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press("down", "tab", *"billing vip", "tab", *"call back", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert wishes(desk, Label) == [Label(ANNA, ("billing", "vip"), "", RemoteText("solved"))]
        assert [(note.contact, note.text) for note in wishes(desk, WriteNote)] == [("Anna", "call back")]


async def test_a_tag_written_at_the_end_is_added_to_those_there_are() -> None:
    desk = one_chat()
    bears(desk, tags=("alpha", "beta"))
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press("tab", *"gamma", "enter")
        await until(pilot, lambda: bool(wishes(desk, Label)), "kept")
        assert wishes(desk, Label)[0].tags == ("alpha", "beta", "gamma")


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("down", "escape")])
async def test_the_questions_are_skipped_by_escape_or_an_empty_enter(keys: tuple[str, ...]) -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert not wishes(desk, Label)
        assert not wishes(desk, WriteNote)


async def test_words_meant_for_the_next_visitor_do_not_get_into_the_questions() -> None:
    desk = one_chat()
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press(*"hello", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert not wishes(desk, Label)
        assert not wishes(desk, WriteNote)


async def test_the_next_visitor_can_be_taken_from_the_questions_and_what_was_said_is_kept() -> None:
    desk = one_chat()
    desk.arrives("Zoe")
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press("down", "down", "tab", "tab", *"late", "f5", "f2")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen), "the desk")
        assert wishes(desk, Accept) == [Accept()]
        await until(pilot, lambda: bool(wishes(desk, WriteNote)), "the note")
        assert wishes(desk, Label) == [Label(ANNA, (), "", RemoteText("to be followed up"))]
        assert wishes(desk, WriteNote)[0].text == "late"


async def test_they_are_asked_too_when_the_visitor_had_left_and_the_chat_is_put_away() -> None:
    desk = one_chat()
    record = desk.keeper.desk.chats[ANNA].contact
    desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))
    async with on(desk) as (app, pilot):
        rests(app)
        await pilot.press("ctrl+d")
        assert wishes(desk, End) == [End(ANNA)]
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        await pilot.press("up", "enter")
        await until(pilot, lambda: bool(wishes(desk, Label)), "the outcome")
        assert wishes(desk, Label)[0].resolution == "spam"


async def test_they_are_not_asked_where_the_agent_does_not_want_it() -> None:
    desk = one_chat(replace(Settings(), chats=ChatSettings(wrap_up=False)))
    async with on(desk) as (app, pilot):
        await parts(app, pilot)
        await pilot.pause()
        assert wishes(desk, End) == [End(ANNA)]
        assert isinstance(app.screen, DeskScreen)
        assert not toasts(app)


async def test_hostile_labels_are_shown_and_not_obeyed() -> None:
    hostile = "[bold]x[/nope]\x1b]0;owned\x07"
    desk = one_chat(replace(Settings(), wrap_up=WrapUp(outcomes=(hostile,), tags=(hostile,))))
    desk.is_mine("Bruno", "hello")
    bears(desk, tags=(hostile,), colour=hostile, transferred_by=AgentName(hostile), transfer_note=hostile)
    async with on(desk, (120, 30)) as (app, pilot):
        assert "[bold]x[/nope]" in text_of(app)
        await pilot.press("alt+1")
        await parts(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, WrapUpScreen), "the questions")
        assert not set(text_of(app)) & set("\x1b\x07")
        await pilot.press("escape", "alt+j")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen), "the tags")
        assert not set(text_of(app)) & set("\x1b\x07")
