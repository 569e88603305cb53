"""An agent in a process of its own: a real desk loop with its port, and somebody who acts by the plan.

``python -m tests.shift.agent FOLDER NAME PORT``. It keeps a journal of what it did, was told and saw, ends by
SIGTERM, and has no say in what is right.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from pathlib import Path

from tests.shift import plan as plans
from tests.shift.journal import Journal
from tests.shift.manner import Manner
from tui.backends.sqlite import SqliteBackend
from tui.config.file import SettingsFile
from tui.desk.contact import ContactId
from tui.desk.focus import Trust
from tui.deskloop.loop import DeskLoop, DeskOptions
from tui.link.view import View

LOOK_EVERY = 0.05
CLOSE_WITHIN = 12.0
"""Seconds in which an agent puts away what has ended, once the shift is over."""


class Eyes:
    """Notes in the journal what is new in each view: what the agent saw."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._stays: dict[ContactId, float] = {}
        self._seen: dict[ContactId, list[str]] = {}
        self._lost: set[str] = set()
        self._told = 0
        self._state: tuple[object, ...] = ()

    def look(self, view: View) -> None:
        """Note what is new."""
        self._queue(view)
        self._chats(view)
        for told in view.told:
            if told.number > self._told:
                self._told = told.number
                self._journal.add("told", title=told.title, text=told.text)
        desk = view.desk
        state = (desk.paused, desk.pause_auto, view.focus.state.value, view.door.state.value, view.rings_here)
        if state != self._state:
            self._state = state
            names = ("paused", "auto", "focus", "door", "rings_here")
            self._journal.add("state", **dict(zip(names, state, strict=True)))

    def _queue(self, view: View) -> None:
        stays = {id: contact.pending_since for id, contact in view.desk.pending.items()}
        for id, since in stays.items():
            if self._stays.get(id) != since:
                contact = view.desk.pending[id]
                returned = contact.returned.value if contact.returned else ""
                self._journal.add(
                    "waits", c=id, nick=contact.nick, since=since, returned=returned,
                    star=contact.addressed_to, group=contact.addressed_group,
                    by=contact.transferred_by, note=contact.transfer_note, reason=contact.return_reason,
                )  # fmt: skip
        for id in self._stays.keys() - stays.keys():
            self._journal.add("waits_no_more", c=id)
        self._stays = stays

    def _chats(self, view: View) -> None:
        chats = view.desk.chats
        for id, chat in chats.items():
            if id not in self._seen:
                self._seen[id] = []
                self._journal.add("has", c=id, nick=chat.contact.nick)
            seen = self._seen[id]
            ids = [message.id for message in chat.messages]
            if ids[: len(seen)] != seen:
                self._journal.add("torn", c=id, seen=seen, now=ids)
            for message in chat.messages[len(seen) :]:
                self._journal.add(
                    "saw", c=id, seq=message.seq, mid=message.id, sender=message.sender.value,
                    author=message.author, text=message.text,
                )  # fmt: skip
            self._seen[id] = list(ids)
            for out in chat.outgoing:
                if out.lost and out.id not in self._lost:
                    self._lost.add(out.id)
                    self._journal.add("lost", c=id, mid=out.id)
        for id in self._seen.keys() - chats.keys():
            self._journal.add("has_no_more", c=id, seen=len(self._seen.pop(id)))


def main(folder: Path, name: str, port: int) -> int:
    """One life of one agent's console."""
    place = folder / "agents" / name
    place.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=place / "deskbell.log", level=logging.INFO, format="%(asctime)s %(name)s: %(message)s"
    )
    life = len(list(place.glob("journal-*.jsonl"))) + 1
    journal = Journal(place / f"journal-{life}.jsonl")
    plan = plans.load(folder / "plan.json")
    began = float((folder / "began").read_text())
    stop, wake = threading.Event(), threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    desk = DeskLoop(
        DeskOptions(
            make_backend=lambda: SqliteBackend(folder / "data" / "deskbell.db"),
            settings_file=SettingsFile(folder / "agents" / f"{name}.toml"),
            data_dir=place,
            login_name=name,
            host="127.0.0.1",
            port=port,
            web=True,
            far_away=False,
            trust=Trust.TELLS if name == plans.LOOKING else Trust.UNPROVEN,
            trust_why="as the shift's plan says",
        ),
        wake.set,
    )
    journal.add("begins", life=life)
    desk.start()
    desk.wait_until_ready()
    journal.add("ready", life=life)
    eyes = Eyes(journal)
    manner = Manner(plan, name, life, began, desk, journal)
    closing_at = 0.0
    while True:
        wake.wait(LOOK_EVERY)
        wake.clear()
        desk.beat()
        view = desk.view()
        eyes.look(view)
        manner.act(view)
        if stop.is_set():
            closing_at = closing_at or time.monotonic()
            idle = not view.desk.chats and not view.desk.pending and not view.ringing
            if idle or time.monotonic() > closing_at + CLOSE_WITHIN:
                break
    journal.add(
        "last", pending=list(view.desk.pending), chats=list(view.desk.chats), ringing=list(view.ringing),
        passed=list(view.desk.passed),
    )  # fmt: skip
    desk.stop()
    journal.add("stopped", alive=desk.alive)
    return 1 if desk.alive else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
