"""How the application looks, by the settings and by what the terminal can: theme, density, signs, mouse.

Everything acts at once. Where there are sixteen colours the terminal's own are used; where none are wanted
(``NO_COLOR``) states are told by signs, bold and reverse alone.
"""

from __future__ import annotations

import os
from contextlib import suppress

from textual.app import App

from tui.config.schema import Appearance, Density
from tui.screens.themes import OWN_THEMES
from tui.text import CleanText, clean_line
from tui.widgets.lines import LineWidget

SIXTEEN = "standard"
"""Rich's name for a terminal of sixteen colours."""

LEGIBLE = """
Input > .input--placeholder, Input > .input--suggestion { color: $text-muted; }
CommandPalette > .command-palette--help-text { text-style: not dim; }
App:nocolor {
    LineList > .list--cursor { text-style: reverse; }
    LineList > .list--title { text-style: bold underline; }
    Transcript > .transcript--selection { text-style: reverse; }
    HeaderLine, KeyLine { text-style: none; }
    HeaderLine > .header--product { text-style: bold; }
    ChatPane.-current > .pane--title { text-style: bold reverse; }
    OptionList > .option-list--option-highlighted { text-style: reverse; }
    OptionList:focus > .option-list--option-highlighted { text-style: bold reverse; }
    Input > .input--cursor, TextArea .text-area--cursor { text-style: reverse; }
    Input > .input--selection, TextArea .text-area--selection { text-style: reverse; }
    Button { text-style: none; &:focus { text-style: bold reverse; } }
}
"""


def environment() -> None:
    """``NO_COLOR`` counts when it is not empty (no-color.org); Textual looks only whether it is there."""
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]


class Looks:
    """The appearance of one application."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._theme_set = ""
        """As last found in the settings; on the way to another one, others may be tried out."""
        self.sixteen: bool | None = None
        """Whether the terminal has no more than sixteen colours; None until it was looked up."""
        self._compact: bool | None = None
        self._mouse: bool | None = None
        for theme in OWN_THEMES:
            app.register_theme(theme)

    def use(self, wanted: Appearance) -> CleanText | None:
        """Go by these settings. Returns what is wrong with them, in words."""
        self._use_density(wanted.density is Density.COMPACT)
        self._use_mouse(wanted.mouse)
        if wanted.theme == self._theme_set:
            return None
        self._theme_set = wanted.theme
        if wanted.theme in self._app.available_themes:
            self.try_out(wanted.theme)
            return None
        known = ", ".join(sorted(self._app.available_themes))
        return clean_line(
            f'appearance.theme: there is no theme "{wanted.theme}"; known are {known}.', max_chars=600
        )

    def try_out(self, name: str) -> None:
        """Show this theme; on a terminal of sixteen colours, the terminal's own dark or light one for it."""
        theme = self._app.available_themes[name]
        if self.sixteen is None:
            self.sixteen = self._app.console.color_system == SIXTEEN and not self._app.is_headless
        if self.sixteen and not theme.ansi:
            name = "ansi-dark" if theme.dark else "ansi-light"
        self._app.theme = name

    def put_back(self) -> None:
        """Show the theme of the settings again."""
        if self._theme_set in self._app.available_themes:
            self.try_out(self._theme_set)

    def _use_density(self, compact: bool) -> None:
        if compact == self._compact:
            return
        self._compact = compact
        self._app.set_class(compact, "-compact")
        for screen in self._app.screen_stack:
            for widget in screen.query(LineWidget):
                widget.density_changed()

    def _use_mouse(self, wanted: bool) -> None:
        """Take the mouse or let go of it. Textual knows only how to begin with it or without."""
        if self._mouse is None or wanted == self._mouse:
            self._mouse = wanted
            return
        self._mouse = wanted
        driver = self._app._driver
        if driver is None or self._app.is_headless:
            return
        with suppress(AttributeError):
            if wanted:
                driver._mouse = True
                driver._enable_mouse_support()  # type: ignore[attr-defined]
            else:
                driver._disable_mouse_support()  # type: ignore[attr-defined]
                driver._mouse = False
            driver.flush()
