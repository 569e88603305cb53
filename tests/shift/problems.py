"""What a rule of the checker says when it finds something wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.shift.record import Record


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it must be."""

    text: str
    contact: str = ""
    """Whose story tells more; empty when it is nobody's in particular."""


Rule = Callable[[Record], Iterator[Problem]]
