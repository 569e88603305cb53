"""Clean text on its way to readers of markup, or to readers who may or may not be: it stays what was written.

What a popup's body may hold is said by the desktop notifications specification: tags, links and images for a
service with the capability ``body-markup``, plain text for one without. Some do not say what they do: dunst
without a ``markup`` line in its settings reads markup and does not announce it, terminals hand their notices
on to whoever shows them.
"""

from __future__ import annotations

import html
import re

from tui.text.types import CleanText

_LOOKALIKES = str.maketrans("<>", "‹›")
_BEGINS_AN_ENTITY = re.compile("&(?=[#A-Za-z])")
_APART = "&\u2060"
"""WORD JOINER: nothing is drawn for it, and no name of an entity begins with it."""


def for_markup(text: CleanText) -> str:
    """For who reads markup: drawn as it was written."""
    return html.escape(text, quote=False)


def for_either(text: CleanText) -> str:
    """For who may read markup or not: the same is drawn by both, with ‹ and › for the signs of a tag."""
    return _BEGINS_AN_ENTITY.sub(_APART, text.translate(_LOOKALIKES))
