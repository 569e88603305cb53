"""The settings screen, driven by keys: each kind of row, search, undo, edits from outside, defaults."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.parts.waiting import until_async
from tests.screens.settings_room import GRANTED, SettingsRoom, go_to, line_with, opened, screen_text
from tests.screens.still_desk import StillDesk
from tests.screens.test_console import on
from tui.alerts.plan import AlertEvent, Channel
from tui.config.fields import every_setting
from tui.config.file import SettingsNotSaved
from tui.config.schema import Settings
from tui.desk.contact import ContactId
from tui.desk.events import ChannelName, ChannelReported, ChannelState, RingSilenced
from tui.link import commands, view
from tui.link.commands import PreviewTone
from tui.link.view import Severity
from tui.screens.desk_screen import DeskScreen
from tui.screens.settings.catalogue import Kind, all_rows
from tui.screens.settings.dialogs import ChoiceScreen, LineScreen
from tui.screens.settings.screen import SettingsScreen


def test_every_setting_of_the_schema_has_a_row_with_its_explanation(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    rows = all_rows(room.view())
    named = {row.id for row in rows}
    assert {one.key for one in every_setting()} <= named
    assert all(row.explanation for row in rows if row.can_stand)
    assert len(named) == len(rows)


async def test_a_switch_acts_and_is_saved_at_once(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "# mine\n[audio.pending]\nloop = true  # keep\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, "audio.pending.loop")
        await pilot.press("enter")
        assert room.view().settings.audio.pending.loop is False
        assert room.text == "# mine\n[audio.pending]\nloop = false  # keep\n"
        await pilot.press("space")
        assert room.view().settings.audio.pending.loop is True


@pytest.mark.parametrize("block", ["desktop.pending", "desktop.message"])
async def test_close_after_goes_through_the_offered_times_to_never(tmp_path: Path, block: str) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, f"{block}.close_after")
        seen = []
        for _ in range(5):
            await pilot.press("right")
            seen.append(getattr(room.view().settings.desktop, block.partition(".")[2]).close_after)
        assert seen == [15, 30, 60, 0, 0]
        await pilot.pause()
        assert "never" in line_with(pilot, "Close notification after")


async def test_the_clicks_offered_are_those_the_event_can_have(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, "desktop.pending.on_click")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ChoiceScreen)
        assert all(
            word in screen_text(pilot) for word in ("nothing", "show the contact", "accept the contact")
        )
        await pilot.press("down", "enter")
        await pilot.pause()
        assert room.view().settings.desktop.pending.on_click == "accept"
        await go_to(pilot, "desktop.message.on_click")
        await pilot.press("enter")
        await pilot.pause()
        assert "accept" not in screen_text(pilot)


async def test_a_number_steps_within_its_limits_and_can_be_typed(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[audio]\nvolume = 0.92\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, "audio.volume")
        await pilot.press("right", "right", "right")
        assert room.view().settings.audio.volume == 1.0
        await pilot.press("left")
        assert room.view().settings.audio.volume == 0.95
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LineScreen)
        await pilot.press("7", "enter")
        await pilot.pause()
        assert "must be a number from 0 to 1" in screen_text(pilot)
        await pilot.press("backspace", "0", "full_stop", "3", "enter")
        await pilot.pause()
        assert room.view().settings.audio.volume == 0.3
        assert "0.3" in line_with(pilot, "Volume of everything")


async def test_quick_steps_count_each_though_the_desk_has_not_answered_yet(tmp_path: Path) -> None:
    desk = StillDesk()
    async with on(desk, (80, 24)) as (app, pilot):
        await pilot.press("f9", "down", "left", "left", "left")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        wished = [command.value for command in desk.commands if hasattr(command, "value")]
        assert wished == [0.75, 0.7, 0.65]


async def test_text_and_lists_are_typed(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "agent.name")
        await pilot.press("enter", *"Maria", "enter")
        await pilot.pause()
        assert room.view().settings.agent.name == "Maria"
        await go_to(pilot, "hooks.on_ring_start")
        await pilot.press("enter")
        await pilot.pause()
        line = pilot.app.screen.query_one(Input)
        line.value = "lamp 'very red' {name}"
        await pilot.press("enter")
        await pilot.pause()
        assert room.view().settings.hooks.on_ring_start == ("lamp", "very red", "{name}")
        await go_to(pilot, "quiet_hours.friday")
        await pilot.press("enter", *"late", "enter")
        await pilot.pause()
        assert 'It must be hours such as "22:00-07:00"' in screen_text(pilot)


async def test_each_tone_is_heard_while_moving_through_the_list_and_leaving_it_is_silent(
    tmp_path: Path,
) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "audio.pending.ring_tone")
        await pilot.press("enter")
        await pilot.pause()
        assert room.previews == []
        await pilot.press("up", "up", "down")
        await pilot.pause()
        assert room.previews == ["harp", "bells", "harp"]
        await pilot.press("escape")
        await pilot.pause()
        assert room.previews[-1] is None
        assert room.view().settings.audio.pending.ring_tone == "marimba"
        await pilot.press("enter", "up", "enter")
        await pilot.pause()
        assert room.view().settings.audio.pending.ring_tone == "harp"
        assert room.previews[-1] is None
        await go_to(pilot, "audio.message.ring_tone")
        await pilot.press("right")
        assert room.previews[-1] == "ping"
        assert room.view().settings.audio.message.ring_tone == "ping"
        assert PreviewTone("ping", AlertEvent.MESSAGE) in room.commands


async def test_a_file_of_ones_own_is_given_by_path_and_a_missing_one_is_said(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "audio.pending.ring_tone")
        await pilot.press("enter")
        await until_async(lambda: isinstance(pilot.app.screen, ChoiceScreen) and pilot.app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("end")
        await pilot.press("enter")
        await until_async(lambda: isinstance(pilot.app.screen, LineScreen) and pilot.app.screen.is_mounted)
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = "/music/gone.wav"
        await pilot.press("enter")
        await until_async(lambda: not isinstance(pilot.app.screen, LineScreen))
        await pilot.pause()
        assert room.view().settings.audio.pending.ring_tone == "/music/gone.wav"
        assert "gone.wav ! missing" in line_with(pilot, "Ring tone  ")


async def test_a_service_can_have_its_own_ring_tone(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    room.arrives("Anna")
    async with opened(room) as (_, pilot):
        await go_to(pilot, "services.sales.ring")
        assert "as for all others" in line_with(pilot, "Ring tone")
        await pilot.press("right")
        assert room.view().settings.services["Sales"].ring_tone == "bells"
        assert "[services.Sales]" in room.text
        await pilot.press("left")
        assert room.view().settings.services["Sales"].ring_tone is None


async def test_a_service_can_have_its_own_language_colour_time_and_message(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, '[services."Sales"]\n')
    async with opened(room) as (_, pilot):
        await go_to(pilot, "services.sales.colour")
        assert "none" in line_with(pilot, "Colour")
        await pilot.press("right", "right")
        assert room.view().settings.colour("Sales") == "green"
        await go_to(pilot, "services.sales.dissuasion_message")
        await pilot.press("enter", *"closed", "enter")
        assert room.view().settings.dissuasion_message("Sales") == "closed"
        assert room.view().settings.dissuasion_message("Support") == Settings().queue.dissuasion_message
        await go_to(pilot, "services.sales.language")
        await pilot.press("enter", "1", "enter")
        assert "It must be a language such as" in screen_text(pilot)
        await pilot.press("backspace", "i", "t", "enter")
        assert room.view().settings.language("Sales") == "it"
        assert '[services."Sales"]' in room.text


async def test_a_colour_of_ones_own_is_typed_below_the_names(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, '[services."Sales"]\n')
    async with opened(room) as (_, pilot):
        await go_to(pilot, "services.sales.colour")
        await pilot.press("enter", "end", "enter")
        await pilot.press(*"#12345", "enter")
        assert "or a colour such as" in screen_text(pilot)
        await pilot.press("6", "enter")
        assert room.view().settings.colour("Sales") == "#123456"


async def test_the_theme_is_seen_while_choosing_kept_when_taken_and_there_at_the_next_start(
    tmp_path: Path,
) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "appearance.theme")
        await pilot.press("enter", "down")
        await pilot.pause()
        tried = pilot.app.theme
        assert tried != "deskbell-dark"
        room.wake()
        await pilot.pause()
        assert pilot.app.theme == tried, "a view that comes meanwhile changes nothing"
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.theme == "deskbell-dark"
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert (pilot.app.theme, room.view().settings.appearance.theme) == (tried, tried)
    async with opened(room) as (_, pilot):
        assert pilot.app.theme == tried


async def test_the_search_goes_over_all_sections_and_escape_shows_everything_again(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    async with opened(room, (100, 40)) as (screen, pilot):
        everything = len(screen.rows.rows)
        await pilot.press("slash", *"volume")
        await pilot.pause()
        ids = {shown.row.id for shown in screen.rows.rows if shown.row.kind is not Kind.HEADING}
        assert {"audio.volume", "audio.pending.volume", "audio.message.volume", "escalation.volume"} <= ids
        assert "queue.dissuasion_time" not in ids
        assert 0 < len(screen.rows.rows) < everything
        await pilot.press(*"xyz")
        await pilot.pause()
        assert "Nothing fits" in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert len(screen.rows.rows) == everything
        assert screen.focused is screen.rows
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DeskScreen)


async def test_changes_are_undone_one_after_another(tmp_path: Path) -> None:
    before = "[audio]\nvolume = 0.5\n"
    room = SettingsRoom(tmp_path, before)
    async with opened(room) as (_, pilot):
        await go_to(pilot, "audio.volume")
        await pilot.press("right")
        await go_to(pilot, "audio.enabled")
        await pilot.press("enter")
        assert room.view().settings.audio.enabled is False
        await pilot.press("ctrl+z")
        assert room.view().settings.audio.enabled is True
        assert room.view().settings.audio.volume == 0.55
        await pilot.press("ctrl+z")
        assert room.text == before
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert "nothing to undo" in screen_text(pilot)


async def test_an_edit_of_the_file_appears_in_the_open_screen(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        assert "0.8" in line_with(pilot, "Volume of everything")
        room.edited("[audio]\nvolume = 0.25\n")
        await pilot.pause()
        await pilot.pause()
        assert "• 0.25" in line_with(pilot, "Volume of everything")


async def test_own_values_are_marked_and_one_goes_back_to_its_default(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[audio]\nvolume = 0.5\n[queue]\ndissuasion_time = 60\n")
    async with opened(room) as (_, pilot):
        assert "• 0.5" in line_with(pilot, "Volume of everything")
        assert "•" not in line_with(pilot, "Audio on")
        for key in ("delete", "r"):
            await go_to(pilot, "audio.volume")
            await pilot.press(key)
            await pilot.pause()
            assert room.view().settings.audio.volume == 0.8
            assert "volume" not in room.text
            assert "•" not in line_with(pilot, "Volume of everything")
            await pilot.press("ctrl+z")
            assert room.view().settings.audio.volume == 0.5


async def test_all_go_back_to_their_defaults_after_a_question_and_undo_brings_them_back(
    tmp_path: Path,
) -> None:
    room = SettingsRoom(
        tmp_path, '# mine\n[audio]\nvolume = 0.5\n[queue]\ndissuasion_time = 60\n[keys]\nend = "ctrl+y"\n'
    )
    before = room.view().settings
    async with opened(room) as (_, pilot):
        await go_to(pilot, "reset.all")
        await pilot.press("enter")
        await pilot.pause()
        assert "3 settings are your own choice" in screen_text(pilot)
        await pilot.press("n")
        assert room.view().settings == before
        await pilot.press("enter", "y")
        await pilot.pause()
        settings = room.view().settings
        assert (settings.audio.volume, settings.queue.dissuasion_time, dict(settings.keys)) == (0.8, 300, {})
        assert "# mine" in room.text
        await pilot.press("ctrl+z")
        after = room.view().settings
        assert replace(after, keys=dict(after.keys)) == replace(before, keys=dict(before.keys))


@pytest.mark.parametrize(
    ("words", "event", "channel"),
    [
        ("test.audio.pending", AlertEvent.PENDING, Channel.AUDIO),
        ("test.audio.message", AlertEvent.MESSAGE, Channel.AUDIO),
        ("test.desktop.pending", AlertEvent.PENDING, Channel.DESKTOP),
        ("test.desktop.message", AlertEvent.MESSAGE, Channel.DESKTOP),
    ],
)
async def test_each_block_has_its_test_and_says_what_became_of_it(
    tmp_path: Path, words: str, event: AlertEvent, channel: Channel
) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    async with opened(room) as (_, pilot):
        await go_to(pilot, words)
        await pilot.press("enter")
        assert room.commands[-1] == commands.TestAlert(event, channel)
        for text in ("sounding", "closed after 3 s", "not delivered: nobody answers"):
            room.keeper.test_is(view.TestView(event, channel, text == "sounding", text))
            await pilot.pause()
            await pilot.pause()
            assert text in screen_text(pilot)


async def test_the_quick_toggles_work_here_too_and_leaving_ends_what_is_tried_out(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    async with opened(room) as (_, pilot):
        await pilot.press("f6", "f7", "f5")
        assert room.keeper.settings.audio.enabled is False
        assert RingSilenced() in room.events
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DeskScreen)
        assert room.previews == [None]


async def test_what_could_not_be_saved_is_told_on_the_screen(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    error = SettingsNotSaved("The disk is full.", "Make room.")
    async with opened(room) as (_, pilot):
        room.keeper.tell("Not saved", str(error), Severity.WARNING)
        await pilot.pause()
        await pilot.pause(0.1)
        assert "The disk is full" in screen_text(pilot)


async def test_it_is_usable_without_a_mouse_at_80_by_24_and_draws_at_any_size(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, "[desktop]\nenabled = true\n")
    room.keeper.permission_is(GRANTED)
    async with opened(room) as (screen, pilot):
        visited = []
        for _ in range(8):
            visited.append(screen.rows.section_at_cursor())
            await pilot.press("tab")
        assert len(set(visited)) == 8
        assert screen.rows.section_at_cursor() == visited[0]
        await pilot.press("shift+tab")
        assert screen.rows.section_at_cursor() == visited[-1]
        await pilot.press("end")
        await pilot.press("pageup", "home")
        assert screen.rows.cursor == "audio.enabled"
        await pilot.pause()
        lines = screen_text(pilot).splitlines()
        assert len(lines) == 24
        assert "Master switch for every sound" in screen_text(pilot)
        assert "Esc" in lines[-1]
        for size in ((200, 60), (40, 10), (10, 5), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "Audio on" in screen_text(pilot)


async def test_it_makes_room_for_the_contact_whose_popup_is_clicked(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path)
    room.arrives("Anna")
    async with opened(room) as (_, pilot):
        assert "1 waiting" in line_with(pilot, "Settings")
        room.keeper.summon(None)  # a popup that was only tried out
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsScreen)
        room.keeper.summon(ContactId("Anna"))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app.screen, DeskScreen)


async def test_a_tone_the_speaker_cannot_play_is_said_and_how_the_focus_is_known(tmp_path: Path) -> None:
    room = SettingsRoom(tmp_path, '[audio.message]\nring_tone = "ping"\n')
    async with opened(room, (120, 50)) as (_, pilot):
        assert "!" not in line_with(pilot, "Chime  ")
        reason = "tone ping.wav cannot be decoded: it is cut short; the default sounds instead"
        room.keeper.take(ChannelReported(ChannelName.AUDIO, ChannelState.WORKS, reason))
        await pilot.pause()
        await pilot.pause()
        assert "ping ! unplayable" in line_with(pilot, "Chime  ")
        assert "marimba " in line_with(pilot, "Ring tone  ")
        assert f"Now {room.view().focus.state}: " in screen_text(pilot)
