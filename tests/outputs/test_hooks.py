"""The agent's own scripts: run as set, harmless whatever a visitor writes, never for ever."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.parts.waiting import until_async
from tui.outputs import hooks
from tui.outputs.hooks import Hook, HookFields, HookRunner, arguments, run_script

NOTE = """import json, os, sys
with open(sys.argv[1], "a") as file:
    file.write(json.dumps(sys.argv[2:]) + "\\n")
"""


@pytest.fixture
def note(tmp_path: Path) -> tuple[str, ...]:
    """A script that notes its arguments; to be followed by them."""
    (tmp_path / "note.py").write_text(NOTE)
    return (sys.executable, str(tmp_path / "note.py"), str(tmp_path / "noted"))


def noted(folder: Path) -> list[list[str]]:
    file = folder / "noted"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


class Told:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, title: str, text: str) -> None:
        self.texts.append(text)


@pytest.mark.parametrize(
    ("template", "name", "filled"),
    [
        ("{name}", "; rm -rf x", "; rm -rf x"),
        ("{name}", "$(touch x)", "$(touch x)"),
        ("{name}", "`touch x`", "`touch x`"),
        ("{name}", "two\nlines", "two lines"),
        ("{name}", "-x", " -x"),
        ("{name}", "--output=/etc/passwd", " --output=/etc/passwd"),
        ("{name}", "@/etc/passwd", " @/etc/passwd"),
        ("name={name}", "@/etc/passwd", "name= @/etc/passwd"),
        ("-{name}", "x", "-x"),
        ("{service}{name}", "-x", " -x"),
        ("{name}", "{id}", "{id}"),
        ("{name}", "{0}{name!r}%s", "{0}{name!r}%s"),
        ("{nobody} {", "x", "{nobody} {"),
        ("{name} {name}", "x", "x x"),
        ("{name}", "a\x1b]0;t\x07b", "a␛]0;t␇b"),
        ("{name}", "a\x00b", "a␀b"),
        ("{name}", "  -x", " -x"),
    ],
)
def test_what_a_visitor_writes_is_one_harmless_argument(template: str, name: str, filled: str) -> None:
    assert arguments(("cmd", template), HookFields(name=name, id="ID")) == ("cmd", filled)


def test_the_program_itself_is_taken_as_it_is_set() -> None:
    assert arguments(("{name}", "{name}"), HookFields(name="rm")) == ("{name}", "rm")


def test_every_field_of_the_settings_is_filled_in() -> None:
    values = HookFields("n", "s", "i", "t", "a", "r")
    template = ("cmd", "{name} {service} {id} {text} {agent} {reason}")
    assert arguments(template, values) == ("cmd", "n s i t a r")


def test_an_argument_has_a_length() -> None:
    assert len(arguments(("cmd", "{text}"), HookFields(text="x" * 100_000))[1]) <= 500


async def test_a_script_gets_its_arguments_and_no_shell_sees_them(
    tmp_path: Path, note: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = HookRunner(Told())
    hostile = ["; touch x", "$(touch x)", "`touch x`", "a\nb", "-x", "| touch x", "{id}", "' \" touch x"]
    for name in hostile:
        runner.run(Hook.PENDING, (*note, "{name}", "{id}"), HookFields(name=name, id="c1"), 10)
    await until_async(lambda: len(noted(tmp_path)) == len(hostile), 20)
    await runner.close()
    wanted = [[arguments(("", "{name}"), HookFields(name=name))[1], "c1"] for name in hostile]
    assert sorted(noted(tmp_path)) == sorted(wanted)
    assert not (tmp_path / "x").exists()


async def test_a_script_has_no_input_no_terminal_and_a_session_of_its_own() -> None:
    code = "import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    assert await run_script((sys.executable, "-c", code), 10) == ("'' True\n", "")


async def test_a_script_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(pid)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    before = asyncio.get_running_loop().time()
    _, problem = await run_script((sys.executable, "-c", stubborn), 1)
    assert "still ran after 1 s" in problem
    assert asyncio.get_running_loop().time() - before < 1 + hooks.GRACE + 1
    child = int(pid.read_text())
    await until_async(lambda: not _runs(child), 20, "the child is gone too")


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_a_script_may_leave_a_child_behind_that_holds_its_output() -> None:
    code = (
        "import subprocess, sys; print('done', flush=True);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(4)'])"
    )
    before = asyncio.get_running_loop().time()
    assert await run_script((sys.executable, "-c", code), 10) == ("done\n", "")
    assert asyncio.get_running_loop().time() - before < 3


async def test_what_a_script_says_goes_to_the_log_clean_and_not_without_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    runner = HookRunner(Told())
    code = "print('hello \\x1b[31mred'); print('y\\n' * 1_000_000)"
    runner.run(Hook.PENDING, (sys.executable, "-c", code), HookFields(), 10)
    await until_async(lambda: any("done" in record.getMessage() for record in caplog.records), 20)
    await runner.close()
    lines = [record.getMessage() for record in caplog.records]
    assert "on_pending: hello ␛[31mred" in lines
    assert len(lines) < 30


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("deskbell-no-such-program",), "cannot be started: No such file"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "failed (status 3)"),
        ((sys.executable, "a\x00b"), "cannot be started"),
    ],
)
async def test_a_script_that_fails_is_told_once_until_it_has_worked_again(
    argv: tuple[str, ...], words: str
) -> None:
    told = Told()
    runner = HookRunner(told)

    async def run(*argv: str) -> None:
        runner.run(Hook.MESSAGE, argv, HookFields(), 10)
        await until_async(lambda: not runner._others.running, 20)

    await run(*argv)
    await run(*argv)
    assert len(told.texts) == 1
    assert words in told.texts[0]
    await run(sys.executable, "-c", "")
    await run(*argv)
    assert len(told.texts) == 2


async def test_a_burst_runs_a_few_at_a_time_and_drops_what_is_too_much(
    tmp_path: Path, note: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    runner = HookRunner(Told())
    gate = tmp_path / "gate"
    wait = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    try:
        for number in range(hooks.AT_ONCE + hooks.WAITING + 5):
            runner.run(Hook.PENDING, (sys.executable, "-c", wait, "{id}"), HookFields(id=str(number)), 30)
        assert len(runner._others.running) == hooks.AT_ONCE
        assert sum("dropped" in record.getMessage() for record in caplog.records) == 5
    finally:
        runner._others.waiting.clear()
        gate.touch()
        await runner.close()


async def test_a_light_is_switched_in_order_however_slow_the_scripts_are(
    tmp_path: Path, note: tuple[str, ...]
) -> None:
    runner = HookRunner(Told())
    slow = (sys.executable, "-c", "import time, runpy, sys; time.sleep(0.4); del sys.argv[0]; "
            "runpy.run_path(sys.argv[0])", *note[1:])  # fmt: skip
    runner.run(Hook.RING_START, (*slow, "on"), HookFields(), 10)
    runner.run(Hook.RING_STOP, (*note, "off"), HookFields(), 10)
    await until_async(lambda: noted(tmp_path) == [["on"], ["off"]], 20)
    await runner.close()


async def test_closing_waits_a_moment_for_what_runs_and_ends_the_rest(
    tmp_path: Path, note: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    endless = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    runner = HookRunner(Told())
    runner.run(Hook.RING_STOP, (*note, "off"), HookFields(), 10)
    runner.run(Hook.PENDING, (sys.executable, "-c", endless), HookFields(), 60)
    await until_async(lambda: pid.exists() and pid.read_text() != "", 20)
    await runner.close()
    assert noted(tmp_path) == [["off"]]
    await until_async(_gone(int(pid.read_text())), 20)
    runner.run(Hook.PENDING, (*note, "late"), HookFields(), 10)
    assert not runner._others.running


def _gone(pid: int) -> Callable[[], bool]:
    return lambda: not _runs(pid)
