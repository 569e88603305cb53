"""Full-text search over all messages, with SQLite's FTS5.

The index holds words folded by ``tui.text.seek``, so that FTS5 itself has only to cut at spaces, and keeps
no text of its own ("contentless"): its row numbers are those of the messages. Whoever stores messages indexes
them in the same transaction, once for all of them: FTS5 writes a segment for every savepoint. What is missing
(a file from before the search, messages of a console whose SQLite has no FTS5) is filled in afterwards, a
little at a time, the newest first.

Results come newest first, not by rank: messages are short, so that a rank says little; what an agent looks
for was mostly said lately; rows do not jump about while he types; and only this order lets SQLite stop early.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from functools import cache

from tui.backends import sqlite_errors as errors
from tui.backends import sqlite_store as store
from tui.backends.contract import BackendError, Found, SearchResult
from tui.text.seek import Phrase, sought, words_of

log = logging.getLogger(__name__)

FILLED_AT_ONCE = 500
"""Messages indexed in one go: what another write waits for is a few hundredths of a second."""

LOOKED_AT = 20_000
"""Messages with the words that are looked at for one answer."""

_TABLE = "CREATE VIRTUAL TABLE found_words USING fts5 (who, words, content = '', tokenize = 'ascii')"
_ENTRY = "INSERT INTO found_words (rowid, who, words) VALUES (?, ?, ?)"
_MESSAGES = "SELECT m.n, c.nick, m.author, m.text FROM messages m JOIN contacts c ON c.id = m.contact WHERE "
_MISSING = "NOT EXISTS (SELECT 1 FROM found_words_docsize d WHERE d.id = m.n)"
_MATCHES = (
    "SELECT m.contact, m.n FROM found_words f CROSS JOIN messages m ON m.n = f.rowid "
    "WHERE found_words MATCH ? ORDER BY f.rowid DESC"
)

NO_SEARCH = (
    "searching needs SQLite with FTS5, and this Python's SQLite was built without it; "
    "everything else works. A Python from python.org or from your system's packages has it"
)


class IndexDamagedError(BackendError):
    """The index, not the messages: it can be made anew."""


@cache
def available() -> bool:
    """Whether this program's SQLite can search at all."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("CREATE VIRTUAL TABLE probe USING fts5 (words)")
        except sqlite3.OperationalError:
            return False
    return True


def prepare(db: sqlite3.Connection) -> None:
    """Make the index of a file that has none; empty as yet. No matter of the schema's version: a console
    whose SQLite cannot search uses the same file."""
    if not available() or _exists(db):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if not _exists(db):
            db.execute(_TABLE)
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def _exists(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'found_words'").fetchone() is not None


def index_after(db: sqlite3.Connection, n: int) -> None:
    """Index the messages stored after the change of this number, in the transaction that stores them."""
    if available():
        try:
            _index(db, db.execute(f"{_MESSAGES} m.n > ?", (n,)).fetchall())
        except sqlite3.DatabaseError as error:
            # A damaged index must not keep a visitor's message from being stored.
            if errors.primary_code(error) != sqlite3.SQLITE_CORRUPT:
                raise
            log.error("the search index is damaged; messages are kept all the same: %s", error)


def fill(db: sqlite3.Connection, below: int | None) -> int | None:
    """Index the newest messages that are missing below this number (None: below none). Returns where to go
    on, or None when nothing is missing any more."""
    if not available():
        return None
    if below is None and _all_indexed(db):
        return None
    top = 2**63 - 1 if below is None else below
    rows = db.execute(
        f"{_MESSAGES} m.n < ? AND {_MISSING} ORDER BY m.n DESC LIMIT {FILLED_AT_ONCE}", (top,)
    ).fetchall()
    _index(db, rows)
    return int(rows[-1][0]) if len(rows) == FILLED_AT_ONCE else None


def _all_indexed(db: sqlite3.Connection) -> bool:
    stored = db.execute("SELECT count(*) FROM messages").fetchone()
    return bool(stored == db.execute("SELECT count(*) FROM found_words_docsize").fetchone())


def _index(db: sqlite3.Connection, rows: list[tuple[int, str, str, str]]) -> None:
    entries = []
    for n, nick, author, text in rows:
        who = nick if nick == author else f"{nick}\n{author}"
        entries.append((n, words_of(who), words_of(text)))
    db.executemany(_ENTRY, entries)


def make_anew(db: sqlite3.Connection) -> None:
    """Throw a damaged index away; ``fill`` brings everything back. FTS5 refuses to drop what it cannot read,
    so its entry in the schema is taken out first."""
    version = db.execute("PRAGMA schema_version").fetchone()[0]
    db.execute("PRAGMA writable_schema = ON")
    try:
        db.execute("DELETE FROM sqlite_master WHERE name = 'found_words'")
        db.execute(f"PRAGMA schema_version = {version + 1}")  # every connection reads the schema again
    finally:
        db.execute("PRAGMA writable_schema = OFF")
    for part in ("data", "idx", "docsize", "config"):
        db.execute(f"DROP TABLE IF EXISTS found_words_{part}")
    db.execute(_TABLE)


def find(db: sqlite3.Connection, question: str, limit: int, complete: bool) -> SearchResult:
    """The contacts in which all the words are found, by their newest message that holds them."""
    if not available():
        raise BackendError(NO_SEARCH)
    phrases = sought(question)
    if not phrases:
        return SearchResult((), more=False, complete=complete)
    try:
        newest, more = _newest(db, expression(phrases), limit)
    except sqlite3.DatabaseError as error:
        if errors.primary_code(error) != sqlite3.SQLITE_CORRUPT:
            raise
        raise IndexDamagedError(
            f"the search index is damaged ({error}); it is made anew now: search again in a moment"
        ) from error
    found = (Found(*store.read_place(db, n)) for n in newest.values())
    return SearchResult(tuple(found), more=more, complete=complete)


def _newest(db: sqlite3.Connection, matching: str, limit: int) -> tuple[dict[str, int], bool]:
    """The newest message of each contact that matches, and whether there are more."""
    newest: dict[str, int] = {}
    for looked_at, (contact, n) in enumerate(db.execute(_MATCHES, (matching,))):
        if contact not in newest:
            if len(newest) >= limit or looked_at >= LOOKED_AT:
                return newest, True
            newest[contact] = n
    return newest, False


def expression(phrases: tuple[Phrase, ...]) -> str:
    """The question in FTS5's own language. A folded word holds letters, digits and marks only, and stands in
    quotes: nothing an agent types is syntax."""
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in phrases)
