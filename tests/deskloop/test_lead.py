"""Which of an agent's consoles sounds: always exactly one of the living, and all agree which."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.memory_backend import MemoryBackend, MemoryDesk
from tests.parts.waiting import until_async
from tui.backends.contract import BackendError, ConsoleBeat
from tui.config.schema import Settings
from tui.desk.contact import AgentName
from tui.desk.events import ChannelName, ChannelReported, ChannelState, Snapshot
from tui.deskloop import lead as rule
from tui.deskloop.keeper import Keeper
from tui.deskloop.lead import Heard, Lead, lead, living

MARIA, LUCA = AgentName("Maria"), AgentName("Luca")
NOW = 1000.0


def console(id: str, used: float, agent: AgentName = MARIA, *, fails: bool = False) -> ConsoleBeat:
    return ConsoleBeat(id, agent, used, 5.0, f"pid {id}", fails)


def heard(beat: ConsoleBeat, ago: float = 0.0) -> Heard:
    return Heard(beat, NOW - ago)


@pytest.mark.parametrize(
    ("others", "leads"),
    [
        ([], "me"),
        ([heard(console("b", 11))], "b"),
        ([heard(console("b", 9))], "me"),
        ([heard(console("b", 11), ago=rule.ALIVE_FOR + 0.1)], "me"),
        ([heard(console("b", 11), ago=rule.ALIVE_FOR - 0.1)], "b"),
        ([heard(console("b", 11, LUCA))], "me"),
        ([heard(console("b", 11, fails=True))], "me"),
        ([heard(console("b", 11, fails=True)), heard(console("c", 9))], "me"),
        ([heard(console("b", 11)), heard(console("c", 12))], "c"),
        ([heard(console("b", 11)), heard(console("c", 12), ago=60)], "b"),
    ],
)
def test_the_living_console_last_used_leads(others: list[Heard], leads: str) -> None:
    assert lead(others, console("me", 10), NOW).id == leads


def test_a_console_whose_speaker_fails_yields_to_one_that_works_and_else_leads_all_the_same() -> None:
    me = console("me", 12, fails=True)
    assert lead([heard(console("b", 11))], me, NOW).id == "b"
    assert lead([heard(console("b", 11, fails=True))], me, NOW).id == "me"


BEATS = st.lists(
    st.builds(
        ConsoleBeat,
        st.sampled_from("abcdef"),
        st.sampled_from([MARIA, LUCA]),
        st.floats(0, 3),
        st.just(5.0),
        st.just(""),
        st.booleans(),
    ),
    min_size=1,
    unique_by=lambda beat: beat.id,
)


@given(BEATS)
def test_all_consoles_of_an_agent_that_hear_each_other_agree_on_one(beats: list[ConsoleBeat]) -> None:
    all_heard = [heard(beat) for beat in beats]
    for agent in (MARIA, LUCA):
        mine = [beat for beat in beats if beat.agent == agent]
        leaders = {lead(all_heard, me, NOW).id for me in mine}
        assert len(leaders) == bool(mine)
        assert leaders <= {beat.id for beat in mine}


@given(BEATS, st.floats(0, 10))
def test_whoever_leads_is_alive(beats: list[ConsoleBeat], ago: float) -> None:
    me, *others = beats
    all_heard = [heard(beat, ago) for beat in others]
    winner = lead(all_heard, me, NOW)
    assert winner is me or winner in living(all_heard, me, NOW)


# with an engine


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Seat:
    """One console: its engine, its desk, its lead, turned by hand."""

    def __init__(self, desk: MemoryDesk, clock: Clock, name: str, agent: AgentName = MARIA) -> None:
        self.backend = MemoryBackend(desk)
        self.keeper = Keeper(
            agent, Settings(), Path("c"), clock, lambda plan: None, lambda decision: None, lambda: None
        )
        self.keeper.take(Snapshot((), ()))
        self.lead = Lead(self.backend, self.keeper, name, clock, clock)

    @property
    def here(self) -> bool:
        return self.keeper.desk.lead.here

    async def turn(self) -> None:
        """One round of the task."""
        task = asyncio.create_task(self.lead.run())
        for _ in range(8):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def room() -> tuple[Clock, Seat, Seat]:
    clock, desk = Clock(), MemoryDesk()
    first = Seat(desk, clock, "pid 1")
    clock.now += 10
    second = Seat(desk, clock, "pid 2")
    for seat in (first, second):
        await seat.backend.open()
    return clock, first, second


async def settle(clock: Clock, *seats: Seat) -> None:
    for _ in range(2):
        clock.now += 0.3
        for seat in seats:
            await seat.turn()


async def test_alone_a_console_leads_and_says_nothing_of_others(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, _ = room
    await settle(clock, first)
    assert first.here
    assert not first.keeper.desk.lead.several


async def test_the_console_started_last_leads_and_each_says_which(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    assert (first.here, second.here) == (False, True)
    assert first.keeper.desk.lead.console == "pid 2"
    assert second.keeper.desk.lead.several


async def test_using_the_other_console_hands_the_lead_over(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    clock.now += 0.1
    first.lead.used()
    assert first.here, "at once, without waiting for the engine"
    await first.turn()
    await second.turn()
    assert (first.here, second.here) == (True, False)


async def test_a_use_after_the_clock_was_put_back_counts_all_the_same(
    room: tuple[Clock, Seat, Seat],
) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    first.lead._clock = lambda: NOW - 3600
    first.lead.used()
    await first.turn()
    await second.turn()
    assert (first.here, second.here) == (True, False)


async def test_a_dead_leader_is_followed_within_three_seconds_and_a_slow_one_is_not(
    room: tuple[Clock, Seat, Seat],
) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    died = clock.now
    while not first.here:
        assert clock.now - died < 3.0
        clock.now += rule.LOOK_EVERY
        await first.turn()
    assert clock.now - died > 2 * rule.BEAT_EVERY, "one beat may be late"


async def test_a_machine_that_slept_makes_nobody_dead(room: tuple[Clock, Seat, Seat]) -> None:
    """The steady clock stands still meanwhile; the other one jumps."""
    clock, first, second = room
    await settle(clock, first, second)
    for seat in (first, second):
        seat.lead._clock = lambda: NOW + 30_000
    await settle(clock, first, second)
    assert (first.here, second.here) == (False, True)


async def test_who_takes_leave_is_followed_at_the_next_look(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    await second.lead.leave()
    await first.turn()
    assert first.here
    assert not first.keeper.desk.lead.several


async def test_another_agents_console_changes_nothing(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, _ = room
    luca = Seat(first.backend.desk, clock, "pid 3", LUCA)
    await luca.backend.open()
    await settle(clock, first, luca)
    assert first.here
    assert luca.here


async def test_a_failing_speaker_gives_the_lead_away_and_a_working_one_takes_it_back(
    room: tuple[Clock, Seat, Seat],
) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    second.keeper.take(ChannelReported(ChannelName.AUDIO, ChannelState.FAILS, "broken"))
    await settle(clock, second, first)
    assert (first.here, second.here) == (True, False)
    second.keeper.take(ChannelReported(ChannelName.AUDIO, ChannelState.WORKS, ""))
    await settle(clock, second, first)
    assert (first.here, second.here) == (False, True)


async def test_without_an_engine_every_console_rings_for_itself(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    for seat in (first, second):
        seat.backend.fails = BackendError("the disk has gone")
    clock.now += rule.ALIVE_FOR + 0.1
    await settle(clock, first, second)
    assert first.here
    assert second.here
    for seat in (first, second):
        seat.backend.fails = None
    clock.now += 1
    await settle(clock, first, second)
    assert (first.here, second.here) == (False, True)


async def test_who_takes_over_learns_whether_it_rang(room: tuple[Clock, Seat, Seat]) -> None:
    clock, first, second = room
    await settle(clock, first, second)
    await second.backend.beat(replace(second.lead._told, ringing=True, beat_at=clock.now + 1))
    await first.turn()
    first.lead.used()
    assert first.keeper.desk.lead.rang


async def test_the_task_itself_settles_who_leads(room: tuple[Clock, Seat, Seat]) -> None:
    _, first, second = room
    tasks = [asyncio.create_task(seat.lead.run()) for seat in (first, second)]
    await until_async(lambda: not first.here and second.keeper.desk.lead.several, 20)
    first.lead.used()
    await until_async(lambda: not second.here, 20)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_colleagues_are_the_other_agents_who_live_each_once_as_his_last_used_console_says() -> None:
    all_heard = [
        heard(replace(console("a", 5, LUCA), paused=True, pause_reason="lunch")),
        heard(replace(console("b", 9, LUCA), chats=2, groups=("Billing",))),
        heard(console("c", 7, AgentName("Anna"))),
        heard(console("d", 7, AgentName("Zoe")), ago=rule.ALIVE_FOR + 0.1),
        heard(console("e", 7)),
    ]
    found = rule.colleagues(all_heard, console("me", 10), NOW)
    assert [colleague.name for colleague in found] == ["Anna", "Luca"]
    assert (found[1].paused, found[1].chats, found[1].groups) == (False, 2, ("Billing",))
