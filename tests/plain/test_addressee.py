"""Words begun for one visitor never go to another, whoever changes the current chat."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.parts_of_desk import LUCA, MARIA, done
from tests.plain.room import Room, taken
from tui.desk.contact import ContactId
from tui.desk.events import ChatShown, ContactChanged, Event
from tui.desk.lifecycle import DeedKind
from tui.link.commands import Accept, GiveBack, Label, Transfer, WriteNote
from tui.link.view import AcceptAnswer
from tui.plain.addressee import ACCEPT_WITHIN


def passed_on(room: Room, name: str) -> None:
    """Another console of Maria's passes this chat on."""
    record = room.desk.keeper.desk.chats[ContactId(name)].contact
    deed = done(record, DeedKind.GIVE_BACK, time.time(), MARIA)
    room.desk.keeper.take(ContactChanged(deed))
    room.desk.keeper.take(ContactChanged(done(deed, DeedKind.ACCEPT, time.time(), LUCA)))


@pytest.mark.parametrize("gone", [Room.taken_away, passed_on], ids=["ended", "passed on"])
def test_after_the_current_chat_was_taken_away_the_next_line_is_asked_about(gone: object) -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    gone(room, "Anna")  # type: ignore[operator]
    said = room.news()
    assert any(line.startswith("Anna (Sales) is no longer yours: ") for line in said)
    assert said[-1] == "Current: chat 2 Bert (Sales)"
    assert room.type("is hunter2") == ["Anna's chat has gone. Send this to Bert? is hunter2: y or n"]
    assert not room.sends()
    assert room.type("n") == ["Not sent: is hunter2"]
    assert room.type("/say is hunter2")[0].startswith("Anna's chat has gone. Send this to Bert?")
    assert not room.sends()


def test_a_yes_sends_it_and_ends_the_doubt() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.taken_away("Anna")
    room.news()
    room.type("Hello Bert")
    assert room.type("y") == ["to Bert: Hello Bert"]
    assert room.type("How are you?") == ["to Bert: How are you?"]


@pytest.mark.parametrize("choice", ["chat 2", "/chat Bert", "next-chat", "/unanswered"])
def test_choosing_a_chat_ends_the_doubt(choice: str) -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.taken_away("Anna")
    room.news()
    room.type(choice)
    assert room.type("Hello Bert") == ["to Bert: Hello Bert"]


def test_when_the_only_chat_was_taken_away_the_words_are_for_nobody_and_not_for_who_comes_next() -> None:
    room = Room()
    room.with_chats("Anna")
    room.taken_away("Anna")
    room.news()
    assert room.type("is hunter2") == ["Not sent: no chat is open. /accept takes the longest waiting."]
    room.desk.is_mine("Bert", "hi")
    room.news()
    assert room.type("is hunter2")[0].startswith("Anna's chat has gone. Send this to Bert?")
    assert not room.sends()


def test_the_question_is_about_one_visitor_and_its_yes_for_no_other() -> None:
    room = Room()
    room.with_chats("Anna", "Bert", "Chen")
    room.taken_away("Anna")
    room.news()
    asked = room.type("is hunter2")[0]
    named = "Chen" if "Chen" in asked else "Bert"
    room.taken_away(named)
    room.news()
    assert room.type("y") == ["Not sent, the chat is no longer yours: is hunter2"]
    assert not room.sends()


@pytest.mark.parametrize(
    ("line", "kind"), [("/note is rude", WriteNote), ("/tag vip", Label), ("/transfer Luca x", Transfer)]
)
def test_what_would_be_done_to_another_visitor_is_asked_about_too(line: str, kind: type) -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.taken_away("Anna")
    room.news()
    name = line.split()[0]
    assert room.type(line) == [f"Anna's chat has gone. {name} for Bert? y or n"]
    assert not room.sent()
    room.type("y")
    done_to = [one for one in room.sent() if isinstance(one, kind)]
    assert kind is Transfer or [getattr(one, "contact", "") for one in done_to] == ["Bert"]


def test_end_and_give_back_name_the_visitor_they_part_from() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.taken_away("Anna")
    room.news()
    assert room.type("end") == ["End the chat with Bert? y or n"]
    room.type("n")
    assert room.type("/give-back") == ["Give Bert back to the queue? y or n"]
    room.type("y")
    assert room.sent() == [GiveBack(ContactId("Bert"))]


def test_note_or_say_asked_for_one_visitor_does_not_send_to_another() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.type("Note that your password is hunter2")
    room.taken_away("Anna")
    room.news()
    assert room.type("say")[0].startswith("Anna's chat has gone. Send this to Bert?")
    assert not room.sends()


def test_a_chat_that_comes_to_the_front_by_a_popup_is_not_whom_the_line_was_begun_for() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.desk.tell(ChatShown(ContactId("Bert")))
    assert room.news() == ["Current: chat 2 Bert (Sales)"]
    assert room.type("is hunter2")[0].startswith("The current chat has changed. Send this to Bert, chat 2?")
    assert not room.sends()


def test_words_after_the_agents_own_end_are_asked_about_unless_the_line_was_begun_after_it() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.type("end")
    room.type("y")
    room.desk.is_ended("Anna")
    room.console.look(begun=True)
    assert room.type("is hunter2")[0].startswith("Anna's chat has gone. Send this to Bert?")
    room = Room()
    settings = room.desk.keeper.settings
    room.desk.keeper.settings = replace(settings, chats=replace(settings.chats, wrap_up=False))
    room.with_chats("Anna", "Bert")
    room.type("end")
    room.now += 1
    room.console.typed("y")
    room.desk.is_ended("Anna")
    room.console.look(begun=False)
    assert room.type("Hello Bert") == ["to Bert: Hello Bert"]


def test_a_chat_that_is_taken_away_long_after_an_end_that_failed_is_taken_away_by_somebody() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.type("end")
    room.type("y")
    room.console.look(begun=False)
    room.now += 60
    room.desk.is_ended("Anna")
    room.console.look(begun=False)
    assert room.type("is hunter2")[0].startswith("Anna's chat has gone.")


def test_words_after_an_accept_that_nobody_came_of_go_to_nobody_else() -> None:
    room = Room()
    room.with_chats("Luca")
    room.desk.arrives("Anna")
    room.type("accept")
    room.type("Good morning Anna")
    taken(room.desk, "Anna", LUCA)
    room.now += ACCEPT_WITHIN
    said = room.news()
    assert said[-1] == ("Nobody has come since you accepted. Send this to Luca? Good morning Anna: y or n")
    assert not room.sends()


def test_several_lines_typed_for_who_did_not_come_are_kept_together_and_none_is_done() -> None:
    room = Room()
    room.with_chats("Luca")
    room.desk.arrives("Anna")
    room.type("accept")
    room.type("Good morning Anna")
    room.type("end")
    room.type("y")
    taken(room.desk, "Anna", LUCA)
    room.now += ACCEPT_WITHIN
    said = room.news()
    assert said[-1].startswith("3 lines were typed for who was to come. Nobody has come")
    room.type("n")
    assert not room.sends()


def test_who_comes_late_is_not_written_to_with_words_for_the_one_before() -> None:
    room = Room()
    room.with_chats("Luca")
    room.desk.arrives("Anna")
    room.type("accept")
    room.now += ACCEPT_WITHIN
    room.news()
    taken(room.desk, "Anna", MARIA)
    room.desk.tell(ChatShown(ContactId("Anna")))
    assert room.news()[-1] == "Current: chat 2 Anna (Sales)"
    assert "Send this to Anna" in room.type("Luca, is it hunter2?")[0]
    assert not room.sends()


def test_words_right_after_chat_go_there_before_the_desk_has_heard_of_it() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.desk.tell = lambda event: None  # type: ignore[method-assign]
    room.type("chat 2")
    room.type("Hello Bert")
    assert room.sends() == [("Bert", "Hello Bert")]


def test_at_the_start_it_is_said_which_chat_is_the_current_one() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.console.view = room.desk.view()
    room.console.begin()
    assert room.lines[-1] == "Current: chat 1 Anna (Sales)"


def test_it_is_said_what_has_become_of_a_chat_that_was_taken_away() -> None:
    room = Room()
    room.with_chats("Anna", "Bert", "Chen")
    room.taken_away("Anna")
    assert "Anna (Sales) is no longer yours: ended or taken over elsewhere" in room.news()
    record = room.desk.keeper.desk.chats[ContactId("Bert")].contact
    room.desk.keeper.take(ContactChanged(done(record, DeedKind.GIVE_BACK, time.time(), MARIA)))
    assert "Bert (Sales) is no longer yours: given back to the queue" in room.news()


def test_a_clicked_popup_brings_another_chat_to_the_front_and_the_line_is_not_for_it() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.desk.keeper.summon(ContactId("Bert"))
    assert room.news() == ["Current: chat 2 Bert (Sales)"]
    assert room.type("is hunter2")[0].startswith("The current chat has changed. Send this to Bert, chat 2?")
    assert not room.sends()


def test_two_choices_in_a_row_are_both_the_agents_own_though_the_desk_hears_of_them_one_by_one() -> None:
    room = Room()
    room.with_chats("Anna", "Bert", "Chen")
    tell, told = room.desk.tell, list[Event]()
    room.desk.tell = lambda event: told.append(event)  # type: ignore[method-assign]
    room.type("chat 2")
    room.type("chat 3")
    for event in told:
        tell(event)
        assert room.news() == []
    assert room.type("Hello Chen") == ["to Chen, chat 3: Hello Chen"]


def test_the_last_chat_that_is_left_is_named_too() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.type("end")
    room.type("y")
    room.desk.is_ended("Anna")
    assert room.news() == ["Anna (Sales) ended", "Current: chat 2 Bert (Sales)"]


def test_a_paste_right_after_an_accept_waits_for_who_was_accepted() -> None:
    room = Room()
    room.with_chats("Luca")
    room.desk.arrives("Anna")
    room.type("accept")
    room.console.typed_at_once(["Good morning", "Anna"])
    assert not any("Luca" in line for line in room.lines)
    taken(room.desk, "Anna", MARIA)
    room.desk.tell(ChatShown(ContactId("Anna")))
    assert room.news()[-1] == (
        "2 lines came at once. Send them as one message to Anna, chat 2? Good morning / Anna: y or n"
    )
    room.type("y")
    assert room.sends() == [("Anna", "Good morning\nAnna")]


def test_note_or_say_asked_just_before_an_end_of_the_agents_own_is_done_goes_to_nobody_else() -> None:
    for answer in ("say", "note"):
        room = Room()
        room.with_chats("Anna", "Bert")
        room.type("end")
        room.type("y")
        room.type("note her password is hunter2")
        room.sent()
        room.desk.is_ended("Anna")
        room.console.look(begun=False)
        assert room.type(answer)[0].startswith("The current chat has changed.")
        assert not room.sent()


@pytest.mark.parametrize("asked", ["/accept", "/accept Anna"])
def test_a_popup_clicked_while_another_is_awaited_is_not_who_was_asked_for(asked: str) -> None:
    room = Room()
    room.desk.arrives("Anna", ago=9)
    room.desk.arrives("Bert")
    room.type(asked)
    (wish,) = room.sent()
    assert isinstance(wish, Accept)
    room.type("Anna, your password is hunter2")
    taken(room.desk, "Bert", MARIA)
    room.desk.tell(ChatShown(ContactId("Bert")))
    room.desk.keeper.accept_answered(AcceptAnswer("a popup", ContactId("Bert")))
    room.news()
    assert not room.sends()
    taken(room.desk, "Anna", MARIA)
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.desk.keeper.accept_answered(AcceptAnswer(wish.wish, ContactId("Anna")))
    assert room.news()[-1] == "to Anna, chat 2: Anna, your password is hunter2"
    assert room.sends() == [("Anna", "Anna, your password is hunter2")]


def test_a_popup_clicked_while_nobody_else_comes_is_asked_about() -> None:
    room = Room()
    room.desk.arrives("Anna", ago=9)
    room.desk.arrives("Bert")
    room.type("/accept Anna")
    room.type("Anna, your password is hunter2")
    taken(room.desk, "Bert", MARIA)
    room.desk.tell(ChatShown(ContactId("Bert")))
    room.desk.keeper.accept_answered(AcceptAnswer("a popup", ContactId("Bert")))
    room.news()
    room.now += ACCEPT_WITHIN
    assert room.news()[-1].startswith("Nobody has come since you accepted. Send this to Bert?")
    assert not room.sends()


def test_a_line_begun_while_no_chat_was_open_is_not_for_who_is_accepted_elsewhere_meanwhile() -> None:
    room = Room()
    room.news()
    room.desk.is_mine("Anna", "hello")  # on another console of Maria's
    said = room.type("half a line")
    assert said[-1] == "No chat was open when you began. Send this to Anna? half a line: y or n"
    assert not room.sends()
    assert room.type("y") == ["to Anna: half a line"]


def test_who_is_accepted_elsewhere_before_the_line_is_begun_is_written_to() -> None:
    room = Room()
    room.news()
    room.desk.is_mine("Anna", "hello")
    room.news()
    assert room.type("Good morning") == ["to Anna: Good morning"]
