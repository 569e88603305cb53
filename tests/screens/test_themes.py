"""Our own themes are legible: the contrast of every word is worked out from the colours it is drawn in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.geometry import Region
from textual.theme import Theme

from tests.screens.scenes import DESK_9, scene, tour
from tests.screens.still_desk import StillDesk, console
from tui.config.schema import Appearance
from tui.link.commands import ChangeSetting
from tui.screens.app import ConsoleApp
from tui.screens.themes import OWN_THEMES

AA, AAA = 4.5, 7.0


def luminance(colour: tuple[int, int, int]) -> float:
    """Of WCAG 2: relative, from 0 to 1."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Of WCAG 2: from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def top(app: ConsoleApp) -> Region:
    """The part of the screen that is being read: a dialog's box, or all of it."""
    boxes = app.screen.query(".box, CommandList")
    return boxes.first().region if boxes else app.screen.region


def words(app: ConsoleApp) -> Iterator[Segment]:
    """Everything drawn there that can be read."""
    region = top(app)
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        if region.y <= y < region.bottom:
            for segment in strip.crop(region.x, region.right):
                if any(char.isalnum() for char in segment.text):
                    yield segment


def drawn_contrast(segment: Segment) -> float:
    style = segment.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None, segment
    return contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False))


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
async def test_every_word_of_our_themes_has_the_contrast_it_promises(theme: Theme) -> None:
    least = AAA if theme.name == "deskbell-high-contrast" else AA
    poor: dict[str, set[tuple[str, float]]] = {}
    async with scene(DESK_9, (120, 36), Appearance(theme=theme.name)) as (app, pilot):
        async for which in tour(app, pilot):
            seen = list(words(app))
            assert len(seen) > 5, which.name
            found = {(s.text.strip(), round(drawn_contrast(s), 1)) for s in seen if drawn_contrast(s) < least}
            if found:
                poor[which.name] = found
    assert not poor


async def test_a_theme_is_seen_as_the_cursor_comes_to_it_and_escape_brings_the_old_one_back() -> None:
    desk = StillDesk()
    app = console(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("alt+y")
        await pilot.press("down")
        await pilot.pause()
        assert app.theme == "deskbell-light"
        await pilot.press(*"drac")
        await pilot.pause()
        assert app.theme == "dracula"
        await pilot.press("escape")
        await pilot.pause()
        assert app.theme == "deskbell-dark"
        assert not desk.commands
        await pilot.press("alt+y", *"high", "enter")
        await pilot.pause()
        assert desk.commands == [ChangeSetting("appearance.theme", "deskbell-high-contrast")]


async def test_on_sixteen_colours_a_theme_is_the_terminals_own_dark_or_light_one() -> None:
    app = console(StillDesk())
    app.looks.sixteen = True
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert app.theme == "deskbell-16-dark"
        await pilot.press("alt+y", *"bell-light")
        await pilot.pause()
        assert app.theme == "ansi-light"
