"""Plain mode on real parts: over a pipe and in a terminal that cannot draw, heard and answered."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.shift import Shift, Visitor, call, now
from tests.parts.processes import Process, base_env
from tests.parts.pty_stage import PtyStage
from tests.parts.waiting import until
from tui.typed.bare import holds_controls

pytestmark = pytest.mark.e2e


class Pipe:
    """A plain console with pipes for a terminal."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.raw = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.raw += line

    def type(self, line: str) -> None:
        self.send(f"{line}\n".encode())

    def send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def url(self) -> str:
        found = re.search(r"http://[\d.:]+\d", self.hears("Visitors write at"))
        assert found is not None
        return found.group()

    def hears(self, words: str, within: float = 20) -> str:
        until(lambda: words in self.raw.decode(), within, f"{words!r} in {self.raw.decode()!r}")
        return self.raw.decode()


def command(folder: Path, agent: str = "Maria", data: Path | None = None, url: str = "") -> list[str]:
    """A plain console that is started in the folder, on the desk and by the door of another one where these
    are given."""
    (folder / "c.toml").write_text(f'[agent]\nname = "{agent}"\n[audio]\nenabled = false\n')
    port = url.rpartition(":")[2] or "0"
    places = ["--config", "c.toml", "--data", str(data or folder / "data"), "--port", port]
    return [sys.executable, "-m", "tui", "--plain", *places]


@contextmanager
def plain(folder: Path, *, agent: str = "Maria", data: Path | None = None, url: str = "") -> Iterator[Pipe]:
    process = subprocess.Popen(
        command(folder, agent, data, url),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield Pipe(process)
    finally:
        process.kill()
        process.wait(5)


def test_a_whole_contact_over_a_pipe_without_one_escape_sequence(tmp_path: Path) -> None:
    with plain(tmp_path) as console:
        url = console.url()
        body = {"nick": "Anna\x9b", "text": "my invoice\nis wrong \u202eevil", "service": "Sales"}
        status, answer = call(f"{url}/v1/contacts", "POST", body)
        assert status == 201
        anna = Visitor(url, answer["id"], answer["token"])
        console.hears("waits: my invoice / is wrong <RLO>evil")
        console.type("accept")
        console.type("Good morning")
        until(lambda: any(one["text"] == "Good morning" for one in anna.hears()), 20, "the visitor hears")
        anna.says("m1", "one more thing")
        console.hears(": one more thing")
        console.type("end")
        console.hears("y or n")
        console.type("y")
        console.hears("ended")
        console.type("quit")
        assert console.process.wait(10) == 0
        assert b"\x1b" not in console.raw
        assert console.process.stderr is not None
        assert console.process.stderr.read() == b""


def test_two_agents_who_type_the_same_relative_path_keep_their_chats(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "luca").mkdir()
    data = tmp_path / "desk"
    with plain(tmp_path / "anna", agent="Anna", data=data) as annas:
        found = re.search(r"http://[\d.:]+\d", annas.hears("Visitors write at"))
        assert found is not None
        _, answer = call(f"{found.group()}/v1/contacts", "POST", {"nick": "Vera", "text": "hello"})
        vera = Visitor(found.group(), answer["id"], answer["token"])
        annas.hears("Vera waits")
        annas.type("/accept")
        annas.hears("is yours")
        with plain(tmp_path / "luca", agent="Luca", data=data, url=found.group()) as lucas:
            lucas.hears("Nobody waits")
            lucas.type("/quit")
            assert lucas.process.wait(10) == 0
        annas.type("Good morning")
        until(lambda: any(one["text"] == "Good morning" for one in vera.hears()), 20, "the visitor hears")
        assert "no longer yours" not in annas.raw.decode()


def test_it_leaves_when_its_input_ends_with_everything_done(tmp_path: Path) -> None:
    with plain(tmp_path) as console:
        console.hears("Nobody waits")
        console.type("pause")
        assert console.process.stdin is not None
        console.process.stdin.close()
        assert console.process.wait(10) == 0
        assert "paused" in console.raw.decode()


def test_in_a_terminal_that_cannot_draw_it_rings_until_accepted(tmp_path: Path) -> None:
    with Shift(tmp_path) as shift:
        shift.stage.run([*shift.argv(), "--plain"], shift.env | {"TERM": "dumb"})
        screen = shift.stage.wait_for("Visitors write at", 20)
        found = re.search(r"http://127\.0\.0\.1:\d+", screen)
        assert found is not None
        shift.url = found.group()
        since = now()
        shift.visitor("Anna")
        shift.rings(since)
        shift.stage.wait_for("Anna waits: my invoice is wrong")
        shift.stage.text("acc")
        shift.stage.wait_for("> acc")
        typed = now()
        shift.rings(typed + 2.0, 6.0)  # on and on, while somebody types
        shift.stage.text("ept")
        accepted = now()
        shift.stage.keys("Enter")
        shift.stage.wait_for("Anna is yours: chat 1")
        assert shift.falls_silent(accepted) < 2.0


# what visitors hear


def visitor(url: str, nick: str) -> Visitor:
    status, answer = call(f"{url}/v1/contacts", "POST", {"nick": nick, "text": f"{nick} is here"})
    assert status == 201
    return Visitor(url, answer["id"], answer["token"])


def from_agent(one: Visitor) -> list[str]:
    return [message["text"] for message in one.hears() if message["from"] == "agent"]


def hears(one: Visitor, text: str) -> None:
    until(lambda: text in from_agent(one), 20, f"the visitor hears {text!r}")


def test_private_words_keys_and_bytes_over_a_pipe_never_reach_the_visitor(tmp_path: Path) -> None:
    with plain(tmp_path) as console:
        anna = visitor(console.url(), "Anna")
        console.hears("Anna waits")
        console.type("accept")
        console.hears("Anna is yours")
        console.type("note customer is rude")
        console.hears("/note or say?")
        console.type("n")
        console.hears("Neither done nor sent")
        console.type("  /tag vip")
        console.hears("Tags: vip.")
        console.type("\x1b[4~")
        console.hears("no text")
        console.send(b"caf\xe9 \xff\xfe is open\r\n")
        console.hears("is open")
        console.type("Note that all is well")
        console.type("say")
        console.hears("to Anna: Note that all is well")
        console.type("goodbye")
        console.hears("to Anna: goodbye")
        hears(anna, "goodbye")
        assert from_agent(anna)[1:] == ["Note that all is well", "goodbye"]
        assert "rude" not in " ".join(from_agent(anna))
        assert b"\x1b" not in console.raw
        assert console.process.poll() is None


def test_another_console_ends_the_chat_and_the_words_begun_there_go_to_nobody_else(tmp_path: Path) -> None:
    with plain(tmp_path) as here:
        url = here.url()
        anna, bert = visitor(url, "Anna"), visitor(url, "Bert")
        here.hears("Bert waits")
        here.type("accept anna")
        here.hears("Anna is yours")
        here.type("accept bert")
        here.hears("Bert is yours")
        here.type("chat anna")
        here.hears("Current: chat 1 Anna")
        here.type("Dear Anna, your password")
        hears(anna, "Dear Anna, your password")
        with plain(tmp_path, url=url) as there:
            there.hears("2 chats open", 60)
            there.type("chat anna")
            there.type("/end")
            there.hears("End the chat with Anna")
            there.type("y")
            here.hears("Anna is no longer yours")
        here.type("is hunter2")
        here.hears("Anna's chat has gone. Send this to Bert? is hunter2: y or n")
        here.type("n")
        here.type("chat bert")
        here.type("Hello Bert")
        hears(bert, "Hello Bert")
        assert from_agent(bert) == ["Hello Bert"]
        assert from_agent(anna) == ["Dear Anna, your password"]


# at a terminal


@contextmanager
def terminal(
    folder: Path, program: Sequence[str] = ("-m", "tui"), **env: str
) -> Iterator[tuple[PtyStage, str]]:
    """A plain console in a terminal, and the address of its door."""
    python, _, _, *options = command(folder)
    options[options.index("c.toml")] = str(folder / "c.toml")
    argv = [python, *program, *options]
    with PtyStage(argv, base_env(**env), columns=100, rows=40) as stage:
        found = re.search(r"http://[\d.:]+\d", stage.wait_for("Visitors write at", 20))
        assert found is not None
        yield stage, found.group()


def accepted(stage: PtyStage, url: str, nick: str = "Anna") -> Visitor:
    one = visitor(url, nick)
    stage.wait_for(f"{nick} waits")
    stage.keys("accept", "Enter")
    stage.wait_for(f"{nick} is yours")
    return one


def running(stage: PtyStage) -> Process:
    """The console, which has not ended."""
    assert stage.process is not None
    assert stage.process.poll() is None
    return stage.process


def answer(stage: PtyStage, word: str, done: Callable[[], object]) -> None:
    """Answer a question, again if it came too soon, until that is done."""

    def tried() -> object:
        if not done():
            stage.keys(word, "Enter")
        return done()

    until(tried, 20, f"{word} answers", every=0.6)


def test_where_readline_cannot_draw_its_line_again_the_line_is_begun_again_and_whole(tmp_path: Path) -> None:
    start = "import sys\nimport tui.plain.prompt\nfrom tui.cli import main\n"
    (tmp_path / "start.py").write_text(
        f"{start}tui.plain.prompt._redraw_function = lambda: None\nsys.exit(main())\n"
    )
    with terminal(tmp_path, [str(tmp_path / "start.py")], PYTHONPATH=str(Path.cwd())) as (stage, url):
        anna = accepted(stage, url)
        for number, part in enumerate(["Hello, ", "how ", "are ", "you"]):
            stage.send(part.encode())
            stage.wait_for(part.strip())
            anna.says(f"m{number}", f"news {number}")
            stage.wait_for(f"news {number}\n> Hello,")
        stage.keys("Enter")
        hears(anna, "Hello, how are you")
        assert from_agent(anna) == ["Hello, how are you"]


@pytest.mark.parametrize("term", ["xterm-256color", "dumb", "linux"])
def test_half_a_line_is_whole_after_news_with_the_cursor_where_it_was(tmp_path: Path, term: str) -> None:
    with terminal(tmp_path, TERM=term) as (stage, url):
        anna = accepted(stage, url)
        stage.send(b"Hello, how are you")
        stage.wait_for("> Hello, how are you")
        stage.keys(*["Left"] * 3)
        anna.says("m1", "one more thing")
        screen = stage.wait_for("Anna: one more thing\n> Hello, how are you")
        assert "Hello" not in screen.split("one more thing")[0], "the half line was torn"
        stage.send(b"XX\x1b[4~!\x1b[1~Oh. \x1b[25~\x1b[15~\x1b[3~")
        stage.wait_for("> Oh. ello, how are XXyou!")
        assert from_agent(anna) == [], "half a line was sent"
        stage.keys("Enter")
        stage.wait_for("to Anna: Oh. ello, how are XXyou!")
        hears(anna, "Oh. ello, how are XXyou!")
        stage.keys("Up", "Up", "Down", "Enter")
        until(lambda: len(from_agent(anna)) == 2, 20, "the line from the history was sent")
        running(stage)


@pytest.mark.parametrize(
    "typed", ["tag vip", "note he lies", "/note he lies", "#he lies", "2Hello Bert", "\u0442he"]
)
def test_no_letter_is_swallowed_behind_esc_or_with_alt_and_the_rest_told(tmp_path: Path, typed: str) -> None:
    with terminal(tmp_path) as (stage, url):
        anna = accepted(stage, url)
        stage.send(b"\x1b" + typed.encode())
        stage.wait_for(f"> ^]{typed}")
        stage.keys("Enter")
        stage.wait_for(f"Not taken, a key was pressed that is no text: \u241d{typed}")
        assert from_agent(anna) == []


def test_half_a_line_for_a_chat_that_is_taken_away_stays_and_goes_to_nobody_else(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, url):
        bert = accepted(stage, url, "Bert")
        anna = accepted(stage, url, "Anna")
        stage.send(b"Dear Anna, your password is hun")
        stage.wait_for("> Dear Anna, your password is hun")
        with plain(tmp_path, url=url) as there:
            there.hears("2 chats open", 60)
            there.type("chat anna")
            there.type("/give-back")
            there.hears("Give Anna, chat 2 back to the queue?")
            there.type("y")
            stage.wait_for("Anna is no longer yours", 20)
            stage.wait_for("Current: chat 1 Bert")
            stage.wait_for("\n> Dear Anna, your password is hun\n")
        stage.send(b"ter2\r")
        stage.wait_for("Anna's chat has gone. Send this to Bert? Dear Anna, your password is hunter2: y or n")
        answer(stage, "n", lambda: "Not sent: Dear Anna" in stage.screen())
        stage.keys("Up")
        stage.wait_for("> Dear Anna, your password is hunter2")
        assert from_agent(bert) == from_agent(anna) == []


def test_much_news_while_somebody_types_neither_loses_a_letter_nor_sends_one(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, url):
        anna = accepted(stage, url)
        words = "The quick brown fox jumps over the lazy dog, 1234567890 times."
        told: list[int] = []
        for number, letter in enumerate(words):
            stage.send(letter.encode())
            if number % 2 == 0:
                told.append(anna.says(f"m{number}", f"news {number}."))
        last = max(2 * place for place, status in enumerate(told) if status == 201)
        stage.wait_for(f"news {last}.", 20)
        stage.wait_for(f"> {words}")
        stage.keys("Enter")
        hears(anna, words)
        assert from_agent(anna) == [words]


def test_a_paste_at_a_terminal_is_one_question_and_runs_no_command(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, url):
        anna = accepted(stage, url)
        stage.send(b"Dear Anna,\r/end\ry\r")
        stage.wait_for("3 lines came at once. Send them as one message to Anna?")
        stage.wait_for("y or n")
        assert from_agent(anna) == []
        answer(stage, "y", lambda: from_agent(anna))
        assert from_agent(anna)[0] == "Dear Anna,\n/end\ny"
        assert anna.status()["status"] == "assigned"


def test_ctrl_c_and_ctrl_d_ask_while_a_chat_is_open(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, url):
        accepted(stage, url)
        stage.send(b"half a line")
        stage.wait_for("> half a line")
        stage.send(b"\x03")
        stage.wait_for("1 chat is open. It stays yours. Leave? y or quit leaves, n stays.\n> half a line")
        stage.send(b"\x15")
        stage.send(b"\x04" * 40)  # held down
        stage.wait_for("stays.\n>")
        process = running(stage)
        answer(stage, "n", lambda: "Not left." in stage.screen())
        running(stage)
        answer(stage, "quit", lambda: process.poll() is not None)
        assert stage.exit_code() == 0
        assert stage.state_now() == stage.state_before


def test_slips_of_the_hand_neither_suspend_nor_kill_what_rings(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, _):
        stage.send(b"\x1a")
        stage.wait_for("Not suspended: nothing would ring then.")
        stage.send(b"\x1c")
        stage.wait_for("Nothing rings here then. Leave?")
        answer(stage, "n", lambda: "Not left." in stage.screen())
        running(stage)


def test_any_bytes_at_a_terminal_leave_it_running_and_send_no_control(tmp_path: Path) -> None:
    seed = random.Random(7)
    with terminal(tmp_path) as (stage, url):
        anna = accepted(stage, url)
        for number in range(300):
            noise = bytes(
                seed.choice((seed.randrange(256), 0x1B, 0x5B, 0x0D)) for _ in range(seed.randrange(24))
            )
            stage.send(noise.replace(b"\x03", b"").replace(b"\x04", b""))
            if number % 50 == 0:
                anna.says(f"m{number}", f"news {number}")
        stage.send(b"\x07\x15\r\x15")
        answer(stage, "/say still here", lambda: any("still here" in text for text in from_agent(anna)))
        assert not any(holds_controls(text) for text in from_agent(anna))


def test_a_terminal_that_goes_away_ends_it(tmp_path: Path) -> None:
    with terminal(tmp_path) as (stage, url):
        accepted(stage, url)
        stage.send(b"half a line")
        stage.wait_for("> half a line")
        stage.signal(signal.SIGTERM)
        assert stage.exit_code() == 0
        assert stage.state_now() == stage.state_before


@pytest.mark.parametrize("editing", [True, False])
def test_a_terminal_that_has_stopped_reading_does_not_keep_it_from_ending(
    tmp_path: Path, editing: bool
) -> None:
    env = {} if editing else without_readline(tmp_path)
    with terminal(tmp_path, **env) as (stage, url):
        anna = accepted(stage, url)
        stage.send(b"half a line")
        stage.wait_for("half a line")
        stage.stop_reading()
        for number in range(12):
            until(lambda: anna.says(f"m{number}", "x" * 3_000) == 201, 20, "said", every=0.2)  # noqa: B023
        stage.signal(signal.SIGTERM)
        assert stage.exit_code() == 0
        stage.go_on_reading()
        assert stage.state_now() == stage.state_before


def without_readline(folder: Path) -> dict[str, str]:
    """What makes Python find no readline."""
    (folder / "nothing").mkdir()
    (folder / "nothing" / "readline.py").write_text("raise ImportError\n")
    return {"PYTHONPATH": f"{folder / 'nothing'}:{Path.cwd()}"}


def test_without_readline_lines_come_whole_and_questions_are_asked_all_the_same(tmp_path: Path) -> None:
    with terminal(tmp_path, **without_readline(tmp_path)) as (stage, url):
        stage.wait_for("The terminal's own line editing is all there is here")
        anna = accepted(stage, url)
        stage.send(b"Hello, ")
        anna.says("m1", "one more thing")
        stage.wait_for("Anna: one more thing")
        stage.send(b"Anna\x1b[4~\n")
        stage.wait_for("Not taken, a key was pressed")
        stage.send(b"Hello, Anna\n")
        hears(anna, "Hello, Anna")
        stage.send(b"one\ntwo\n")
        stage.wait_for("2 lines came at once")
        stage.send(b"\x04")
        stage.wait_for("1 chat is open")
        stage.send(b"\x03")
        process = running(stage)
        assert from_agent(anna) == ["Hello, Anna"]
        answer(stage, "y", lambda: process.poll() is not None)
        assert stage.exit_code() == 0
