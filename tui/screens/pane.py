"""One chat: its title, its transcript, its composer. Kept for as long as the chat is, so that the draft, the
sent texts and the place in the transcript stay where they are."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.desk.contact import AgentName, ContactId, MessageId
from tui.desk.letter import reply_address, why_unanswerable
from tui.desk.state import Chat
from tui.screens.rows import away_sentence, ended_word, first_unread, pane_title, transferred_words
from tui.screens.transcript_rows import TranscriptRows
from tui.text import clean_line
from tui.widgets import glyphs
from tui.widgets.composer import Composer
from tui.widgets.find_area import FindArea
from tui.widgets.keyboard import give_keyboard
from tui.widgets.pane_title import PaneTitle
from tui.widgets.rows import ChatRow


class ChatPane(Vertical):
    """A chat as the agent sees it."""

    @dataclass
    class Wrote(Message):
        """The agent sent a text in this chat."""

        contact: ContactId
        text: str

    @dataclass
    class Noted(Message):
        """The agent wrote a private note in this chat."""

        contact: ContactId
        text: str

    @dataclass
    class Typed(Message):
        """The agent is typing in this chat, or has stopped."""

        contact: ContactId
        typing: bool

    @dataclass
    class Entered(Message):
        """The agent moved into this pane."""

        contact: ContactId

    DEFAULT_CSS = """
    ChatPane {
        width: 1fr;
        border-left: vkey $panel;
        & > .pane--came { height: auto; max-height: 4; padding: 0 1; color: $text-accent; display: none; }
        &.-came > .pane--came { display: block; }
        & > .pane--away { height: auto; max-height: 2; padding: 0 1; color: $text-warning; display: none; }
        &.-away > .pane--away { display: block; }
        & > .pane--letter { height: auto; max-height: 4; padding: 0 1; color: $text-accent; display: none; }
        &.-letter > .pane--letter { display: block; }
        & > .pane--ended { height: auto; padding: 0 1; color: $text-warning; display: none; }
        &.-ended > .pane--ended { display: block; }
        &.-ended > Composer { display: none; }
        &.-ended.-unsent > Composer { display: block; }
    }
    """

    def __init__(self, contact: ContactId, me: AgentName, unanswerable: str = "") -> None:
        """``unanswerable``: why nothing can be sent to this visitor; empty when it can."""
        super().__init__()
        self.contact = contact
        self._rows = TranscriptRows(me)
        self._title = PaneTitle()
        self.reading = FindArea()
        self.transcript = self.reading.transcript
        self.composer = Composer(placeholder="Write to the visitor; Enter sends")
        self.composer.unsendable = f"Not sent: {unanswerable}." if unanswerable else ""
        self._ended = Static(markup=False, classes="pane--ended")
        self._came = Static(markup=False, classes="pane--came")
        self._away = Static(markup=False, classes="pane--away")
        self._absence = ""
        self._way = ""
        self._letter = Static(markup=False, classes="pane--letter")
        self._letter_told = ""
        self._first_unread: MessageId | None = None
        self._said = ""
        self._chat: Chat | None = None
        self.nick = ""
        """The visitor's name as it is shown."""

    def compose(self) -> ComposeResult:
        """Title, transcript, and the composer or how the chat ended."""
        yield self._title
        yield self._came
        yield self.reading
        yield self._letter
        yield self._ended
        yield self._away
        yield self.composer.slip
        yield self.composer

    def show(self, chat: Chat, row: ChatRow, now: float, end_key: str, copy_key: str = "") -> None:
        """Bring the pane up to date; ``row`` is the chat's in the list."""
        self.set_class(row.is_current, "-current")
        self._title.set_class(row.is_current, "-current")
        self.set_class(chat.ended, "-ended")
        self.nick = clean_line(chat.contact.nick, max_chars=40)
        gone = f"{self.nick} has gone; nothing can be sent. What you write is kept."
        self.composer.barred = gone if chat.ended else ""
        self._show_unsent()
        if chat.unread:
            self._first_unread = self._first_unread or first_unread(chat)
        elif not row.is_current:
            self._first_unread = None
        self._chat = chat
        self._title.show(pane_title(chat, row), now)
        self._say_ended(chat, end_key)
        self._say_how_it_came(chat)
        self._say_letter(chat, copy_key)
        self.tick(now)

    def tick(self, now: float) -> None:
        """Once a second: the clocks, how far what was sent has got, whether the visitor is still typing."""
        if self._chat is None:
            return
        self._show_unsent()
        self.transcript.set_rows(self._rows.update(self._chat, now), self._first_unread)
        typing = self._chat.typing(now) and not self._chat.ended
        self.transcript.set_typing(clean_line(self._chat.contact.nick) if typing else None)
        self._title.tick(now)
        self._say_away(away_sentence(self._chat.contact, now))

    def _say_away(self, absence: str) -> None:
        if absence != self._absence:
            self._absence = absence
            self.set_class(bool(absence), "-away")
            self._away.update(Content(absence))

    def _show_unsent(self) -> None:
        """What was written is seen after the end, too; and whoever was just writing is not sent elsewhere."""
        written = bool(self.composer.draft.strip()) or self.composer.has_focus
        self.set_class(self.has_class("-ended") and written, "-unsent")

    def _say_ended(self, chat: Chat, end_key: str) -> None:
        ended = ""
        if chat.ended:
            lost = sum(out.lost for out in chat.outgoing)
            unsent = f" {lost} of your messages could not be sent." if lost else ""
            ended = f"{ended_word(chat).capitalize()}.{unsent} {end_key} puts this chat away."
        if ended != self._said:
            self._said = ended
            self._ended.update(Content(ended))

    def _say_how_it_came(self, chat: Chat) -> None:
        way = transferred_words(chat.contact)
        if way != self._way:
            self._way = way
            self.set_class(bool(way), "-came")
            self._came.update(Content(way))

    def _say_letter(self, chat: Chat, copy_key: str) -> None:
        """A letter stays one: what is written here nobody would read."""
        why = why_unanswerable(chat.contact)
        copies = f" ({copy_key} copies the address)" if copy_key and reply_address(chat.contact) else ""
        told = f"{glyphs.OFFLINE} {why}{copies}." if why else ""
        if told != self._letter_told:
            self._letter_told = told
            self.set_class(bool(told), "-letter")
            self._letter.update(Content(told))

    @property
    def is_ended(self) -> bool:
        """Whether there is nobody left to write to."""
        return self.has_class("-ended")

    def enter(self) -> None:
        """Put the keyboard into this pane."""
        unsent = bool(self.composer.draft.strip())
        give_keyboard(self.transcript if self.is_ended and not unsent else self.composer)

    @on(FindArea.Left)
    def _left_finding(self, event: FindArea.Left) -> None:
        event.stop()
        self.enter()

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        event.stop()
        self._first_unread = None
        self.transcript.action_end()
        if event.composer.note:
            event.composer.note = False
            self.post_message(self.Noted(self.contact, event.text))
        else:
            self.post_message(self.Wrote(self.contact, event.text))

    @on(Composer.TypingChanged)
    def _typing(self, event: Composer.TypingChanged) -> None:
        event.stop()
        self.post_message(self.Typed(self.contact, event.typing))

    @on(Composer.PageAsked)
    def _page(self, event: Composer.PageAsked) -> None:
        event.stop()
        self.transcript.action_page(event.by)

    @on(Composer.TooLong)
    def _too_long(self, event: Composer.TooLong) -> None:
        event.stop()
        self.notify(
            f"{event.length} characters; {event.limit} are the most in one message. Your text is kept.",
            title="Too long",
            severity="warning",
            markup=False,
        )

    def on_descendant_focus(self) -> None:
        """Someone came in by mouse or Tab."""
        self.post_message(self.Entered(self.contact))
