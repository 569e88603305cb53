"""What the agent does with his chats as chats: going to them, how many he sees, links.

Each deed takes what was written after the command, or nothing when it came by a key; then it asks. What is
written wrongly is a WrongArgument.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.desk.contact import ContactId, MessageId
from tui.desk.letter import why_unanswerable
from tui.desk.state import chat_numbered, longest_unanswered, next_unread
from tui.link.commands import ChangeSetting, Send
from tui.link.port import DeskPort
from tui.screens.choose import Choice, ChooseScreen, Refused, ask
from tui.screens.links import checked_link
from tui.screens.pane_row import PANES_AT_MOST, PaneRow
from tui.text import RemoteText, clean_line
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.screens.desk_screen import DeskScreen

Deed = Callable[[str], None]


class ChatDeeds:
    """The commands of the table that are about chats."""

    def __init__(self, screen: DeskScreen, port: DeskPort, row: PaneRow) -> None:
        self._screen = screen
        self._port = port
        self._row = row

    def table(self) -> Mapping[str, Deed]:
        """By command."""
        return {
            "go-to-chat": self._go_to,
            "find-chat": lambda _: self._find(),
            "next-unread": lambda _: self._unread(),
            "next-chat": lambda _: self._neighbour(),
            "longest-unanswered": lambda _: self._unanswered(),
            "panes": self._panes,
            "zoom": lambda _: self._zoom(),
            "send-link": self._link,
        }

    # going there

    def _go_to(self, wanted: str) -> None:
        desk = self._port.view().desk
        id = chat_numbered(desk, int(wanted)) if wanted.isdecimal() else self._named(wanted)
        if id is None:
            raise WrongArgument(f"You have no chat {clean_line(wanted, max_chars=40)}.")
        self._screen.show_chat(id)

    def _find(self) -> None:
        desk = self._port.view().desk
        if not desk.chats:
            self._screen.say("No chat is open.")
            return
        choices = [
            Choice(id, f"{chat.number:>2} {clean_line(chat.contact.nick)}", clean_line(chat.contact.service))
            for id, chat in desk.chats.items()
        ]
        ask(
            self._screen.app,
            ChooseScreen("Go to a chat", choices, placeholder="its number or a part of the name"),
            lambda id: self._screen.show_chat(ContactId(id)),
        )

    def _named(self, part: str) -> ContactId | None:
        part = part.casefold()
        chats = self._port.view().desk.chats.items()
        return next((id for id, chat in chats if part in chat.contact.nick.casefold()), None)

    def _unanswered(self) -> None:
        id = longest_unanswered(self._port.view().desk)
        if id is None:
            self._screen.say("Every visitor has an answer.")
        else:
            self._screen.show_chat(id)

    def _unread(self) -> None:
        unread = next_unread(self._port.view().desk)
        if unread is None:
            self._screen.say("Nothing is unread.")
        else:
            self._screen.show_chat(unread)

    def _neighbour(self) -> None:
        ids = list(self._port.view().desk.chats)
        if ids:
            current = self._screen.current
            at = ids.index(current) if current in ids else -1
            self._screen.show_chat(ids[(at + 1) % len(ids)])

    # how many are in sight

    def _panes(self, wanted: str) -> None:
        fit = min(PANES_AT_MOST, self._row.room)
        if wanted:
            if wanted not in ("1", "2", "3", "4"):
                raise WrongArgument("One to four chats can stand side by side.")
            count = int(wanted)
        else:
            now = min(self._port.view().settings.chats.panes, fit)
            count = now % fit + 1
        self._port.send(ChangeSetting("chats.panes", count))
        said = "One chat at a time." if count == 1 else f"Up to {count} chats side by side."
        if count > fit:
            said += f" There is room for {fit} now."
        elif fit == 1:
            said += " There is room for one only; a wider terminal shows more."
        self._screen.say(said)

    def _zoom(self) -> None:
        if not self._row.panes:
            self._screen.say("No chat is open.")
        else:
            self._screen.zoom(not self._row.zoomed)

    # links

    def _link(self, wanted: str) -> None:
        self._screen.with_current(lambda id: self._send_link(id, wanted))

    def _send_link(self, contact: ContactId, wanted: str) -> None:
        if self._port.view().desk.chats[contact].ended:
            self._screen.say("The visitor has gone; nothing can be sent to them.")
            return
        if why := why_unanswerable(self._port.view().desk.chats[contact].contact):
            self._screen.say(f"Not sent: {why}.")
            return
        links = self._port.view().settings.links
        if wanted:
            answer = links.get(wanted) or checked_link(wanted, links)
            if isinstance(answer, Refused):
                raise WrongArgument(answer.why)
            self._send(contact, answer)
            return
        choices = [Choice(url, name, url) for name, url in sorted(links.items())]
        nick = clean_line(self._port.view().desk.chats[contact].contact.nick, max_chars=30)
        ask(
            self._screen.app,
            ChooseScreen(
                f"Send a link to {nick}",
                choices,
                placeholder="part of a name, or an address: https://…",
                check=lambda text: checked_link(text, links),
                hint="" if choices else "Links of your own are named under [links] in the settings file.",
            ),
            lambda url: self._send(contact, url),
        )

    def _send(self, contact: ContactId, url: str) -> None:
        self._port.send(Send(contact, MessageId(uuid.uuid4().hex), RemoteText(url)))
