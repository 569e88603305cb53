"""Numbers for the questions to the desk loop, so that each screen knows the answer to its own."""

from __future__ import annotations

import itertools

_numbers = itertools.count(1)


def next_number() -> int:
    """A number no question has borne."""
    return next(_numbers)
