"""What goes wrong is survived: lost children; frozen, dead and missing sound servers. On a real one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests.parts import processes
from tests.parts.sound import Recording, SoundServer, write_tone
from tests.parts.waiting import until, until_async
from tests.ringer.conftest import RING_PITCH, Bench, alive, ready, running
from tui.outputs.ringer.health import SpeakerState

pytestmark = pytest.mark.e2e

PARENT = """
import asyncio, sys
from pathlib import Path
from tui.alerts.plan import Ring, Sounding
from tui.outputs.ringer.speaker import Speaker

async def main():
    speaker = Speaker(Path, lambda health: None, None)
    speaker.show(Sounding(Ring(sys.argv[1], 1.0)))
    await speaker.run()

asyncio.run(main())
"""


async def heard_at(heard: Recording, since: float, deadline: float = 5.0) -> float:
    return await asyncio.to_thread(heard.wait_for_sound, deadline, since)


async def silent_at(heard: Recording, since: float, deadline: float = 5.0) -> float:
    return await asyncio.to_thread(heard.wait_for_silence, 0.5, deadline, since)


async def rings(bench: Bench, heard: Recording) -> None:
    """A ring that is surely heard and healthy."""
    await heard_at(heard, bench.show(bench.ring()))
    await until_async(lambda: bench.health.state is SpeakerState.OK)


def child_of(parent: processes.Process) -> psutil.Process:
    return until(lambda: psutil.Process(parent.pid).children(), 20, "the ringer was started")[0]


async def test_after_kill_9_of_the_child_it_is_audible_again_within_two_seconds(
    bench: Bench, heard: Recording
) -> None:
    await rings(bench, heard)
    for _ in range(2):
        pid = bench.speaker.child_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        silent = await asyncio.to_thread(heard.wait_for_silence, 0.08, 2, killed)
        assert await heard_at(heard, silent + 0.05) - killed < 2.0
        await until_async(lambda old=pid: bench.speaker.child_pid not in (None, old))  # type: ignore[misc]
        assert not psutil.pid_exists(pid), "no zombie is left"
        await until_async(lambda: bench.health.device_open)
    assert bench.told_failing(0) is None, "one lost child is replaced before anybody is told"


async def test_a_tone_already_played_is_not_played_again_by_the_next_child(
    bench: Bench, heard: Recording
) -> None:
    tone = bench.tone()
    bench.show(None, tone)
    await until_async(lambda: bench.health.played == tone.number)
    pid = bench.speaker.child_pid
    assert pid is not None
    await asyncio.sleep(0.6)
    os.kill(pid, signal.SIGKILL)
    await until_async(lambda: bench.speaker.child_pid not in (None, pid))
    await ready(bench)
    shown = bench.show(None, tone)
    await asyncio.to_thread(heard.must_stay_silent, 0.8, shown)


async def test_close_is_silent_at_once_and_the_child_is_gone_within_a_second(
    bench: Bench, heard: Recording
) -> None:
    await rings(bench, heard)
    pid = bench.speaker.child_pid
    assert pid is not None
    closed = time.monotonic()
    await bench.speaker.close()
    assert time.monotonic() - closed < 1.0
    assert not psutil.pid_exists(pid)
    assert await silent_at(heard, closed) - closed < 0.3


async def test_close_takes_no_longer_when_the_child_is_stopped(bench: Bench, heard: Recording) -> None:
    await rings(bench, heard)
    pid = bench.speaker.child_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    closed = time.monotonic()
    await bench.speaker.close()
    assert time.monotonic() - closed < 1.0
    assert not psutil.pid_exists(pid)


async def test_a_child_that_hangs_is_failing_then_killed_and_replaced(bench: Bench, heard: Recording) -> None:
    await rings(bench, heard)
    pid = bench.speaker.child_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()
    await until_async(lambda: bench.health.state is SpeakerState.FAILING, 20)
    assert 1.5 < time.monotonic() - stopped < 2.7
    assert bench.health.reason == "the ringer does not answer"
    await until_async(lambda: bench.health.state is SpeakerState.OK, 20)
    assert bench.speaker.child_pid != pid
    assert not psutil.pid_exists(pid)
    await heard_at(heard, time.monotonic())


def test_when_the_parent_is_killed_it_is_silent_within_200_ms_and_no_child_is_left(
    server: SoundServer, heard: Recording, sound_env: None, tmp_path: Path
) -> None:
    parent = ringing_parent(heard, tmp_path)
    child = child_of(parent)
    parent.kill()
    killed = time.monotonic()
    assert heard.wait_for_silence(0.6, 5, killed) - killed < 0.2
    until(lambda: not alive(child.pid), 20, "the child is gone")
    parent.wait(5)


def test_when_the_parent_stands_still_the_ring_ends_by_itself_and_comes_back_with_it(
    server: SoundServer, heard: Recording, sound_env: None, tmp_path: Path
) -> None:
    parent = ringing_parent(heard, tmp_path)
    parent.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    assert 1.0 < heard.wait_for_silence(0.6, 6, stopped) - stopped < 3.0
    parent.send_signal(signal.SIGCONT)
    heard.wait_for_sound(3, time.monotonic())
    processes.stop(parent)


@pytest.mark.parametrize("hang", ["time.sleep(30)", "ctypes.PyDLL(None).sleep(30)"])
def test_the_watchdog_ends_a_child_whose_main_thread_hangs(
    server: SoundServer, heard: Recording, sound_env: None, tmp_path: Path, hang: str
) -> None:
    """Without the interpreter's lock it rings on until then; with it the mixer soon waits for the lock."""
    hanging = (
        "import tui.outputs.ringer.child as c, ctypes, time\n"
        "turn, begun = c.Child.turn, time.monotonic()\n"
        "def hang(self, order, now):\n"
        "    turn(self, order, now)\n"
        f"    if now - begun > 2: {hang}\n"
        "c.Child.turn = hang\n"
        "c.main()\n"
    )
    tone = write_tone(tmp_path / "ring.wav", RING_PITCH, 0.4)
    child = processes.start(
        [sys.executable, "-c", hanging], dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert child.stdin is not None
    order = f'{{"id":1,"ring":{{"path":"{tone}","instead":"","volume":1}},"once":[],"hushed":0}}\n'
    begun = time.monotonic()
    for _ in range(10):
        child.stdin.write(order.encode())
        child.stdin.flush()
        time.sleep(0.25)  # the beat of a parent, not a wait for something
    if hang == "time.sleep(30)":
        heard.wait_for_sound(2, begun + 2.5)  # it rings on while it hangs
    until(lambda: child.poll() is not None, 10, "the watchdog has ended it")
    ended = time.monotonic()
    assert heard.wait_for_silence(0.5, 5, ended) - ended < 0.3
    processes.stop(child)


def ringing_parent(heard: Recording, folder: Path) -> processes.Process:
    tone = write_tone(folder / "ring.wav", RING_PITCH, 0.4)
    started = time.monotonic()
    parent = processes.start([sys.executable, "-c", PARENT, str(tone)], dict(os.environ))
    heard.wait_for_sound(10, started)
    until(lambda: heard.recorded_until > started + 1, 20, "it rings on")
    return parent


async def longest_standstill(stop: asyncio.Event) -> float:
    """How long the loop kept a callback waiting, in seconds, until told to stop."""
    longest, last = 0.0, time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last - 0.005), now
    return longest


@pytest.mark.parametrize("when", ["while it rings", "before it rings"])
async def test_a_frozen_sound_server_is_told_the_loop_goes_on_and_thawed_it_is_heard_again(
    bench: Bench, heard: Recording, server: SoundServer, when: str
) -> None:
    if when == "while it rings":
        await rings(bench, heard)
    server.freeze()
    frozen = bench.show(bench.ring())
    stop = asyncio.Event()
    watcher = asyncio.create_task(longest_standstill(stop))
    await until_async(lambda: bench.health.state is SpeakerState.FAILING, 20)
    assert time.monotonic() - frozen < 2.5
    assert bench.health.reason == "the sound server does not answer"
    await asyncio.sleep(9)
    assert bench.health.state is SpeakerState.FAILING
    stop.set()
    assert await watcher < 0.25  # a frozen server would hold a loop for seconds
    server.thaw()
    await heard_at(heard, time.monotonic(), 15)
    await until_async(lambda: bench.health.state is SpeakerState.OK, 20)
    assert len(psutil.Process().children(recursive=False)) <= 3, "server, parec, ringer: no zombies"


async def test_a_sound_server_killed_and_started_again_in_mid_loop_is_heard_again(
    bench: Bench, heard: Recording, server: SoundServer
) -> None:
    await rings(bench, heard)
    killed = time.monotonic()
    await asyncio.to_thread(server.kill)
    await until_async(lambda: bench.health.state is SpeakerState.FAILING, 20)
    assert bench.health.reason.startswith(("no sound device: ", "the sound device has gone"))
    assert time.monotonic() - killed < 2.5
    await until_async(lambda: bench.health.reason.startswith("no sound device: "), 20)
    pid = bench.speaker.child_pid
    await asyncio.sleep(2.5)
    assert bench.speaker.child_pid == pid, "no device is an answer, not a crash"
    server.start()  # in this thread: its parts die with the thread that started them
    started = time.monotonic()
    assert await heard_at(heard, started, 10) - started < 5
    await until_async(lambda: bench.health.state is SpeakerState.OK)


async def test_without_any_device_it_says_so_and_what_libraries_write_goes_to_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nobody'}")
    monkeypatch.delenv("SDL_AUDIODRIVER", raising=False)
    async with running(Bench(tmp_path)) as bench:
        tone = bench.tone()
        bench.show(bench.ring(), tone)
        await until_async(lambda: bench.health.state is SpeakerState.FAILING, 20)
        assert bench.health.reason.startswith("no sound device: ")
        assert (bench.health.device_open, bench.health.played) == (False, 0)
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")  # a device turns up, for the next child
        pid = bench.speaker.child_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until_async(lambda: bench.health.state is SpeakerState.OK, 20)
        assert bench.health.played == tone.number
    assert "ALSA" in bench.log.read_text()
    assert capfd.readouterr() == ("", "")


async def test_a_tone_on_which_the_child_hangs_is_avoided(
    sound_env: None, heard: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder may crash or hang: here the file is a pipe that turned up after it was looked at."""
    bad = write_tone(tmp_path / "bad.wav", 1000, 0.4)
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\n"
        "if 'tui.outputs.ringer.child' in ' '.join(sys.orig_argv):\n"
        "    import tui.outputs.ringer.device as d\n"
        "    decoded = d._decoded\n"
        "    def hang(path):\n"
        "        if path.endswith('bad.wav'): time.sleep(60)\n"
        "        return decoded(path)\n"
        "    d._decoded = hang\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with running(Bench(tmp_path)) as bench:
        shown = bench.show(bench.ring(tone=bad))
        assert await heard_at(heard, shown, 10) - shown < 6
        await until_async(lambda: bench.health.state is SpeakerState.OK)
        assert bench.health.reason == "tone bad.wav cannot be loaded; the default sounds instead"


def test_it_works_on_a_loop_in_a_thread(
    server: SoundServer, heard: Recording, sound_env: None, tmp_path: Path
) -> None:
    """As in the console, whose desk loop is not in the main thread."""
    outcome: list[str] = []

    async def ring() -> None:
        async with running(Bench(tmp_path)) as bench:
            await ready(bench)
            pid = bench.speaker.child_pid
            await rings(bench, heard)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await until_async(lambda: bench.speaker.child_pid not in (None, pid))
            await heard_at(heard, time.monotonic() + 0.1)
        outcome.append("done")

    thread = threading.Thread(target=lambda: asyncio.run(ring()))
    thread.start()
    thread.join(20)
    assert outcome == ["done"]


async def test_a_child_that_cannot_be_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    async with running(Bench(tmp_path)) as bench:
        await until_async(lambda: bench.health.state is SpeakerState.FAILING)
        assert bench.health.reason.startswith("the ringer cannot be started: ")


async def test_without_pygame_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pygame.py").write_text("raise ImportError('no such module')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with running(Bench(tmp_path)) as bench:
        await until_async(lambda: bench.health.state is SpeakerState.FAILING)
        assert bench.health.reason.startswith("pygame cannot be loaded: ")
