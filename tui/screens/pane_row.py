"""The chats' part of the main screen: a line of tabs with all of them, and beneath one to four side by side.

Which stand side by side: the ones used last, as many as the agent wants and there is room for. A chat that
comes into sight takes the place of the one that makes room, so that the others stay where they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from tui.desk.contact import ContactId
from tui.desk.events import ChatShown
from tui.desk.letter import why_unanswerable
from tui.desk.state import Chat
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.pane import ChatPane
from tui.widgets.rows import ChatRow
from tui.widgets.tab_line import TabLine
from tui.widgets.welcome import Welcome

PANE_CELLS = 38
"""Cells a pane needs; where there are fewer, fewer panes stand side by side."""
PANES_AT_MOST = 4
TABS_FROM = 2
"""Chats from which there is a line of tabs."""


class Keyboard(Enum):
    """What became of the keyboard when chats came and went."""

    STAYS = "stays"
    ENTERED = "entered"
    """It went into the chat that has become the current one."""
    HOMELESS = "homeless"
    """The chat it was in has gone, and there is no other."""


class PaneRow(Vertical):
    """Every chat in a pane of its own, a few of them in sight."""

    class Settled(Message):
        """Other chats are in sight than before, because there is more or less room."""

    DEFAULT_CSS = """
    PaneRow {
        width: 1fr;
        & > TabLine { display: none; border-left: vkey $panel; }
        &.-tabs > TabLine { display: block; }
        & > Horizontal { height: 1fr; }
        & .hidden { display: none; }
    }
    """

    def __init__(self, port: DeskPort, gone: Callable[[ChatPane, View], bool]) -> None:
        """``gone`` is told of a pane whose chat has gone, before it is taken away; it answers whether it sees
        to the keyboard that was there."""
        super().__init__(id="pane-row")
        self._port = port
        self._gone = gone
        self.panes: dict[ContactId, ChatPane] = {}
        self.tabs = TabLine(id="tabs")
        self._welcome = Welcome(id="welcome")
        """Not looked up when it is drawn: the console may be closing, and has taken it away."""
        self._recent: list[ContactId] = []
        """Chats by when they were last the current one, latest last."""
        self._slots: list[ContactId] = []
        """The chats in sight, from left to right."""
        self._chats: Mapping[ContactId, Chat] = {}
        self._choices = 0
        """How many times a chat was chosen here."""
        self._most = 1
        self.zoomed = False
        """Whether one pane has all the room."""

    def compose(self) -> ComposeResult:
        """Tabs, and beneath them the panes or what is said where there are none."""
        yield self.tabs
        with Horizontal(id="panes"):
            yield self._welcome

    @property
    def room(self) -> int:
        """How many panes fit side by side."""
        return max(1, self.size.width // PANE_CELLS)

    @property
    def shown(self) -> list[ContactId]:
        """The chats in sight, from left to right."""
        return self._slots

    @property
    def front(self) -> ContactId | None:
        """The chat used last: here at once, where the desk's word of it takes a moment."""
        return next((id for id in reversed(self._recent) if id in self.panes), None)

    def choose(self, id: ContactId, instead_of: ContactId | None = None) -> None:
        """The agent goes to this chat: here at once, and by the desk's word."""
        self.to_front(id)
        self._choices += 1
        self._port.tell(ChatShown(id, instead_of, self._choices))

    def as_chosen(self, view: View) -> View:
        """A view made before the desk had heard of the last choice, with that choice in it: else it would
        take the keyboard back to the chat before, and the next words to another visitor."""
        front = self.front
        if view.desk.shown >= self._choices or front not in view.desk.chats:
            return view
        return replace(view, desk=replace(view.desk, current=front))

    async def match(self, view: View, writing: Callable[[], bool], idle: bool) -> Keyboard:
        """A pane for each chat; a new one gets the keyboard if it is the current chat, unless the agent is
        ``writing`` elsewhere: then they are left there. ``idle``: the keyboard is where no words are written,
        so that the first chat of all may have it."""
        chats = self._chats = view.desk.chats
        self._most = view.settings.chats.panes
        orphaned = False
        for id in [id for id in self.panes if id not in chats]:
            pane = self.panes.pop(id)
            self._recent = [other for other in self._recent if other != id]
            had = pane.has_focus_within
            orphaned = (not self._gone(pane, view) and had) or orphaned
            await pane.remove()
        fresh = [id for id in chats if id not in self.panes]
        for id in fresh:
            self.panes[id] = ChatPane(id, view.desk.me, why_unanswerable(chats[id].contact))
        if fresh:
            await self.query_one("#panes").mount_all([self.panes[id] for id in fresh])
        current = self.as_chosen(view).desk.current  # he may have chosen while the panes came and went
        keyboard = Keyboard.STAYS
        if current not in chats and chats:
            # The chat that was open has gone: the one used before it takes its place, keyboard and all.
            known = [id for id in self._recent if id in chats]
            current = known[-1] if known else list(chats)[-1]
            self._port.tell(ChatShown(current, instead_of=view.desk.current or ContactId("")))
            self.to_front(current)
            orphaned = orphaned or (not known and idle)
        elif current in self.panes and self.front not in (None, current) and writing():
            self.choose(self._recent[-1])
        elif current in self.panes and (not self._recent or self._recent[-1] != current):
            self.to_front(current)
            if not writing():
                self.panes[current].enter()
                keyboard = Keyboard.ENTERED
        if orphaned and current in self.panes:
            self.panes[current].enter()
        elif orphaned:
            keyboard = Keyboard.HOMELESS
        self.settle()
        return keyboard

    def to_front(self, id: ContactId) -> None:
        """This chat is now the one used last, and in sight."""
        self._recent = [other for other in self._recent if other != id and other in self.panes] + [id]
        self.panes[id].remove_class("hidden")

    def show(
        self, view: View, end_key: str, rows: Sequence[ChatRow], now: float, *, copy_key: str = ""
    ) -> None:
        """Bring tabs and panes up to date; the rows are those of the list of chats, as at ``now``."""
        by_id = {row.id: row for row in rows}
        for id, pane in self.panes.items():
            if id in by_id and id in view.desk.chats:
                pane.show(view.desk.chats[id], by_id[id], now, end_key, copy_key)
        self.set_class(len(rows) >= TABS_FROM, "-tabs")
        self.tabs.set_rows(rows)

    def tick(self, now: float | None = None) -> None:
        """Once a second: what counts the time."""
        now = time.time() if now is None else now
        self.tabs.tick(now)
        for id in self._slots:
            if id in self.panes:
                self.panes[id].tick(now)

    def settle(self) -> None:
        """Put the chats that shall be in sight side by side, where they stood before."""
        room = 1 if self.zoomed else min(self._most, self.room)
        written_in = [id for id, pane in self.panes.items() if pane.has_focus_within]
        recent = [id for id in self._recent if id not in written_in] + written_in
        self._slots = arranged(self._slots, self._chats, recent, room)
        row = self.query_one("#panes")
        before = None
        for id in self._slots:
            pane = self.panes.get(id)
            if pane is None:
                continue
            if before is not None and row.children.index(pane) < row.children.index(before):
                row.move_child(pane, after=before)
            before = pane
        for id, pane in self.panes.items():
            pane.set_class(id not in self._slots, "hidden")
        self._welcome.set_class(bool(self._slots), "hidden")

    def welcome(self, words: str, link: str) -> None:
        """What is said where no chat is open, with the visitor's page in it."""
        self._welcome.say(words, link)

    def on_resize(self) -> None:
        """More or less room."""
        before = list(self._slots)
        self.settle()
        if before != self._slots:
            self.post_message(self.Settled())


def arranged(
    before: Sequence[ContactId], chats: Mapping[ContactId, Chat], recent: Sequence[ContactId], room: int
) -> list[ContactId]:
    """Which chats are in sight, from left to right: those used last, each where it stood before; a new one in
    the place of one that makes room, or by its number."""
    known = [id for id in recent if id in chats]
    by_use = [id for id in chats if id not in known][::-1] + known
    chosen = set(by_use[-room:])
    fresh = [id for id in chats if id in chosen and id not in before]
    places: list[ContactId | None] = [id if id in chosen else None for id in before]
    for index, id in enumerate(places):
        if id is None and fresh:
            places[index] = fresh.pop(0)
    after = [id for id in places if id is not None]
    for new in fresh:
        at = next((i for i, id in enumerate(after) if chats[id].number > chats[new].number), len(after))
        after.insert(at, new)
    return after
