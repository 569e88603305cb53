"""The desk loop itself: a thread with its own asyncio loop, and the port by which the screens reach it.

It goes on watching, deciding and ringing whatever the screen loop does, and is the first to notice when that
one stands still.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tui.alerts.plan import Decision
from tui.backends.contract import Backend
from tui.config.file import SettingsFile
from tui.config.schema import Settings
from tui.desk.contact import AgentName
from tui.desk.events import (
    AgentRenamed,
    Event,
    FocusReported,
    FocusTrustLearned,
    GroupsSet,
    InputSeen,
    ScreenStalled,
    TimePassed,
)
from tui.desk.focus import Trust
from tui.deskloop.clerk import Clerk, ClerksCommand
from tui.deskloop.deadlines import Deadlines
from tui.deskloop.doorkeeper import Doorkeeper
from tui.deskloop.guard import guarded
from tui.deskloop.hands import Hands
from tui.deskloop.hook_watch import HookWatch
from tui.deskloop.keeper import Keeper, Moment
from tui.deskloop.lead import Lead, whereabouts
from tui.deskloop.librarian import Librarian
from tui.deskloop.names import is_first_start, remember_name, take_over_chats, take_over_later
from tui.deskloop.preferences import Preferences, Value
from tui.deskloop.settings_desk import SettingsDesk
from tui.deskloop.transfers import TransferWatch
from tui.deskloop.watch import Watch
from tui.link.archive import ArchiveCommand
from tui.link.commands import (
    AskPermission,
    ChangeSetting,
    Command,
    Master,
    PreviewTone,
    ResetSetting,
    TestAlert,
    ToggleMaster,
)
from tui.link.view import DoorState, DoorView, Severity, View
from tui.outputs.hooks import HookRunner

log = logging.getLogger(__name__)

TICK = 0.25
"""Seconds between two looks at the clock."""

FRAME = 1 / 30
"""Seconds between two views announced to the screens: a burst is collapsed into one."""

STALLED_AFTER = 2.0
"""Seconds without a beat after which the screen loop counts as standing still."""

CLOSE_WITHIN = 2.0
"""Seconds the outputs, the door and the backend are given to close."""


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What a desk loop is started with."""

    make_backend: Callable[[], Backend]
    settings_file: SettingsFile
    data_dir: Path
    login_name: str
    """The agent's name when the settings give none."""
    host: str
    port: int
    web: bool
    """Whether to open the visitor's door."""
    far_away: bool
    """Whether the console runs over SSH."""
    trust: Trust
    trust_why: str
    ask_trust: Callable[[], Awaitable[tuple[Trust, str] | None]] | None = None
    """Asks again what the terminal reports, as after each new attachment to tmux."""


class DeskLoop:
    """The desk on its own thread. The methods of ``DeskPort`` may be called from any thread."""

    def __init__(self, options: DeskOptions, wake: Callable[[], None]) -> None:
        """``wake`` is called on the desk thread when there is a new view; it must return at once."""
        self._options = options
        self._wake = wake
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._view: View
        self._announced = False
        self._stale = True
        self._last_frame = 0.0
        self._frame_due: asyncio.TimerHandle | None = None
        self._last_beat: float | None = None
        self._stalled = False
        self._name_told = ""

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Returns when there is a first view. Raises what kept the desk from opening."""
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Fall silent and close everything; returns within about three seconds, come what may."""
        self.stop_soon()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WITHIN + 0.8)

    def stop_soon(self) -> None:
        """Begin to fall silent and close; returns at once. From any thread, also from a signal handler."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)

    @property
    def alive(self) -> bool:
        """Whether something hung when it was told to stop."""
        return self._thread.is_alive()

    # the port: called from the screen loop

    def view(self) -> View:
        """The newest view."""
        self._announced = False
        return self._view

    def send(self, command: Command) -> None:
        """Wish for something."""
        self._loop.call_soon_threadsafe(self._do, command)

    def tell(self, event: Event) -> None:
        """Report what the agent or his terminal did."""
        self._loop.call_soon_threadsafe(self._hear, event)

    def beat(self) -> None:
        """Say that the screen loop is moving."""
        self._last_beat = time.monotonic()

    # the thread

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            log.exception("the desk loop ended")
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        options = self._options
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_log_stray)
        self._stop = asyncio.Event()
        loaded = options.settings_file.load()
        backend = options.make_backend()
        await backend.open()
        hands = Hands(
            options.settings_file.path.parent,
            options.data_dir / "alerts.jsonl",
            options.data_dir / "ringer.log",
            options.far_away,
            lambda command: self._do(command),
        )
        self._keeper = keeper = Keeper(
            self._name(loaded.settings),
            loaded.settings,
            options.settings_file.path,
            time.time,
            hands.carry,
            hands.note,
            self._changed,
        )
        hands.keeper = keeper
        self._hands = hands
        self._lead = Lead(backend, keeper, whereabouts())
        self._hooks = HookRunner(lambda title, text: keeper.tell(title, text, Severity.WARNING))
        self._hook_watch = HookWatch(self._hooks, lambda: keeper.settings, time.time)
        self._transfers = TransferWatch(keeper, self._loop.call_soon)
        keeper.observe = self._observe
        self._clerk = Clerk(backend, keeper)
        self._librarian = Librarian(backend, keeper, options.data_dir)
        self._preferences = Preferences(options.settings_file, keeper)
        self._settings_desk = SettingsDesk(keeper, hands, self._preferences, self._background)
        await self._take_over_chats(backend)
        keeper.take(FocusTrustLearned(options.trust, options.trust_why))
        keeper.take(GroupsSet(loaded.settings.agent.groups))
        self._preferences.tell_problems(loaded)
        self._view = keeper.view()
        await self._work(backend)

    async def _work(self, backend: Backend) -> None:
        """Run everything until told to stop, then close in an order that is silent first."""
        keeper = self._keeper
        deadlines = Deadlines(backend, lambda: keeper.settings, time.time)
        self._watch = watch = Watch(backend, keeper, deadlines)
        door = await self._doorkeeper(backend)
        works: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("speaker", self._hands.speaker.run),
            ("popups", self._hands.popups.run),
            ("watch", watch.run),
            ("pulse", watch.pulse),
            ("clock", self._tick),
            ("settings", self._preferences.run),
            ("lead", self._lead.run),
        ]
        if door is not None:
            works.append(("door", door.run))
            works.append(("deadlines", lambda: _after(door.settled, deadlines.run)))
        else:
            keeper.door_is(DoorView(DoorState.CLOSED))
            works.append(("deadlines", deadlines.run))
        tasks = [asyncio.create_task(self._guard(name, work), name=name) for name, work in works]
        self._ready.set()
        await self._stop.wait()
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                self._hook_watch.end()
                closing = (self._hands.speaker.close(), self._hands.popups.close(), self._hooks.close())
                await asyncio.gather(*closing)
                await self._lead.leave()
                if door is not None:
                    await door.close()
                await self._clerk.close()
                await self._librarian.close()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await backend.close()
                await asyncio.to_thread(self._hands.alert_log.close)
        except TimeoutError:
            log.warning("closing took longer than %s s; the rest is left to the system", CLOSE_WITHIN)

    async def _take_over_chats(self, backend: Backend) -> None:
        """Chats of the agent's earlier name are theirs; those of a console that lives, once it has gone."""
        keeper, data, config = self._keeper, self._options.data_dir, self._options.settings_file.path
        if is_first_start(data, config):
            keeper.starts_first()
        living = await take_over_chats(backend, data, config, keeper.desk.me)
        if living is not None:
            said = f"A console of {living} is open: chats of {living} become yours when it has closed."
            keeper.tell("Your name", said)
            self._background(take_over_later(backend, data, config, lambda: keeper.desk.me))

    async def _doorkeeper(self, backend: Backend) -> Doorkeeper | None:
        options = self._options
        if not options.web:
            return None
        desk_id = await backend.desk_id()
        keeper = self._keeper
        return Doorkeeper(
            backend,
            lambda: keeper.settings,
            desk_id,
            time.time,
            options.host,
            options.port,
            self._door_is,
        )

    def _door_is(self, door: DoorView) -> None:
        news = self._keeper.door_is(door)
        if news and door.state is DoorState.BLOCKED:
            self._keeper.tell("Visitor's door closed", door.text, Severity.ERROR)

    async def _guard(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        said = f"{name} failed and was started again; see deskbell.log."
        await guarded(name, work, lambda: self._keeper.tell("Internal error", said, Severity.ERROR))

    async def _tick(self) -> None:
        """Let time pass, and watch whether the screen loop moves."""
        while True:
            await asyncio.sleep(TICK)
            stalled = self._last_beat is not None and time.monotonic() - self._last_beat > STALLED_AFTER
            if stalled != self._stalled:
                self._stalled = stalled
                log.warning("the screen loop %s", "stands still" if stalled else "moves again")
                self._keeper.take(ScreenStalled(stalled))
            self._keeper.take(TimePassed())

    # on the desk loop

    def _do(self, command: Command) -> None:
        match command:
            case ToggleMaster(Master.AUDIO):
                self._change("audio.enabled", not self._keeper.settings.audio.enabled)
            case ToggleMaster(Master.DESKTOP):
                self._background(self._toggle_popups())
            case ChangeSetting(key, value):
                self._change(key, value)
            case ResetSetting() | TestAlert() | PreviewTone() | AskPermission():
                self._for_settings(command)
            case _ if isinstance(command, ArchiveCommand):
                self._librarian.do(command)
            case _ if isinstance(command, ClerksCommand):
                self._clerk.do(command)

    def _hear(self, event: Event) -> None:
        self._keeper.take(event)
        if isinstance(event, InputSeen) or (isinstance(event, FocusReported) and event.focused):
            self._lead.used()
        ask = self._options.ask_trust
        if ask is not None and isinstance(event, FocusReported) and event.focused:
            self._background(self._learn_trust(ask))

    async def _learn_trust(self, ask: Callable[[], Awaitable[tuple[Trust, str] | None]]) -> None:
        """An attachment may have begun: what it reports may be another than before."""
        answer = await ask()
        if answer is not None:
            trust, why = answer
            if trust is not self._keeper.desk.focus.trust:
                self._keeper.take(FocusTrustLearned(trust, why))

    def _for_settings(self, command: ResetSetting | TestAlert | PreviewTone | AskPermission) -> None:
        """What the settings screen asks for."""
        self._settings_desk.do(command)

    def _change(self, key: str, value: Value) -> None:
        self._preferences.hold(key, value)
        self._background(self._preferences.change(key, value))

    async def _toggle_popups(self) -> None:
        """Off at once; on only when the system agrees."""
        if self._keeper.settings.desktop.enabled:
            await self._preferences.change("desktop.enabled", False)
            return
        permission = await self._settings_desk.ask(enable=True)
        if not permission.granted:
            said = " ".join(filter(None, (permission.reason, permission.cure)))
            self._keeper.tell("Popups stay off", said, Severity.WARNING)

    def _background(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.ensure_future(run())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    _background_tasks: set[asyncio.Future[None]] = set()  # noqa: RUF012 - one desk loop a process

    def _name(self, settings: Settings) -> AgentName:
        return AgentName(settings.agent.name or self._options.login_name)

    def _changed(self) -> None:
        """Something the screens show has changed: make a view, now or with the next frame."""
        if not hasattr(self, "_view"):
            return
        if self._frame_due is None:
            wait = max(0.0, self._last_frame + FRAME - self._loop.time())
            self._frame_due = self._loop.call_later(wait, self._make_frame)

    def _make_frame(self) -> None:
        self._frame_due = None
        self._last_frame = self._loop.time()
        self._heed_name()
        self._heed_groups()
        self._view = self._keeper.view()
        if not self._announced:
            self._announced = True
            self._wake()

    def _heed_name(self) -> None:
        """Go by the name in the settings, once no chat is open under the old one: they would be nobody's."""
        keeper = self._keeper
        name = self._name(keeper.settings)
        if name == keeper.desk.me:
            self._name_told = name
        elif not keeper.desk.chats:
            keeper.take(AgentRenamed(name))
            remember_name(self._options.data_dir, self._options.settings_file.path, name)
        elif name != self._name_told:
            self._name_told = name
            said = f"You are {keeper.desk.me} until your open chats have ended, then {name}."
            keeper.tell("Your name", said)

    def _heed_groups(self) -> None:
        """Go by the groups in the settings; what waits for a new one comes into the queue."""
        groups = self._keeper.settings.agent.groups
        if groups != self._keeper.desk.groups:
            self._keeper.take(GroupsSet(groups))
            self._background(self._watch.look_again())

    def _observe(self, event: Event, was: Moment, now: Moment, decisions: tuple[Decision, ...]) -> None:
        self._hook_watch.observe(event, was, now, decisions)
        self._transfers.observe(event, was, now, decisions)


async def _after(event: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    await event.wait()
    await work()


def _log_stray(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    log.error("stray error on the desk loop: %s", context.get("message"), exc_info=context.get("exception"))  # type: ignore[arg-type]
