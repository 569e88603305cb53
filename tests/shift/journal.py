"""Journals: what a visitor or an agent did and saw, line by line: a killed process has kept its own."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
"""``t`` (Unix seconds), ``what`` (a word), and what belongs to it."""


class Journal:
    """One file, one JSON line an entry, each written at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, what: str, **more: Any) -> None:
        """Note something."""
        entry = {"t": time.time(), "what": what, **more}
        os.write(self._file, json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)


def read(path: Path) -> list[Entry]:
    """Every entry; a last line that a kill has torn is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines[:-1] if line]
