"""The second line of defence: whatever a widget draws, no control character reaches the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widgets import Label, Static, TextArea

from tui.widgets.control_filter import ControlFilter

BLACK = Color(0, 0, 0)
HOSTILE = (
    "a\x1b]52;c;AAAA\x07b\x9b31mc\x9d0;t\x9cd\u202ee\u2066f\u200bg\u200dh\ufeffi\x0ej\ud800k\u2028l"
    "\U000e0041m\x7f"
)


def filtered(text: str, style: Style | None = None) -> list[Segment]:
    return ControlFilter().apply([Segment(text, style)], BLACK)


def steers(sign: str) -> bool:
    code = ord(sign)
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xD800 <= code <= 0xDFFF
        or 0xE0000 <= code <= 0xE007F
        or code in (0x61C, 0xFEFF)
    )


@given(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=[]))))
def test_nothing_that_steers_is_left_and_nothing_else_is_lost(text: str) -> None:
    ((after, _style, _control),) = filtered(text)
    assert not any(steers(sign) for sign in after)
    assert after.replace("\ufffd", "") == "".join(s for s in text if not steers(s)).replace("\ufffd", "")


@given(st.text(st.sampled_from(HOSTILE + "ab陈é"), max_size=30).filter(lambda text: "\u200d" not in text))
def test_the_cells_are_counted_as_before(text: str) -> None:
    assert sum(cell_len(segment.text) for segment in filtered(text)) == cell_len(text)


def test_a_plain_line_is_handed_on_untouched() -> None:
    segments = [Segment("hello, 陈 ♪ ▣ ━", Style(bold=True))]
    assert ControlFilter().apply(segments, BLACK) is segments


def test_a_link_that_carries_an_escape_is_taken_away() -> None:
    ((text, style, _control),) = filtered("x", Style(link="https://a.example/\x1b]0;t\x07"))
    assert (text, style and style.link) == ("x", None)
    ((_text, style, _control),) = filtered("x", Style(link="https://a.example/"))
    assert style is not None
    assert style.link == "https://a.example/"


class Hostile(App[None]):
    """Textual's own widgets with a visitor's worst."""

    def compose(self) -> ComposeResult:
        yield Static(HOSTILE, markup=False)
        yield Label(HOSTILE, markup=False)
        yield TextArea(HOSTILE)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]


async def test_it_stands_behind_every_widget_of_the_application() -> None:
    app = Hostile()
    async with app.run_test(size=(80, 20)) as pilot:
        app.query_one(TextArea).border_title = "x\x1b]0;t"
        await pilot.pause()
        drawn = "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)
        assert not any(steers(sign) for sign in drawn)
        assert "52;c;AAAA" in drawn
