"""Where the keyboard is."""

from __future__ import annotations

from textual.widget import Widget


def give_keyboard(widget: Widget) -> None:
    """Give a widget the keyboard at once.

    Not by its own ``focus()``: that waits its turn, and keys that have come already, in one burst over a slow
    line or on a busy machine, would go where the keyboard was before: to another visitor.
    """
    widget.screen.set_focus(widget)
