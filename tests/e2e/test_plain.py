"""Plain mode on real parts: over a pipe and in a terminal that cannot draw, heard and answered."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.shift import Shift, Visitor, call, now
from tests.parts.waiting import until

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
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def hears(self, words: str) -> str:
        until(lambda: words in self.raw.decode(), 20, f"{words!r} in {self.raw.decode()!r}")
        return self.raw.decode()


@contextmanager
def plain(folder: Path, *, agent: str = "Maria", data: Path | None = None, url: str = "") -> Iterator[Pipe]:
    """A console started in the folder, on the desk and by the door of another one where these are given."""
    (folder / "c.toml").write_text(f'[agent]\nname = "{agent}"\n[audio]\nenabled = false\n')
    port = url.rpartition(":")[2] or "0"
    places = ["--config", "c.toml", "--data", str(data or folder / "data"), "--port", port]
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "--plain", *places],
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
        url = re.search(r"http://[\d.:]+", console.hears("Visitors write at"))
        assert url is not None
        body = {"nick": "Anna\x9b", "text": "my invoice\nis wrong \u202eevil", "service": "Sales"}
        status, answer = call(f"{url.group().rstrip('.')}/v1/contacts", "POST", body)
        assert status == 201
        anna = Visitor(url.group(), answer["id"], answer["token"])
        console.hears("waits: my invoice / is wrong <RLO>evil")
        console.type("accept")
        console.type("Good morning")
        until(lambda: any(one["text"] == "Good morning" for one in anna.hears()), 20, "the visitor hears")
        anna.says("m1", "one more thing")
        console.hears(": one more thing")
        console.type("end")
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
        shift.stage.text("accept")
        accepted = now()
        shift.stage.keys("Enter")
        shift.stage.wait_for("Anna is yours: chat 1")
        assert shift.falls_silent(accepted) < 2.0
