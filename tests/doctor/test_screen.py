"""The doctor's screen on a still desk: opened by key, by menu; examined again; left at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.parts.waiting import until_async
from tests.screens.still_desk import StillDesk
from tui.link.findings import Area, Findings, State, finding
from tui.screens.app import ConsoleApp
from tui.screens.desk_screen import DeskScreen
from tui.screens.doctor_screen import DoctorScreen

SAYS = "It does not answer, and nothing will be heard until it does, however long that takes. [b]x[/b]"


class Doctor:
    """Examines when let."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = threading.Event()

    def __call__(self) -> Findings:
        self.asked += 1
        self.may_answer.wait(10)
        kinds = list(State)
        lines = (
            finding(area, f"{area.name}.it", state, "part", f"{SAYS} ({self.asked})", "Start it.", "a line")
            for area, state in zip(Area, kinds + kinds, strict=False)
        )
        return Findings(tuple(lines), time.time(), 1.0)


@asynccontextmanager
async def on(
    doctor: Doctor, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    desk = StillDesk()
    app = ConsoleApp(desk, lambda alert: "", doctor)
    desk.wake = app.wake
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        try:
            yield app, pilot
        finally:
            doctor.may_answer.set()


def text_of(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def shows(app: ConsoleApp, text: str) -> str:
    await until_async(lambda: text in text_of(app), 20, f"{text!r} in\n{text_of(app)}")
    return text_of(app)


@pytest.mark.parametrize("key", ["f12", "alt+d"])
async def test_it_says_that_it_examines_and_then_what_it_found(key: str) -> None:
    doctor = Doctor()
    async with on(doctor) as (app, pilot):
        await pilot.press(key)
        await shows(app, "Checking …")
        doctor.may_answer.set()
        screen = await shows(app, "R examines again")
        assert "2 faults and 2 warnings." in screen
        assert "✗ fault" in screen
        assert "[b]x[/b]" in screen, "no markup is read"
        assert "→ Start it." in screen
        await pilot.press("end")
        await until_async(lambda: app.screen.query_one(VerticalScroll).scroll_y > 0, 20)
        await shows(app, "VISITOR'S DOOR")


async def test_r_examines_again_but_not_twice_at_once() -> None:
    doctor = Doctor()
    async with on(doctor) as (app, pilot):
        await pilot.press("f12")
        await shows(app, "Checking …")
        await pilot.press("r", "r")
        assert doctor.asked == 1
        doctor.may_answer.set()
        await shows(app, "(1)")
        await pilot.press("r")
        await shows(app, "(2)")


async def test_it_can_be_left_while_it_examines_and_its_late_word_harms_nothing() -> None:
    doctor = Doctor()
    async with on(doctor) as (app, pilot):
        await pilot.press("f12")
        await shows(app, "Checking …")
        await pilot.press("escape")
        assert isinstance(app.screen, DeskScreen)
        doctor.may_answer.set()
        await until_async(
            lambda: not any(thread.name == "doctor-screen" for thread in threading.enumerate()), 20
        )
        await pilot.press("f12")
        await shows(app, "(2)")
        assert isinstance(app.screen, DoctorScreen)


async def test_the_agent_menu_leads_to_it() -> None:
    doctor = Doctor()
    doctor.may_answer.set()
    async with on(doctor) as (app, pilot):
        await pilot.press("f10")
        await shows(app, "Doctor: what works")
        while True:
            chosen = app.screen.query_one(OptionList).highlighted_option
            if chosen is not None and chosen.id == "doctor":
                break
            await pilot.press("down")
        await pilot.press("enter")
        await shows(app, "R examines again")
