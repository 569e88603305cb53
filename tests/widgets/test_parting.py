"""A chat that is closed is taken off the screen while the screen is being drawn."""

from __future__ import annotations

import pytest
from textual.geometry import Region
from textual.widget import Widget

from tests.widgets.stage import staged
from tui.widgets.composer import Composer
from tui.widgets.status_line import StatusLine
from tui.widgets.transcript_lines import TranscriptLines


@pytest.mark.parametrize(
    "widget", [Composer(), TranscriptLines(), StatusLine()], ids=lambda w: type(w).__name__
)
async def test_a_widget_just_taken_away_is_drawn_blank_and_does_not_fail(widget: Widget) -> None:
    async with staged(widget, focus=False) as (_, pilot):
        await widget.remove()
        for strip in widget.render_lines(Region(0, 0, 20, 2)):
            assert strip.text == " " * 20
        await pilot.pause()
