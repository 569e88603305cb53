"""The visitor's door: is its port free, ours, or a stranger's, and who may use it? Leaves nothing open."""

from __future__ import annotations

import contextlib
import errno
import http.client
import ipaddress
import json
import socket
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from tui.config.schema import Settings
from tui.doctor.limits import aside
from tui.doctor.storage import desk_id
from tui.doctor.subject import Subject
from tui.link.findings import Area, Finding, State, finding
from tui.link.hosts import RefusedNames

ANSWERS_WITHIN = 2.0
"""Seconds in which a door must answer."""
LOOK_WITHIN = 5.0
_LARGEST = 65_536


class Whose(StrEnum):
    """Who has the port."""

    NOBODY = "nobody"
    OURS = "ours"
    OTHER_DESK = "another desk"
    STRANGER = "stranger"
    UNUSABLE = "unusable"
    """Nobody has it, and it cannot be listened on either."""


@dataclass(frozen=True, slots=True)
class DoorFound:
    """What was found out about the door."""

    host: str
    port: int
    whose: Whose
    healthy: bool = False
    """Whether ``/healthz`` said that the desk answers."""
    took: float = 0.0
    """Seconds the answer took."""
    trouble: str = ""
    """Why it cannot be listened on."""
    refused: RefusedNames = RefusedNames()  # noqa: RUF009 - frozen
    """The names by which it was asked for in vain."""


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """Knock, and say who answers."""
    if not (subject.web and settings.web.enabled):
        says = "It is closed: visitors come in by another console or not at all."
        return [_said("port", State.OFF, "port", says, "")]
    host, port = _address(subject, settings)
    if port == 0:
        says = "The settings let the system choose a free port: it is known once the console runs."
        return [_said("port", State.OK, "port", says, "", host=host), *_reach(host, settings)]
    try:
        found = await aside(lambda: look(host, port, subject.database), LOOK_WITHIN)
    except TimeoutError:
        says = f"Whoever has port {port} does not answer, or the name {host} cannot be looked up."
        cure = "Choose another address or port under [web] in the settings."
        return [_said("port", State.FAULT, "port", says, cure), *_reach(host, settings)]
    return findings(found, settings)


def _address(subject: Subject, settings: Settings) -> tuple[str, int]:
    """Where it is open, else where it would be."""
    known = urlsplit(subject.door_open_at())
    host = subject.host or settings.web.host
    if known.port is not None:
        return host, known.port
    return host, settings.web.port if subject.port is None else subject.port


# Looking


def look(host: str, port: int, database: Path) -> DoorFound:
    """Who has the port."""
    began = time.monotonic()
    try:
        told, healthy, refused = _ask(host, port)
    except socket.gaierror as error:
        return DoorFound(host, port, Whose.UNUSABLE, trouble=f"the name {host} is not known ({error})")
    except (OSError, http.client.HTTPException, ValueError):
        # No door of ours. Whether it is a stranger's, trying to listen tells.
        trouble = _why_it_cannot_listen(host, port)
        whose = {"": Whose.NOBODY, _TAKEN: Whose.STRANGER}.get(trouble, Whose.UNUSABLE)
        return DoorFound(host, port, whose, trouble=trouble)
    took = time.monotonic() - began
    if told is None:
        return DoorFound(host, port, Whose.STRANGER)
    whose = Whose.OURS if told == desk_id(database) else Whose.OTHER_DESK
    return DoorFound(host, port, whose, healthy, took, refused=refused)


def _ask(host: str, port: int) -> tuple[str | None, bool, RefusedNames]:
    """The desk of the door on that port (None: it is no Deskbell's), whether its desk answers, and the names
    by which that door was asked for in vain."""
    knock = http.client.HTTPConnection(_reachable(host), port, timeout=ANSWERS_WITHIN)
    with contextlib.closing(knock):
        knock.request("GET", "/healthz", headers={"Connection": "close"})
        answer = knock.getresponse()
        told: object = json.loads(answer.read(_LARGEST))
    if isinstance(told, dict) and "deskbell" in told and isinstance(told.get("desk"), str):
        return told["desk"], answer.status == 200, RefusedNames.of(told)
    return None, False, RefusedNames()


_TAKEN = "taken"


def _why_it_cannot_listen(host: str, port: int) -> str:
    """Why a door could not be opened there; empty when it could."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            if sys.platform != "win32":  # there it would let two programs share the port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        return _TAKEN if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    return ""


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)


# What it means


def findings(found: DoorFound, settings: Settings) -> list[Finding]:
    """What was found, in words."""
    return [_port(found), *_refused(found), *_reach(found.host, settings)]


def _port(found: DoorFound) -> Finding:
    where = f"{found.host}:{found.port}"
    facts = {"host": found.host, "port": found.port, "whose": found.whose}
    cure = "Choose another port: --port N, or port under [web] in the settings."
    match found.whose:
        case Whose.NOBODY:
            return _said("port", State.OK, "port", f"{where} is free: the console opens it.", "", **facts)
        case Whose.OURS if found.healthy:
            says = (
                f"{where} is open: a console of this desk keeps it and answers in {found.took * 1000:.0f} ms."
            )
            return _said("port", State.OK, "port", says, "", **facts)
        case Whose.OURS:
            says = f"{where} is open, but its desk does not answer: visitors are turned away."
            return _said("port", State.FAULT, "port", says, "Look at the data folder above.", **facts)
        case Whose.OTHER_DESK:
            says = f"{where} is taken by the Deskbell of another desk (another data folder)."
        case Whose.STRANGER:
            says = f"{where} is taken by another program: no visitor can come in."
        case Whose.UNUSABLE:
            says = f"{where} cannot be listened on: {found.trouble}."
            cure = "Choose another address or port under [web] in the settings."
    return _said("port", State.FAULT, "port", says, cure, **facts)


def _refused(found: DoorFound) -> list[Finding]:
    """The names by which visitors came in vain."""
    if found.whose is not Whose.OURS or not found.refused.names:
        return []
    names = ", ".join(found.refused.names[:4])
    more = len(found.refused.names) - 4
    says = f"Visitors asked for it by names it does not know, and were refused: {names}" + (
        f" and {more} more." if more > 0 else "."
    )
    line = found.refused.line
    cure = "If one is yours, name it below [web] in the settings of the door:" if line else ""
    return [
        finding(Area.DOOR, "door.hosts", State.WARNING, "hosts", says, cure, line=line, facts={"host": names})
    ]


def _reach(host: str, settings: Settings) -> list[Finding]:
    """Who can reach it."""
    if _is_local(host):
        says = "It listens on this machine only: a reverse proxy must bring visitors from elsewhere."
        return [_said("reach", State.OK, "reach", says, "")]
    says = f"It listens on {host}, beyond this machine, without encryption."
    cure = "Put a reverse proxy with TLS before it and let it listen on 127.0.0.1."
    told = [_said("reach", State.WARNING, "reach", says, cure)]
    if settings.web.origins:
        says = f"Pages of {', '.join(settings.web.origins)} may use it."
        told.append(_said("origins", State.OK, "origins", says, ""))
    else:
        says = "No site is named that may use it: a widget on your site will be refused."
        cure = 'Name it in the settings, as in: origins = ["https://shop.example"] under [web].'
        told.append(_said("origins", State.WARNING, "origins", says, cure))
    return told


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said(id: str, state: State, title: str, says: str, cure: str, **facts: object) -> Finding:
    return finding(Area.DOOR, f"door.{id}", state, title, says, cure, facts=facts)
