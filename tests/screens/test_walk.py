"""The console stands whatever keys, sizes and events come, in whatever order: see ``walk``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.walk import Walk, WalkError

SEEDS = range(8)
STEPS = 250


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_walk_ends_on_a_console_that_answers(seed: int, tmp_path: Path) -> None:
    await Walk(seed, tmp_path).go(STEPS)


class Faulty(Walk):
    """Something within the console fails at the seventh step."""

    def take_one(self) -> None:
        super().take_one()
        if self.step == 7:
            self.app.screen.call_later(self.fail)

    def fail(self) -> None:
        raise IndexError("a fault")


async def test_a_walk_tells_how_a_fault_is_found_again(tmp_path: Path) -> None:
    with pytest.raises(WalkError, match=r"(?s)seed 3, step \d+: .*a fault.* 7: "):
        await Faulty(3, tmp_path).go(40)
