"""The widgets on a recorded feed, to be looked at: ``python -m tests.widgets.demo [--theme NAME] [--two]``.

``--picture FILE --size 80x24`` writes an SVG of it instead.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import replace

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.filter import LineFilter
from textual.widgets import Static

from tests.widgets import feed
from tui.desk.contact import MessageId, Sender
from tui.text.clean import clean
from tui.widgets.chat_list import ChatList
from tui.widgets.composer import Composer
from tui.widgets.control_filter import ControlFilter
from tui.widgets.header_line import ChannelState, HeaderLine, HeaderState
from tui.widgets.key_line import KeyHint, KeyLine
from tui.widgets.queue_list import QueueList
from tui.widgets.rows import Delivery, TranscriptRow
from tui.widgets.status_line import StatusLine
from tui.widgets.transcript import Transcript

KEYS = (
    KeyHint("accept-longest", "F2", "accept", importance=9),
    KeyHint("next-unread", "F3", "next unread", importance=8),
    KeyHint("test-tone", "F4", "test", importance=1),
    KeyHint("silence", "F5", "silence", importance=7),
    KeyHint("audio", "F6", "♪", importance=5),
    KeyHint("popups", "F7", "▣", importance=5),
    KeyHint("pause", "F8", "pause", importance=6),
    KeyHint("settings", "F9", "settings", importance=2),
    KeyHint("end-chat", "Ctrl+E", "end chat", enabled=False, importance=4),
    KeyHint("help", "F1", "help", importance=9, at_right=True),
)


class Demo(App[None]):
    """One screen, as the console will have it."""

    CSS = """
    #left { width: 38; border-right: solid $foreground 25%; }
    #waiting { height: 3fr; }
    #mine { height: 2fr; }
    .pane { width: 1fr; }
    .title { height: 1; padding: 0 1; text-style: bold; color: $text-primary; }
    #pane2 { border-left: solid $foreground 25%; }
    """

    def __init__(self, panes: int = 1, many: int = 0) -> None:
        super().__init__()
        self.panes = panes
        self.many = many
        self.now = feed.NOW
        self.sent = 0

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        with Horizontal():
            with Vertical(id="left"):
                yield QueueList(title="WAITING", empty="nobody waits", id="waiting")
                yield ChatList(title="MINE", empty="no chats", id="mine")
            for number in range(1, self.panes + 1):
                with Vertical(classes="pane", id=f"pane{number}"):
                    yield Static(f"{number} Anna · Sales · 04:12", classes="title", markup=False)
                    yield Transcript()
                    yield Composer(placeholder="write to Anna, Enter sends")
        yield StatusLine()
        yield KeyLine()

    def on_mount(self) -> None:
        queue = feed.long_queue(self.many) if self.many else feed.queue()
        self.query_one(QueueList).set_rows(queue)
        self.query_one(ChatList).set_rows(feed.chats())
        rows = feed.long_transcript(self.many) if self.many else feed.transcript()
        for transcript in self.query(Transcript):
            transcript.set_rows(rows, MessageId("m7"))
            transcript.set_typing(clean("Anna"))
        self.query_one(HeaderLine).show(
            HeaderState(
                waiting=len(queue),
                oldest_since=min(row.since for row in queue),
                focus="away",
                focus_reason="tmux: other window",
                audio=ChannelState.ON,
                popups=ChannelState.FAULT,
                popups_note="terminal",
                door=clean("127.0.0.1:8765"),
                agent=clean("Maria"),
            )
        )
        self.query_one(StatusLine).show(clean("rings: Bruno, Chen (console away)"), ringing=True)
        self.query_one(KeyLine).show(KEYS)
        self._tick()
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        self.now += 1
        self.query_one(HeaderLine).tick(self.now)
        self.query_one(QueueList).tick(self.now)
        self.query_one(ChatList).tick(self.now)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]

    def on_composer_sent(self, event: Composer.Sent) -> None:
        self.sent += 1
        row = TranscriptRow(
            MessageId(f"own{self.sent}"), Sender.AGENT, clean("Maria"), clean(event.text), self.now,
            Delivery.SENDING, own=True,
        )  # fmt: skip
        for transcript in self.query(Transcript):
            transcript.set_rows((*transcript.rows, row))
        self.set_timer(1, lambda: self._deliver(row.id))

    def _deliver(self, message: MessageId) -> None:
        for transcript in self.query(Transcript):
            transcript.set_rows(
                [
                    replace(row, delivery=Delivery.SEEN) if row.id == message else row
                    for row in transcript.rows
                ]
            )

    def on_composer_page_asked(self, event: Composer.PageAsked) -> None:
        for transcript in self.query(Transcript):
            transcript.action_page(event.by)

    def on_transcript_link_chosen(self, event: Transcript.LinkChosen) -> None:
        self.query_one(StatusLine).show(clean(f"copied: {event.url}"))

    def on_queue_list_contact_chosen(self, event: QueueList.ContactChosen) -> None:
        self.query_one(StatusLine).show(clean(f"accept {event.id}"))


async def picture(app: Demo, size: tuple[int, int], path: str, theme: str, focus: str) -> None:
    """Write what the screen shows as SVG."""
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        app.query(focus).first().focus()
        await pilot.pause()
        with open(path, "w", encoding="utf-8") as file:
            file.write(app.export_screenshot())


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--theme", default="textual-dark")
    options.add_argument("--panes", type=int, default=1)
    options.add_argument("--many", type=int, default=0)
    options.add_argument("--picture")
    options.add_argument("--size", default="80x24")
    options.add_argument("--focus", default="Composer")
    given = options.parse_args()
    app = Demo(given.panes, given.many)
    if given.picture:
        width, height = given.size.split("x")
        asyncio.run(picture(app, (int(width), int(height)), given.picture, given.theme, given.focus))
    else:
        app.theme = given.theme
        app.run()


if __name__ == "__main__":
    main()
