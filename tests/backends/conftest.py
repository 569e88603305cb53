"""Desks for the tests of this folder, on every engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backends.desks import DeskUnderTest
from tests.backends.engines import ENGINES
from tui.backends.contract import Backend


@pytest.fixture(params=sorted(ENGINES))
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    """A fresh desk, once on each engine."""
    engine = ENGINES[request.param]
    desk = DeskUnderTest(engine, engine.address(tmp_path))
    yield desk
    await desk.close()


@pytest.fixture
async def backend(desk: DeskUnderTest) -> Backend:
    """The first console's backend."""
    return await desk.console()
