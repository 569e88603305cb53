"""Plain mode on a still desk: what is said, and what a typed line does."""

from __future__ import annotations

import io
import re
import threading
import time
from dataclasses import replace

import pytest

from tests.parts_of_desk import LUCA, MARIA, contact, done
from tests.plain.room import Room, taken
from tests.screens.still_desk import StillDesk
from tui.desk.contact import ContactId
from tui.desk.events import (
    ChatShown,
    ContactChanged,
    GroupsSet,
    InputSeen,
    MuteSet,
    PauseSet,
    RingSilenced,
    Snapshot,
)
from tui.desk.found import Found, SearchResult
from tui.desk.lifecycle import DeedKind
from tui.link.archive import Export, ExportFormat, SearchPast, SearchView
from tui.link.commands import (
    Accept,
    End,
    GiveBack,
    Label,
    MarkRead,
    Master,
    Send,
    ToggleMaster,
    Transfer,
    WriteNote,
)
from tui.plain.addressee import ACCEPT_WITHIN
from tui.plain.deeds import Deeds
from tui.plain.news import News, greeting
from tui.plain.run import PlainRun
from tui.plain.searching import found_lines
from tui.plain.table import INSTEAD, ROWS
from tui.plain.wrap_up import Answer, read_answer
from tui.text import RemoteText
from tui.typed.slash import WrongArgument


def test_a_visitor_is_announced_with_the_first_words_name_first() -> None:
    room = Room()
    room.desk.arrives("Anna", "my invoice is wrong")
    assert room.news() == ["Anna (Sales) waits: my invoice is wrong"]
    assert room.news() == [], "nothing is said twice"


def test_that_the_ring_stopped_is_said_with_who_took_it() -> None:
    room = Room()
    room.desk.arrives("Anna")
    room.news()
    taken(room.desk, "Anna", LUCA)
    assert room.news() == ["ring stopped: Anna (Sales), accepted by Luca"]


def test_one_of_two_that_leaves_is_told_without_a_ring_that_goes_on() -> None:
    room = Room()
    room.desk.arrives("Anna", ago=60)
    room.desk.arrives("Bruno", ago=30)
    room.news()
    room.desk.leaves("Anna")
    assert room.news() == ["Anna (Sales) no longer waits: the visitor left (abandoned)"]


def test_many_at_once_are_summed_up() -> None:
    room = Room()
    for number in range(9):
        room.desk.arrives(f"V{number}", ago=60 - number)
    assert room.news() == [
        "V0 (Sales) waits: hello",
        "V1 (Sales) waits: hello",
        "7 more wait; /queue lists them",
    ]


def test_accept_takes_the_longest_a_number_or_a_name() -> None:
    room = Room()
    room.desk.arrives("Anna", ago=60)
    room.desk.arrives("Bruno", ago=30)
    room.type("accept 2")
    room.now += ACCEPT_WITHIN
    room.type("/accept")
    room.now += ACCEPT_WITHIN
    room.type("accept brun")
    assert room.sent() == [Accept(ContactId("Bruno")), Accept(None), Accept(ContactId("Bruno"))]


def test_what_is_typed_after_accept_waits_for_the_new_visitor() -> None:
    room = Room()
    room.desk.is_mine("Luca", "hi")
    room.desk.arrives("Anna", ago=60)
    room.type("accept")
    room.type("Good morning Anna")
    assert not [one for one in room.sent() if isinstance(one, Send)]
    taken(room.desk, "Anna", room.desk.keeper.desk.me)
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.news()
    sends = [one for one in room.sent() if isinstance(one, Send)]
    assert [(one.contact, one.text) for one in sends] == [("Anna", "Good morning Anna")]


def test_messages_are_read_out_and_those_of_other_chats_name_the_chat() -> None:
    room = Room()
    room.desk.is_mine("Luca", "hi")
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.desk.says("Anna", "first line\nBruno (Sales) waits: a trick")
    room.desk.says("Luca", "one more thing")
    assert room.news() == [
        "Luca, chat 1: one more thing",
        "Anna: first line / Bruno (Sales) waits: a trick",
    ]


def test_other_lines_go_to_the_current_chat_and_say_sends_what_is_a_command() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.type("who did you speak to?")
    room.type("mute your phone please")
    room.type("chat with me")
    room.type("say end")
    room.type("//end of the list")
    texts = [one.text for one in room.sent() if isinstance(one, Send)]
    assert texts == [
        "who did you speak to?",
        "mute your phone please",
        "chat with me",
        "end",
        "/end of the list",
    ]


def test_a_mistyped_command_is_told_and_sent_to_nobody() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    (said,) = room.type("/ednd")
    assert "/end" in said
    assert room.type("/accept my apologies") == ['Nobody called "my apologies" is waiting.']
    assert not [one for one in room.sent() if isinstance(one, Send | End)]


def test_words_without_a_chat_are_not_sent_and_that_is_said() -> None:
    room = Room()
    assert room.type("hello?") == ["Not sent: no chat is open. /accept takes the longest waiting."]


def test_commands_do_what_the_keys_do() -> None:
    room = Room()
    room.desk.arrives("Bruno")
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.desk.events.clear()
    assert room.type("silence") == ["silenced"]
    assert room.type("pause") == ["paused"]
    room.type("mute 15")
    room.type("audio off")
    room.type("/give-back")
    room.type("y")
    kinds = [type(event) for event in room.desk.events if not isinstance(event, InputSeen)]
    assert kinds[:3] == [RingSilenced, PauseSet, MuteSet]
    commands = [one for one in room.sent() if not isinstance(one, MarkRead)]
    assert commands == [ToggleMaster(Master.AUDIO), GiveBack(ContactId("Anna"))]


def test_who_queue_and_chats_tell_how_things_stand() -> None:
    room = Room()
    room.desk.arrives("Anna", "my invoice is wrong", ago=80)
    room.desk.arrives("Bruno", ago=50)
    room.desk.is_mine("Luca", "hi", "hello", "thanks")
    room.desk.tell(ChatShown(ContactId("Luca")))
    room.news()
    (who,) = room.type("who")
    assert re.fullmatch(r"2 wait: Anna \(Sales\) 1 minute 2\d seconds, Bruno \(Sales\) 5\d seconds", who)
    assert re.fullmatch(
        r"1 Anna \(Sales\), 1 minute 2\d seconds: my invoice is wrong", room.type("/queue")[0]
    )
    assert room.type("chats") == ["1 Luca (Sales), current, 2 unread"]
    assert room.type("read 2") == ["Luca, agent: hello", "Luca: thanks"]


def test_again_repeats_what_was_said_last_together() -> None:
    room = Room()
    room.desk.arrives("Anna", ago=60)
    room.desk.arrives("Bruno", ago=30)
    said = room.news()
    assert len(said) == 2
    assert room.type("again") == said
    assert room.type("again 1") == said[1:]


def test_a_chat_that_is_ended_here_is_said_to_be_ended() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.type("end")
    room.type("y")
    room.desk.is_ended("Anna")
    assert room.news() == ["Anna (Sales) ended"]
    assert [one for one in room.sent() if isinstance(one, End)] == [End(ContactId("Anna"))]


def test_a_visitor_who_leaves_is_told_and_the_chat_stays_until_end() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    record = room.desk.keeper.desk.chats[ContactId("Anna")].contact
    room.desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))
    assert room.news() == ["Anna left: chat 1 is over, /end puts it away"]
    assert room.type("hello?") == ["Not sent: this chat is over. /end puts it away."]


def test_quit_asks_once_while_chats_are_open() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    assert room.type("quit")[-1] == "1 chat is open. It stays yours. Leave? y or quit leaves, n stays."
    room.type("who")
    room.type("quit")
    assert not room.console.leaving
    room.type("quit")
    assert room.console.leaving


def test_a_key_is_the_only_evidence_of_a_looking_agent() -> None:
    room = Room()
    assert not [event for event in room.desk.events if isinstance(event, InputSeen)]
    room.type("who")
    assert [event for event in room.desk.events if isinstance(event, InputSeen)]


def test_the_last_call_is_made_once() -> None:
    room = Room()
    room.desk.arrives("Anna")
    record = room.desk.keeper.desk.pending[ContactId("Anna")]
    soon = replace(record, dissuade_at=time.time() + 20.5, dissuasion_time=300.0, version=record.version + 1)
    room.desk.keeper.take(ContactChanged(soon))
    assert "Anna (Sales): 20 seconds left" in room.news()
    assert room.news() == []


def test_nothing_a_visitor_writes_can_steer_a_terminal_or_look_like_a_line_of_ours() -> None:
    room = Room()
    room.desk.arrives("Anna\x1b]0;title\x07", "\x1b[2J\u202etxt\nready\r\nEvil waits\x9b31m")
    (said,) = room.news()
    assert said.isprintable()
    assert "<RLO>" in said
    assert RemoteText(said).count("\n") == 0


def test_what_came_of_a_chat_is_said_in_one_line_once_it_has_ended() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.desk.is_mine("Luca", "hi")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    assert room.type("wrap-up 1") == ["No chat has ended here yet."]
    room.type("end")
    (asked,) = room.type("y")
    assert asked == (
        "To wrap up Anna, /wrap-up with number, #tags, note; or go on. "
        "Outcomes: 1 solved, 2 to be followed up, 3 passed on, 4 spam."
    )
    room.desk.is_ended("Anna")
    room.desk.tell(ChatShown(ContactId("Luca")))
    room.news()
    room.sent()
    assert room.type("/wrap-up 2 #billing call her #vip back") == [
        "Kept of Anna: to be followed up, #billing, #vip, a note."
    ]
    label, note = room.sent()
    assert label == Label(ContactId("Anna"), ("billing", "vip"), "", RemoteText("to be followed up"))
    assert isinstance(note, WriteNote)
    assert (note.contact, note.text) == ("Anna", "call her back")
    room.type("/outcome #late")
    assert room.sent() == [
        Label(ContactId("Anna"), ("billing", "vip", "late"), "", RemoteText("to be followed up"))
    ]


def test_who_does_not_want_to_wrap_up_is_not_asked_and_may_still() -> None:
    room = Room()
    settings = room.desk.keeper.settings
    room.desk.keeper.settings = replace(settings, chats=replace(settings.chats, wrap_up=False))
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.type("end")
    assert room.type("y") == []
    assert room.type("wrap-up") == [
        "Say what came of Anna. Outcomes: 1 solved, 2 to be followed up, 3 passed on, 4 spam."
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("1", Answer("solved")),
        ("Solved", Answer("solved")),
        ("solved by phone", Answer("solved by phone")),
        ("solved by post", Answer("solved", note="by post")),
        ("solvedit", Answer(note="solvedit")),
        ("#a paid #b twice", Answer("", ("a", "b"), "paid twice")),
        ("3 #a", Answer("spam", ("a",))),
        ("", Answer()),
    ],
)
def test_each_part_of_a_wrap_up_may_be_left_out(typed: str, answer: Answer) -> None:
    assert read_answer(typed, ("solved", "solved by phone", "spam")) == answer


def test_an_outcome_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(WrongArgument, match=r"no outcome 3\. Outcomes: 1 solved, 2 spam\."):
        read_answer("3 late", ("solved", "spam"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slash_names[0])
def test_every_command_does_something_here_or_says_what_to_do_instead(row: object) -> None:
    id = getattr(row, "id", "")
    assert id in Deeds(Room().console)._deeds() or id in INSTEAD


def test_help_names_every_command_and_tells_of_one() -> None:
    room = Room()
    names = room.type("help")[0]
    assert all(row.slash_names[0] in names for row in ROWS if row.id not in INSTEAD)
    assert room.type("help accept")[0].startswith("/accept [number or name]: Take the longest")
    assert len(room.type("help all")) > 15


def test_an_abbreviation_is_written_out_and_said_as_it_was_sent() -> None:
    room = Room()
    settings = room.desk.keeper.view().settings
    room.desk.keeper.use(replace(settings, abbreviations={"_wm": "Welcome {nick}!"}))
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    assert room.type("_wm How can I help you?") == ["to Anna: Welcome Anna! How can I help you?"]
    sends = [one for one in room.sent() if isinstance(one, Send)]
    assert sends[0].text == "Welcome Anna! How can I help you?"
    assert room.type("texts") == ["_wm: Welcome {nick}!"]


def test_a_contact_is_passed_on_with_a_note() -> None:
    room = Room()
    room.desk.keeper.take(GroupsSet(("Billing",)))
    room.desk.is_mine("Anna", "hello")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    room.type("/transfer Billing please look at the invoice")
    wished = [one for one in room.sent() if isinstance(one, Transfer)]
    assert wished == [
        Transfer(ContactId("Anna"), group="Billing", note=RemoteText("please look at the invoice"))
    ]


def test_the_very_first_start_says_what_to_do() -> None:
    desk = StillDesk()
    assert not any("announced" in line for line in greeting(desk.view()))
    desk.keeper.starts_first()
    assert any("accept takes the longest waiting" in line for line in greeting(desk.view()))


def test_nobody_is_said_to_wait_before_it_is_known_and_what_was_there_before_is_no_news() -> None:
    desk = StillDesk(known=False)
    assert greeting(desk.view())[-1] == "Who waits is not known yet."
    told = News(desk.view())
    waits = contact("Clara", time.time() - 5)
    mine = done(contact("Anna", time.time() - 60), DeedKind.ACCEPT, time.time() - 30, MARIA)
    desk.keeper.take(Snapshot((waits, mine), ()))
    said = told.of(desk.view(), None)
    assert said == ["1 waits: Clara (Sales) 5 seconds", "1 chat open; /chats lists them."]
    assert greeting(desk.view())[-2:] == said
    assert told.of(desk.view(), None) == []


@pytest.mark.parametrize("reads_within", [0.1, None])
def test_what_is_piped_in_at_once_waits_until_the_desk_has_been_read(reads_within: float | None) -> None:
    desk = StillDesk(known=False)
    said = io.StringIO()
    runs = PlainRun(io.StringIO("accept\nquit\n"), said)
    if reads_within:
        snapshot = Snapshot((contact("Clara", time.time() - 5),), ())
        threading.Timer(reads_within, lambda: desk.keeper.take(snapshot)).start()
    runs.run(desk, lambda: "")
    assert ("1 waits: Clara" in said.getvalue()) is (reads_within is not None)
    assert ("Who waits is not known yet." in said.getvalue()) is (reads_within is None)


def test_notes_tags_and_a_file_of_the_current_chat() -> None:
    room = Room()
    room.desk.is_mine("Anna", "my invoice is wrong")
    room.news()
    room.sent()
    assert room.type("/note calls back at five") == ["Note kept; the visitor does not see it."]
    assert room.type("/tag invoice") == ["Tags: invoice."]
    room.type("/export md notes")
    note, label, export = (one for one in room.sent() if isinstance(one, WriteNote | Label | Export))
    assert isinstance(note, WriteNote)
    assert note.text == "calls back at five"
    assert isinstance(label, Label)
    assert label.tags == ("invoice",)
    assert export == Export(ContactId("Anna"), ExportFormat.MARKDOWN, notes=True)
    assert "name: Anna" in room.type("/visitor")


def test_a_note_that_says_nothing_is_not_kept() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.news()
    room.sent()
    assert any("Write the note behind it" in line for line in room.type("/note"))
    assert not [one for one in room.sent() if isinstance(one, WriteNote)]


def test_words_are_found_in_the_current_chat_and_in_all_chats() -> None:
    room = Room()
    room.desk.is_mine("Anna", "my invoice", "which one?", "the last invoice")
    room.desk.tell(ChatShown(ContactId("Anna")))
    room.news()
    assert room.type("/find INVOICE") == ["Anna: my invoice", "Anna: the last invoice"]
    room.sent()
    room.type("/search invoice")
    (wish,) = (one for one in room.sent() if isinstance(one, SearchPast))
    assert wish.words == "invoice"
    chat = room.desk.view().desk.chats[ContactId("Anna")]
    found = SearchResult((Found(chat.contact, chat.messages[2]),))
    (line,) = found_lines(SearchView(wish.number, "invoice", found), chat.messages[2].at + 60)
    assert line.startswith("Anna (Sales), ")
    assert line.endswith(": the last invoice")


def falls_silent(desk: StillDesk, name: str, since: float | None, gone_at: float | None = None) -> None:
    """A visitor's page falls silent, says goodbye, or is back."""
    id, state = ContactId(name), desk.keeper.desk
    record = state.chats[id].contact if id in state.chats else state.pending[id]
    changed = replace(record, silent_since=since, gone_at=gone_at, version=record.version + 1)
    desk.keeper.take(ContactChanged(changed))


def test_that_a_visitor_is_away_and_back_is_said_once_and_that_words_are_read_on_return() -> None:
    room = Room()
    room.desk.is_mine("Anna", "hello")
    room.news()
    since = time.time() - 60
    at = time.strftime("%H:%M", time.localtime(since))
    falls_silent(room.desk, "Anna", since)
    assert room.news() == [f"Anna (Sales) is away since {at}; what you write is read on return"]
    assert room.news() == []
    assert f"is away since {at}" in room.type("/chats")[0]
    assert f"Anna is away since {at}: this is read on return" in room.type("one moment please")
    falls_silent(room.desk, "Anna", None, time.time() + 60)
    assert room.news() == ["Anna (Sales) is back"]


def test_who_waits_and_is_away_keeps_the_place_and_a_page_that_is_only_reloaded_is_not_told() -> None:
    room = Room()
    room.desk.arrives("Anna", "my invoice is wrong")
    room.news()
    falls_silent(room.desk, "Anna", time.time(), time.time() + 20)
    assert room.news() == []
    since = time.time() - 60
    at = time.strftime("%H:%M", time.localtime(since))
    falls_silent(room.desk, "Anna", since)
    assert room.news() == [f"Anna (Sales) is away since {at}, and keeps the place"]
    assert f"is away since {at}" in room.type("/queue")[0]
    assert f"The visitor is away since {at}" in " ".join(room.type("/why"))


def _letter(desk: StillDesk, address: str = "lea@example.org") -> None:
    data = ((RemoteText("email"), RemoteText(address)),) if address else ()
    desk.keeper.take(
        ContactChanged(replace(contact("Lea", time.time() - 60), offline=True, data=data, dissuade_at=None))
    )


def test_a_letter_is_announced_as_one_and_nothing_is_sent_where_nobody_reads_it() -> None:
    room = Room()
    room.news()
    _letter(room.desk)
    assert room.news() == ["Lea (Sales) left a letter: hello"]
    assert room.type("/queue")[0].startswith("1 Lea (Sales), letter, 1 minute")
    assert room.type("/who")[0].startswith("1 waits: Lea (Sales), letter, 1 minute")
    taken(room.desk, "Lea", MARIA)
    said = room.news()
    assert said[:2] == [
        "Lea (Sales) is yours: letter, chat 1",
        "Lea left no way to be answered here; write to lea@example.org.",
    ]
    room.sent()
    for line in ("/say are you there?", "Hello Lea, are you there?"):
        assert room.type(line) == ["Not sent: Lea left no way to be answered here; write to lea@example.org."]
    assert not [one for one in room.sent() if isinstance(one, Send)]
    assert room.type("/copy-link") == ["lea@example.org"]
    assert "letter" in room.type("/chats")[0]
    room.type("/note answered by mail")
    room.type("/tag mail")
    room.type("/end")
    kinds = [type(one) for one in room.sent()]
    assert [kind for kind in kinds if kind in (WriteNote, Label, End)] == [WriteNote, Label, End]


def test_a_letter_without_an_address_says_so() -> None:
    room = Room()
    _letter(room.desk, "")
    taken(room.desk, "Lea", MARIA)
    assert "Lea left no way to be answered here, and no e-mail address." in room.news()
    assert room.type("/copy-link") == ["There is no link in this chat."]


def test_a_link_with_a_name_is_not_sent_to_who_left_a_letter() -> None:
    room = Room()
    room.desk.keeper.use(replace(room.desk.keeper.settings, links={"docs": "https://shop.example/help"}))
    _letter(room.desk)
    taken(room.desk, "Lea", MARIA)
    room.news()
    assert room.type("/link docs") == [
        "Not sent: Lea left no way to be answered here; write to lea@example.org."
    ]
    assert not [one for one in room.sent() if isinstance(one, Send)]
