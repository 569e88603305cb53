"""Ids of messages, whatever a client chooses: none meets the desk's own, another visitor's or a lookalike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.desks import MARIA, DeskUnderTest, accept, deed, say
from tui.backends.contract import Appended, Backend, NewContact
from tui.desk import message_ids
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.lifecycle import DeedKind
from tui.text import RemoteText

ONE, OTHER = ContactId("3f0c2a52-one"), ContactId("9be1d7aa-other")
AGENTS = MessageId("0f8fad5bd9cb469fa16570867728950e")
NOTE = MessageId("7c9e6679742540de944be07fc1f90ae7")


def chosen(contact: ContactId, other: ContactId) -> list[str]:
    """What a client might choose: words of ours, ids it has read, lookalikes, long ones."""
    ours = [
        message_ids.of_desk(contact, message_ids.FIRST),
        message_ids.of_desk(contact, message_ids.DISSUADED),
        message_ids.of_desk(other, message_ids.FIRST),
        message_ids.of_client(other, "m1"),
        AGENTS,
        NOTE,
    ]
    words = [message_ids.FIRST, message_ids.DISSUADED, "m1", "greeting", "transfer"]
    around = [
        f"{before}{word}" for word in (*words, *ours) for before in ("", ":", "/", "//", "../", "desk/", " ")
    ]
    lookalikes = [
        "ﬁrst",
        "fіrst",
        "FIRST",
        "First",
        "first ",
        "first\u200b",
        "ｆｉｒｓｔ",
        "f\u0131rst",
        "1",
        "01",
    ]
    return [*dict.fromkeys([*around, *lookalikes, "x" * 64, "x" * 65, "x" * 5_000, "x" * 5_001])]


async def _two_contacts(desk: DeskUnderTest, backend: Backend) -> None:
    """Each with its first message, as the door makes it, an agent's, a note, and the visitor's "m1"."""
    for id in (ONE, OTHER):
        text = RemoteText(f"{id}: hello")
        await backend.create(
            NewContact(id, RemoteText("Anna"), text, message_ids.of_desk(id, message_ids.FIRST))
        )
        await say(backend, id, message_ids.of_client(id, "m0"), "more")
    await accept(backend, ONE, MARIA)
    await say(backend, ONE, AGENTS, "from the agent", Sender.AGENT)
    await say(backend, ONE, NOTE, "a note", Sender.NOTE)


async def test_no_id_a_client_chooses_is_taken_by_the_desk_an_agent_or_another_visitor(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await _two_contacts(desk, backend)
    for id in (OTHER, ONE):
        for word in chosen(ONE, OTHER):
            own_id = message_ids.of_client(id, word)
            stored = await say(backend, id, own_id, f"my card was charged twice ({word})")
            assert isinstance(stored, Appended)
            assert stored.new, word
            assert (stored.message.contact, stored.message.id) == (id, own_id)
        texts = [message.text for message in await backend.history(id)]
        assert [f"my card was charged twice ({word})" for word in chosen(ONE, OTHER)] == texts[
            -len(chosen(ONE, OTHER)) :
        ]


async def test_what_the_desk_says_is_said_though_a_client_has_tried_every_id(
    desk: DeskUnderTest, backend: Backend
) -> None:
    await _two_contacts(desk, backend)
    for word in chosen(ONE, OTHER):
        await say(backend, ONE, message_ids.of_client(ONE, word))
    await backend.perform(ONE, deed(DeedKind.LEAVE))
    for new in (True, False):
        own_id = message_ids.of_desk(ONE, message_ids.DISSUADED)
        stored = await say(backend, ONE, own_id, "nobody is free", Sender.SYSTEM)
        assert isinstance(stored, Appended)
        assert (stored.new, stored.message.text) == (new, "nobody is free")


async def test_the_first_message_is_known_by_the_desks_own_id(desk: DeskUnderTest, backend: Backend) -> None:
    await _two_contacts(desk, backend)
    (first, *_) = await backend.history(ONE)
    assert first.id == message_ids.of_desk(ONE, message_ids.FIRST)


_CONTACTS = st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True).map(ContactId)
_OURS = st.sampled_from([message_ids.FIRST, message_ids.DISSUADED])
_NEARLY = st.builds(
    lambda contact, joint, word: f"{contact}{joint}{word}",
    st.just("c") | _CONTACTS,
    st.sampled_from(["", "/", ":", "//", "/:"]),
    _OURS | st.text(max_size=8),
)
_ANYTHING = st.text(max_size=80) | _NEARLY


@given(_CONTACTS, _CONTACTS, _ANYTHING, _ANYTHING, _OURS)
def test_the_name_spaces_do_not_meet(
    one: ContactId, other: ContactId, word: str, another: str, what: str
) -> None:
    mine = message_ids.of_client(one, word)
    assert mine != message_ids.of_desk(other, what)
    assert mine != AGENTS
    assert (mine == message_ids.of_client(other, another)) == ((one, word) == (other, another))


@given(_CONTACTS, st.from_regex(r"[A-Za-z0-9._:\-]{1,64}", fullmatch=True), _OURS)
def test_the_visitors_side_is_told_no_two_messages_by_one_id(one: ContactId, word: str, what: str) -> None:
    assert message_ids.told(one, message_ids.of_client(one, word)) == word
    ours = [message_ids.told(one, message_ids.of_desk(one, what)), message_ids.told(one, AGENTS)]
    assert word not in ours
    assert ours == [f"desk/{what}", f"desk/{AGENTS}"]


def test_a_word_of_the_desks_own_with_a_slash_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="slash"):
        message_ids.of_desk(ONE, "greeting/it")
