"""The banner, what is told below the queue, and how an address is shortened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets import feed
from tests.widgets.stage import drawn, staged
from tui.text.clean import clean
from tui.widgets.banner import Banner, Notice
from tui.widgets.contact_detail import ContactDetail
from tui.widgets.lines import fit_middle
from tui.widgets.rows import Arrival

ONE, TWO, THREE = Notice("○", "Paused", urgent=True, command="pause"), Notice("↪", "Anna"), Notice("↪", "Bo")


async def test_the_banner_is_there_only_while_there_is_something_to_say() -> None:
    widget = Banner()
    async with staged(widget, (40, 10), focus=False) as (_app, pilot):
        assert not widget.display
        for told, lines in (
            ([ONE], [" ○ Paused"]),
            ([ONE, TWO], [" ○ Paused", " ↪ Anna"]),
            ([ONE, TWO, THREE], [" ○ Paused", " ↪ Anna  (and 1 more)"]),
            ([TWO], [" ↪ Anna"]),
        ):
            widget.show(told)
            await pilot.pause()
            assert drawn(widget) == lines
        widget.show([])
        await pilot.pause()
        assert not widget.display


async def test_a_click_on_a_line_says_its_command_if_it_has_one() -> None:
    widget = Banner()
    async with staged(widget, (40, 10), focus=False) as (app, pilot):
        widget.show([ONE, TWO])
        await pilot.pause()
        await pilot.click(widget, (5, 1))
        await pilot.click(widget, (5, 0))
        assert [message.command for message in app.all(Banner.BannerClicked)] == ["pause"]


NOTE = "her invoice 4711 is wrong for the second time, please be kind"


@pytest.mark.parametrize("height", [3, 5])
async def test_below_the_queue_the_note_and_the_page_have_room(height: int) -> None:
    row = replace(
        feed.queue_row(
            1, "Nadia", arrived_by=Arrival.TRANSFER, page=clean("shop.example/a/b/c/d/e/f/invoice")
        ),
        sender=clean("Paolo"),
        note=clean(NOTE),
    )
    widget = ContactDetail()
    widget.styles.height = height
    widget.show(row)
    async with staged(widget, (30, 10), focus=False):
        lines = drawn(widget)
        assert lines[0] == " ↪ from Paolo · Sales · en"
        assert lines[-1].endswith("/invoice")
        told = " ".join(line.strip() for line in lines[1:-1])
        assert told.startswith("“her invoice 4711 is wrong")
        assert (told == f"“{NOTE}”") == (height == 5)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Mn"]), max_size=60), st.integers(4, 40))
def test_shortened_in_the_middle_it_fits_and_keeps_its_end(text: str, width: int) -> None:
    short = fit_middle(text, width)
    assert cell_len(short) <= width
    if cell_len(text) <= width:
        assert short == text
    else:
        head, tail = short.split("…", 1) if "…" not in text else (short, "")
        assert text.endswith(tail)
        assert text.startswith(head) or "…" in text
