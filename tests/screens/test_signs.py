"""In ASCII the console draws no other character, and nothing moves."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.screens.scenes import DESK_9, SCENES, busy_desk, scene, text_of, tour
from tests.screens.still_desk import console
from tui.config.schema import Appearance, Signs
from tui.widgets import glyphs
from tui.widgets.signs import STAND_INS, has_only_ascii, in_ascii, spelled


def every_sign() -> set[str]:
    """All that ``glyphs`` holds, whatever it is called."""
    texts = [value for name, value in inspect.getmembers(glyphs) if name.isupper() and isinstance(value, str)]
    texts += [sign for sign, _ in glyphs.LEGEND]
    return {char for text in texts for char in text}


@pytest.mark.parametrize("sign", sorted(every_sign()))
def test_every_sign_has_a_stand_in_of_its_own_width(sign: str) -> None:
    assert in_ascii(sign).isascii()
    assert cell_len(in_ascii(sign)) == cell_len(sign) == 1


def test_every_stand_in_is_as_wide_as_what_it_stands_for() -> None:
    for sign, stand_in in STAND_INS.items():
        assert stand_in.isascii()
        assert cell_len(stand_in) == cell_len(sign)


def test_boxes_and_blocks_are_ascii() -> None:
    for code in range(0x2500, 0x25A0):
        assert in_ascii(chr(code)).isascii(), chr(code)
    assert in_ascii("╭─╮│╰┈┊") == "+-+|+-|"


async def test_no_screen_draws_anything_but_ascii() -> None:
    async with scene(DESK_9, (100, 30), Appearance(signs=Signs.ASCII)) as (app, pilot):
        async for which in tour(app, pilot):
            strange = {char for char in text_of(app) if not char.isascii()}
            assert not strange, which.name


async def test_signs_change_at_once() -> None:
    desk = busy_desk(1)
    app = console(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert not text_of(app).isascii()
        settings = desk.keeper.view().settings
        desk.keeper.use(replace(settings, appearance=replace(settings.appearance, signs=Signs.ASCII)))
        await pilot.pause()
        await pilot.pause()
        assert text_of(app).isascii()


async def test_what_a_visitor_wrote_in_other_letters_stays_where_the_terminal_has_them() -> None:
    async with scene(SCENES[0], (100, 30), Appearance(signs=Signs.ASCII)) as (app, pilot):
        desk = app._port
        desk.arrives("Zoë", "größer 你好")  # type: ignore[attr-defined]
        await pilot.pause()
        assert "Zoë" in text_of(app)
        assert "你好" not in STAND_INS


def test_where_the_terminal_has_no_other_letters_they_are_spelled_as_near_as_can_be() -> None:
    assert spelled("Zoë größer", "ascii") == "Zoe gr?ßer".replace("?ß", "o?")
    assert spelled("Zoë 你好 …", "iso-8859-1") == "Zoë ???? ~"
    assert spelled("مرحبا", "ascii") == "?????"
    for text in ("👍 ok", "café", "한글", "e\u0301"):
        assert cell_len(spelled(text, "ascii")) == cell_len(text)


def test_ascii_is_chosen_by_itself_where_the_terminal_has_no_others() -> None:
    assert has_only_ascii("iso-8859-1", "xterm")
    assert has_only_ascii("utf-8", "linux")
    assert not has_only_ascii("utf-8", "xterm-256color")
    assert not has_only_ascii("UTF-8", "tmux-256color")
