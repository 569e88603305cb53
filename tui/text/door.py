"""What the visitor's door admits. What can never be meant is taken out; the rest is stored as written.

Text admitted here is not safe to show: that is ``clean``'s work, on the way to every sink.
"""

from __future__ import annotations

import re
import unicodedata

from tui.text.types import RemoteText

TEXT_LIMIT = 4_000
"""Characters of one message (the design's limit; ``[web] text_limit``)."""
NICK_LIMIT = 80
SERVICE_LIMIT = 80
LANG_LIMIT = 35
"""Characters of a language tag (BCP 47 advises 35)."""
PAGE_LIMIT = 2_048
"""Characters of the address of the visitor's page."""
DATA_NAME_LIMIT = 40
"""Characters of the name of something the site or the visitor tells before the chat ("order number")."""
DATA_VALUE_LIMIT = 500
TRAIL_PAGE_LIMIT = 1_000
"""Characters of the address of a page on the visitor's trail, of which there may be many."""

_NEVER_MEANT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?|\x85")
_BLANKS = re.compile(r"[\n\t ]+")


class NotAdmitted(ValueError):  # noqa: N818 - said aloud it is already a refusal
    """The text is refused. ``reason`` says why, in words for whoever sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def admit(
    text: str, limit: int = TEXT_LIMIT, *, what: str = "the text", blank_allowed: bool = False
) -> RemoteText:
    """A message of at most ``limit`` characters, without controls (but newline and tab) and lone surrogates.

    Raises NotAdmitted when it is longer, or blank: nothing to see in it.
    """
    return _checked(_stripped_of_controls(text), limit, what, blank_allowed)


def admit_line(text: str, limit: int = NICK_LIMIT, *, what: str, blank_allowed: bool = False) -> RemoteText:
    """As ``admit``, for one line by nature (nick, service, lang, page): blanks are folded, ends trimmed."""
    line = _BLANKS.sub(" ", _stripped_of_controls(text)).strip()
    return _checked(line, limit, what, blank_allowed)


def _stripped_of_controls(text: str) -> str:
    return _NEVER_MEANT.sub("", _NEWLINE.sub("\n", text))


def _checked(text: str, limit: int, what: str, blank_allowed: bool) -> RemoteText:
    if len(text) > limit:
        raise NotAdmitted(f"{what} has {len(text):,} characters; {limit:,} are allowed")
    if not blank_allowed and _is_blank(text):
        raise NotAdmitted(f"{what} is empty")
    return RemoteText(text)


_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_blank(text: str) -> bool:
    """Whether nothing in it can be seen: spaces, invisible characters, marks without a letter."""
    return all(char in _DRAWN_AS_NOTHING or unicodedata.category(char)[0] in "CZM" for char in text)
