"""Where lists and chats have no room side by side: one of the two is seen, the one the keyboard is in, or the
visitor panel in their place. While nobody waits and no chat is open, the welcome stands under the lists.

Whoever goes to the queue sees the queue, whoever goes to a chat sees the chat; Ctrl+T goes from one to the
other. Nothing else needs to know.
"""

from __future__ import annotations

from textual.screen import Screen
from textual.widget import Widget

LIST_CELLS = (30, 40)
"""Narrowest and widest the lists at the left get."""
SIDE_BY_SIDE = 68
"""Cells from which lists and a chat fit beside each other."""

NARROW_CSS = """
    DeskScreen.-narrow {
        #lists { width: 1fr; }
        PaneRow { display: none; }
        &.-in-chat #lists { display: none; }
        &.-in-chat PaneRow { display: block; }
        &.-calm {
            #desk { layout: vertical; }
            #lists { display: block; width: 1fr; height: 1fr; }
            PaneRow { display: block; width: 1fr; height: 10; }
        }
        &.-visitor #lists { display: none; }
        &.-visitor PaneRow { display: none; }
        &.-visitor VisitorPanel { width: 1fr; }
    }
"""


def fit_lists(screen: Screen[None]) -> None:
    """Give the lists their width; called when the screen has another size."""
    width = screen.size.width
    narrow = width < SIDE_BY_SIDE
    screen.set_class(narrow, "-narrow")
    least, most = LIST_CELLS
    screen.query_one("#lists").styles.width = "1fr" if narrow else max(least, min(most, width // 4))


def reveal(screen: Screen[None], widget: Widget | None) -> None:
    """The keyboard goes to this widget: what it stands in must be seen first."""
    if widget is None:
        return
    places = {ancestor.id for ancestor in widget.ancestors_with_self}
    if "visitor-panel" not in places and screen.has_class("-narrow"):
        screen.remove_class("-visitor")
    if "pane-row" in places:
        screen.add_class("-in-chat")
    elif "lists" in places:
        screen.remove_class("-in-chat")
