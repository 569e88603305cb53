"""A held key is one press, whatever the terminal tells of it."""

from __future__ import annotations

import pytest

from tui.typed.presses import Press, Presses

NEW, SECOND, HELD = Press.NEW, Press.PERHAPS_SECOND, Press.HELD


def heard(*keys: tuple[str, float]) -> list[Press]:
    presses, said = Presses(), []
    for key, at in keys:
        press, presses = presses.heard(key, at)
        said.append(press)
    return said


def test_a_key_held_for_two_seconds_is_one_press() -> None:
    repeats = [("f2", 0.5 + 0.033 * count) for count in range(50)]
    assert heard(("f2", 0.0), *repeats) == [NEW, SECOND, *[HELD] * 49]


@pytest.mark.parametrize(("second", "is_"), [(0.05, SECOND), (0.69, SECOND), (0.71, NEW), (3.0, NEW)])
def test_the_first_repeat_comes_within_700_ms(second: float, is_: Press) -> None:
    assert heard(("f2", 0.0), ("f2", second)) == [NEW, is_]


@pytest.mark.parametrize(
    ("late", "is_"), [(0.11, HELD), (0.13, SECOND), (0.39, SECOND), (0.41, NEW), (2.0, NEW)]
)
def test_a_key_that_surely_is_held_may_stumble_and_is_in_doubt_then(late: float, is_: Press) -> None:
    begun = [("f2", 0.0), ("f2", 0.5), ("f2", 0.53), ("f2", 0.56)]
    assert heard(*begun, ("f2", 0.56 + late)) == [NEW, SECOND, HELD, HELD, is_]


def test_a_held_key_may_stumble_more_than_once() -> None:
    held = [("f2", 0.5 + 0.03 * count) for count in range(5)]
    again = [("f2", 0.9), ("f2", 1.2), ("f2", 1.23), ("f2", 1.5)]
    assert heard(("f2", 0.0), *held, *again)[6:] == [SECOND, SECOND, HELD, SECOND]


@pytest.mark.parametrize(("third", "is_"), [(0.61, HELD), (0.63, NEW)])
def test_the_repeats_that_follow_come_within_120_ms(third: float, is_: Press) -> None:
    assert heard(("f2", 0.0), ("f2", 0.5), ("f2", third)) == [NEW, SECOND, is_]


def test_another_key_in_between_ends_it() -> None:
    assert heard(("f2", 0.0), ("h", 0.1), ("f2", 0.2), ("f2", 0.25)) == [NEW, NEW, NEW, SECOND]


def test_what_the_terminal_tells_counts_before_any_time() -> None:
    press, presses = Presses().heard("f2", 0.0)
    assert press is NEW
    press, presses = presses.heard("f2", 5.0, told=True)
    assert press is HELD
    press, presses = presses.heard("f2", 5.01)
    assert press is NEW, "a terminal that tells repeats tells a press as well"
    press, presses = presses.heard("f2", 5.2)
    assert press is SECOND
