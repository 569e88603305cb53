"""Finds the sound file of a tone by its name or path. Whether it can be decoded is the ringer's business.

Shipped tones lie in ``sounds/`` of the repository, in the wheel in ``tui/sounds/``; the agent's own lie in
``sounds/`` of the configuration folder and win over shipped ones of the same name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

DEFAULT_RING: Final = "marimba"
"""Rings where the ring tone asked for is missing or cannot be decoded."""
DEFAULT_CHIME: Final = "drop"
"""Sounds where the chime asked for is missing or cannot be decoded."""
ENDINGS: Final = (".wav", ".ogg", ".flac", ".mp3")
"""What the mixer decodes on every platform and loops without a click."""

_PACKAGE: Final = Path(__file__).resolve().parents[1]


class ToneMissing(Exception):  # noqa: N818 - says what is the matter, as FileNotFound would
    """No such tone; the text says what was asked for and what there is."""


def shipped_sounds() -> Path:
    """The folder of the shipped tones: in the installed package, or in the checkout beside it."""
    packaged = _PACKAGE / "sounds"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "sounds"


def ring_tones(config_dir: Path) -> list[str]:
    """Names of the shipped ring tones and of the agent's own tones, sorted."""
    return _names(shipped_sounds() / "ring-tones", config_dir / "sounds")


def chimes(config_dir: Path) -> list[str]:
    """Names of the shipped chimes and of the agent's own tones, sorted."""
    return _names(shipped_sounds() / "chimes", config_dir / "sounds")


def tone_path(name_or_path: str, config_dir: Path) -> Path:
    """The file of a tone.

    Takes the name of a tone (with or without its ending), or a path: absolute, with ``~``, or relative to
    the configuration folder. Raises :class:`ToneMissing`.
    """
    wanted = name_or_path.strip()
    if wanted and "\0" not in wanted:
        own, shipped = config_dir / "sounds", shipped_sounds()
        for place in (own, shipped / "ring-tones", shipped / "chimes"):
            for ending in ("", *ENDINGS):
                if _is_file(found := place / f"{wanted}{ending}"):
                    return found
        if _is_file(found := config_dir / _at_home(wanted)):  # an absolute path replaces the folder
            return found
    known = sorted({*ring_tones(config_dir), *chimes(config_dir)})
    raise ToneMissing(
        f"no tone named {name_or_path!r}: neither a file at that path nor one of {', '.join(known)}"
        f" (files of your own go into {config_dir / 'sounds'})"
    )


def _at_home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ~nobody
        return Path(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for the file system
        return False


def _names(*folders: Path) -> list[str]:
    names = set()
    for folder in folders:
        try:
            names |= {file.stem for file in folder.iterdir() if file.suffix.lower() in ENDINGS}
        except OSError:  # the agent has no folder of his own
            continue
    return sorted(names)
