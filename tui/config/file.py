"""The settings file on disk: read, watched for edits by hand, written without ever losing anything.

Synchronous and safe to call from any thread. What the text means is in ``parse``, how it is changed in
``edit``, how it reaches the disk in ``replace``.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui.config.fields import UnfitError, setting
from tui.config.layout import KeyPath
from tui.config.parse import BrokenTomlError, Problem, parse_text, read_toml
from tui.config.replace import replace_file
from tui.config.schema import Settings
from tui.text import clean_line

AT_REST_AFTER_NS = 100_000_000
"""A file last written so long ago is not half written: editors take two steps, in a few milliseconds."""

STEADY_AFTER = 0.3
"""Seconds for which a file that is missing, empty or broken must have been so before it counts."""

_ATTEMPTS = 8
_PAUSE = 0.05
_BOM = "\ufeff"
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

_Signature = tuple[int, int, int]
"""Time of the last write in ns, size, inode."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the file says."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    ok: bool = True
    """False when the file as a whole could not be used: the settings are the last good ones, or defaults."""


class SettingsNotSaved(Exception):  # noqa: N818 - a sentence for the agent, not a fault of the program
    """Nothing was written. ``reason`` says why, ``cure`` what the agent can do."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason} {cure}")
        self.reason = reason
        self.cure = cure


class SettingsFile:
    """One settings file. It need not exist: then everything stands at its default."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded = Loaded(Settings())
        self._known: _Signature | None = None
        """The state of the file that ``_loaded`` tells of; None while it is missing."""
        self._certain = False
        """Whether ``_known`` was at rest when it was read, so that the same state means the same text."""
        self._seen: _Signature | None = None
        """The state at the last poll, and since when."""
        self._seen_since = 0.0

    @property
    def loaded(self) -> Loaded:
        """What the last load, poll or set found."""
        return self._loaded

    def load(self) -> Loaded:
        """Read the file now, whatever state it is in. Never raises for what the file holds."""
        with self._lock:
            return self._load()

    def poll(self) -> Loaded | None:
        """What changed since, or None. Cheap while nothing does; meant to be called about twice a second.

        A file that is missing, empty or broken counts only when it stays so for ``STEADY_AFTER``: it may be
        half written.
        """
        with self._lock:
            now = self._signature()
            if now != self._seen:
                self._seen, self._seen_since = now, self._clock()
            if now == self._known and self._certain:
                return None
            steady = self._clock() - self._seen_since >= STEADY_AFTER
            if not steady and not _at_rest(now):
                return None
            found = self._read()
            if self._signature() != now or (not steady and not (found.ok and now and now[1])):
                return None
            self._known, self._certain = now, True
            if found == self._loaded:
                return None
            self._loaded = found
            return found

    def set(self, key: str, value: object) -> Settings:
        """Set one setting, as in ``set("audio.pending.loop", False)``; None unsets it.

        Reads the file again first, so that an edit by hand is kept. Raises SettingsNotSaved, having written
        nothing; KeyError for a name that is no setting.
        """
        if value is None:
            return self.unset(key)
        try:
            fitted = setting(key).fit(value)
        except UnfitError as error:
            raise SettingsNotSaved(f"{key} was not saved.", f"It must be {error}.") from error
        if isinstance(fitted, tuple):
            return self._change(key, list(fitted))
        return self._change(key, str(fitted) if isinstance(fitted, str) else fitted)

    def unset(self, key: str) -> Settings:
        """Put one setting back to its default by taking it out of the file. Raises as ``set`` does."""
        return self._change(key, None)

    def own_keys(self) -> tuple[str, ...]:
        """The settings on which the file itself has a word, be it the default; none when it is unusable."""
        with self._lock:
            try:
                document = read_toml(self._text().removeprefix(_BOM), self.path)
            except (OSError, UnicodeDecodeError, BrokenTomlError):
                return ()
        return tuple(_settings_in(document, ()))

    # Reading

    def _signature(self) -> _Signature | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        # A pipe (--config <(…)) can be read once; it is not asked again.
        return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None

    def _load(self) -> Loaded:
        now = self._signature()
        self._loaded = self._read()
        self._known, self._certain = now, now is None or _at_rest(now)
        self._seen, self._seen_since = now, self._clock()
        return self._loaded

    def _read(self) -> Loaded:
        try:
            text = self._text()
            settings, problems = parse_text(text.removeprefix(_BOM), self.path)
        except FileNotFoundError:
            return Loaded(Settings())
        except OSError as error:
            return self._unusable(f"The settings file cannot be read ({_said(error)}).")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return self._unusable("This is not UTF-8 text: save it in that encoding.", line)
        except BrokenTomlError as error:
            found = error.problem
            return self._unusable(found.message, found.line, found.column)
        return Loaded(settings, problems)

    def _text(self) -> str:
        return self.path.read_bytes().decode("utf-8")

    def _unusable(self, what: str, line: int = 0, column: int = 0) -> Loaded:
        kept = self._loaded.settings
        which = "defaults" if kept == Settings() else "last good settings"
        message = clean_line(f"{what} The {which} are used until it is mended.")
        return Loaded(kept, (Problem(self.path, line, "", message, column),), ok=False)

    # Writing

    def _change(self, key: str, value: object) -> Settings:
        """Set, or with None unset."""
        # tomlkit takes 40 ms to import, and most starts change nothing.
        from tui.config.edit import EditError, with_value, without

        what = setting(key)
        with self._lock:
            for attempt in range(_ATTEMPTS):
                before = self._signature()
                still_missing = before is None and attempt > 1
                if before != self._known and not _at_rest(before) and not still_missing:
                    time.sleep(_PAUSE)  # somebody else is writing: what is there may be half of it
                    continue
                text = self._text_to_change()
                body = text.removeprefix(_BOM)
                try:
                    if value is None:
                        changed = without(body, what.path, what.explanation)
                    else:
                        why = "" if what.free else what.explanation  # else it would stand above every entry
                        changed = with_value(body, what.path, value, why)
                except EditError as error:
                    cure = f"Set {key} by hand in {self.path}."
                    reason = f"The settings file cannot be changed safely: {error}."
                    raise SettingsNotSaved(reason, cure) from error
                if changed == body or self._written(text[: len(text) - len(body)] + changed, before):
                    return self._load().settings
        raise SettingsNotSaved("Something else keeps writing the settings file.", f"Look at {self.path}.")

    def _text_to_change(self) -> str:
        """The file as it is, empty when there is none. Raises SettingsNotSaved if it must not be touched."""
        try:
            text = self._text()
            read_toml(text.removeprefix(_BOM), self.path)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _not_saved(error, self.path) from error
        except UnicodeDecodeError as error:
            cure = f"Save {self.path} as UTF-8."
            raise SettingsNotSaved("The settings file is not UTF-8 text.", cure) from error
        except BrokenTomlError as error:
            raise SettingsNotSaved("The settings file is broken.", f"Mend {error.problem}") from error
        return text

    def _written(self, text: str, before: _Signature | None) -> bool:
        """Whether it was written; not when the file is no longer as it was ``before``."""
        try:
            return replace_file(self.path, text, lambda: self._signature() == before)
        except OSError as error:
            raise _not_saved(error, self.path) from error


def _settings_in(table: Mapping[str, object], path: KeyPath) -> Iterator[str]:
    for name, value in table.items():
        here = (*path, name)
        if isinstance(value, Mapping):
            yield from _settings_in(value, here)
            continue
        with suppress(KeyError):
            yield setting(here).key


def _at_rest(state: _Signature | None) -> bool:
    return state is not None and time.time_ns() - state[0] > AT_REST_AFTER_NS


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _not_saved(error: OSError, path: Path) -> SettingsNotSaved:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SettingsNotSaved("The settings file is read-only.", f"Make {path} and its folder writable.")
    if error.errno in _NO_ROOM:
        return SettingsNotSaved("The disk is full.", f"Make room on the disk of {path}.")
    return SettingsNotSaved(f"The settings file cannot be written ({_said(error)}).", f"Look at {path}.")
