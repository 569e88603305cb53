"""Where a visitor is, from what the record says of their page."""

from dataclasses import replace

import pytest

from tests.desk.test_lifecycle import MARIA, pending
from tui.desk.contact import Contact, Outcome, Sender
from tui.desk.lifecycle import Deed, DeedKind, Refusal, apply
from tui.desk.presence import LEASE, Patience, Presence, away_since, gone_at, presence, silent_since

PATIENCE = Patience(in_queue=120.0, in_chat=600.0)
GONE = DeedKind.GONE_SILENT


def changed(contact: Contact, deed: Deed, now: float) -> Contact:
    after = apply(contact, deed, now)
    assert isinstance(after, Contact), after
    return after


def talking(**more: object) -> Contact:
    """Accepted at 110 by Maria, who has written."""
    contact = changed(replace(pending(), last_seq=1, last_spoken=1), Deed(DeedKind.ACCEPT, "a", MARIA), 110.0)
    return replace(contact, last_seq=2, last_spoken=2, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("silent", "gone", "now", "where", "since"),
    [
        (None, None, 9e9, Presence.HERE, None),
        (None, 200.0, 199.9, Presence.HERE, None),
        (None, 200.0, 200.0, Presence.AWAY, 200.0 - LEASE),
        (150.0, None, 150.0, Presence.AWAY, 150.0),
        (150.0, None, 269.9, Presence.AWAY, 150.0),
        (150.0, None, 270.0, Presence.GONE, 150.0),
        (150.0, 170.0, 169.9, Presence.LEAVING, 150.0),
        (150.0, 170.0, 170.0, Presence.GONE, 150.0),
    ],
)
def test_the_record_tells_here_away_leaving_and_gone(
    silent: float | None, gone: float | None, now: float, where: Presence, since: float | None
) -> None:
    contact = pending(silent_since=silent, gone_at=gone)
    assert presence(contact, now, PATIENCE) is where
    assert silent_since(contact, now) == since


def test_an_absence_is_over_never_unless_somebody_says_how_long_is_waited() -> None:
    contact = pending(silent_since=150.0)
    assert presence(contact, 9e9) is Presence.AWAY
    assert apply(contact, Deed(GONE, "t"), 9e9) is Refusal.TOO_EARLY


def test_an_absence_ends_nothing_before_its_time_and_a_chat_is_kept_for_longer_than_a_place() -> None:
    waiting, chat = pending(silent_since=150.0), talking(silent_since=150.0)
    deed = Deed(GONE, "t", patience=PATIENCE)
    assert apply(waiting, deed, 269.9) is Refusal.TOO_EARLY
    gone = changed(waiting, deed, 270.0)
    assert (gone.outcome, gone.ended_by) == (Outcome.ABANDONED, Sender.VISITOR)
    assert apply(chat, deed, 749.9) is Refusal.TOO_EARLY
    gone = changed(chat, deed, 750.0)
    assert (gone.outcome, gone.ended_by) == (Outcome.COMPLETED, Sender.VISITOR)


@pytest.mark.parametrize(("silent", "outcome"), [(109.9, Outcome.CANCELLED), (110.0, Outcome.ABANDONED)])
def test_the_wait_counts_up_to_the_silence_and_not_through_the_absence(
    silent: float, outcome: Outcome
) -> None:
    for contact in (pending(silent_since=silent), pending(gone_at=silent + LEASE)):
        gone = changed(contact, Deed(GONE, "t", patience=PATIENCE), 10_000.0)
        assert gone.outcome is outcome


def test_who_is_accepted_while_away_is_waited_for_as_in_a_chat() -> None:
    contact = changed(
        replace(pending(silent_since=150.0), last_seq=1), Deed(DeedKind.ACCEPT, "a", MARIA), 260.0
    )
    assert gone_at(contact, PATIENCE) == 750.0


def test_a_conversation_passed_on_or_given_back_is_kept_no_less_than_it_would_have_been() -> None:
    back = changed(talking(silent_since=150.0), Deed(DeedKind.GIVE_BACK, "b", MARIA), 200.0)
    assert gone_at(back, PATIENCE) == 750.0
    late = changed(talking(silent_since=150.0), Deed(DeedKind.GIVE_BACK, "b", MARIA), 740.0)
    assert gone_at(late, PATIENCE) == 860.0, "and in the queue for as long as a place is kept"


def test_what_nobody_could_hear_is_no_absence() -> None:
    """The program did not run between 100 and 5000."""
    assert gone_at(pending(silent_since=90.0), PATIENCE, watched_since=5000.0) == 5120.0
    assert gone_at(talking(gone_at=130.0), PATIENCE, watched_since=5000.0) == 5600.0
    assert gone_at(pending(silent_since=90.0, gone_at=110.0), PATIENCE, watched_since=5000.0) == 110.0


def test_agents_are_not_told_of_every_page_a_visitor_goes_through() -> None:
    contact = pending(silent_since=150.0, gone_at=170.0)
    assert away_since(contact, 152.9) is None
    assert away_since(contact, 153.0) == 150.0
    assert away_since(replace(contact, offline=True), 200.0) is None
    assert away_since(pending(), 200.0) is None
