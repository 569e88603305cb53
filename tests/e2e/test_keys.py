"""Two doors of one desk, each a process of its own, and one key: one contact. The secret stays with it."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.parts.processes import base_env, start, stop
from tests.parts.waiting import until_async
from tui.backends.sqlite import SqliteBackend
from tui.config.schema import Settings
from tui.desk.contact import AgentName, ContactId
from tui.deskloop.keeper import Keeper
from tui.deskloop.librarian import Librarian
from tui.link.archive import Export, ExportFormat

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

DESKBELL = (sys.executable, "-m", "tui")


def door(folder: Path, number: int) -> tuple[Any, str]:
    """A door on the desk in this folder, with settings of its own; the process and its address."""
    settings = folder / f"{number}.toml"
    settings.write_text("[web]\ncontacts_per_minute = 1000\n")
    argv = [*DESKBELL, "serve", "--data", str(folder / "data"), "--config", str(settings), "--port", "0"]
    process = start(argv, base_env(), stdout=subprocess.PIPE)
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline().decode())
    assert found is not None
    return process, found.group()


async def ask(client: aiohttp.ClientSession, url: str, key: str, text: str) -> tuple[int, dict[str, Any]]:
    body, headers = {"nick": "Anna", "text": text}, {"Idempotency-Key": key}
    async with client.post(f"{url}/v1/contacts", json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


def told(folder: Path, *argv: str) -> str:
    """What a command prints."""
    where = ("--data", str(folder / "data"), "--config", str(folder / "1.toml"))
    done = subprocess.run(
        [*DESKBELL, *argv, *where], env=base_env(), capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


async def exported(folder: Path, contact: ContactId) -> str:
    """The transcript in every format."""
    backend = SqliteBackend(folder / "data" / "deskbell.db")
    await backend.open()
    keeper = Keeper(
        *(AgentName("Maria"), Settings(), Path("config.toml"), time.time),
        *(lambda plan: None, lambda decision: None, lambda: None),
    )
    librarian = Librarian(backend, keeper, folder / "data")
    for number, kind in enumerate(ExportFormat, 1):
        librarian.do(Export(contact, kind))
        await until_async(lambda number=number: len(keeper.view().told) == number, 20, f"{kind} exported")  # type: ignore[misc]
    await librarian.close()
    await backend.close()
    files = list((folder / "data" / "exports").iterdir())
    assert len(files) == len(ExportFormat)
    return "".join(file.read_text() for file in files)


async def test_one_key_at_two_doors_is_one_contact_and_nothing_tells_the_secret(tmp_path: Path) -> None:
    first, second = door(tmp_path, 1), door(tmp_path, 2)
    keys = [secrets.token_hex(32) for _ in range(6)]
    try:
        async with aiohttp.ClientSession() as client:
            for key in keys:
                urls = [first[1], second[1]] * 5
                answers = await asyncio.gather(*(ask(client, url, key, "hello") for url in urls))
                assert {status for status, _ in answers} <= {200, 201}
                assert len({(each["id"], each["token"], each["desk"]) for _, each in answers}) == 1
                assert (await ask(client, second[1], key, "other words"))[0] == 422
        pending = told(tmp_path, "pending", "--json")
        assert len(json.loads(pending)) == len(keys)
        doctor = told(tmp_path, "doctor", "--json", "--no-ask")
    finally:
        for process, _ in (first, second):
            stop(process)
    contact = answers[0][1]
    everything = [pending, told(tmp_path, "pending"), doctor, await exported(tmp_path, contact["id"])]
    data = tmp_path / "data"
    logs = [file for file in data.rglob("*") if file.is_file() and not file.name.startswith("deskbell.db")]
    everything += [file.read_text(errors="replace") for file in logs]
    db = sqlite3.connect(data / "deskbell.db")
    (secret,) = db.execute("SELECT value FROM meta WHERE key = 'desk_secret'").fetchone()
    hashes = db.execute("SELECT secret_hash, request_hash FROM contacts").fetchone()
    db.close()
    assert len(secret) == 64
    for hidden in (secret, *hashes, *keys, contact["token"]):
        assert not any(hidden in text for text in everything)
