"""What ``pilot.press`` stands for, as in the tests of the other screens."""

from __future__ import annotations

from tests.screens.conftest import each_press_is_one

__all__ = ["each_press_is_one"]
