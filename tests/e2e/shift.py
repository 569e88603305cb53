"""A whole shift on real parts: the console in tmux, a recorded sound server, a desktop with popups, visitors.

Everything is private to one test and dies with it. Times are ``time.monotonic()``.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.parts import processes
from tests.parts.desktop import Desktop
from tests.parts.desktop import missing_parts as missing_desktop_parts
from tests.parts.pty_stage import PtyStage, Replies
from tests.parts.sound import PROGRAMS as SOUND_PROGRAMS
from tests.parts.sound import Recording, SoundServer, write_tone
from tests.parts.terminal import OUTER, TmuxStage
from tests.parts.terminal import missing_parts as missing_terminal_parts
from tests.parts.waiting import until

TONE_SECONDS = 0.8
"""Length of the ring tone used here: a pure tone without a pause, so that any silence is one."""

RING_PITCH, CHIME_PITCH = 700.0, 1500.0

CONFIG = """
[agent]
name = "{agent}"

[audio]
volume = 1.0
[audio.pending]
ring_tone = "{ring}"
{pending}
[audio.message]
ring_tone = "{chime}"
{message}

[desktop]
enabled = true
[desktop.pending]
{popup}
[desktop.message]
{message_popup}

[queue]
{queue}

[web]
contacts_per_minute = 6000
messages_per_second = 1000
reload_grace = 2
{web}
"""


@dataclass
class Visitor:
    """A visitor by plain HTTP."""

    url: str
    id: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One call with the visitor's token."""
        return call(f"{self.url}/v1/contacts/{self.id}{path}", method, body, self.token)

    def says(self, id: str, text: str) -> int:
        """Write; returns the HTTP status."""
        return self.call("POST", "/messages", {"id": id, "text": text})[0]

    def hears(self) -> list[dict[str, Any]]:
        """The transcript as the door gives it."""
        messages: list[dict[str, Any]] = self.call("GET", "/messages?after=0")[1]
        return messages

    def status(self) -> dict[str, Any]:
        """How the contact stands."""
        status: dict[str, Any] = self.call("GET", "")[1]
        return status

    def leaves(self) -> None:
        """Say good-bye."""
        self.call("DELETE", "")


def call(url: str, method: str = "GET", body: object = None, token: str = "") -> tuple[int, Any]:
    """One HTTP call: status and JSON."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


class Shift:
    """The machine an agent sits at. A context manager."""

    def __init__(
        self,
        folder: Path,
        *,
        sound: bool = True,
        desktop: bool = True,
        size: tuple[int, int] = (120, 36),
        agent: str = "Maria",
        outer: Replies = OUTER,
        **blocks: str,
    ) -> None:
        """``outer``: how the terminal around tmux answers. ``blocks``: lines for the settings' pending,
        message, popup, message_popup, queue and web tables."""
        processes.need(
            " ".join(
                filter(
                    None,
                    (processes.missing(SOUND_PROGRAMS), missing_desktop_parts(), missing_terminal_parts()),
                )
            )
        )
        self.folder = folder
        self.data = folder / "data"
        self.ring = write_tone(folder / "ring.wav", RING_PITCH, TONE_SECONDS)
        self.chime = write_tone(folder / "chime.wav", CHIME_PITCH, 0.2)
        names = ("pending", "message", "popup", "message_popup", "queue", "web")
        self._blocks = dict.fromkeys(names, "") | blocks
        self.config = self.write_config("config.toml", agent)
        self._stack = ExitStack()
        self._outer = outer
        self._with_sound, self._with_desktop = sound, desktop
        self.stage = TmuxStage(columns=size[0], rows=size[1])
        self.client: PtyStage
        self.sound: SoundServer
        self.heard: Recording
        self.desktop: Desktop
        self.url = ""
        self.env: dict[str, str] = {}

    def write_config(self, name: str, agent: str) -> Path:
        """A settings file with this shift's settings."""
        path = self.folder / name
        path.write_text(CONFIG.format(agent=agent, ring=self.ring, chime=self.chime, **self._blocks))
        return path

    def __enter__(self) -> Self:
        try:
            if self._with_sound:
                folder = self.folder / "sound"
                folder.mkdir(mode=0o700)
                self.sound = SoundServer(folder)
                self._stack.callback(self.sound.stop)
                self.sound.start()
                self.heard = self.sound.record()
                self.env |= self.sound.env
                until(lambda: self.heard.recorded_until, 20, "the recording runs")
            if self._with_desktop:
                self.desktop = self._stack.enter_context(Desktop())
                self.env |= self.desktop.env
            self._stack.enter_context(self.stage)
            self.client = self.stage.attach(self._outer)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # the console

    def start(
        self,
        *,
        stage: TmuxStage | None = None,
        config: Path | None = None,
        port: int = 0,
        env: Mapping[str, str] | None = None,
    ) -> int:
        """Start a console in a tmux window; returns its process id once it is ready."""
        stage = stage or self.stage
        pid = stage.run(self.argv(config, port), self.env | dict(env or {}))
        screen = stage.wait_for("http://127.0.0.1:", 20)
        found = re.search(r"http://127\.0\.0\.1:\d+", screen)
        assert found is not None
        self.url = found.group()
        return pid

    def argv(self, config: Path | None = None, port: int = 0) -> list[str]:
        """The command line of a console on this shift's desk."""
        return [
            *(sys.executable, "-m", "tui", "--config", str(config or self.config)),
            *("--data", str(self.data), "--port", str(port)),
        ]

    @property
    def port(self) -> int:
        """The visitor's door's port."""
        return int(self.url.rsplit(":", 1)[1])

    def look_away(self) -> None:
        """Go to another window, and wait until the console knows."""
        self.stage.other_window()
        self.stage.wait_for("focus away")

    def look(self) -> None:
        """Come back to the console, and wait until it knows."""
        self.stage.back()
        self.stage.wait_for("focus focused")

    def ends_the_chat(self) -> None:
        """End the open chat, and mean it: the composer must have been empty for a moment, and the question
        have stood for one."""
        until(self._asks_to_end, 20, "the question")
        self.stage.answers("y")

    def _asks_to_end(self) -> bool:
        time.sleep(0.8)
        self.stage.keys("C-d")
        with suppress(AssertionError):
            return bool(self.stage.wait_for("Stay (N)", 2))
        return False

    def ringer_pid(self, console: int) -> int:
        """The process that owns the sound device."""
        children = psutil.Process(console).children(recursive=True)
        ringers: list[int] = [
            child.pid for child in children if "tui.outputs.ringer.child" in child.cmdline()
        ]
        assert len(ringers) == 1, children
        return ringers[0]

    # visitors

    def visitor(self, nick: str = "Anna", text: str = "my invoice is wrong", **more: str) -> Visitor:
        """A visitor writes, by plain HTTP."""
        status, answer = call(f"{self.url}/v1/contacts", "POST", {"nick": nick, "text": text, **more})
        assert status == 201, answer
        return Visitor(self.url, answer["id"], answer["token"])

    # what is heard

    def rings(self, since: float, within: float = 5.0) -> float:
        """When the ring tone was first heard since then."""
        return self.heard.wait_for_sound(within, since)

    def falls_silent(self, since: float, within: float = 3.0) -> float:
        """Seconds after ``since`` at which it fell silent for good."""
        return self.heard.wait_for_silence(0.7, within, since) - since

    def kill(self, pid: int) -> None:
        """``kill -9``."""
        psutil.Process(pid).send_signal(signal.SIGKILL)

    def decisions(self) -> list[dict[str, Any]]:
        """What the alert log says."""
        path = self.data / "alerts.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines()]


def now() -> float:
    """The clock of the recordings."""
    return time.monotonic()
