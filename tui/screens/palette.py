"""The command palette's source: the command table, nothing else."""

from __future__ import annotations

from functools import partial

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui.screens.desk_screen import DeskScreen
from tui.screens.overlay import Overlay
from tui.widgets.choices import has_lines


class DeskCommands(Provider):
    """Offers every command of the table. No text from outside comes here."""

    @property
    def _desk(self) -> DeskScreen | None:
        return self.screen if isinstance(self.screen, DeskScreen) else None

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        if self._desk is not None:
            for id, title, help_ in self._desk.commands():
                yield DiscoveryHit(title, partial(self._desk.do, id), help=help_)

    async def search(self, query: str) -> Hits:
        """Those that fit what was typed."""
        matcher = self.matcher(query)
        if self._desk is not None:
            for id, title, help_ in self._desk.commands():
                score = matcher.match(f"{title} {help_}")
                if score > 0:
                    yield Hit(score, matcher.highlight(title), partial(self._desk.do, id), help=help_)


class Palette(CommandPalette, Overlay[None]):
    """Textual's, which says what it is."""

    HELP = """Command palette
    Every command by its name, with its key. Type some letters of it, or of what it does; Enter does
    what the cursor is on, Esc leaves.
    """

    def _action_command_list(self, action: str) -> None:
        """Textual's own, at any size: in a window too small for one line no page can be counted."""
        if has_lines(self.query_one(CommandList)):
            super()._action_command_list(action)
        else:
            super()._action_command_list({"page_up": "first", "page_down": "last"}.get(action, action))
