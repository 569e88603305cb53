"""Whether what the agent typed is a link that can be sent. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from urllib.parse import urlsplit

from tui.screens.choose import Refused
from tui.text import NotAdmitted, admit, clean_line

LONGEST = 2_000


def checked_link(text: str, known: Mapping[str, str] | None = None) -> str | Refused:
    """The link, or what is wrong with it; ``known`` are the links that have names."""
    if not text:
        return Refused("Write an address such as https://shop.example/help.")
    said = clean_line(text, max_chars=60)
    if any(character.isspace() for character in text):
        return Refused(f"{said}: an address has no spaces in it.")
    try:
        parts = urlsplit(admit(text))
        host, _ = parts.hostname, parts.port
    except (ValueError, NotAdmitted):
        return Refused(f"{said}: this is no address.")
    if not parts.scheme or (not parts.netloc and parts.scheme not in ("http", "https")):
        near = difflib.get_close_matches(text, known or (), 1)
        if near:
            return Refused(f"There is no link named {said}; did you mean {near[0]}?")
        if parts.scheme:
            return Refused(f"{said}: only http and https addresses can be sent.")
        return Refused(f"{said}: an address begins with https:// or http://.")
    if parts.scheme not in ("http", "https"):
        return Refused(f"{said}: only http and https addresses can be sent.")
    if not host:
        return Refused(f"{said}: the name of the site is missing.")
    if len(text) > LONGEST:
        return Refused(f"This address has {len(text)} characters; {LONGEST} are the most.")
    return text
