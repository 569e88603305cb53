"""What a typed line does in plain mode: private words are never told to the visitor unasked."""

from __future__ import annotations

import re

import pytest

from tests.parts_of_desk import MARIA
from tests.plain.room import Room, taken
from tui.desk.contact import ContactId
from tui.desk.events import ChatShown, GroupsSet, PauseSet
from tui.link.archive import SearchPast
from tui.link.commands import Accept, Decline, End, GiveBack, Label, Send, Transfer, WriteNote
from tui.plain.table import INSTEAD, ROWS

ASKED = re.compile(r"^/([\w-]+) or say\? ")

PRIVATE = (
    *("note customer is rude", "tag vip", "find invoice", "end he is drunk", "link Prices", "search invoice"),
    *("transfer Billing he is rude", "pass Billing he is rude", "decline he is rude", "pause he is rude"),
    *("filter rude", "colour red", "color red", "texts rude", "abbreviations rude", "past invoice"),
    *("wrap-up he is rude", "outcome he is rude", "wrap-up 1 he is rude", "give-back he is rude"),
    *("\\note customer is rude", "7note customer is rude", "?tag vip", ".note customer is rude", "7end"),
    *("accept Berta", "accept my apologies", "note: customer is rude"),
)


@pytest.mark.parametrize(
    "line", [*PRIVATE, *(line.capitalize() for line in PRIVATE), "NOTE customer is rude"]
)
def test_a_bare_name_before_free_words_is_asked_about_and_neither_sent_nor_done(line: str) -> None:
    room = Room()
    room.with_chats("Anna")
    (asked,) = room.type(line)
    assert ASKED.match(asked), asked
    assert not room.sent()
    assert room.type("n") == [f"Neither done nor sent: {line}"]
    assert not room.sent()


@pytest.mark.parametrize("answer", ["say", "SAY", "/say", " say "])
def test_asked_once_the_answer_say_sends_the_line_as_it_was(answer: str) -> None:
    room = Room()
    room.with_chats("Anna")
    line = "Note that the  invoice is being corrected"
    assert ASKED.match(room.type(line)[0])
    assert room.type(answer)[0].startswith("to Anna: Note that the")
    assert room.sends() == [("Anna", line)]


@pytest.mark.parametrize("answer", ["/note", "note", "/Note"])
def test_the_answer_with_the_commands_name_carries_it_out(answer: str) -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("note customer is rude")
    assert room.type(answer) == ["Note kept; the visitor does not see it."]
    (note,) = room.sent()
    assert isinstance(note, WriteNote)
    assert (note.contact, note.text) == ("Anna", "customer is rude")


def test_every_command_that_takes_free_words_is_asked_about_or_takes_only_what_fits_it() -> None:
    """Also one that is added later: whatever may follow its name, words of the agent's own are not sent."""
    bounded = {"?", "say", "help", "mute", "audio", "popups", "again", "read", "panes", "chat", "export"}
    for row in ROWS:
        for name in row.slash_names:
            if not row.argument or name in bounded:
                continue
            room = Room()
            room.with_chats("Anna")
            (asked,) = room.type(f"{name} the customer is rude")
            assert ASKED.match(asked), (name, asked)
            assert not room.sends()


@pytest.mark.parametrize(
    "line",
    [
        *("/note customer is rude", " /note customer is rude", "\uff0fnote customer is rude", "/tag vip"),
        *("/note: customer is rude", "/find hello", "/noet customer is rude", "/end he is rude"),
    ],
)
def test_a_line_with_a_slash_is_never_sent(line: str) -> None:
    room = Room()
    room.with_chats("Anna")
    room.type(line)
    assert not room.sends()


def test_names_alone_and_with_a_fitting_argument_run_as_before() -> None:
    room = Room()
    room.with_chats("Anna", "Luca")
    room.desk.arrives("Bruno Rossi", ago=60)
    room.news()
    assert room.type("chat 2") == ["Current: chat 2 Luca (Sales)"]
    assert room.type("Chat anna") == ["Current: chat 1 Anna (Sales)"]
    assert room.type("audio on") == ["audio on"]
    assert room.type("read 1") == ["Anna: hello"]
    assert room.type("help mute")[0].startswith("/mute ")
    assert room.type("wrap-up 1") == ["No chat has ended here yet."]
    room.type("tag")
    room.type("accept bruno rossi")
    assert [one for one in room.sent() if isinstance(one, Accept)] == [Accept(ContactId("Bruno Rossi"))]
    assert not room.sends()


def test_sentences_that_begin_like_a_command_with_something_else_behind_it_are_sent() -> None:
    room = Room()
    room.with_chats("Anna")
    lines = [
        *("who did you speak to?", "mute your phone please", "mute 2 of them", "chat with me"),
        *("help me understand", "read the manual", "next time", "status of your order", "again please"),
        *("export it from the menu", "audio is broken", "y not", "yes", "no"),
    ]
    for line in lines:
        assert room.type(line) == [f"to Anna: {line}"]
    assert room.sends() == [("Anna", line) for line in lines]


def test_a_mistyped_name_of_another_visitor_is_not_told_to_this_one() -> None:
    room = Room()
    room.with_chats("Anna", "Berta")
    assert ASKED.match(room.type("chat Brta")[0])
    assert not room.sends()


def test_with_several_chats_the_echo_says_which() -> None:
    room = Room()
    room.with_chats("Anna", "Luca")
    assert room.type("Good morning") == ["to Anna, chat 1: Good morning"]


@pytest.mark.parametrize(
    "keys", ["\x1b[4~", "hello\x1b[D", "\x1bOP", "\x9b4~", "\x00", "a\x7f", "\x1b[4~ note x"]
)
def test_keys_that_are_no_text_are_refused_and_that_is_said(keys: str) -> None:
    room = Room()
    room.with_chats("Anna")
    (said,) = room.type(keys)
    assert said.startswith("Not taken, a key was pressed that is no text: ")
    assert said.isprintable()
    assert not room.sent()


def test_empty_lines_and_blanks_do_nothing() -> None:
    room = Room()
    room.with_chats("Anna")
    assert room.type("") == room.type("   ") == room.type("\t") == []
    assert not room.sent()


def test_a_line_that_is_too_long_is_said_and_not_cut() -> None:
    room = Room()
    room.with_chats("Anna")
    assert room.type("x" * 4_001) == ["Not sent: the text has 4,001 characters; 4,000 are allowed"]
    assert room.type("note " + "x" * 5_000)
    assert room.type("say") == ["Not sent: the text has 5,005 characters; 4,000 are allowed"]
    assert not room.sent()


# parting


def test_end_and_give_back_ask_while_the_visitor_is_there() -> None:
    room = Room()
    room.with_chats("Anna")
    assert room.type("end") == ["End the chat with Anna? y or n"]
    assert room.type("n") == ["Not ended."]
    assert room.type("/give-back") == ["Give Anna back to the queue? y or n"]
    assert room.type("no") == ["Not given back."]
    assert not room.sent()
    room.type("/end")
    room.type("Y")
    room.type("/give-back")
    room.type("yes")
    assert room.sent() == [End(ContactId("Anna")), GiveBack(ContactId("Anna"))]


def test_a_chat_that_is_over_is_put_away_without_a_question() -> None:
    room = Room()
    room.with_chats("Anna")
    room.desk.chat_is_left("Anna")
    room.news()
    room.type("end")
    assert room.sent() == [End(ContactId("Anna"))]


def test_end_twice_is_no_yes() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    assert room.type("end") == ["Not ended.", "End the chat with Anna? y or n"]
    assert not room.sent()


# questions


def test_an_answer_without_a_question_is_never_sent() -> None:
    room = Room()
    room.with_chats("Anna")
    for line in ("y", "n", "Y", " y "):
        assert "answers no question now" in room.type(line)[0]
    room.type("end")
    room.type("y")
    assert room.type("y")[0].startswith("To wrap up Anna"), "said again"
    room.type("n")
    for line in ("y", "yes", "no", "N"):
        assert "answers no question now" in room.type(line)[0]
    assert not room.sends()
    assert room.type("/say y") == ["to Anna: y"]


def test_yes_and_no_are_words_again_when_the_question_is_long_gone() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    room.type("n")
    room.now += 61
    assert room.type("yes") == ["to Anna: yes"]


def test_words_typed_while_a_question_stands_may_be_a_slip_and_are_asked_about() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    assert room.type("yy") == ["Not ended.", "Send this to Anna? yy: y or n"]
    assert not room.sent()
    room.type("n")
    room.type("end")
    room.type("One moment please")
    room.type("y")
    assert room.sends() == [("Anna", "One moment please")]


def test_a_command_typed_while_a_question_stands_lets_it_lapse() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("note he is rude")
    assert room.type("who") == ["Neither done nor sent: note he is rude", "Nobody waits."]
    assert "answers no question now" in room.type("y")[0]
    assert not room.sent()


def test_an_empty_line_says_the_question_once_more() -> None:
    room = Room()
    room.with_chats("Anna")
    asked = room.type("end")
    assert room.type("") == asked
    room.type("y")
    assert room.sent()


def test_enter_held_down_does_not_say_the_question_thirty_times_a_second() -> None:
    room = Room(too_soon=0.4)
    room.with_chats("Anna")
    room.type("end")
    said = []
    for _ in range(30):
        room.now += 0.033
        said += room.type("")
    assert len(said) == 2


def test_what_answers_before_the_question_can_be_read_was_typed_before_it() -> None:
    room = Room(too_soon=0.4)
    room.with_chats("Anna")
    room.type("end")
    assert room.type("y") == ["That came before the question could be read. End the chat with Anna? y or n"]
    assert not room.sent()
    room.now += 0.5
    room.type("y")
    assert room.sent() == [End(ContactId("Anna"))]


def test_yes_to_a_chat_that_has_gone_meanwhile_does_nothing() -> None:
    room = Room()
    room.with_chats("Anna", "Bert")
    room.type("end")
    room.taken_away("Anna")
    room.news()
    assert room.type("y") == ["Not ended. The chat is no longer yours."]
    assert not room.sent()


# leaving


def test_the_end_of_input_asks_while_chats_are_open_and_leaves_otherwise() -> None:
    room = Room()
    room.with_chats("Anna")
    room.console.urged_to_leave(input_over=True)
    assert room.lines[-1] == "1 chat is open. It stays yours. Leave? y or quit leaves, n stays."
    assert not room.console.leaving
    room.now += 2
    room.console.urged_to_leave(input_over=True)
    assert room.console.leaving
    empty = Room()
    empty.console.urged_to_leave(input_over=True)
    assert empty.console.leaving


def test_ctrl_c_asks_and_a_key_held_down_is_no_answer() -> None:
    room = Room()
    for _ in range(60):
        room.console.urged_to_leave()
        room.now += 0.033
    assert room.lines == ["Nothing rings here then. Leave? y or quit leaves, n stays."]
    assert not room.console.leaving
    room.type("n")
    room.now += 2
    room.console.urged_to_leave()
    room.type("y")
    assert room.console.leaving


def test_ctrl_c_at_another_question_does_not_answer_it() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    del room.lines[:]
    room.console.urged_to_leave()
    assert room.lines == ["Not ended.", "1 chat is open. It stays yours. Leave? y or quit leaves, n stays."]
    room.type("n")
    assert not room.sent()


def test_the_end_of_a_pipe_leaves_a_question_unanswered_and_says_so() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    del room.lines[:]
    room.console.no_more_input()
    assert room.lines == ["Not ended.", "1 chat is open. It stays yours."]
    assert not room.sent()


# after a mistake, what was meant may come by itself


@pytest.mark.parametrize(
    ("mistake", "then"),
    [
        *(("/note", "he is rude"), ("note", "he is rude"), ("/noet he is rude", "yes he is rude")),
        *(("/find", "invoice"), ("/say", "hello"), ("/transfer Lcua he is rude", "Luca he is rude")),
        *(("/accept Brta", "Berta"), ("/mute long", "15 minutes"), ("/link Prces", "Prices"), ("/", "hm")),
    ],
)
def test_words_after_a_mistake_may_be_what_was_meant_and_are_asked_about(mistake: str, then: str) -> None:
    room = Room()
    room.with_chats("Anna")
    room.type(mistake)
    assert room.type(then) == [f"Send this to Anna? {then}: y or n"]
    assert not room.sent()
    room.type("n")
    room.type(mistake)
    assert room.type("n") == ["Left out."]
    assert not room.sent()


def test_words_after_the_offer_to_wrap_up_may_be_the_answer_to_it() -> None:
    room = Room()
    room.with_chats("Anna", "Luca")
    room.type("end")
    room.type("y")
    room.desk.is_ended("Anna")
    room.console.look(begun=False)
    assert room.type("1 #billing he was rude") == ["Send this to Luca? 1 #billing he was rude: y or n"]
    assert not room.sends()
    room.type("n")
    assert room.type("/wrap-up 1 #billing he was rude") == ["Kept of Anna: solved, #billing, a note."]


# several lines at once


def at_once(room: Room, *lines: str) -> list[str]:
    del room.lines[:]
    room.console.look()
    room.console.typed_at_once(lines)
    return list(room.lines)


def test_lines_that_come_at_once_are_one_message_if_that_is_meant_and_no_commands() -> None:
    room = Room()
    room.with_chats("Anna")
    asked = at_once(room, "Dear Anna,", "/end", "", "Maria")
    assert asked == [
        "3 lines came at once. Send them as one message to Anna? Dear Anna, / /end / Maria: y or n"
    ]
    assert not room.sent()
    room.type("y")
    assert room.sends() == [("Anna", "Dear Anna,\n/end\n\nMaria")]


def test_two_commands_pasted_in_one_go_do_nothing() -> None:
    room = Room()
    room.with_chats("Anna")
    assert at_once(room, "/end", "y") == ["2 lines came at once. Do them one after another? /end / y: y or n"]
    assert room.type("n") == ["Not done: /end / y"]
    assert at_once(room, "accept", "end")[-1].endswith("Do them one after another? accept / end: y or n")
    room.type("n")
    assert at_once(room, "/noet he is rude", "y")[0].startswith("2 lines came at once. Nothing was done.")
    room.type("n")
    assert not room.sent()


def test_what_was_typed_on_a_line_that_stalled_is_done_as_if_it_had_come_one_by_one() -> None:
    room = Room(too_soon=0.4)
    room.with_chats("Luca")
    room.desk.arrives("Anna")
    at_once(room, "accept", "Good morning")
    room.now += 1
    room.type("y")
    assert room.sent() == [Accept(None)], "the words wait for who was accepted"
    taken(room.desk, "Anna", MARIA)
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    assert room.sends() == [("Anna", "Good morning")]
    at_once(room, "/end", "y")
    room.now += 1
    said = room.type("y")
    assert said[-1] == "That came before the question could be read. End the chat with Anna, chat 2? y or n"
    assert not room.sent()


def test_a_pasted_note_is_a_note_with_all_its_lines() -> None:
    room = Room()
    room.with_chats("Anna")
    assert at_once(room, "/note first", "second") == [
        "2 lines came at once. Do all this? /note first / second: y or n"
    ]
    room.type("y")
    (note,) = room.sent()
    assert isinstance(note, WriteNote)
    assert note.text == "first\nsecond"
    asked = at_once(room, "note first", "second")
    assert asked == [
        "2 lines came at once. /note or say? /note is the command, say sends it, n does neither."
    ]


def test_a_pasted_line_with_its_end_is_a_line_and_blank_ones_are_none() -> None:
    room = Room()
    room.with_chats("Anna")
    assert at_once(room, "hello", "") == ["to Anna: hello"]
    assert at_once(room, "", " ") == []
    assert at_once(room, "a", "\x1b[4~") == [
        "2 lines came at once. Not taken, there is a key among them that is no text."
    ]
    assert room.sends() == [("Anna", "hello")]


def test_a_question_that_stands_is_not_answered_by_a_paste() -> None:
    room = Room()
    room.with_chats("Anna")
    room.type("end")
    assert at_once(room, "y", "y")[0] == "Not ended."
    room.type("n")
    assert not room.sent()


def test_the_rest_of_the_free_words_commands_do_what_they_did_with_their_slash() -> None:
    room = Room()
    room.desk.keeper.take(GroupsSet(("Billing",)))
    room.with_chats("Anna")
    room.type("transfer Billing he knows")
    room.type("/pass")
    room.type("search invoice")
    room.type("/search")
    room.type("tag vip")
    room.type("tag")
    room.type("pause lunch")
    room.type("/pause")
    kinds = [type(one) for one in room.sent()]
    assert kinds == [Transfer, SearchPast, Label]
    assert any(isinstance(event, PauseSet) and event.reason == "lunch" for event in room.desk.events)
    assert Decline not in kinds
    assert Send not in kinds
    assert "filter" in " ".join(INSTEAD)
