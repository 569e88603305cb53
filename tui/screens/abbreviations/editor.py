"""One abbreviation to be written: its name, for whom it is, its text of one or several lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.config.fields import UnfitError, setting
from tui.config.limits import Abbreviation as NameLimit
from tui.screens.abbreviations.rows import scope_words
from tui.screens.overlay import Dialog
from tui.screens.settings.dialogs import AskScreen
from tui.typed.abbreviations import EVERYBODY, Abbreviation, Place, Scope
from tui.widgets.multiline import MultilineInput

FIELDS = "{nick}, {agent} and {service} are filled in; Enter begins a new line."


class ScopeLine(Static, can_focus=True):
    """For whom: ← and → go through the choices."""

    HELP = """You say for whom it is
    An abbreviation can be for everybody, for a language or for a service; the narrower one counts first.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Another choice", show=False),
        Binding("right,space", "step(1)", "Another choice", show=False),
    ]

    def __init__(self, scopes: Sequence[Scope], scope: Scope) -> None:
        super().__init__(markup=False, id="scope")
        self._scopes = scopes if scope in scopes else [*scopes, scope]
        self._at = list(self._scopes).index(scope)

    @property
    def scope(self) -> Scope:
        """The one chosen."""
        return self._scopes[self._at]

    def on_mount(self) -> None:
        """Show it."""
        self.action_step(0)

    def action_step(self, by: int) -> None:
        """To the neighbour, round and round."""
        self._at = (self._at + by) % len(self._scopes)
        kind = "" if self.scope.place is Place.ALL else f"{self.scope.place} "
        self.update(Content(f"‹ {kind}{scope_words(self.scope)} ›"))

    def on_click(self) -> None:
        """A click goes on by one."""
        self.action_step(1)


class EditorScreen(Dialog[Abbreviation | None]):
    """Write a new one or change one. Answers with it once it can stand."""

    HELP = """An abbreviation to write
    Its name, for whom it is, and its text, which may have several lines. Where the text says {nick}, {agent}
    or {service}, the name is filled in when it is used. Tab goes on to the next field.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave it; asks when something was written", show=False, priority=True),
        Binding("ctrl+s,ctrl+enter", "save", "Save it", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    EditorScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 78;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            padding: 0 1;
        }
        .label { color: $text-muted; height: 1; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; margin-bottom: 1; }
        #scope { height: 1; margin-bottom: 1; }
        #scope:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
        TextArea, TextArea:focus { border: none; height: 8; padding: 0; }
        #wrong { color: $text-error; height: auto; min-height: 1; }
    }
    """

    def __init__(
        self,
        abbreviation: Abbreviation | None,
        scopes: Sequence[Scope],
        taken: frozenset[str],
        name: str = "",
    ) -> None:
        """``abbreviation``: the one to be changed; None makes a new one. ``taken``: keys of the others."""
        super().__init__()
        self._before = abbreviation
        self._scopes = scopes
        self._taken = taken
        self._first_name = abbreviation.name if abbreviation is not None else name

    def compose(self) -> ComposeResult:
        """Name, for whom, text, and what is wrong."""
        before = self._before
        with Vertical(classes="box") as box:
            box.border_title = Content("New abbreviation" if before is None else f"Change {before.name}")
            box.border_subtitle = "Tab goes on · Ctrl+S saves · Esc leaves it"
            yield Static("Name, with its underscore", classes="label", markup=False)
            yield Input(self._first_name, placeholder="_wm", compact=True, select_on_focus=False, id="name")
            yield Static("For: ← → everybody, a language, a service", classes="label", markup=False)
            yield ScopeLine(self._scopes, before.scope if before is not None else EVERYBODY)
            yield Static(FIELDS, classes="label", markup=False)
            text = before.text.strip("\n") if before is not None else ""
            yield MultilineInput(
                text, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id="text"
            )
            yield Static("", id="wrong", markup=False)

    def on_mount(self) -> None:
        """Begin where something is to be written."""
        area = self.query_one(MultilineInput)
        area.cursor_blink = False
        if self._before is not None:
            area.focus()
            area.move_cursor(area.document.end)
        else:
            self.query_one(Input).focus()

    @property
    def _written(self) -> Abbreviation:
        name = self.query_one("#name", Input).value.strip()
        if name and not name.startswith("_"):
            name = f"_{name}"
        return Abbreviation(
            name, self.query_one(MultilineInput).text.rstrip(), self.query_one(ScopeLine).scope
        )

    def action_save(self) -> None:
        """Answer, if it can stand."""
        written = self._written
        wrong = self._fault(written)
        if wrong:
            self.query_one("#wrong", Static).update(Content(wrong))
        else:
            self.dismiss(written)

    def _fault(self, written: Abbreviation) -> str:
        limit = NameLimit()
        if not limit.admits(written.name):
            return f"The name must be {limit.words}."
        if written.key in self._taken:
            return f"{written.name} is defined for {scope_words(written.scope)} already: change that one."
        try:
            setting(written.key).fit(written.text)
        except UnfitError as error:
            return f"It must be {error}."
        return ""

    def action_leave(self) -> None:
        """Leave; ask first when something was written."""
        before = self._before or Abbreviation(self._first_name, "")
        written = self._written
        if written.text == before.text.strip("\n").rstrip() and (written.name or before.name) == before.name:
            self.dismiss(None)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)

        question = "What you have written here has not been saved."
        self.open_over(AskScreen("Leave it?", question, "Leave it (Y)", "Go on writing (N)"), answered)

    @on(Input.Submitted)
    def _named(self) -> None:
        self.query_one(ScopeLine).focus()

    def on_key(self, event: events.Key) -> None:
        """Whatever was wrong is being mended."""
        if event.key == "enter" and isinstance(self.focused, ScopeLine):
            self.query_one(MultilineInput).focus()
        self.query_one("#wrong", Static).update(Content(""))
