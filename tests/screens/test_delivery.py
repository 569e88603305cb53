"""How far what the agent sent has got: signs that differ without colour, calm while all is well."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.parts_of_desk import MARIA
from tests.screens.room import line_of, on, until
from tests.screens.still_desk import StillDesk
from tui.desk.contact import ContactId, MessageId, Sender
from tui.desk.events import ContactChanged, MessageDropped, MessageQueued, MessageStuck
from tui.desk.state import Chat
from tui.screens.transcript_rows import MOMENT, TranscriptRows
from tui.text import RemoteText
from tui.widgets import glyphs
from tui.widgets.rows import Delivery
from tui.widgets.transcript import Transcript
from tui.widgets.transcript_lines import MARKS

ANNA = ContactId("Anna")


def chat_of(desk: StillDesk) -> Chat:
    return desk.keeper.desk.chats[ANNA]


def answered() -> StillDesk:
    """Anna's chat with an answer of ours."""
    desk = StillDesk()
    desk.is_mine("Anna", "hello", "how can I help?")
    return desk


def reaches(desk: StillDesk, received: int, seen: int = 0) -> None:
    record = chat_of(desk).contact
    desk.keeper.take(ContactChanged(replace(record, visitor_received=received, visitor_seen=seen)))


def sends(desk: StillDesk, id: str = "m", note: bool = False) -> None:
    desk.keeper.take(MessageQueued(ANNA, MessageId(id), RemoteText("one moment"), note))


def test_every_state_has_a_sign_of_its_own() -> None:
    signs = [MARKS[state] for state in Delivery if state is not Delivery.LOST]
    assert len(set(signs)) == len(signs)
    assert (MARKS[Delivery.FAILED], MARKS[Delivery.UNRECEIVED]) == ("▲", "△")


def test_what_is_sent_is_on_its_way_for_a_moment_and_then_not_received_by_the_desk() -> None:
    desk, rows = answered(), TranscriptRows(MARIA)
    sends(desk)
    desk.keeper.take(MessageStuck(ANNA, MessageId("m"), "locked"))
    now = chat_of(desk).outgoing[0].queued_at
    assert rows.update(chat_of(desk), now)[-1].delivery is Delivery.SENDING
    assert rows.update(chat_of(desk), now + MOMENT)[-1].delivery is Delivery.FAILED
    desk.keeper.take(MessageDropped(ANNA, MessageId("m")))
    assert rows.update(chat_of(desk), now)[-1].delivery is Delivery.LOST


def test_a_stored_message_is_received_and_seen_as_the_visitors_page_says_and_never_falls_back() -> None:
    desk, rows = answered(), TranscriptRows(MARIA)
    stored = chat_of(desk).messages[1].at
    marks = [rows.update(chat_of(desk), stored)[1].delivery]
    marks.append(rows.update(chat_of(desk), stored + MOMENT)[1].delivery)
    for received, seen in ((2, 0), (2, 2)):
        reaches(desk, received, seen)
        marks.append(rows.update(chat_of(desk), stored + MOMENT)[1].delivery)
    assert marks == [Delivery.SENDING, Delivery.UNRECEIVED, Delivery.SENT, Delivery.SEEN]


def test_who_has_seen_it_has_received_it() -> None:
    desk, rows = answered(), TranscriptRows(MARIA)
    reaches(desk, received=0, seen=2)
    assert rows.update(chat_of(desk), time.time())[1].delivery is Delivery.SEEN


def test_nothing_is_made_anew_when_nothing_has_changed() -> None:
    desk, rows = answered(), TranscriptRows(MARIA)
    now = time.time()
    first = rows.update(chat_of(desk), now)
    assert rows.update(chat_of(desk), now + 100) is first


async def test_the_triangles_come_by_the_clock_alone_and_go_when_it_is_received() -> None:
    desk = answered()
    async with on(desk) as (app, pilot):
        transcript = app.screen.query_one(Transcript)

        def drawn() -> str:
            return "\n".join(strip.text for strip in transcript.all_strips())

        await until(pilot, lambda: f"{glyphs.UNRECEIVED}  how can I help?" in drawn(), "not received")
        reaches(desk, 2)
        await until(pilot, lambda: f" {glyphs.SENT}  how can I help?" in drawn(), "received")
        sends(desk)
        await until(pilot, lambda: f"{glyphs.SENDING}  one moment" in drawn(), "on its way")
        await until(pilot, lambda: f"{glyphs.FAILED}  one moment" in drawn(), "not at the desk")
        assert "to be sent again" in drawn()
        assert line_of(transcript)


def test_a_note_has_no_delivery_but_its_own_name() -> None:
    desk, rows = answered(), TranscriptRows(MARIA)
    sends(desk, note=True)
    assert rows.update(chat_of(desk), time.time())[-1].sender is Sender.NOTE
