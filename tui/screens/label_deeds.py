"""What the agent says of a contact: tags, a colour, private notes, and what came of it at the end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.config.limits import COLOURS
from tui.desk.contact import Contact, ContactId, MessageId
from tui.link.commands import Label, WriteNote
from tui.link.port import DeskPort
from tui.screens.choose import Choice, ChooseScreen, Refused, ask
from tui.screens.labels import NO_COLOUR, TAG_LIMIT, TAGS_AT_MOST, changed_tags, known_tags, tags_of
from tui.screens.pane_row import PaneRow
from tui.screens.wrap_up_screen import WrapUp, WrapUpScreen
from tui.text import NotAdmitted, RemoteText, admit, clean_line
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.screens.desk_screen import DeskScreen


class LabelDeeds:
    """The commands about notes, tags and colours, and the questions at a chat's end."""

    def __init__(self, screen: DeskScreen, port: DeskPort, row: PaneRow) -> None:
        self._screen = screen
        self._port = port
        self._row = row

    def table(self) -> dict[str, Callable[[str], None]]:
        """By command."""
        return {
            "note": lambda text: self._screen.with_current(lambda id: self._note(id, text)),
            "tag": lambda words: self._screen.with_current(lambda id: self._tag(id, words)),
            "colour": lambda name: self._screen.with_current(lambda id: self._colour(id, name)),
        }

    # notes

    def _note(self, id: ContactId, text: str) -> None:
        if text.strip():
            self.write_note(id, text)
            return
        pane = self._row.panes.get(id)
        if pane is not None and pane.is_ended:
            self._screen.say("This chat has ended; its wrap-up takes a note.")
        elif pane is not None:
            pane.composer.note = not pane.composer.note
            pane.enter()

    def write_note(self, id: ContactId, text: str) -> None:
        """Keep a note; nothing blank."""
        try:
            admitted = admit(text.strip())
        except NotAdmitted as no:
            raise WrongArgument(f"Not kept: {no}.") from no
        self._port.send(WriteNote(id, MessageId(uuid.uuid4().hex), admitted))

    # tags and colour

    def _contact(self, id: ContactId) -> Contact:
        view = self._port.view()
        return view.labelled(view.desk.chats[id].contact)

    def _tag(self, id: ContactId, words: str) -> None:
        contact = self._contact(id)
        if words.strip():
            self._label(contact, tags=changed_tags(contact.tags, words))
            return
        known = known_tags(self._port.view())
        choices = [
            Choice(f"-{tag}", f"#{clean_line(tag)}", "has it; Enter takes it off") for tag in contact.tags
        ]
        choices += [Choice(tag, f"#{clean_line(tag)}") for tag in known if tag not in contact.tags]

        def chosen(words: str) -> None:
            fresh = self._contact(id) if id in self._port.view().desk.chats else contact
            self._label(fresh, tags=changed_tags(fresh.tags, words))

        ask(
            self._screen.app,
            ChooseScreen(
                f"Tags of {clean_line(contact.nick, max_chars=30)}",
                choices,
                placeholder="a tag, or several words",
                check=_good_tags,
            ),
            chosen,
        )

    def _colour(self, id: ContactId, name: str) -> None:
        contact = self._contact(id)
        if name.strip():
            wanted = name.strip().casefold()
            if wanted not in (*COLOURS, NO_COLOUR):
                raise WrongArgument(f"Colours are {', '.join(COLOURS)}, and none.")
            self._label(contact, colour="" if wanted == NO_COLOUR else wanted)
            return
        choices = [Choice(colour, colour) for colour in (*COLOURS, NO_COLOUR)]

        def chosen(colour: str) -> None:
            fresh = self._contact(id) if id in self._port.view().desk.chats else contact
            self._label(fresh, colour="" if colour == NO_COLOUR else colour)

        title = f"A colour for {clean_line(contact.nick, max_chars=30)}"
        ask(self._screen.app, ChooseScreen(title, choices, placeholder="part of its name"), chosen)

    def _label(
        self, contact: Contact, tags: tuple[str, ...] | None = None, colour: str | None = None
    ) -> None:
        self._port.send(
            Label(
                contact.id,
                contact.tags if tags is None else tags,
                contact.colour if colour is None else colour,
                contact.resolution,
            )
        )

    # the end

    def wrap_up(self, contact: Contact) -> None:
        """Ask what came of a chat that ends now, unless the agent does not want to be asked."""
        view = self._port.view()
        if not view.settings.chats.wrap_up:
            return
        contact = view.labelled(contact)
        before = WrapUp(contact.resolution, contact.tags)

        def keep(said: WrapUp) -> None:
            if (said.outcome, said.tags) != (before.outcome, before.tags):
                outcome = RemoteText(said.outcome)
                self._port.send(Label(contact.id, _fitting(said.tags), contact.colour, outcome))
            if said.note:
                self.write_note(contact.id, said.note)

        outcomes = view.settings.wrap_up.outcomes
        self._screen.app.clear_notifications()
        self._screen.app.push_screen(
            WrapUpScreen(clean_line(contact.nick, max_chars=40), outcomes, known_tags(view), before, keep)
        )


def _fitting(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag[:TAG_LIMIT] for tag in tags))[:TAGS_AT_MOST]


def _good_tags(text: str) -> str | Refused:
    try:
        changed_tags((), text)
    except WrongArgument as wrong:
        return Refused(wrong.reason)
    return text if tags_of(text) else Refused("Write a word.")
