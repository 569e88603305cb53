"""Text from outside: refused at the door, made harmless on the way to every sink."""

from tui.text.clean import clean, clean_line
from tui.text.door import (
    LANG_LIMIT,
    NICK_LIMIT,
    PAGE_LIMIT,
    SERVICE_LIMIT,
    TEXT_LIMIT,
    NotAdmitted,
    admit,
    admit_line,
)
from tui.text.markup import for_either, for_markup
from tui.text.types import NO_TEXT, CleanText, RemoteText
from tui.text.words import first_words

__all__ = [
    "LANG_LIMIT",
    "NICK_LIMIT",
    "NO_TEXT",
    "PAGE_LIMIT",
    "SERVICE_LIMIT",
    "TEXT_LIMIT",
    "CleanText",
    "NotAdmitted",
    "RemoteText",
    "admit",
    "admit_line",
    "clean",
    "clean_line",
    "first_words",
    "for_either",
    "for_markup",
]
