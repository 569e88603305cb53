"""What is said where no chat is open, with the visitor's page as a link."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static


class Welcome(Static):
    """Words in the middle. The terminal may open the link; a click here hands it to the owner."""

    class LinkClicked(Message):
        """The agent clicked the link."""

    DEFAULT_CSS = """
    Welcome {
        width: 1fr;
        height: 1fr;
        content-align: center middle;
        text-align: center;
        color: $text-muted;
        border-left: vkey $panel;
        padding: 0 2;
    }
    """

    def __init__(self, id: str) -> None:
        super().__init__(markup=False, id=id)
        self._said = ("", "")
        self._link = ""

    def say(self, words: str, link: str) -> None:
        """Say this; where ``link`` occurs in it, it can be clicked."""
        if (words, link) == self._said:
            return
        self._said = (words, link)
        self._link = link
        said = Content(words)
        start = words.find(link) if link else -1
        if start >= 0:
            said = said.stylize(Style(underline=True, link=link), start, start + len(link))
        self.update(said)

    def on_click(self, event: events.Click) -> None:
        """On the link, and nowhere else."""
        if self._link and event.style.link == self._link:
            self.post_message(self.LinkClicked())
