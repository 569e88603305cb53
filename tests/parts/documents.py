"""The blocks of the documents: commands and configuration, as a reader copies them.

What stands behind the language on the fence says what a test does with a block of commands: nothing (it is
run), ``stays`` (started, and left running), ``stopped`` (run once what stays has been stopped), ``only-read``
(read by the shell, not run: it changes the machine, or this tree).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = tuple(sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document."""

    document: Path
    line: int
    language: str
    manner: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def blocks(document: Path) -> tuple[Block, ...]:
    """All of a document, in their order."""
    text = document.read_text("utf-8")
    return tuple(
        Block(document, text.count("\n", 0, found.start()) + 1, found[1], found[2].strip(), found[3])
        for found in _FENCE.finditer(text)
    )


def all_blocks(language: str) -> tuple[Block, ...]:
    """Those in this language, of all documents."""
    return tuple(block for document in DOCS for block in blocks(document) if block.language == language)
