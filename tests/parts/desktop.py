"""A private desktop: an X screen nobody sees, a session bus of its own, and the notification daemon dunst.

The bus has no service folders, so that nothing is started behind the test's back. What popups were asked
for is witnessed on the bus; what is on the screen is looked at and clicked on the screen.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.parts.popup_monitor import Closed, Notified, PopupMonitor
from tests.parts.processes import Process, base_env, missing, start, stop
from tests.parts.waiting import until

_PROGRAMS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "dunst": "dunst",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "dbus-send": "dbus",
    "gdbus": "libglib2.0-bin",
}

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

_SEPARATOR = (255, 0, 255)

_DUNST_CONFIG = """[global]
    font = DejaVu Sans 10
    {markup}
    width = 300
    height = 200
    origin = top-right
    offset = 10x10
    frame_width = 2
    separator_height = 3
    separator_color = "#ff00ff"
    notification_limit = 0
    sort = no
    stack_duplicates = false
    idle_threshold = 0
    sticky_history = no
    history_length = 50
    dmenu = {menu}
    mouse_left_click = do_action, close_current
    mouse_middle_click = context
    mouse_right_click = close_current
[urgency_low]
    background = "#222222"
    frame_color = "#ff00ff"
    foreground = "#ffffff"
    timeout = 0
[urgency_normal]
    background = "#222222"
    frame_color = "#ff00ff"
    foreground = "#ffffff"
    timeout = 0
[urgency_critical]
    background = "#222222"
    frame_color = "#ff00ff"
    foreground = "#ffffff"
    timeout = 0
"""

_MENU = """#!/bin/sh
# dunst's context menu: takes the line that holds the wanted label
grep -m1 -F "$(cat '{choice}')"
"""


def missing_parts() -> str:
    """The Debian packages this part lacks on this machine, for ``apt-get install``; empty when none."""
    return missing(_PROGRAMS)


class Desktop:
    """A context manager; everything in it dies at its end.

    ``with_daemon=False`` starts it without a notification daemon (:meth:`start_daemon` adds one later).
    ``markup`` is dunst's setting of that name, "full", "strip" or "no"; empty leaves the line out,
    which has it read markup and not say so (while no setting like ``frame_color`` is in ``[global]``).
    """

    def __init__(self, with_daemon: bool = True, markup: str = "full") -> None:
        self._with_daemon = with_daemon
        self._markup = f"markup = {markup}" if markup else ""
        self._folder = Path(tempfile.mkdtemp(prefix="deskbell-desktop-"))
        self._folder.chmod(0o700)
        self._runtime = self._folder / "runtime"
        self._runtime.mkdir(0o700)
        self._choice = self._folder / "choice"
        self._screen: Process | None = None
        self._bus: Process | None = None
        self._daemon: Process | None = None
        self._monitor: PopupMonitor | None = None
        self._earlier: list[PopupMonitor] = []
        self._display = ""

    def __enter__(self) -> Self:
        try:
            self._start_screen()
            self.start_bus()
            if self._with_daemon:
                self.start_daemon()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every process and removes every file; may be called twice."""
        self.kill_daemon()
        self.kill_bus()
        stop(self._screen)
        self._screen = None
        shutil.rmtree(self._folder, ignore_errors=True)

    # What a program under test is given

    @property
    def address(self) -> str:
        """The bus, as DBUS_SESSION_BUS_ADDRESS wants it; it lies at ``$XDG_RUNTIME_DIR/bus``."""
        return f"unix:path={self._runtime / 'bus'}"

    @property
    def env(self) -> dict[str, str]:
        """The variables that make a program live on this desktop; to be added to ``base_env()``."""
        return {
            "DISPLAY": self._display,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "XDG_RUNTIME_DIR": str(self._runtime),
        }

    # The parts

    def _start_screen(self) -> None:
        ours, theirs = os.pipe()
        try:
            self._screen = start(
                [
                    "Xvfb",
                    "-displayfd",
                    str(theirs),
                    "-screen",
                    "0",
                    "1280x1024x24",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ],
                base_env(),
                pass_fds=[theirs],
            )
        finally:
            os.close(theirs)
        with os.fdopen(ours, "rb") as line:  # to its end: closing the pipe early kills the server
            self._display = f":{line.readline().decode().strip()}"
        if self._display == ":":
            raise RuntimeError("Xvfb did not start")

    def start_bus(self) -> None:
        """Starts the bus, at the same address every time."""
        config = self._folder / "bus.conf"
        config.write_text(_BUS_CONFIG.format(socket=self._runtime / "bus"))
        self._bus = start(["dbus-daemon", f"--config-file={config}", "--nofork"], base_env())
        until(self._bus_listens, 20, "the bus is there")
        self._monitor = PopupMonitor(self.address)

    def _bus_listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as caller:
            return caller.connect_ex(str(self._runtime / "bus")) == 0

    def kill_bus(self) -> None:
        """Ends the bus as by a crash; dunst goes with it."""
        if self._monitor is not None:
            self._monitor.close()
            self._earlier.append(self._monitor)
            self._monitor = None
        stop(self._bus)
        self._bus = None
        (self._runtime / "bus").unlink(missing_ok=True)

    def start_daemon(self) -> None:
        """Starts the notification daemon and waits until it answers."""
        self._choice.write_text("")
        menu = self._folder / "menu"
        menu.write_text(_MENU.format(choice=self._choice))
        menu.chmod(0o700)
        config = self._folder / "dunstrc"
        config.write_text(_DUNST_CONFIG.format(menu=menu, markup=self._markup))
        self._daemon = start(["dunst", "-conf", str(config)], base_env() | self.env)
        until(self.daemon_answers, 20, "dunst answers")

    def kill_daemon(self) -> None:
        """Ends the notification daemon as by a crash, frozen or not."""
        if self._daemon is not None and self._daemon.poll() is None:
            self._daemon.kill()
        stop(self._daemon)
        self._daemon = None

    def freeze_daemon(self) -> None:
        """Stops the notification daemon in its tracks; the bus still holds its name."""
        self._signal_daemon(signal.SIGSTOP)

    def thaw_daemon(self) -> None:
        """Lets a frozen daemon go on."""
        self._signal_daemon(signal.SIGCONT)

    def _signal_daemon(self, number: signal.Signals) -> None:
        if self._daemon is None:
            raise RuntimeError("no notification daemon is running")
        self._daemon.send_signal(number)

    def daemon_answers(self) -> bool:
        """Whether somebody answers for popups on the bus within a second."""
        return self._tool("dbus-send", *self._call("GetServerInformation")).returncode == 0

    def _call(self, method: str) -> list[str]:
        where = "--dest=org.freedesktop.Notifications"
        what = f"org.freedesktop.Notifications.{method}"
        options = [f"--bus={self.address}", "--print-reply", "--reply-timeout=1000"]
        return [*options, where, "/org/freedesktop/Notifications", what]

    def _tool(self, *argv: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(argv, env=base_env() | self.env, capture_output=True, timeout=10, check=False)

    # What happened

    @property
    def notified(self) -> list[Notified]:
        """Every popup the daemon took so far, oldest first."""
        return [popup for monitor in self._monitors() for popup in monitor.notified]

    @property
    def asked(self) -> list[str]:
        """The titles of every popup asked for, whether the daemon answered or not."""
        return [title for monitor in self._monitors() for title in monitor.asked]

    @property
    def closed(self) -> list[Closed]:
        """Every popup that went, oldest first."""
        return [popup for monitor in self._monitors() for popup in monitor.closed]

    def _monitors(self) -> list[PopupMonitor]:
        return [*self._earlier, *([self._monitor] if self._monitor else [])]

    def open_popups(self) -> list[Notified]:
        """Popups of this bus that were taken and have not gone, oldest first."""
        if self._monitor is None:
            return []
        gone = {popup.id for popup in self._monitor.closed}
        return [popup for popup in self._monitor.notified if popup.id not in gone]

    def wait_for_popup(self, title_contains: str, deadline: float = 5.0) -> Notified:
        """The newest popup whose title or body contains the words, as soon as there is one."""

        def found() -> Notified | None:
            fits = (p for p in reversed(self.notified) if title_contains in f"{p.title}\n{p.body}")
            return next(fits, None)

        popup = until(found, deadline, f"a popup with {title_contains!r}; seen: {self.notified}")
        assert popup is not None
        return popup

    def wait_for_withdrawal(self, popup: Notified | int, deadline: float = 5.0) -> Closed:
        """How the popup went, as soon as it has."""
        number = popup if isinstance(popup, int) else popup.id
        closed = until(
            lambda: next((c for c in self.closed if c.id == number), None),
            deadline,
            f"popup {number} closed; closed are {self.closed}",
        )
        assert closed is not None
        return closed

    def on_screen(self) -> int:
        """How many popups are drawn on the screen at this moment (looked at, not reckoned)."""
        window = self._window()
        return len(self._areas(window)) if window else 0

    def drawn(self) -> bytes:
        """The popups as they are drawn now, as colours of pixels; empty while there are none."""
        window = self._window()
        return self._tool("import", "-window", window, "-depth", "8", "rgb:-").stdout if window else b""

    # What another program does

    def notify(self, app: str, title: str, body: str, actions: Sequence[str] = ()) -> None:
        """A popup by a program that is not ours, handed over as it stands."""
        method = "org.freedesktop.Notifications.Notify"
        target = [
            "--dest",
            "org.freedesktop.Notifications",
            "--object-path",
            "/org/freedesktop/Notifications",
        ]
        arguments = [app, "0", "", title, body, json.dumps(list(actions)), "{}", "0"]
        self._tool("gdbus", "call", "--session", *target, "--method", method, *arguments).check_returncode()

    # What the agent does

    def click(self, popup: Notified) -> None:
        """Left click on the popup: its default action, then it closes (dunst as configured here)."""
        self._press_at(popup, 1)

    def dismiss(self, popup: Notified) -> None:
        """Right click on the popup: it goes without an action."""
        self._press_at(popup, 3)

    def press_button(self, popup: Notified, label: str) -> None:
        """Chooses the button with this label from the popup's menu (middle click, as configured here)."""
        self._choice.write_text(label)
        self._press_at(popup, 2)

    def invoke_and_leave(self) -> None:
        """Invokes the default action of the newest popup and leaves it on the screen (``dunstctl``)."""
        self._tool("dunstctl", "action", "0")

    def _press_at(self, popup: Notified, button: int) -> None:
        position = [p.id for p in self.open_popups()].index(popup.id)
        window = until(self._window, 20, "dunst's window is on the screen")
        areas = until(
            lambda: a if len(a := self._areas(window)) > position else None, 20, f"{popup} is drawn"
        )
        assert areas is not None
        top, bottom = areas[position]
        self._tool("xdotool", "mousemove", "--window", window, "60", str((top + bottom) // 2))
        self._tool("xdotool", "click", str(button))
        self._tool("xdotool", "mousemove", "5", "1000")  # a pointer left on a popup may halt its clock

    def _window(self) -> str:
        found = self._tool("xdotool", "search", "--onlyvisible", "--class", "Dunst").stdout.split()
        return found[0].decode() if found else ""

    def _areas(self, window: str) -> list[tuple[int, int]]:
        """Top and bottom of each popup in the daemon's window, told apart by the colour between them."""
        picture = self._tool("import", "-window", window, "-crop", "1x0+60+0", "-depth", "8", "rgb:-").stdout
        rows = [tuple(picture[i : i + 3]) for i in range(0, len(picture), 3)]
        areas: list[tuple[int, int]] = []
        top: int | None = None
        for y, colour in enumerate([*rows, _SEPARATOR]):
            if colour == _SEPARATOR:
                if top is not None and y - top > 5:
                    areas.append((top, y))
                top = None
            elif top is None:
                top = y
        return areas

    def picture(self, path: Path) -> None:
        """Saves what is on the screen, for looking at when a test fails."""
        self._tool("import", "-window", "root", str(path))
