"""Settings as the agent wishes them: in order, in the file, and if it cannot be written, for this console."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.parts_of_desk import MARIA
from tui.config.fields import setting
from tui.config.file import SettingsFile, SettingsNotSaved
from tui.config.schema import Settings
from tui.deskloop.keeper import Keeper
from tui.deskloop.preferences import Preferences, Value
from tui.screens.settings.values import value_of


def desk_of(path: Path) -> tuple[SettingsFile, Keeper, Preferences]:
    file = SettingsFile(path)
    keeper = Keeper(
        MARIA, file.load().settings, path, time.time, lambda plan: None, lambda decision: None, lambda: None
    )
    return file, keeper, Preferences(file, keeper)


async def test_of_many_wishes_at_once_the_last_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, keeper, preferences = desk_of(tmp_path / "config.toml")
    write = file.set

    def slow_once(key: str, value: float) -> Settings:
        time.sleep(0.2 if value == 0.9 else 0)
        return write(key, value)

    monkeypatch.setattr(file, "set", slow_once)
    wishes = [preferences.change("audio.volume", step / 20) for step in range(20)]
    await asyncio.gather(*wishes)
    assert keeper.settings.audio.volume == 0.95
    assert file.load().settings.audio.volume == 0.95


async def test_one_goes_back_to_its_default_and_all_do_with_comments_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    own = '[keys]\nend = "f12"\n[services."A b"]\nring_tone = "harp"\n[x]\ny = 1\n'
    path.write_text(f"# mine\n[audio]\nvolume = 0.5\n{own}")
    file, keeper, preferences = desk_of(path)
    assert file.own_keys() == ("audio.volume", "keys.end", 'services."A b".ring_tone')
    await preferences.reset("audio.volume")
    assert keeper.settings.audio.volume == Settings().audio.volume
    assert keeper.settings.services["A b"].ring_tone == "harp"
    await preferences.reset(None)
    assert dict(keeper.settings.keys) == {}
    text = path.read_text()
    assert "# mine" in text
    assert "y = 1" in text
    assert file.own_keys() == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("audio.pending.loop", False),
        ("keys.end", "f12"),
        ('services."A b".ring_tone', "harp"),
        ("hooks.on_ring_start", ("lamp", "on")),
    ],
)
async def test_what_cannot_be_written_holds_for_this_console_and_can_be_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: Value
) -> None:
    file, keeper, preferences = desk_of(tmp_path / "config.toml")

    def full(*_: object) -> Settings:
        raise SettingsNotSaved("The disk is full.", "Make room.")

    monkeypatch.setattr(file, "set", full)
    one = setting(key)
    await preferences.change(key, value)
    assert value_of(keeper.settings, one) == value
    assert "Until then it holds for this console" in keeper.view().told[-1].text
    await preferences.reset(key)
    assert value_of(keeper.settings, one) == one.default


async def test_abbreviations_act_before_they_are_saved_and_stay_when_all_settings_go_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[audio]\nvolume = 0.5\n[abbreviations]\n_wm = "Welcome"\n')
    file, keeper, preferences = desk_of(path)
    for key in ("abbreviations._x", "languages.it.abbreviations._x", "services.Sales.abbreviations._x"):
        preferences.hold(key, "text")
    settings = keeper.settings
    assert settings.abbreviations == {"_wm": "Welcome", "_x": "text"}
    assert settings.languages["it"].abbreviations == {"_x": "text"}
    assert settings.services["Sales"].abbreviations == {"_x": "text"}
    preferences.hold("abbreviations._x", None)
    assert keeper.settings.abbreviations == {"_wm": "Welcome"}
    await preferences.reset(None)
    assert keeper.settings.abbreviations == {"_wm": "Welcome"}
    assert keeper.settings.services["Sales"].abbreviations == {"_x": "text"}
    assert keeper.settings.audio.volume == Settings().audio.volume
    assert file.load().settings.abbreviations == {"_wm": "Welcome"}
