"""The settings file, and the keys and scripts it names: can everything in it be heeded?"""

from __future__ import annotations

import shutil
from pathlib import Path

from tui.config.file import Loaded
from tui.config.schema import Hooks
from tui.doctor.subject import Keys
from tui.link.findings import Area, Finding, State, finding

MOST = 8
"""Problems told one by one."""


def findings(path: Path, exists: bool, loaded: Loaded, keys: Keys) -> list[Finding]:
    """What was found, in words."""
    told = []
    if not exists:
        says = f"{path} is not there: everything stands at its default."
        told.append(_said("file", State.OK, "file", says, "", path=path))
    elif not loaded.ok:
        problem = loaded.problems[0] if loaded.problems else None
        says = str(problem) if problem is not None else f"{path} cannot be read."
        told.append(_said("file", State.FAULT, "file", says, "Mend that line.", path=path))
    elif not loaded.problems:
        says = f"{path} is understood."
        told.append(_said("file", State.OK, "file", says, "", path=path))
    else:
        count = len(loaded.problems)
        says = f"{path} is read; {count} {'setting' if count == 1 else 'settings'} cannot be heeded."
        told.append(_said("file", State.WARNING, "file", says, "", path=path, problems=count))
        for number, one in enumerate(loaded.problems[:MOST], 1):
            where = f"line {one.line}" if one.line else one.key or "somewhere"
            told.append(_said(f"problem.{number}", State.WARNING, where, one.message, "", key=one.key))
        if count > MOST:
            told.append(_said("problem.more", State.WARNING, "more", f"And {count - MOST} more.", ""))
    if keys.problems:
        for number, told_of in enumerate(keys.problems[:MOST], 1):
            told.append(_said(f"keys.{number}", State.WARNING, "keys", told_of, ""))
    else:
        told.append(_said("keys", State.OK, "keys", "Every command has its keys; none is given twice.", ""))
    return [*told, *_hooks(loaded.settings.hooks)]


def _hooks(hooks: Hooks) -> list[Finding]:
    """The agent's own scripts: are they there? They are not run."""
    named = {
        "on_pending": hooks.on_pending,
        "on_message": hooks.on_message,
        "on_ring_start": hooks.on_ring_start,
        "on_ring_stop": hooks.on_ring_stop,
    }
    lost = {name: argv[0] for name, argv in named.items() if argv and shutil.which(argv[0]) is None}
    told = []
    for name, program in lost.items():
        says = f'hooks.{name}: there is no program "{program}" here, or it may not be run.'
        cure = "Write its whole path, and make it executable."
        told.append(_said(f"hooks.{name}", State.FAULT, "script", says, cure, program=program))
    if any(named.values()) and not lost:
        told.append(_said("hooks", State.OK, "scripts", "Every script that is named is there.", ""))
    return told


def _said(id: str, state: State, title: str, says: str, cure: str, **facts: object) -> Finding:
    return finding(Area.SETTINGS, f"settings.{id}", state, title, says, cure, facts=facts)
