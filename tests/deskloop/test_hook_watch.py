"""When a script is due: new contacts, messages in my chats, the ring; by the leading console."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.parts_of_desk import LUCA, MARIA, contact, done, message, with_last
from tui.config.schema import Argv, AudioPending, AudioSettings, Hooks, Settings
from tui.desk.contact import Sender
from tui.desk.events import (
    ContactChanged,
    FocusReported,
    FocusTrustLearned,
    LeadChanged,
    MessageAppended,
    Snapshot,
    TimePassed,
)
from tui.desk.focus import Trust
from tui.desk.lifecycle import DeedKind
from tui.deskloop.hook_watch import HookWatch
from tui.deskloop.keeper import Keeper
from tui.outputs.hooks import Hook, HookFields, HookRunner

SCRIPTS = Hooks(("p",), ("m",), ("start",), ("stop",))
ELSEWHERE = LeadChanged(here=False, console="pid 2", several=True)


class Ran(HookRunner):
    """Notes what it is told to run."""

    def __init__(self) -> None:
        super().__init__(lambda title, text: None)
        self.calls: list[tuple[str, HookFields]] = []

    def run(self, hook: Hook, template: Argv, values: HookFields, time_limit: float) -> None:
        self.calls.append((" ".join(template), values))


class Room:
    def __init__(self, settings: Settings | None = None) -> None:
        self.now = 1000.0
        self.ran = Ran()
        self.keeper = Keeper(
            MARIA,
            settings or Settings(hooks=SCRIPTS),
            Path("c"),
            lambda: self.now,
            lambda plan: None,
            lambda decision: None,
            lambda: None,
        )
        self.watch = HookWatch(self.ran, lambda: self.keeper.settings, lambda: self.now)
        self.keeper.observe = self.watch.observe
        self.keeper.take(FocusTrustLearned(Trust.TELLS, "it tells"), FocusReported(False))

    def scripts(self) -> list[str]:
        """What ran since the last look, as "script name"."""
        calls, self.ran.calls = self.ran.calls, []
        return [f"{script} {values.name}" for script, values in calls]


def test_a_new_contact_runs_its_script_once_with_what_was_decided() -> None:
    room = Room()
    room.keeper.take(Snapshot((), ()))
    anna = contact("Anna", room.now)
    room.keeper.take(ContactChanged(anna), ContactChanged(replace(anna, version=anna.version + 1)))
    values = room.ran.calls[0][1]
    assert (values.name, values.id, values.agent) == (anna.nick, anna.id, MARIA)
    assert values.reason.startswith("rings: Anna")
    assert room.scripts() == ["p Anna", "start Anna"]


def test_those_found_at_the_start_run_no_script_those_of_a_later_snapshot_do() -> None:
    room = Room()
    anna, bruno = contact("Anna", room.now), contact("Bruno", room.now)
    room.keeper.take(Snapshot((anna,), ()))
    assert room.scripts() == ["start Anna"]
    room.keeper.take(Snapshot((anna, bruno), ()))
    assert room.scripts() == ["p Bruno"]


def test_a_contact_given_back_is_pending_anew() -> None:
    room = Room()
    anna = contact("Anna", room.now)
    room.keeper.take(Snapshot((), ()), ContactChanged(anna))
    taken = done(anna, DeedKind.ACCEPT, room.now, LUCA)
    room.keeper.take(ContactChanged(taken))
    assert room.scripts() == ["p Anna", "start Anna", "stop Anna"]
    room.now += 5
    room.keeper.take(ContactChanged(done(taken, DeedKind.GIVE_BACK, room.now, LUCA)))
    assert room.scripts() == ["p Anna", "start Anna"]


def test_a_contact_that_was_away_and_back_between_two_looks_is_pending_anew() -> None:
    room = Room()
    anna = contact("Anna", room.now)
    room.keeper.take(Snapshot((anna,), ()))
    room.scripts()
    room.keeper.take(Snapshot((replace(anna, version=anna.version + 2, pending_since=room.now + 5),), ()))
    assert room.scripts() == ["p Anna"]


def test_the_ring_runs_a_script_when_it_begins_and_when_it_ends_and_not_between() -> None:
    room = Room()
    anna, bruno = contact("Anna", room.now), contact("Bruno", room.now)
    room.keeper.take(Snapshot((), ()), ContactChanged(anna), ContactChanged(bruno), TimePassed())
    room.keeper.take(ContactChanged(done(anna, DeedKind.ACCEPT, room.now, LUCA)))
    assert room.scripts() == ["p Anna", "start Anna", "p Bruno"]
    room.keeper.take(ContactChanged(done(bruno, DeedKind.ACCEPT, room.now, LUCA)))
    stop = room.ran.calls[0]
    assert stop[1].reason == "accepted by Luca"
    assert room.scripts() == ["stop Bruno"]


def test_closing_the_console_while_it_rings_ends_the_ring_for_the_script_too() -> None:
    room = Room()
    room.keeper.take(Snapshot((contact("Anna", room.now),), ()))
    room.scripts()
    room.watch.end()
    assert room.scripts() == ["stop "]
    room.watch.end()
    assert room.scripts() == []


def test_a_visitors_messages_run_a_script_once_a_second_and_mine_do_not() -> None:
    room = Room()
    mine = done(contact("Anna", room.now), DeedKind.ACCEPT, room.now, MARIA)
    room.keeper.take(Snapshot((), ()))

    def says(seq: int, sender: Sender = Sender.VISITOR) -> None:
        longer = with_last(mine, seq)
        room.keeper.take(ContactChanged(longer), MessageAppended(message(longer, seq, f"text {seq}", sender)))

    says(1)
    room.now += 5
    assert room.scripts() == [], "what was said before it became mine"
    says(2)
    says(3)
    assert [values.text for _, values in room.ran.calls] == ["text 2"]
    assert room.scripts() == ["m Anna"]
    room.now += 5
    says(4, Sender.AGENT)
    assert room.scripts() == []
    says(5)
    assert room.scripts() == ["m Anna"]


def test_a_console_that_does_not_lead_runs_nothing_and_leaves_the_ring_to_its_follower() -> None:
    room = Room()
    room.keeper.take(Snapshot((), ()), ContactChanged(contact("Anna", room.now)))
    room.scripts()
    room.keeper.take(ELSEWHERE, ContactChanged(contact("Bruno", room.now)))
    assert room.scripts() == []
    room.watch.end()
    assert room.scripts() == []


def test_who_follows_a_living_console_does_not_run_again_what_that_one_ran() -> None:
    room = Room()
    room.keeper.take(Snapshot((), ()), ELSEWHERE, ContactChanged(contact("Anna", room.now)))
    room.keeper.take(LeadChanged(here=True, several=True, rang=True))
    assert room.scripts() == [], "it rings on: the script knows"


def test_who_follows_a_ringing_console_and_does_not_ring_ends_the_ring() -> None:
    room = Room()
    room.keeper.take(FocusReported(True), Snapshot((), ()), ELSEWHERE)
    room.keeper.take(ContactChanged(contact("Anna", room.now)))
    room.keeper.take(LeadChanged(here=True, several=True, rang=True))
    assert room.scripts() == ["stop "]


def test_who_follows_a_dead_console_makes_up_for_what_came_since() -> None:
    room = Room()
    room.keeper.take(Snapshot((), ()), ELSEWHERE, ContactChanged(contact("Anna", room.now)))
    room.now += 10
    room.keeper.take(ContactChanged(contact("Bruno", room.now)))
    room.keeper.take(LeadChanged(here=True, dead_since=room.now - 2))
    ran = room.scripts()
    assert ran[0] == "p Bruno"
    assert [script.split()[0] for script in ran[1:]] == ["start"]


def test_without_loop_the_tone_that_sounds_once_is_no_ring() -> None:
    audio = AudioSettings(pending=AudioPending(loop=False))
    room = Room(Settings(hooks=SCRIPTS, audio=audio))
    room.keeper.take(Snapshot((), ()), ContactChanged(contact("Anna", room.now)))
    assert room.scripts() == ["p Anna"]
