"""How the application looks, by the settings and by what the terminal can: theme, density, signs, mouse.

Everything acts at once. Where there are sixteen colours the terminal's own are used; where none are wanted
(``NO_COLOR``) states are told by signs, bold and reverse alone.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.filter import LineFilter
from textual.widget import Widget

from tui.config.schema import Appearance, Density, Signs
from tui.screens.themes import HIGH_CONTRAST, OWN_THEMES, SIXTEEN_DARK
from tui.text import CleanText, clean_line
from tui.widgets.colourless import Standout
from tui.widgets.isolation import Isolation
from tui.widgets.lines import LineWidget
from tui.widgets.signs import SignFilter, has_only_ascii, is_unicode, terminal_encoding

SIXTEEN = "standard"
"""Rich's name for a terminal of sixteen colours."""

LEGIBLE = """
Input > .input--placeholder, Input > .input--suggestion { color: $text-muted; }
App.-compact {
    PaneTitle, Composer { padding: 0; }
}
CommandPalette > .command-palette--help-text { text-style: not dim; }
LineList:nocolor > .list--title { text-style: bold underline; }
Button:nocolor:focus { text-style: bold underline; }
"""


def environment() -> None:
    """Go by what the agent's surroundings say, where Textual does not.

    ``NO_COLOR`` counts when it is not empty (no-color.org); Textual looks only whether it is there. A
    terminal of another encoding than UTF-8 is written to in its own (and read in it, by ``TerminalDriver``).
    """
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]
    encoding = terminal_encoding()
    if sys.platform == "win32" or is_unicode(encoding):
        return
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        sys.__stderr__.reconfigure(errors="replace")


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
        self._signs: Signs | None = None
        self._standout = Standout()
        self._isolation, self._sign_filter = Isolation(), SignFilter(terminal_encoding())
        for theme in (*OWN_THEMES, SIXTEEN_DARK):
            app.register_theme(theme)

    def use(self, wanted: Appearance) -> CleanText | None:
        """Go by these settings. Returns what is wrong with them, in words."""
        self._use_density(wanted.density is Density.COMPACT)
        self._use_mouse(wanted.mouse)
        self._use_signs(wanted.signs)
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
        theme = HIGH_CONTRAST if self._app.no_color else self._app.available_themes[name]
        name = theme.name
        if self.sixteen is None:
            self.sixteen = self._app.console.color_system == SIXTEEN and not self._app.is_headless
        if self.sixteen and not theme.ansi:
            name = SIXTEEN_DARK.name if theme.dark else "ansi-light"
        self._app.theme = name

    def put_back(self) -> None:
        """Show the theme of the settings again."""
        if self._theme_set in self._app.available_themes:
            self.try_out(self._theme_set)

    @property
    def first_filters(self) -> tuple[LineFilter, ...]:
        """What every line goes through before Textual takes the colours away."""
        return (self._standout,) if self._app.no_color else ()

    @property
    def filters(self) -> tuple[LineFilter, ...]:
        """What every line goes through last: text from the right is isolated, or all signs are plain ones."""
        if not self._ascii:
            return (self._isolation,)
        font_is_known = self._signs is Signs.ASCII and is_unicode(terminal_encoding())
        return (self._sign_filter, self._isolation) if font_is_known else (self._sign_filter,)

    @property
    def _ascii(self) -> bool:
        if self._signs is Signs.AUTO:
            return not self._app.is_headless and has_only_ascii()
        return self._signs is Signs.ASCII

    def _use_signs(self, wanted: Signs) -> None:
        if wanted is self._signs:
            return
        before, self._signs = self._signs, wanted
        if before is not None:
            for screen in self._app.screen_stack:
                for widget in screen.walk_children(Widget, with_self=True):
                    widget._styles_cache.clear()
                    widget.refresh()

    def _use_density(self, compact: bool) -> None:
        if compact == self._compact:
            return
        self._compact = compact
        self._app.set_class(compact, "-compact")
        self._app.set_class(not compact, "-comfortable")
        for screen in self._app.screen_stack:
            for widget in screen.query(LineWidget):
                widget.density_changed()

    def _use_mouse(self, wanted: bool) -> None:
        """Take the mouse or let go of it. Textual knows only how to begin with it or without."""
        if self._mouse is None or wanted == self._mouse:
            self._mouse = wanted
            return
        self._mouse = wanted
        driver = self.driver()
        if driver is None:
            return
        with suppress(AttributeError):
            if wanted:
                driver._mouse = True
                driver._enable_mouse_support()
            else:
                driver._disable_mouse_support()
                driver._mouse = False
            driver.flush()

    def driver(self) -> Any:
        """Textual's hand on the terminal; None where there is no terminal."""
        return None if self._app.is_headless else self._app._driver
