"""Marks as read what the agent surely sees: the current chat, scrolled to its end, while he looks."""

from __future__ import annotations

import time
from collections.abc import Mapping

from tui.desk.contact import ContactId
from tui.desk.focus import ConsoleFocus
from tui.link.commands import MarkRead
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.pane import ChatPane

MARK_AGAIN_AFTER = 3.0
"""Seconds after which a read mark that has had no effect is sent again."""


class ReadMarks:
    """Sends read marks, each once as long as it takes effect."""

    def __init__(self, port: DeskPort) -> None:
        self._port = port
        self._marked: dict[ContactId, tuple[int, float]] = {}

    def mark(self, view: View, panes: Mapping[ContactId, ChatPane]) -> None:
        """Mark the current chat, if nothing lies over it and the agent looks."""
        current = view.desk.current
        if view.focus.state is not ConsoleFocus.FOCUSED or current is None:
            return
        chat, pane = view.desk.chats.get(current), panes.get(current)
        if chat is None or pane is None or not chat.unread or not pane.transcript.at_end:
            return
        marked, at = self._marked.get(current, (0, 0.0))
        now = time.monotonic()
        if marked < chat.last_seq or now > at + MARK_AGAIN_AFTER:
            self._marked = {id: kept for id, kept in self._marked.items() if id in view.desk.chats}
            self._marked[current] = (chat.last_seq, now)
            self._port.send(MarkRead(current, chat.last_seq))
