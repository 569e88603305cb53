"""Puts a new text in a file's place in one step: a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, text: str, still: Callable[[], bool]) -> bool:
    """Write the text, synced to the disk, keeping permissions; False if ``still`` says no at the last moment.

    A link stays a link: what it points at is replaced. Makes the folder when it is missing. Raises OSError,
    with nothing changed and nothing left behind; PermissionError also where replacing a read-only file would
    succeed, since somebody meant it so.
    """
    real = Path(os.path.realpath(path))
    real.parent.mkdir(parents=True, exist_ok=True)
    mode = _mode_to_keep(real)
    descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(descriptor, "wb") as temporary:
            temporary.write(text.encode("utf-8"))
            temporary.flush()
            os.fsync(temporary.fileno())
        if mode is not None:
            os.chmod(name, mode)
        if not still():
            return False
        _replace(name, real)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
    _sync_folder(real.parent)
    return True


def _mode_to_keep(real: Path) -> int | None:
    """Permissions of the file as it is; None when it is new."""
    try:
        mode = stat.S_IMODE(os.stat(real).st_mode)
    except FileNotFoundError:
        return None
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return mode


def _replace(name: str, real: Path) -> None:
    """os.replace; on Windows an editor or a virus scanner may hold the file for a moment."""
    for pause in (0.02, 0.05, 0.1):
        try:
            os.replace(name, real)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(pause)
        else:
            return
    os.replace(name, real)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where folders can be synced."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
