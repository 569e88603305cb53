"""The header, the status line and the key line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets import feed
from tests.widgets.demo import KEYS
from tests.widgets.stage import drawn, staged
from tui.text.clean import clean
from tui.widgets.header_line import ChannelState, HeaderLine, HeaderPart, HeaderState
from tui.widgets.key_line import KeyHint, KeyLine
from tui.widgets.status_line import StatusLine

STATE = HeaderState(
    waiting=3,
    oldest_since=feed.NOW - 98,
    focus="away",
    focus_reason="tmux: other window",
    audio=ChannelState.ON,
    popups=ChannelState.ON,
    door=clean("127.0.0.1:8765"),
    agent=clean("Maria"),
)


def header(state: HeaderState) -> HeaderLine:
    widget = HeaderLine()
    widget.show(state)
    widget.tick(feed.NOW)
    return widget


async def test_the_header_tells_everything_where_there_is_room() -> None:
    async with staged(header(STATE), (140, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert line.startswith(" Deskbell   ● ready   3 waiting, oldest 01:38   ")
        assert line.endswith("127.0.0.1:8765   focus away (tmux: other window)   ♪ on   ▣ on   Maria ▾")


async def test_at_eighty_columns_ready_waiting_focus_sound_popups_and_agent_are_there() -> None:
    async with staged(header(STATE), (80, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        for words in ("● ready", "3 waiting, oldest 01:38", "focus away", "♪ on", "▣ on", "Maria ▾"):
            assert words in line


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (170, "sounds on the other console (pid 7, tty pts/3)"),
        (120, "sounds on pid 7, tty pts/3"),
        (100, "sounds elsewhere"),
        (80, "sounds elsewhere"),
    ],
)
async def test_a_console_that_does_not_sound_says_so_at_any_width(width: int, words: str) -> None:
    state = replace(STATE, several=True, sounds_on=clean("pid 7, tty pts/3"))
    async with staged(header(state), (width, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert words in line
        assert line.split()[-6:-2] == ["♪", "on", "▣", "on"]


async def test_a_console_that_sounds_while_others_are_open_says_that_it_does() -> None:
    async with staged(header(replace(STATE, several=True)), (120, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert "sounds here" in line


async def test_what_is_used_instead_goes_before_the_longest_wait_where_it_is_narrow() -> None:
    state = replace(STATE, popups=ChannelState.FAULT, popups_note="terminal")
    async with staged(header(state), (80, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert "oldest 01:38" in line
        assert line.split()[-4:] == ["▣", "fault", "Maria", "▾"]


async def test_states_are_told_in_words() -> None:
    state = replace(
        STATE,
        ready=False,
        connection="desk lost",
        focus="unknown",
        focus_reason="",
        audio=ChannelState.FAULT,
        audio_note="bell",
        popups=ChannelState.OFF,
        door=clean("port 8765 is taken"),
        door_fault=True,
    )
    async with staged(header(state), (140, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        for words in ("✕ desk lost, paused", "focus unknown", "♪ fault (bell)", "▣ off", "is taken"):
            assert words in line


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "● ready"),
        (
            {"ready": False, "paused_since": feed.NOW - 725, "pause_reason": clean("lunch")},
            "○ paused 12:05 lunch",
        ),
        ({"ready": False}, "○ paused"),
        ({"chats": "4/4"}, "◉ full 4/4"),
        ({"connection": "disconnected"}, "✕ disconnected"),
        ({"connection": "connecting", "connecting": True}, "… connecting"),
    ],
)
@pytest.mark.parametrize("width", [80, 140])
async def test_the_work_state_is_one_of_several_each_with_its_sign(
    more: dict[str, object], words: str, width: int
) -> None:
    async with staged(header(replace(STATE, **more)), (width, 1)) as (app, _pilot):  # type: ignore[arg-type]
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert f" {words}  " in line
        assert sum(sign in line for sign in ("● ready", "○", "◉", "✕", "…")) == 1


async def test_a_long_reason_for_a_pause_does_not_push_the_rest_away() -> None:
    state = replace(STATE, ready=False, paused_since=feed.NOW, pause_reason=clean("x" * 200))
    async with staged(header(state), (120, 1)) as (app, _pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        assert "Maria ▾" in line
        assert "waiting" in line


async def test_the_longest_wait_goes_on_and_only_it_is_drawn_anew() -> None:
    widget = header(STATE)
    async with staged(widget, (140, 1)) as (_app, _pilot):
        widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 0.5)
        assert not widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 1)
        (region,) = widget._exchange_repaint_regions()
        assert drawn(widget)[0][region.x : region.right] == "3 waiting, oldest 01:39"


async def test_a_click_says_which_part_was_clicked() -> None:
    async with staged(header(STATE), (140, 1)) as (app, pilot):
        (line,) = drawn(app.widget)  # type: ignore[arg-type]
        for words in ("Deskbell", "ready", "waiting", "127", "focus", "♪", "▣", "Maria"):
            await pilot.click(app.widget, (line.index(words), 0))
        await pilot.click(app.widget, (line.index("♪") - 1, 0))
        assert [message.part for message in app.all(HeaderLine.HeaderClicked)] == [
            HeaderPart.PRODUCT,
            HeaderPart.READY,
            HeaderPart.WAITING,
            HeaderPart.DOOR,
            HeaderPart.FOCUS,
            HeaderPart.AUDIO,
            HeaderPart.POPUPS,
            HeaderPart.AGENT,
        ]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 200), st.booleans(), st.text("ab 陈", max_size=40), st.integers(0, 99999))
async def test_the_lines_are_exactly_as_wide_as_the_screen(
    width: int, ready: bool, agent: str, waiting: int
) -> None:
    state = replace(STATE, ready=ready, agent=clean(agent), waiting=waiting)
    keys = KeyLine()
    keys.show(KEYS)
    status = StatusLine()
    status.show(clean(agent * 3), ringing=ready)
    for widget in (header(state), keys, status):
        async with staged(widget, (width, 1)):
            assert [cell_len(strip.text) for strip in widget.all_strips()] == [width]


async def test_the_status_line_tells_what_rings_with_its_sign() -> None:
    widget = StatusLine()
    async with staged(widget, (60, 1)):
        widget.show(clean("rings: Bruno (console away)"), ringing=True)
        assert drawn(widget) == [" ♪ rings: Bruno (console away)"]
        widget.show(clean("silent: console focused [bold]"))
        assert drawn(widget) == [" silent: console focused [bold]"]


async def test_keys_are_dropped_by_importance_and_help_stays_at_the_right() -> None:
    widget = KeyLine()
    widget.show(KEYS)
    async with staged(widget, (200, 1)) as (_app, pilot):
        assert [hint.command for hint in widget.fitting(200)] == [hint.command for hint in KEYS]
        assert "Ctrl+E (end chat)" in drawn(widget)[0]
        await pilot.resize_terminal(40, 1)
        await pilot.pause()
        assert drawn(widget) == [" F2 accept  F3 next unread      F1 help"]


async def test_a_click_on_a_key_says_its_command_unless_it_cannot_be_done() -> None:
    widget = KeyLine()
    widget.show((KeyHint("one", "F1", "first"), KeyHint("two", "F2", "second", enabled=False)))
    async with staged(widget, (40, 1)) as (app, pilot):
        for x in (1, 8, 9, 12, 30):
            await pilot.click(widget, (x, 0))
        assert [message.command for message in app.all(KeyLine.KeyClicked)] == ["one", "one"]


@pytest.mark.parametrize("width", [1, 10, 30])
async def test_the_header_survives_any_narrowness(width: int) -> None:
    async with staged(header(STATE), (width, 1)) as (app, _pilot):
        assert len(drawn(app.widget)) == 1  # type: ignore[arg-type]
