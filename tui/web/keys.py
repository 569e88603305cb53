"""``Idempotency-Key``: a client that does not know whether it was heard asks again with the same key, and
gets the same contact and the same token.

Only a hash of the token is stored, so both are made anew from key and desk's secret each time: whoever has
the key has the contact, and nobody else can make either. That is why a key must be hard to guess. It is never
logged, and not stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from base64 import urlsafe_b64encode

from aiohttp import web

from tui.desk.contact import ContactId
from tui.web.fields import Fields
from tui.web.problems import KEY_REUSED, Problem, wrong

HEADER = "Idempotency-Key"

FEWEST_DIFFERENT = 6
"""A key with fewer different characters was counted, or typed, and not drawn: of 10¹² random ones of 32
hexadecimal digits not one has so few."""

_FORM = re.compile(r"[A-Za-z0-9_-]{22,128}")
_FEW_DIGITS = re.compile(r"[0-9a-f]{0,31}|[0-9A-F]{0,31}")
"""Hexadecimal digits of which there are too few for 128 bits; base64url has that many in 22 characters."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_WANTED = (
    f"{HEADER} must hold at least 128 random bits: 32 to 128 hexadecimal digits, or 22 to 128 characters of "
    "base64url (letters, digits, - and _). A UUID has 122."
)


def key_of(request: web.Request) -> str:
    """The key, with or without the quotes that the header's draft standard puts around it; empty when the
    client sends none. Raises Problem 400 for one that could be guessed."""
    given = request.headers.getall(HEADER, [])
    if not given:
        return ""
    key = given[0].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    is_weak = _FEW_DIGITS.fullmatch(key) or _UUID.fullmatch(key) or len(set(key)) < FEWEST_DIFFERENT
    if len(given) > 1 or is_weak or not _FORM.fullmatch(key):
        raise wrong(HEADER, _WANTED)
    return key


def contact_of(secret: bytes, key: str) -> ContactId:
    """The contact that is made under this key, as good as random to whoever does not know the secret."""
    return ContactId(str(uuid.UUID(bytes=_derived(secret, "id", key)[:16], version=4)))


def token_of(secret: bytes, key: str) -> str:
    """The token of that contact, 256 bits in base64url like a random one."""
    return urlsafe_b64encode(_derived(secret, "token", key)).rstrip(b"=").decode("ascii")


def hash_of_request(body: Fields) -> str:
    """SHA-256 of what is asked: all fields that are given, in no order, but for ``trail``: that is how long
    ago something was, and differs each time it is told."""
    asked = {name: value for name, value in body.items() if value is not None and name != "trail"}
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def key_reused() -> Problem:
    """The key stands for another request."""
    detail = f"This {HEADER} was sent before with another body. Take a new one for a new contact."
    return Problem(422, detail, field=HEADER, kind=KEY_REUSED)


def _derived(secret: bytes, what: str, key: str) -> bytes:
    return hmac.digest(secret, (what + key).encode("ascii"), "sha256")
