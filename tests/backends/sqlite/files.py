"""Where the tests run, and another program at the same file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Locked:
    """Another program holds the write lock."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Locked:
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def release(self) -> None:
        self.db.rollback()

    def __exit__(self, *_: object) -> None:
        self.db.close()
