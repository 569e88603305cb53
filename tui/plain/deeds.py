"""What each command does in plain mode. Wishes go to the desk; answers are said at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.alerts.plan import AlertEvent, Channel
from tui.alerts.reasons import who
from tui.desk.contact import ContactId
from tui.desk.events import MuteSet, PauseSet, RingSilenced
from tui.desk.letter import reply_address
from tui.desk.state import longest_unanswered, longest_waiting, next_unread
from tui.link.commands import Decline, Master, TestAlert, ToggleMaster, Transfer
from tui.plain import answers, words
from tui.plain.addressee import named
from tui.plain.labels import label_deeds
from tui.plain.news import waiting
from tui.plain.partings import Partings, said
from tui.plain.questions import yes_or_no
from tui.plain.searching import find, search
from tui.plain.table import BY_ID, INSTEAD
from tui.plain.wrap_up import WrapUps
from tui.screens.targets import meant, targets
from tui.screens.waiting import waiting_of
from tui.screens.why import sounding_now, why_not
from tui.text import NotAdmitted, RemoteText, admit
from tui.typed.arguments import mute_until, switch
from tui.typed.slash import WrongArgument

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole

MUTE_DEFAULT = 15
"""Minutes of a mute for which none are said."""
READ_BACK = 5
NOTE_LIMIT = 1_000
"""Characters of a note or a reason."""
LOG_LINES = 10
CHANGES = frozenset({"note", "tag", "transfer"})
"""What is done to the current chat without naming the visitor first."""
MOST = 200


class Deeds:
    """The commands that can be typed, by id."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._wrap_ups = WrapUps(console)
        self.partings = Partings(console, self._wrap_ups)

    def do(self, id: str, argument: str) -> None:
        """Carry out a command. Raises WrongArgument."""
        if id in CHANGES and self._console.addressee.doubt:
            self._ask_for_whom(id, argument)
        else:
            self._carry_out(id, argument)

    def _carry_out(self, id: str, argument: str) -> None:
        deed = self._deeds().get(id)
        if deed is None:
            self._console.say(
                INSTEAD.get(id, "That needs the screen; start Deskbell without --plain for it.")
            )
        else:
            deed(argument)

    def _ask_for_whom(self, id: str, argument: str) -> None:
        """The current chat is not the one the agent chose: what is meant for one is not done to another."""
        console, chosen = self._console, self._current()
        name = BY_ID[id].slash_names[0]

        def go_on() -> None:
            if console.current() != chosen:
                raise WrongArgument(f"Not done, the current chat has changed again: /{name}.")
            console.addressee.choose(chosen)
            self._carry_out(id, argument)

        text = (
            f"{console.addressee.doubt} /{name} for {named(console.view.desk.chats[chosen], console.view)}?"
        )
        console.questions.ask(yes_or_no(text, said(console, go_on), f"Not done: /{name}."))

    def _deeds(self) -> dict[str, Callable[[str], None]]:
        console = self._console
        view, say, port = console.view, console.say, console.port
        now = time.time()
        return {
            "help": lambda word: say(*answers.help_lines(word)),
            "who": lambda _: say(*waiting(view, now)),
            "to-queue": lambda _: say(*answers.queue_lines(view, now)),
            "chats": lambda _: say(*answers.chat_lines(view, console.current(), now)),
            "status": lambda _: say(*answers.status_lines(view)),
            "again": lambda n: console.repeat(answers.number(n, MOST, "line") if n else None),
            "read": self._read,
            "say": console.send,
            "accept-longest": self._accept,
            "go-to-chat": self._go_to,
            "next-unread": lambda _: self._next_unread(),
            "next-chat": lambda _: self._next_chat(),
            "end": lambda _: self.partings.end(self._current()),
            "quit": lambda _: self.partings.quit(),
            "wrap-up": self._wrap_ups.say,
            "give-back": lambda _: self.partings.give_back(self._current()),
            "copy-link": lambda _: self._last_link(),
            "silence": lambda _: self._silence(),
            "mute": lambda span: port.tell(MuteSet(mute_until(span or str(MUTE_DEFAULT), now))),
            "why": lambda _: self._why(),
            "alert-log": lambda _: self._log(),
            "test-tone": lambda _: port.send(TestAlert(AlertEvent.PENDING, Channel.AUDIO)),
            "toggle-audio": lambda word: self._toggle(Master.AUDIO, view.settings.audio.enabled, word),
            "toggle-popups": lambda word: self._toggle(Master.DESKTOP, view.settings.desktop.enabled, word),
            "pause": self._pause,
            "decline": lambda why: port.send(Decline(answers.addressed_to_me(view), _admitted(why))),
            "transfer": self._transfer,
            "send-link": self._link,
            "longest-unanswered": lambda _: self._unanswered(),
            "abbreviations": lambda asked: say(*answers.texts(view, console.current(), asked)),
            "agents": lambda _: self._agents(),
            **label_deeds(console, lambda: view.desk.chats[self._current()].contact),
            "find": lambda words: find(console, view.desk.chats[self._current()], words),
            "search-past": lambda words: search(console, words),
        }

    def _current(self) -> ContactId:
        id = self._console.current()
        if id is None:
            raise WrongArgument("No chat is open.")
        return id

    def _accept(self, asked: str) -> None:
        view = self._console.view
        if not asked:
            self._console.accept(None)
        elif asked.isdecimal():
            self._console.accept(answers.waiting_number(view, asked))
        else:
            self._console.accept(waiting_of(view, asked))

    def _show(self, id: ContactId) -> None:
        """Go to a chat, and say what is not read there."""
        console = self._console
        console.addressee.choose(id)
        console.say(f"Current: chat {words.chat_name(console.view.desk.chats[id])}")

    def _go_to(self, asked: str) -> None:
        self._show(answers.chat_meant(self._console.view, asked))

    def _next_unread(self) -> None:
        found = next_unread(self._console.view.desk)
        if found is None:
            raise WrongArgument("Nothing is unread.")
        self._show(found)

    def _next_chat(self) -> None:
        chats = list(self._console.view.desk.chats)
        at = chats.index(self._current())
        self._show(chats[(at + 1) % len(chats)])

    def _read(self, asked: str) -> None:
        most = answers.number(asked, MOST, "message") if asked else READ_BACK
        self._console.say(*answers.read_back(self._console.view, self._current(), most))

    def _pause(self, reason: str) -> None:
        paused = self._console.view.desk.paused
        if reason.casefold() in ("off", "ready"):
            paused, reason = True, ""
        self._console.port.tell(PauseSet(bool(reason) or not paused, str(_admitted(reason))))

    def _transfer(self, typed: str) -> None:
        id = self._current()
        found = targets(self._console.view, time.time())
        target, note = meant(found, typed)
        wish = Transfer(id, target.agent, target.group, _admitted(note))
        self._console.parts(id, f"passed on to {target.name}")
        self._console.port.send(wish)

    def _agents(self) -> None:
        found = targets(self._console.view, time.time())
        lines = [f"{one.name}: {one.told}" for one in found]
        self._console.say(*(lines or ["Nobody else is here."]))

    def _link(self, name: str) -> None:
        links = self._console.view.settings.links
        if name not in links:
            known = ", ".join(links) or "none; they are named under [links] in the settings file"
            raise WrongArgument(f"There is no such link. Known: {known}.")
        self._console.send(links[name])

    def _unanswered(self) -> None:
        found = longest_unanswered(self._console.view.desk)
        if found is None:
            raise WrongArgument("Every visitor has their answer.")
        self._show(found)

    def _last_link(self) -> None:
        from tui.widgets.wrapping import find_links

        chat = self._console.view.desk.chats[self._current()]
        if chat.contact.offline and (address := reply_address(chat.contact)):
            self._console.say(address)
            return
        for message in reversed(chat.messages):
            text = words.one_line(message.text)
            if links := find_links(text):
                self._console.say(text[links[-1].start : links[-1].end])
                return
        raise WrongArgument("There is no link in this chat.")

    def _silence(self) -> None:
        ringing = bool(self._console.view.ringing)
        self._console.port.tell(RingSilenced())
        self._console.say("silenced" if ringing else "Nothing rings.")

    def _why(self) -> None:
        view = self._console.view
        first = longest_waiting(view.desk)
        if first is None:
            self._console.say(sounding_now(view)[0])
        else:
            self._console.say(f"{who(first)}: {why_not(view, first.id)}")

    def _log(self) -> None:
        decisions = self._console.view.decisions[-LOG_LINES:]
        lines = [f"{one.nick}, {one.verdict}: {one.reason}" for one in decisions]
        self._console.say(*(lines or ["Nothing was decided yet."]))

    def _toggle(self, master: Master, on: bool, word: str) -> None:
        if switch(word, on) == on:
            self._console.say(f"{'audio' if master is Master.AUDIO else 'popups'} {'on' if on else 'off'}")
        else:
            self._console.port.send(ToggleMaster(master))


def _admitted(text: str) -> RemoteText:
    """What may be stored of a note or a reason. Raises WrongArgument when it is too long."""
    try:
        return admit(text.strip(), NOTE_LIMIT, what="it", blank_allowed=True)
    except NotAdmitted as error:
        raise WrongArgument(f"{error}.".capitalize()) from error
