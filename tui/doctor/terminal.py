"""What the terminal can do for the console: focus, notices, colours, size, keys. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tui.config.schema import Settings
from tui.doctor.subject import Key, Subject
from tui.link.findings import Area, Finding, State, finding
from tui.outputs.come_forward import Way, ways
from tui.outputs.terminal_facts import TERMINALS, TerminalFacts

SMALLEST = (80, 24)
"""Columns and rows for which the console is drawn."""

SHOWN = {
    "vte": "a VTE terminal (GNOME Terminal, Xfce Terminal …)",
    "xterm.js": "an xterm.js terminal (VS Code …)",
    "windows terminal": "Windows Terminal",
    "linux": "the Linux text console",
    "konsole": "Konsole",
    "alacritty": "Alacritty",
    "ghostty": "Ghostty",
    "wezterm": "WezTerm",
    "iterm2": "iTerm2",
}
"""Names as they are told, where they are not told as the probe has them."""

KEPT: dict[str, dict[str, str]] = {
    "vte": {"F1": "its help", "F10": "its menu", "F11": "full screen"},
    "konsole": {"F11": "full screen"},
    "windows terminal": {"F11": "full screen"},
    "xterm.js": {
        "F1": "the editor's command palette",
        "F11": "full screen",
        "F12": "the editor",
        "Ctrl+P": "the editor",
        "Ctrl+D": "the editor",
    },
}
"""What terminals are known to keep for themselves as they come: name -> key -> what for."""

KEPT_BETWEEN: dict[str, dict[str, str]] = {
    "tmux": {"Ctrl+B": "its prefix"},
    "screen": {"Ctrl+A": "its prefix"},
    "zellij": dict.fromkeys(
        ("Ctrl+G", "Ctrl+H", "Ctrl+N", "Ctrl+O", "Ctrl+P", "Ctrl+Q", "Ctrl+S", "Ctrl+T"), "its modes"
    ),
}
"""The same for multiplexers."""

META_LINE = "XTerm*metaSendsEscape: true"

ALT_SET_IN = {
    "xterm": (
        "write this line into ~/.Xresources, run xrdb -merge ~/.Xresources, open a new xterm:",
        META_LINE,
    ),
    "iterm2": ('in Settings, Profiles, Keys, set the Option keys to "Esc+".', ""),
    "apple terminal": ('in Settings, Profiles, Keyboard, choose "Use Option as Meta key".', ""),
}
"""Where a terminal is told to send Esc for Alt (xterm's resource metaSendsEscape), by its name."""

Facts = Mapping[str, object]
_NO_FACTS: Facts = MappingProxyType({})

FOCUS_LINE = "set -g focus-events on"
PASSTHROUGH_LINE = "set -g allow-passthrough all"
_INTO_TMUX_CONF = "Put this line into ~/.tmux.conf, run tmux source-file ~/.tmux.conf"

_NO_TERMINAL = "There is no terminal here; run deskbell doctor in the one the console is to run in."


async def examine(subject: Subject, settings: Settings) -> list[Finding]:
    """What is known of the terminal."""
    return findings(subject, settings)


def findings(subject: Subject, settings: Settings) -> list[Finding]:
    """What is known of the terminal, in words."""
    around, facts = subject.around, subject.terminal
    if not around.has_terminal:
        return [
            _focus("reports", State.UNKNOWN, "focus reports", _NO_TERMINAL),
            _terminal("name", State.UNKNOWN, "terminal", _NO_TERMINAL),
        ]
    told = [_reports(facts), _forward(ways(around.env), settings), _name(facts), _notices(facts)]
    if facts.over_ssh:
        told.append(_far(facts, settings))
    told += [_colours(around.env), _size(around.size), _encoding(around.encoding)]
    return [*told, _keys(facts, subject.keys(settings).in_use), _alt(facts, around.env)]


# Focus


def _reports(facts: TerminalFacts) -> Finding:
    meant = "the console rings only while you look elsewhere."
    if facts.focus_trusted:
        says = f"{_whole(facts)} reports every change of focus (mode 1004): {meant}"
        return _focus("reports", State.OK, "focus reports", says)
    unknown = 'The console says "focus unknown" and rings though you may be looking.'
    if facts.multiplexer == "tmux":
        if facts.reports_focus is None:
            says = f"tmux could not be asked for its option focus-events. {unknown}"
        else:
            says = f"tmux keeps the focus to itself: its option focus-events is off. {unknown}"
        cure = f"{_INTO_TMUX_CONF}, detach, and attach again:"
        return _focus("reports", State.WARNING, "focus reports", says, cure, FOCUS_LINE)
    if facts.multiplexer == "screen":
        says = f"GNU screen never reports the focus. {unknown} A key or a click proves that you look."
        cure = "Run the console outside screen, or in tmux with this line in ~/.tmux.conf:"
        return _focus("reports", State.WARNING, "focus reports", says, cure, FOCUS_LINE)
    if facts.multiplexer == "zellij":
        says = f"zellij did not say that it reports the focus: it does from 0.45 on. {unknown}"
        return _focus("reports", State.WARNING, "focus reports", says, "Update zellij to 0.45 or later.")
    if facts.reports_focus is False:
        says = f"{_whole(facts)} cannot report its focus (mode 1004). {unknown} A key or a click proves it."
        cure = "Use a terminal that can, such as GNOME Terminal, Konsole, kitty, foot or WezTerm."
        return _focus("reports", State.WARNING, "focus reports", says, cure)
    says = f"{_whole(facts)} does not say whether it reports its focus: the first change will prove it."
    cure = (
        "Leave the window and come back once after the console has started; the header shows what it knows."
    )
    return _focus("reports", State.UNKNOWN, "focus reports", says, cure)


def _forward(found: tuple[Way, ...], settings: Settings) -> Finding:
    """Whether a click on a popup can bring the console before the agent's eyes."""
    have = [(way.name, way.why) for way in found if way.available]
    lack = [(way.name, way.why) for way in found if not way.available]
    facts = {"has": ", ".join(name for name, _ in have), "lacks": ", ".join(name for name, _ in lack)}
    missing = "".join(f" Not by {name}: {why}." for name, why in lack)
    if have:
        by = "; ".join(f"{name} {what}" for name, what in have)
        says = f"On a click on a popup, {by}.{missing}"
        return _focus("forward", State.OK, "coming forward", says, facts=facts)
    says = f"A click on a popup selects the contact; nothing here can bring the window forward.{missing}"
    state = State.WARNING if settings.desktop.enabled else State.OFF
    return _focus("forward", state, "coming forward", says, facts=facts)


# The terminal itself


def _whole(facts: TerminalFacts) -> str:
    """Who talks to the console, to begin a sentence with."""
    if facts.multiplexer:
        return facts.multiplexer
    name = SHOWN.get(facts.name, facts.name) or "The terminal"
    return f"A{name[1:]}" if name.startswith(("a ", "an ")) else name


def _name(facts: TerminalFacts) -> Finding:
    around = SHOWN.get(facts.name, facts.name) or "a terminal that does not say its name"
    if facts.multiplexer:
        version = f" {facts.version}" if facts.version else ""
        says = f"{facts.multiplexer}{version} in {around}"
    else:
        says = " ".join(part for part in (around, facts.version) if part)
    says += ", over SSH." if facts.over_ssh else "."
    if not facts.answered and not facts.multiplexer:
        says += " It did not answer when asked."
    named = {"name": facts.name, "version": facts.version, "multiplexer": facts.multiplexer}
    return _terminal("name", State.OK, "terminal", says, facts=named)


def _notices(facts: TerminalFacts) -> Finding:
    have = [
        name
        for name, there in (("OSC 9", facts.osc9), ("OSC 777", facts.osc777), ("OSC 99", facts.osc99))
        if there
    ]
    cure = line = ""
    around = TERMINALS.get(facts.name)
    mute = around is not None and not (around.osc9 or around.osc777 or around.osc99)
    if facts.multiplexer == "tmux" and facts.passthrough is False and not mute:
        says = "tmux keeps back what the terminal around it could show: its option allow-passthrough is off."
        cure, line = f"{_INTO_TMUX_CONF}:", PASSTHROUGH_LINE
    elif have and facts.multiplexer == "tmux" and facts.passthrough is None:
        says = f"{', '.join(have)} will be tried: tmux could not be asked whether it passes them on."
        cure, line = "Where tmux runs, ~/.tmux.conf needs this line:", PASSTHROUGH_LINE
    elif have:
        through = " through tmux" if facts.multiplexer == "tmux" else ""
        says = f"It shows notices of its own by {', '.join(have)}{through}: they stand in when popups fail."
    else:
        says = "It shows no notices of its own: when popups fail, the bell rings and the title counts."
    return _terminal(
        "notices", State.OK, "its notices", says, cure, line, {"works": ", ".join(have) or "none"}
    )


def _far(facts: TerminalFacts, settings: Settings) -> Finding:
    reach = ["the bell"]
    if facts.has_title:
        reach.append("the title")
    if facts.osc9 or facts.osc777 or facts.osc99:
        reach.append("the terminal's notices")
    if facts.focus_trusted:
        reach.append("the focus")
    away = [
        what
        for what, wanted in (("sound", settings.audio.enabled), ("popups", settings.desktop.enabled))
        if wanted
    ]
    says = f"You sit at another machine. At your own desk arrive: {', '.join(reach)}."
    if away:
        says += f" On the far machine stay: {' and '.join(away)}."
    cure = "Let your terminal make the bell heard; or run Deskbell on your own machine." if away else ""
    return _terminal("ssh", State.WARNING if away else State.OK, "over SSH", says, cure)


def _colours(env: Mapping[str, str]) -> Finding:
    term, colorterm = env.get("TERM", ""), env.get("COLORTERM", "")
    facts = {"TERM": term, "COLORTERM": colorterm}
    if env.get("NO_COLOR"):
        says = "NO_COLOR is set: the console is drawn without colours; every state also has a sign or a word."
        return _terminal("colours", State.OK, "colours", says, facts=facts)
    if colorterm in ("truecolor", "24bit"):
        return _terminal("colours", State.OK, "colours", f"True colour (TERM={term}).", facts=facts)
    if "256color" in term:
        says = f"256 colours (TERM={term}); true colour is drawn where COLORTERM=truecolor is set."
        return _terminal("colours", State.OK, "colours", says, facts=facts)
    if term == "dumb" or not term:
        says = f"This terminal cannot draw (TERM={term or 'is not set'})."
        return _terminal(
            "colours", State.FAULT, "colours", says, "Use a terminal with a screen.", facts=facts
        )
    return _terminal("colours", State.OK, "colours", f"16 colours (TERM={term}).", facts=facts)


def _size(size: tuple[int, int] | None) -> Finding:
    if size is None:
        return _terminal("size", State.UNKNOWN, "size", "It could not be measured.")
    columns, rows = size
    facts = {"columns": columns, "rows": rows}
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        says = f"{columns} by {rows}: parts of the console may not fit."
        cure = f"Make the window {SMALLEST[0]} by {SMALLEST[1]} or larger."
        return _terminal("size", State.WARNING, "size", says, cure, facts=facts)
    return _terminal("size", State.OK, "size", f"{columns} by {rows}.", facts=facts)


def _encoding(encoding: str) -> Finding:
    if encoding.replace("-", "").replace("_", "") in ("utf8", "cp65001"):
        return _terminal("encoding", State.OK, "encoding", "UTF-8.", facts={"encoding": encoding})
    says = f"{encoding or 'unknown'}, not UTF-8: drawn in plain characters, other letters are question marks."
    cure = "Set a UTF-8 locale, for example LANG=C.UTF-8, or start with PYTHONUTF8=1."
    return _terminal("encoding", State.WARNING, "encoding", says, cure, facts={"encoding": encoding})


# Keys


@dataclass(frozen=True, slots=True)
class _Kept:
    """A key that does not arrive, and what still reaches its command."""

    key: str
    why: str
    command: Key
    others: tuple[str, ...]


def _keys(facts: TerminalFacts, in_use: tuple[Key, ...]) -> Finding:
    keeps = KEPT.get(facts.name, {}) | KEPT_BETWEEN.get(facts.multiplexer, {})
    kept = [
        _Kept(name, keeps[name], command, tuple(key for key in command.keys if key not in keeps))
        for command in in_use
        for name in command.keys
        if name in keeps
    ]
    if not kept:
        says = "No key in use is known to be kept by this terminal."
        return _terminal("keys", State.OK, "keys", says)
    lost = [one for one in kept if not one.others]
    told = [
        f"{one.key} ({one.why}): "
        + (f"{one.others[0]} does the same" if one.others else f'"{one.command.title}" has no other key')
        for one in kept
    ]
    whose = " and ".join(filter(None, (SHOWN.get(facts.name, facts.name), facts.multiplexer)))
    says = f"Kept by {whose}, as it comes: {'; '.join(told)}."
    cure = line = ""
    if lost and facts.multiplexer == "zellij":
        cure = "Ctrl+G locks zellij: from then on every key but that one arrives."
    elif lost:
        cure = "Give it another key under [keys] in the settings, for example:"
        line = f'{lost[0].command.command} = "ctrl+y"'
    state = State.WARNING if lost else State.OK
    return _terminal("keys", state, "keys", says, cure, line, {"kept": ", ".join(one.key for one in kept)})


def _alt(facts: TerminalFacts, env: Mapping[str, str]) -> Finding:
    """How Alt must be set. Not to be seen from what comes: 8-bit meta is a letter that people type."""
    terminal = "apple terminal" if env.get("TERM_PROGRAM") == "Apple_Terminal" else facts.name
    where, line = ALT_SET_IN.get(terminal, ('switch on "Meta sends Escape" in its settings.', ""))
    says = (
        "Alt with a letter must come as Esc and the letter. Letters of another layout (Cyrillic, Greek …) "
        "are no command: Ctrl+P and slash commands are there for them."
    )
    cure = f"If Alt+N writes a letter such as î instead: {where}"
    return _terminal("alt", State.OK, "Alt", says, cure, line)


def _focus(
    id: str, state: State, title: str, says: str, cure: str = "", line: str = "", facts: Facts = _NO_FACTS
) -> Finding:
    return finding(Area.FOCUS, f"focus.{id}", state, title, says, cure, line, facts)


def _terminal(
    id: str, state: State, title: str, says: str, cure: str = "", line: str = "", facts: Facts = _NO_FACTS
) -> Finding:
    return finding(Area.TERMINAL, f"terminal.{id}", state, title, says, cure, line, facts)
