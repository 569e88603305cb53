"""The line at the top: is everything well, am I ready, who waits, will I be called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.text import CleanText
from tui.widgets import figures, glyphs
from tui.widgets.lines import Line, LineWidget, fit


class ChannelState(StrEnum):
    """Whether a way of calling the agent works."""

    ON = "on"
    OFF = "off"
    FAULT = "fault"


class HeaderPart(StrEnum):
    """A part of the line that can be clicked."""

    PRODUCT = "product"
    CONNECTION = "connection"
    READY = "ready"
    QUIET = "quiet"
    WAITING = "waiting"
    DOOR = "door"
    FOCUS = "focus"
    LEAD = "lead"
    AUDIO = "audio"
    POPUPS = "popups"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class HeaderState:
    """Everything the line tells."""

    product: str = "Deskbell"
    connection: str = ""
    """What is wrong with the connection to the desk, in a word or two; empty when nothing is."""
    connecting: bool = False
    """Whether the connection has only not been made yet."""
    ready: bool = True
    pause_reason: CleanText | None = None
    paused_since: float | None = None
    """Since when the agent is paused; counted from here."""
    chats: str = ""
    """How many chats there are of the most there may be, as in "4/4", when there is room for no more."""
    quiet: str = ""
    """"muted" or "quiet hours" while it is quiet for a time; empty when it is not."""
    quiet_until: float = 0.0
    waiting: int = 0
    offline: int = 0
    """How many more were left offline: nobody waits at the other end."""
    oldest_since: float | None = None
    """Since when the longest waiting contact waits; None when nobody does."""
    focus: str = "unknown"
    """``focused``, ``away`` or ``unknown``."""
    focus_reason: str = ""
    """Why it is unknown, or the like; shown where there is room."""
    several: bool = False
    """Whether the agent has other consoles open."""
    sounds_on: CleanText | None = None
    """The one of them that sounds in place of this one, in words such as "pid 1234, tty pts/3"."""
    audio: ChannelState = ChannelState.ON
    audio_note: str = ""
    """What is used instead, such as "bell"."""
    popups: ChannelState = ChannelState.OFF
    popups_note: str = ""
    door: CleanText | None = None
    """Address of the visitor's door or what is wrong with it; None when it has none here."""
    door_fault: bool = False
    agent: CleanText | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    part: HeaderPart
    text: str
    pen: str = ""
    right: bool = False


_SHORTENINGS = ("reason", "door", "other", "which", "notes", "product", "oldest", "why", "words", "name")
"""What goes first where the line is narrow. Ready, waiting, focus, sound, popups and agent always stay."""


REASON_CELLS = 24
"""Most cells that the reason of a pause gets."""


class HeaderLine(LineWidget):
    """The line at the top; every part can be clicked."""

    @dataclass
    class HeaderClicked(Message):
        """The agent clicked a part."""

        part: HeaderPart

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--product",
        "header--good",
        "header--warning",
        "header--error",
        "header--muted",
    }

    DEFAULT_CSS = """
    HeaderLine {
        height: 1;
        background: $panel;
        color: $foreground;
        & > .header--product { color: $text-primary; text-style: bold; }
        & > .header--good { color: $text-success; }
        & > .header--warning { color: $text-warning; text-style: bold; }
        & > .header--error { color: $text-error; text-style: bold; }
        & > .header--muted { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.state = HeaderState()
        self.now = 0.0

    def show(self, state: HeaderState) -> None:
        """Tell this."""
        if state != self.state:
            self.state = state
            self.refresh()

    def tick(self, now: float) -> None:
        """Take over the time and draw anew what counts it."""
        before = self._place(self.size.width)
        self.now = now
        after = self._place(self.size.width)
        if not self.is_mounted or before == after:
            return
        if [at for at, _shown in before] != [at for at, _shown in after]:
            self.refresh()
            return
        for (at, shown), (_at, shown_before) in zip(after, before, strict=True):
            if shown != shown_before:
                cells = max(cell_len(shown.text), cell_len(shown_before.text))
                self.refresh(Region(at, 0, cells, 1))

    # What is shown

    def _parts(self, without: frozenset[str]) -> list[_Shown]:
        state = self.state
        parts: list[_Shown] = []
        if "product" not in without:
            parts.append(_Shown(HeaderPart.PRODUCT, state.product, "header--product"))
        parts.append(self._work_state("why" not in without))
        if state.quiet:
            left = figures.countdown(state.quiet_until - self.now)
            parts.append(_Shown(HeaderPart.QUIET, f"{state.quiet} {left}", "header--warning"))
        parts.append(self._waiting("oldest" not in without))
        if state.door is not None and ("door" not in without or state.door_fault):
            pen = "header--error" if state.door_fault else "header--muted"
            parts.append(_Shown(HeaderPart.DOOR, state.door, pen, right=True))
        parts.append(self._focus("reason" not in without, "words" not in without))
        if state.sounds_on is not None:
            text = f"sounds on the other console ({state.sounds_on})"
            if "other" in without:
                text = "sounds elsewhere" if "which" in without else f"sounds on {state.sounds_on}"
            # Never left out: this one is silent on purpose.
            parts.append(_Shown(HeaderPart.LEAD, text, "header--warning", right=True))
        elif state.several:
            parts.append(_Shown(HeaderPart.LEAD, "sounds here", "header--muted", right=True))
        notes = "notes" not in without
        parts.append(_channel(HeaderPart.AUDIO, glyphs.AUDIO, state.audio, state.audio_note, notes))
        parts.append(_channel(HeaderPart.POPUPS, glyphs.POPUPS, state.popups, state.popups_note, notes))
        name = str(state.agent or "agent")
        if "name" in without:
            name = fit(name, min(8, cell_len(name)))
        parts.append(_Shown(HeaderPart.AGENT, f"{name} {glyphs.MENU}", right=True))
        return parts

    def _work_state(self, with_reason: bool) -> _Shown:
        """Ready, paused or disconnected: one of the three, each with its sign."""
        state = self.state
        if state.connection:
            paused = "" if state.ready else ", paused"
            words = f"{glyphs.ELLIPSIS if state.connecting else glyphs.LOST} {state.connection}{paused}"
            return _Shown(HeaderPart.CONNECTION, words, "header--error")
        if not state.ready:
            told = f"{glyphs.PAUSED} paused"
            if state.paused_since is not None:
                told += f" {figures.clock(self.now - state.paused_since)}"
            if with_reason and state.pause_reason:
                told += f" {fit(state.pause_reason, min(REASON_CELLS, cell_len(state.pause_reason)))}"
            return _Shown(HeaderPart.READY, told, "header--warning")
        if state.chats:
            return _Shown(HeaderPart.READY, f"{glyphs.FULL} full {state.chats}", "header--warning")
        return _Shown(HeaderPart.READY, f"{glyphs.READY} ready", "header--good")

    def _waiting(self, with_oldest: bool) -> _Shown:
        state = self.state
        left = f" +{state.offline:,} {glyphs.OFFLINE}" if state.offline else ""
        if not state.waiting:
            return _Shown(HeaderPart.WAITING, f"0 waiting{left}", "header--muted")
        text = f"{state.waiting:,} waiting{left}"
        if with_oldest and state.oldest_since is not None:
            text += f", oldest {figures.clock(self.now - state.oldest_since)}"
        return _Shown(HeaderPart.WAITING, text, "header--warning")

    def _focus(self, with_reason: bool, with_word: bool) -> _Shown:
        state = self.state
        text = f"focus {state.focus}" if with_word else state.focus
        if with_reason and state.focus_reason:
            text += f" ({state.focus_reason})"
        pen = "header--warning" if state.focus == "unknown" else "header--muted"
        return _Shown(HeaderPart.FOCUS, text, pen, right=True)

    def _fitting(self, width: int) -> list[_Shown]:
        """The parts, shortened step by step until they fit."""
        parts: list[_Shown] = []
        for count in range(len(_SHORTENINGS) + 1):
            parts = self._parts(frozenset(_SHORTENINGS[:count]))
            needed = sum(cell_len(part.text) + 2 for part in parts)
            if needed <= width:
                break
        return parts

    def _place(self, width: int) -> list[tuple[int, _Shown]]:
        """The parts and the columns they begin at: some from the left, the others up to the right end."""
        parts = self._fitting(width)
        gap = 3 if sum(cell_len(part.text) + 3 for part in parts) <= width else 2
        right = [part for part in parts if part.right]
        placed: list[tuple[int, _Shown]] = []
        at = 1
        for part in parts:
            if part is right[0]:
                at = max(at, width - 1 - sum(cell_len(other.text) + gap for other in right) + gap)
            placed.append((at, part))
            at += cell_len(part.text) + gap
        return placed

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        line = Line()
        for at, shown in self._place(width):
            line.pad(at, self.pen())
            line.put(shown.text, self.pen(shown.pen) if shown.pen else self.pen())
        return line.strip(width, self.pen())

    def on_click(self, event: events.Click) -> None:
        """Say which part was clicked."""
        for at, shown in self._place(self.size.width):
            if at <= event.x < at + cell_len(shown.text):
                self.post_message(self.HeaderClicked(shown.part))


def _channel(part: HeaderPart, glyph: str, state: ChannelState, note: str, with_note: bool) -> _Shown:
    text = f"{glyph} {state}"
    if with_note and note:
        text += f" ({note})"
    pen = {ChannelState.ON: "", ChannelState.OFF: "header--muted", ChannelState.FAULT: "header--error"}[state]
    return _Shown(part, text, pen, right=True)
