"""The transcript of a chat on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from tests.widgets import feed
from tests.widgets.stage import drawn, staged, until
from tui.desk.contact import MessageId, Sender
from tui.text import CleanText
from tui.text.clean import clean
from tui.widgets.rows import Delivery, TranscriptRow
from tui.widgets.transcript import Transcript, first_difference
from tui.widgets.transcript_layout import Kind, Layout
from tui.widgets.viewport import Place, Viewport


def transcript(rows: Sequence[TranscriptRow] = (), first_unread: str | None = None) -> Transcript:
    widget = Transcript()
    widget.set_rows(rows, MessageId(first_unread) if first_unread else None)
    return widget


def said(number: int, text: str, author: str = "Anna", **more: object) -> TranscriptRow:
    return replace(feed.said(number, author, text, 1000 - number), **more)  # type: ignore[arg-type]


def own(number: int, text: str, delivery: Delivery = Delivery.SENT) -> TranscriptRow:
    return said(number, text, "Maria", sender=Sender.AGENT, own=True, delivery=delivery)


async def wheel(pilot: Pilot[None], widget: Transcript, down: bool) -> None:
    kind = events.MouseScrollDown if down else events.MouseScrollUp
    await pilot._post_mouse_events([kind], widget, (5, 5))


def text_lines(widget: Transcript) -> list[str]:
    """The lines without the scrollbar and the line at the bottom."""
    return [line.rstrip(" ▐") for line in drawn(widget)[:-1]]


def all_text(widget: Transcript) -> str:
    """The words of what is on the screen, without columns."""
    at = widget._layout_of.columns.text_at
    return " ".join(line[at:].rstrip(" ▐") for line in drawn(widget))


async def test_messages_stand_in_columns_with_time_sender_and_delivery_told_by_signs() -> None:
    async with staged(transcript(feed.transcript(), "m7"), (80, 30)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        told = {line[7:12]: line[14:] for line in lines if line[14:]}
        assert told["me ✓✓"] == "Let me look, one moment"
        assert told["me  ✓"] == "Thank you. I have corrected it:"
        assert told["me  …"] == "Is it right now?"
        assert told["me  ▲"] == "Please see https://shop.example/help."
        assert "              (kept, to be sent again)" in lines
        assert told["·    "] == "Anna was given back by Paolo"
        assert (
            lines[lines.index(" 20:25 me  ✓  Thank you. I have corrected it:") + 1] == " " * 16 + "1. address"
        )


async def test_a_new_day_and_the_first_unread_message_have_a_line_above_them() -> None:
    async with staged(transcript(feed.transcript(), "m7"), (80, 30)) as (app, _pilot):
        lines = drawn(app.widget)  # type: ignore[arg-type]
        rules = [line.strip("─ ") for line in lines if line.startswith("───")]
        assert rules == ["Wednesday 27 May 2026", "Thursday 28 May 2026", "new"]
        assert "注文した" in lines[[line.strip("─ ") for line in lines].index("new") + 1]


async def test_the_unread_line_goes_when_the_owner_says_so() -> None:
    widget = transcript(feed.transcript(), "m7")
    async with staged(widget, (80, 30)):
        widget.set_rows(widget.rows, None)
        assert not any(line.strip("─ ") == "new" for line in drawn(widget))


async def test_it_stays_at_the_end_while_messages_come() -> None:
    rows = feed.long_transcript(200)
    widget = transcript(rows[:100])
    async with staged(widget, (80, 20)):
        for count in range(101, 201):
            widget.set_rows(rows[:count])
            assert f" {count - 1}:" in " " + all_text(widget)


async def test_scrolled_up_it_stays_where_the_agent_reads_and_counts_what_came() -> None:
    rows = feed.long_transcript(300)
    widget = transcript(rows[:200])
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("pageup", "pageup")
        before = text_lines(widget)
        assert "▼ more  End" in drawn(widget)[-1]
        widget.set_rows(rows[:203])
        assert text_lines(widget) == before
        assert "▼ 3 new  End" in drawn(widget)[-1]
        await pilot.press("end")
        assert widget.at_end
        assert "new" not in drawn(widget)[-1]
        assert "202:" in all_text(widget)


async def test_paging_down_to_the_end_follows_it_again() -> None:
    widget = transcript(feed.long_transcript(50))
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("home")
        assert not widget.at_end
        assert "0:" in all_text(widget)
        for _ in range(40):
            await pilot.press("pagedown")
        assert widget.at_end


async def test_a_message_of_our_own_takes_the_window_to_the_end() -> None:
    rows = feed.long_transcript(100)
    widget = transcript(rows)
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("home")
        widget.set_rows((*rows, own(900, "here I am")))
        assert widget.at_end
        assert "here I am" in all_text(widget)


async def test_another_chat_begins_at_its_end_wherever_the_last_one_was_read() -> None:
    widget = transcript(feed.long_transcript(100))
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("home")
        widget.set_rows([said(1000 + number, f"other {number}") for number in range(50)])
        assert widget.at_end
        assert "other 49" in all_text(widget)
        assert "new" not in drawn(widget)[-1]


async def test_older_messages_that_are_loaded_move_nothing() -> None:
    rows = feed.long_transcript(400)
    widget = transcript(rows[200:])
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("home", "down", "down", "down")
        before = text_lines(widget)
        widget.set_rows(rows)
        assert text_lines(widget) == before


async def test_a_message_on_its_way_that_arrives_behind_another_is_shown_in_the_new_order() -> None:
    rows = feed.long_transcript(30)
    mine = own(900, "mine", Delivery.SENDING)
    widget = transcript((*rows, mine))
    async with staged(widget, (80, 12)):
        widget.set_rows((*rows, said(901, "yours"), replace(mine, delivery=Delivery.SENT)))
        lines = [line[7:].rstrip(" ▐") for line in drawn(widget)]
        assert lines[-3:-1] == ["Anna   yours", "me  ✓  mine"]


async def test_a_delivery_state_changes_in_place_and_nothing_else_moves() -> None:
    rows = (*feed.long_transcript(50), own(900, "mine", Delivery.SENDING), said(901, "yours"))
    widget = transcript(rows)
    async with staged(widget, (80, 20)):
        before = drawn(widget)
        widget.set_rows((*rows[:50], replace(rows[50], delivery=Delivery.SEEN), rows[51]))
        assert [line.replace("✓✓", " …") for line in drawn(widget)] == before
        assert any("✓✓" in line for line in drawn(widget))


async def test_a_message_whose_time_changes_takes_the_day_line_along() -> None:
    rows = (said(1, "one", at=feed.NOW - 86_400), said(2, "two", at=feed.NOW))
    widget = transcript(rows)
    async with staged(widget, (60, 12)):
        assert [line.startswith("───") for line in drawn(widget)[:4]] == [True, False, True, False]
        widget.set_rows((replace(rows[0], at=feed.NOW - 1), rows[1]))
        assert [line.startswith("───") for line in drawn(widget)[:4]] == [True, False, False, False]


async def test_typing_is_told_on_a_line_of_its_own_that_moves_no_text() -> None:
    widget = transcript(feed.long_transcript(50))
    async with staged(widget, (80, 20)):
        before = drawn(widget)
        widget._exchange_repaint_regions()
        widget.set_typing(clean("Anna"))
        assert [(region.y, region.height) for region in widget._exchange_repaint_regions()] == [(19, 1)]
        after = drawn(widget)
        assert after[-1] == " Anna is typing…"
        assert after[:-1] == before[:-1]
        widget.set_typing(None)
        assert drawn(widget) == before


async def test_it_keeps_its_place_when_the_terminal_is_resized() -> None:
    widget = transcript(feed.long_transcript(300))
    async with staged(widget, (80, 20)) as (_app, pilot):
        await pilot.press("pageup", "pageup", "pageup")
        index, character = widget._view.held()
        for size in ((40, 20), (120, 40), (30, 9), (80, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            place = widget._view.top
            piece = widget._layout_of.message(place.message).pieces[place.line]
            assert place.message == index
            assert piece.span.start <= character
        await pilot.press("end")
        await pilot.resize_terminal(50, 15)
        await pilot.pause()
        assert widget.at_end
        assert "again" in drawn(widget)[-2] or "299" in all_text(widget)


async def test_heights_out_of_sight_become_exact_in_the_background_without_moving_the_text() -> None:
    widget = transcript(feed.long_transcript(2000))
    async with staged(widget, (60, 20)) as (_app, pilot):
        await pilot.press("pageup")
        before = text_lines(widget)
        await until(pilot, lambda: widget._measuring is None, "all heights are exact")
        assert all(widget._layout_of._exact)
        assert text_lines(widget) == before
        assert widget._layout_of.lines == sum(
            len(widget._layout_of.message(index).pieces) for index in range(2000)
        )


async def test_wheel_and_scrollbar_scroll() -> None:
    widget = transcript(feed.long_transcript(1000))
    async with staged(widget, (80, 21)) as (_app, pilot):
        await until(pilot, lambda: widget._measuring is None, "all heights are exact")
        before = widget._view.position
        await wheel(pilot, widget, down=False)
        assert widget._view.position == before - 3
        await wheel(pilot, widget, down=True)
        assert widget.at_end
        await pilot.mouse_down(widget, (79, 0))
        assert widget._view.position == 0
        await pilot.hover(widget, (79, 10))
        middle = widget._view.position / widget._layout_of.lines
        assert 0.4 < middle < 0.6
        await pilot.mouse_up(widget, (79, 10))
        await pilot.hover(widget, (79, 0))
        assert widget._view.position / widget._layout_of.lines == middle


async def test_a_click_on_a_link_gives_the_whole_link_wherever_it_is_clicked() -> None:
    link = "https://shop.example/orders/2026/05/28/A-10023/invoice.pdf?lang=en&download=1"
    widget = transcript([said(1, f"see {link}, and https://b.example/ and {link}")])
    async with staged(widget, (50, 20)) as (app, pilot):
        lines = drawn(widget)
        start = next(y for y, line in enumerate(lines) if "https://shop" in line)
        assert lines[start].strip() == link[: len(lines[start].strip())]
        for y in (start, start + 1):
            await pilot.click(widget, (20, y))
        await pilot.click(widget, (15, 1))
        assert [message.url for message in app.all(Transcript.LinkChosen)] == [link, link]
        assert widget.links() == (link, "https://b.example/")
        strip = widget.render_line(start)
        assert any(segment.style and segment.style.underline for segment in strip)


async def drag(pilot: Pilot[None], widget: Transcript, start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(widget, start)
    await pilot.hover(widget, end)
    await pilot.mouse_up(widget, end)


async def test_selected_words_are_copied_without_our_line_breaks() -> None:
    text = "the quick brown fox jumps over the lazy dog and asks about an order"
    widget = transcript([said(1, text)])
    async with staged(widget, (40, 12)) as (app, pilot):
        lines = drawn(widget)
        assert lines[1][14:] == "the quick brown fox"
        await drag(pilot, widget, (14 + 4, 1), (14 + 4, 3))
        selected = app.screen.get_selected_text()
        assert selected == text[4 : text.index("sks about")]
        await pilot.press("ctrl+c")
        assert app.copied == selected


async def test_a_selection_over_several_messages_tells_who_said_what() -> None:
    widget = transcript([said(1, "hello"), own(2, "good\nday"), said(3, "bye")])
    async with staged(widget, (60, 12)) as (app, pilot):
        await drag(pilot, widget, (0, 1), (59 - 2, 4))
        copied = app.screen.get_selected_text() or ""
        assert [line[6:] if line[2] == ":" else line for line in copied.splitlines()] == [
            "Anna: hello",
            "me: good",
            "day",
            "Anna: bye",
        ]


async def test_a_drag_over_the_line_at_the_bottom_selects_to_the_last_visible_line_only() -> None:
    widget = transcript(feed.long_transcript(200))
    async with staged(widget, (80, 20)) as (app, pilot):
        await pilot.press("home")
        last = widget._visible()[-1].message
        await drag(pilot, widget, (20, 5), (30, 19))
        copied = app.screen.get_selected_text() or ""
        assert widget.rows[last].text[:10] in copied
        assert f" {last + 1}:" not in copied


async def test_a_drag_that_begins_on_a_separator_takes_the_whole_message_below() -> None:
    widget = transcript([said(1, "hello there")])
    async with staged(widget, (60, 12)) as (app, pilot):
        await drag(pilot, widget, (40, 0), (14 + 4, 1))
        assert app.screen.get_selected_text() == "hello"


async def test_two_clicks_select_a_word_and_three_the_message() -> None:
    widget = transcript([said(1, "the quick brown fox\njumps")])
    async with staged(widget, (60, 12)) as (app, pilot):
        await pilot.double_click(widget, (14 + 5, 1))
        assert app.screen.get_selected_text() == "quick"
        await pilot.triple_click(widget, (14 + 5, 1))
        assert app.screen.get_selected_text() == "the quick brown fox\njumps"


async def test_a_selection_stays_on_its_words_while_messages_come_at_both_ends() -> None:
    rows = feed.long_transcript(60)
    widget = transcript(rows[20:40])
    async with staged(widget, (80, 20)) as (app, pilot):
        await pilot.press("home")
        await pilot.double_click(widget, (18, 1))
        selected = app.screen.get_selected_text()
        assert selected
        widget.set_rows(rows[:40])
        widget.set_rows(rows)
        assert app.screen.get_selected_text() == selected


async def test_a_click_does_not_take_the_focus_from_where_the_agent_writes() -> None:
    widget = transcript(feed.transcript())
    async with staged(widget, (80, 20), focus=False) as (app, pilot):
        app.screen.set_focus(None)
        await pilot.click(widget, (20, 5))
        assert app.focused is None


WORDS = st.text(
    st.one_of(
        st.sampled_from("ab cd  ,.\n"),
        st.sampled_from("陈注文。、👍é한"),
        st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
    ),
    max_size=150,
)
ROWS = st.lists(
    st.builds(
        TranscriptRow,
        id=st.integers(0, 10**9).map(lambda number: MessageId(f"m{number}")),
        sender=st.sampled_from(Sender),
        author=WORDS.map(lambda text: CleanText(text.replace("\n", " "))),
        text=WORDS.map(CleanText),
        at=st.floats(0, 2e9),
        delivery=st.sampled_from(Delivery),
        own=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda row: row.id,
)


@settings(max_examples=20, deadline=None)
@given(ROWS, st.integers(1, 130), st.integers(1, 40))
async def test_every_line_is_exactly_as_wide_as_the_widget(
    rows: list[TranscriptRow], width: int, height: int
) -> None:
    widget = transcript(rows, rows[0].id if rows else None)
    async with staged(widget, (width, height)):
        assert [strip.cell_length for strip in widget.all_strips()] == [width] * height
        assert [cell_len(strip.text) for strip in widget.all_strips()] == [width] * height


@settings(max_examples=20, deadline=None)
@given(ROWS.filter(bool), st.integers(12, 130))
async def test_no_character_of_a_message_is_missing_on_the_screen(
    rows: list[TranscriptRow], width: int
) -> None:
    widget = transcript(rows)
    async with staged(widget, (width, 12)) as (_app, pilot):
        await pilot.press("home")
        at = widget._layout_of.columns.text_at
        seen: list[str] = []
        for index, row in enumerate(rows):
            for number, piece in enumerate(widget._layout_of.message(index).pieces):
                if piece.kind is Kind.TEXT:
                    widget._view.hold(index, piece.span.start)
                    place = type(widget._view.top)(index, number)
                    strip = widget._text_line(place, 0, widget.pen())
                    seen.append(strip.crop(at, width - 1).text)
            assert "".join("".join(seen).split()) == "".join(row.text.split())
            seen.clear()


def shown(widget: Transcript) -> list[tuple[str, Kind, str]]:
    """What stands in the window: message, kind of line, words."""
    told: list[tuple[str, Kind, str]] = []
    for place in widget._view.visible():
        piece = widget._layout_of.message(place.message).pieces[place.line]
        row = widget.rows[place.message]
        told.append((row.id, piece.kind, row.text[piece.span.start : piece.span.end]))
    return told


def off_screen(width: int, height: int) -> Transcript:
    """A transcript that lives on no screen but has a size."""
    widget = Transcript()
    widget._layout_of.resize(width)
    widget._view.height = height
    return widget


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=6), st.lists(st.integers(-40, 40), min_size=6, max_size=6))
def test_after_any_change_it_shows_what_a_fresh_transcript_would_show(
    feeds: list[list[TranscriptRow]], scrolls: list[int]
) -> None:
    widget = off_screen(60, 10)
    rows: list[TranscriptRow] = []
    for number, (more, scroll) in enumerate(zip(feeds, scrolls, strict=False)):
        known = {row.id for row in rows}
        new = [row for row in more if row.id not in known]
        rows = new + rows if number % 3 == 2 else rows + new
        if number % 2 and rows:
            rows = [*rows[:-1], replace(rows[-1], delivery=Delivery.SEEN, text=CleanText("changed"))]
        widget.set_rows(tuple(rows))
        widget._view.scroll(scroll)
    widget._view.to_end()
    fresh = off_screen(60, 10)
    fresh._layout_of._name = widget._layout_of._name
    fresh._layout_of.resize(60)
    fresh.set_rows(tuple(rows))
    assert shown(widget) == shown(fresh)
    assert widget._layout_of.measure(1000) is False
    assert widget._layout_of.lines == sum(
        len(widget._layout_of.message(index).pieces) for index in range(len(rows))
    )


@settings(deadline=None)
@given(ROWS, st.lists(st.integers(-50, 50), max_size=8), st.integers(1, 30))
def test_scrolling_shows_every_line_once_and_never_leaves_the_transcript(
    rows: list[TranscriptRow], scrolls: list[int], height: int
) -> None:
    widget = off_screen(40, height)
    widget.set_rows(rows)
    widget._view.to_start()
    whole = [(index, line) for index in range(len(rows)) for line in range(widget._layout_of.height(index))]
    at = 0
    for scroll in scrolls:
        widget._view.scroll(scroll)
        at = max(0, min(at + scroll, len(whole) - height))
        assert [tuple(place) for place in widget._view.visible()] == whole[at : at + height]
        assert widget._view.at_end == (at >= len(whole) - height)
        assert widget._view.position == at


@given(st.lists(st.integers(0, 3), max_size=600), st.lists(st.integers(0, 3), max_size=600))
def test_the_first_difference_is_found(one: list[int], other: list[int]) -> None:
    rows = [said(number, "x") for number in range(4)]
    found = first_difference([rows[number] for number in one], [rows[number] for number in other])
    common = min(len(one), len(other))
    assert one[:found] == other[:found]
    assert found == common or one[found] != other[found]


@pytest.mark.parametrize("size", [(20, 10), (30, 5), (12, 3), (3, 2), (1, 1)])
async def test_narrow_and_low_it_still_draws(size: tuple[int, int]) -> None:
    widget = transcript(feed.transcript())
    async with staged(widget, size) as (_app, pilot):
        await pilot.press("home", "pagedown", "up", "end")
        assert len(drawn(widget)) == size[1]


async def test_a_change_of_theme_changes_the_colours() -> None:
    widget = transcript(feed.transcript())
    async with staged(widget, (60, 12)) as (app, pilot):
        before = [[segment.style for segment in strip] for strip in widget.all_strips()]
        app.theme = "textual-light"
        await pilot.pause()
        after = [[segment.style for segment in strip] for strip in widget.all_strips()]
        assert all(one != other for one, other in zip(before, after, strict=True))


async def test_a_place_remembered_above_a_separator_that_goes_is_looked_at_anew() -> None:
    rows = [said(number, f"words {number}") for number in range(40)]
    widget = transcript(rows, "m20")
    async with staged(widget, (60, 10)) as (_, pilot):
        view = widget._view
        view._go(Place(20, 1))  # the line below the separator is the first in sight
        widget.set_rows(rows, None)
        assert all_text(widget).startswith("words 20")
        seen = [*rows[:5], replace(rows[5], delivery=Delivery.SEEN), *rows[6:]]
        widget.set_rows(seen, None)
        await pilot.pause()
        assert all_text(widget).startswith("words 20")


def test_a_place_is_within_the_transcript_whatever_has_become_of_it() -> None:
    layout = Layout()
    rows = [said(number, "word " * 40) for number in range(10)]
    layout.append(rows, len(rows))
    view = Viewport(layout)
    for height in (0, -1, 1, 5, 500):
        view.height = height
        for place in (Place(9, 99), Place(99, 0), Place(0, 0), Place(3, 2)):
            view._go(place)
            changes: tuple[Callable[[], None], ...] = (
                lambda: layout.resize(200),
                lambda: layout.resize(10),
                lambda: layout.mark_unread(MessageId("m3")),
                lambda: layout.mark_unread(None),
                lambda: layout.replace(rows[:4], 0),
                lambda: layout.replace([], 0),
                lambda: layout.replace(rows, 0),
            )
            for change in changes:
                change()
                view.hold(*view.held())
                assert view.position >= 0
                assert all(line < layout.height(index) for index, line in view.visible())
