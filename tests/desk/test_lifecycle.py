"""A contact's life, pair by pair."""

import pytest

from tui.desk.contact import AgentName, Contact, ContactId, Outcome, Status
from tui.desk.lifecycle import LIFECYCLE, Deed, DeedKind, Refusal, apply
from tui.text import NO_TEXT, RemoteText


def pending(**more: object) -> Contact:
    return Contact(
        id=ContactId("c1"),
        nick=RemoteText("Anna"),
        service=NO_TEXT,
        created=100.0,
        pending_since=100.0,
        waiting_since=100.0,
        dissuade_at=400.0,
        dissuasion_time=300.0,
        **more,  # type: ignore[arg-type]
    )


MARIA = AgentName("Maria")
LUCA = AgentName("Luca")


def test_the_table_answers_every_pair() -> None:
    assert set(LIFECYCLE) == {(status, kind) for status in Status for kind in DeedKind}


@pytest.mark.parametrize(("waited", "outcome"), [(9.9, Outcome.CANCELLED), (10.0, Outcome.ABANDONED)])
def test_leaving_the_queue_is_cancelled_before_ten_seconds_and_abandoned_after(
    waited: float, outcome: Outcome
) -> None:
    after = apply(pending(), Deed(DeedKind.LEAVE, "t"), 100.0 + waited)
    assert isinstance(after, Contact)
    assert (after.status, after.outcome) == (Status.ENDED, outcome)


def test_a_contact_given_back_is_pending_anew_with_its_own_dissuasion_time() -> None:
    taken = apply(pending(), Deed(DeedKind.ACCEPT, "t1", MARIA), 110.0)
    assert isinstance(taken, Contact)
    assert (taken.status, taken.agent, taken.dissuade_at) == (Status.ASSIGNED, MARIA, None)
    assert apply(taken, Deed(DeedKind.ACCEPT, "t2", LUCA), 111.0) is Refusal.TAKEN
    assert apply(taken, Deed(DeedKind.GIVE_BACK, "t3", LUCA), 111.0) is Refusal.NOT_YOURS
    back = apply(taken, Deed(DeedKind.GIVE_BACK, "t4", MARIA), 120.0)
    assert isinstance(back, Contact)
    assert (back.status, back.agent, back.pending_since, back.dissuade_at) == (
        Status.PENDING,
        "",
        120.0,
        420.0,
    )


def test_the_same_token_twice_is_the_same_deed() -> None:
    taken = apply(pending(), Deed(DeedKind.ACCEPT, "t1", MARIA), 110.0)
    assert isinstance(taken, Contact)
    assert apply(taken, Deed(DeedKind.ACCEPT, "t1", MARIA), 130.0) is taken


def test_time_is_up_only_when_it_is() -> None:
    assert apply(pending(), Deed(DeedKind.TIME_UP, "t"), 399.9) is Refusal.TOO_EARLY
    after = apply(pending(), Deed(DeedKind.TIME_UP, "t"), 400.0)
    assert isinstance(after, Contact)
    assert after.outcome is Outcome.DISSUADED
