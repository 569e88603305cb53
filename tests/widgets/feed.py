"""A recorded afternoon at a desk, for the demonstration, the tests and the measurements of the widgets."""

from __future__ import annotations

from tui.desk.contact import ContactId, MessageId, Sender
from tui.text.clean import clean
from tui.widgets.rows import Arrival, ChatRow, Delivery, QueueRow, TranscriptRow

NOW = 1_780_000_000.0
"""28 May 2026, in the afternoon (UTC)."""


def queue_row(
    number: int,
    nick: str,
    service: str = "Sales",
    lang: str = "en",
    waits: float = 60.0,
    words: str = "hello, can you help me?",
    dissuasion_time: float = 300.0,
    **more: object,
) -> QueueRow:
    since = NOW - waits
    return QueueRow(
        id=ContactId(f"c{number}"),
        nick=clean(nick),
        service=clean(service),
        lang=clean(lang),
        since=since,
        dissuade_at=since + dissuasion_time if dissuasion_time else None,
        dissuasion_time=dissuasion_time,
        first_words=clean(words),
        **more,  # type: ignore[arg-type]
    )


def queue() -> tuple[QueueRow, ...]:
    return (
        queue_row(1, "Bruno", "Sales", "it", 42, "ho un problema con la fattura", starred=True, ringing=True),
        queue_row(2, "Chen 陈", "Support", "en", 67, "cannot log in since this morning", ringing=True),
        queue_row(3, "Dora", "Sales", "de", 98, "ich warte noch auf", arrived_by=Arrival.BACK),
        queue_row(4, "Élodie Marchand-Lefèvre", "Support", "fr", 275, "bonjour", returning=True),
        queue_row(5, "佐藤 美咲", "Support", "ja", 3725, "注文した商品がまだ届きません", dissuasion_time=0.0),
    )


def chats() -> tuple[ChatRow, ...]:
    return (
        ChatRow(
            ContactId("a1"), 1, clean("Anna"), clean("Sales"), 0, clean("of course"), NOW - 12, NOW - 252,
            typing=True, is_open=True, is_current=True,
        ),
        ChatRow(
            ContactId("a2"), 2, clean("Luca"), clean("Support"), 1, clean("one more thing: the lamp"),
            NOW - 58, NOW - 663, is_open=True,
        ),
        ChatRow(
            ContactId("a3"), 3, clean("Przemysław"), clean("Support"), 12, clean("https://shop.example/return"),
            NOW - 4000, NOW - 7200,
        ),
        ChatRow(
            ContactId("a4"), 4, clean("Mia"), clean("Sales"), 0, clean("thank you, bye!"), NOW - 90,
            NOW - 600, ended="completed",
        ),
    )  # fmt: skip


def said(
    number: int,
    author: str,
    text: str,
    before: float,
    sender: Sender = Sender.VISITOR,
    delivery: Delivery = Delivery.NONE,
    own: bool = False,
) -> TranscriptRow:
    return TranscriptRow(
        MessageId(f"m{number}"), sender, clean(author), clean(text), NOW - before, delivery, own
    )


def transcript() -> tuple[TranscriptRow, ...]:
    agent = Sender.AGENT
    return (
        said(1, "Anna", "Hello, is anybody there?", 86_400 + 400),
        said(2, "Maria", "Good afternoon Anna, how can I help?", 86_400 + 380, agent, Delivery.SEEN,
             own=True),
        said(3, "Anna", "The invoice shows the wrong address, and the date is wrong too.", 400),
        said(4, "Maria", "Let me look, one moment", 380, agent, Delivery.SEEN, own=True),
        said(5, "", "Anna was given back by Paolo", 360, Sender.SYSTEM),
        said(6, "Anna", "of course. This is the page:\nhttps://shop.example/orders/2026/05/28/"
             "A-10023/invoice.pdf?lang=en&download=1&token=abcdefghijklmnopqrstuvwxyz, "
             "the second one on it", 300),
        said(7, "Anna", "注文した商品がまだ届きません。いつ届きますか？"
             "配送状況を教えてください。 👍🏽 Zoë", 200),
        said(8, "Maria", "Thank you. I have corrected it:\n  1. address\n  2. date", 60, agent, Delivery.SENT,
             own=True),
        said(9, "Maria", "Please see https://shop.example/help.", 40, agent, Delivery.FAILED, own=True),
        said(10, "Maria", "Is it right now?", 2, agent, Delivery.SENDING, own=True),
    )  # fmt: skip


def long_transcript(count: int) -> tuple[TranscriptRow, ...]:
    words = ["the", "quick", "brown", "fox", "asks", "about", "an", "order", "over", "and", "over", "again"]
    return tuple(
        said(
            number,
            "Anna",
            f"{number}: " + " ".join(words[(number + step) % len(words)] for step in range(number * 7 % 40)),
            (count - number) * 3.0,
        )
        for number in range(count)
    )


def long_queue(count: int) -> tuple[QueueRow, ...]:
    services = ("Sales", "Support", "Returns")
    return tuple(
        queue_row(number, f"visitor {number}", services[number % 3], "en", 10_000 - number * 0.5)
        for number in range(count)
    )
