"""The doctor's screen: what was examined, what it means, what to do. Who examines is handed in."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.color import Color as RichColor
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.link.findings import Area, Finding, Findings, State
from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog

Examine = Callable[[], Findings]
"""Examines everything; blocks for some seconds and never raises."""

SIGNS = {State.OK: "✓", State.WARNING: "!", State.FAULT: "✗", State.OFF: "–", State.UNKNOWN: "?"}
"""The state is always said in words as well."""

_STATE_CELLS, _TITLE_CELLS = 9, 15


class DoctorScreen(Dialog[None]):
    """Examines as soon as it opens, and again on R."""

    HELP = """Doctor
    Tries sound, popups, terminal, data and the visitor's door, and says what works. Where something
    does not, it says what to do, with the line to add where there is one. A tone may sound and a popup
    appear meanwhile.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape,q,f12,alt+d,enter", "dismiss(None)", "Close", show=False),
        Binding("r", "examine", "Examine again", show=False),
    ]
    DEFAULT_CSS = """
    DoctorScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            padding: 0 1;
            width: 104;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            scrollbar-size-vertical: 1;
        }
        Static { padding-right: 1; }
    }
    """

    class Examined(Message):
        """The examination is over."""

        def __init__(self, found: Findings) -> None:
            super().__init__()
            self.found = found

    def __init__(self, examine: Examine) -> None:
        super().__init__()
        self._examine = examine
        self._under_way = False

    def compose(self) -> ComposeResult:
        """One list."""
        with VerticalScroll(classes="box") as box:
            box.border_title = "Doctor"
            yield Static(Content("Checking …"), markup=False)

    def on_mount(self) -> None:
        """Begin at once; the arrows scroll."""
        self.query_one(VerticalScroll).focus()
        self.action_examine()

    def action_examine(self) -> None:
        """Examine, unless that is going on."""
        if self._under_way:
            return
        self._under_way = True
        box = self.query_one(VerticalScroll)
        box.border_subtitle = "checking: a tone may sound, a popup appear · Esc closes"
        # Not a worker: leaving the console would wait for it.
        threading.Thread(target=self._examine_aside, name="doctor-screen", daemon=True).start()

    def _examine_aside(self) -> None:
        found = self._examine()
        with contextlib.suppress(RuntimeError):  # the console was left meanwhile
            self.post_message(self.Examined(found))

    def on_doctor_screen_examined(self, event: Examined) -> None:
        """Show what was found."""
        self._under_way = False
        self.query_one(VerticalScroll).border_subtitle = "R examines again · Esc closes"
        self.query_one(Static).update(_report(event.found, _styles(self.app.theme_variables)))


def _styles(colours: Mapping[str, str]) -> dict[State, Style]:
    """Colours of the states in the theme whose variables these are."""
    return {
        State.OK: Style(color=_colour(colours["text-success"])),
        State.WARNING: Style(color=_colour(colours["text-warning"])),
        State.FAULT: Style(color=_colour(colours["text-error"]), bold=True),
        State.OFF: Style(dim=True),
        State.UNKNOWN: Style(),
    }


def _colour(wanted: str) -> RichColor:
    return Color.parse(wanted).rich_color


def _report(found: Findings, styles: Mapping[State, Style]) -> Group:
    """The summary first, for it may be all that is read; then state, title and meaning, by area."""
    parts: list[RenderableType] = [Text(found.summary, "bold" if found.ok else styles[State.FAULT])]
    for area in Area:
        here = [one for one in found.all if one.area is area]
        if not here:
            continue
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=_STATE_CELLS)
        table.add_column(width=_TITLE_CELLS)
        table.add_column(ratio=1, overflow="fold")
        for one in here:
            state = Text(f"{SIGNS[one.state]} {one.state}", styles[one.state])
            table.add_row(state, Text(one.title), _told(one))
        parts += [Text(), Text(area.value.upper(), "bold"), table]
    return Group(*parts)


def _told(one: Finding) -> Text:
    text = Text(one.says)
    if one.cure:
        text.append(f"\n→ {one.cure}")
    if one.line:
        text.append(f"\n    {one.line}", "bold")
    return text
