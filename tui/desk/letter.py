"""Letters: contacts left when nobody was there.

Nobody reads an answer written into one; what was left with it may hold an address to write to. Pure.
"""

from __future__ import annotations

import re

from tui.desk.contact import Contact
from tui.text import CleanText, clean_line

_NAMES = ("email", "e-mail", "mail")
"""As pages and web hooks call the address; the page's own is "email"."""
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+")
"""As the HTML standard has it for fields of type email, with letters of every script."""
_LONGEST = 254
"""Characters of an address (RFC 5321, with the correction that RFC 3696 had)."""
_NICK = 40


def reply_address(contact: Contact) -> CleanText:
    """The e-mail address left with the contact; empty when there is none. Safe to show and to copy."""
    told = sorted(contact.data, key=lambda pair: str(pair[0]).strip().casefold() not in _NAMES)
    for _, value in told:
        address = clean_line(value, max_chars=_LONGEST + 1)
        if len(address) <= _LONGEST and _ADDRESS.fullmatch(address):
            return address
    return clean_line("")


def why_unanswerable(contact: Contact) -> CleanText:
    """Why nothing can be written to this visitor here, and what to do; empty when it can."""
    if not contact.offline:
        return clean_line("")
    nick, address = clean_line(contact.nick, max_chars=_NICK), reply_address(contact)
    instead = f"; write to {address}" if address else ", and no e-mail address"
    return clean_line(f"{nick} left no way to be answered here{instead}")
