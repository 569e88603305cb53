"""The search over all contacts: what is typed is looked for as it is typed, by name and by what was said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from tui.desk.found import SearchResult
from tui.link.archive import SearchPast
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.overlay import Overlay
from tui.screens.past.asking import next_number
from tui.screens.past.past_screen import PastScreen
from tui.screens.past.rows import found_row
from tui.widgets import glyphs
from tui.widgets.past_list import PastList

SHOWN_AT_MOST = 200
ASKED_AFTER = 0.12
"""Seconds after a key in which another may come, before it is asked for."""

SLOW_AFTER = 0.4
"""Seconds without an answer after which it is said that it is being searched."""
AGAIN_AFTER = 2.0
"""Seconds after which is asked again while not all can be searched yet."""

HINT = "Type names or words that were said; the beginning of a word is enough."


class SearchScreen(Overlay[None]):
    """Every contact there was, found by typing."""

    HELP = """Search all chats
    Finds contacts by the visitor's or an agent's name and by what was said in them, the newest first. All
    words must be there; the beginning of each is enough. Enter opens the transcript at the place found.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "back", "Back to the chats", show=False),
        Binding("up", "move('cursor', -1)", "Move in the list", show=False, priority=True),
        Binding("down", "move('cursor', 1)", "Move in the list", show=False, priority=True),
        Binding("pageup", "move('page', -1)", "Move by a page", show=False, priority=True),
        Binding("pagedown", "move('page', 1)", "Move by a page", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SearchScreen {
        layout: vertical;
        & > #title { height: 1; background: $panel; padding: 0 1; text-style: bold; }
        & > Input, & > Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
        & > #told { height: 1; background: $surface; padding: 0 1; color: $text-muted; }
        & > #told.-wrong { color: $text-error; height: auto; }
        & > #keys { height: 1; background: $panel; padding: 0 1; }
    }
    """

    def __init__(self, port: DeskPort, words: str = "") -> None:
        super().__init__()
        self._port = port
        self._words = words
        self._number = 0
        self._asked = ""
        self._drawn: SearchResult | None = None
        self._drawn_for = ""
        self._due: Timer | None = None
        self._later: Timer | None = None
        self.found = PastList(empty="", id="found")

    def compose(self) -> ComposeResult:
        """The question, what was found, how much of it."""
        yield Static("Search all chats", id="title", markup=False)
        yield Input(self._words, placeholder="who, or what was said", compact=True, max_length=200)
        yield self.found
        yield Static(Content(HINT), id="told", markup=False)
        yield Static("Enter opens  ↑↓ choose  Esc back", id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask at once for what was given."""
        self.query_one(Input).focus()
        self._ask()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._words = event.value
        if self._due is not None:
            self._due.stop()
        self._due = self.set_timer(ASKED_AFTER, self._ask)

    def _ask(self) -> None:
        words = self._words.strip()
        if words == self._asked:
            return
        self._asked = words
        if words:
            self._ask_for(words)
            self._do_later(SLOW_AFTER, self._say_searching)
        else:
            self._number = next_number()
            self._draw(SearchResult(), "")

    def _ask_for(self, words: str) -> None:
        self._number = next_number()
        self._port.send(SearchPast(self._number, words, SHOWN_AT_MOST))

    def _say_searching(self) -> None:
        self.query_one("#told", Static).update(Content(f"searching{glyphs.ELLIPSIS}"))

    def _do_later(self, seconds: float, work: Callable[[], None] | None) -> None:
        """Do this later, in place of what was to be done."""
        if self._later is not None:
            self._later.stop()
        self._later = self.set_timer(seconds, work) if work is not None else None

    async def show(self, view: View) -> None:
        """Draw the answer, if it is the one to what was asked last."""
        answer = view.archive.search
        if answer.number == self._number and self._asked:
            self._draw(answer.result, answer.problem)

    def _draw(self, result: SearchResult, problem: str) -> None:
        if result is not self._drawn or self._drawn_for != self._asked:
            self._do_later(AGAIN_AFTER, None if result.complete else partial(self._ask_for, self._asked))
            self.found.set_rows([found_row(one, self._asked) for one in result.found])
            if result.found and self._drawn_for != self._asked:
                self.found.action_edge(-1)
            self._drawn, self._drawn_for = result, self._asked
        told = self.query_one("#told", Static)
        told.set_class(bool(problem), "-wrong")
        told.update(Content(problem or self._told(result)))

    def _told(self, result: SearchResult) -> str:
        count = len(result.found)
        if not self._asked:
            return HINT
        if not count:
            said = "Nothing found."
        elif result.more:
            said = f"The newest {count}; there are more: type more to narrow it."
        else:
            said = "1 contact." if count == 1 else f"{count} contacts."
        return said if result.complete else f"{said} Older chats are still being made searchable."

    def action_move(self, what: str, by: int) -> None:
        """Move the cursor in the list; the keyboard stays in the question."""
        (self.found.action_page if what == "page" else self.found.action_cursor)(by)

    def action_back(self) -> None:
        """Back to the chats."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.found.action_choose()

    @on(PastList.PastChosen)
    def _chosen(self, event: PastList.PastChosen) -> None:
        found = self._drawn.found if self._drawn is not None else ()
        hit = next((one for one in found if one.contact.id == event.id), None)
        self.open_over(
            PastScreen(self._port, event.id, self._asked, hit.message.id if hit is not None else None)
        )
