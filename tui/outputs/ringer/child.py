"""The ringer's child: rings what it is told for as long as it is told, and gives up the device when silent.

Run as ``python -m tui.outputs.ringer.child`` by the speaker. It never outlives its parent: when stdin
ends it is gone at once. A ring goes on for two seconds after the last order. Should the main thread hang, a
watchdog that needs no interpreter ends the process (SDL's own limit, ``maxtime``, cannot be pushed back from
Python without starting the tone again); the speaker kills it sooner when it runs out of patience.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, BinaryIO, Final

from tui.outputs.ringer.protocol import (
    Busy,
    Doing,
    GarbledError,
    Once,
    Order,
    Report,
    Sound,
    decode_order,
    encode,
)

if TYPE_CHECKING:  # so that orders are heard while pygame is still being imported
    from tui.outputs.ringer.device import Device, Tone

Inbox = queue.SimpleQueue[Order]

WORD_HOLDS: Final = 2.0
"""Seconds for which a ring goes on without a new order."""
RELEASE_AFTER: Final = 2.0
"""Seconds of silence after which the device is released."""
RETRY: Final = 1.0
"""Seconds between two attempts to open a device that cannot be opened."""
GIVE_UP: Final = 5.0
"""Seconds without progress after which this process ends, for a new one to try."""
TURN: Final = 0.1
"""Seconds between two looks at an open device."""
HANG: Final = 2.5
"""Seconds a turn may take before the watchdog ends the process."""
HANG_OPENING: Final = 10.0
"""The same while a device is opened or a file loaded: the speaker decides earlier."""

EXIT_NO_PYGAME: Final = 3
EXIT_STALLED: Final = 4


class Child:
    """What this process knows: the present order, and how far it is carried out."""

    def __init__(self, device: Device, out: BinaryIO) -> None:
        self._device = device
        self._out = out
        self._order = Order(0)
        self._heard = 0.0
        self._audible_until = 0.0
        self._tried = -RETRY
        self._played: deque[int] = deque(maxlen=64)
        self._problem = ""
        self._spoilt: dict[str, str] = {}
        self._reported: Report | None = None

    @property
    def awake(self) -> bool:
        """Whether there is anything to look after without a new order."""
        return self._device.is_open or self._wants

    @property
    def _wants(self) -> bool:
        return self._order.ring is not None or any(self._due())

    def turn(self, order: Order | None, now: float) -> None:
        """Look after everything once; with the newest order, if there is one. ``now`` is monotonic."""
        if order is not None:
            self._order, self._heard = order, now
            self._spoilt = {}
        elif now - self._heard > WORD_HOLDS:
            self._order = Order(self._order.id, hushed=self._order.hushed)
        if self._device.is_open and self._device.was_lost():
            self._problem = "the sound device has gone"
            self._release()
            self._tried = now - RETRY  # another may have taken its place already
        if self._wants and not self._device.is_open and now - self._tried >= RETRY:
            self._open(now)
        if self._device.is_open:
            self._sound(now)
        self._report(always=order is not None)

    def _open(self, now: float) -> None:
        from tui.outputs.ringer.device import DeviceError

        self._say(Busy(Doing.OPENING))
        watch(HANG_OPENING)
        try:
            self._device.open(time.monotonic())
        except DeviceError as error:
            self._problem = f"no sound device: {error}"
        else:
            self._problem = ""
        watch(HANG)
        self._tried = now

    def _sound(self, now: float) -> None:
        stalled = self._device.stalled_for(now)
        if stalled > GIVE_UP:
            os._exit(EXIT_STALLED)
        self._problem = "the sound server does not answer" if stalled else ""
        ring = self._order.ring
        if ring is not None and (tone := self._tone("ring", ring)):
            self._device.ring(tone, ring.volume)
        else:
            self._device.stop_ring()
        self._device.hush(self._order.hushed)
        for once in () if stalled else self._due():
            if tone := self._tone("once", once.sound):
                self._device.play(once.number, tone, once.sound.volume)
                self._played.append(once.number)
        if self._device.busy or self._wants:
            self._audible_until = now
        elif now - self._audible_until > RELEASE_AFTER:
            self._release()

    def _due(self) -> list[Once]:
        hushed = self._order.hushed
        return [once for once in self._order.once if once.number > hushed and once.number not in self._played]

    def _tone(self, use: str, sound: Sound) -> Tone | None:
        """The tone asked for, or the one instead; None when neither can be decoded."""
        from tui.outputs.ringer.device import SpoiltError

        for path in filter(None, (sound.path, sound.instead)):
            if not self._device.knows(use, path):
                self._say(Busy(Doing.LOADING, path))
                watch(HANG_OPENING)
            try:
                return self._device.load(use, path)
            except SpoiltError as error:
                self._spoilt[path] = str(error)
            finally:
                watch(HANG)
        why = "; ".join(self._spoilt.values()) or "there is no file"
        self._problem = f"no tone can be decoded: {why}"
        return None

    def _release(self) -> None:
        self._say(Busy(Doing.CLOSING))
        watch(HANG_OPENING)
        self._device.close()
        watch(HANG)

    def _report(self, always: bool) -> None:
        report = Report(
            id=self._order.id,
            device=self._device.driver,
            ringing=self._device.ringing,
            played=tuple(self._played),
            problem=self._problem,
            spoilt=tuple(self._spoilt.items()),
            sounding=self._device.sounding,
        )
        if always or report != self._reported:
            self._say(report)
            self._reported = report

    def _say(self, word: Busy | Report) -> None:
        self._reported = None
        say(self._out, word)


def say(out: BinaryIO, word: Busy | Report) -> None:
    """Tell the speaker; without one there is nothing left to live for."""
    try:
        out.write(encode(word))
    except OSError:
        os._exit(0)


def watch(seconds: float) -> None:
    """End the process unless told otherwise within so many seconds, whatever the interpreter is stuck in."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)


def listen(inbox: Inbox) -> None:
    """Bring orders from stdin to the main thread; leave at once when it ends."""
    try:
        with os.fdopen(0, "rb", closefd=False) as stdin:
            for line in stdin:
                try:
                    inbox.put(decode_order(line))
                except GarbledError as error:
                    print(f"ringer: not an order: {error}", file=sys.stderr, flush=True)  # noqa: T201
    finally:
        os._exit(0)


def newest(inbox: Inbox, wait: float | None) -> Order | None:
    """The newest order that has come, or comes within so many seconds (None: as long as it takes)."""
    try:
        order = inbox.get(timeout=wait)
        while True:
            try:
                order = inbox.get_nowait()
            except queue.Empty:
                return order
    except queue.Empty:
        return None


def protocol_out() -> BinaryIO:
    """The way to the speaker. What libraries write to stdout goes where stderr goes from now on."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return out


def main() -> None:
    """Serve until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the console
    out = protocol_out()
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=listen, args=(inbox,), daemon=True).start()
    try:
        from tui.outputs.ringer.device import Device
    except ImportError as error:
        say(out, Report(0, problem=f"pygame cannot be loaded: {error}"))
        os._exit(EXIT_NO_PYGAME)
    child = Child(Device(), out)
    say(out, Report(0))
    while True:
        faulthandler.cancel_dump_traceback_later()
        order = newest(inbox, TURN if child.awake else None)
        watch(HANG)
        child.turn(order, time.monotonic())


if __name__ == "__main__":
    main()
