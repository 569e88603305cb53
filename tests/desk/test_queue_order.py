"""Whose turn it is first."""

from __future__ import annotations

from dataclasses import replace

from tests.parts_of_desk import MARIA, contact
from tui.desk.events import ContactChanged
from tui.desk.fold import fold
from tui.desk.state import DeskState, longest_waiting, queue


def test_the_starred_come_first_and_who_was_left_offline_last_however_long_ago() -> None:
    desk = DeskState(MARIA)
    for new in (
        replace(contact("Omar", 10.0, dissuasion_time=0), offline=True),
        contact("Anna", 900.0),
        contact("Bruno", 950.0),
        replace(contact("Chen", 990.0), addressed_to=MARIA),
    ):
        desk = fold(desk, ContactChanged(new), 1000.0)
    assert [each.id for each in queue(desk)] == ["Chen", "Anna", "Bruno", "Omar"]
    first = longest_waiting(desk)
    assert first is not None
    assert first.id == "Chen"
