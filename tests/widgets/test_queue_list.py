"""The pending queue on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.style import Style
from textual import events
from textual.color import Color

from tests.widgets import feed
from tests.widgets.stage import drawn, staged
from tui.config.limits import COLOURS
from tui.desk.contact import ContactId
from tui.text.clean import clean
from tui.widgets.colours import coloured, contrast
from tui.widgets.queue_list import QueueList, columns_for
from tui.widgets.rows import Arrival, QueueRow


def queue(rows: tuple[QueueRow, ...] | None = None) -> QueueList:
    widget = QueueList(title="WAITING", empty="nobody waits")
    widget.set_rows(feed.queue() if rows is None else rows)
    widget.tick(feed.NOW)
    return widget


async def test_a_row_tells_name_service_language_wait_time_left_and_first_words() -> None:
    async with staged(queue(), (60, 20)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        assert lines[0] == " WAITING  5"
        assert lines[1].startswith("▸★ ♪ Bruno")
        assert lines[1].split()[3:] == ["Sales", "it", "00:42", "▇▇▇▄", "4:18"]
        assert lines[2].split(maxsplit=1) == ["new", "“ho un problema con la fattura”"]
        assert lines[5].startswith("  ↩  Dora")
        assert "given back" in lines[6]
        assert "returning" in lines[8]


async def test_an_empty_queue_says_so_in_words() -> None:
    async with staged(queue(()), (40, 10)) as (app, pilot):
        assert drawn(app.widget)[1] == "  nobody waits"  # type: ignore[arg-type]
        await pilot.press("enter", "down", "end", "pagedown")
        assert not app.all(QueueList.ContactChosen)


async def test_enter_chooses_the_row_under_the_cursor_and_keys_move_it() -> None:
    async with staged(queue(), (60, 20)) as (app, pilot):
        await pilot.press("down", "down", "enter", "end", "enter", "home", "enter")
        assert [message.id for message in app.all(QueueList.ContactChosen)] == ["c3", "c5", "c1"]
        assert [message.id for message in app.all(QueueList.ContactHighlighted)] == [
            "c1",
            "c2",
            "c3",
            "c5",
            "c1",
        ]


async def test_a_click_moves_the_cursor_and_a_double_click_chooses() -> None:
    async with staged(queue(), (60, 20)) as (app, pilot):
        await pilot.click(app.widget, (10, 4))
        assert (app.widget.cursor, app.all(QueueList.ContactChosen)) == ("c2", [])  # type: ignore[attr-defined]
        await pilot.double_click(app.widget, (10, 6))
        assert [message.id for message in app.all(QueueList.ContactChosen)] == ["c3"]


def second_click(widget: QueueList, x: int, y: int) -> events.Click:
    """The second click of a double click."""
    click = events.Click(widget, x, y, 0, 0, 1, False, False, False, x, y, chain=2)
    click._set_forwarded()  # as one that came by way of the screen
    return click


async def test_a_row_that_slips_under_the_pointer_between_two_clicks_is_not_chosen() -> None:
    rows = feed.queue()
    widget = queue(rows)
    async with staged(widget, (60, 20)) as (app, pilot):
        await pilot.click(widget, (10, 2))
        widget.post_message(second_click(widget, 10, 2))
        await pilot.pause()
        assert [message.id for message in app.all(QueueList.ContactChosen)] == ["c1"]
        await pilot.click(widget, (10, 2))
        widget.set_rows(rows[1:])
        widget.post_message(second_click(widget, 10, 2))
        await pilot.pause()
        assert [message.id for message in app.all(QueueList.ContactChosen)] == ["c1"]


async def test_the_wait_goes_on_and_only_its_columns_are_drawn_anew() -> None:
    widget = queue()
    async with staged(widget, (60, 20)) as (_app, pilot):
        before = drawn(widget)
        widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 1)
        regions = list(widget._exchange_repaint_regions())
        assert {region.x for region in regions} == {60 - 1 - len(" 1:02:05 ▇▇▇▇ 4:18") + 1}
        assert {region.height for region in regions} == {1}
        assert len(regions) == 5
        await pilot.pause()
        after = drawn(widget)
        assert after[1].split()[-3:] == ["00:43", "▇▇▇▄", "4:17"]
        assert [line[:42] for line in before] == [line[:42] for line in after]
        widget.tick(feed.NOW + 1.2)
        assert not widget._exchange_repaint_regions()


async def test_an_hour_of_waiting_widens_the_column_for_all_rows() -> None:
    widget = queue((feed.queue_row(1, "Anna", waits=3599), feed.queue_row(2, "Bo", waits=1)))
    async with staged(widget, (60, 12)) as (_app, pilot):
        assert "59:59" in drawn(widget)[1]
        widget.tick(feed.NOW + 1)
        await pilot.pause()
        assert "1:00:00" in drawn(widget)[1]
        assert drawn(widget)[3].index("00:02") == drawn(widget)[1].index("1:00:00") + 2


@pytest.mark.parametrize("size", [(24, 9), (24, 4), (30, 20), (10, 5), (3, 3), (1, 1)])
async def test_narrow_and_low_the_name_and_the_wait_stay(size: tuple[int, int]) -> None:
    widget = queue()
    async with staged(widget, size) as (_app, _pilot):
        lines = drawn(widget)
        assert len(lines) == size[1]
        if size[0] >= 24:
            assert "Bruno" in lines[1]
            assert "00:42" in lines[1]
            assert "4:18" in lines[1]
        assert widget.row_height == (2 if size[1] >= 8 else 1)


@given(
    st.integers(19, 120), st.integers(0, 30), st.integers(0, 12), st.sampled_from([5, 7]), st.integers(0, 7)
)
def test_columns_never_need_more_than_there_is(
    width: int, service: int, lang: int, wait: int, left: int
) -> None:
    columns = columns_for(width, service, lang, wait, left)
    spaces = sum(1 for cells in (columns.service, columns.lang) if cells)
    used = 5 + columns.name + columns.service + columns.lang + spaces + columns.figures
    assert used <= max(width, 5 + 1 + wait)
    assert columns.name >= 1


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=30)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6), st.integers(1, 90), st.integers(1, 30))
async def test_every_line_is_exactly_as_wide_as_the_widget(
    texts: list[tuple[str, str, str]], width: int, height: int
) -> None:
    rows = tuple(
        feed.queue_row(number, nick, service, words=words, returning=number % 2 == 0)
        for number, (nick, service, words) in enumerate(texts)
    )
    widget = queue(rows)
    async with staged(widget, (width, height)):
        assert [strip.cell_length for strip in widget.all_strips()] == [width] * height
        assert [cell_len(strip.text) for strip in widget.all_strips()] == [width] * height


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), unique=True, max_size=30), min_size=1, max_size=12), st.data())
async def test_the_cursor_holds_on_to_its_row_while_others_come_and_go(
    feeds: list[list[int]], data: st.DataObject
) -> None:
    widget = QueueList()
    async with staged(widget, (40, 12)) as (_app, _pilot):
        for numbers in feeds:
            was, was_at, was_offset = widget.cursor, dict(widget._at), widget._offset
            rows = tuple(feed.queue_row(number, f"v{number}") for number in numbers)
            widget.set_rows(rows)
            keys = [row.id for row in rows]
            assert (widget.cursor is None) == (not keys)
            assert 0 <= widget._offset <= max(0, len(keys) - widget._in_window)
            if was in keys:
                assert widget.cursor == was
                line_before = was_at[was] - was_offset
                line_after = keys.index(was) - widget._offset
                in_sight = 0 <= line_before < widget._in_window
                at_limit = widget._offset in (0, max(0, len(keys) - widget._in_window))
                assert line_after == line_before or at_limit or not in_sight
            if keys and len(keys) % 3 == 0:
                to = data.draw(st.sampled_from(keys))
                widget.move_to(to)
                assert widget.cursor == to
                assert 0 <= widget._at[widget.cursor or ContactId("")] - widget._offset < widget._in_window


async def test_when_the_row_under_the_cursor_goes_the_next_takes_its_place() -> None:
    rows = feed.queue()
    async with staged(queue(rows), (60, 20)) as (app, pilot):
        await pilot.press("down")
        app.widget.set_rows(tuple(row for row in rows if row.id != "c2"))  # type: ignore[attr-defined]
        assert app.widget.cursor == "c3"  # type: ignore[attr-defined]


async def test_who_comes_in_at_the_top_is_seen_while_the_list_stands_at_its_beginning() -> None:
    rows = feed.long_queue(100)
    widget = queue(rows)
    async with staged(widget, (60, 20)) as (_app, pilot):
        await pilot.press("down", "down")
        widget.set_rows((feed.queue_row(999, "Star", starred=True), *rows))
        assert "Star" in drawn(widget)[1]
        assert widget.cursor == rows[2].id
        await pilot.press("end")
        line = widget._at[rows[-1].id] - widget._offset
        widget.set_rows((feed.queue_row(998, "Star 2", starred=True), *widget.rows))
        assert widget._at[rows[-1].id] - widget._offset == line


async def test_ten_thousand_rows_scroll_by_keys_wheel_and_scrollbar() -> None:
    widget = queue(feed.long_queue(10_000))
    async with staged(widget, (60, 21)) as (_app, pilot):
        await pilot.press("pagedown")
        assert widget.cursor == "c9"
        await pilot._post_mouse_events([events.MouseScrollDown], widget, (5, 5))
        assert widget._offset == 2
        assert widget.cursor == "c9"
        await pilot.mouse_down(widget, (59, 20))
        await pilot.mouse_up(widget, (59, 20))
        assert widget._offset == 10_000 - 10
        assert drawn(widget)[-1].endswith("▐")
        assert "visitor 9999" in drawn(widget)[19]


async def test_a_ring_that_stops_takes_its_sign_away() -> None:
    rows = feed.queue()
    widget = queue(rows)
    async with staged(widget, (60, 20)) as (_app, _pilot):
        assert "♪" in drawn(widget)[1]
        widget.set_rows(tuple(replace(row, ringing=False) for row in rows))
        assert not any("♪" in line for line in drawn(widget))


@pytest.mark.parametrize(
    ("left", "shown", "bold"),
    [(151, " ▇▇▅▁ 2:31", False), (150, "!▇▇▁▁ 2:30", True), (60, "!▇▁▁▁!1:00", True)],
)
async def test_little_time_left_is_told_by_signs_beside_the_bar_and_in_bold(
    left: float, shown: str, bold: bool
) -> None:
    widget = queue((feed.queue_row(1, "Anna", waits=300 - left),))
    async with staged(widget, (40, 10), focus=False) as (_app, _pilot):
        strip = next(strip for strip in widget.all_strips() if "Anna" in strip.text)
        tail = strip.text.rstrip()[-len(shown) :]
        assert (tail[0], tail[5], tail[6:]) == (shown[0], shown[5], shown[6:])
        styles = [segment.style for segment in strip if segment.text == tail[:5]]
        assert [bool(style and style.bold) for style in styles] == [bold]


async def test_the_signs_of_hurry_come_with_the_tick_and_redraw_the_figures_only() -> None:
    widget = queue((feed.queue_row(1, "Anna", waits=149),))
    async with staged(widget, (40, 10)) as (_app, _pilot):
        assert "!" not in drawn(widget)[1]
        widget._exchange_repaint_regions()
        widget.tick(feed.NOW + 1)
        (region,) = widget._exchange_repaint_regions()
        assert (region.x, region.height) == (39 - len("02:30!▇▇▁▁ 2:30"), 1)
        assert "02:30!" in drawn(widget)[1]


@pytest.mark.parametrize("width", [28, 34, 40, 60])
async def test_a_transfer_has_an_arrow_its_sender_and_his_note_at_every_width(width: int) -> None:
    row = feed.queue_row(
        1,
        "Nadia",
        "",
        "",
        starred=True,
        arrived_by=Arrival.TRANSFER,
        sender=clean("Paolo"),
        note=clean("VAT"),
    )
    async with staged(queue((row,)), (width, 10)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        assert lines[1].startswith("▸★↪  Nadia")
        assert lines[2].strip() == "from Paolo “VAT”"


async def test_without_a_note_a_transfer_says_service_and_sender() -> None:
    row = replace(feed.queue_row(1, "Nadia", arrived_by=Arrival.TRANSFER), sender=clean("Paolo"))
    async with staged(queue((row,)), (34, 10)) as (app, _pilot):
        assert "Sales · en · from Paolo" in drawn(app.widget)[2]  # type: ignore[arg-type]


async def test_a_row_tells_a_letter_and_what_became_of_a_transfer_in_words() -> None:
    back = clean("declined by Paolo: at lunch")
    rows = (
        feed.queue_row(1, "Omar", offline=True, dissuasion_time=0),
        feed.queue_row(2, "Dora", arrived_by=Arrival.BACK, back=back, starred=True),
    )
    async with staged(queue(rows), (60, 10)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        assert lines[1].startswith("▸ ✉  Omar")
        assert lines[2].strip().startswith("letter “hello")
        assert lines[3].startswith(" ★↩  Dora")
        assert lines[4].strip().startswith("declined by Paolo: at lunch “hello")


async def test_the_page_stands_at_the_right_with_its_two_ends() -> None:
    page = clean("shop.example/products/shoes/running/red-42/cart")
    row = feed.queue_row(1, "Anna", words="hello, do you have these in blue as well?", page=page)
    async with staged(queue((row,)), (60, 10)) as (app, _pilot):
        told = drawn(app.widget)[2].split("” ")[1]  # type: ignore[arg-type]
        assert told.startswith("shop.ex")
        assert told.endswith("/cart")
        assert "…" in told


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "solarized-light", "ansi-dark"])
async def test_a_service_has_a_sign_in_its_colour_and_its_name_in_the_text_s_own(theme: str) -> None:
    rows = (
        feed.queue_row(1, "Anna", "Sales", colour="green"),
        feed.queue_row(2, "Bo", "Support", colour="#000080"),
        feed.queue_row(3, "Chen", "Returns"),
    )
    widget = queue(rows)
    async with staged(widget, (60, 10)) as (app, pilot):
        app.theme = theme
        await pilot.press("end")
        strips = list(widget.all_strips())
        for line, name in ((1, "Sales"), (3, "Support")):
            assert f"■{name}" in strips[line].text
            sign = next(segment.style for segment in strips[line] if segment.text == "■")
            name_style = next(segment.style for segment in strips[line] if segment.text.startswith(name))
            assert sign is not None
            assert sign.color is not None
            assert name_style is not None
            if theme != "ansi-dark":
                assert sign.bgcolor is not None
                behind = Color(*sign.bgcolor.get_truecolor())
                assert contrast(Color(*sign.color.get_truecolor()), behind) >= 3.0
                assert name_style.color != sign.color
        assert " Returns" in strips[5].text
        assert "■" not in strips[5].text


@pytest.mark.parametrize("colour", [*COLOURS, "#000000", "#ffffff", "#808080"])
@pytest.mark.parametrize("behind", ["#000000", "#1e1e1e", "#777777", "#d8d8d8", "#ffffff"])
def test_every_colour_can_be_told_from_every_background(colour: str, behind: str) -> None:
    base = Style(color="#888888", bgcolor=behind)
    for dark in (True, False):
        made = coloured(base, colour, dark=dark, native=False)
        assert made.color is not None
        found = Color(*made.color.get_truecolor())
        assert contrast(found, Color.parse(behind)) >= 3.0


def test_where_the_terminal_has_its_own_colours_they_are_used() -> None:
    assert [coloured(Style(), name, dark=True, native=True).color for name in ("red", "grey")] == [
        RichColor.parse("red"),
        RichColor.parse("bright_black"),
    ]
    assert coloured(Style(bold=True), "", dark=True, native=True) == Style(bold=True)
