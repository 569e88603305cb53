"""The alert log on the screen: why it sounds now, and the last thousand decisions, newest first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.alerts.plan import Channel, Decision, Verdict
from tui.desk.contact import ContactId
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog
from tui.screens.why import sounding_now
from tui.text import CleanText
from tui.widgets import figures, glyphs
from tui.widgets.line_list import LineList
from tui.widgets.lines import Line, fit

LOOK_EVERY = 0.25
"""Seconds between two looks at the newest view."""

TIME, NAME_MIN, NAME_MAX, VERDICT = 8, 8, 20, 12
"""Cells."""

LOUD = frozenset({Verdict.RINGS, Verdict.RINGS_LOUDER, Verdict.SOUNDS_ONCE, Verdict.CHIMES, Verdict.POPS_UP})


@dataclass(frozen=True, slots=True)
class Preset:
    """The contact a log is opened for."""

    contact: ContactId
    nick: CleanText


class DecisionList(LineList[Decision], can_focus=False):
    """Decisions, one a line. The keyboard stays in the filter."""

    class CursorMoved(Message):
        """The cursor has come to another decision."""

    DEFAULT_CSS = "DecisionList { height: 1fr; }"

    _nick_cells = NAME_MIN

    @property
    def row_height(self) -> int:
        """One line always: many are to be seen at once."""
        return 1

    def key_of(self, row: Decision) -> ContactId:
        """The decision itself: the same object for as long as it is kept."""
        return ContactId(str(id(row)))

    def post_highlighted(self, key: ContactId) -> None:
        """Say that the cursor has come to another decision."""
        self.post_message(self.CursorMoved())

    def ticking(self, row: Decision, now: float) -> object:
        """Nothing changes with time."""
        return None

    def rows_given(self) -> None:
        """Measure the names, so that they do not shift while scrolling."""
        widest = max((cell_len(nick) for nick in {row.nick for row in self.rows}), default=0)
        self._nick_cells = max(NAME_MIN, min(NAME_MAX, widest))

    def draw_row(self, row: Decision, part: int, width: int, is_cursor: bool) -> Line:
        """When, by which way, who, what, why."""
        plain, muted = self.row_pen(is_cursor), self.row_pen(is_cursor, "list--muted")
        loud = self.row_pen(is_cursor, "list--strong") if row.verdict in LOUD else plain
        line = Line().put(glyphs.CURSOR if is_cursor else " ", plain)
        line.put(fit(time.strftime("%H:%M:%S", time.localtime(row.at)), TIME) + " ", muted)
        line.put((glyphs.AUDIO if row.channel is Channel.AUDIO else glyphs.POPUPS) + " ", plain)
        line.put(fit(row.nick, self._nick_cells) + " ", self.row_pen(is_cursor, "list--strong"))
        line.put(fit(row.verdict.value, VERDICT) + " ", loud)
        return line.put(fit(row.reason, width - line.cells), plain)

    @property
    def chosen(self) -> Decision | None:
        """The decision under the cursor."""
        return next((row for row in self.rows if self.key_of(row) == self.cursor), None)


class AlertLogScreen(Dialog[None]):
    """Opened by key, menu or palette; typing filters, the arrows move."""

    HELP = """Alert log
    Says why it sounds now, and for each of the last thousand decisions why it rang, popped up or kept
    silent, newest first. Typing shows only those about a name, a service or a reason; the one under the
    cursor stands in full at the bottom.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "back", "Show all again; then close", show=False),
        Binding("f11,alt+l", "dismiss(None)", "Close", show=False),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
        Binding("pageup", "page(-1)", "Move by a page", show=False, priority=True),
        Binding("pagedown", "page(1)", "Move by a page", show=False, priority=True),
        Binding("ctrl+home", "edge(-1)", "To the newest", show=False, priority=True),
        Binding("ctrl+end", "edge(1)", "To the oldest", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    AlertLogScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 100%;
            max-width: 140;
            height: 100%;
            padding: 0 1;
        }
        #now { height: auto; max-height: 3; text-style: bold; }
        #now.-sounding { color: $text-warning; }
        #filter-line { height: 1; margin-top: 1; margin-bottom: 1; }
        #filter-line Static { width: auto; color: $text-muted; }
        #filter-line Input, #filter-line Input:focus { border: none; height: 1; padding: 0; width: 1fr; }
        #whole { height: 2; color: $text-muted; }
    }
    """

    def __init__(self, port: DeskPort, preset: Preset | None = None) -> None:
        """``preset``: show only this contact's decisions at first."""
        super().__init__()
        self._port = port
        self._preset = preset
        self._decisions: tuple[Decision, ...] = ()
        self._sought = ""
        self._seen: View | None = None
        self.list = DecisionList(empty="No decision yet: nobody has come in since the console started.")

    def compose(self) -> ComposeResult:
        """What sounds now, the filter, the decisions, and the chosen one in full."""
        with Vertical(classes="box") as box:
            box.border_title = "Alert log"
            box.border_subtitle = "type to filter · ↑ ↓ PgUp PgDn · Esc closes"
            yield Static(markup=False, id="now")
            with Horizontal(id="filter-line"):
                yield Static("Filter: ", markup=False)
                text = str(self._preset.nick) if self._preset is not None else ""
                yield Input(text, placeholder="a name, a service, a reason", id="filter", compact=True)
            yield self.list
            yield Static(markup=False, id="whole")

    def on_mount(self) -> None:
        """Draw, and look again for as long as it is open."""
        self.query_one(Input).focus()
        self.set_interval(LOOK_EVERY, self._look)
        self._look()

    def _look(self) -> None:
        """Take in the newest view; costs nothing when nothing has changed."""
        view = self._port.view()
        if view is not self._seen:
            self._seen = view
            self._tell_now(view)
        sought = self.query_one(Input).value
        if view.decisions is not self._decisions or sought != self._sought:
            self._decisions, self._sought = view.decisions, sought
            self._show()

    def _tell_now(self, view: View) -> None:
        text, sounding = sounding_now(view)
        now = self.query_one("#now", Static)
        now.set_class(sounding, "-sounding")
        now.update(Content(f"{glyphs.RINGING} {text}" if sounding else text))

    def _show(self) -> None:
        rows = self._fitting()
        self.list.empty = (
            f"No decision about “{self._sought}”."
            if self._decisions
            else "No decision yet: nobody has come in since the console started."
        )
        self.list.set_rows(rows)
        count = (
            f"{len(rows)} of {len(self._decisions)}" if len(rows) < len(self._decisions) else f"{len(rows)}"
        )
        self.query_one(".box").border_title = f"Alert log · {count}"
        self._tell_whole()

    def _fitting(self) -> Sequence[Decision]:
        """Those the filter lets through, newest first."""
        newest_first = self._decisions[::-1]
        if self._preset is not None and self._sought == self._preset.nick:
            return [one for one in newest_first if one.contact == self._preset.contact]
        sought = self._sought.casefold().strip()
        if not sought:
            return newest_first
        return [one for one in newest_first if sought in f"{one.nick} {one.verdict} {one.reason}".casefold()]

    def _tell_whole(self) -> None:
        """The decision under the cursor in full: on a narrow screen its line is cut."""
        chosen = self.list.chosen
        text = ""
        if chosen is not None:
            day = figures.day_name(chosen.at)
            text = f"{day}, {chosen.event}, {chosen.channel}: {chosen.verdict}: {chosen.reason}"
        self.query_one("#whole", Static).update(Content(text))

    @on(DecisionList.CursorMoved)
    def _cursor_moved(self) -> None:
        self._tell_whole()

    @on(Input.Changed)
    def _filter_changed(self) -> None:
        self._look()

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.list.action_cursor(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by windows."""
        self.list.action_page(by)

    def action_edge(self, which: int) -> None:
        """Move the cursor to the newest or the oldest."""
        self.list.action_edge(which)

    def action_back(self) -> None:
        """Show all again; from there, close."""
        filter_ = self.query_one(Input)
        if filter_.value:
            filter_.value = ""
        else:
            self.dismiss(None)
