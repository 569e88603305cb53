"""What went wrong with the database file, said so that the agent can put it right.

Turns the errors of ``sqlite3`` and of the file system into ``BackendError``. Decides nothing else.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tui.backends.contract import BackendError

_ELSEWHERE = "or choose another data folder with --data"

_FULL = f"the disk is full: free some space, {_ELSEWHERE}"
_READ_ONLY = f"it may not be written: give yourself the right to write to it and to its folder, {_ELSEWHERE}"
_CANNOT_OPEN = f"it cannot be opened: look whether its folder is there and yours, {_ELSEWHERE}"
_NOT_OURS = "it is not a Deskbell database"
_DAMAGED = f"it is damaged: move it away (keep it) and start again, bring back a copy, {_ELSEWHERE}"
_LOCKED = (
    "another program has locked it: close what else has it open (a database browser, a backup) and try again"
)
_BROKEN_DISK = (
    "the disk reports an error: look whether it is still there and sound, then start Deskbell again"
)

_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_NOTADB: f"{_NOT_OURS}: move it away, {_ELSEWHERE}",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_IOERR: _BROKEN_DISK,
}

_PRIMARY = 0xFF
"""The low byte of an extended result code is the primary one."""


class CommitError(BackendError):
    """The commit itself failed: ask the record what became of it."""


def primary_code(error: sqlite3.Error) -> int:
    """The primary result code; 0 when the library gives none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return 0 if code is None else code & _PRIMARY


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else has the lock."""
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def explain(error: Exception, path: Path) -> BackendError:
    """The same error with the file's name and the cure; a BackendError comes back as it is."""
    if isinstance(error, BackendError):
        return error
    if isinstance(error, PermissionError):
        return BackendError(f"{path}: {_READ_ONLY}")
    if isinstance(error, OSError):
        return BackendError(f"{path}: {_CANNOT_OPEN} ({error.strerror or error})")
    if isinstance(error, sqlite3.Error):
        cure = _BY_CODE.get(primary_code(error))
        return BackendError(f"{path}: {cure} ({error})" if cure else f"{path}: {error}")
    return BackendError(f"{path}: the database could not take this ({error})")


def not_ours(path: Path) -> BackendError:
    """A database, but another program's."""
    return BackendError(f"{path}: {_NOT_OURS}, another program made it: move it away, {_ELSEWHERE}")


def too_new(path: Path, found: int, known: int) -> BackendError:
    """A newer Deskbell has been here."""
    return BackendError(
        f"{path}: a newer Deskbell wrote it (schema {found}, this one knows {known}): "
        f"update Deskbell, {_ELSEWHERE}"
    )


def no_wal(path: Path) -> BackendError:
    """The file system cannot do what several processes on one file need."""
    return BackendError(
        f"{path}: this file system cannot share a database between programs (a network folder?): "
        "choose a data folder on a disk of this machine with --data"
    )


def moved_away(path: Path) -> BackendError:
    """The open file is not the one that bears its name any more."""
    return BackendError(
        f"{path}: it was deleted or replaced while in use: put it back, "
        "or close every Deskbell that uses it and start again"
    )


def closed(path: Path) -> BackendError:
    """Asked after ``close``, or before ``open``."""
    return BackendError(f"{path}: the desk is not open: start Deskbell again")
