"""Figures as they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets import figures
from tui.widgets.lines import position_for, thumb


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-3, "00:00"), (0, "00:00"), (59.9, "00:59"), (98, "01:38"), (3599, "59:59"), (3600, "1:00:00")],
)
def test_a_wait_is_shown_in_minutes_and_from_an_hour_on_in_hours(seconds: float, shown: str) -> None:
    assert figures.clock(seconds) == shown


def test_time_left_counts_the_second_it_ends_in() -> None:
    assert [figures.countdown(left) for left in (120, 60.2, 0.1, 0, -1)] == [
        "2:00",
        "1:01",
        "0:01",
        "0:00",
        "0:00",
    ]


def test_an_age_has_at_most_three_cells() -> None:
    ages = [figures.age(seconds) for seconds in (0, 59, 60, 3599, 3600, 86_399, 86_400, 10**9)]
    assert ages == ["0s", "59s", "1m", "59m", "1h", "23h", "1d", "99d"]


@given(st.floats(-1, 2), st.floats(-1, 2), st.integers(1, 8))
def test_a_bar_keeps_its_width_and_never_grows_as_time_runs_out(one: float, other: float, cells: int) -> None:
    bars = [figures.bar(share, cells) for share in sorted((one, other))]
    assert [len(bar) for bar in bars] == [cells, cells]
    heights = ["▁▂▃▄▅▆▇".index(sign) for sign in "".join(bars)]
    assert sum(heights[:cells]) <= sum(heights[cells:])


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 20_000), st.data())
def test_the_thumb_stays_in_the_bar_and_touches_an_end_only_at_the_end(
    height: int, window: int, total: int, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, max(0, total - window)))
    covered = thumb(position, window, total, height)
    if total <= window:
        assert not covered
        return
    assert 0 <= covered.start < covered.stop <= height or height == 1
    if height >= 4 and covered.stop - covered.start <= height - 2:
        assert (covered.start == 0) == (position == 0)
        assert (covered.stop == height) == (position == total - window)


@given(st.integers(2, 60), st.integers(1, 60), st.integers(1, 20_000), st.integers(-5, 70))
def test_dragging_the_thumb_never_leads_outside(height: int, window: int, total: int, row: int) -> None:
    assert 0 <= position_for(row, window, total, height) <= max(0, total - window)
