"""The names by which visitors asked for the door in vain, as it tells the console and the doctor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tui.config.sites import host_name
from tui.text import CleanText, clean_line

MOST = 16
"""Names heeded of what another process tells."""


@dataclass(frozen=True, slots=True)
class RefusedNames:
    """What was refused, and what would mend it."""

    names: tuple[CleanText, ...] = ()
    """The most wanted first."""
    listed: tuple[CleanText, ...] = ()
    """The hosts in the door's settings."""

    @property
    def line(self) -> CleanText:
        """The line to be written below [web] so that the most wanted is known; empty when none can be."""
        return next(filter(None, (hosts_line(self.listed, name) for name in self.names)), clean_line(""))

    def body(self) -> dict[str, object]:
        """As JSON; empty when nothing was refused."""
        return {} if not self.names else {"refused_hosts": list(self.names), "hosts": list(self.listed)}

    @staticmethod
    def of(body: Mapping[str, object]) -> RefusedNames:
        """Read from JSON of another process, which may hold anything."""
        return RefusedNames(_names(body.get("refused_hosts")), _names(body.get("hosts")))


def hosts_line(listed: tuple[str, ...], name: str) -> CleanText:
    """The line to be written below [web] so that this name is known, too; empty when it cannot be a name."""
    if not name or host_name(name) != name:
        return clean_line("")
    return clean_line(f"hosts = {json.dumps([*listed, name])}")


def _names(given: object) -> tuple[CleanText, ...]:
    if not isinstance(given, list):
        return ()
    return tuple(clean_line(name, max_chars=253) for name in given[:MOST] if isinstance(name, str))
