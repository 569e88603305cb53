"""Tags and colours as agents write them. Pure."""

from __future__ import annotations

from tui.link.view import View
from tui.text import clean_line
from tui.typed.slash import WrongArgument

TAG_LIMIT = 40
"""Characters of one tag."""
TAGS_AT_MOST = 12
NO_COLOUR = "none"
"""Written where a colour is to be taken off."""


def known_tags(view: View) -> tuple[str, ...]:
    """Those of the settings, then those that open chats bear."""
    used = (tag for chat in view.desk.chats.values() for tag in chat.contact.tags)
    return tuple(dict.fromkeys([*view.settings.wrap_up.tags, *used]))


def changed_tags(tags: tuple[str, ...], words: str) -> tuple[str, ...]:
    """The tags with those words added, and those after a minus taken off. Raises WrongArgument."""
    after = dict.fromkeys(tags)
    for word in tags_of(words):
        if word.startswith("-"):
            tag = word.lstrip("-#")
            if tag not in after:
                raise WrongArgument(f"This chat has no tag {clean_line(tag, max_chars=TAG_LIMIT)}.")
            del after[tag]
        elif len(word) > TAG_LIMIT:
            raise WrongArgument(f"A tag has at most {TAG_LIMIT} characters.")
        else:
            after[word] = None
    if len(after) > TAGS_AT_MOST:
        raise WrongArgument(f"A chat has at most {TAGS_AT_MOST} tags.")
    return tuple(after)


def tags_of(text: str) -> tuple[str, ...]:
    """The words of a line as tags, each once, with or without ``#``."""
    words = (word.strip("#") for word in text.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))
