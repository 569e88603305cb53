"""Keys on their way to a widget that has lost the keyboard: they were meant for where it has gone."""

from __future__ import annotations

from asyncio import Queue
from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.widget import Widget


def keys_waiting(widget: Widget) -> list[events.Key | events.Paste]:
    """Takes what was typed out of a widget's queue, as far as the widget has not come to it, in order. It can
    be given to the application again."""
    queue: Queue[Message | None] = widget._message_queue
    pending = widget._pending_message
    waiting: list[Message | None] = [pending] if pending is not None else []
    widget._pending_message = None
    while not queue.empty():
        waiting.append(queue.get_nowait())
        queue.task_done()
    typed: list[events.Key | events.Paste] = []
    for message in waiting:
        if isinstance(message, events.Key | events.Paste):
            message._forwarded = False
            typed.append(message)
        else:
            queue.put_nowait(message)
    return typed


def has_messages(widget: Widget) -> bool:
    """Whether there is something, as a letter, that a widget has not come to."""
    return widget._pending_message is not None or not widget._message_queue.empty()


def words_of(typed: Sequence[events.Key | events.Paste]) -> str:
    """The text that keys and pastes write, Enter as a new line; what moves or does something is left out."""
    text = ""
    for event in typed:
        if isinstance(event, events.Paste):
            text += event.text.replace("\r\n", "\n").replace("\r", "\n")
        elif event.key in ("enter", "ctrl+j", "shift+enter", "alt+enter"):
            text += "\n"
        elif event.key in ("backspace", "ctrl+h"):
            text = text[:-1]
        elif event.character is not None and event.is_printable:
            text += event.character
    return text
