"""F1 explains every screen of the program: what it is for, and every key that is bound there."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

import tui.screens
import tui.widgets
from tests.parts_of_desk import done
from tests.screens.room import rests
from tests.screens.settings_room import SettingsRoom, go_to, opened
from tests.screens.still_desk import StillDesk, console
from tui.desk.contact import ContactId
from tui.desk.events import ContactChanged
from tui.desk.lifecycle import DeedKind
from tui.link.findings import Findings
from tui.screens.command_table import BY_ID, COMMANDS
from tui.screens.dialogs import QuitScreen
from tui.screens.explain import ANYWHERE, own_bindings
from tui.screens.help_screen import HelpScreen
from tui.screens.keymap import key_label
from tui.screens.overlay import Dialog, Layer, Overlay
from tui.screens.past.past_screen import PastScreen
from tui.screens.settings.record import RecordScreen

TAKES_EVERY_KEY = {RecordScreen}
"""Screens on which F1 is a key like any other: it says itself what it is for."""


def _ours(base: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("tui."):
            yield kind
        yield from _ours(kind)


for package in (tui.screens, tui.widgets):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
SCREENS = sorted(set(_ours(Screen)) - {Dialog, Layer, Overlay}, key=lambda kind: kind.__name__)
NODES = sorted(set(_ours(DOMNode)), key=lambda kind: kind.__name__)


def named(kind: type[DOMNode]) -> str:
    return kind.__name__


@pytest.mark.parametrize("kind", SCREENS, ids=named)
def test_every_screen_says_what_it_is_for(kind: type[DOMNode]) -> None:
    if kind in TAKES_EVERY_KEY:
        return
    said = (kind.HELP or "").strip()
    title, _, words = said.partition("\n")
    hint = (
        f"{kind.__name__} needs a HELP: a title, below it two or three sentences; see tui/screens/explain.py"
    )
    assert 0 < len(title) <= 40, hint
    assert not title.endswith("."), hint
    assert len(re.findall(r"[.?!](?:\s|$)", words)) >= 2, hint


@pytest.mark.parametrize("kind", NODES, ids=named)
def test_every_key_that_is_bound_is_named(kind: type[DOMNode]) -> None:
    for base, binding in own_bindings(kind):
        if base.__module__.startswith("tui."):
            known = (binding.id or "").removesuffix(ANYWHERE) in BY_ID
            assert known or binding.description, (
                f"{base.__name__} binds {binding.key} and does not say for what"
            )


def text_of_help(pilot: Pilot[None]) -> str:
    """All of it, also what would have to be scrolled to, its lines joined."""
    text = pilot.app.screen.query_one(Static)
    lines = text.render_lines(text.size.region)
    return " ".join(" ".join(strip.text for strip in lines).split())


async def helped(pilot: Pilot[None]) -> str:
    """What F1 says here. Checks that Esc goes back to where one was."""
    screen, focused = pilot.app.screen, pilot.app.screen.focused
    if isinstance(screen, QuitScreen):
        screen._opened = float("-inf")  # it has stood for a while
    await pilot.press("f1")
    await pilot.pause()
    assert isinstance(pilot.app.screen, HelpScreen)
    said = text_of_help(pilot)
    await pilot.press("escape")
    await pilot.pause()
    assert pilot.app.screen is screen
    assert pilot.app.screen.focused is focused
    for node in focused.ancestors_with_self if focused is not None else [screen]:
        kind = type(node)
        if kind.HELP and kind.__module__.startswith("tui."):
            title, _, words = kind.HELP.strip().partition("\n")
            assert title.upper() in said
            assert " ".join(words.split()) in said
        for base, binding in own_bindings(kind):
            id = (binding.id or "").removesuffix(ANYWHERE)
            if base.__module__.startswith("tui.") and not binding.key.startswith("super+"):
                assert id in BY_ID or key_label(binding.key) in said or binding.key in FIXED
    for command in COMMANDS:
        assert command.help in said
        assert key_label(command.keys.split(",")[0]) in said
    return said


FIXED = {key for command in COMMANDS if command.fixed for key in command.keys.split(",")}


@dataclass(frozen=True)
class Scene:
    """A screen, and how one comes to it from the desk with a chat open and somebody waiting."""

    kind: str
    keys: tuple[str, ...]
    also: str = ""
    """Something its help says beside what the test asks of every help."""


SCENES = (
    Scene("DeskScreen", (), "You are writing".upper()),
    Scene("DeskScreen", ("ctrl+t",), "You are in the pending queue".upper()),
    Scene("DeskScreen", ("ctrl+t", "ctrl+t"), "You are in the list of your chats".upper()),
    Scene("DeskScreen", ("alt+q",), "You are filtering the queue".upper()),
    Scene("DeskScreen", ("ctrl+f",), "Find in this chat".upper()),
    Scene("SearchScreen", ("alt+s",), "Move in the list."),
    Scene("SettingsScreen", ("f9",), "Del, R Back to the default."),
    Scene("SettingsScreen", ("f9", "slash"), "IN A LINE OF TEXT"),
    Scene("AlertLogScreen", ("f11",), "To the newest."),
    Scene("DoctorScreen", ("f12",), "PgUp, PgDn,"),
    Scene("MuteScreen", ("ctrl+s",), "COMMANDS THAT WORK HERE TOO"),
    Scene("ThemeScreen", ("alt+y",)),
    Scene("ChooseScreen", ("alt+g",)),
    Scene("ReasonScreen", ("alt+h",)),
    Scene("TransferScreen", ("alt+t",), "Enter To the note; then pass it on."),
    Scene("AbbreviationsScreen", ("alt+i",)),
    Scene("EditorScreen", ("alt+i", "ctrl+n"), "Save it."),
    Scene("EditorScreen", ("alt+i", "ctrl+n", "tab"), "Another choice."),
    Scene("WrapUpScreen", ("ctrl+d",), "Enter Keep it."),
    Scene("WrapUpScreen", ("ctrl+d", "tab"), "Enter Keep it."),
    Scene("MenuScreen", ("f10",)),
    Scene("QuitScreen", ("ctrl+q",), "Y Go on."),
    Scene("Palette", ("ctrl+p",), "Previous command."),
)


async def test_f1_names_another_way_for_layouts_that_cannot_send_alt() -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hello")
    app = console(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1", *"cyrillic")
        await pilot.pause()
        shown = text_of_help(pilot)
        for words in ("IF ALT DOES NOT WORK", "Ctrl+P", "/note", "metaSendsEscape"):
            assert words in shown


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.kind} {' '.join(scene.keys)}".strip())
async def test_f1_explains_the_screen_one_is_on_and_esc_goes_back(scene: Scene) -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hello")
    if scene.kind == "WrapUpScreen":  # of a chat that is only put away
        record = desk.keeper.desk.chats[ContactId("Luca")].contact
        desk.keeper.take(ContactChanged(done(record, DeedKind.LEAVE, time.time())))
    desk.arrives("Anna")
    app = console(desk, lambda: Findings((), 0.0, 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rests(app)
        for key in scene.keys:
            await pilot.press(key)
            await pilot.pause()
        assert type(app.screen).__name__ == scene.kind
        assert scene.also in await helped(pilot)


@pytest.mark.parametrize(
    ("row", "kind"),
    [("audio.pending.ring_tone", "ChoiceScreen"), ("agent.name", "LineScreen"), ("reset all", "AskScreen")],
)
async def test_f1_explains_the_small_screens_over_the_settings(row: str, kind: str, tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[audio]\nvolume = 0.5\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, row)
        await pilot.press("enter")
        await pilot.pause()
        assert type(pilot.app.screen).__name__ == kind
        await helped(pilot)


async def test_f1_explains_a_transcript_of_the_past() -> None:
    desk = StillDesk()
    app = console(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(PastScreen(desk, ContactId("Anna")))
        await pilot.pause()
        assert "Find in it." in await helped(pilot)


def test_the_scenes_show_every_screen_of_the_program() -> None:
    shown = {scene.kind for scene in SCENES} | {
        "ChoiceScreen",
        "LineScreen",
        "AskScreen",
        "PastScreen",
    }
    assert {kind.__name__ for kind in SCREENS} - {"HelpScreen"} - {
        one.__name__ for one in TAKES_EVERY_KEY
    } <= shown


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_each_place_of_the_console_where_the_keyboard_can_be_says_what_it_is(
    size: tuple[int, int],
) -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hello")
    desk.arrives("Anna")
    app = console(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("alt+v")  # the visitor panel
        await pilot.pause()
        places = app.screen.focus_chain
        assert len(places) >= 3
        for place in places:
            path = [node for node in place.ancestors_with_self if node not in (app, app.screen)]
            assert any(type(node).HELP for node in path if isinstance(node, Widget)), type(place).__name__


async def test_typing_searches_the_help_and_what_was_written_elsewhere_stays() -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hello")
    app = console(desk)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        await pilot.press("h", "i", "f1", *"minutes mute")
        await pilot.pause()
        found = text_of_help(pilot)
        assert "/mute [minutes, a time, or off]" in found
        assert "Take the longest waiting" not in found
        await pilot.press("x", "x")
        await pilot.pause()
        assert "Nothing about “minutes mutexx”" in text_of_help(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, HelpScreen)
        assert app.screen.query_one(Input).value == ""
        await pilot.press("f1")  # back, as Esc
        await pilot.press("!")
        pane = app.screen.query_one("ChatPane Composer")
        assert getattr(pane, "draft", "") == "hi!"


async def test_the_help_shows_the_keys_of_the_settings() -> None:
    from dataclasses import replace

    from tui.config.schema import Settings

    desk = StillDesk(replace(Settings(), keys={"silence": "f14", "help": "f16"}))
    app = console(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f16", *"ringing now silence")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", *"stop the ring")
        await pilot.pause()
        assert "F14" in text_of_help(pilot)
        assert "F5" not in text_of_help(pilot)
