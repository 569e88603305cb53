"""The one place that knows everybody and wires them: console, ``serve``, ``pending`` and ``doctor``."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import io
import json
import logging
import logging.handlers
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tui import __version__
from tui.alerts.plan import AlertEvent
from tui.backends.contract import Backend, BackendError
from tui.backends.sqlite import SqliteBackend
from tui.config import paths
from tui.config.file import SettingsFile
from tui.desk.contact import Contact
from tui.desk.focus import Trust
from tui.outputs.terminal_facts import TerminalFacts
from tui.text import clean_line

if TYPE_CHECKING:
    from tui.config.schema import Settings
    from tui.deskloop.loop import DeskLoop, DeskOptions
    from tui.doctor.subject import Keys, Subject
    from tui.link.findings import Findings
    from tui.screens.settings.shelf import ToneShelf

log = logging.getLogger(__name__)

LEAVE_WITHIN = 3
"""Seconds after SIGTERM or SIGHUP at which the process ends, come what may."""

LOG_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where this desk keeps its things."""

    config: Path
    data: Path

    @property
    def database(self) -> Path:
        """The contacts and messages."""
        return self.data / "deskbell.db"


def place(config: Path | None, data: Path | None) -> Place:
    """The folders given, or the platform's own."""
    return Place((config or paths.config_file()).expanduser(), (data or paths.data_folder()).expanduser())


class _CleanFormatter(logging.Formatter):
    """The log is a sink like any other: whatever a line holds, it cannot steer the terminal that shows it."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(clean_line(line, max_chars=2000) for line in lines)


def _log_to(where: Place) -> str | None:
    """Send every log line to ``deskbell.log``. Returns what is wrong with the data folder, if anything."""
    try:
        where.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(
            where.data / "deskbell.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        handler.acquire()
        try:
            handler.stream = handler._open()
        finally:
            handler.release()
    except OSError as error:
        return (
            f"{where.data}: {error.strerror or error}. Deskbell keeps its contacts there; "
            "choose another folder with --data DIR."
        )
    handler.setFormatter(_CleanFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for noisy in ("aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return None


def _backend(where: Place) -> Backend:
    return SqliteBackend(where.database)


@dataclass(frozen=True, slots=True)
class Look:
    """How the console was asked to appear on the command line; the settings may say the same."""

    plain: bool = False
    """Lines instead of a screen."""
    mouse: bool = True


def run(where: Place, host: str | None, port: int | None, *, web: bool, look: Look) -> int:
    """The console. Returns the exit status."""
    file = SettingsFile(where.config)
    settings = file.load().settings
    plain = look.plain or settings.appearance.plain
    from tui.outputs import terminal_probe

    problem = (None if plain else terminal_probe.unsuitable()) or _log_to(where)
    if problem is not None:
        print(f"deskbell: {problem}", file=sys.stderr)
        return 2
    from tui.deskloop.loop import DeskLoop

    # Plain mode asks the terminal nothing: that takes escape sequences.
    facts = terminal_probe.unasked() if plain else terminal_probe.probe()
    log.info("deskbell %s, terminal: %s%s", __version__, facts, ", plain mode" if plain else "")
    options = _options(where, file, settings, facts, plain=plain)
    options = replace(
        options,
        host=host or settings.web.host,
        port=settings.web.port if port is None else port,
        web=web and settings.web.enabled,
    )
    woken: list[Callable[[], None]] = []

    def wake() -> None:
        for one in woken:
            one()

    desk = DeskLoop(options, wake)
    desk.start()
    try:
        if plain:
            status = _run_plain(desk, facts, woken)
        else:
            status = _run_screen(where, desk, facts, options, woken, mouse=look.mouse)
    except BackendError as error:
        print(f"deskbell: {error}", file=sys.stderr)
        return 1
    if desk.alive:  # a worker hangs, on a dead network disk perhaps; Python would wait for it for ever
        log.warning("something hangs; left without it")
        logging.shutdown()
        os._exit(status)
    return status


def _options(
    where: Place, file: SettingsFile, settings: Settings, facts: TerminalFacts, *, plain: bool
) -> DeskOptions:
    from tui.deskloop.loop import DeskOptions

    return DeskOptions(
        make_backend=lambda: _backend(where),
        settings_file=file,
        data_dir=where.data,
        login_name=_login_name(),
        host=settings.web.host,
        port=settings.web.port,
        web=settings.web.enabled,
        far_away=facts.over_ssh,
        trust=Trust.MUTE if plain else _trust(facts),
        trust_why="plain mode: only what you type shows that you are there" if plain else facts.focus_reason,
        ask_trust=_ask_tmux if facts.multiplexer == "tmux" and not plain else None,
    )


def _run_screen(
    where: Place,
    desk: DeskLoop,
    facts: TerminalFacts,
    options: DeskOptions,
    woken: list[Callable[[], None]],
    *,
    mouse: bool,
) -> int:
    """The console on a screen. The desk opens while the screens are imported."""
    from tui.outputs.terminal import TerminalOwed
    from tui.screens.app import ConsoleApp

    desk.wait_until_ready()
    owed = TerminalOwed(facts)
    try:
        app = ConsoleApp(desk, owed.due, _examine_in_console(where, facts, options, desk), _tones(where))
        woken.append(app.wake)
        _leave_on_signals(app, desk.stop_soon)
        app.run(mouse=mouse and desk.view().settings.appearance.mouse)
    finally:
        desk.stop()
        _write_last(owed.settle())
    return app.return_code or 0


def _run_plain(desk: DeskLoop, facts: TerminalFacts, woken: list[Callable[[], None]]) -> int:
    """The console as lines on standard input and output, whatever these are."""
    from tui.outputs.terminal import TerminalOwed
    from tui.plain.run import PlainRun

    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    runs = PlainRun(sys.stdin or io.StringIO(), sys.stdout or io.StringIO())  # closed ones are None
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: runs.stop())
    signal.signal(signal.SIGINT, runs.interrupt)
    if sys.stdin is not None and sys.stdin.isatty() and sys.platform != "win32":
        signal.signal(signal.SIGQUIT, runs.interrupt)  # beside Ctrl+C on many keyboards, and it would kill
        signal.signal(signal.SIGTSTP, runs.suspend)
    desk.wait_until_ready()
    woken.append(runs.wake)
    owed = TerminalOwed(facts)
    try:
        runs.run(desk, lambda: owed.due(desk.view().terminal))
    finally:
        desk.stop()
    if runs.writing:  # the terminal has stopped reading; Python would wait for it for ever
        logging.shutdown()
        os._exit(0)
    return 0


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in a container
        return "agent"


def _tones(where: Place) -> ToneShelf:
    """The tones the settings screen offers: shipped ones, and those in the agent's own folder."""
    from tui.outputs.tones import ToneMissing, chimes, ring_tones, tone_path
    from tui.screens.settings.shelf import ToneShelf

    folder = where.config.parent

    def fault(tone: str) -> str:
        try:
            tone_path(tone, folder)
        except ToneMissing as error:
            return str(error)
        return ""

    return ToneShelf(
        lambda event: chimes(folder) if event is AlertEvent.MESSAGE else ring_tones(folder), fault
    )


def _trust(facts: TerminalFacts) -> Trust:
    if facts.focus_trusted:
        return Trust.TELLS
    return Trust.MUTE if facts.reports_focus is False else Trust.UNPROVEN


def _write_last(sequence: str) -> None:
    """What the terminal is owed at the very end, when Textual has let go of it."""
    if sequence and sys.__stderr__ is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.__stderr__.write(sequence)
            sys.__stderr__.flush()


async def _ask_tmux() -> tuple[Trust, str] | None:
    from tui.outputs.terminal_probe import ask_tmux_focus

    answer = await ask_tmux_focus()
    if answer is None:
        return None
    if answer:
        return Trust.TELLS, "tmux reports every change of focus"
    return Trust.MUTE, "tmux focus-events is off: set -g focus-events on, then attach again"


def _leave_on_signals(app: object, stop: Callable[[], None]) -> None:
    """SIGTERM and SIGHUP leave as Ctrl+Q does; on a terminal that has stopped reading, all the same."""
    from tui.screens.app import ConsoleApp

    assert isinstance(app, ConsoleApp)
    if sys.platform == "win32":
        return

    def leave(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGALRM, give_up)
        signal.setitimer(signal.ITIMER_REAL, LEAVE_WITHIN - 0.5)
        stop()  # silent first, whatever the screen loop does
        app.leave_soon()

    def give_up(number: int, frame: FrameType | None) -> None:
        """The screen loop did not come to an end: the terminal is set right by hand, and that is it."""
        _restore_terminal()
        os._exit(128 + signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, leave)


def _restore_terminal() -> None:
    """Out of the alternate screen, mouse and focus reports off, cursor on, line mode: without waiting."""
    import termios

    from tui.outputs.terminal import RESTORE

    for fd in (2, 1, 0):
        try:
            os.set_blocking(fd, False)
            os.write(fd, RESTORE.encode())
            mode = termios.tcgetattr(fd)
            mode[0] |= termios.ICRNL | termios.IXON
            mode[1] |= termios.OPOST
            mode[3] |= termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN
            termios.tcsetattr(fd, termios.TCSANOW, mode)
            return
        except (OSError, termios.error):
            continue


def doctor(where: Place, *, as_json: bool, ask: bool) -> int:
    """Examine everything and print what was found. Returns 0 if all that is switched on works, else 1."""
    from tui.doctor import report
    from tui.doctor.examine import examine, tone_was_played, with_answer
    from tui.outputs import terminal_probe

    logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # what is wrong is in the report
    told_to, asked_from = (stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdin))
    subject = _subject(where, terminal_probe.probe())
    if not as_json and told_to:
        print("Examining: a tone will sound and a popup may appear …", file=sys.stderr, flush=True)
    try:
        found = examine(subject)
        if ask and told_to and asked_from and not as_json and tone_was_played(found):
            heard = _asked("Did you hear the tone? [y/n] ")
            found = found if heard is None else with_answer(found, heard)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    if as_json:
        print(report.as_json(found, __version__))
    else:
        _print_report(found, subject)
    return report.exit_status(found)


def _asked(question: str) -> bool | None:
    """The answer to a question of yes or no; None for none."""
    while True:
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        answer = line.strip().lower()
        if answer[:1] in ("y", "n"):
            return answer[:1] == "y"
        if not line or not answer:
            return None


def _print_report(found: Findings, subject: Subject) -> None:
    from tui.doctor.report import as_text

    encoding = (sys.stdout.encoding or "").lower()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    columns = subject.around.size[0] if subject.around.size and sys.stdout.isatty() else 80
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print(as_text(found, __version__, width=columns, colour=colour, plain="utf" not in encoding))


def _examine_in_console(
    where: Place, facts: TerminalFacts, options: DeskOptions, desk: DeskLoop
) -> Callable[[], Findings]:
    """The examination for the screen; the terminal itself was asked before the screen took it over."""

    def examine_now() -> Findings:
        from tui.doctor.examine import examine
        from tui.outputs.terminal_probe import ask_again

        subject = replace(
            _subject(where, ask_again(facts)),
            host=options.host,
            port=options.port,
            web=options.web,
            door_open_at=lambda: desk.view().door.url,
        )
        return examine(subject)

    return examine_now


def _subject(where: Place, facts: TerminalFacts) -> Subject:
    """What the doctor examines when no console is running in this process."""
    from tui.doctor.subject import Subject, surroundings

    return Subject(where.config, where.data, where.database, facts, surroundings(), _keys_in_force)


def _keys_in_force(settings: Settings) -> Keys:
    from tui.doctor.subject import Key, Keys
    from tui.screens.command_table import COMMANDS
    from tui.screens.keymap import key_label, keymap

    keys = keymap(settings.keys)
    in_use = (
        Key(command.id, command.title, tuple(map(key_label, keys.keys[command.id])))
        for command in COMMANDS
        if command.id in keys.keys
    )
    return Keys(tuple(in_use), keys.problems)


def serve(where: Place, host: str | None, port: int | None) -> int:
    """The visitor's door without a console, until SIGTERM or Ctrl+C. Returns the exit status."""
    problem = _log_to(where)
    if problem is None:
        try:
            return asyncio.run(_serve(where, host, port))
        except BackendError as error:
            problem = str(error)
        except KeyboardInterrupt:
            return 0
    print(f"deskbell: {problem}", file=sys.stderr)
    return 1


async def _serve(where: Place, host: str | None, port: int | None) -> int:
    from tui.deskloop.serve import keep_door

    stop = asyncio.Event()
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    file = SettingsFile(where.config)
    settings = file.load().settings
    return await keep_door(
        _backend(where),
        file,
        host or settings.web.host,
        settings.web.port if port is None else port,
        stop,
        lambda line: print(line, flush=True),
    )


def print_pending(where: Place, *, as_json: bool) -> int:
    """Print the pending queue. Returns 0; 1 when it cannot be read."""
    try:
        contacts = asyncio.run(_pending(where)) if SqliteBackend.exists(where.database) else ()
    except BackendError as error:
        print(f"deskbell: {error}", file=sys.stderr)
        return 1
    if not where.data.is_dir():
        print(f"deskbell: there is no data folder {where.data}", file=sys.stderr)
        return 1
    now = time.time()
    if as_json:
        print(json.dumps([_as_json(contact, now) for contact in contacts], indent=2))
        return 0
    for contact in contacts:
        minutes, seconds = divmod(int(now - contact.waiting_since), 60)
        service = clean_line(contact.service) or "-"
        words = clean_line(contact.first_words, max_chars=60)
        print(f"{minutes:3}:{seconds:02}  {clean_line(contact.nick)}  {service}  {words}")
    if not contacts:
        print("Nobody is waiting.")
    return 0


async def _pending(where: Place) -> tuple[Contact, ...]:
    backend = _backend(where)
    await backend.open()
    try:
        return await backend.pending()
    finally:
        await backend.close()


def _as_json(contact: Contact, now: float) -> dict[str, object]:
    return {
        "id": contact.id,
        "nick": clean_line(contact.nick),
        "service": clean_line(contact.service),
        "lang": clean_line(contact.lang),
        "page": clean_line(contact.page),
        "returning": contact.returning,
        "pending_since": contact.pending_since,
        "waiting": round(now - contact.waiting_since, 1),
        "dissuade_at": contact.dissuade_at,
        "first_words": clean_line(contact.first_words, max_chars=200),
    }
