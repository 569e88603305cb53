"""The name this console goes by on its desk, kept over restarts, so that a new name orphans no chat.

A contact is an agent's by their name. When the name in the settings has changed since the last start, the
chats of the old name are given back and accepted under the new one before anything else happens; but never
those of a name under which a console lives, for they are in somebody's hands.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from tui.backends.contract import Backend, BackendError, Snapshot
from tui.desk.contact import AgentName, Status
from tui.desk.lifecycle import Deed, DeedKind
from tui.deskloop.agents_file import keep_name, name_used
from tui.deskloop.lead import ALIVE_FOR, LOOK_EVERY

log = logging.getLogger(__name__)

TRY_AGAIN_EVERY = 1.0
"""Seconds between two looks whether the console of the earlier name has gone."""


def remember_name(data: Path, config: Path, name: AgentName) -> None:
    """Keep the name; a disk that refuses costs no more than this convenience."""
    if name_used(data, config) != name:
        keep_name(data, config, name)


def is_first_start(data: Path, config: Path) -> bool:
    """Whether these settings were never used with this data folder before."""
    return name_used(data, config) is None


async def take_over_chats(backend: Backend, data: Path, config: Path, name: AgentName) -> AgentName | None:
    """Hand the chats of the name last used here to the name used now.

    Returns the earlier name when a console lives under it: nothing was taken, and it should be tried again.
    """
    before = name_used(data, config)
    if before and before != name:
        try:
            if await _lives(backend, before):
                log.info("a console of %s is open: its chats stay with it", before)
                return before
            await _hand_over(backend, before, name)
        except BackendError as error:
            log.warning("the chats of %s could not be taken over: %s", before, error)
            return None
    keep_name(data, config, name)
    return None


async def take_over_later(
    backend: Backend, data: Path, config: Path, my_name: Callable[[], AgentName]
) -> None:
    """Hand the chats over as soon as the console of the earlier name has gone."""
    while await take_over_chats(backend, data, config, my_name()):
        await asyncio.sleep(TRY_AGAIN_EVERY)


async def _lives(backend: Backend, agent: AgentName) -> bool:
    """Whether a console gives signs of life under this name.

    A beat of just now is one. An older one may be of a console that was killed, or of a living one while the
    clock was set: it is watched for as long as a beat counts, by our own steady clock.
    """
    first = await _beats(backend, agent)
    if any(abs(time.time() - at) <= ALIVE_FOR for at in first.values()):
        return True
    until = time.monotonic() + ALIVE_FOR
    while first and time.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY)
        if not (await _beats(backend, agent)).items() <= first.items():
            return True
    return False


async def _beats(backend: Backend, agent: AgentName) -> dict[str, float]:
    """By console, when it last gave a sign of life; those that took leave are left out."""
    consoles = await backend.consoles()
    return {console.id: console.beat_at for console in consoles if console.agent == agent and console.beat_at}


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
