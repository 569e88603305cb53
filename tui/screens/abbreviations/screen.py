"""The list of abbreviations (Alt+I): type to find one, Enter inserts it, another key sends it at once; here
they are written, changed and deleted, too. What is changed is saved at once and can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.config.schema import Settings
from tui.desk.contact import Contact, ContactId
from tui.link.commands import ChangeSetting, ResetSetting
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.abbreviations.editor import EditorScreen
from tui.screens.abbreviations.rows import TextList, TextRow, matching, rows_of, scope_words
from tui.screens.always import ALWAYS
from tui.screens.chat_words import names
from tui.screens.overlay import Dialog
from tui.text import clean, clean_line
from tui.typed.abbreviations import EVERYBODY, Abbreviation, Place, Scope, expanded, language_of

LOOK_EVERY = 0.2
"""Seconds between two looks at the settings."""
PREVIEW_LINES = 5
COMMON_LANGUAGES = ("de", "en", "es", "fr", "it")
"""Offered without being in the settings."""

HINTS = "Enter insert  Alt+Enter send  F4 edit  Ctrl+N new  Del delete  Ctrl+Z undo"

Undo = list[tuple[str, str | None]]
"""What to go back to, together: key and text before; None is nothing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer: a text, its fields filled in."""

    text: str
    send: bool
    """Whether to send it as it is; else it is put in at the cursor."""


class AbbreviationsScreen(Dialog[Taken | None]):
    """All of them, those of the open chat first."""

    HELP = """Abbreviations
    Texts that are written often, by a short name; those that count in the open chat stand first. Enter puts
    the one under the cursor into what you write, Alt+Enter sends it at once. Typing finds one by its name or
    its text; where nothing is typed, Del deletes the one under the cursor.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *ALWAYS,
        Binding("escape", "back", "Out of the search; then back to the console", show=False),
        Binding("alt+i", "dismiss(None)", "Close", show=False, priority=True),
        Binding("up", "move(-1)", "Move in the list", show=False, priority=True),
        Binding("down", "move(1)", "Move in the list", show=False, priority=True),
        Binding("pageup", "page(-1)", "Move by a page", show=False, priority=True),
        Binding("pagedown", "page(1)", "Move by a page", show=False, priority=True),
        Binding("ctrl+home", "edge(-1)", "To the first", show=False, priority=True),
        Binding("ctrl+end", "edge(1)", "To the last", show=False, priority=True),
        # Alt+Enter arrives as Ctrl+J from most terminals; Ctrl+Enter from few
        Binding("alt+enter,ctrl+j,ctrl+enter", "take(True)", "Send it at once", show=False, priority=True),
        Binding("f4", "change", "Change it", show=False, priority=True),
        Binding("ctrl+n,insert", "new", "Write a new one", show=False, priority=True),
        Binding("ctrl+z", "undo", "Take the last change back", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    AbbreviationsScreen {
        align: center middle;
        background: $background 60%;
        & > .box {
            border: round $primary;
            background: $surface;
            width: 100%;
            max-width: 110;
            height: 100%;
            max-height: 40;
            padding: 0 1;
        }
        Input, Input:focus { border: none; height: 1; padding: 0 1; margin-bottom: 1; }
        #preview { height: 6; border-top: solid $foreground 25%; }
        #keys { height: auto; color: $text-muted; }
    }
    """

    def __init__(self, port: DeskPort, contact: ContactId | None, words: str = "") -> None:
        """``contact``: whose chat is open; ``words``: what to look for at first."""
        super().__init__()
        self._port = port
        self._contact = contact
        self._words = words
        self._undo: list[Undo] = []
        self._drawn: tuple[Settings, Contact | None, str] | None = None
        self._waits_for = ""
        """A key the cursor goes to once it is there."""
        self.list = TextList(empty="Nothing fits. Esc shows all.")

    def compose(self) -> ComposeResult:
        """What is looked for, the list, the text in full, the keys."""
        with Vertical(classes="box") as box:
            box.border_title = "Abbreviations"
            yield Input(
                self._words, placeholder="type to find: name, text", compact=True, select_on_focus=False
            )
            yield self.list
            yield Static(markup=False, id="preview")
            yield Static(Content(HINTS), markup=False, id="keys")

    def on_mount(self) -> None:
        """Draw, and look again for as long as it is open."""
        self.query_one(Input).focus()
        self.set_interval(LOOK_EVERY, self._look)
        self._look()

    # drawing

    @property
    def _view(self) -> View:
        return self._port.view()

    @property
    def _spoken_to(self) -> Contact | None:
        chat = self._view.desk.chats.get(self._contact) if self._contact is not None else None
        return chat.contact if chat is not None else None

    def _look(self) -> None:
        settings, contact = self._view.settings, self._spoken_to
        if self._drawn == (settings, contact, self._words):
            return
        self._drawn = (settings, contact, self._words)
        rows = rows_of(settings, contact)
        found = matching(rows, self._words)
        self.list.empty = "Nothing fits. Esc shows all." if rows else "No abbreviation is defined yet."
        self.list.set_rows(found)
        if self._waits_for and any(self.list.key_of(row) == self._waits_for for row in found):
            self.list.move_to(ContactId(self._waits_for))
            self._waits_for = ""
        self._draw_about(rows)

    def _draw_about(self, rows: list[TextRow]) -> None:
        box = self.query_one(".box")
        here = sum(row.in_force for row in rows)
        contact = self._spoken_to
        count = f"{here} for {clean_line(contact.nick)}, {len(rows) - here} for others" if contact else ""
        box.border_subtitle = Content(count or f"{len(rows)} in all")
        self._draw_preview()

    def _draw_preview(self) -> None:
        row = self.list.current
        if row is not None:
            one = row.abbreviation
            said = clean(self._expanded(one), max_lines=PREVIEW_LINES)
        elif self._words:
            said = clean("Nothing has these words in its name or text.")
        else:
            said = clean(
                "Ctrl+N writes one here. Or write it into "
                f"{self._view.settings_path}:\n\n"
                '[abbreviations]\n_wm = "Welcome {nick}, I am {agent}. How can I help you?"'
            )
        self.query_one("#preview", Static).update(Content(said))

    def _expanded(self, one: Abbreviation) -> str:
        contact = self._spoken_to
        return expanded(one.text, names(self._view, contact)) if contact is not None else one.text.strip("\n")

    @on(TextList.TextHighlighted)
    def _highlighted(self) -> None:
        self._draw_preview()

    # finding and taking

    @on(Input.Changed)
    def _searched(self, event: Input.Changed) -> None:
        self._words = event.value
        self._look()
        self.list.action_edge(-1)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_take(False)

    @on(TextList.TextChosen)
    def _chosen(self) -> None:
        self.action_take(False)

    def action_take(self, send: bool) -> None:
        """Answer with the text under the cursor."""
        row = self.list.current
        if row is None:
            return
        if self._spoken_to is None:
            self._say("No chat is open to put it into. F4 edits it.")
        else:
            self.dismiss(Taken(self._expanded(row.abbreviation), send))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.list.action_cursor(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by windows."""
        self.list.action_page(by)

    def action_edge(self, which: int) -> None:
        """To the first or the last."""
        self.list.action_edge(which)

    def action_back(self) -> None:
        """Out of the search; then back to the console."""
        search = self.query_one(Input)
        if search.value:
            search.value = ""
        else:
            self.dismiss(None)

    # writing

    def action_new(self) -> None:
        """Write a new one; what was looked for and not found may become its name."""
        word = self._words.strip()
        name = word if word and " " not in word and self.list.current is None else ""
        self._edit(None, name)

    def action_change(self) -> None:
        """Change the one under the cursor."""
        if self.list.current is not None:
            self._edit(self.list.current.abbreviation)

    def _edit(self, before: Abbreviation | None, name: str = "") -> None:
        keys = {row.abbreviation.key for row in rows_of(self._view.settings, None)}
        taken = frozenset(keys - {before.key} if before is not None else keys)

        def written(after: Abbreviation | None) -> None:
            if after is None or after == before:
                return
            changes: Undo = [(after.key, after.text)]
            if before is not None and before.key != after.key:
                changes.append((before.key, None))
            self._waits_for = after.key
            with self.prevent(Input.Changed):
                self.query_one(Input).value = self._words = ""
            self._change(changes)

        self.open_over(EditorScreen(before, self._scopes(), taken, name), written)

    def _scopes(self) -> list[Scope]:
        """For whom one may be: everybody, every language and service that is known, this chat's first."""
        view, contact = self._view, self._spoken_to
        services = {*view.settings.services}
        services |= {one.service for one in view.desk.pending.values()}
        services |= {chat.contact.service for chat in view.desk.chats.values()}
        languages = {*view.settings.languages, *COMMON_LANGUAGES}
        spoken = language_of(view.settings, contact.service, contact.lang) if contact is not None else ""
        if spoken.isascii() and spoken.isalpha() and 2 <= len(spoken) <= 8:
            languages.add(spoken)
        own = contact.service if contact is not None else ""
        plain = sorted(
            (one for one in services if one and clean_line(one) == one), key=lambda one: one != own
        )
        return [
            EVERYBODY,
            *(Scope(Place.SERVICE, one) for one in plain),
            *(Scope(Place.LANGUAGE, one) for one in sorted(languages, key=lambda one: (one != spoken, one))),
        ]

    def action_delete(self) -> None:
        """Delete the one under the cursor; undo brings it back."""
        row = self.list.current
        if row is not None:
            one = row.abbreviation
            self._change([(one.key, None)])
            self._say(f"{one.name} for {scope_words(one.scope)} is deleted. Ctrl+Z brings it back.")

    def on_key(self, event: events.Key) -> None:
        """Del deletes the abbreviation where it has nothing to delete in the search."""
        search = self.query_one(Input)
        if event.key == "delete" and search.cursor_position >= len(search.value):
            event.stop()
            event.prevent_default()
            self.action_delete()

    def action_undo(self) -> None:
        """Take back the last change."""
        if not self._undo:
            self._say("There is nothing to undo.")
            return
        changes = self._undo.pop()
        self._waits_for = next((key for key, text in changes if text is not None), "")
        self._wish(changes)

    def _change(self, changes: Undo) -> None:
        """Save these, so that they can be undone."""
        before = {row.abbreviation.key: row.abbreviation.text for row in rows_of(self._view.settings, None)}
        self._undo.append([(key, before.get(key)) for key, _ in changes])
        self._wish(changes)

    def _wish(self, changes: Undo) -> None:
        for key, text in changes:
            self._port.send(ResetSetting(key) if text is None else ChangeSetting(key, text))
        self._look()

    def _say(self, text: str) -> None:
        self.notify(text, markup=False, timeout=4)
