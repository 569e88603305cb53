"""The data folder and the database in it: there, writable, sound? Reads only, but for a trial file."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tui.backends import sqlite_errors
from tui.backends.sqlite_schema import APPLICATION_ID, SCHEMA_VERSION, user_version
from tui.config.schema import Settings
from tui.doctor.limits import aside
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, State, finding

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free space below which it is told."""
LARGEST_LOGS = 100 * 1024 * 1024
READ_WITHIN = 6.0
"""Seconds for everything read from the disk, the database's integrity included."""
_CHECK_WITHIN = 4.0
AHEAD = 60.0
"""Seconds by which a time in the database may be ahead of the clock: other machines' clocks differ."""

_LATEST = 32_000_000_000.0
"""The year 2984: later ones not every system can write as a date."""


@dataclass(frozen=True, slots=True)
class FolderFound:
    """What was found out about the data folder."""

    exists: bool
    trouble: str = ""
    """Why nothing can be written in it; empty when it can."""
    free: int | None = None
    """Bytes."""
    logs: int = 0
    """Bytes."""


@dataclass(frozen=True, slots=True)
class DatabaseFound:
    """What was found out about the database."""

    exists: bool
    trouble: str = ""
    """Why it cannot be used; empty when it can."""
    version: int = SCHEMA_VERSION
    size: int = 0
    checked: bool = True
    """False when the check of its integrity was broken off for taking too long."""
    damage: str = ""
    """The first thing SQLite found wrong."""
    pending: int = 0
    assigned: int = 0
    ended: int = 0
    messages: int = 0
    newest: float = 0.0
    """The latest time in it, in Unix seconds."""
    desk_id: str = ""


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """The folder, then the database."""
    try:
        folder = await aside(lambda: look_at_folder(subject.data), READ_WITHIN)
        database = await aside(lambda: look_at_database(subject.database), READ_WITHIN)
    except TimeoutError:
        says = f"{subject.data} does not answer: its disk may be gone or overloaded."
        cure = "Look at the disk, or choose another folder with --data DIR."
        return [_said("folder", State.FAULT, "folder", says, cure)]
    return findings(subject.data, folder, database, time.time())


# Looking


def look_at_folder(data: Path) -> FolderFound:
    """The folder, without making it."""
    if not data.exists():
        return FolderFound(False, _why_it_cannot_be_made(data), _free(data))
    trouble = "it is not a folder"
    if data.is_dir():
        trouble = _why_not_writable(data)
    return FolderFound(True, trouble, _free(data), _size_of_logs(data))


def _why_it_cannot_be_made(data: Path) -> str:
    above = next((folder for folder in data.parents if folder.exists()), None)
    if above is None or not above.is_dir():
        return f"it cannot be made: {above or data.anchor} is not a folder"
    return _why_not_writable(above)


def _why_not_writable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"nothing can be written in it ({error.strerror or error})"


def _free(data: Path) -> int | None:
    for folder in (data, *data.parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(folder).free
    return None


def _size_of_logs(data: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for file in os.scandir(data):
            if ".log" in file.name or ".jsonl" in file.name:
                with contextlib.suppress(OSError):
                    total += file.stat().st_size
    return total


def look_at_database(path: Path) -> DatabaseFound:
    """The database, opened for reading; a console that uses it is not disturbed."""
    try:
        size = path.stat().st_size
        with contextlib.suppress(OSError):
            size += path.with_name(f"{path.name}-wal").stat().st_size
    except FileNotFoundError:
        return DatabaseFound(False)
    except OSError as error:
        return DatabaseFound(True, error.strerror or str(error))
    try:
        with contextlib.closing(_open(path)) as db:
            return _read(db, size)
    except sqlite3.Error as error:
        if sqlite_errors.primary_code(error) == sqlite3.SQLITE_CORRUPT:
            return DatabaseFound(True, size=size, damage=str(error))
        return DatabaseFound(True, _plainly(error), size=size)


def _open(path: Path) -> sqlite3.Connection:
    """For reading; also where the folder is read-only and nobody else can be writing."""
    where = f"file:{quote(os.fspath(path.absolute()))}"
    for options in ("mode=ro", "mode=ro&immutable=1"):
        db = sqlite3.connect(f"{where}?{options}", uri=True, timeout=1.0, isolation_level=None)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return db
        except sqlite3.OperationalError as error:
            db.close()
            if sqlite_errors.primary_code(error) != sqlite3.SQLITE_CANTOPEN or "immutable" in options:
                raise
        except sqlite3.Error:
            db.close()
            raise
    raise AssertionError("one of the two returns or raises")


def _plainly(error: sqlite3.Error) -> str:
    if sqlite_errors.primary_code(error) == sqlite3.SQLITE_NOTADB:
        return "it is not a database"
    return str(error)


def _read(db: sqlite3.Connection, size: int) -> DatabaseFound:
    version = user_version(db)
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    if owner != APPLICATION_ID:
        empty = not version and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return DatabaseFound(not empty, "" if empty else "it is not a Deskbell database", size=size)
    if version > SCHEMA_VERSION:
        return DatabaseFound(
            True, "it was written by a newer Deskbell: update this one", version=version, size=size
        )
    checked, damage = _check(db)
    if damage:
        return DatabaseFound(True, version=version, size=size, damage=damage)
    by_status = dict(db.execute("SELECT status, count(*) FROM contacts GROUP BY status"))
    times = "SELECT max(pending_since), max(created), max(last_at), max(ended_at) FROM contacts"
    newest = max((at for at in db.execute(times).fetchone() if at is not None), default=0.0)
    desk = db.execute("SELECT value FROM meta WHERE key = 'desk_id'").fetchone()
    return DatabaseFound(
        True,
        version=version,
        size=size,
        checked=checked,
        pending=by_status.get("pending", 0),
        assigned=by_status.get("assigned", 0),
        ended=by_status.get("ended", 0),
        messages=db.execute("SELECT count(*) FROM messages").fetchone()[0],
        newest=newest,
        desk_id=str(desk[0]) if desk else "",
    )


def _check(db: sqlite3.Connection) -> tuple[bool, str]:
    """Whether the check came to its end, and the first damage."""
    deadline = time.monotonic() + _CHECK_WITHIN
    db.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
    try:
        said = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if sqlite_errors.primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            return False, ""
        raise
    finally:
        db.set_progress_handler(None, 0)
    return True, "" if said == "ok" else said


def desk_id(path: Path) -> str:
    """Which desk the database is of; empty when it cannot be read."""
    try:
        with contextlib.closing(_open(path)) as db:
            found = db.execute("SELECT value FROM meta WHERE key = 'desk_id'").fetchone()
    except (sqlite3.Error, OSError):
        return ""
    return str(found[0]) if found else ""


# What it means


def findings(data: Path, folder: FolderFound, database: DatabaseFound, now: float) -> list[Finding]:
    """What was found, in words."""
    return [*_folder(data, folder), _database(database, data, now)]


def _folder(data: Path, found: FolderFound) -> list[Finding]:
    facts = {"path": data}
    if found.trouble:
        cure = "Give yourself the right to write there, or choose another folder with --data DIR."
        says = f"{data}: {found.trouble}. The console will not start."
        return [_said("folder", State.FAULT, "folder", says, cure, **facts)]
    says = f"{data} is there and can be written."
    if not found.exists:
        says = f"{data} is not there yet: the first start makes it."
    told = [_said("folder", State.OK, "folder", says, "", **facts)]
    if found.free is not None:
        few = found.free < LEAST_FREE
        says = f"{_bytes(found.free)} free." + " Contacts are lost once it is full." * few
        cure = "Make room on that disk." if few else ""
        state = State.WARNING if few else State.OK
        told.append(_said("space", state, "space", says, cure, free=found.free))
    if found.exists:
        much = found.logs > LARGEST_LOGS
        says = f"{_bytes(found.logs)} of logs."
        cure = "Move the old ones away." if much else ""
        state = State.WARNING if much else State.OK
        told.append(_said("logs", state, "logs", says, cure, size=found.logs))
    return told


def _database(found: DatabaseFound, data: Path, now: float) -> Finding:
    if not found.exists:
        return _said("database", State.OK, "database", "Not there yet: the first start makes it.", "")
    facts = {"version": found.version, "size": found.size}
    keep = "Close every console, move the file away (keep it), and start again or bring back a copy."
    if found.trouble:
        says = f"It cannot be used: {found.trouble}."
        return _said("database", State.FAULT, "database", says, f"{keep} --data DIR names another.", **facts)
    if found.damage:
        says = f"It is damaged: {found.damage}."
        return _said("database", State.FAULT, "database", says, keep, **facts)
    facts |= {"pending": found.pending, "assigned": found.assigned, "ended": found.ended}
    facts |= {"messages": found.messages}
    if found.newest > now + AHEAD:
        ahead = time.strftime("%Y-%m-%d %H:%M", time.localtime(min(found.newest, _LATEST)))
        says = f"It holds a time in the future ({ahead}): this clock is wrong, or was when that was written."
        cure = "Set the clock. Waiting times and deadlines of those contacts are wrong until then."
        return _said("database", State.FAULT, "database", says, cure, **facts)
    counts = (
        f"{found.pending} pending, {found.assigned} assigned, {found.ended} ended, "
        f"{found.messages} messages, {_bytes(found.size)}, version {found.version}"
    )
    if not found.checked:
        says = f"Its check was broken off after {_CHECK_WITHIN:g} s, for it is large: {counts}."
        return _said("database", State.UNKNOWN, "database", says, "", **facts)
    return _said("database", State.OK, "database", f"Sound: {counts}.", "", **facts)


def _bytes(count: int) -> str:
    size, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"


def _said(id: str, state: State, title: str, says: str, cure: str, **facts: object) -> Finding:
    return finding(Area.DATA, f"data.{id}", state, title, says, cure, facts=facts)
