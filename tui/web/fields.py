"""Reading what a stranger sent: JSON objects with named fields, each admitted or refused by name."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import cast

from aiohttp import web

from tui.desk.contact import Visit
from tui.text import NO_TEXT, RemoteText
from tui.text.door import (
    DATA_NAME_LIMIT,
    DATA_VALUE_LIMIT,
    TRAIL_PAGE_LIMIT,
    NotAdmitted,
    admit,
    admit_line,
)
from tui.web.limits import BODY_WITHIN, DATA_COUNT, MESSAGE_ID_LIMIT, OLDEST_VISIT, TRAIL_COUNT
from tui.web.problems import Problem, wrong

Fields = Mapping[str, object]

_MESSAGE_ID = re.compile(rf"[A-Za-z0-9._:\-]{{1,{MESSAGE_ID_LIMIT}}}")
_SEQ_DIGITS = 15
_LONGEST = 1e12
"""Seconds beyond which no time is meant."""


async def json_body(request: web.Request, known: Iterable[str], limit: int) -> Fields:
    """The request's JSON object of at most ``limit`` bytes. Raises Problem 400, 413 or 415."""
    if request.content_type != "application/json":
        raise Problem(415, "Send JSON: Content-Type: application/json.", field="Content-Type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "Send the body as it is, not compressed.", field="Content-Encoding")
    if (request.content_length or 0) > limit or len(raw := await _read(request)) > limit:
        raise Problem(413, f"The body may hold {limit:,} bytes.")
    fields = json_object(raw)
    for name in fields:
        if name not in known:
            raise wrong(name[:80], f"There is no such field; known are {', '.join(known)}.")
    return fields


async def _read(request: web.Request) -> bytes:
    """The body, if it comes in time. Raises Problem 408."""
    try:
        async with asyncio.timeout(BODY_WITHIN):
            return await request.read()
    except TimeoutError:
        closing = {"Connection": "close"}
        raise Problem(408, "The body did not come in time.", headers=closing) from None


def json_object(raw: bytes | str) -> Fields:
    """The fields of a JSON object. Raises Problem 400."""
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Problem(400, "The body must be a JSON object.")
    return value


def line(fields: Fields, name: str, limit: int, *, required: bool = False) -> RemoteText:
    """A field of one line; NO_TEXT when it may be left out and is."""
    if not required and fields.get(name) is None:
        return NO_TEXT
    try:
        return admit_line(_string(fields, name), limit, what=name, blank_allowed=not required)
    except NotAdmitted as refusal:
        raise wrong(name, f"{refusal.reason}.") from None


def message_text(fields: Fields, limit: int) -> RemoteText:
    """The text of a message of at most ``limit`` characters."""
    try:
        return admit(_string(fields, "text"), limit, what="text")
    except NotAdmitted as refusal:
        raise wrong("text", f"{refusal.reason}.") from None


def message_id(fields: Fields) -> str:
    """The id a client chose for its message."""
    chosen = _string(fields, "id")
    if not _MESSAGE_ID.fullmatch(chosen):
        raise wrong("id", f"id must be 1 to {MESSAGE_ID_LIMIT} letters, digits or any of . _ : -")
    return chosen


def data(fields: Fields) -> tuple[tuple[RemoteText, RemoteText], ...]:
    """The field ``data``: an object of names with short values, in its order; blank values are left out."""
    given = fields.get("data")
    if given is None:
        return ()
    if not isinstance(given, dict) or len(given) > DATA_COUNT:
        raise wrong("data", f"data must be an object of at most {DATA_COUNT} names with their values.")
    told: dict[RemoteText, RemoteText] = {}
    for name, value in given.items():
        if isinstance(value, bool | int | float):
            value = str(value).lower() if isinstance(value, bool) else str(value)
        elif value is None:
            continue
        elif not isinstance(value, str):
            raise wrong("data", "The values in data must be text or numbers.")
        try:
            key = admit_line(name, DATA_NAME_LIMIT, what="a name in data")
            text = admit_line(value, DATA_VALUE_LIMIT, what="a value in data", blank_allowed=True)
        except NotAdmitted as refusal:
            raise wrong("data", f"{refusal.reason}.") from None
        if text:
            told[key] = text
    return tuple(told.items())


def trail(fields: Fields, now: float) -> tuple[Visit, ...]:
    """The field ``trail``: the pages the visitor was on, oldest first, each an address, or an object with
    ``page`` and when he came to it: ``ago``, the seconds since then (visitors' clocks are not to be trusted),
    or ``at``, in Unix seconds."""
    given = fields.get("trail")
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > TRAIL_COUNT:
        raise wrong("trail", f"trail must be a list of at most {TRAIL_COUNT} pages.")
    visits: list[Visit] = []
    for each in given:
        step = {"page": each} if isinstance(each, str) else each
        if not isinstance(step, dict) or not isinstance(step.get("page"), str):
            raise wrong("trail", "Each page in trail must be an address or an object with page and ago.")
        visit = Visit(visited_page(step, "trail"), _visited_at(step, now))
        if not visits or visits[-1].page != visit.page:
            visits.append(visit)
    return tuple(visits)


def visited_page(fields: Fields, what: str = "page") -> RemoteText:
    """The field ``page`` of a step on the trail; ``what`` is the field a refusal names."""
    try:
        return admit_line(_string(fields, "page"), TRAIL_PAGE_LIMIT, what="a page")
    except NotAdmitted as refusal:
        raise wrong(what, f"{refusal.reason}.") from None


def _visited_at(step: Fields, now: float) -> float:
    if step.get("at") is not None:
        ago = max(0.0, now - _finite(step, "at"))
    else:
        ago = 0.0 if step.get("ago") is None else _finite(step, "ago")
    return now - min(ago, OLDEST_VISIT)


def _finite(step: Fields, name: str) -> float:
    given = step[name]
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not 0 <= cast(float, given) <= _LONGEST:
        raise wrong("trail", f"{name} must be a number of seconds.")
    return float(cast(float, given))


def flag(fields: Fields, name: str) -> bool:
    """A field that is true or false."""
    value = fields.get(name)
    if not isinstance(value, bool):
        raise wrong(name, f"{name} must be true or false.")
    return value


def number(fields: Fields, name: str) -> int:
    """A field that is a sequence number."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**_SEQ_DIGITS:
        raise wrong(name, f"{name} must be a whole number from 0.")
    return value


def after(request: web.Request) -> int:
    """The query parameter ``after``: 0 when left out."""
    given = request.query.get("after", "0")
    if not (given.isascii() and given.isdigit() and len(given) <= _SEQ_DIGITS):
        raise wrong("after", "after must be a whole number from 0.")
    return int(given)


def visitor(request: web.Request) -> str:
    """The header ``X-Deskbell-Visitor``, a UUID that names the browser; empty when left out."""
    given = request.headers.get("X-Deskbell-Visitor", "")
    try:
        return str(uuid.UUID(given)) if given else ""
    except ValueError:
        raise wrong("X-Deskbell-Visitor", "X-Deskbell-Visitor must be a UUID.") from None


def _string(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise wrong(name, f"{name} is missing." if value is None else f"{name} must be a string.")
    return value
