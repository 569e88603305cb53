"""The probes on real parts: a recorded sound server, a private desktop, databases, ports."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.doctor.subjects import only, states, subject
from tests.parts import processes
from tests.parts.desktop import Desktop
from tests.parts.desktop import missing_parts as missing_desktop_parts
from tests.parts.sound import SoundServer, write_tone
from tui.backends.sqlite import SqliteBackend
from tui.config.schema import AudioMessage, AudioPending, AudioSettings, DesktopSettings, Settings
from tui.doctor import door, popups, sound, storage
from tui.doctor.door import Whose
from tui.doctor.subject import Subject
from tui.link.findings import Finding, State

pytestmark = pytest.mark.e2e

PITCH = 700.0


# sound


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    folder = tmp_path / "pulse"
    folder.mkdir(mode=0o700)
    server = SoundServer(folder)
    try:
        server.start()
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        yield server
    finally:
        server.stop()


def listened(folder: Path, env: dict[str, str], chime: str = "drop") -> list[Finding]:
    """What the doctor says of sound, with a tone of a known pitch as the ring tone."""
    tone = write_tone(folder / "tone.wav", PITCH, 0.8)
    audio = AudioSettings(
        pending=AudioPending(ring_tone=str(tone)), message=AudioMessage(ring_tone=chime), volume=0.5
    )
    where = subject(folder, env={**processes.base_env(), **env})
    return asyncio.run(sound.examine(where, Settings(audio=audio)))


def test_the_ring_tone_is_really_heard_and_every_tone_tried(server: SoundServer, tmp_path: Path) -> None:
    heard = server.record()
    spoilt = tmp_path / "spoilt.ogg"
    spoilt.write_bytes(b"this is no sound")
    began = time.monotonic()
    found = listened(tmp_path, server.env, chime=str(spoilt))
    start = heard.sounding_since(began)
    assert start is not None
    assert heard.level(PITCH, start, start + 0.5) > 0.1
    device = only(found, "sound.device")
    assert device.state is State.OK
    assert (device.facts["driver"], device.facts["sink"]) == ("pulseaudio", "desk")
    assert only(found, "sound.system").state is State.OK
    assert only(found, "sound.tone.audio.pending.ring_tone").state is State.OK
    chime = only(found, "sound.tone.audio.message.ring_tone")
    assert chime.state is State.FAULT
    assert "spoilt.ogg" in chime.says
    assert server.players() == 0, "the device is given back"


def test_without_a_sound_server_it_says_so_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"PULSE_SERVER": f"unix:{tmp_path / 'nobody'}", "SDL_AUDIODRIVER": "pulseaudio"}
    for name, value in nowhere.items():
        monkeypatch.setenv(name, value)
    began = time.monotonic()
    found = listened(tmp_path, nowhere)
    assert time.monotonic() - began < 5
    device = only(found, "sound.device")
    assert device.state is State.FAULT
    assert "no sound device" in device.says
    assert only(found, "sound.tone.audio.pending.ring_tone").state is State.UNKNOWN


def test_a_frozen_sound_server_does_not_hold_it_up(server: SoundServer, tmp_path: Path) -> None:
    server.freeze()
    began = time.monotonic()
    device = only(listened(tmp_path, server.env), "sound.device")
    assert time.monotonic() - began < 5.5
    assert device.state is State.FAULT
    assert "the sound server does not answer" in device.says
    assert "Restart the sound server" in device.cure


# popups


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    processes.need(missing_desktop_parts())
    with Desktop() as desktop:
        for name, value in desktop.env.items():
            monkeypatch.setenv(name, value)
        yield desktop


def raised(where: Subject) -> list[Finding]:
    return asyncio.run(popups.examine(where, Settings(desktop=DesktopSettings(enabled=True))))


def test_a_popup_is_shown_its_click_is_told_and_nothing_stays(desktop: Desktop, tmp_path: Path) -> None:
    found: list[Finding] = []
    asking = threading.Thread(target=lambda: found.extend(raised(subject(tmp_path))))
    asking.start()
    popup = desktop.wait_for_popup("a test")
    desktop.click(popup)
    asking.join(10)
    service = only(found, "popups.service")
    assert (service.state, service.facts["name"]) == (State.OK, "dunst")
    assert "actions" in service.facts["capabilities"].split()
    assert service.facts["version"][:1].isdigit()
    test = only(found, "popups.test")
    assert test.state is State.OK
    assert "shown, clicked after" in test.says
    desktop.wait_for_withdrawal(popup)
    assert desktop.open_popups() == []


def test_a_popup_nobody_touches_is_withdrawn_and_where_popups_are_off_none_is_raised(
    desktop: Desktop, tmp_path: Path
) -> None:
    off = asyncio.run(popups.examine(subject(tmp_path), Settings()))
    assert states(off) == {"popups.service": State.OK, "popups.test": State.OFF}
    assert desktop.asked == []
    assert "withdrawn after 3 s" in only(raised(subject(tmp_path)), "popups.test").says
    assert desktop.wait_for_withdrawal(desktop.notified[0]).reason == 3, "by us, not by the daemon's clock"


def test_a_frozen_notification_daemon_is_told_and_no_popup_is_left_for_later(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.freeze_daemon()
    began = time.monotonic()
    service = only(raised(subject(tmp_path)), "popups.service")
    assert time.monotonic() - began < 5
    assert service.state is State.FAULT
    assert "does not answer" in service.says
    desktop.thaw_daemon()
    assert desktop.asked == []


def test_without_a_bus_or_a_daemon_it_says_which(desktop: Desktop, tmp_path: Path) -> None:
    desktop.kill_daemon()
    assert "no notification daemon" in only(raised(subject(tmp_path)), "popups.service").says.lower()
    desktop.kill_bus()
    service = only(raised(subject(tmp_path)), "popups.service")
    assert service.state is State.FAULT
    assert "bus" in service.says


# data


def kept(folder: Path) -> list[Finding]:
    return asyncio.run(storage.examine(subject(folder), Settings()))


@contextmanager
def a_desk(folder: Path) -> Iterator[Path]:
    """A database as a console leaves it."""
    path = folder / "data" / "deskbell.db"

    async def make() -> None:
        backend = SqliteBackend(path)
        await backend.open()
        await backend.close()

    asyncio.run(make())
    yield path


def test_a_desk_in_use_is_sound_and_not_disturbed(tmp_path: Path) -> None:
    with a_desk(tmp_path) as path, closing(sqlite3.connect(path, isolation_level=None)) as console:
        console.execute("BEGIN IMMEDIATE")  # a console in the middle of writing
        began = time.monotonic()
        found = kept(tmp_path)
        assert time.monotonic() - began < 2
        console.execute("ROLLBACK")
        assert states(found) == {
            "data.folder": State.OK,
            "data.space": State.OK,
            "data.logs": State.OK,
            "data.database": State.OK,
        }
        assert "0 pending" in only(found, "data.database").says


def test_what_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    assert set(states(kept(tmp_path)).values()) == {State.OK}
    assert list(tmp_path.iterdir()) == []


def test_damage_is_found(tmp_path: Path) -> None:
    with a_desk(tmp_path) as path:
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            page = db.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'contacts_by_visitor'"
            ).fetchone()[0]
            size = db.execute("PRAGMA page_size").fetchone()[0]
        with path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
        one = only(kept(tmp_path), "data.database")
        assert one.state is State.FAULT
        assert "damaged" in one.says
        assert "keep it" in one.cure
        path.write_bytes(b"not a database at all, but long enough to be looked at " * 40)
        assert "not a database" in only(kept(tmp_path), "data.database").says


def test_a_database_ahead_of_the_clock_is_a_fault(tmp_path: Path) -> None:
    with a_desk(tmp_path) as path:
        with closing(sqlite3.connect(path)) as db, db:
            columns = [row[1:4] for row in db.execute("PRAGMA table_info(contacts)")]
            values: list[str | float] = [
                "pending" if name == "status" else 0 if kind != "TEXT" else "" for name, kind, _ in columns
            ]
            values[[name for name, _, _ in columns].index("last_at")] = time.time() + 3600
            db.execute(f"INSERT INTO contacts VALUES ({', '.join('?' * len(values))})", values)
        one = only(kept(tmp_path), "data.database")
        assert one.state is State.FAULT
        assert "future" in one.says


def test_a_folder_in_which_nothing_can_be_written_is_a_fault(tmp_path: Path) -> None:
    locked = Path("/proc/sys")  # where even root may not
    if not locked.is_dir():
        pytest.skip("no such folder on this system")
    for data in (locked, locked / "deskbell"):
        where = replace(subject(tmp_path), data=data, database=data / "deskbell.db")
        found = asyncio.run(storage.examine(where, Settings()))
        assert only(found, "data.folder").state is State.FAULT
    file = tmp_path / "data"
    file.write_text("I am a file")
    assert "not a folder" in only(kept(tmp_path), "data.folder").says


# the door


class _Answers(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def listening(body: bytes) -> Iterator[int]:
    """Somebody's HTTP server; its port."""
    server = HTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {"body": body}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def test_the_port_is_free_ours_anothers_or_a_strangers(tmp_path: Path) -> None:
    port = free_port()
    with a_desk(tmp_path) as path:
        ours = storage.desk_id(path)
        assert ours
        for _ in range(2):
            assert door.look("127.0.0.1", port, path).whose is Whose.NOBODY, "and left so"
        for body, whose in (
            (b'{"deskbell": "1", "desk": "%s"}' % ours.encode(), Whose.OURS),
            (b'{"deskbell": "1", "desk": "another"}', Whose.OTHER_DESK),
            (b'{"hello": "world"}', Whose.STRANGER),
            (b"<html>hello</html>", Whose.STRANGER),
        ):
            with listening(body) as taken:
                assert door.look("127.0.0.1", taken, path).whose is whose


def test_a_stranger_who_says_nothing_does_not_hold_it_up(tmp_path: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        began = time.monotonic()
        found = asyncio.run(door.examine(subject(tmp_path, port=port), Settings()))
        assert time.monotonic() - began < 5
        assert only(found, "door.port").state is State.FAULT
        assert "another program" in only(found, "door.port").says


def test_an_address_that_is_not_ours_cannot_be_listened_on(tmp_path: Path) -> None:
    found = door.look("fe80::1", 8765, tmp_path / "none.db")
    assert found.whose is Whose.UNUSABLE
    assert found.trouble
