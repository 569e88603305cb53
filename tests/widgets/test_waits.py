"""How urgent a wait is, to the second: what the marks in title, tab and list are drawn from."""

from __future__ import annotations

import pytest

from tui.widgets.waits import Urgency, Waiting, urgency_of


@pytest.mark.parametrize(
    ("waited", "urgency"),
    [
        (0, Urgency.WAITS),
        (59.9, Urgency.WAITS),
        (60, Urgency.YELLOW),
        (179.9, Urgency.YELLOW),
        (180, Urgency.RED),
        (-5, Urgency.WAITS),
    ],
)
def test_a_wait_turns_yellow_and_red_at_its_seconds(waited: float, urgency: Urgency) -> None:
    assert Waiting(1000.0).urgency(1000.0 + waited) is urgency


def test_the_seconds_are_those_it_is_given_and_nobody_who_waits_is_answered() -> None:
    assert Waiting(1000.0, yellow=10, red=20).urgency(1010.0) is Urgency.YELLOW
    assert Waiting(1000.0, yellow=10, red=20).urgency(1020.0) is Urgency.RED
    assert urgency_of(None, 1000.0) is Urgency.ANSWERED
