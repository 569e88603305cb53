"""The driver stands in for a part of Textual's; the rest of it stays, and other drivers stay whole."""

from __future__ import annotations

import hashlib
import inspect
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from textual import constants
from textual._parser import Parser
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tests.parts.waiting import until
from tests.screens.still_desk import StillDesk, console
from tests.terminal_input.hearing import told
from tui.terminal_input.driver import TerminalDriver

KNOWN = {
    LinuxDriver.run_input_thread: "d796af6d69db337d",
    LinuxDriver.start_application_mode: "7c41f5ba11a8ef05",
    Parser.feed: "390106cde019dd29",
    XTermParser.parse: "a5834ad1def86544",
    XTermParser.parse_mouse_code: "ceae22ff03d195e9",
    XTermParser._parse_extended_key: "65eeaadaf41a7aa9",
    XTermParser._sequence_to_key_events: "00dfe99846edc6be",
}


@pytest.mark.parametrize(
    ("source", "digest"), KNOWN.items(), ids=lambda value: getattr(value, "__qualname__", "")
)
def test_what_is_stood_in_for_and_relied_on_is_what_was_read(source: Callable[..., Any], digest: str) -> None:
    """Where this fails, Textual has changed: read its new source, mend ours, and put the new digest here."""
    assert hashlib.sha256(inspect.getsource(source).encode()).hexdigest()[:16] == digest


def test_the_console_has_its_own_driver_and_leaves_another_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert console(StillDesk()).driver_class is TerminalDriver
    monkeypatch.setattr(constants, "DRIVER", "textual.drivers.web_driver:WebDriver")
    assert console(StillDesk()).driver_class.__name__ == "WebDriver"


class Hearing(TerminalDriver):
    """The input thread alone, on a pipe."""

    def __init__(self, fd: int) -> None:
        self.fileno = fd
        self.input_tty = True
        self._debug = False
        self._file = SimpleNamespace(encoding="utf-8")  # type: ignore[assignment]
        self.exit_event = threading.Event()
        self.heard: list[tuple[str, float]] = []

    def process_message(self, message: Message) -> None:
        self.heard.append((told(message), time.monotonic()))

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.heard]


@contextmanager
def hearing() -> Iterator[tuple[Hearing, Callable[[bytes], float]]]:
    """The thread runs; what is called writes and says when."""
    reading, writing = os.pipe()
    driver = Hearing(reading)
    thread = threading.Thread(target=driver.run_input_thread, daemon=True)
    thread.start()

    def write(data: bytes) -> float:
        os.write(writing, data)
        return time.monotonic()

    try:
        yield driver, write
    finally:
        driver.exit_event.set()
        thread.join(5)
        os.close(reading)
        os.close(writing)
        assert not thread.is_alive()


def test_escape_and_enter_come_in_time_by_the_real_clock() -> None:
    waits: dict[str, list[float]] = {}
    with hearing() as (driver, write):
        for sent, key in ((b"\r", "enter"), (b"\x1b", "escape")):
            for _ in range(7):
                driver.heard.clear()
                at = write(sent)
                until(lambda: driver.keys == [key], 5, key)  # noqa: B023
                waits.setdefault(key, []).append(driver.heard[0][1] - at)
    assert sorted(waits["escape"])[3] < 0.12
    assert 0.025 < sorted(waits["enter"])[3] < 0.06


def test_what_no_one_expects_does_not_end_the_thread() -> None:
    with hearing() as (driver, write):
        write(b"\xff\x1b[1114112u\x1b[97;1:3u\x1b[1089::99;5u\x1bOQ")
        until(lambda: driver.keys == ["�", "ctrl+c", "f2"], 5)


def test_bytes_found_late_because_the_thread_was_kept_waiting_came_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the Enter in the middle of a paste would be sent on a busy machine."""
    reading, writing = os.pipe()
    driver = Hearing(reading)
    pieces = [b"one\r", b"two\r"]

    class Busy:
        """Each wait takes a fifth of a second more than was asked for; then there are bytes."""

        def __enter__(self) -> Busy:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def register(self, fd: int, events: int) -> None:
            pass

        def select(self, timeout: float) -> list[int]:
            if pieces:
                time.sleep(timeout + 0.2)
                os.write(writing, pieces.pop(0))
                return [1]
            if driver.keys[-1:] == ["lines '\\ntwo\\n' of 2"]:
                driver.exit_event.set()
            return []

    monkeypatch.setattr("tui.terminal_input.driver.selectors.SelectSelector", Busy)
    thread = threading.Thread(target=driver.run_input_thread, daemon=True)
    thread.start()
    thread.join(5)
    assert driver.keys == [*"one", "lines '\\ntwo\\n' of 2"]
    driver.exit_event.set()
    thread.join(5)


def test_the_end_of_input_is_waited_out_without_a_busy_loop() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    driver = Hearing(reading)
    thread = threading.Thread(target=driver.run_input_thread, daemon=True)
    before = time.process_time()
    began = time.monotonic()
    thread.start()
    until(lambda: time.monotonic() > began + 0.5, 5)
    assert time.process_time() - before < 0.4
    driver.exit_event.set()
    thread.join(5)
    assert not thread.is_alive()
    os.close(reading)
