"""What the doctor makes of what it found: states, words, cures. Nothing real is examined here."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doctor.subjects import GOOD_TERMINAL, only, states, subject
from tui.config.file import SettingsFile
from tui.config.schema import (
    AudioMessage,
    AudioPending,
    AudioSettings,
    DesktopMessage,
    DesktopPending,
    DesktopSettings,
    ServiceSettings,
    Settings,
    WebSettings,
)
from tui.doctor import clock, door, popups, sound, storage, terminal
from tui.doctor import settings as settings_check
from tui.doctor.clock import ClockFound
from tui.doctor.door import DoorFound, Whose
from tui.doctor.popups import PopupsFound
from tui.doctor.sound import Played, SoundFound, System
from tui.doctor.storage import DatabaseFound, FolderFound
from tui.doctor.subject import Key, Keys
from tui.link.findings import State
from tui.link.hosts import RefusedNames
from tui.outputs.popups_daemon import Daemon
from tui.outputs.terminal_facts import TerminalFacts

POPUPS_ON = Settings(desktop=DesktopSettings(enabled=True))
DUNST = Daemon("dunst", True, "1/:1.1", "1.9.0", frozenset({"actions", "body", "body-markup"}))
GOOD_SOUND = SoundFound(
    "pulseaudio", {"marimba": Played(True), "drop": Played(True)}, System("PulseAudio", "desk", False, 80)
)


# sound


@pytest.mark.parametrize(
    ("settings", "found", "state", "words"),
    [
        (Settings(), GOOD_SOUND, State.OK, "took the tone at 80%"),
        (Settings(audio=AudioSettings(enabled=False)), None, State.OFF, "Audio is off"),
        (Settings(audio=AudioSettings(volume=0.0)), GOOD_SOUND, State.OFF, "volume in the settings is 0"),
        (
            Settings(audio=AudioSettings(pending=AudioPending(volume=0.0))),
            GOOD_SOUND,
            State.OFF,
            "volume in the settings is 0",
        ),
        (Settings(), replace(GOOD_SOUND, driver="dummy"), State.FAULT, "sounds nowhere"),
        (
            Settings(),
            SoundFound(played={"marimba": Played(False, "no sound device: none")}),
            State.FAULT,
            "no sound device: none",
        ),
        (
            Settings(),
            SoundFound(played={"marimba": Played(False, "the sound server does not answer")}),
            State.FAULT,
            "does not answer",
        ),
    ],
)
def test_the_sound_device_is_judged_by_what_the_ringer_said(
    tmp_path: Path, settings: Settings, found: SoundFound | None, state: State, words: str
) -> None:
    device = only(sound.findings(settings, tmp_path, found, over_ssh=False), "sound.device")
    assert device.state is state
    assert words in device.says
    assert device.cure or state is State.OK


def test_a_system_that_is_muted_is_a_fault_and_one_that_is_low_a_warning(tmp_path: Path) -> None:
    def system(says: System) -> State:
        found = sound.findings(Settings(), tmp_path, replace(GOOD_SOUND, system=says), over_ssh=False)
        return only(found, "sound.system").state

    assert system(System("PulseAudio", "desk", True, 80)) is State.FAULT
    assert system(System("PulseAudio", "desk", False, 5)) is State.WARNING
    assert system(System("PulseAudio", "desk", False, 80)) is State.OK
    silent = sound.findings(Settings(), tmp_path, replace(GOOD_SOUND, system=System()), over_ssh=False)
    assert "sound.system" not in states(silent)


def test_every_tone_that_is_set_is_told_of(tmp_path: Path) -> None:
    settings = replace(
        Settings(),
        services={
            "Sales": ServiceSettings(ring_tone="gone.wav"),
            "Support": ServiceSettings(ring_tone="harp"),
        },
    )
    played = {**GOOD_SOUND.played, "harp": Played(True, "tone harp.wav cannot be decoded: it is empty")}
    found = sound.findings(settings, tmp_path, replace(GOOD_SOUND, played=played), over_ssh=False)
    assert states(found) == {
        "sound.device": State.OK,
        "sound.system": State.OK,
        "sound.tone.audio.pending.ring_tone": State.OK,
        "sound.tone.audio.message.ring_tone": State.OK,
        'sound.tone.services."Sales".ring_tone': State.FAULT,
        'sound.tone.services."Support".ring_tone': State.FAULT,
    }
    lost = only(found, 'sound.tone.services."Sales".ring_tone')
    assert "gone.wav" in lost.says
    assert 'services."Sales".ring_tone' in lost.cure
    assert "it is empty" in only(found, 'sound.tone.services."Support".ring_tone').says


def test_a_block_that_is_off_is_not_examined(tmp_path: Path) -> None:
    audio = AudioSettings(
        pending=AudioPending(enabled=False, ring_tone="gone"), message=AudioMessage(volume=0.5), volume=0.5
    )
    settings = replace(Settings(), audio=audio, services={"Sales": ServiceSettings(ring_tone="gone")})
    assert sound.tones_set(settings) == {"drop": ("audio.message.ring_tone",)}
    assert (sound.wanted(settings), sound.volume(settings)) == (True, 0.25)
    nothing = replace(settings, audio=replace(audio, message=AudioMessage(enabled=False)))
    assert not sound.wanted(nothing)
    assert states(sound.findings(nothing, tmp_path, None, over_ssh=False)) == {"sound.device": State.OFF}
    off = Settings(audio=AudioSettings(enabled=False, pending=AudioPending(ring_tone="gone")))
    found = states(sound.findings(off, tmp_path, None, over_ssh=False))
    assert found["sound.tone.audio.pending.ring_tone"] is State.WARNING
    quiet = DesktopSettings(
        enabled=True, pending=DesktopPending(enabled=False), message=DesktopMessage(enabled=False)
    )
    assert not popups.wanted(Settings(desktop=quiet))


def test_the_agents_answer_settles_whether_it_was_heard(tmp_path: Path) -> None:
    device = only(sound.findings(Settings(), tmp_path, GOOD_SOUND, over_ssh=False), "sound.device")
    assert sound.answered(device, heard=True).state is State.OK
    unheard = sound.answered(device, heard=False)
    assert unheard.state is State.FAULT
    assert "did not hear it" in unheard.says
    assert "volume" in unheard.cure


# popups


@pytest.mark.parametrize(
    ("settings", "found", "service", "test"),
    [
        (POPUPS_ON, PopupsFound(DUNST, fate="shown, withdrawn after 3 s"), State.OK, State.OK),
        (POPUPS_ON, PopupsFound(DUNST, failed="it lost it"), State.OK, State.FAULT),
        (POPUPS_ON, PopupsFound(trouble="no session bus", cure="start one"), State.FAULT, None),
        (Settings(), PopupsFound(DUNST), State.OK, State.OFF),
        (Settings(), PopupsFound(trouble="no session bus", cure="start one"), State.OFF, State.OFF),
        (
            POPUPS_ON,
            PopupsFound(replace(DUNST, capabilities=frozenset({"body"})), fate="shown"),
            State.WARNING,
            State.OK,
        ),
    ],
)
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no D-Bus")
def test_popups_are_at_fault_only_when_they_are_wanted(
    settings: Settings, found: PopupsFound, service: State, test: State | None
) -> None:
    told = states(popups.findings(settings, found, over_ssh=False))
    assert told["popups.service"] is service
    assert told.get("popups.test") is test


# focus and terminal

TMUX_OFF = TerminalFacts(name="kitty", version="3.4", multiplexer="tmux", reports_focus=False)


@pytest.mark.parametrize(
    ("facts", "state", "line"),
    [
        (GOOD_TERMINAL, State.OK, ""),
        (TMUX_OFF, State.WARNING, "set -g focus-events on"),
        (replace(TMUX_OFF, reports_focus=None), State.WARNING, "set -g focus-events on"),
        (replace(TMUX_OFF, reports_focus=True, focus_trusted=True), State.OK, ""),
        (TerminalFacts(multiplexer="screen", reports_focus=False), State.WARNING, "set -g focus-events on"),
        (TerminalFacts(multiplexer="zellij"), State.WARNING, ""),
        (TerminalFacts(name="old", reports_focus=False, answered=True), State.WARNING, ""),
        (TerminalFacts(), State.UNKNOWN, ""),
    ],
)
def test_where_the_focus_is_not_reported_the_cure_is_told(
    tmp_path: Path, facts: TerminalFacts, state: State, line: str
) -> None:
    one = only(terminal.findings(subject(tmp_path, facts), Settings()), "focus.reports")
    assert (one.state, one.line) == (state, line)
    assert one.cure or state is State.OK
    assert "mode 1004" in one.says or state is not State.OK


def test_what_a_click_on_a_popup_brings_forward_is_told_and_what_lacks(tmp_path: Path) -> None:
    kitty = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1", "DISPLAY": ":0"}
    one = only(terminal.findings(subject(tmp_path, env=kitty), POPUPS_ON), "focus.forward")
    assert one.state is State.OK
    assert "kitty's own notice" in one.facts["has"]
    assert "remote control is off" in one.says
    bare = subject(tmp_path, env={"TERM": "xterm"})
    assert only(terminal.findings(bare, POPUPS_ON), "focus.forward").state is State.WARNING
    assert only(terminal.findings(bare, Settings()), "focus.forward").state is State.OFF


@pytest.mark.parametrize(
    ("facts", "works", "line"),
    [
        (GOOD_TERMINAL, "OSC 9, OSC 777", ""),
        (TerminalFacts(name="xterm"), "none", ""),
        (replace(TMUX_OFF, passthrough=False), "none", "set -g allow-passthrough all"),
        (replace(TMUX_OFF, passthrough=None, osc777=True), "OSC 777", "set -g allow-passthrough all"),
        (replace(TMUX_OFF, passthrough=True, osc99=True), "OSC 99", ""),
    ],
)
def test_the_terminals_own_notices_are_named(
    tmp_path: Path, facts: TerminalFacts, works: str, line: str
) -> None:
    one = only(terminal.findings(subject(tmp_path, facts), Settings()), "terminal.notices")
    assert (one.facts["works"], one.line) == (works, line)


def test_over_ssh_it_says_what_arrives_at_the_agents_own_desk(tmp_path: Path) -> None:
    far = subject(tmp_path, replace(GOOD_TERMINAL, over_ssh=True))
    one = only(terminal.findings(far, POPUPS_ON), "terminal.ssh")
    assert one.state is State.WARNING
    assert "arrive: the bell, the title, the terminal's notices, the focus." in one.says
    assert "stay: sound and popups." in one.says
    assert "terminal.ssh" not in states(terminal.findings(subject(tmp_path), POPUPS_ON))


@pytest.mark.parametrize(
    ("env", "state", "words"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, State.OK, "True colour"),
        ({"TERM": "xterm-256color"}, State.OK, "256 colours"),
        ({"TERM": "xterm"}, State.OK, "16 colours"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, State.OK, "NO_COLOR"),
        ({"TERM": "dumb"}, State.FAULT, "cannot draw"),
        ({}, State.FAULT, "cannot draw"),
    ],
)
def test_colours_are_told_by_the_environment(
    tmp_path: Path, env: dict[str, str], state: State, words: str
) -> None:
    one = only(terminal.findings(subject(tmp_path, env=env), Settings()), "terminal.colours")
    assert one.state is state
    assert words in one.says


@pytest.mark.parametrize(
    ("name", "env", "words", "line"),
    [
        ("xterm", {}, ".Xresources", "XTerm*metaSendsEscape: true"),
        ("", {}, '"Meta sends Escape"', ""),
        ("iterm2", {}, '"Esc+"', ""),
        ("", {"TERM_PROGRAM": "Apple_Terminal"}, '"Use Option as Meta key"', ""),
    ],
)
def test_it_says_where_alt_is_set_for_8_bit_meta_cannot_be_told_from_a_letter(
    tmp_path: Path, name: str, env: dict[str, str], words: str, line: str
) -> None:
    around = subject(tmp_path, replace(GOOD_TERMINAL, name=name), env={"TERM": "xterm", **env})
    one = only(terminal.findings(around, Settings()), "terminal.alt")
    assert (one.state, one.line) == (State.OK, line)
    assert words in one.cure
    assert "slash commands" in one.says


def test_a_small_window_is_a_warning_and_another_encoding_too(tmp_path: Path) -> None:
    found = states(terminal.findings(subject(tmp_path, size=(79, 24), encoding="ascii"), Settings()))
    assert found["terminal.size"] is State.WARNING
    assert found["terminal.encoding"] is State.WARNING
    found = states(terminal.findings(subject(tmp_path, size=(80, 24), encoding="utf8"), Settings()))
    assert (found["terminal.size"], found["terminal.encoding"]) == (State.OK, State.OK)


def test_keys_that_the_terminal_keeps_are_told_with_their_second_keys(tmp_path: Path) -> None:
    vte = subject(tmp_path, TerminalFacts(name="vte"))
    two = Keys((Key("help", "Help", ("F1", "Ctrl+G")), Key("quit", "Quit", ("Ctrl+Q",))))
    one = only(terminal.findings(replace(vte, keys=lambda settings: two), Settings()), "terminal.keys")
    assert one.state is State.OK
    assert "F1 (its help): Ctrl+G does the same" in one.says
    alone = Keys((Key("agent-menu", "Agent menu", ("F10",)),))
    one = only(terminal.findings(replace(vte, keys=lambda settings: alone), Settings()), "terminal.keys")
    assert one.state is State.WARNING
    assert one.line == 'agent-menu = "ctrl+y"'


def test_without_a_terminal_nothing_is_claimed(tmp_path: Path) -> None:
    found = states(terminal.findings(subject(tmp_path, TerminalFacts(), size=None), Settings()))
    assert set(found.values()) == {State.UNKNOWN}


# data, settings, clock, door


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        (FolderFound(True, "", 10**12, 100), {"folder": State.OK, "space": State.OK, "logs": State.OK}),
        (FolderFound(False, "", 10**12), {"folder": State.OK, "space": State.OK}),
        (FolderFound(True, "nothing can be written in it", 10**12), {"folder": State.FAULT}),
        (
            FolderFound(True, "", 199 * 2**20, 200 * 2**20),
            {"folder": State.OK, "space": State.WARNING, "logs": State.WARNING},
        ),
    ],
)
def test_the_data_folder_must_be_writable_and_have_room(
    tmp_path: Path, folder: FolderFound, expected: dict[str, State]
) -> None:
    found = states(storage.findings(tmp_path, folder, DatabaseFound(False), time.time()))
    assert found == {f"data.{name}": state for name, state in expected.items()} | {"data.database": State.OK}


@pytest.mark.parametrize(
    ("database", "state", "words"),
    [
        (DatabaseFound(True, pending=2, messages=7), State.OK, "2 pending, 0 assigned, 0 ended, 7 messages"),
        (DatabaseFound(True, damage="row 3 missing from index"), State.FAULT, "row 3 missing"),
        (DatabaseFound(True, "it is not a database"), State.FAULT, "not a database"),
        (DatabaseFound(True, checked=False), State.UNKNOWN, "broken off"),
        (DatabaseFound(True, newest=1_000_061.0), State.FAULT, "in the future"),
        (DatabaseFound(True, newest=1_000_059.0), State.OK, "Sound"),
        (DatabaseFound(True, newest=1e300), State.FAULT, "in the future"),
    ],
)
def test_the_database_is_judged(tmp_path: Path, database: DatabaseFound, state: State, words: str) -> None:
    one = storage.findings(tmp_path, FolderFound(True), database, 1_000_000.0)[-1]
    assert one.state is state
    assert words in one.says
    assert one.cure or state is not State.FAULT


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        (None, State.OK, "at its default"),
        ("[audio]\nvolume = 0.5\n", State.OK, "understood"),
        ("[audio]\nvolume = 5\n", State.WARNING, "1 setting cannot be heeded"),
        ("[audio\n", State.FAULT, "config.toml:1"),
    ],
)
def test_the_settings_file_is_told_with_its_lines(
    tmp_path: Path, text: str | None, state: State, words: str
) -> None:
    path = tmp_path / "config.toml"
    if text is not None:
        path.write_text(text)
    found = settings_check.findings(path, text is not None, SettingsFile(path).load(), Keys())
    one = only(found, "settings.file")
    assert one.state is state
    assert words in one.says
    if state is State.WARNING:
        assert only(found, "settings.problem.1").title == "line 2"


def test_keys_and_scripts_that_cannot_be_heeded_are_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[hooks]\non_pending = ['no-such-program-here']\non_message = ['{sys.executable}']\n")
    keys = Keys(problems=('[keys] quit: "f2" is the key of accept-longest',))
    found = settings_check.findings(path, True, SettingsFile(path).load(), keys)
    assert only(found, "settings.keys.1").state is State.WARNING
    assert only(found, "settings.hooks.on_pending").state is State.FAULT
    assert "settings.hooks.on_message" not in states(found)


@pytest.mark.parametrize(
    ("year", "drift", "state"),
    [(2026, 0.0, State.OK), (1970, 0.0, State.FAULT), (2126, 0.0, State.FAULT), (2026, -3.0, State.WARNING)],
)
def test_a_clock_that_cannot_be_right_is_a_fault_and_one_that_jumps_a_warning(
    year: int, drift: float, state: State
) -> None:
    assert clock.findings(ClockFound(0.0, drift, "CET, UTC+01:00", "then", year)).state is state


@pytest.mark.parametrize(
    ("whose", "healthy", "state"),
    [
        (Whose.NOBODY, False, State.OK),
        (Whose.OURS, True, State.OK),
        (Whose.OURS, False, State.FAULT),
        (Whose.OTHER_DESK, True, State.FAULT),
        (Whose.STRANGER, False, State.FAULT),
        (Whose.UNUSABLE, False, State.FAULT),
    ],
)
def test_only_a_door_that_is_free_or_ours_is_in_order(whose: Whose, healthy: bool, state: State) -> None:
    found = door.findings(DoorFound("127.0.0.1", 8765, whose, healthy), Settings())
    assert states(found) == {"door.port": state, "door.reach": State.OK}


def test_names_by_which_visitors_came_in_vain_are_told_with_the_line_to_write() -> None:
    names = RefusedNames.of({"refused_hosts": ["chat.example.org", "[x]\x1b[31m"], "hosts": ["a.example"]})
    found = door.findings(DoorFound("127.0.0.1", 8765, Whose.OURS, True, refused=names), Settings())
    told = only(found, "door.hosts")
    assert told.state is State.WARNING
    assert told.line == 'hosts = ["a.example", "chat.example.org"]'
    assert "chat.example.org" in told.says
    assert "\x1b" not in told.says


def test_a_door_beyond_this_machine_is_a_warning_and_needs_its_sites_named() -> None:
    found = DoorFound("0.0.0.0", 8765, Whose.NOBODY)
    assert states(door.findings(found, Settings())) == {
        "door.port": State.OK,
        "door.reach": State.WARNING,
        "door.origins": State.WARNING,
    }
    named = Settings(web=WebSettings(origins=("https://shop.example",)))
    assert states(door.findings(found, named))["door.origins"] is State.OK


def test_the_process_knows_its_surroundings_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.doctor.subject import surroundings

    def no_terminal(fd: int) -> os.terminal_size:
        raise OSError(25, "not a terminal")

    monkeypatch.setattr(os, "get_terminal_size", no_terminal)
    assert (surroundings().has_terminal, surroundings().size) == (False, None)
