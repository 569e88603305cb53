"""What the agent does with his alerts: silence them, mute, test, ask why, open the log, switch them off."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.alerts.plan import AlertEvent, Channel
from tui.alerts.reasons import who
from tui.desk.events import MuteSet, RingSilenced
from tui.link.commands import Master, TestAlert, ToggleMaster
from tui.link.port import DeskPort
from tui.screens.alert_log_screen import AlertLogScreen, Preset
from tui.screens.mute_screen import MuteScreen
from tui.screens.why import why_not
from tui.text import clean_line
from tui.typed.arguments import mute_until, switch
from tui.widgets.queue_list import QueueList

if TYPE_CHECKING:
    from tui.screens.desk_screen import DeskScreen


class AlertDeeds:
    """The commands of the table that are about alerts. Each takes what was typed behind it."""

    def __init__(self, screen: DeskScreen, port: DeskPort, queue: QueueList) -> None:
        self._screen = screen
        self._port = port
        self._queue = queue

    def table(self) -> Mapping[str, Callable[[str], None]]:
        """By command."""
        return {
            "silence": lambda _: self._port.tell(RingSilenced()),
            "mute": self._mute,
            "why": lambda _: self._why(),
            "alert-log": lambda _: self._alert_log(),
            "test-tone": lambda _: self._test_tone(),
            "toggle-audio": lambda word: self._toggle(Master.AUDIO, word),
            "toggle-popups": lambda word: self._toggle(Master.DESKTOP, word),
        }

    def _toggle(self, master: Master, word: str) -> None:
        """Switch a master, unless it stands as was said already."""
        settings = self._port.view().settings
        on = settings.audio.enabled if master is Master.AUDIO else settings.desktop.enabled
        if switch(word, on) != on:
            self._port.send(ToggleMaster(master))

    def _test_tone(self) -> None:
        self._port.send(TestAlert(AlertEvent.PENDING, Channel.AUDIO))
        audio = self._port.view().settings.audio
        if not audio.enabled:
            self._screen.say("This is only a test: audio is off, so nothing else will sound.")
        elif audio.pending.loop:
            key = self._screen.key_of("test-tone")
            self._screen.say(f"A test, as the ring tone is set; {key} again stops it.")

    def _mute(self, span: str) -> None:
        """For as long as was said, or ask for how long; the header counts what is left."""
        if span:
            self._port.tell(MuteSet(mute_until(span, time.time())))
            return

        def chosen(wish: MuteSet | None) -> None:
            if wish is not None:
                self._port.tell(wish)

        self._screen.app.clear_notifications()
        self._screen.app.push_screen(MuteScreen(self._port.view()), chosen)

    def _why(self) -> None:
        """Say of the contact under the queue's cursor why it rings or does not."""
        view, id = self._port.view(), self._queue.cursor
        contact = view.desk.pending.get(id) if id is not None else None
        if contact is None:
            self._screen.say("Nobody is waiting.")
        else:
            self._screen.notify(why_not(view, contact.id), title=who(contact), markup=False, timeout=8)

    def _alert_log(self) -> None:
        """Open the alert log; from a row of the queue, at that contact."""
        at = self._queue.cursor if self._queue.has_focus else None
        contact = self._port.view().desk.pending.get(at) if at is not None else None
        preset = Preset(contact.id, clean_line(contact.nick)) if contact is not None else None
        self._screen.app.clear_notifications()
        self._screen.app.push_screen(AlertLogScreen(self._port, preset))
