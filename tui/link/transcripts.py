"""A contact and its messages as text, Markdown or JSON, for files and the clipboard.

Whatever a visitor or an agent wrote is cleaned here, and in Markdown escaped: nothing of it becomes markup.
Private notes are left out unless they are asked for.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui.desk.contact import ChatMessage, Contact, Sender, Status
from tui.link.archive import ExportFormat
from tui.text import clean, clean_line

SCHEMA = "deskbell-transcript-1"
"""Names the JSON's form; another one when a field changes its meaning. Described in docs/."""


def rendered(
    contact: Contact, messages: Sequence[ChatMessage], format: ExportFormat, *, notes: bool = False
) -> str:
    """The whole transcript as it stands in a file."""
    kept = [message for message in messages if notes or message.sender is not Sender.NOTE]
    return _RENDERERS[format](contact, kept, notes)


def outcome_words(contact: Contact) -> str:
    """How a contact ended, in words; or where it stands."""
    if contact.status is Status.PENDING:
        return "message left" if contact.offline else "waiting"
    if contact.status is Status.ASSIGNED:
        return "open"
    return str(contact.outcome or "ended").replace("_", " ")


def _facts(contact: Contact) -> list[tuple[str, str]]:
    """What stands above a transcript: name and value, those that have one."""
    ended = contact.ended_at
    facts = [
        ("Visitor", clean_line(contact.nick)),
        ("Service", clean_line(contact.service)),
        ("Language", clean_line(contact.lang)),
        ("Page", clean_line(contact.page)),
        ("Agent", clean_line(contact.agent)),
        ("Begun", _moment(contact.created)),
        ("Ended", _moment(ended) if ended is not None else ""),
        ("Outcome", outcome_words(contact)),
        ("Result", clean_line(contact.resolution)),
        ("Tags", ", ".join(clean_line(tag) for tag in contact.tags)),
        *((clean_line(name, max_chars=80), clean_line(value)) for name, value in contact.data),
    ]
    return [(name, value) for name, value in facts if value]


def _as_text(contact: Contact, messages: Iterable[ChatMessage], notes: bool) -> str:
    lines = [f"{name + ':':<10} {value}" for name, value in _facts(contact)]
    if notes:
        lines.append("For colleagues: with private notes")
    day = ""
    for message in messages:
        if _day(message.at) != day:
            day = _day(message.at)
            lines += ["", day, ""]
        first, *others = clean(message.text).split("\n")
        head = f"{_clock(message.at)}  {_author(message)}: "
        lines.append(head + first)
        lines += (" " * 10 + other for other in others)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _as_markdown(contact: Contact, messages: Iterable[ChatMessage], notes: bool) -> str:
    lines = [f"# Chat with {_escaped(clean_line(contact.nick)) or 'a visitor'}", ""]
    lines += (f"- **{_escaped(name)}:** {_escaped(value)}" for name, value in _facts(contact)[1:])
    if notes:
        lines.append("- For colleagues: with private notes")
    day = ""
    for message in messages:
        if _day(message.at) != day:
            day = _day(message.at)
            lines += ["", f"## {day}"]
        said = [_escaped(line) for line in clean(message.text).split("\n")]
        lines += ["", f"**{_clock(message.at)} {_escaped(_author(message))}**  "]
        lines.append("\\\n".join(said))  # a backslash at the end of a line is a line break
    return "\n".join(lines) + "\n"


def _as_json(contact: Contact, messages: Iterable[ChatMessage], notes: bool) -> str:
    told = {
        "schema": SCHEMA,
        "contact": {
            "id": str(contact.id),
            "visitor": clean_line(contact.nick),
            "service": clean_line(contact.service),
            "language": clean_line(contact.lang),
            "page": clean_line(contact.page),
            "trail": [{"page": clean_line(visit.page), "at": _iso(visit.at)} for visit in contact.trail],
            "data": {clean_line(name): clean_line(value) for name, value in contact.data},
            "agent": clean_line(contact.agent),
            "status": contact.status.value,
            "outcome": contact.outcome.value if contact.outcome is not None else None,
            "result": clean_line(contact.resolution),
            "tags": [clean_line(tag) for tag in contact.tags],
            "begun": _iso(contact.created),
            "accepted": _iso(contact.accepted_at),
            "ended": _iso(contact.ended_at),
        },
        "with_notes": notes,
        "messages": [_message(message) for message in messages],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _message(message: ChatMessage) -> Mapping[str, object]:
    return {
        "seq": message.seq,
        "at": _iso(message.at),
        "from": message.sender.value,
        "author": clean_line(message.author),
        "text": clean(message.text),
    }


_RENDERERS: Mapping[ExportFormat, Callable[[Contact, Sequence[ChatMessage], bool], str]] = {
    ExportFormat.TEXT: _as_text,
    ExportFormat.MARKDOWN: _as_markdown,
    ExportFormat.JSON: _as_json,
}

_MARKUP = re.compile(r"([\\`*_\[\]<>&~|$^@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""Also what some readers make links of by themselves: addresses of pages and of mail."""
_AT_START = re.compile(r"^(?:[#+=:-]|\d+(?=[.)]))")
_BLANKS = re.compile(r"^[ \t]+")


def _escaped(text: str) -> str:
    """The text as Markdown that shows just that: what is markup anywhere in a line is escaped, and at its
    beginning what would make a heading, a list, a rule or, as blanks do, a block of code."""
    shown = _MARKUP.sub(r"\\\1", _BLANKS.sub("", text).rstrip())
    return _AT_START.sub(_kept_from_starting, shown)


def _kept_from_starting(found: re.Match[str]) -> str:
    sign = found[0]
    return f"{sign}\\" if sign[0].isdigit() else f"\\{sign}"


def _author(message: ChatMessage) -> str:
    name = clean_line(message.author)
    if message.sender is Sender.NOTE:
        return f"{name} (private note)"
    return name or ("Deskbell" if message.sender is Sender.SYSTEM else "-")


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at))


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


def _iso(at: float | None) -> str | None:
    """A moment as in ``2026-11-25T14:03:05Z``."""
    return None if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
