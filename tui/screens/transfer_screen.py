"""A small screen to pass a contact on: to whom, out of those who are there, and with what note."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.desk.contact import Contact
from tui.link.commands import Transfer
from tui.link.view import View
from tui.screens.always import ALWAYS
from tui.screens.overlay import Dialog
from tui.screens.targets import Presence, Target, matching, targets
from tui.text import admit, clean_line
from tui.widgets.choices import Choices
from tui.widgets.lines import fit

NAME_CELLS = 22
LOOK_EVERY = 1.0
NOBODY_HERE = (
    "Nobody else is here. A contact can be passed on to an agent who has a console open, and to groups: "
    "those are set under [agent] in the settings."
)


class TransferScreen(Dialog[Transfer | None]):
    """Answers with the wish; None when the agent thinks better of it."""

    HELP = """Pass the contact on
    Choose a colleague who is here, or a group; typing narrows the list. Then write a note, which only
    colleagues see, and press Enter. If nobody accepts it in time, it comes back to you; nobody is lost.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "dismiss(None)", "Close", show=False, priority=True),
        Binding("enter", "go_on", "To the note; then pass it on", show=False, priority=True),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    TransferScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 64;
            max-width: 96%;
            height: auto;
            max-height: 96%;
            padding: 0 1;
        }
        Input, Input:focus { border: none; height: 1; padding: 0; }
        OptionList, OptionList:focus {
            border: none; padding: 0; height: auto; max-height: 12; min-height: 1; background: transparent;
            margin: 1 0;
        }
        #said { height: auto; color: $text-muted; }
        #said.-wrong { color: $text-error; }
    }
    """

    def __init__(self, contact: Contact, view: Callable[[], View]) -> None:
        """``view`` is asked now and then: colleagues come, go and pause meanwhile."""
        super().__init__()
        self._contact = contact
        self._view = view
        self._shown: list[Target] = []

    def compose(self) -> ComposeResult:
        """Search, those who are there, the note."""
        with Vertical(classes="box") as box:
            box.border_title = Content(f"Pass on {clean_line(self._contact.nick)}")
            box.border_subtitle = "↑ ↓ choose · Enter · Esc closes"
            yield Input(placeholder="to whom: type to search", compact=True, id="whom", max_length=80)
            choices = Choices(markup=False)
            choices.can_focus = False  # the arrows move in it from either line; Tab is for the lines
            yield choices
            yield Input(
                placeholder="note for the colleague, Enter sends",
                compact=True,
                select_on_focus=False,
                id="note",
                max_length=500,
            )
            yield Static(markup=False, id="said")

    def on_mount(self) -> None:
        """Search first."""
        self._draw()
        self.query_one("#whom", Input).focus()
        self.set_interval(LOOK_EVERY, self._draw)

    def _draw(self) -> None:
        """Those who are there now and fit; the one chosen stays chosen."""
        choices = self.query_one(OptionList)
        before = self._chosen()
        found = targets(self._view(), time.time())
        shown = matching(found, self.query_one("#whom", Input).value)
        if shown != self._shown:
            self._shown = shown
            choices.clear_options()
            choices.add_options(Option(Content(self._line(one)), id=one.id) for one in shown)
            ids = [one.id for one in shown]
            if shown:
                choices.highlighted = ids.index(before.id) if before and before.id in ids else 0
        self._say(found)

    def _line(self, one: Target) -> str:
        name = fit(one.name, max(NAME_CELLS, min(30, cell_len(one.name))))
        return f"{one.sign} {name} {one.told}"

    def _say(self, found: list[Target]) -> None:
        """What will become of it, or why it cannot be done."""
        chosen = self._chosen()
        seconds = self._view().settings.chats.transfer_time
        if not found:
            text = NOBODY_HERE
        elif chosen is None:
            text = "None of them fits."
        elif chosen.presence is Presence.AWAY:
            who = "Nobody there is ready" if chosen.group else f"{chosen.name} is paused"
            text = f"{who}: it will not ring, and comes back to you after {seconds} s."
        else:
            text = f"Rings there; if not accepted within {seconds} s it comes back to you."
        said = self.query_one("#said", Static)
        said.update(Content(text))

    def _chosen(self) -> Target | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def action_move(self, by: int) -> None:
        """Move the cursor in the list; the keyboard stays where it is."""
        choices = self.query_one(OptionList)
        if by < 0:
            choices.action_cursor_up()
        else:
            choices.action_cursor_down()

    @on(Input.Changed, "#whom")
    def _searched(self) -> None:
        self._draw()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._say(self._shown)

    def action_go_on(self) -> None:
        """Enter goes on to the note, before the next key is asked where it belongs; there it sends."""
        note = self.query_one("#note", Input)
        if self.focused is note:
            raise SkipAction
        self.set_focus(note)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.set_focus(self.query_one("#note", Input))

    @on(Input.Submitted, "#note")
    def _send(self) -> None:
        self._draw()  # what was typed into the search may not have been looked up yet
        chosen = self._chosen()
        if chosen is not None:
            note = admit(self.query_one("#note", Input).value.strip(), blank_allowed=True)
            self.dismiss(Transfer(self._contact.id, chosen.agent, chosen.group, note))
