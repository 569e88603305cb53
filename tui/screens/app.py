"""The Textual application: passes views to the screens, and what the terminal reports to the desk.

It decides nothing. Whether the agent looks is for the desk to judge by the evidence sent from here;
``App.app_focus`` is never asked, because it assumes what it does not know.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events, messages
from textual.actions import ActionParseResult
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from tui.alerts.plan import TerminalAlert
from tui.config.schema import Appearance, Density
from tui.desk.events import FocusReported, InputSeen, ScreenStalled, TerminalReattached
from tui.desk.focus import ConsoleFocus
from tui.link.commands import ChangeSetting
from tui.link.port import DeskPort
from tui.screens.desk_screen import DeskScreen
from tui.screens.dialogs import MenuScreen, QuitScreen
from tui.screens.doctor_screen import DoctorScreen, Examine
from tui.screens.explain import explained
from tui.screens.help_screen import HelpScreen
from tui.screens.input_gate import InputGate
from tui.screens.key_guard import KeyGuard
from tui.screens.keymap import keymap
from tui.screens.looks import LEGIBLE, Looks, environment
from tui.screens.overlay import Dialog
from tui.screens.palette import DeskCommands, Palette
from tui.screens.past.past_screen import PastScreen
from tui.screens.past.search_screen import SearchScreen
from tui.screens.settings.record import RecordScreen
from tui.screens.settings.screen import SettingsScreen
from tui.screens.settings.shelf import ToneShelf
from tui.screens.theme_screen import ThemeScreen
from tui.screens.torn_keys import TornKeys
from tui.widgets.control_filter import ControlFilter
from tui.widgets.terminal_keys import LinesAtOnce

log = logging.getLogger(__name__)

BEAT_EVERY = 0.5
"""Seconds between two signs of life to the desk loop."""

INPUT_TOLD_EVERY = 1.0
"""Seconds within which several keys are told to the desk as one."""

ANSWER_WITHIN = 2.0
"""Seconds in which a terminal that answers questions must answer; else it has stopped reading."""

TOASTS = 3
"""Toasts on the screen at once."""

PING = "\x1b[?2026$p\x1b[?2048$p"
"""Two of Textual's own questions at its start: it takes the answers in, so that they type nothing."""


class ConsoleApp(App[None]):
    """Deskbell on the screen."""

    TITLE = "Deskbell"
    COMMANDS: ClassVar = {DeskCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="quit-anywhere", show=False, priority=True),
        Binding("f1,ctrl+g", "help", "Help", id="help-anywhere", show=False, priority=True),
    ]
    ENABLE_COMMAND_PALETTE = False  # its key is in our own table; see __init__
    CSS = f"""
    ToastRack {{ dock: top; align: right top; }}
    Toast {{ width: 44; max-width: 60%; }}
    MenuScreen OptionList, MenuScreen OptionList:focus {{
        border: none;
        padding: 0;
        background: transparent;
    }}
    {LEGIBLE}
    """

    class ViewReady(Message):
        """The desk has a new view."""

    def __init__(
        self,
        port: DeskPort,
        owed: Callable[[TerminalAlert], str],
        examine: Examine | None = None,
        tones: ToneShelf | None = None,
    ) -> None:
        """``owed`` gives the bytes the terminal itself is due: bells, title, notices. ``examine`` is the
        doctor's; it blocks, and is called on a thread of its own. ``tones`` are those to choose from."""
        environment()
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self._tones = tones or ToneShelf()
        self.looks = Looks(self)
        self.use_command_palette = True
        self._examine = examine
        self._port = port
        self._owed = owed
        self._keys = keymap(port.view().settings.keys)
        self._toasted = 0
        self._input_told = float("-inf")
        self._asked_at: float | None = None
        self._deaf = False
        """Whether the terminal was told of as one that has stopped reading."""
        self._answers = False
        """Whether the terminal answered a question at least once."""
        self._filter = ControlFilter()
        self._guard = KeyGuard(self)
        self._gate = InputGate(self)
        self._torn_keys = TornKeys(self)
        self._keys_told: tuple[str, ...] = ()

    def wake(self) -> None:
        """There is a new view. Called on the desk thread."""
        if self.is_running:
            self.post_message(self.ViewReady())

    def get_driver_class(self) -> type[Driver]:
        """Our own on Linux and macOS; any other, such as textual-serve's for a browser, stays."""
        wanted = super().get_driver_class()
        if sys.platform == "win32":
            return wanted
        from textual.drivers.linux_driver import LinuxDriver

        from tui.terminal_input.driver import TerminalDriver

        return TerminalDriver if wanted is LinuxDriver else wanted

    def get_default_screen(self) -> DeskScreen:
        """The console is the only screen of its kind."""
        return DeskScreen(self._port, self._keys, self.pass_on)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and the second line of defence against control characters."""
        looks = self.looks
        return [*looks.first_filters, *super().get_line_filters(), self._filter, *looks.filters]

    def on_mount(self) -> None:
        """Begin to beat; listen for a resume."""
        self._use_keys()
        self._use_looks(self._port.view().settings.appearance)
        self._gate.screen_changed()
        self.screen_change_signal.subscribe(self, lambda _: self._gate.screen_changed(), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self._port.tell(TerminalReattached()))
        self.set_interval(BEAT_EVERY, self._beat)
        self._beat()
        self.post_message(self.ViewReady())

    # the view

    async def on_console_app_view_ready(self) -> None:
        """Draw the newest view, toast what is to be told, pay what the terminal is owed."""
        view = self._port.view()
        if view.settings.keys != self._keys_of:
            self._use_keys()
        self._use_looks(view.settings.appearance)
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen | SettingsScreen | SearchScreen | PastScreen):
                await screen.show(view)
        due = [told for told in view.told if told.number > self._toasted]
        if any(told.over for told in due) or len(self._notifications) + len(due) > TOASTS:
            self.clear_notifications()  # the newest must not fall off the screen
        for told in due[-TOASTS:]:
            self.notify(told.text, title=told.title, severity=told.severity.value, markup=False, timeout=8)
        self._toasted = max((told.number for told in view.told), default=0)
        self._write(self._owed(view.terminal))

    def _use_keys(self) -> None:
        wanted = self._port.view().settings.keys
        self._keys_of = wanted
        self._keys = keymap(wanted)
        keys = {id: ",".join(own) for id, own in self._keys.keys.items()}
        self.set_keymap({**keys, "quit-anywhere": keys["quit"], "help-anywhere": keys["help"]})
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen | SettingsScreen):
                screen.use_keymap(self._keys)
        if self._keys.problems != self._keys_told:
            self._keys_told = self._keys.problems
            for problem in self._keys.problems[:3]:
                self.notify(problem, title="Settings", severity="warning", markup=False, timeout=10)

    def _use_looks(self, appearance: Appearance) -> None:
        """Go by the settings; a theme that is not known is told, and nothing changes."""
        wrong = self.looks.use(appearance)
        if wrong is not None:
            self.notify(wrong, title="Settings", severity="warning", markup=False, timeout=10)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a key is being recorded, no key does what it otherwise does."""
        return not (self.screen_stack and isinstance(self.screen_stack[-1], RecordScreen))

    def _write(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()

    # what the terminal reports

    async def on_event(self, event: events.Event) -> None:
        """Textual's own, but a key or a click is evidence of a looking agent first, and a key is what was
        meant by it."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            heard = self._torn_keys.heard(event)
            if heard is None:
                return
            event = heard
            self._torn_keys.explain(event, self._keys.in_use)
            event = self._guard.judged(event)
        elif isinstance(event, LinesAtOnce) and not event.is_forwarded:
            self._torn_keys.told_lines(event)
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._answered()
            now = time.monotonic()
            away = self._port.view().focus.state is not ConsoleFocus.FOCUSED
            if away or now >= self._input_told + INPUT_TOLD_EVERY:
                self._input_told = now
                self._port.tell(InputSeen())
        comes_back = event.is_forwarded
        if self._is_for_who_is_accepted(event) or self._gate.passes(event):
            await self.pass_on(event)
            if not comes_back:
                self._gate.passed(event)

    def _is_for_who_is_accepted(self, event: events.Event) -> bool:
        """Whether a key came behind a wish to accept: then it was meant for no screen that has closed."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded or not self.screen_stack:
            return False
        top = self.screen_stack[-1]
        return isinstance(top, DeskScreen) and top.listens

    async def pass_on(self, event: events.Event) -> None:
        """Have a key, or anything else, do what it does; what is typed for a visitor who is being accepted
        waits for them."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            top = self.screen_stack[-1] if self.screen_stack else None
            if isinstance(top, DeskScreen | QuitScreen) and top.holds(event):
                return
        with self._guard.handling(event):
            await super().on_event(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Textual's own; but one press is one deed, and a key that edits text does nothing else there."""
        key = self._guard.key
        if key is not None and isinstance(action, str):
            if isinstance(self.screen, DeskScreen) and self.screen.edits(key, action):
                return False
            if not self._guard.allows(action, default_namespace):
                return True
        return await super().run_action(action, default_namespace, namespaces)

    def on_app_focus(self) -> None:
        """The terminal says that the console has the focus."""
        self._port.tell(FocusReported(True))
        if isinstance(self.screen, DeskScreen):
            self.call_after_refresh(self.screen.restore_focus)
        elif self.screen.focused is None:
            self.screen.focus_next()

    def on_app_blur(self) -> None:
        """The terminal says that the console has lost the focus."""
        self._port.tell(FocusReported(False))

    def _beat(self) -> None:
        """Say that the screen loop moves; where it matters, ask the terminal whether it still reads."""
        now = time.monotonic()
        self._port.beat()
        if self._asked_at is not None and now > self._asked_at + ANSWER_WITHIN:
            if not self._deaf:
                self._deaf = True
                self._port.tell(ScreenStalled(True))
            return
        view = self._port.view()
        watched = view.focus.state is ConsoleFocus.FOCUSED and view.desk.pending
        if self._answers and self._asked_at is None and watched:
            self._asked_at = now
            self._write(PING)

    def on_terminal_supports_synchronized_output(
        self, event: messages.TerminalSupportsSynchronizedOutput
    ) -> None:
        """The terminal has answered, so it reads."""
        self._answers = True
        self._answered()

    def on_in_band_window_resize(self, event: messages.InBandWindowResize) -> None:
        """The terminal has answered, be it that it does not know this mode; so it reads."""
        self._answers = True
        self._answered()

    def _answered(self) -> None:
        self._asked_at = None
        if self._deaf:
            self._deaf = False
            self._port.tell(ScreenStalled(False))

    # commands

    def action_do_on_desk(self, id: str) -> None:
        """A command of the desk, pressed while a dialog is open: what rings does not wait for that."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                if id == "accept-longest":
                    self._close_all_over(screen)
                screen.do(id)
                return

    def _close_all_over(self, screen: Screen[Any]) -> None:
        """Close what lies over this screen; none of them gets an answer."""
        for over in reversed(self.screen_stack[self.screen_stack.index(screen) + 1 :]):
            over.dismiss(None)

    def action_help(self) -> None:
        """Explain the screen one is on; on the help itself, go back."""
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
            return
        focus = self._port.view().focus
        self._open(HelpScreen(explained(self.screen, self._keys), f"{focus.state}: {focus.reason}."))

    def action_settings(self) -> None:
        """Show the settings."""
        if not any(isinstance(screen, SettingsScreen) for screen in self.screen_stack):
            self.clear_notifications()
            self.push_screen(SettingsScreen(self._port, self._keys, self._tones))

    def action_doctor(self) -> None:
        """Examine everything, and show what was found."""
        if self._examine is not None and not isinstance(self.screen, DoctorScreen):
            self._open(DoctorScreen(self._examine))

    def _open(self, dialog: Dialog[None]) -> None:
        """Open a dialog; toasts would lie on top of it, and have been read by now."""
        self.clear_notifications()
        self.push_screen(dialog)

    def action_theme(self) -> None:
        """Choose a theme; each is seen as the cursor comes to it."""
        if not isinstance(self.screen, ThemeScreen):
            self.clear_notifications()
            now = self._port.view().settings.appearance.theme
            self.push_screen(
                ThemeScreen(list(self.available_themes), now, self.looks.try_out), self._theme_chosen
            )

    def _theme_chosen(self, name: str | None) -> None:
        if name is None:
            self.looks.put_back()
        else:
            self._port.send(ChangeSetting("appearance.theme", name))

    def action_density(self) -> None:
        """Comfortable or compact."""
        compact = self._port.view().settings.appearance.density is Density.COMPACT
        wanted = Density.COMFORTABLE if compact else Density.COMPACT
        self._port.send(ChangeSetting("appearance.density", wanted))

    def action_agent_menu(self) -> None:
        """Open the agent menu."""

        def chosen(command: str | None) -> None:
            screen = self.screen
            if command is not None and isinstance(screen, DeskScreen):
                screen.do(command)

        self.clear_notifications()
        self.push_screen(MenuScreen(self._keys, self._port.view()), chosen)

    def action_palette(self) -> None:
        """Open the command palette."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    async def action_quit(self) -> None:
        """Leave; ask first when chats are open. A question that stands already is gone back to: each help
        explains a screen, and with another question over each help the screens would have no end."""
        for screen in self.screen_stack:
            if isinstance(screen, QuitScreen):
                self._close_all_over(screen)
                return
        chats = self._port.view().desk.chats.values()
        open_chats = [chat for chat in chats if not chat.ended]
        if not open_chats:
            self.leave()
            return
        if len(open_chats) > 1:
            question = (
                f"{len(open_chats)} chats are still open. They stay yours: start Deskbell again and they are "
                "here, with what the visitors wrote meanwhile."
            )
        else:
            question = (
                "1 chat is still open. It stays yours: start Deskbell again and it is here, with what the "
                "visitor wrote meanwhile."
            )
        lost = [chat for chat in chats if any(not out.lost for out in chat.outgoing)]
        if lost:
            question += " But something you sent is not stored yet and would be lost."
        elif any(screen.drafts() for screen in self.screen_stack if isinstance(screen, DeskScreen)):
            question += " But what you have written and not sent would be lost."

        def answered(leave: bool | None) -> None:
            if leave:
                self.leave()

        self.clear_notifications()
        desk = next((screen for screen in self.screen_stack if isinstance(screen, DeskScreen)), None)
        self.push_screen(QuitScreen(question, draft=desk.draft() if desk is not None else None), answered)

    def _fatal_error(self) -> None:
        """Textual's own prints the variables of every frame, visitors' words included: to the log with it."""
        log.critical("the screen failed", exc_info=self._exception)
        said = (
            "Deskbell's screen failed; what happened is in deskbell.log. Your contacts are safe: start again."
        )
        self._exit_renderables.append(Text(said))
        self._close_messages_no_wait()

    def leave_soon(self) -> None:
        """Leave, asked from a signal handler."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.leave)

    def leave(self) -> None:
        """Leave without asking. Repainting stops first: on a dead terminal it would block the way out."""
        self._begin_batch()
        self.exit()
