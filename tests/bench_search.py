"""``make bench``: searching 100,000 messages in 5,000 contacts, by the index against a plain scan.

The messages are of an invented language whose words are about as frequent as in real ones; every twentieth
contact writes in Japanese signs.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tui.backends import sqlite_search, sqlite_store
from tui.backends.contract import NewContact
from tui.backends.sqlite import SqliteBackend
from tui.desk.contact import ContactId, MessageId, Sender
from tui.text import RemoteText

MESSAGES, CONTACTS = 100_000, 5_000
WORDS = 12
"""A message."""

SYLLABLES = [a + b for a in "bcdfglmnprstvz" for b in "aeiou"]
SIGNS = [chr(code) for code in (*range(0x3042, 0x3093), *range(0x4E00, 0x5000))]
SCAN = "SELECT contact, max(n) FROM messages WHERE text LIKE ? GROUP BY contact ORDER BY 2 DESC LIMIT 100"


class Language:
    """Words by chance, the same in every run."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.words = [
            "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(1, 4))) for _ in range(12_000)
        ]
        self._weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def some(self, count: int) -> list[str]:
        """Frequent ones more often."""
        return self.chance.choices(self.words, self._weights, k=count)

    def texts(self, contact: int) -> list[str]:
        """What is said in one contact."""
        count = WORDS * MESSAGES // CONTACTS
        foreign = contact % 20 == 0
        chosen = self.chance.choices(SIGNS, k=count) if foreign else self.some(count)
        return [("" if foreign else " ").join(chosen[at : at + WORDS]) for at in range(0, count, WORDS)]

    def questions(self) -> Iterator[str]:
        """As an agent types them, letter by letter."""
        yield from ("a", "b d s", "anna", "anna ba", "の", SIGNS[99] + SIGNS[3], "zzzz", *self.words[:5])
        for word in self.some(60):
            yield from (word[:2], word[:3], word)
        for _ in range(30):
            yield " ".join(self.some(2))


def _write(db: sqlite3.Connection, language: Language) -> None:
    for number in range(CONTACTS):
        first, *others = language.texts(number)
        nick = RemoteText(f"Anna {language.words[number % 500]}")
        id = ContactId(f"c{number}")
        sqlite_store.create(
            db, NewContact(id, nick, RemoteText(first), MessageId(f"{number}")), float(number)
        )
        for place, text in enumerate(others):
            message = MessageId(f"{number}-{place}")
            sqlite_store.append(db, id, message, Sender.AGENT, RemoteText("Maria"), RemoteText(text), 1.0)


async def figures(folder: Path) -> tuple[list[float], list[float], float]:
    """Seconds of each search, of some plain scans, and of indexing a file from before the search."""
    language = Language()
    backend = SqliteBackend(folder / "search.db")
    await backend.open()
    await backend._write(lambda db: _write(db, language))
    await backend._write(sqlite_search.make_anew)
    started = time.perf_counter()
    await backend._fill_index()
    filled = time.perf_counter() - started
    searches, scans = [], []
    for question in language.questions():
        started = time.perf_counter()
        await backend.search(question, 100)
        searches.append(time.perf_counter() - started)
    for question in language.some(20):
        started = time.perf_counter()
        await backend._read(lambda db, word=question: db.execute(SCAN, (f"%{word}%",)).fetchall())  # type: ignore[misc]
        scans.append(time.perf_counter() - started)
    await backend.close()
    return searches, scans, filled


def bench_search() -> tuple[str, str]:
    """What is measured, and the figure."""
    with tempfile.TemporaryDirectory() as folder:
        searches, scans, filled = asyncio.run(figures(Path(folder)))
    median, slow = statistics.median(searches), statistics.quantiles(searches, n=20)[-1]
    told = f"({median * 1000:.1f} ms, 95th percentile {slow * 1000:.1f} ms; indexed in {filled:.1f} s)"
    return (
        "search of 100,000 messages / a plain scan of them",
        f"{median / statistics.median(scans):5.2f}   {told}",
    )
