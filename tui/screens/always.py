"""Keys that do the same on every screen: nobody should have to close the help to stop a ring."""

from __future__ import annotations

from textual.binding import Binding

from tui.screens.command_table import BY_ID


def always(*ids: str) -> tuple[Binding, ...]:
    """Bindings of these commands for a screen over the desk, under their keys of the table."""
    return tuple(
        Binding(BY_ID[id].keys, f"app.do_on_desk('{id}')", id=id, show=False, priority=True) for id in ids
    )


ALWAYS = always("silence", "accept-longest", "toggle-audio", "toggle-popups", "pause")
"""What concerns a ring, a popup or a waiting visitor."""
