"""What is said is what is heard, rubbish is refused; the child starts cheaply and speaks only protocol."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.waiting import until
from tests.ringer.conftest import alive
from tui.outputs.ringer.process import ENVIRONMENT
from tui.outputs.ringer.protocol import (
    Busy,
    Doing,
    GarbledError,
    Once,
    Order,
    Report,
    Sound,
    decode_order,
    decode_word,
    encode,
)

sounds = st.builds(Sound, st.text(), st.text(), st.floats(0, 1))
orders = st.builds(
    Order,
    st.integers(0),
    st.none() | sounds,
    st.lists(st.builds(Once, st.integers(), sounds)).map(tuple),
    st.integers(0),
)
reports = st.builds(
    Report,
    st.integers(0),
    st.text(),
    st.booleans(),
    st.lists(st.integers()).map(tuple),
    st.text(),
    st.lists(st.tuples(st.text(), st.text())).map(tuple),
    st.lists(st.integers()).map(tuple),
)
busy = st.builds(Busy, st.sampled_from(Doing), st.text())


@given(orders)
def test_an_order_arrives_as_it_was_given(order: Order) -> None:
    line = encode(order)
    assert line.count(b"\n") == 1
    assert decode_order(line) == order


@given(reports | busy)
def test_a_word_arrives_as_it_was_said(word: Report | Busy) -> None:
    assert decode_word(encode(word)) == word


def test_file_names_that_are_not_text_survive() -> None:
    order = Order(1, Sound(os.fsdecode(b"/tmp/\xff.wav"), "", 1.0))
    assert decode_order(encode(order)) == order


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"id":1}',
        b'{"id":"1","ring":null,"once":[]}',
        b'{"id":1,"ring":{},"once":[]}',
        b'{"id":1,"ring":null,"once":[3]}',
        b'{"doing":"dancing","what":""}',
        b'{"id":1,"device":"","ringing":true,"played":["x"],"problem":"","spoilt":[]}',
        b'{"id":1,"device":"","ringing":true,"played":[],"problem":"","spoilt":[["x"]],"sounding":[]}',
        b'{"id":1,"device":"","ringing":true,"played":[],"problem":"","spoilt":[],"sounding":["x"]}',
        b"[" * 100_000,
    ],
)
def test_rubbish_is_refused(line: bytes) -> None:
    with pytest.raises(GarbledError):
        decode_order(line)
    with pytest.raises(GarbledError):
        decode_word(line)


def started(**env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tui.outputs.ringer.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **ENVIRONMENT, "SDL_AUDIODRIVER": "dummy", **env},
    )


def test_the_child_speaks_only_protocol_survives_rubbish_and_ends_with_its_stdin(tmp_path: Path) -> None:
    child = started()
    assert child.stdin is not None
    assert child.stdout is not None
    assert decode_word(child.stdout.readline()) == Report(0)
    child.stdin.write(b"rubbish\n\xff\n" + encode(Order(7)))
    child.stdin.flush()
    assert decode_word(child.stdout.readline()) == Report(7)
    child.send_signal(signal.SIGINT)
    child.stdin.write(encode(Order(8)))
    child.stdin.flush()
    assert decode_word(child.stdout.readline()) == Report(8), "Ctrl+C is not for the child"
    child.stdin.close()
    until(lambda: not alive(child.pid), 20, "it ends")
    assert child.stdout.read() == b""
    child.wait(5)


def test_sigterm_ends_the_child_even_with_an_open_device(tmp_path: Path) -> None:
    child = started()
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(encode(Order(1, Sound("nothing", "", 1.0))))
    child.stdin.flush()
    while b'"device":"dummy"' not in child.stdout.readline():
        pass
    child.terminate()
    assert child.wait(5) == -signal.SIGTERM
    child.communicate()


def test_the_child_starts_without_the_rest_of_the_console() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, tui.outputs.ringer.child; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = {name for name in done.stdout.split() if name.partition(".")[0] == "tui"}
    assert ours <= {
        *("tui", "tui.outputs", "tui.outputs.ringer"),
        *("tui.outputs.ringer.child", "tui.outputs.ringer.protocol"),
    }
    assert not {"asyncio", "textual", "numpy", "aiohttp"} & set(done.stdout.split())
