"""What the keeper tells the screens about the quiet: at the right moment, and cheaply."""

from __future__ import annotations

from pathlib import Path

from tests.parts_of_desk import MARIA, contact
from tui.config.schema import Settings
from tui.desk.events import (
    ContactChanged,
    FocusReported,
    FocusTrustLearned,
    MuteSet,
    Snapshot,
    TimePassed,
)
from tui.desk.focus import Trust
from tui.deskloop.keeper import Keeper
from tui.link.view import QuietView


class Desk:
    """A keeper with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.changes = 0
        self.keeper = Keeper(
            MARIA,
            Settings(),
            Path("config.toml"),
            lambda: self.now,
            lambda plan: None,
            lambda decision: None,
            self._changed,
        )
        self.keeper.take(Snapshot((), ()), FocusTrustLearned(Trust.TELLS, "it tells"))

    def _changed(self) -> None:
        self.changes += 1

    def told(self) -> list[str]:
        return [told.text for told in self.keeper.view().told]


def test_what_was_missed_is_told_when_the_agent_is_back() -> None:
    desk = Desk()
    desk.keeper.take(FocusReported(False), MuteSet(1060.0), ContactChanged(contact("Anna", 1000.0)))
    desk.now = 1061.0
    desk.keeper.take(TimePassed())
    assert desk.told() == []
    desk.now = 2000.0
    desk.keeper.take(FocusReported(True))
    assert desk.told() == ["While it was quiet: 1 contact (still waiting)."]
    desk.keeper.take(TimePassed())
    assert len(desk.told()) == 1


def test_where_it_is_unknown_whether_he_looks_it_is_told_at_once() -> None:
    desk = Desk()
    desk.keeper.take(FocusTrustLearned(Trust.UNPROVEN, "?"), MuteSet(1060.0))
    desk.now = 1061.0
    desk.keeper.take(TimePassed())
    assert desk.told() == ["Nothing was missed."]


def test_the_view_tells_until_when_it_is_quiet_and_how_much_was_missed() -> None:
    desk = Desk()
    assert desk.keeper.view().quiet == QuietView()
    desk.keeper.take(FocusReported(False))
    desk.keeper.view()
    desk.changes = 0
    desk.keeper.take(MuteSet(1060.0))
    assert desk.changes
    assert desk.keeper.view().quiet == QuietView(1060.0, "muted", 0)
    desk.keeper.take(ContactChanged(contact("Anna", 1000.0)))
    assert desk.keeper.view().quiet.missed == 1


def test_the_decisions_are_made_anew_only_when_there_are_new_ones() -> None:
    desk = Desk()
    desk.keeper.take(ContactChanged(contact("Anna", 1000.0)))
    before = desk.keeper.view().decisions
    assert [decision.nick for decision in before] == ["Anna", "Anna"]
    desk.keeper.take(TimePassed())
    assert desk.keeper.view().decisions is before
    desk.keeper.take(ContactChanged(contact("Bruno", 1000.0)))
    assert [decision.nick for decision in desk.keeper.view().decisions][:2] == ["Anna", "Anna"]


def test_the_view_tells_how_each_contact_stands_and_an_older_view_keeps_its_answer() -> None:
    desk = Desk()
    anna = contact("Anna", 1000.0)
    desk.keeper.take(FocusReported(False), ContactChanged(anna))
    view = desk.keeper.view()
    desk.keeper.take(MuteSet(1060.0))
    assert view.standing[anna.id].startswith("It rings (it began: console away).")
    assert desk.keeper.view().standing[anna.id].startswith("It does not ring: muted until")
