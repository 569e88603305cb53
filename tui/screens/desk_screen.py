"""The main screen: the queue and my chats at the left, open chats at the right, state above, keys below.

It draws the view it is given and turns what the agent does into commands and events. Which chat is the
current one is the desk's to know.
"""

from __future__ import annotations

import asyncio
import inspect
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.alerts.reasons import who
from tui.desk.contact import ContactId, MessageId
from tui.desk.events import ChatShown
from tui.desk.letter import reply_address
from tui.desk.presence import told_from
from tui.desk.state import Chat, chat_numbered, longest_waiting
from tui.link.commands import (
    End,
    GiveBack,
    Send,
    TellTyping,
    Transfer,
)
from tui.link.port import DeskPort
from tui.link.view import View
from tui.screens.abbreviations.opening import open_abbreviations
from tui.screens.alert_deeds import AlertDeeds
from tui.screens.around import HEADER_COMMANDS, key_hints, parting_question, welcome_words
from tui.screens.banners import notices
from tui.screens.chat_deeds import ChatDeeds
from tui.screens.chat_words import ChatWords
from tui.screens.command_table import BY_ID, COMMANDS
from tui.screens.dialogs import Draft, QuitScreen
from tui.screens.draft_deeds import DraftDeeds
from tui.screens.header import header_state, status_text
from tui.screens.keymap import Keymap
from tui.screens.label_deeds import LabelDeeds
from tui.screens.narrow import NARROW_CSS, fit_lists, reveal
from tui.screens.overlay import Layer
from tui.screens.pane import ChatPane
from tui.screens.pane_row import Keyboard, PaneRow
from tui.screens.passing_on import PassingOn
from tui.screens.past.deeds import PastDeeds
from tui.screens.past.visitor_panel import VisitorPanel
from tui.screens.queue_panel import QueuePanel
from tui.screens.read_marks import ReadMarks
from tui.screens.rows import chat_rows
from tui.screens.waiting import waiting_of
from tui.text import NotAdmitted, admit, clean_line
from tui.typed.slash import WrongArgument
from tui.widgets.banner import Banner
from tui.widgets.chat_list import ChatList
from tui.widgets.composer import Composer
from tui.widgets.header_line import HeaderLine
from tui.widgets.key_line import KeyLine
from tui.widgets.keyboard import give_keyboard
from tui.widgets.queue_list import QueueList
from tui.widgets.status_line import StatusLine
from tui.widgets.tab_line import TabLine
from tui.widgets.terminal_keys import RepeatedKey
from tui.widgets.transcript import Transcript
from tui.widgets.welcome import Welcome

PARTING: dict[type[End | GiveBack | Transfer], str] = {GiveBack: "Give back", Transfer: "Pass on"}
"""What parting from a chat is called, if not "End"."""
Deed = Callable[[str], None]
"""What a command does with what was typed behind it, which is mostly nothing."""
SLIP = 0.5
"""Seconds after the row under the cursor has vanished in which Enter does not take its neighbour instead."""
WRITES_FOR = 1.5
"""Seconds after a key for which the agent counts as writing: no chat that comes then takes the keyboard."""
EMPTY_FOR = 0.7
"""Seconds for which the composer must have been empty for Ctrl+D to end the chat instead of deleting."""
THREE_ABREAST = 106
"""Cells from which lists, a chat and the visitor panel stand side by side; below, the lists give way."""


class DeskScreen(Layer[None]):
    """The console."""

    HELP = """The console
    Waiting visitors and your chats stand at the left, the open chats at the right. The line at the top
    says whether you are ready, how many wait, whether the console knows that you look at it, and whether
    sound and popups are on; the line at the bottom shows the keys that have something to do now.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                command.keys, f"do('{command.id}')", command.title, id=command.id, priority=True, show=False
            )
            for command in COMMANDS
            if not command.fixed
        ),
        *(
            Binding(
                f"alt+{number}",
                f"go_to_chat({number})",
                BY_ID["go-to-chat"].title,
                show=False,
                priority=True,
            )
            for number in range(1, 10)
        ),
    ]

    DEFAULT_CSS = (
        """
    DeskScreen {
        layout: vertical;
        & > #desk { height: 1fr; }
        #lists { width: 30; }
        #lists ChatList { height: 1fr; min-height: 4; }
        &.-zoomed #lists { display: none; }
        &.-visitor VisitorPanel { display: block; }
        &.-visitor.-tight #lists { display: none; }
    }
    """
        + NARROW_CSS
    )

    AUTO_FOCUS = ""
    """Nothing: while somebody is being accepted the keyboard is nowhere, and what is typed waits."""

    def __init__(
        self, port: DeskPort, keymap: Keymap, give: Callable[[events.Event], Awaitable[None]]
    ) -> None:
        """``give`` has the application treat a key that was held back."""
        super().__init__()
        self._port = port
        self._keymap = keymap
        self._give = give
        self._view = port.view()
        self._summons = self._view.summons.number if self._view.summons else 0
        self._marks = ReadMarks(port)
        self._composed = False
        self._drawing = asyncio.Lock()
        self._chats_at = 0.0
        """As at when the chats are drawn."""
        self._told_of_end = False
        self._typed_in: ContactId | None = None
        """In whose chat the command that is being carried out was typed; None when it came another way."""
        self.header = HeaderLine()
        self.queue = QueueList(title="WAITING", empty="Nobody is waiting.", id="queue")
        self.queue.take = self._accept_row
        self.panel = QueuePanel(self.queue)
        self.banner = Banner()
        self._passing = PassingOn(self, port, lambda wish: self._part_from(wish.contact, wish))
        self.chats = ChatList(title="MY CHATS", empty="No chats yet.", id="chats")
        self._drafts = DraftDeeds(self, port)
        self.row = PaneRow(port, self._drafts.gone)
        self._panes = self.row.panes
        self._alert_deeds = AlertDeeds(self, port, self.queue)
        self._chat_deeds = ChatDeeds(self, port, self.row)
        self._label_deeds = LabelDeeds(self, port, self.row)
        self.visitor = VisitorPanel(port)
        self._past = PastDeeds(self, port, self.row, self.visitor)
        self.status = StatusLine()
        self.key_line = KeyLine()

    def compose(self) -> ComposeResult:
        """Header, lists and panes, status, keys."""
        yield self.header
        yield self.banner
        with Horizontal(id="desk"):
            with Vertical(id="lists"):
                yield self.panel
                yield self.chats
            yield self.row
            yield self.visitor
        yield self._drafts.kept
        yield self.status
        yield self.key_line

    async def on_mount(self) -> None:
        """Draw the first view."""
        self._composed = True
        self.set_interval(1.0, self._tick)
        give_keyboard(self.queue)
        await self.show(self._view)

    # drawing

    async def show(self, view: View) -> None:
        """Draw this view."""
        self._view = view
        if self._composed:
            async with self._drawing:  # panes come and go in the middle of it
                await self._draw()

    async def _draw(self) -> None:
        """Draw the newest view."""
        view = self._view = self.row.as_chosen(self._view)
        self.set_class(not view.desk.chats and not view.desk.pending, "-calm")
        idle = self.focused in (None, self.queue, self.chats) and not self._drafts.accepting.listens
        if await self.row.match(view, self._writes, idle) is Keyboard.HOMELESS:
            give_keyboard(self.queue)
        self.panel.show(view)
        self._show_chats(view.at)
        if (
            view.desk.current in view.desk.chats
            and view.desk.current is not None
            and not self.chats.has_focus
        ):
            self.chats.move_to(view.desk.current)
        self.row.welcome(welcome_words(view, self._keymap), view.door.url)
        await self._drafts.settle(view)
        self._heed_summons(view)
        self._tick()

    def _show_chats(self, now: float) -> None:
        """The chats, as they are now, in list, tabs and panes."""
        self._chats_at = now
        rows = chat_rows(self._view, self.row.shown, now)
        self.chats.set_rows(rows)
        keys = self._keymap
        self.row.show(self._view, keys.label("end"), rows, now, copy_key=keys.label("copy-link"))

    def _tick(self) -> None:
        """Once a second: what counts the time."""
        now = time.time()
        view = self._view
        self.panel.tick(now)
        self.chats.tick(now)
        self.header.show(header_state(view))
        self.header.tick(now)
        self.banner.show(notices(view, self._keymap, now))
        text, ringing = status_text(view, now)
        self.status.show(text, ringing=ringing)
        self.key_line.show(key_hints(self._view, self._keymap))
        self.row.tick(now)
        self.refresh_panel()
        if any(_changes(chat, self._chats_at, now) for chat in view.desk.chats.values()):
            self._show_chats(now)
        if self.app.screen is self:  # no other lies over the chat
            self._marks.mark(view, self._panes)

    def refresh_panel(self) -> None:
        """Bring the visitor panel up to date: by the queue's cursor while the keyboard is there."""
        at = self.queue.cursor if self.queue.has_focus else None
        self._past.show(self._view.desk.pending.get(at) if at is not None else None)

    def on_resize(self, event: events.Resize) -> None:
        """More or less room: other widths, another number of panes."""
        fit_lists(self)
        self.set_class(event.size.width < THREE_ABREAST, "-tight")

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Textual's own; where there is room for lists or chats alone, those are seen the keyboard is in.

        Who goes somewhere while somebody is being accepted does not wait for them; the window's focus is no
        going."""
        if widget is not None and self._drafts.accepting.listens:
            if from_app_focus:
                return
            self._drafts.stop_listening()
        reveal(self, widget)
        super().set_focus(widget, scroll_visible, from_app_focus)

    def key_of(self, command: str) -> str:
        """The key of a command, as the agent knows it."""
        return self._keymap.label(command)

    def use_keymap(self, keymap: Keymap) -> None:
        """Show other keys from now on."""
        self._keymap = keymap
        self._tick()

    # summons

    def _heed_summons(self, view: View) -> None:
        """A popup was clicked: show that contact."""
        if view.summons is None or view.summons.number == self._summons:
            return
        self._summons = view.summons.number
        contact = view.summons.contact
        wish = view.summons.wish
        if wish and contact is not None and contact not in view.desk.chats:
            self._drafts.accepted_elsewhere(view, contact, wish)
            self.app.call_later(self.draw_again)
        elif contact is None or contact in view.desk.pending:
            if contact is not None:
                self.panel.bring(contact)
            give_keyboard(self.queue)
        elif contact in view.desk.chats:
            self.show_chat(contact)

    # what the agent does

    def action_do(self, id: str) -> None:
        """Carry out a command of the table."""
        self.do(id)

    def do(self, id: str, argument: str = "", *, contact: ContactId | None = None) -> None:
        """Carry out a command of the table, from key, palette, menu, mouse, or typed after a slash.

        Only what was typed has an argument, and names the contact in whose chat that was. Raises
        WrongArgument for an argument that does not do.
        """
        deed = self._deeds().get(id)
        if deed is None:
            self._application(id)
            return
        self._typed_in = contact
        try:
            deed(argument)
        except WrongArgument as error:
            if argument:
                raise
            self.say(str(error))
        finally:
            self._typed_in = None

    def _application(self, id: str) -> None:
        """Help, settings, menu, palette, quit: at once, for keys that come with it are meant for them."""
        action = getattr(self.app, f"action_{id.replace('-', '_')}")
        if inspect.iscoroutinefunction(action):
            self.run_worker(action(), exclusive=False)
        else:
            action()

    def _deeds(self) -> dict[str, Deed]:
        """What each command does, with what was typed behind it."""
        return {
            "accept-longest": self._accept_named,
            "filter-queue": self.panel.filter,
            "to-queue": lambda _: self._go_round(),
            "end": lambda _: self.with_chosen(lambda id: self._part_from(id, End(id))),
            "give-back": lambda _: self.with_chosen(lambda id: self._part_from(id, GiveBack(id))),
            "abbreviations": lambda words: open_abbreviations(
                self.app, self._port, self._panes, self.current, words
            ),
            "copy-link": lambda _: self._copy_link(),
            "pause": self._passing.pause,
            "pause-because": lambda _: self._passing.pause_because(),
            "transfer": lambda to: self.with_current(lambda id: self._passing.transfer(id, to)),
            "decline": lambda why: self._passing.decline(self.queue.cursor, why),
            **self._alert_deeds.table(),
            **self._chat_deeds.table(),
            **self._label_deeds.table(),
            **self._past.table(),
        }

    def _accept_named(self, name: str) -> None:
        """The one of this name, else the longest waiting of all."""
        if name:
            self._accept(waiting_of(self._view, name))
            return
        longest = longest_waiting(self._view.desk)
        if longest is not None and self.panel.hides(longest.id):
            said = f"{who(longest)} waited longest, hidden by /{self.panel.filter_words}"
            self.say(clean_line(said))
        self._accept(None)

    def _accept(self, contact: ContactId | None) -> None:
        """Ask for a contact. Until it is here the keyboard is nowhere: what is typed for the new visitor
        must not go to the one before."""
        self._drafts.accept(self._view, contact)

    def _writes(self) -> bool:
        """Whether the agent is in the middle of writing, and has asked for nobody; words kept are written
        on for as long as the keyboard is there."""
        focused, kept = self.focused, self._drafts.kept
        if self._drafts.accepting.listens or (kept.is_here and kept.composer.draft.strip()):
            return True
        return isinstance(focused, Composer) and time.monotonic() - focused.key_at < WRITES_FOR

    @property
    def listens(self) -> bool:
        """Whether what is typed now is for a visitor who is being accepted."""
        return self._drafts.accepting.listens

    def holds(self, event: events.Key | events.Paste) -> bool:
        """Whether a key is for a visitor who is being accepted: then it is kept, and given back later."""
        if isinstance(event, events.Key) and event.key == "ctrl+e":
            self._say_where_end_has_gone()
        if isinstance(event, events.Key) and event.key == "escape" and self._drafts.accepting.listens:
            self._drafts.stop_listening()
            self.enter_current()
            return True
        return self._drafts.holds(event)

    def edits(self, key: events.Key, action: str) -> bool:
        """Whether a key that would end a chat deletes in a text, as in every editor: Ctrl+D, unless the
        composer has stood empty for a while."""
        focused = self.focused
        if action != "do('end')" or key.key != "ctrl+d" or not isinstance(focused, Input | TextArea):
            return False
        if not isinstance(focused, Composer) or focused is self._drafts.kept.composer or focused.text:
            return True
        return isinstance(key, RepeatedKey) or key.time - focused.emptied_at < EMPTY_FOR

    async def give_again(self, typed: Sequence[events.Key | events.Paste]) -> None:
        """Have keys treated that were held back, now that it is known where they belong."""
        for event in typed:
            await self._give(event)

    def _say_where_end_has_gone(self) -> None:
        """Ctrl+E once ended the chat; whoever presses it is told once."""
        if self._told_of_end or self.command_of("ctrl+e") is not None:
            return
        self._told_of_end = True
        self.say(f"Ctrl+E goes to the end of the line. To end the chat: {self.key_of('end')}.")

    def command_of(self, key: str) -> str | None:
        """Which command a key has."""
        if key.startswith("alt+") and key[4:].isdecimal() and key != "alt+0":
            return "go-to-chat"
        return next((id for id, keys in self._keymap.keys.items() if key in keys), None)

    async def draw_again(self) -> None:
        """Draw the view anew: something has changed on this side."""
        await self.show(self._view)

    def open_chat(self) -> ChatPane | None:
        """The pane of the chat that is open and can be written to."""
        current = self.row.front or self._view.desk.current
        pane = self._panes.get(current) if current is not None else None
        return None if pane is None or pane.is_ended else pane

    def show_chat(self, id: ContactId) -> None:
        """Go to a chat: here at once, so that the next key is written there, and by the desk's word."""
        pane = self._panes.get(id)
        if pane is not None:
            self._leaves()
            self.row.choose(id)
            self.row.settle()
            pane.enter()
        else:
            if isinstance(self.focused, Composer):
                self.focused.key_at = float("-inf")  # who asks for another chat no longer writes in this one
            self._port.tell(ChatShown(id))

    @property
    def current(self) -> ContactId | None:
        """The chat a command is meant for. What was shown here last counts, not what the desk has said of it
        so far: two keys in quick succession must not end the chat before. None while the keyboard is with
        words that are no chat's."""
        if self._typed_in is None and self._drafts.kept.is_here:
            return None
        return self._typed_in or self.row.front or self._view.desk.current

    def with_chosen(self, deed: Callable[[ContactId], None]) -> None:
        """Do this to the chat under the cursor while the keyboard is in the list of chats, else to the one
        that is open."""
        chosen = self.chats.cursor if self.focused is self.chats and self._typed_in is None else None
        if chosen in self._view.desk.chats and chosen is not None:
            deed(chosen)
        else:
            self.with_current(deed)

    def with_current(self, deed: Callable[[ContactId], None]) -> None:
        """Do this to the chat that is open, or say that none is."""
        current = self.current
        if current is not None and current in self._view.desk.chats:
            deed(current)
        else:
            kept = self._drafts.kept.is_here
            self.say("These words are in no chat. Esc goes to the open one." if kept else "No chat is open.")

    def _leaves(self) -> None:
        """The agent goes elsewhere by themselves."""
        self._drafts.stop_listening()
        self._drafts.kept.leave()

    def _part_from(self, id: ContactId, wish: End | GiveBack | Transfer) -> None:
        """End, put away or give back: asked first while the visitor is there, and where something written
        would be lost."""
        chat, pane = self._view.desk.chats.get(id), self._panes.get(id)
        question = parting_question(chat, wish, pane is not None and bool(pane.composer.draft.strip()))
        if not question:
            self._part(id, wish)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                if pane is not None:
                    pane.composer.draft = ""
                self._part(id, wish)

        verb = PARTING.get(type(wish), "End")
        nick = pane.nick if pane is not None else ""
        draft = Draft(nick, lambda text: self._drafts.write(id, text))
        asked = QuitScreen(question, title=f"{verb} {nick}?", leave=f"{verb} (Y)", draft=draft)
        self.app.push_screen(asked, answered)

    def draft(self) -> Draft | None:
        """Where words go that are typed while a question stands: into the open chat."""
        pane = self.open_chat()
        if pane is None:
            return None
        return Draft(pane.nick, lambda text: self._drafts.write(pane.contact, text))

    def _part(self, id: ContactId, wish: End | GiveBack | Transfer) -> None:
        """Part at once; after an end, ask what came of it."""
        chat = self._view.desk.chats.get(id)
        self._drafts.parts(id)
        self._port.send(wish)
        if isinstance(wish, End) and chat is not None:
            self._label_deeds.wrap_up(chat.contact)

    def action_go_to_chat(self, number: int) -> None:
        """Open the chat with this number."""
        id = chat_numbered(self._view.desk, number)
        if id is not None:
            self.show_chat(id)

    def zoom(self, zoomed: bool) -> None:
        """Give the open chat all the room, or give it back."""
        self.row.zoomed = zoomed
        self.set_class(zoomed, "-zoomed")
        self.row.settle()
        self._show_chats(time.time())

    def _go_round(self) -> None:
        """Queue, my chats, writing, words that are kept, and round again."""
        self.zoom(False)
        kept = self._drafts.kept
        was_kept = kept.is_here
        self._leaves()
        if self.focused is self.queue and not self._view.desk.chats and kept.shown is not None:
            give_keyboard(kept.composer)
            return
        if self.focused is self.queue and not self._view.desk.chats:
            return
        if self.focused is self.queue:
            give_keyboard(self.chats)
        elif self.focused is self.chats:
            self.enter_current()
        elif kept.shown is not None and not was_kept:
            give_keyboard(kept.composer)
        else:
            give_keyboard(self.queue)

    def enter_current(self) -> None:
        """Put the keyboard into the open chat, or into the queue."""
        current = self.row.front or self._view.desk.current
        pane = self._panes.get(current) if current is not None else None
        if pane is not None and not pane.has_class("hidden"):
            pane.enter()
        else:
            give_keyboard(self.queue)

    def restore_focus(self) -> None:
        """The window has the focus again and Textual does not know what had it here."""
        if self.focused is None and not self._drafts.accepting.listens:
            self.enter_current()

    def _copy_link(self) -> None:
        current = self.current
        links = self._panes[current].transcript.links() if current in self._panes else ()
        chat = self._view.desk.chats.get(current) if current is not None else None
        if chat is not None and chat.contact.offline and (address := reply_address(chat.contact)):
            self._copy(address)
        elif links:
            self._copy(links[-1])
        elif current in self._panes:
            self.say("There is no link in this chat.")
        else:
            self._copy_door()

    @on(Welcome.LinkClicked)
    def _copy_door(self) -> None:
        door = self._view.door.url
        if door:
            self._copy(door)
        else:
            self.say("No chat is open, and no visitor's door.")

    def _copy(self, link: str) -> None:
        self.app.copy_to_clipboard(link)
        self.say(f"{link}\nCopied, if the terminal allows it.")

    def say(self, text: str) -> None:
        """Say something in a toast."""
        self.notify(text, markup=False, timeout=4)

    @on(QueueList.ContactChosen)
    def _accept_chosen(self, event: QueueList.ContactChosen) -> None:
        self._accept_row(event.id)

    def _accept_row(self, id: ContactId) -> None:
        if time.monotonic() < self.panel.slipped_at + SLIP:
            self.say("The contact you were on has just left the queue. Press again to take this one.")
        else:
            self._accept(id)

    @on(ChatList.ChatChosen)
    def _show_chosen(self, event: ChatList.ChatChosen) -> None:
        self.show_chat(event.id)

    @on(PaneRow.Settled)
    def _settled(self) -> None:
        self._show_chats(time.time())

    @on(TabLine.TabChosen)
    def _show_tab(self, event: TabLine.TabChosen) -> None:
        self.show_chat(event.id)

    @on(Composer.HelpWanted)
    def _help_wanted(self, event: Composer.HelpWanted) -> None:
        pane = event.composer.query_ancestor(ChatPane)
        event.composer.help_with(ChatWords(pane.contact, lambda: self._view, self.do))
        event.composer.left = self._drafts.typed_behind

    @on(ChatPane.Entered)
    def _pane_entered(self, event: ChatPane.Entered) -> None:
        pane = self._panes.get(event.contact)
        still_there = pane is not None and pane.has_focus_within
        if still_there and event.contact != self._view.desk.current:
            before = self._view.desk.current or ContactId("")
            self.row.choose(event.contact, instead_of=before)

    @on(ChatPane.Wrote)
    def _wrote(self, event: ChatPane.Wrote) -> None:
        with suppress(NotAdmitted):  # the composer sends nothing blank, and nothing too long
            text = admit(event.text)
            self._port.send(Send(event.contact, MessageId(uuid.uuid4().hex), text))

    @on(ChatPane.Noted)
    def _noted(self, event: ChatPane.Noted) -> None:
        with suppress(WrongArgument):  # nothing blank, and nothing too long
            self._label_deeds.write_note(event.contact, event.text)

    @on(ChatPane.Typed)
    def _typed(self, event: ChatPane.Typed) -> None:
        self._port.send(TellTyping(event.contact, event.typing))

    @on(Transcript.LinkChosen)
    def _link_chosen(self, event: Transcript.LinkChosen) -> None:
        self._copy(event.url)

    @on(KeyLine.KeyClicked)
    def _key_clicked(self, event: KeyLine.KeyClicked) -> None:
        self.do(event.command)

    @on(Banner.BannerClicked)
    def _banner_clicked(self, event: Banner.BannerClicked) -> None:
        self.do(event.command)

    @on(HeaderLine.HeaderClicked)
    def _header_clicked(self, event: HeaderLine.HeaderClicked) -> None:
        command = HEADER_COMMANDS.get(event.part)
        if command is not None:
            self.do(command)

    def drafts(self) -> int:
        """How many chats hold something written and not sent."""
        written = sum(bool(pane.composer.draft.strip()) for pane in self._panes.values())
        return written + self._drafts.kept.unsent()

    def commands(self) -> Iterable[tuple[str, str, str]]:
        """What the palette offers: id, title with its key, and the sentence of help."""
        for command in COMMANDS:
            if not command.fixed and command.id != "palette":
                yield (
                    command.id,
                    f"{command.title}  ({self._keymap.label(command.id)})",
                    BY_ID[command.id].help,
                )


def _changes(chat: Chat, then: float, now: float) -> bool:
    """Whether time alone has changed what is to be said of a chat: the visitor has stopped typing, or counts
    as away."""
    due_at = told_from(chat.contact)
    return then < chat.typing_until <= now or (due_at is not None and then < due_at <= now)
