"""The recorder behaves as the popup board does, so that tests may rely on it."""

from __future__ import annotations

from tests.outputs.popup_room import popup
from tui.outputs.popups import PopupClicked, PopupDismissed, PopupEvent, PopupHealth, PopupShown
from tui.outputs.recorder import RecordingPopups


def test_the_recorder_shows_each_number_once_and_reports_clicks() -> None:
    events: list[PopupEvent] = []
    board = RecordingPopups("Deskbell", events.append)
    board.show((popup("Anna"), popup("Bruno")))
    board.show((popup("Anna"), popup("Bruno")))
    assert [type(event) for event in events] == [PopupHealth, PopupShown, PopupShown]
    board.dismiss("pending:Anna")
    board.click("pending:Bruno", accept=True)
    assert [type(event) for event in events[3:]] == [PopupDismissed, PopupClicked]
    board.show((popup("Anna"),))
    assert board.up == {}
    board.show((popup("Anna", 2),))
    assert list(board.up) == ["pending:Anna"]
    board.show(())
    assert board.up == {}
