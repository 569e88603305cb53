"""Writes an exported transcript into a file of its own. Never over another one; for its owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import time
import unicodedata
from pathlib import Path

from tui.desk.contact import Contact
from tui.link.archive import ExportFormat

NAME_LENGTH = 40
TRIES = 1000


class NotExported(Exception):  # noqa: N818 - what is told
    """No file was written; the text says where, why, and what to do."""


def write_transcript(folder: Path, contact: Contact, format: ExportFormat, text: str) -> Path:
    """The file it is in. Raises NotExported; a file half written is not left behind."""
    stem = file_stem(contact)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, descriptor = _new_file(folder, stem, format)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
    except OSError as error:
        file_there = next((one for one in (folder, *folder.parents) if one.is_file()), None)
        if file_there is not None:
            raise NotExported(
                f"{file_there} is a file, not a folder; choose another folder in the settings (export_folder)"
            ) from error
        cure = "free some space, or choose" if error.errno == 28 else "choose"
        raise NotExported(
            f"{folder}: {error.strerror or error}; {cure} another folder in the settings (export_folder)"
        ) from error
    return path


def file_stem(contact: Contact) -> str:
    """The name without its suffix: when it began and who it was, such as ``2026-11-25-1403-Anna-Rossi``."""
    began = time.strftime("%Y-%m-%d-%H%M", time.localtime(contact.created))
    kept = (one if one.isalnum() else " " for one in unicodedata.normalize("NFC", contact.nick))
    name = "-".join("".join(kept).split())[:NAME_LENGTH].strip("-")
    return f"{began}-{name or 'visitor'}"


def _new_file(folder: Path, stem: str, format: ExportFormat) -> tuple[Path, int]:
    for number in range(1, TRIES + 1):
        more = "" if number == 1 else f"-{number}"
        path = folder / f"{stem}{more}.{format.value}"
        with contextlib.suppress(FileExistsError):
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    raise FileExistsError(17, "too many files of this name", str(folder))
