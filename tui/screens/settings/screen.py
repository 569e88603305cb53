"""The settings screen (F9): rows by section, a search over all of them, the explanation of one.

It shows the view and sends wishes: what a value is comes back from the desk, whoever changed it. Here are
search, undo and what a key does to a row; which rows there are is in ``catalogue``, what they say in
``look``.
"""

from __future__ import annotations

import time
from typing import ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.alerts.plan import AlertEvent
from tui.config.fields import Setting, UnfitError, setting
from tui.desk.contact import ContactId
from tui.desk.events import ChannelName, RingSilenced
from tui.link.commands import (
    AskPermission,
    PreviewTone,
    ResetSetting,
    TestAlert,
)
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.always import always
from tui.screens.command_table import BY_ID
from tui.screens.keymap import Keymap
from tui.screens.overlay import Overlay
from tui.screens.settings import look, values
from tui.screens.settings.catalogue import SECTION_NAMES, Kind, Row, all_rows, matching
from tui.screens.settings.dialogs import AskScreen, ChoiceScreen, LineScreen
from tui.screens.settings.record import RecordScreen, clash
from tui.screens.settings.row_list import RowList, ShownRow
from tui.screens.settings.shelf import ToneShelf
from tui.screens.settings.values import Value
from tui.screens.themes import in_order
from tui.text import clean_line
from tui.widgets import glyphs

SECTIONS_FROM = 70
"""Cells from which the sections stand at the left."""

COUNTS_FOR = 1.5
"""Seconds for which a wish counts as the value, until the desk has answered."""

OWN_WORDS = {
    Kind.TONE: "a file of your own, by its path …",
    Kind.COLOUR: "a colour of your own, as #rrggbb …",
}
"""What is offered below the list where the agent may type a value."""

HINTS = "Enter change  ←→ step  Del default  Ctrl+Z undo  / search  Tab section  Esc"

SEARCH_HINTS = "Type to search  Enter or ↓ to what was found  Esc shows all settings"

Undo = list[tuple[str, Value | None]]
"""What to go back to, together: key and value before; None is the default."""


class SettingsScreen(Overlay[None]):
    """Every setting, by keys alone."""

    HELP = """Settings
    Every setting, with its value and below the list its explanation. What you change acts at once and
    is saved in the settings file, whose comments stay; a dot marks what is not the default. Enter
    changes the row under the cursor, the left and right arrow step through its values, and Ctrl+Z takes
    the last change back.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *always("accept-longest", "pause"),
        Binding("escape", "back", "Out of the search, show all; then back to the console", show=False),
        Binding("f9", "close", "Back to the console", id="settings", show=False, priority=True),
        Binding("slash,ctrl+f", "search", "Search in all settings", show=False),
        Binding("tab", "section(1)", "Next section", show=False),
        Binding("shift+tab", "section(-1)", "Section before", show=False),
        Binding("right", "step(1)", "Next value, value before", show=False),
        Binding("left", "step(-1)", "Next value, value before", show=False),
        Binding("space", "choose", "Change it", show=False),
        Binding("delete,r", "reset", "Back to the default", show=False),
        Binding("ctrl+z", "undo", "Take the last change back", show=False, priority=True),
        Binding("f5", "silence", id="silence", show=False, priority=True),
        Binding("f6", "master('audio')", id="toggle-audio", show=False, priority=True),
        Binding("f7", "master('desktop')", id="toggle-popups", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    SettingsScreen {
        layout: vertical;
        #top { height: 1; background: $panel; }
        #title { width: auto; text-style: bold; padding: 0 1; }
        #place { width: 1fr; color: $text-muted; text-align: right; padding: 0 1; }
        #search, #search:focus { background: $surface; padding: 0 1; }
        #middle { height: 1fr; }
        #rows { width: 1fr; }
        #sections { width: 14; color: $text-muted; padding: 0 0 0 1; }
        #about { height: 4; background: $surface; padding: 0 1; }
        #keys { height: 1; background: $panel; padding: 0 1; }
    }
    """

    def __init__(self, port: DeskPort, keys: Keymap, tones: ToneShelf) -> None:
        super().__init__()
        self._port = port
        self._keymap = keys
        self._tones = tones
        self._view = port.view()
        self._words = ""
        self._undo: list[Undo] = []
        self._wished: dict[str, tuple[Value | None, float]] = {}
        """What was asked for and not answered yet, by key, with when."""
        self._summons = self._view.summons.number if self._view.summons else 0
        self._composed = False
        self._title = ""
        self._previewing = False
        self._faults: dict[str, str] = {}
        self._drawn: tuple[object, ...] = ()
        self.rows = RowList(empty="Nothing fits. Esc shows all settings again.", id="rows")

    def compose(self) -> ComposeResult:
        """Title and file, search, sections and rows, explanation, keys."""
        with Horizontal(id="top"):
            yield Static("Settings", id="title", markup=False)
            yield Static(Content(clean_line(str(self._view.settings_path))), id="place", markup=False)
        yield Input(placeholder="/ search in all settings", compact=True, select_on_focus=False, id="search")
        with Horizontal(id="middle"):
            yield Static(id="sections", markup=False)
            yield self.rows
        yield Static(id="about", markup=False)
        yield Static(Content(HINTS), id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask anew whether popups are allowed; draw."""
        self._composed = True
        self._port.send(AskPermission())
        self.set_focus(self.rows)
        self._draw()
        self.set_interval(COUNTS_FOR, self._draw)

    def on_unmount(self) -> None:
        """Nothing that is only tried out goes on behind the screen."""
        self._port.send(PreviewTone(None, AlertEvent.PENDING))

    # drawing

    async def show(self, view: View) -> None:
        """Draw this view; make room for the contact when the agent has clicked its popup."""
        self._view = view
        summons = view.summons
        if summons is not None and summons.number != self._summons:
            self._summons = summons.number
            if summons.contact is not None:
                self.action_close()
                return
        self._draw()

    def use_keymap(self, keys: Keymap) -> None:
        """Show other keys from now on."""
        self._keymap = keys
        self._draw()

    def _draw(self) -> None:
        if not self._composed:
            return
        self._forget_answered()
        view = self._view
        services = tuple(sorted({contact.service for contact in view.desk.pending.values()}))
        wished = {key: value for key, (value, _) in self._wished.items()}
        told = (view.permission, view.test, view.focus, view.desk.channels[ChannelName.AUDIO].reason)
        state = (view.settings, told, self._keymap, self._words, wished, services)
        if state != self._drawn:
            self._drawn = state
            shown = [
                look.shown_row(row, view, self._value(row), self._keymap, self._fault)
                for row in all_rows(view)
            ]
            texts = {one.row.id: one.value for one in shown}
            found = {row.id for row in matching(tuple(one.row for one in shown), self._words, texts)}
            asked = self.rows.cursor == "enable"
            self.rows.set_rows([one for one in shown if one.row.id in found])
            if asked and "enable" not in found:
                self.rows.move_to(ContactId("desktop.enabled"))
        self._draw_place()
        self._draw_title()

    def _draw_title(self) -> None:
        """What the agent must not miss while he is here: who waits, and what is on."""
        view = self._view
        waiting = f"{len(view.desk.pending)} waiting" if view.desk.pending else ""
        rings = f"{glyphs.RINGING} rings" if view.ringing else ""
        told = "   ".join(filter(None, ("Settings", waiting, rings)))
        if told != self._title:
            self._title = told
            self.query_one("#title", Static).update(Content(told))

    def _draw_place(self) -> None:
        """Where the cursor is, and what the row there means."""
        shown = self._current()
        section = shown.row.section if shown else ""
        names = [
            Content.styled(f"{glyphs.CURSOR} {name}", "bold $text")
            if name == section
            else Content(f"  {name}")
            for name in SECTION_NAMES
        ]
        self.query_one("#sections", Static).update(Content("\n").join(names))
        about = look.about(shown, self._value(shown.row)) if shown else ""
        self.query_one("#about", Static).update(Content(about))

    def _fault(self, tone: str) -> str:
        """Why a tone does not sound: there is no file (looked up once while the screen is open), or the
        speaker has said of it that it cannot be played."""
        if tone not in self._faults:
            self._faults[tone] = "missing: the default sounds" if self._tones.fault(tone) else ""
        said = self._view.desk.channels[ChannelName.AUDIO].reason
        if f"tone {values.file_name(tone)}" in said and "cannot be" in said:
            return "unplayable: the default sounds"
        return self._faults[tone]

    @on(RowList.RowHighlighted)
    def _highlighted(self) -> None:
        self._stop_preview()
        self._draw_place()

    def on_descendant_focus(self) -> None:
        """The keys that are good for where the keyboard is."""
        hints = HINTS if self.focused is self.rows else SEARCH_HINTS
        self.query_one("#keys", Static).update(Content(hints))

    def on_resize(self, event: events.Resize) -> None:
        """The sections stand at the left where there is room."""
        self.query_one("#sections").display = event.size.width >= SECTIONS_FROM

    def on_click(self, event: events.Click) -> None:
        """A click on a section goes there."""
        if event.widget is not None and event.widget.id == "sections" and event.y < len(SECTION_NAMES):
            self.rows.go_to_section(SECTION_NAMES[event.y])

    # values

    def _current(self) -> ShownRow | None:
        return self.rows.row_of(self.rows.cursor) if self.rows.cursor is not None else None

    def _value(self, row: Row) -> Value | None:
        return self._now(row.setting) if row.setting is not None else None

    def _now(self, one: Setting) -> Value | None:
        """What it is, or was just asked to be."""
        if one.key in self._wished:
            return self._wished[one.key][0]
        return values.value_of(self._view.settings, one)

    def _forget_answered(self) -> None:
        now = time.monotonic()
        for key, (wanted, at) in list(self._wished.items()):
            answered = values.value_of(self._view.settings, setting(key)) == wanted
            if answered or now > at + COUNTS_FOR:
                del self._wished[key]

    def _change(self, one: Setting, value: Value | None) -> None:
        """Wish for a value (None: the default), so that it can be undone."""
        before = self._now(one)
        if value == before:
            return
        self._undo.append([(one.key, None if before == one.default else before)])
        self._wish(one, value)

    def _wish(self, one: Setting, value: Value | None) -> None:
        if one.key == "desktop.enabled" and value is True:
            self._port.send(AskPermission(enable=True))  # on only if the system agrees
            return
        after = cast("Value | None", one.default) if value is None else value
        self._wished[one.key] = (after, time.monotonic())
        self._port.send(ResetSetting(one.key) if value is None else values.change(one, value))
        self._draw()

    # what a key does to the row

    def action_choose(self) -> None:
        """As Enter does."""
        self.rows.action_choose()

    @on(RowList.RowChosen)
    def _chosen(self, event: RowList.RowChosen) -> None:
        shown = self.rows.row_of(event.id)
        if shown is None:
            return
        row = shown.row
        match row.kind:
            case Kind.SWITCH if row.setting is not None:
                self._change(row.setting, not self._now(row.setting))
            case Kind.CHOICE | Kind.CLOSE_AFTER | Kind.TONE | Kind.THEME | Kind.COLOUR:
                self._choose(row)
            case Kind.NUMBER | Kind.TEXT | Kind.LIST:
                self._type(row)
            case Kind.TEST:
                self._port.send(TestAlert(row.event, row.channel))
            case Kind.ENABLE:
                self._port.send(AskPermission(enable=True))
            case Kind.KEYS:
                self._record(row)
            case Kind.FIXED_KEYS:
                self._say("This key belongs to a list or the composer; it cannot be another.")
            case Kind.RESET_ALL:
                self._reset_all()

    def action_step(self, by: int) -> None:
        """To the neighbouring value; a tone is heard."""
        shown = self._current()
        if shown is None or shown.row.setting is None or shown.row.kind in (Kind.TEXT, Kind.LIST, Kind.KEYS):
            return
        row = shown.row
        one = shown.row.setting
        offered = [value for value, _ in self._offered(row)]
        before = self._now(one)
        if before is None:
            before = values.value_of(self._view.settings, one) or (offered[0] if offered else None)
        after = values.stepped(row, before, by, offered)
        if after is None or after == before:
            return
        self._change(one, after if not (after == "" and one.default is None) else None)
        if row.kind is Kind.TONE:
            self._preview(row, str(after))

    def action_reset(self) -> None:
        """Put the row's value back to its default."""
        shown = self._current()
        if shown is None or shown.row.setting is None:
            return
        if shown.row.kind is Kind.KEYS:
            reason = clash(BY_ID[shown.row.command], self._keymap)
            if reason:
                self._say(reason)
                return
        one = shown.row.setting
        if not shown.own and one.key not in self._wished:
            self._say("This is the default already.")
        self._change_to_default(one)

    def _change_to_default(self, one: Setting) -> None:
        before = self._now(one)
        if before != one.default:
            self._undo.append([(one.key, before)])
        self._wish(one, None)

    def action_undo(self) -> None:
        """Take back the last change."""
        if not self._undo:
            self._say("There is nothing to undo.")
            return
        for key, before in reversed(self._undo.pop()):
            self._wish(setting(key), before)

    def _reset_all(self) -> None:
        own = values.own_values(self._view.settings)
        if not own:
            self._say("Everything stands at its default.")
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._undo.append(own)
                self._port.send(ResetSetting(None))

        count = "1 setting is" if len(own) == 1 else f"{len(own)} settings are"
        question = f"{count} your own choice. Put everything back to the defaults? Ctrl+Z brings it back."
        self.open_over(AskScreen("Reset all?", question, "Reset all (Y)", "Keep mine (N)"), answered)

    # lists, lines, keys

    def _offered(self, row: Row) -> list[tuple[Value, str]]:
        tones = self._tones.names(row.event) if row.kind is Kind.TONE else []
        return values.choices_for(row, self._value(row), tones, in_order(list(self.app.available_themes)))

    def _choose(self, row: Row) -> None:
        one = row.setting
        assert one is not None
        offered = self._offered(row)
        words = [word for _, word in offered]
        if row.kind in OWN_WORDS:
            words.append(OWN_WORDS[row.kind])
        theme = self.app.theme
        now = self._value(row)
        at = next((i for i, (value, _) in enumerate(offered) if value == now), 0)

        def moved(place: int) -> None:
            if row.kind is Kind.THEME:
                self.app.theme = str(offered[place][0])
            elif row.kind is Kind.TONE:
                self._preview(row, str(offered[place][0]) if place < len(offered) else "")

        def chosen(place: int | None) -> None:
            self._stop_preview()
            if place is None:
                self.app.theme = theme
            elif place == len(offered):
                self._type(row)
            else:
                value = offered[place][0]
                self._change(one, None if value == "" and one.default is None else value)

        self.open_over(ChoiceScreen(row.label, words, at, moved), chosen)

    def _type(self, row: Row) -> None:
        one = row.setting
        assert one is not None

        def fault(text: str) -> str:
            try:
                values.typed(one, text)
            except UnfitError as error:
                return f"It must be {error}."
            return ""

        def typed(text: str | None) -> None:
            if text is not None:
                self._faults.clear()
                self._change(one, values.typed(one, text))

        text = values.as_typed(self._value(row))
        self.open_over(LineScreen(row.label, row.explanation, text, fault), typed)

    def _record(self, row: Row) -> None:
        one = row.setting
        assert one is not None

        def recorded(keys: str | None) -> None:
            if keys:
                self._change(one, keys)

        self.open_over(RecordScreen(BY_ID[row.command], self._keymap), recorded)

    def _preview(self, row: Row, tone: str) -> None:
        self._previewing = bool(tone)
        self._port.send(PreviewTone(tone or None, row.event))

    def _stop_preview(self) -> None:
        if self._previewing:
            self._previewing = False
            self._port.send(PreviewTone(None, AlertEvent.PENDING))

    # search, sections, leaving

    def action_search(self) -> None:
        """Go to the search field."""
        search = self.query_one("#search", Input)
        search.select_all()
        self.set_focus(search)  # at once: the next key is for it

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._words = event.value
        self._draw()
        self.rows.action_edge(-1)

    @on(Input.Submitted, "#search")
    def _to_rows(self) -> None:
        self.set_focus(self.rows)

    def on_key(self, event: events.Key) -> None:
        """Down leaves the search field for what was found."""
        if event.key == "down" and self.focused is not self.rows:
            self.set_focus(self.rows)
            event.stop()

    def action_section(self, by: int) -> None:
        """To the next section."""
        if self.focused is self.rows:
            self.rows.to_section(by)
        else:
            self.set_focus(self.rows)

    def action_back(self) -> None:
        """Out of the search; then back to all rows; then back to the console."""
        search = self.query_one("#search", Input)
        if search.value:
            search.value = ""
            self.set_focus(self.rows)
        elif self.focused is search:
            self.set_focus(self.rows)
        else:
            self.action_close()

    def action_close(self) -> None:
        """Back to the console."""
        if self.is_current:
            self.dismiss(None)

    def action_master(self, master: str) -> None:
        """The two switches of the agent menu, here too."""
        one = setting(f"{master}.enabled")
        self._change(one, not self._now(one))

    def action_silence(self) -> None:
        """Silence what rings now."""
        self._port.tell(RingSilenced())

    def _say(self, text: str) -> None:
        self.notify(text, markup=False, timeout=4)
