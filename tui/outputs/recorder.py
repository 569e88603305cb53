"""Stand-ins for the outputs that show nothing and remember everything, for tests of those who use them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.alerts.plan import Decision, Popup
from tui.outputs.popups_events import (
    Permission,
    PopupClicked,
    PopupDismissed,
    PopupEvent,
    PopupHealth,
    PopupShown,
)


class RecordingPopups:
    """A desktop that always works, with the face of ``PopupBoard``; the test plays the agent."""

    def __init__(self, app_name: str, on_event: Callable[[PopupEvent], None]) -> None:
        self.app_name = app_name
        self.up: dict[str, Popup] = {}
        """What is on the desktop now, by key."""
        self.shown: list[Popup] = []
        """Everything that ever was, oldest first."""
        self.permission = Permission(True, "the recorder answers")
        self._on_event = on_event
        self._seen: set[tuple[str, int]] = set()

    def show(self, popups: tuple[Popup, ...]) -> None:
        """As ``PopupBoard.show``, at once."""
        wanted = {popup.key: popup for popup in popups}
        self.up = {key: popup for key, popup in self.up.items() if wanted.get(key) == popup}
        for popup in popups:
            if (popup.key, popup.number) in self._seen:
                continue
            if not self._seen:
                self._on_event(PopupHealth(True, self.permission.reason, "recorder"))
            self._seen.add((popup.key, popup.number))
            self.up[popup.key] = popup
            self.shown.append(popup)
            self._on_event(PopupShown(popup.key, popup.number))

    async def run(self) -> None:
        """Waits to be cancelled."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Withdraws everything."""
        self.up.clear()

    async def request_permission(self, ask: bool = True) -> Permission:
        """What the test has put into ``permission``."""
        return self.permission

    def click(self, key: str, accept: bool = False) -> None:
        """The agent clicks the popup, or its Accept button."""
        popup = self.up.pop(key)
        self._on_event(PopupClicked(popup.key, popup.number, popup.contact, accept))

    def dismiss(self, key: str) -> None:
        """The agent closes the popup."""
        popup = self.up.pop(key)
        self._on_event(PopupDismissed(popup.key, popup.number))


class RecordingAlertLog:
    """Decisions in a list, with the face of ``AlertLog``."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []

    def add(self, decision: Decision) -> None:
        """Remembers it."""
        self.decisions.append(decision)

    def recent(self, count: int) -> tuple[Decision, ...]:
        """The newest, oldest first."""
        return tuple(self.decisions[-count:]) if count > 0 else ()

    def close(self, patience: float = 1.0) -> None:
        """Nothing to do."""
