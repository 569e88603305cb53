"""The name this console goes by on its desk, kept over restarts, so that a new name orphans no chat.

A contact is an agent's by his name. When the name in the settings has changed since the last start, the chats
of the old name are given back and accepted under the new one before anything else happens.
"""

from __future__ import annotations

import json
import logging
import uuid
from pathlib import Path

from tui.backends.contract import Backend, BackendError, Snapshot
from tui.desk.contact import AgentName, Status
from tui.desk.lifecycle import Deed, DeedKind

log = logging.getLogger(__name__)

FILE = "agents.json"
"""In the data folder: by settings file, the name last used."""


def remember_name(data: Path, config: Path, name: AgentName) -> None:
    """Keep the name; a disk that refuses costs no more than this convenience."""
    names = _names(data)
    if names.get(str(config)) == name:
        return
    try:
        (data / FILE).write_text(json.dumps({**names, str(config): name}, indent=1), encoding="utf-8")
    except OSError as error:
        log.warning("%s is not kept: %s", FILE, error)


def _names(data: Path) -> dict[str, str]:
    try:
        names = json.loads((data / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return names if isinstance(names, dict) else {}


def is_first_start(data: Path, config: Path) -> bool:
    """Whether these settings were never used with this data folder before."""
    return str(config) not in _names(data)


async def take_over_chats(backend: Backend, data: Path, config: Path, name: AgentName) -> None:
    """Hand the chats of the name last used here to the name used now."""
    before = _names(data).get(str(config))
    if before and before != name:
        try:
            await _hand_over(backend, AgentName(before), name)
        except BackendError as error:
            log.warning("the chats of %s could not be taken over: %s", before, error)
            return
    remember_name(data, config, name)


async def _hand_over(backend: Backend, before: AgentName, name: AgentName) -> None:
    async for event in backend.watch():
        if not isinstance(event, Snapshot):
            continue
        for contact in event.contacts:
            if contact.status is Status.ASSIGNED and contact.agent == before:
                await backend.perform(contact.id, Deed(DeedKind.GIVE_BACK, uuid.uuid4().hex, before))
                await backend.perform(contact.id, Deed(DeedKind.ACCEPT, uuid.uuid4().hex, name))
                log.info("%s is now %s's, who was %s", contact.id, name, before)
        return
