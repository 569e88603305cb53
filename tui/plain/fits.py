"""Which words behind a bare name are an argument of that command, and nothing else. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from tui.link.view import View
from tui.plain.table import BY_NAME, PlainCommand
from tui.plain.wrap_up import read_answer
from tui.screens.past.exporting import NAMES, NOTES
from tui.screens.waiting import waiting_of
from tui.text import clean_line
from tui.typed.arguments import mute_until
from tui.typed.bare import Fit
from tui.typed.slash import WrongArgument, near

ASKS_FIRST = frozenset({"end", "give-back"})
"""Commands that take nothing behind them, but part from a visitor: never mistaken for a sentence unasked."""


def fit(view: View, command: PlainCommand, argument: str) -> Fit:
    """How these words go with this command. A command whose argument is words of the agent's own is asked
    about unless they are one of the few that mean something to it."""
    if command.id in ASKS_FIRST:
        return Fit.ASK
    if not command.argument:
        return Fit.SAY
    rule = _RULES.get(command.id)
    return rule(view, argument) if rule is not None else Fit.ASK


def _one_of(*words: str) -> Callable[[View, str], Fit]:
    return lambda view, argument: Fit.RUN if argument.casefold() in words else Fit.SAY


def _number(view: View, argument: str) -> Fit:
    return Fit.RUN if argument.isdecimal() else Fit.SAY


def _help(view: View, argument: str) -> Fit:
    named = argument.casefold().removeprefix("/")
    return Fit.RUN if named in BY_NAME or named == "all" else Fit.SAY


def _mute(view: View, argument: str) -> Fit:
    try:
        mute_until(argument, time.time())
    except WrongArgument:
        return Fit.SAY
    return Fit.RUN


def _accept(view: View, argument: str) -> Fit:
    """Asked about when nobody of that name waits: a mistyped name must not be told to another visitor."""
    if argument.isdecimal():
        return Fit.RUN
    try:
        waiting_of(view, argument)
    except WrongArgument:
        return Fit.ASK
    return Fit.RUN


def _chat(view: View, argument: str) -> Fit:
    names = [clean_line(chat.contact.nick).casefold() for chat in view.desk.chats.values()]
    if argument.isdecimal() or argument.casefold() in names:
        return Fit.RUN
    return Fit.ASK if near(argument, names) else Fit.SAY


def _export(view: View, argument: str) -> Fit:
    known = all(word in NAMES or word == NOTES for word in argument.casefold().split())
    return Fit.RUN if known else Fit.SAY


def _pause(view: View, argument: str) -> Fit:
    return Fit.RUN if argument.casefold() in ("off", "ready") else Fit.ASK


def _wrap_up(view: View, argument: str) -> Fit:
    """An outcome and tags are no sentence; a note may be one."""
    try:
        answer = read_answer(argument, view.settings.wrap_up.outcomes)
    except WrongArgument:
        return Fit.ASK
    return Fit.ASK if answer.note else Fit.RUN


_RULES: Mapping[str, Callable[[View, str], Fit]] = {
    "say": lambda view, argument: Fit.RUN,
    "help": _help,
    "mute": _mute,
    "toggle-audio": _one_of("on", "off"),
    "toggle-popups": _one_of("on", "off"),
    "again": _number,
    "read": _number,
    "panes": _number,
    "accept-longest": _accept,
    "go-to-chat": _chat,
    "export": _export,
    "pause": _pause,
    "wrap-up": _wrap_up,
}
