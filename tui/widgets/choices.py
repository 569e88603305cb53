"""Textual's list of options, where its window may have no room for one line.

Textual counts by pages in lines it has not made then, and ended the console.
"""

from __future__ import annotations

from textual.widgets import OptionList


class Choices(OptionList):
    """An ``OptionList`` that can be paged through at any size."""

    def action_page_up(self) -> None:
        """A page up; to the first where no page can be counted."""
        if has_lines(self):
            super().action_page_up()  # type: ignore[no-untyped-call]
        else:
            self.action_first()

    def action_page_down(self) -> None:
        """A page down; to the last where no page can be counted."""
        if has_lines(self):
            super().action_page_down()  # type: ignore[no-untyped-call]
        else:
            self.action_last()


def has_lines(options: OptionList) -> bool:
    """Whether the lines of a list have been made, so that a page of them can be counted."""
    options._update_lines()
    return (options.highlighted or 0) in options._index_to_line
