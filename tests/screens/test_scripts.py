"""Wide, joined and right-to-left text: each cell where it belongs, in columns, lines, cursor, selection."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from tests.screens.still_desk import StillDesk, console
from tui.desk.contact import ContactId
from tui.desk.events import ChatShown
from tui.screens.app import ConsoleApp
from tui.screens.pane import ChatPane
from tui.text import clean_line
from tui.widgets.isolation import FSI, ISOLATED, LRM, PDI, Isolation
from tui.widgets.wrapping import wrap

NAMES = {
    "Chinese": "陳大文",
    "Korean": "김민수",
    "Japanese": "たなかさん",
    "emoji": "Zoe 👍🏽",
    "family": "👨‍👩‍👧‍👦 fam",
    "flag": "🇮🇹 Ugo",
    "heart": "❤️ Bea",
    "combining": "Zoe\u0308 e\u0301",
    "Hindi": "नमस्ते",
    "Thai": "สวัสดี",
    "Arabic": "محمد",
    "Hebrew": "דוד 12",
    "mixed": "Ali علي 7",
    "halfwidth": "ﾀﾅｶ",
}


WAIT = re.compile(r"\b01:\d\d\b")  # a wait of a minute and however long the console took to come up


def lines_of(app: ConsoleApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def bare(line: str) -> str:
    """Without what has no width."""
    return line.translate({ord(char): None for char in (FSI, PDI, LRM)})


def column_of(line: str, words: str) -> int:
    """In which cell these words begin."""
    return cell_len(bare(line).partition(words)[0])


@pytest.mark.parametrize("size", [(60, 20), (100, 30), (200, 60)], ids=str)
async def test_the_figures_of_the_queue_stand_in_one_column_whatever_the_names(size: tuple[int, int]) -> None:
    desk = StillDesk()
    for index, name in enumerate(NAMES.values()):
        desk.arrives(name, f"{name} {name}", ago=60.5 - index / 100)
    app = console(desk)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        waits = [WAIT.search(line) for line in lines_of(app) if "oldest" not in line]
        shown = [found for found in waits if found is not None]
        assert len(shown) >= 3
        assert len({column_of(found.string, found[0]) for found in shown}) == 1
        assert {cell_len(bare(line)) for line in lines_of(app)} == {size[0]}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_long_text_is_wrapped_within_its_width_and_nothing_is_lost(name: str) -> None:
    text = clean_line(f"{name} " * 30)
    lines = [text[start:end] for start, end in wrap(text, 20)]
    assert "".join(lines) == text
    assert all(cell_len(line.rstrip()) <= 20 for line in lines)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
async def test_what_is_written_is_shown_with_the_cursor_behind_it(name: str) -> None:
    desk = StillDesk()
    desk.is_mine("Luca", "hi")
    desk.tell(ChatShown(ContactId("Luca")))
    app = console(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        composer = app.screen.query_one(ChatPane).composer
        composer.focus()
        composer.insert(name)
        await pilot.pause()
        assert composer.text == name
        assert composer.cursor_screen_offset.x == composer.content_region.x + cell_len(name)
        assert {cell_len(bare(line)) for line in lines_of(app)} == {100}


def filtered(*segments: Segment) -> str:
    return "".join(one.text for one in Isolation().apply(list(segments), Color(0, 0, 0)))


def test_a_name_from_the_right_is_isolated_from_the_figures_beside_it() -> None:
    name, wait = Segment(" דוד    ", ISOLATED), Segment("01:05", None)
    assert filtered(name, wait) == f"{LRM} {FSI}דוד{PDI}{LRM}    01:05{LRM}"


def test_lines_from_the_left_are_left_alone() -> None:
    segments = [Segment("Zoë 陳 👍", ISOLATED), Segment("01:05", None)]
    assert Isolation().apply(segments, Color(0, 0, 0)) is segments


def test_isolation_takes_no_cell() -> None:
    assert cell_len(f"{FSI}{PDI}{LRM}") == 0


async def test_each_piece_of_a_line_is_isolated_by_itself_and_no_visitor_can_end_his_isolation() -> None:
    desk = StillDesk()
    desk.arrives("דוד\u2069\u202e", "שלום\u2069 עולם", ago=65.5)
    app = console(desk)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        for line in lines_of(app):
            assert line.count(FSI) == line.count(PDI)
            depth = 0
            for char in line:
                depth += (char == FSI) - (char == PDI)
                assert depth in (0, 1)
        row = next(line for line in lines_of(app) if WAIT.search(line) and "דוד" in line)
        name_end, figures = row.index(PDI), row.index("01:")
        assert LRM in row[name_end:figures]
        assert FSI not in row[:figures].partition(PDI)[2]


async def test_a_selection_of_wide_and_right_to_left_text_copies_it_whole() -> None:
    desk = StillDesk()
    text = "שלום 陳大文 👍 and more"
    desk.is_mine("Luca", text)
    app = console(desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        y, line = next((y, line) for y, line in enumerate(lines_of(app)) if "and more" in line)
        start = column_of(line, "שלום")
        end = start + cell_len(text)
        await pilot.mouse_down(offset=(start, y))
        await pilot.hover(offset=(end, y))
        await pilot.mouse_up(offset=(end, y))
        await pilot.pause()
        assert app.screen.get_selected_text() == text
