"""Opening the file: who made it, and what is said when it cannot be."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.desks import DeskUnderTest, soon
from tests.backends.sqlite.files import ROOT
from tui.backends import sqlite_schema, sqlite_store
from tui.backends.contract import BackendError
from tui.backends.sqlite import SqliteBackend


async def refusal(path: Path) -> str:
    """What opening this file is answered with."""
    with pytest.raises(BackendError) as refused:
        await soon(SqliteBackend(path).open())
    assert str(path) in str(refused.value)
    return str(refused.value)


async def test_the_columns_of_the_table_are_the_fields_of_the_record(backend: SqliteBackend) -> None:
    with sqlite3.connect(backend.path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(contacts)")]
    db.close()
    assert sorted(columns) == sorted([*sqlite_store.CONTACT_COLUMNS, *sqlite_store.BESIDE, "n"])


async def test_a_missing_folder_is_made_and_only_its_owner_reads_the_chats(backend: SqliteBackend) -> None:
    await backend.pending()
    for file in backend.path.parent.iterdir():
        if os.name == "posix":
            assert file.stat().st_mode & 0o077 == 0, file


async def test_looking_whether_a_desk_exists_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    assert not SqliteBackend.exists(path)
    assert list(tmp_path.iterdir()) == []


async def test_many_consoles_may_open_a_new_desk_at_the_same_moment(desk: DeskUnderTest) -> None:
    consoles = await asyncio.gather(*(desk.console() for _ in range(12)))
    assert len({await console.desk_id() for console in consoles}) == 1


async def test_a_file_of_a_newer_deskbell_is_refused_and_left_alone(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    await desk.close()
    newer = sqlite_schema.SCHEMA_VERSION + 1
    db = sqlite3.connect(backend.path)
    db.execute(f"PRAGMA user_version = {newer}")
    db.close()
    told = await refusal(backend.path)
    assert "update Deskbell" in told
    assert "newer" in told
    db = sqlite3.connect(backend.path)
    assert db.execute("PRAGMA user_version").fetchone() == (newer,)
    db.close()


async def test_a_newer_deskbell_that_joins_later_stops_our_writes_with_the_cure(
    desk: DeskUnderTest, backend: SqliteBackend
) -> None:
    db = sqlite3.connect(backend.path)
    db.execute(f"PRAGMA user_version = {sqlite_schema.SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(BackendError, match="update Deskbell"):
        await backend.create(desk.visitor())
    assert not await backend.healthy()


async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name)")
    db.close()
    before = path.read_bytes()
    assert "another program made it" in await refusal(path)
    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    path.write_text("dear diary, " * 1000)
    assert "not a Deskbell database: move it away" in await refusal(path)
    assert path.read_text().startswith("dear diary")


async def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "--data" in await refusal(tmp_path / "file" / "deskbell.db")
    (tmp_path / "deskbell.db").mkdir()
    assert "--data" in await refusal(tmp_path / "deskbell.db")


_OPEN_UNPRIVILEGED = """
import asyncio, os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tui.backends.contract import BackendError
from tui.backends.sqlite import SqliteBackend
if os.name == "posix" and os.geteuid() == 0:
    os.seteuid(65534)
try:
    asyncio.run(SqliteBackend(Path(sys.argv[1])).open())
except BackendError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights are told by mode bits")
@pytest.mark.parametrize("present", [True, False])
async def test_a_folder_that_may_not_be_written_is_named_with_the_cure(
    desk: DeskUnderTest, backend: SqliteBackend, tmp_path: Path, present: bool
) -> None:
    await desk.close()
    path = backend.path if present else tmp_path / "other.db"
    backend.path.chmod(0o444)
    for folder in (backend.path.parent, tmp_path):
        folder.chmod(0o555)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    try:
        told = subprocess.run(
            [sys.executable, "-c", _OPEN_UNPRIVILEGED, str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    finally:
        for folder in (tmp_path, backend.path.parent):
            folder.chmod(0o755)
    assert str(path) in told.stdout, told.stderr
    assert "give yourself the right" in told.stdout
    assert "--data" in told.stdout


async def test_opening_may_be_tried_again_when_the_cause_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "deskbell.db"
    path.mkdir()
    backend = SqliteBackend(path)
    with pytest.raises(BackendError):
        await backend.open()
    assert not await backend.healthy()
    path.rmdir()
    await backend.open()
    assert await backend.healthy()
    await backend.close()
