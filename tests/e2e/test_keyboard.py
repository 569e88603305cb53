"""Bytes from a real terminal and from tmux: nothing ends the console, nothing private reaches a visitor."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.keyboard_room import KeyboardRoom, keyboard_room
from tests.e2e.shift import Shift
from tests.parts.waiting import stays, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

UNEXPECTED = (
    *(b"\xe9 ", b"\xff", b"\xd1\x1b[A", b"\x83n\x83", b"\x1b[M \xff\xff", b"\x1b[200~caf\xe9 \x1b[201~"),
    *(
        b"\x1b[1089::99;6u",
        b"\x1b[97;1:3u",
        b"\x1b[1114112u",
        b"\x1b[55296u",
        b"\x1b[48;0;0;0;0t",
        b"\x1b[1;1;1;1u",
    ),
)


def pause(seconds: float) -> None:
    """A slow line: the test is about the time that passes."""
    time.sleep(seconds)


def test_bytes_and_keys_no_one_expects_do_not_end_the_console(tmp_path: Path) -> None:
    with keyboard_room(tmp_path) as room:
        for unexpected in UNEXPECTED:
            room.sends(unexpected)
            room.lives()
        log = next(room.shift.data.glob("**/deskbell.log")).read_text()
        assert "was dropped" in log
        assert "Traceback" not in log


def test_random_bytes_through_the_real_driver_do_not_end_the_console(tmp_path: Path) -> None:
    """Without the keys by which an agent would leave, accept or end."""
    chance = random.Random(8)
    harmless = bytes(byte for byte in range(256) if byte not in b"\r\n\x04\x05\x11\x12\x0e\x10")
    with keyboard_room(tmp_path) as room:
        for _ in range(400):
            begun = chance.choice(
                (b"", b"\x1b", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b[M", b"\x1b[<", b"\x1b[200~")
            )
            room.sends(begun + bytes(chance.choices(harmless, k=chance.randrange(1, 10))))
        pause(1.0)
        assert room.terminal.process is not None
        assert room.terminal.process.poll() is None
        room.sends("\x1bOP")
        room.terminal.wait_for("Help")
        assert room.read() == []


PRIVATE = {
    "caps lock": (b"\x1bN",),
    "slow line": (b"\x1b", b"n"),
    "slow line, capital": (b"\x1b", b"N"),
    "modifyOtherKeys": (b"\x1b[27;3;110~",),
    "kitty": (b"\x1b[110;3u",),
    "kitty, Cyrillic, with the place of the key": (b"\x1b[1090::110;3u",),
}


@pytest.mark.parametrize("pieces", PRIVATE.values(), ids=PRIVATE)
def test_alt_n_in_every_form_begins_a_note_and_the_visitor_reads_nothing(
    tmp_path: Path, pieces: tuple[bytes, ...]
) -> None:
    with keyboard_room(tmp_path) as room:
        for piece in pieces:
            room.sends(piece)
            pause(0.25)
        room.terminal.wait_for("private note")
        room.sends("SHE LIES", "\x1b", "\x1bO")
        pause(0.6)
        room.sends("\r")
        room.terminal.wait_for("Write to the visitor")
        room.terminal.wait_for("SHE LIES")
        assert room.read() == []


def test_keys_with_alt_that_are_no_command_write_nothing(tmp_path: Path) -> None:
    sent = (
        "\x1bт",
        "\x1bν",
        "\x1bO",
        "\x1bP",
        "\x1b[27;5;1084~",
        "\x1b[1077;3u",
        "\x1b-",
        "\x1ba",
        "\x1b\x01",
    )
    with keyboard_room(tmp_path) as room:
        room.sends(sent[0])
        room.terminal.wait_for("Alt+Т is no key here")
        for key in sent:
            room.sends(key)
            pause(0.6)
        assert "Write to the visitor" in room.terminal.screen()
        room.lives()


def test_a_torn_sequence_and_late_answers_are_never_typed(tmp_path: Path) -> None:
    late = ("\x1bP>|XTerm(379)\x1b\\", "\x1b[?64;1;2c", "\x1b[?1004;2$y", "\x1b]11;rgb:0000/0000/0000\x1b\\")
    with keyboard_room(tmp_path) as room:
        room.terminal.focus(False)
        room.terminal.wait_for("focus away")
        room.sends(*late)
        stays(lambda: "focus away" in room.terminal.screen(), 1.0, "the focus does not flip")
        for tail in ("[12~", "OQ", "[<65;20;5M"):
            room.sends("\x1b")
            pause(0.25)
            room.sends(tail)
        pause(0.6)
        assert "Write to the visitor" in room.terminal.screen()


def accepts_nobody(room: KeyboardRoom) -> None:
    """Bruno waits, and goes on waiting."""
    assert "1 waiting" in room.terminal.screen()


def test_lines_that_come_at_once_are_not_sent_until_enter(tmp_path: Path) -> None:
    with keyboard_room(tmp_path) as room:
        room.shift.visitor("Bruno", "me too")
        room.terminal.wait_for("1 waiting")
        room.sends("one\r/end\rthree\r")
        room.terminal.wait_for("3 lines came at once: Enter sends.")
        pause(0.5)
        assert room.read() == []
        accepts_nobody(room)
        room.sends("\r")
        room.reads("one\n/end\nthree")
        room.sends("\x14")  # the queue
        pause(0.3)
        room.sends("one\rtwo\rthree\r")
        room.terminal.wait_for("3 lines came at once,")
        accepts_nobody(room)


def test_what_a_person_typed_while_the_line_stood_still_is_not_lost_nor_sent_wrong(tmp_path: Path) -> None:
    with keyboard_room(tmp_path) as room:
        room.sends("hello, I look\r")
        room.reads("hello, I look")
        room.sends("hello\rhow are you\r")
        room.terminal.wait_for("2 lines came at once: Enter sends.")
        room.sends("\r")
        room.reads("hello, I look", "hello\nhow are you")


def test_a_bracketed_paste_torn_or_hostile_or_without_its_end_sends_nothing(tmp_path: Path) -> None:
    read: list[str] = []
    with keyboard_room(tmp_path) as room:
        for pieces, seen in (
            (("\x1b", "[200~first\r/end\r\x1b[201~"), "first"),
            (("\x1b[20", "0~second\r/end\r\x1b[2", "01~"), "second"),
            (("\x1b[200~third\x1b[201~\r/end\r\x1b[201~",), "third"),
            (("\x1b[200~fourth\r/end\r",), "fourth"),
        ):
            for piece in pieces:
                room.sends(piece)
                pause(0.25)
            room.terminal.wait_for(seen)
            pause(0.6)
            assert room.read() == read
            room.sends("\r")
            read.append(f"{seen}\n/end")
            room.reads(*read)
        room.sends("\x1b[200~deaf?")
        pause(0.7)
        room.sends("\x1bOP")
        room.terminal.wait_for("type to search")


def test_lines_pasted_into_a_note_stay_in_the_note(tmp_path: Path) -> None:
    with keyboard_room(tmp_path) as room:
        room.sends("\x1bn")
        room.terminal.wait_for("Private note")
        room.sends("secret one\rsecret two\rsecret three\r")
        room.terminal.wait_for("3 lines came at once")
        pause(0.3)
        room.sends("\r")
        room.terminal.wait_for("Write to the visitor")
        room.terminal.wait_for("secret three")
        assert room.read() == []


@pytest.mark.parametrize("brackets", [True, False], ids=["with -p", "without -p"])
def test_a_paste_of_tmux_is_not_enter(tmp_path: Path, brackets: bool) -> None:
    with Shift(tmp_path, sound=False, desktop=False) as shift:
        shift.start()
        visitor = shift.visitor("Anna", "hello")
        shift.stage.wait_for("1 waiting")
        shift.stage.keys("F2")
        shift.stage.wait_for("Write to the visitor")
        shift.visitor("Bruno", "me too")
        shift.stage.wait_for("1 waiting")
        shift.stage.tmux("set-buffer", "one\n/end\n\x1b[31mthree\x1b[201~\nfour\n")
        window = shift.stage.ask("window_id")
        shift.stage.tmux("paste-buffer", *(["-p"] if brackets else []), "-t", window)
        shift.stage.wait_for("four")
        pause(0.5)
        assert [said["text"] for said in visitor.hears()] == ["hello"]
        assert "1 waiting" in shift.stage.screen()
        shift.stage.keys("Enter")
        until(lambda: len(visitor.hears()) == 2, 20, "sent by Enter")
        lines = visitor.hears()[1]["text"].split("\n")
        assert (lines[:2], lines[-1], len(lines)) == (["one", "/end"], "four", 4)
        assert visitor.status()["status"] == "assigned"


def test_suspended_and_resumed_the_keyboard_and_the_terminal_are_as_before(tmp_path: Path) -> None:
    with keyboard_room(tmp_path) as room:
        room.sends("before\r")
        room.reads("before")
        room.terminal.signal(signal.SIGTSTP)
        until(lambda: 1004 not in room.terminal.modes_on(), 10, "the terminal is given back")
        room.terminal.signal(signal.SIGCONT)
        until(lambda: {1004, 1003, 2004} <= room.terminal.modes_on(), 10, "and taken again")
        room.lives()
        room.terminal.signal(signal.SIGTERM)
        assert room.terminal.exit_code(10) == 0
        assert room.terminal.state_now() == room.terminal.state_before
        until(lambda: not room.terminal.modes_on() & {1049, 1000, 1003, 1004, 1006, 2004}, 10)
