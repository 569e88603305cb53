"""A contact on its way between two agents: addressed, accepted, declined, run out; and never lost."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts_of_desk import LUCA, MARIA, contact, done
from tui.desk.contact import NOBODY, AgentName, Contact, Outcome, Returned, Status
from tui.desk.events import ContactChanged, GroupsSet, PauseSet, Snapshot
from tui.desk.fold import fold
from tui.desk.lifecycle import Deed, DeedKind, Labels, Refusal, apply
from tui.desk.state import DeskState, may_take
from tui.text import RemoteText

PAOLO = AgentName("Paolo")
MINE = done(contact("Anna", 1000.0), DeedKind.ACCEPT, 1010.0, MARIA)
NOTE = RemoteText("she wants her money back")


_tokens = itertools.count()


def deed(kind: DeedKind, agent: AgentName = NOBODY, **more: object) -> Deed:
    return Deed(kind, f"token {next(_tokens)}", agent, **more)  # type: ignore[arg-type]


def changed(before: Contact, deed: Deed, now: float) -> Contact:
    after = apply(before, deed, now)
    assert isinstance(after, Contact), after
    return after


def passed(to: AgentName = PAOLO, group: str = "", now: float = 1100.0) -> Contact:
    return changed(MINE, deed(DeedKind.TRANSFER, MARIA, to=to, to_group=group, note=NOTE, seconds=60.0), now)


def test_a_contact_passed_on_waits_for_the_colleague_alone_with_the_note() -> None:
    sent = passed()
    assert (sent.status, sent.agent, sent.addressed_to) == (Status.PENDING, NOBODY, PAOLO)
    assert (sent.transferred_by, sent.transfer_note) == (MARIA, NOTE)
    assert (sent.pending_since, sent.waiting_since, sent.return_at) == (1100.0, 1100.0, 1160.0)
    assert sent.dissuade_at is None
    assert [may_take(sent, agent) for agent in (PAOLO, MARIA, LUCA)] == [True, False, False]
    assert apply(sent, deed(DeedKind.ACCEPT, LUCA), 1101.0) is Refusal.NOT_YOURS


def test_who_accepts_it_keeps_the_note_and_nothing_comes_back() -> None:
    taken = changed(passed(), deed(DeedKind.ACCEPT, PAOLO), 1130.0)
    assert (taken.agent, taken.addressed_to, taken.return_at) == (PAOLO, NOBODY, None)
    assert (taken.transferred_by, taken.transfer_note) == (MARIA, NOTE)
    assert apply(taken, deed(DeedKind.RETURN_DUE), 2000.0) is Refusal.TAKEN


def test_a_group_takes_it_by_those_who_belong_to_it() -> None:
    sent = passed(NOBODY, "Billing")
    assert may_take(sent, LUCA, ("Billing", "Tech"))
    assert not may_take(sent, LUCA, ("Tech",))
    assert apply(sent, deed(DeedKind.ACCEPT, LUCA), 1101.0) is Refusal.NOT_YOURS
    taken = changed(sent, deed(DeedKind.ACCEPT, LUCA, groups=("Billing",)), 1101.0)
    assert (taken.agent, taken.addressed_group) == (LUCA, "")


def test_declined_it_waits_for_the_one_who_had_passed_it_on_with_the_reason() -> None:
    back = changed(passed(), deed(DeedKind.DECLINE, PAOLO, note=RemoteText("at lunch")), 1130.0)
    assert (back.status, back.addressed_to) == (Status.PENDING, MARIA)
    assert (back.returned, back.returned_by, back.return_reason) == (Returned.DECLINED, PAOLO, "at lunch")
    assert (back.pending_since, back.waiting_since, back.return_at) == (1130.0, 1100.0, 1190.0)


def test_not_accepted_in_time_it_goes_back_and_from_there_to_everybody() -> None:
    sent = passed()
    assert apply(sent, deed(DeedKind.RETURN_DUE), 1159.9) is Refusal.TOO_EARLY
    back = changed(sent, deed(DeedKind.RETURN_DUE), 1160.0)
    assert (back.addressed_to, back.returned, back.returned_by) == (MARIA, Returned.EXPIRED, PAOLO)
    everybodys = changed(back, deed(DeedKind.RETURN_DUE), 1220.0)
    assert (everybodys.addressed_to, everybodys.return_at) == (NOBODY, None)
    assert (everybodys.returned, everybodys.returned_by) == (Returned.EXPIRED, MARIA)
    assert everybodys.dissuade_at == 1220.0 + 300.0
    assert everybodys.waiting_since == 1100.0, "who was sent round does not lose his place"


def test_where_the_sender_has_gone_it_is_everybodys_at_once() -> None:
    back = changed(passed(), deed(DeedKind.RETURN_DUE, to_all=True), 1160.0)
    assert (back.addressed_to, back.status) == (NOBODY, Status.PENDING)


@pytest.mark.parametrize("agent", [LUCA, MARIA, NOBODY])
def test_only_the_one_it_is_addressed_to_declines(agent: AgentName) -> None:
    assert apply(passed(), deed(DeedKind.DECLINE, agent), 1101.0) is Refusal.NOT_ADDRESSED


def test_nobody_declines_for_a_group_or_for_everybody() -> None:
    assert apply(passed(NOBODY, "Billing"), deed(DeedKind.DECLINE, LUCA), 1101.0) is Refusal.NOT_ADDRESSED
    assert apply(contact("Bruno"), deed(DeedKind.DECLINE, LUCA), 5.0) is Refusal.NOT_ADDRESSED


@pytest.mark.parametrize(
    ("to", "group"), [(NOBODY, ""), (PAOLO, "Billing"), (MARIA, "")], ids=["nobody", "both", "himself"]
)
def test_a_transfer_needs_one_place_to_go_to(to: AgentName, group: str) -> None:
    assert apply(MINE, deed(DeedKind.TRANSFER, MARIA, to=to, to_group=group), 1100.0) is Refusal.NOWHERE


def test_only_the_agent_who_has_it_passes_it_on() -> None:
    assert apply(MINE, deed(DeedKind.TRANSFER, LUCA, to=PAOLO), 1100.0) is Refusal.NOT_YOURS


def test_given_back_it_is_an_ordinary_contact_again() -> None:
    taken = changed(passed(), deed(DeedKind.ACCEPT, PAOLO), 1130.0)
    back = changed(taken, deed(DeedKind.GIVE_BACK, PAOLO), 1150.0)
    assert (back.addressed_to, back.transferred_by, back.transfer_note) == (NOBODY, NOBODY, "")
    assert (back.waiting_since, back.dissuade_at) == (1150.0, 1450.0)


def test_a_visitor_who_leaves_while_he_is_passed_on_has_left_the_queue() -> None:
    gone = changed(passed(), deed(DeedKind.LEAVE), 1105.0)
    assert (gone.outcome, gone.return_at) == (Outcome.CANCELLED, None)


def test_labels_are_set_by_the_agent_who_has_or_had_it() -> None:
    labels = Labels(("billing", "vip"), "red", RemoteText("solved"))
    assert apply(MINE, deed(DeedKind.LABEL, LUCA, labels=labels), 1100.0) is Refusal.NOT_YOURS
    ended = changed(MINE, deed(DeedKind.END, MARIA), 1100.0)
    for before in (MINE, ended):
        after = changed(before, deed(DeedKind.LABEL, MARIA, labels=labels), 1200.0)
        assert (after.tags, after.colour, after.resolution) == (("billing", "vip"), "red", "solved")
        assert after.status is before.status


def test_a_note_or_a_word_of_the_desk_is_no_interaction() -> None:
    noted = replace(MINE, last_seq=MINE.last_seq + 1)
    assert changed(noted, deed(DeedKind.END, MARIA), 1200.0).outcome is Outcome.NO_INTERACTION
    spoken = replace(noted, last_spoken=noted.last_seq)
    assert changed(spoken, deed(DeedKind.END, MARIA), 1200.0).outcome is Outcome.COMPLETED


def spoke(before: Contact, count: int = 1) -> Contact:
    """So many messages more, from whomever."""
    return replace(before, last_seq=before.last_seq + count, last_spoken=before.last_seq + count)


@pytest.mark.parametrize("way", ["passed on", "given back"])
@pytest.mark.parametrize(
    ("before", "between", "after", "outcome"),
    [
        (0, 0, 0, Outcome.NO_INTERACTION),
        (1, 0, 0, Outcome.COMPLETED),
        (0, 1, 0, Outcome.NO_INTERACTION),
        (1, 1, 0, Outcome.COMPLETED),
        (0, 1, 1, Outcome.COMPLETED),
    ],
)
def test_talk_with_an_earlier_agent_counts_what_a_visitor_wrote_while_he_waited_does_not(
    way: str, before: int, between: int, after: int, outcome: Outcome
) -> None:
    talk = spoke(MINE, before) if before else MINE
    if way == "passed on":
        parting = deed(DeedKind.TRANSFER, MARIA, to=PAOLO, note=NOTE, seconds=60.0)
    else:
        parting = deed(DeedKind.GIVE_BACK, MARIA)
    waits = changed(talk, parting, 1100.0)
    waits = spoke(waits, between) if between else waits
    taken = changed(waits, deed(DeedKind.ACCEPT, PAOLO), 1110.0)
    taken = spoke(taken, after) if after else taken
    assert changed(taken, deed(DeedKind.END, PAOLO), 1200.0).outcome is outcome
    assert changed(taken, deed(DeedKind.LEAVE), 1200.0).outcome is outcome


AGENTS = st.sampled_from([MARIA, LUCA, PAOLO])
DEEDS = st.one_of(
    st.builds(lambda a: ("accept", a, ""), AGENTS),
    st.builds(lambda a, to: ("transfer", a, to), AGENTS, AGENTS),
    st.builds(lambda a, g: ("group", a, g), AGENTS, st.sampled_from(["Billing", "Tech"])),
    st.builds(lambda a: ("decline", a, ""), AGENTS),
    st.builds(lambda a: ("give back", a, ""), AGENTS),
)
GROUPS = {MARIA: (), LUCA: ("Billing",), PAOLO: ()}
"""Nobody belongs to Tech."""


def _do(what: tuple[str, AgentName, str], number: int) -> Deed:
    kind, agent, to = what
    token = f"deed {number}"
    match kind:
        case "accept":
            return Deed(DeedKind.ACCEPT, token, agent, groups=GROUPS[agent])
        case "transfer":
            return Deed(DeedKind.TRANSFER, token, agent, to=AgentName(to), seconds=60.0)
        case "group":
            return Deed(DeedKind.TRANSFER, token, agent, to_group=to, seconds=60.0)
        case "decline":
            return Deed(DeedKind.DECLINE, token, agent)
        case _:
            return Deed(DeedKind.GIVE_BACK, token, agent)


@given(st.lists(st.tuples(DEEDS, st.floats(0.0, 100.0)), max_size=30), st.booleans())
def test_whatever_agents_do_a_contact_nobody_takes_is_everybodys_in_the_end_or_dissuaded(
    deeds: list[tuple[tuple[str, AgentName, str], float]], senders_gone: bool
) -> None:
    """In every state it is somebody's, or in the queue of somebody with a deadline: never lost."""
    one, now = contact("Anna", 0.0), 0.0

    def clock() -> Contact:
        due = apply(one, Deed(DeedKind.RETURN_DUE, f"due {now}", to_all=senders_gone), now)
        return due if isinstance(due, Contact) else one

    for number, (what, later) in enumerate(deeds):
        now += later
        one = clock()
        after = apply(one, _do(what, number), now)
        one = after if isinstance(after, Contact) else one
        addressed = one.addressed_to != NOBODY or bool(one.addressed_group)
        assert (one.status is Status.ASSIGNED) == (one.agent != NOBODY)
        if one.status is Status.PENDING:
            assert addressed == (one.return_at is not None)
            assert addressed == (one.dissuade_at is None), "every wait ends, by return or by dissuasion"
        else:
            assert not addressed
            assert one.return_at is None
    if one.status is Status.PENDING:
        for _ in range(2):  # at most: the colleague's time, then the sender's
            now += 61.0
            one = clock()
        assert (one.addressed_to, one.addressed_group) == (NOBODY, "")
        assert all(may_take(one, agent, GROUPS[agent]) for agent in GROUPS)


def test_the_sender_sees_it_on_its_way_until_somebody_has_it() -> None:
    state = fold(DeskState(MARIA), ContactChanged(MINE), 1010.0)
    sent = passed()
    state = fold(state, ContactChanged(sent), 1100.0)
    assert (list(state.passed), list(state.chats), list(state.pending)) == ([sent.id], [], [])
    assert list(fold(state, Snapshot((sent,), ()), 1101.0).passed) == [sent.id]
    assert list(fold(state, Snapshot((), ()), 1101.0).passed) == []
    assert not fold(DeskState(LUCA), ContactChanged(sent), 1100.0).passed, "it is no matter of Luca's"
    taken = fold(state, ContactChanged(changed(sent, deed(DeedKind.ACCEPT, PAOLO), 1130.0)), 1130.0)
    assert not taken.passed
    back = fold(state, ContactChanged(changed(sent, deed(DeedKind.DECLINE, PAOLO), 1130.0)), 1130.0)
    assert (list(back.passed), list(back.pending)) == ([], [sent.id])


def test_what_waits_for_a_group_just_left_is_not_mine_to_take() -> None:
    sent = passed(NOBODY, "Billing")
    state = fold(DeskState(LUCA), GroupsSet(("Billing",)), 1.0)
    state = fold(state, ContactChanged(sent), 1100.0)
    assert list(state.pending) == [sent.id]
    assert not fold(state, GroupsSet(()), 1101.0).pending


def test_a_pause_has_a_reason_and_a_beginning_that_another_reason_does_not_move() -> None:
    state = fold(DeskState(MARIA), PauseSet(True, "lunch"), 10.0)
    assert (state.paused, state.paused_since, state.pause_reason) == (True, 10.0, "lunch")
    state = fold(state, PauseSet(True, "meeting"), 20.0)
    assert (state.paused_since, state.pause_reason) == (10.0, "meeting")
    state = fold(state, PauseSet(False), 30.0)
    assert (state.paused, state.pause_reason, state.pause_auto) == (False, "", False)
