"""Signs of life of the consoles on one desk: the last one of each is there for all to see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.backends.desks import LUCA, MARIA, DeskUnderTest
from tui.backends.contract import Backend, BackendError, ConsoleBeat


def beat_of(desk: DeskUnderTest, id: str = "one") -> ConsoleBeat:
    return ConsoleBeat(id, MARIA, desk.clock.now - 5, desk.clock.now, "pid 7, tty pts/3")


async def test_every_console_sees_the_last_beat_of_each(desk: DeskUnderTest, backend: Backend) -> None:
    other = await desk.console()
    mine = beat_of(desk)
    theirs = replace(beat_of(desk, "two"), agent=LUCA, fails=True, ringing=True)
    await backend.beat(mine)
    await other.beat(theirs)
    later = replace(mine, beat_at=mine.beat_at + 1, last_used=mine.beat_at + 1)
    await backend.beat(later)
    for console in (backend, other):
        assert set(await console.consoles()) == {later, theirs}


async def test_a_desk_whose_consoles_have_given_no_sign_has_none(backend: Backend) -> None:
    assert await backend.consoles() == ()


async def test_a_console_that_takes_leave_is_gone(desk: DeskUnderTest, backend: Backend) -> None:
    await backend.beat(beat_of(desk))
    await backend.beat(replace(beat_of(desk), beat_at=0.0))
    assert await backend.consoles() == ()


async def test_a_closed_desk_takes_no_beat(desk: DeskUnderTest, backend: Backend) -> None:
    await backend.close()
    with pytest.raises(BackendError):
        await backend.beat(beat_of(desk))
    with pytest.raises(BackendError):
        await backend.consoles()
