"""A text of several lines to write, in which every undo and redo leaves a cursor that is within the text.

Textual measures the text after an undo while the cursor still stands where it stood before: with fewer lines
than that, the whole application failed. It also wraps only what it takes for changed, and of several edits
undone together it can mistake what that is. Here the text is wrapped as a whole, which costs little for what
an agent writes, and the cursor is put into the text before anything is measured.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.document._edit import Edit
from textual.strip import Strip
from textual.widgets import TextArea


class MultilineInput(TextArea):
    """Textual's, with an undo that cannot fail."""

    def render_line(self, y: int) -> Strip:
        """Textual's own; nothing where there is no room for a letter: there no placeholder can be wrapped."""
        return super().render_line(y) if self.content_size.width > 0 else Strip.blank(self.size.width)

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        backwards = list(reversed(edits))
        for edit in backwards:
            edit.undo(self)
        self._changed_as_a_whole(backwards)

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            edit.do(self, record_selection=False)
        self._changed_as_a_whole(edits)

    def _changed_as_a_whole(self, edits: Sequence[Edit]) -> None:
        """Wrap all of it; put the cursor where these edits, in this order, want it; only then measure."""
        if not edits:
            return
        self.wrapped_document.wrap(self.wrap_width, self.indent_width)
        self._line_cache.clear()
        for edit in edits:
            edit.after(self)
        self._refresh_size()
        self._build_highlight_map()
        self.post_message(self.Changed(self))
        self.update_suggestion()

    def _refresh_size(self) -> None:
        """Textual's own, which scrolls to the cursor: that has to be within the text by now."""
        self.selection = self._validate_selection(self.selection)
        super()._refresh_size()

    def forget_changes(self) -> None:
        """From here on nothing is undone: what stood here before is another's, or not to be seen again."""
        self.history.clear()
