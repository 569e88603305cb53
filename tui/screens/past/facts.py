"""What is known of a contact, in words: for the visitor panel and for plain mode. Pure."""

from __future__ import annotations

import time

from tui.desk.contact import Contact
from tui.text import CleanText, clean_line

TRAIL_SHOWN = 12


def moment(at: float) -> str:
    """Day and hour, of one length, as they sort: ``2026-11-25 14:03``."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def facts_of(contact: Contact) -> list[tuple[str, CleanText]]:
    """What is known of a visitor, as name and value; a name once for several values in a row."""
    facts = [
        ("name", clean_line(contact.nick)),
        ("", clean_line("was here before" if contact.returning else "new")),
        ("language", clean_line(contact.lang)),
        ("service", clean_line(contact.service)),
        ("since", clean_line(moment(contact.created))),
        ("left", clean_line("when nobody was there" if contact.offline else "")),
        *((clean_line(name, max_chars=24), clean_line(value)) for name, value in contact.data),
        ("tags", clean_line(", ".join(contact.tags))),
        ("result", clean_line(contact.resolution)),
    ]
    shown = [(name, value) for name, value in facts if value]
    trail = contact.trail[-TRAIL_SHOWN:]
    if contact.page and all(visit.page != contact.page for visit in trail):
        shown.append(("page", _address(contact.page)))
    for visit in reversed(trail):
        at = time.strftime("%H:%M", time.localtime(visit.at))
        shown.append(("pages" if visit is trail[-1] else "", clean_line(f"{at} {_address(visit.page)}")))
    return shown


def _address(page: str) -> CleanText:
    """A page without its scheme: what tells pages apart comes first."""
    return clean_line(clean_line(page).removeprefix("https://").removeprefix("http://"))
