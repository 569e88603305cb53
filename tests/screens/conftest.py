"""What ``pilot.press`` stands for here."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tui.screens.app import ConsoleApp
from tui.screens.input_gate import SpareKeys


@pytest.fixture(autouse=True)
def each_press_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of ``pilot.press`` is somebody's press of its own, however soon it comes behind another with
    the same key; within a call, and by the driver, keys come as a terminal sends them."""
    press = Pilot.press

    async def of_its_own(pilot: Pilot[None], *keys: str) -> None:
        if isinstance(pilot.app, ConsoleApp):
            pilot.app._guard.forget()
            pilot.app._gate._spare = SpareKeys()
        await press(pilot, *keys)

    monkeypatch.setattr(Pilot, "press", of_its_own)
