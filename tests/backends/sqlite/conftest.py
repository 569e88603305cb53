"""A desk on SQLite alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.backends.desks import DeskUnderTest
from tests.backends.engines import ENGINES
from tui.backends.sqlite import SqliteBackend


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    engine = ENGINES["sqlite"]
    desk = DeskUnderTest(engine, engine.address(tmp_path))
    yield desk
    await desk.close()


@pytest.fixture
async def backend(desk: DeskUnderTest) -> SqliteBackend:
    backend = await desk.console()
    assert isinstance(backend, SqliteBackend)
    return backend
